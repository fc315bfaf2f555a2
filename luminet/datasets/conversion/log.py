"""What is found while pictures are read: all of it counted, the beginning kept."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from luminet.datasets.findings import NEVER_SKIPPED, Finding

# Of each code. Of a million pictures, each may have something odd about it.
KEPT = 200


class Log:
    """Collects findings, split by split.

    Args:
        skipped: a file for the faults, a JSON object a line; not made before the first.
        kept: findings of each code to keep; None: all.

    Attributes:
        num_read: pictures, the skipped ones included.
        num_skipped: pictures with a fault.
        faults: how many there are of each code; they make a picture unusable.
        warnings: likewise; they do not.
        findings: pairs of split and finding, those that were kept, in order of reading.
    """

    def __init__(self, skipped: Path | None = None, kept: int | None = KEPT):
        self.num_read = self.num_skipped = 0
        self.faults: Counter[str] = Counter()
        self.warnings: Counter[str] = Counter()
        self.findings: list[tuple[str, Finding]] = []
        self._skipped = skipped
        self._kept = kept

    def add(self, split: str, findings: Iterable[Finding]) -> None:
        """Note findings of a split."""
        faults = []
        for finding in findings:
            counts = self.faults if finding.fatal else self.warnings
            counts[finding.code] += 1
            if self._kept is None or counts[finding.code] <= self._kept:
                self.findings.append((split, finding))
            if finding.fatal:
                faults.append(finding)
        if faults and self._skipped is not None:
            self._write(split, faults)

    def _write(self, split: str, faults: list[Finding]) -> None:
        # A name on disk may be no valid text: shown with escapes, it still can be told.
        with open(
            self._skipped, "a", encoding="utf-8", errors="backslashreplace"
        ) as file:
            for finding in faults:
                line = {"split": split} | finding.to_dict()
                file.write(f"{json.dumps(line, ensure_ascii=False)}\n")

    @property
    def is_usable(self) -> bool:
        """Whether the rest is usable once pictures with faults are left out."""
        return not NEVER_SKIPPED & self.faults.keys()

    def kept_faults(self) -> list[Finding]:
        """The faults that were kept."""
        return [finding for _, finding in self.findings if finding.fatal]
