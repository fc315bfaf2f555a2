"""Go once through a CVAT file of any size: what it lists, and where each picture is.

Expat says at which byte an element begins, and builds nothing: memory does not grow
with the objects in the file. What a hostile file could make grow is limited: how deep
elements lie, how many names they have, and how much stands between two of them.
"""

from array import array
from typing import BinaryIO
from xml.parsers import expat

from luminet.datasets.readers.annotation_xml import XMLError

NO_SUBSET = ""

_ROOT = "annotations"
_PICTURE, _TRACK = "image", "track"
_PICTURE_DEPTH = 2
_LABEL_NAME = ("labels", "label", "name")
_CHUNK_BYTES = 1024 * 1024
_MAX_GAP_BYTES = 4 * 1024 * 1024
_MAX_DEPTH = 32
_MAX_NAMES = 1_000
_MAX_LABEL_LENGTH = 1_000
_UTF16 = {
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}
# Expat's numbers: for an unknown encoding, and for one that is not as declared.
_INVALID_TOKEN, _ENCODING_ERRORS = 4, (18, 19)


class Scan:
    """What a file lists.

    Memory: some 100 bytes for each picture.

    Args:
        file: opened at its beginning.

    Attributes:
        encoding: of the file.
        labels: names of classes, in the order of the file.
        subsets: their numbers by name; `NO_SUBSET` for pictures that are in none.
        names: of the pictures.
        owners: for each the number of its subset.
        bounds: for each the offsets where its element begins and ends, by turns.

    Raises:
        XMLError: it is no XML, or not what CVAT writes of pictures.
    """

    def __init__(self, file: BinaryIO):
        self.labels: dict[str, None] = {}
        self.subsets: dict[str, int] = {}
        self.names: list[str] = []
        self.owners, self.bounds = array("I"), array("q")
        self._path: list[str] = []
        self._known: set[str] = set()
        self._text = ""
        self._last = 0
        beginning = file.read(2)
        self.encoding = _UTF16.get(beginning, "utf-8")
        self._parser = self._make_parser()
        try:
            self._feed(beginning, file)
        except expat.ExpatError as error:
            raise self._explain(error, file) from error
        except (LookupError, ValueError) as error:  # of Python's codecs
            raise XMLError("xml-encoding", "line 1", str(error)) from error

    def _make_parser(self):
        parser = expat.ParserCreate()
        parser.ordered_attributes = True
        parser.XmlDeclHandler = self._declare
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._add_text
        return parser

    def _feed(self, data: bytes, file: BinaryIO) -> None:
        num_fed = 0
        while data:
            self._parser.Parse(data, False)
            num_fed += len(data)
            if num_fed - self._last > _MAX_GAP_BYTES:
                message = f"more than {_MAX_GAP_BYTES} bytes without an element"
                raise XMLError("xml-too-large", self._line(), message)
            data = file.read(_CHUNK_BYTES)
        self._parser.Parse(b"", True)

    def _line(self) -> str:
        return f"line {self._parser.CurrentLineNumber}"

    def _explain(self, error: expat.ExpatError, file: BinaryIO) -> XMLError:
        field = f"line {error.lineno}:{error.offset + 1}"
        file.seek(max(self._parser.ErrorByteIndex, 0))
        if error.code == _INVALID_TOKEN and file.read(1) > b"\x7f":
            return XMLError("xml-encoding", field, f"not {self.encoding}")
        code = "xml-encoding" if error.code in _ENCODING_ERRORS else "xml-malformed"
        return XMLError(code, field, expat.ErrorString(error.code))

    def _declare(self, version, encoding, standalone) -> None:
        if encoding and self.encoding == "utf-8":
            self.encoding = encoding

    def _refuse_doctype(self, *_) -> None:
        raise XMLError("xml-doctype", "", "a DOCTYPE is not allowed: remove it")

    def _start(self, tag: str, attributes: list[str]) -> None:
        self._path.append(tag)
        self._last = self._parser.CurrentByteIndex
        self._known.add(tag)
        self._known.update(attributes[::2])
        if len(self._path) > _MAX_DEPTH or len(self._known) > _MAX_NAMES:
            message = "elements lie too deep, or have too many names"
            raise XMLError("xml-malformed", self._line(), message)
        if len(self._path) <= _PICTURE_DEPTH:
            self._start_outer(tag, attributes)
        self._text = ""

    def _start_outer(self, tag: str, attributes: list[str]) -> None:
        self._end_picture()
        if len(self._path) < _PICTURE_DEPTH:
            if tag != _ROOT:
                message = f"<{_ROOT}> must be outermost, not <{tag}>"
                raise XMLError("xml-root", "", message)
        elif tag == _PICTURE:
            names, values = attributes[::2], attributes[1::2]
            self._start_picture(dict(zip(names, values, strict=True)))
        elif tag == _TRACK:
            message = "'CVAT for video': export the task as 'CVAT for images'"
            raise XMLError("xml-structure", self._line(), message)

    def _start_picture(self, attributes: dict[str, str]) -> None:
        name = attributes.get("name", "").strip()
        if not name:
            raise XMLError("xml-structure", self._line(), "<image> has no name")
        subset = attributes.get("subset", NO_SUBSET).strip()
        self.names.append(name)
        self.owners.append(self.subsets.setdefault(subset, len(self.subsets)))
        self.bounds.append(self._last)

    def _end(self, tag: str) -> None:
        # Labels come before the pictures.
        is_label = not self.names and tuple(self._path[-3:]) == _LABEL_NAME
        if is_label and self._text.strip():
            self.labels[self._text.strip()] = None
        self._path.pop()
        if not self._path:
            self._last = self._parser.CurrentByteIndex
            self._end_picture()

    def _end_picture(self) -> None:
        """The element of a picture ends at the latest where the next one begins."""
        if len(self.bounds) % 2:
            self.bounds.append(self._last)
        if self.names:  # no text is needed any more
            self._parser.CharacterDataHandler = None

    def _add_text(self, text: str) -> None:
        if len(self._text) < _MAX_LABEL_LENGTH:
            self._text += text
