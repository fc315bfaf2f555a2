"""Read a list of names: one a line."""

from collections.abc import Iterable
from pathlib import Path

from luminet.datasets import regular_file
from luminet.datasets.findings import FileFindings, InvalidDataset

_MAX_BYTES = 256 * 1024 * 1024


def read_rows(path: Path) -> list[tuple[int, str]]:
    """Line numbers from 1 and what is in the lines; blank ones are left out.

    Raises:
        InvalidDataset: the file is not UTF-8.
        FileError: it cannot be read.
    """
    try:
        lines = regular_file.read(path, _MAX_BYTES).decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        message = f"not UTF-8 ({error.reason})"
        raise InvalidDataset.of("encoding", str(path), "", message) from error
    rows = [(number, line.strip()) for number, line in enumerate(lines, 1)]
    return [row for row in rows if row[1]]


def each_once(
    rows: Iterable[tuple[int, str]], findings: FileFindings
) -> tuple[str, ...]:
    """The names in their order, each once; the findings are told of a repeated one."""
    first_lines: dict[str, int] = {}
    for line, name in rows:
        if name in first_lines:
            message = f"'{name}' is already in line {first_lines[name]}"
            findings.fault("duplicate-id", f"line {line}", message)
        else:
            first_lines[name] = line
    return tuple(first_lines)
