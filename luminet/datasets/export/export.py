"""Write a data set in the notation of another program.

In memory lie, for each picture, its key, its name and the stem of its file, about 400
bytes together, and what its reader holds. Pictures themselves lie in memory by the
dozen.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from luminet import __version__
from luminet.datasets import workers
from luminet.datasets.conversion.convert import (
    SKIPPED,
    left_out,
    refuse_faults,
    refuse_nothing,
)
from luminet.datasets.conversion.log import Log
from luminet.datasets.conversion.plan import Plan
from luminet.datasets.export.coco import COCO
from luminet.datasets.export.notation import Losses, Notation
from luminet.datasets.export.pictures import Batch, PictureWriter, write_batch
from luminet.datasets.export.stems import RENAMED, choose_stems
from luminet.datasets.export.voc import VOC
from luminet.datasets.export.yolo import YOLO
from luminet.datasets.findings import Finding
from luminet.datasets.output_folder import check_apart, output_folder
from luminet.datasets.progress import Progress
from luminet.datasets.readers import find_splits
from luminet.datasets.source.source import UNDIVIDED
from luminet.errors import InputError
from luminet.remote import RemotePath, any_path

NOTATIONS: Mapping[str, type[Notation]] = {"voc": VOC, "coco": COCO, "yolo": YOLO}
# Says how the folder was made; no folder without it is replaced.
RECEIPT = "export.json"
SPLITS = "splits that will be read back by another name, or not at all"

_BATCH = 32


@dataclass(frozen=True)
class Summary:
    """What was exported.

    Attributes:
        title: of the notation.
        num_examples: pictures that were written, by split.
        num_read: pictures, the skipped ones included.
        num_skipped: pictures that were left out.
        faults: how many there are of each code.
        warnings: likewise.
        findings: the first ones of each code.
        losses: what the notation cannot hold, and how much of it there was.
    """

    title: str
    num_examples: dict[str, int]
    num_read: int
    num_skipped: int
    faults: Counter
    warnings: Counter
    findings: tuple[Finding, ...]
    losses: dict[str, int]

    def __str__(self):
        splits = ", ".join(f"{name} {n}" for name, n in self.num_examples.items())
        line = (
            f"wrote {sum(self.num_examples.values())} of {self.num_read} images "
            f"({splits}) in {self.title} notation"
        )
        return line + left_out(self.num_skipped, self.faults)


def export(
    plan: Plan,
    output_dir: Path | RemotePath | str,
    notation: str,
    command: str,
    sources: Sequence[Path] = (),
    on_invalid: str = "error",
    overwrite: bool = False,
    num_workers: int | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Write what a plan lists: pictures, byte for byte, and annotations.

    Args:
        plan: of one data set or several.
        output_dir: the folder to make.
        notation: a key of `NOTATIONS`.
        command: what to type for the same again, for the receipt.
        sources: folders that are read; the output must not lie in one, nor hold it.
        on_invalid: what a fault in a picture does. "error": nothing is written; "skip":
            the picture is left out, and listed in `skipped.jsonl`.
        overwrite: replace the export that is there, once the new one is complete.
        num_workers: processes; by default one for each core.
        progress: called after a few pictures.

    Raises:
        InvalidDataset: pictures have faults; it lists the first ones.
        InputError: an argument is wrong, or the data set as a whole.
        LuminetError: the folder cannot be written.
    """
    output_dir = any_path(output_dir)
    num_workers = num_workers or workers.default_workers()
    _check(plan, notation, on_invalid)
    for source in sources:
        check_apart(output_dir, source)
    with output_folder(output_dir, overwrite, marker=RECEIPT) as folder:
        log = Log(folder / SKIPPED if on_invalid == "skip" else None)
        written = NOTATIONS[notation](folder, plan)
        counts, losses = _write_all(plan, written, log, num_workers, progress)
        refuse_faults(plan.name, on_invalid, log)
        refuse_nothing(plan, counts)
        losses += written.finish()
        losses += _lost_splits(written)
        summary = Summary(
            title=written.title,
            num_examples=counts,
            num_read=log.num_read,
            num_skipped=log.num_skipped,
            faults=log.faults,
            warnings=log.warnings,
            findings=tuple(finding for _, finding in log.findings),
            losses=dict(losses),
        )
        _write_receipt(folder / RECEIPT, summary, notation, command)
    return summary


def _check(plan: Plan, notation: str, on_invalid: str) -> None:
    if notation not in NOTATIONS:
        allowed = ", ".join(NOTATIONS)
        raise InputError(f"no notation '{notation}' to write, only {allowed}")
    if on_invalid not in ("error", "skip"):
        raise InputError(f"on_invalid must be 'error' or 'skip', not '{on_invalid}'")
    for name in plan.class_names:
        if name != name.strip():
            message = "blanks around its name would get lost: use --rename"
            raise InputError(f"{plan.name}: the class {name!r}: {message}")


def _write_all(
    plan: Plan,
    written: Notation,
    log: Log,
    num_workers: int,
    progress: Progress | None,
) -> tuple[dict[str, int], Losses]:
    """Write all pictures; how many there are in each split, and what got lost."""
    for split, finding in plan.findings:
        log.add(split, [finding])
    stems, num_renamed = choose_stems(plan, written, num_workers)
    counts, losses = dict.fromkeys(plan.splits, 0), Losses({RENAMED: num_renamed})
    batches = _batches(plan, stems)
    state = PictureWriter(written, plan.readers)
    if len(batches) < 2:
        num_workers = 1
    done = dict.fromkeys(plan.splits, 0)
    for result in workers.map_in_order(write_batch, state, batches, num_workers):
        split, num_read = result.batch.split, len(result.batch.pictures)
        written.collect(split, result.entries)
        log.num_read += num_read
        log.num_skipped += result.num_skipped
        log.add(split, result.findings)
        losses += result.losses
        counts[split] += len(result.entries)
        done[split] += num_read
        if progress:
            progress(split, done[split], len(plan.splits[split]))
    return counts, losses


def _batches(plan: Plan, stems: Mapping[str, Sequence[str]]) -> list[Batch]:
    return [
        Batch(split, pictures[i : i + _BATCH], stems[split][i : i + _BATCH])
        for split, pictures in plan.splits.items()
        for i in range(0, len(pictures), _BATCH)
    ]


def _lost_splits(written: Notation) -> Losses:
    found = find_splits(written.type, written.folder) or (UNDIVIDED,)
    return Losses({SPLITS: len(set(written.splits).difference(found))})


def _write_receipt(path: Path, summary: Summary, notation: str, command: str) -> None:
    content = {
        "luminet_version": __version__,
        "command": command,
        "notation": notation,
        "num_examples": summary.num_examples,
        "num_skipped": summary.num_skipped,
        "warnings": dict(sorted(summary.warnings.items())),
        "losses": summary.losses,
    }
    text = json.dumps(content, indent=2, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8")
