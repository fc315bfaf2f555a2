"""Convert annotated images into a folder of TFRecords.

Faults are collected over all splits before anything is final: either the folder is
complete, or there is none. The same input gives the same bytes.
"""

import dataclasses
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import tensorflow as tf

from luminet import __version__
from luminet.datasets import image, record_file, store, tfrecord
from luminet.datasets.conversion_log import ConversionLog
from luminet.datasets.example import Example
from luminet.datasets.findings import (
    NEVER_SKIPPED,
    Finding,
    InvalidDataset,
    InvalidExample,
    totals,
)
from luminet.datasets.output_folder import check_apart, output_folder
from luminet.datasets.readers import make_reader
from luminet.datasets.split_writer import SplitWriter
from luminet.errors import InputError, LuminetError

SKIPPED = "skipped.jsonl"

# Is told the split, how many of its images are read, and how many there are.
Progress = Callable[[str, int, int], None]


@dataclasses.dataclass(frozen=True)
class Summary:
    """What a conversion did.

    Attributes:
        store: the folder that it made.
        num_read: images, the skipped ones included.
        num_skipped: images that were left out.
        findings: warnings, and the faults of what was left out.
    """

    store: store.Store
    num_read: int
    num_skipped: int
    findings: tuple[Finding, ...]

    def __str__(self):
        line = f"wrote {self.num_read - self.num_skipped} of {self.num_read} images"
        if not self.num_skipped:
            return line
        codes = totals(finding.code for finding in self.findings if finding.fatal)
        return f"{line}; skipped {self.num_skipped}: {codes}"


def convert(
    reader_type: str,
    data_dir: Path | str,
    output_dir: Path | str,
    splits: Sequence[str],
    on_invalid: str = "error",
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Summary:
    """Convert splits of a data set.

    Args:
        reader_type: a name in `readers.READERS`.
        data_dir: the folder of the data set.
        output_dir: the folder to make.
        splits: like "train" and "val".
        on_invalid: what a fault in an image does. "error": nothing is written; "skip":
            the image is left out, and listed in `skipped.jsonl`.
        overwrite: replace the TFRecords that are there, once the new ones are complete.
        progress: called after each image.

    Raises:
        InvalidDataset: images have faults; it lists all of them.
        InputError: an argument is wrong, or the data set as a whole.
        LuminetError: the folder cannot be written.
    """
    data_dir, output_dir = Path(data_dir), Path(output_dir)
    if on_invalid not in ("error", "skip"):
        raise InputError(f"on_invalid must be 'error' or 'skip', not '{on_invalid}'")
    _check_splits(splits)
    check_apart(output_dir, data_dir)
    readers = {split: make_reader(reader_type, data_dir, split) for split in splits}
    class_names = _class_names(readers)
    log = ConversionLog()
    with output_folder(output_dir, overwrite, marker=store.MANIFEST) as folder:
        entries = {}
        for split, reader in readers.items():
            log.add(split, reader.findings)
            examples = _read(split, reader, class_names, log, progress)
            entries[split] = _write(folder, split, class_names, examples)
        _refuse_faults(data_dir, on_invalid, log)
        _refuse_nothing(data_dir, class_names, entries)
        command = _command(reader_type, splits, on_invalid)
        _write_manifest(folder, class_names, entries, command, log)
        if log.faults:
            log.write_skipped(folder / SKIPPED)
    written = store.open_store(output_dir)
    return Summary(written, log.num_read, log.num_skipped, tuple(log.findings))


def _check_splits(splits: Sequence[str]) -> None:
    if not splits:
        raise InputError("no split to convert; name at least one")
    for split in splits:
        # The name of a split becomes the name of a file.
        if not split.strip(".") or set(split) & set("/\\\0"):
            raise InputError(f"'{split}' cannot be the name of a split")
    if len(set(splits)) < len(splits):
        raise InputError(f"a split is named twice: {', '.join(splits)}")


def _class_names(readers: dict) -> tuple[str, ...]:
    """The classes of all splits: in the readers' order if they agree, else sorted."""
    lists = [reader.class_names for reader in readers.values()]
    if len(set(lists)) == 1:
        return lists[0]
    return tuple(sorted(set().union(*lists)))


def _read(split, reader, class_names, log, progress) -> Iterator[Example]:
    """The good examples of a split; the log is told of everything."""
    keys = reader.keys()
    for count, key in enumerate(keys, start=1):
        log.num_read += 1
        try:
            example, findings = reader.read(key, class_names)
        except InvalidExample as error:
            log.num_skipped += 1
            log.add(split, error.findings)
        else:
            log.add(split, findings)
            log.add_image(split, example)
            yield _readable(example)
        if progress:
            progress(split, count, len(keys))


def _readable(example: Example) -> Example:
    """Encode the image anew if TensorFlow does not decode it: Pillow forgives more."""
    try:
        tfrecord.decode_image(example.image)
    except tf.errors.InvalidArgumentError:
        pixels = image.decode(example.image)
        return dataclasses.replace(example, image=image.encode_png(pixels))
    return example


def _write(folder, split, class_names, examples) -> dict:
    """Write the TFRecord of a split; its entry in the manifest."""
    try:
        with SplitWriter(folder, split, class_names) as writer:
            for example in examples:
                writer.write(example)
    except tf.errors.OpError as error:
        raise LuminetError(
            f"{writer.path.name}: not written ({error.message})"
        ) from error
    return writer.manifest()


def _refuse_faults(data_dir: Path, on_invalid: str, log: ConversionLog) -> None:
    faults = log.faults
    final = [fault for fault in faults if fault.code in NEVER_SKIPPED]
    if final or (faults and on_invalid == "error"):
        codes = totals(fault.code for fault in final or faults)
        advice = "" if final else ", or leave these images out with --on-invalid skip"
        message = f"{data_dir}: not usable as it is, {codes}; mend that{advice}"
        raise InvalidDataset(message, faults)


def _refuse_nothing(data_dir: Path, class_names: Sequence[str], entries: dict) -> None:
    for split, entry in entries.items():
        if not entry["num_examples"]:
            raise InputError(f"{data_dir}: no usable image in the split '{split}'")
    if not class_names:
        raise InputError(f"{data_dir}: no image has an object, so there are no classes")


def _command(reader_type: str, splits: Sequence[str], on_invalid: str) -> str:
    """What to type for the same again, without the folders: they differ by machine."""
    options = [f"--type {reader_type}", *(f"--split {split}" for split in splits)]
    return " ".join(["lumi dataset transform", *options, f"--on-invalid {on_invalid}"])


def _write_manifest(folder, class_names, entries, command, log) -> None:
    _write_json(folder / store.CLASSES, list(class_names))
    manifest = {
        "format_version": store.FORMAT_VERSION,
        "luminet_version": __version__,
        "command": command,
        "classes_sha256": record_file.sha256(folder / store.CLASSES),
        "num_skipped": log.num_skipped,
        "warnings": dict(sorted(Counter(w.code for w in log.warnings).items())),
        "splits": entries,
    }
    _write_json(folder / store.MANIFEST, manifest)


def _write_json(path: Path, content) -> None:
    text = json.dumps(content, indent=2, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8")
