"""Find everything that is wrong with a data set; write nothing."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from luminet.datasets.conversion.convert import lacking
from luminet.datasets.conversion.log import Log
from luminet.datasets.conversion.plan import plan_source
from luminet.datasets.conversion.reading import read_all
from luminet.datasets.findings import Finding, InvalidDataset
from luminet.datasets.progress import Progress
from luminet.datasets.source.source import Source


@dataclass(frozen=True)
class Report:
    """What a check found.

    Attributes:
        num_read: pictures.
        num_images: by split.
        faults: how many there are of each code; one makes the data set unusable as it
            is, `lumi dataset transform --on-invalid skip` may leave pictures out.
        warnings: likewise; they do not.
        findings: all of them, with their split; "" for what concerns no split.
    """

    num_read: int
    num_images: dict[str, int]
    faults: Counter
    warnings: Counter
    findings: list[tuple[str, Finding]]

    @property
    def is_usable(self) -> bool:
        """Whether nothing has to be mended or left out."""
        return not self.faults

    def totals(self, with_warnings: bool) -> list[str]:
        """Like ["2 faults", "1 warning"]; nothing for what there is none of."""
        kinds = [("fault", self.faults)]
        kinds += [("warning", self.warnings)] if with_warnings else []
        numbers = [(name, sum(counts.values())) for name, counts in kinds]
        return [
            f"{number} {name}{'s' if number > 1 else ''}"
            for name, number in numbers
            if number
        ]

    def to_dict(self) -> dict:
        """For JSON."""
        return {
            "num_read": self.num_read,
            "num_images": self.num_images,
            "faults": dict(sorted(self.faults.items())),
            "warnings": dict(sorted(self.warnings.items())),
            "findings": [
                {"split": split} | finding.to_dict() for split, finding in self.findings
            ],
        }


def validate(
    open_source: Callable[[], Source],
    num_workers: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """Check a data set.

    Every finding stays in memory, about 300 bytes each.

    Args:
        open_source: opens it. What makes all of it unusable is a finding like others.
        num_workers: processes; by default one for each core.
        progress: called after a few pictures.

    Raises:
        InputError: an argument is wrong, or there is no data set to check.
    """
    log = Log(kept=None)
    try:
        plan = plan_source(open_source())
        usable = Counter(dict.fromkeys(plan.splits, 0))
        for result in read_all(plan, None, log, num_workers, progress=progress):
            usable[result.chunk.split] += result.counts.num_examples
        # Where faults leave nothing, they are what has to be told.
        if not log.faults:
            log.add("", lacking(plan, usable))
        sizes = {split: len(pictures) for split, pictures in plan.splits.items()}
    except InvalidDataset as error:
        log.add("", error.findings)
        sizes = {}
    return Report(log.num_read, sizes, log.faults, log.warnings, log.findings)
