"""Read JSON files of unknown origin: strictly, nothing in them may have two meanings.

Python's own parser takes NaN, infinity, a key that comes twice and half a character.
"""

import json
import math
import re
from collections.abc import Callable
from pathlib import Path

from luminet.datasets import regular_file
from luminet.errors import InputError

MAX_BYTES = 16 * 1024 * 1024

# An escape in a text: two halves of a character, one alone, or anything else.
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(?P<half>u[dD][89a-fA-F]..)|.)"
)


class JSONError(InputError):
    """A file that is not the JSON it should be.

    Attributes:
        code: json-malformed, json-nan, json-duplicate-key, json-nested, json-too-large,
            encoding, annotation-missing, not-a-regular-file, permission or unreadable.
        field: the line and column, or the way to a value, like "shapes[3].points[0]";
            may be empty.
        message: what is wrong, without the path.
    """

    def __init__(self, code: str, field: str, message: str):
        self.code, self.field, self.message = code, field, message
        super().__init__(f"{field}: {message}" if field else message)


def read(
    path: Path,
    max_bytes: int = MAX_BYTES,
    shrink: Callable[[dict], object] | None = None,
) -> object:
    """Read a file.

    Numbers are finite, keys are unique in their object, and texts can be encoded. Which
    keys there are, and of what type, is for the caller to check.

    Args:
        path: the file; a byte order mark is allowed.
        max_bytes: that it may have. Reading takes some six times as much memory.
        shrink: for large files: called with each object as soon as it is read, inner
            ones first; what it returns takes the place of the object.

    Raises:
        JSONError: it cannot be read, or is something else.
    """
    return parse(_read_bytes(path, max_bytes), shrink)


def parse(data: bytes, shrink: Callable[[dict], object] | None = None) -> object:
    """Read what a file holds; see `read`."""
    text = _decode(data)
    del data  # else it is there twice while it is parsed
    try:
        content = _Parser(shrink).parse(text)
        if "\\ud" in text or "\\uD" in text:
            _check_characters(text)
    except json.JSONDecodeError as error:
        field = f"line {error.lineno}:{error.colno}"
        message = error.msg[:1].lower() + error.msg[1:]
        raise JSONError("json-malformed", field, message) from error
    except RecursionError as error:
        message = "lists and objects lie too deep inside one another"
        raise JSONError("json-nested", "", message) from error
    return content


def _read_bytes(path: Path, max_bytes: int) -> bytes:
    try:
        return regular_file.read(path, max_bytes)
    except regular_file.FileError as error:
        code = error.code_as(missing="annotation-missing", too_large="json-too-large")
        raise JSONError(code, "", error.message) from error


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"not UTF-8 ({error.reason})"
        raise JSONError("encoding", f"byte {error.start}", message) from error


def _check_characters(text: str) -> None:
    """Refuse an escape that is half a character: such a text cannot be written."""
    if any(escape["half"] for escape in _ESCAPE.finditer(text)):
        message = "half a character: one of \\ud800 to \\udfff without its other half"
        raise JSONError("encoding", "", message)


class _Refused:
    """Stands where something is that Python's parser takes, and we do not."""

    def __init__(self, code: str, message: str):
        self.code, self.message = code, message


class _Parser:
    def __init__(self, shrink: Callable[[dict], object] | None):
        self._shrink = shrink
        self._refused = False

    def parse(self, text: str) -> object:
        content = json.loads(
            text,
            parse_float=self._float,
            parse_int=self._int,
            parse_constant=self._refuse_number,
            object_pairs_hook=self._object,
        )
        if self._refused and self._shrink:
            _Parser(None).parse(text)  # raises, and knows the way
        if self._refused:
            way, refused = _first_refused(content)
            raise JSONError(refused.code, way, refused.message)
        return content

    def _float(self, digits: str) -> object:
        number = float(digits)
        return number if math.isfinite(number) else self._refuse_number(digits)

    def _int(self, digits: str) -> object:
        try:
            return int(digits)
        except ValueError:  # thousands of digits
            return self._refuse_number(digits)

    def _object(self, pairs: list[tuple[str, object]]) -> object:
        content = dict(pairs)
        if len(content) != len(pairs):
            seen = set()
            key = next(key for key, _ in pairs if key in seen or seen.add(key))
            content[key] = self._refuse("json-duplicate-key", "this key comes twice")
        return content if self._refused or not self._shrink else self._shrink(content)

    def _refuse_number(self, digits: str) -> _Refused:
        return self._refuse("json-nan", f"no finite number: {digits[:20]}")

    def _refuse(self, code: str, message: str) -> _Refused:
        self._refused = True
        return _Refused(code, message)


def _first_refused(content: object) -> tuple[str, _Refused]:
    """The first of them, and the way there, like "annotations[17, id 118].bbox[0]"."""
    stack = [(content, "")]
    while True:
        value, way = stack.pop()
        if isinstance(value, _Refused):
            return way.removeprefix("."), value
        inside = value.items() if isinstance(value, dict) else enumerate(value)
        steps = [
            (child, way + _step(key, child))
            for key, child in inside
            if isinstance(child, dict | list | _Refused)
        ]
        stack += reversed(steps)


def _step(key: str | int, child: object) -> str:
    if isinstance(key, str):
        return f".{key[:40]}" if key.isprintable() else ".?"
    number = child.get("id") if isinstance(child, dict) else None
    return f"[{key}, id {number}]" if isinstance(number, int) else f"[{key}]"
