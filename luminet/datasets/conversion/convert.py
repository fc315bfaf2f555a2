"""Convert annotated pictures into a folder of TFRecords.

Faults are collected over all splits before anything is final: either the folder is
complete, or there is none. The same input gives the same bytes, however many processes
work on it.

In memory lie, for each picture, its key and its digest, about 200 bytes together: a
million pictures need 0.2 GB, and what their reader holds. Pictures themselves lie in
memory by the dozen.
"""

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from luminet import __version__
from luminet.datasets import store
from luminet.datasets.conversion.log import Log
from luminet.datasets.conversion.plan import Plan
from luminet.datasets.conversion.reading import read_all
from luminet.datasets.conversion.shards import DEFAULT_BYTES, ShardWriter
from luminet.datasets.conversion.split_counts import SplitCounts
from luminet.datasets.findings import NEVER_SKIPPED, Finding, InvalidDataset, totals
from luminet.datasets.output_folder import check_apart, output_folder
from luminet.datasets.progress import Progress
from luminet.datasets.records import file as record_file
from luminet.errors import InputError
from luminet.remote import RemotePath, any_path

SKIPPED = "skipped.jsonl"


@dataclass(frozen=True)
class Summary:
    """What a conversion did.

    Attributes:
        store: the folder that it made.
        num_read: pictures, the skipped ones included.
        num_skipped: pictures that were left out.
        faults: how many there are of each code.
        warnings: likewise.
        findings: the first ones of each code.
    """

    store: store.Store
    num_read: int
    num_skipped: int
    faults: Counter
    warnings: Counter
    findings: tuple[Finding, ...]

    def __str__(self):
        line = f"wrote {self.num_read - self.num_skipped} of {self.num_read} images"
        return line + left_out(self.num_skipped, self.faults)


def left_out(num_skipped: int, faults: Counter) -> str:
    """The end of a summary: what was not written; nothing if all was."""
    if not faults:
        return ""
    # A fault may belong to no picture, like an annotation of a picture that is unknown.
    skipped = f"; skipped {num_skipped}" if num_skipped else "; left out"
    return f"{skipped}: {totals(faults)}"


def convert(
    plan: Plan,
    output_dir: Path | RemotePath | str,
    command: str,
    sources: Sequence[Path] = (),
    on_invalid: str = "error",
    overwrite: bool = False,
    num_shards: int | None = None,
    shard_bytes: int = DEFAULT_BYTES,
    num_workers: int | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Write what a plan lists.

    Args:
        plan: of one data set or several.
        output_dir: the folder to make.
        command: what to type for the same again, for the manifest.
        sources: folders that are read; the output must not lie in one, nor hold it.
        on_invalid: what a fault in a picture does. "error": nothing is written; "skip":
            the picture is left out, and listed in `skipped.jsonl`.
        overwrite: replace the TFRecords that are there, once the new ones are complete.
        num_shards: files of each split; by default as `shard_bytes` says.
        shard_bytes: of a file at most, unless it holds one picture alone.
        num_workers: processes; by default one for each core.
        progress: called after a few pictures.

    Raises:
        InvalidDataset: pictures have faults; it lists the first ones.
        InputError: an argument is wrong, or the data set as a whole.
        LuminetError: the folder cannot be written.
    """
    output_dir = any_path(output_dir)
    if on_invalid not in ("error", "skip"):
        raise InputError(f"on_invalid must be 'error' or 'skip', not '{on_invalid}'")
    if num_shards is not None and num_shards < 1:
        raise InputError(f"the number of shards must be positive, not {num_shards}")
    for source in sources:
        check_apart(output_dir, source)
    with output_folder(output_dir, overwrite, marker=store.MANIFEST) as folder:
        log = Log(folder / SKIPPED if on_invalid == "skip" else None)
        writer = _StoreWriter(folder, plan, None if num_shards else shard_bytes)
        parts = folder / "parts"
        parts.mkdir()
        for result in read_all(plan, parts, log, num_workers, num_shards, progress):
            writer.append(result)
        refuse_faults(plan.name, on_invalid, log)
        entries = writer.close()
        shutil.rmtree(parts)
        counts = {split: entry["num_examples"] for split, entry in entries.items()}
        refuse_nothing(plan, counts)
        _write_manifest(folder, plan, entries, command, log)
    found = tuple(finding for _, finding in log.findings)
    written = store.open_store(output_dir)
    return Summary(
        written, log.num_read, log.num_skipped, log.faults, log.warnings, found
    )


class _StoreWriter:
    """Puts the parts of all splits in their places."""

    def __init__(self, folder: Path, plan: Plan, shard_bytes: int | None):
        self._plan = plan
        self._counts = {split: SplitCounts() for split in plan.splits}
        self._shards = {
            split: ShardWriter(folder, split, shard_bytes) for split in plan.splits
        }
        self._last = dict.fromkeys(plan.splits, 0)

    def append(self, result) -> None:
        split = result.chunk.split
        if result.chunk.shard != self._last[split]:
            self._shards[split].next()
            self._last[split] = result.chunk.shard
        self._shards[split].append(result.chunk.part, result.num_bytes)
        self._counts[split].merge(result.counts)

    def close(self) -> dict[str, dict]:
        """The entries of the manifest, by split."""
        return {
            split: counts.manifest(self._plan.class_names, self._shards[split].close())
            for split, counts in self._counts.items()
        }


def refuse_faults(name: str, on_invalid: str, log: Log) -> None:
    """Refuse a data set with faults, if they may not be skipped.

    Raises:
        InvalidDataset: it lists the first faults.
    """
    final = {code: n for code, n in log.faults.items() if code in NEVER_SKIPPED}
    if final or (log.faults and on_invalid == "error"):
        codes = totals(Counter(final) or log.faults)
        advice = "" if final else ", or leave these images out with --on-invalid skip"
        message = f"{name}: not usable as it is, {codes}; mend that{advice}"
        raise InvalidDataset(message, log.kept_faults())


def refuse_nothing(plan: Plan, counts: Mapping[str, int]) -> None:
    """Refuse a data set without pictures in a split, or without classes.

    Args:
        plan: of the data set.
        counts: pictures of each split.

    Raises:
        InputError: it says what is missing.
    """
    for finding in lacking(plan, counts):
        raise InputError(f"{plan.name}: {finding.message}")


def lacking(plan: Plan, counts: Mapping[str, int]) -> Iterator[Finding]:
    """What makes a data set no data set, however good its pictures are."""
    for split, count in counts.items():
        if not count:
            message = f"no usable image in the split '{split}'"
            yield Finding("no-images", plan.name, "", message)
    if not plan.class_names:
        message = "no image has an object, so there are no classes"
        yield Finding("no-classes", plan.name, "", message)


def _write_manifest(folder, plan, entries, command, log) -> None:
    _write_json(folder / store.CLASSES, list(plan.class_names))
    manifest = {
        "format_version": store.FORMAT_VERSION,
        "luminet_version": __version__,
        "command": command,
        "classes_sha256": record_file.sha256(folder / store.CLASSES),
        "num_skipped": log.num_skipped,
        "faults": dict(sorted(log.faults.items())),
        "warnings": dict(sorted(log.warnings.items())),
        "splits": entries,
    }
    if plan.source_names:
        manifest["sources"] = list(plan.source_names)
    if plan.category_ids:
        manifest["coco_category_ids"] = dict(plan.category_ids)
    _write_json(folder / store.MANIFEST, manifest)


def _write_json(path: Path, content) -> None:
    text = json.dumps(content, indent=2, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8")
