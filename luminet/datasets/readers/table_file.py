"""Read tables of text, strictly: a row is a line, its fields lie between delimiters.

A field may be in quotes, but never goes over several lines. So a quote that nobody
closes is found where it opens, instead of swallowing the rest of the file; and a row
can be read again by its place in the file.
"""

import contextlib
import csv
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from luminet.datasets import regular_file
from luminet.datasets.findings import InvalidDataset
from luminet.datasets.regular_file import FileError
from luminet.errors import InputError

DELIMITERS = (",", ";", "\t")
MAX_ROW = 131_072  # characters
_HEAD_BYTES = 64 * 1024
_CHUNK_BYTES = 1024 * 1024
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class TableError(InputError):
    """A file that is not the table it should be.

    Attributes:
        code: annotation-missing, csv-delimiter, csv-nul, csv-quote, csv-too-long,
            encoding, file-changed, not-a-regular-file, permission, split-empty or
            unreadable.
        field: the line, or nothing.
        message: what is wrong, without the path.
    """

    def __init__(self, code: str, field: str, message: str):
        self.code, self.field, self.message = code, field, message
        super().__init__(f"{field}: {message}" if field else message)


@contextlib.contextmanager
def needed(path: Path) -> Iterator[None]:
    """Make a `TableError` of the block one of the whole data set, which needs it.

    Raises:
        InvalidDataset: the table at this path is none.
    """
    try:
        yield
    except TableError as error:
        raise InvalidDataset.of(
            error.code, str(path), error.field, error.message
        ) from error


class Row(NamedTuple):
    """A row: `line` from 1, `offset` of its first byte, `fields` as they are written.

    Blanks around fields are still there, but for those before a quote.
    """

    line: int
    offset: int
    fields: list[str]


class TableFile:
    """A file of UTF-8 text whose rows can be read in order, or by their place.

    Args:
        path: the file.
        delimiter: between fields; by default what makes the most of the first line.

    Attributes:
        first: the first row that is not blank: the names of the columns, or data.
        size: of the file, in bytes.

    Raises:
        TableError: the file cannot be read, or its first line is none of a table.
    """

    def __init__(self, path: Path, delimiter: str | None = None):
        self.path = path
        with _opened(path) as file:
            self._state = _state(file)
            head = file.read(_HEAD_BYTES)
        if head.startswith(_UTF16_MARKS):
            raise TableError("encoding", "", "UTF-16, not UTF-8")
        self.size = self._state[0]
        self._start = len(_UTF8_MARK) if head.startswith(_UTF8_MARK) else 0
        line, offset, text = _first_line(head, self._start)
        self.delimiter = delimiter or _sniff(text, line)
        self.first = Row(line, offset, _fields(text, self.delimiter, line))

    def rows(self) -> Iterator[Row]:
        """All rows but blank lines, from the first one; a generator.

        Raises:
            TableError: the file cannot be read on.
        """
        yield from self.rows_between(self._start, self.size, 1)

    def rows_between(self, start: int, end: int, line: int) -> Iterator[Row]:
        """The rows in a part of the file.

        Args:
            start: offset of the first byte, where a row begins.
            end: offset behind the last byte, likewise.
            line: number of the first line in it.

        Raises:
            TableError: the file cannot be read on, or has changed meanwhile.
        """
        delimiter, offset = self.delimiter, start
        with _opened(self.path) as file:
            if _state(file) != self._state:
                raise TableError("file-changed", "", "changed while it was being read")
            file.seek(start)
            for data in _lines(file, end - start, line):
                text = _decode(data, line)
                if text:
                    yield Row(line, offset, _fields(text, delimiter, line))
                offset += len(data)
                line += 1


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with regular_file.opened(path) as file:
            yield file
    except FileError as error:
        code = error.code_as(missing="annotation-missing")
        raise TableError(code, "", error.message) from error


def _state(file: BinaryIO) -> tuple[int, int]:
    status = os.fstat(file.fileno())
    return status.st_size, status.st_mtime_ns


def _first_line(head: bytes, start: int) -> tuple[int, int, str]:
    """Number, offset and text of the first line that is not blank."""
    offset = start
    for number, data in enumerate(head[start:].splitlines(keepends=True), 1):
        if data.strip():
            if offset + len(data) == _HEAD_BYTES:
                raise TableError("csv-too-long", f"line {number}", "no end of it")
            return number, offset, _decode(data, number)
        offset += len(data)
    raise TableError("split-empty", "", "no rows in it")


def _lines(file: BinaryIO, num_bytes: int, number: int) -> Iterator[bytes]:
    """Lines with their ends, which are CR, LF or both; `number` is of the first."""
    rest = b""
    while num_bytes > 0:
        chunk = file.read(min(_CHUNK_BYTES, num_bytes))
        if not chunk:
            break
        num_bytes -= len(chunk)
        lines = (rest + chunk).splitlines(keepends=True)
        # The last line may go on; and after a CR, an LF may be to come.
        rest = lines.pop() if num_bytes > 0 else b""
        if len(rest) > 4 * MAX_ROW:
            raise _too_long(number + len(lines))
        yield from lines
        number += len(lines)
    if rest:
        yield rest


def _decode(data: bytes, number: int) -> str:
    """The text of a line; empty if it is blank."""
    if b"\0" in data:
        raise TableError("csv-nul", f"line {number}", "a NUL character")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        message = f"not UTF-8 ({error.reason})"
        raise TableError("encoding", f"line {number}", message) from error
    text = text.rstrip("\r\n")
    # A tab at the end may be a delimiter.
    return "" if text.isspace() else text


def _fields(text: str, delimiter: str, number: int) -> list[str]:
    if len(text) > MAX_ROW:
        raise _too_long(number)
    if '"' not in text:
        return text.split(delimiter)
    rows = csv.reader([text], delimiter=delimiter, strict=True, skipinitialspace=True)
    try:
        return next(rows)
    except csv.Error as error:
        closed = text.count('"') % 2 == 0
        message = "text behind a closing quote" if closed else "a quote is not closed"
        raise TableError("csv-quote", f"line {number}", message) from error


def _sniff(text: str, number: int) -> str:
    """The delimiter that makes the most fields of a line."""
    counts, errors = {}, []
    for delimiter in DELIMITERS:
        try:
            counts[delimiter] = len(_fields(text, delimiter, number))
        except TableError as error:
            errors.append(error)
    if not counts:
        raise errors[0]
    most = max(counts.values())
    best = [delimiter for delimiter, count in counts.items() if count == most]
    if most > 1 and len(best) == 1:
        return best[0]
    message = "neither comma, semicolon nor tab divides it into columns"
    if most > 1:
        message = f"{' and '.join(map(repr, best))} both divide it into {most} columns"
    raise TableError("csv-delimiter", f"line {number}", message)


def _too_long(number: int) -> TableError:
    message = f"more than {MAX_ROW} characters"
    return TableError("csv-too-long", f"line {number}", message)
