"""A CVAT file: its subsets, its classes, and the elements of its pictures."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from luminet.datasets import regular_file
from luminet.datasets.readers import annotation_xml
from luminet.datasets.readers.annotation_xml import XMLError
from luminet.datasets.readers.cvat.scan import NO_SUBSET, Scan

MAX_BYTES = 1024 * 1024 * 1024

# What CVAT calls the subset of pictures that are in none.
_DEFAULT = "default"
_MAX_ELEMENT_BYTES = 64 * 1024 * 1024


class CVATFile:
    """A file that can be read picture by picture.

    Args:
        path: the file.

    Attributes:
        class_names: in the order of the file; None where it lists none.
        subsets: their names; empty where it is not divided.

    Raises:
        XMLError: it cannot be read, or is something else.
    """

    def __init__(self, path: Path):
        self._path = path
        try:
            with regular_file.opened(path) as file:
                self._state = _state(file)
                if self._state[0] > MAX_BYTES:
                    message = f"{self._state[0]} bytes, where {MAX_BYTES} are allowed"
                    raise XMLError("xml-too-large", "", message)
                self._scan = Scan(file)
        except regular_file.FileError as error:
            raise annotation_xml.explained(error) from error
        self._encoding = self._scan.encoding
        self.class_names = tuple(self._scan.labels) or None
        names = dict.fromkeys(name or _DEFAULT for name in self._scan.subsets)
        self.subsets = () if [*self._scan.subsets] == [NO_SUBSET] else tuple(names)

    def take_pictures(self, subset: str | None) -> Iterator[tuple[str, int, int]]:
        """The pictures of a subset, and forget the others; None: all of them.

        Yields:
            The name, and the offsets where its element begins and ends.
        """
        scan, self._scan = self._scan, None
        wanted = {
            number
            for name, number in scan.subsets.items()
            if subset is None or (name or _DEFAULT) == subset
        }
        starts, ends = scan.bounds[::2], scan.bounds[1::2]
        for name, owner, *bounds in zip(
            scan.names, scan.owners, starts, ends, strict=True
        ):
            if owner in wanted:
                yield name, *bounds

    def element(self, start: int, end: int) -> etree._Element:
        """The element of a picture.

        Raises:
            XMLError: the file cannot be read on, or has changed meanwhile.
        """
        if end - start > _MAX_ELEMENT_BYTES:
            message = f"{end - start} bytes, where {_MAX_ELEMENT_BYTES} are allowed"
            raise XMLError("xml-too-large", "", message)
        try:
            with regular_file.opened(self._path) as file:
                if _state(file) != self._state:
                    message = "changed while it was being read"
                    raise XMLError("file-changed", "", message)
                file.seek(start)
                text = file.read(end - start).decode(self._encoding)
            return etree.fromstring(f"<x>{text}</x>", annotation_xml.PARSER)[0]
        except regular_file.FileError as error:
            raise annotation_xml.explained(error) from error
        except UnicodeDecodeError as error:
            raise XMLError("xml-encoding", "", error.reason) from error
        except etree.XMLSyntaxError as error:
            message = error.msg.split(", line ")[0]
            raise XMLError("xml-malformed", "", message) from error


def _state(file: BinaryIO) -> tuple[int, int]:
    status = os.fstat(file.fileno())
    return status.st_size, status.st_mtime_ns
