"""The classes in many Pascal VOC annotations, without parsing each of them."""

import re
from pathlib import Path

from lxml import etree

from luminet.datasets.readers import annotation_xml
from luminet.datasets.readers.annotation_xml import XMLError, text
from luminet.datasets.readers.class_name import is_plain

_NAMES = etree.XPath("object/name")
_TAG = b"<name"
# One in ASCII, without a character that stands for something else.
_WRITTEN = re.compile(rb"<name>([ -%'-;=?-~]+)</name>")


class ClassNames:
    """Reads the names of classes; a file that has only those of others is not parsed.

    So all names that occur in some files come out right, in a fifth of the time; for
    one file there may be names too many, of parts of objects, if these are classes in
    another one.
    """

    def __init__(self):
        self._known: set[bytes] = set()

    def read(self, path: Path | str) -> set[str]:
        """The classes of the objects in an XML; none if it cannot be read."""
        try:
            data = annotation_xml.load(path)
            written = _WRITTEN.findall(data)
            if written and len(written) == data.count(_TAG):
                found = {name.strip() for name in written}
                if found <= self._known:
                    return {name.decode() for name in found}
            element = annotation_xml.parse(data, root="annotation")
        except XMLError:
            return set()  # `annotation.fill` tells of it
        names = {text(item) for item in _NAMES(element)}
        names = {name for name in names if name and is_plain(name)}
        self._known.update(name.encode() for name in names)
        return names
