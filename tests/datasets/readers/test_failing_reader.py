"""A reader that raises what a reader never should: it and the picture are named."""

import pytest

from luminet.datasets.conversion.validate import validate
from luminet.datasets.readers.pascal.reader import PascalReader
from luminet.datasets.source.selection import Selection
from luminet.datasets.source.source import Source
from luminet.errors import InputError, LuminetError
from tests.conversion import convert
from tests.voc_folder import xml_annotation, xml_object

TYPE = f"{__name__}:FailingReader"
MESSAGE = "the reader FailingReader failed on 'b': ValueError: no\nnumber"


class FailingReader(PascalReader):
    """Does not know how to read the picture b."""

    def read(self, key):
        """See `Reader`."""
        if key == "b":
            raise ValueError("no\nnumber")
        return super().read(key)

    def names(self, key):
        """See `Reader`."""
        return {item.class_name for item in self.read(key).objects}


@pytest.fixture
def folder(voc):
    for name in "abc":
        voc.add(name, xml_annotation(xml_object()))
    return voc.root


def scan(folder):
    return Source(folder, TYPE).class_names


def count(folder):
    return Source(folder, TYPE, selection=Selection(drop_empty=True)).objects


def check(folder):
    return validate(lambda: Source(folder, TYPE))


def read(folder):
    source = Source(folder, TYPE)
    return source.example_reader("train", ["dog"]).read("b")


@pytest.mark.parametrize("use", [scan, count, check, read])
def test_the_reader_and_the_picture_are_named_in_one_line(folder, use):
    with pytest.raises(LuminetError) as caught:
        use(folder)
    assert str(caught.value) == " ".join(MESSAGE.split())
    assert not isinstance(caught.value, InputError)
    assert isinstance(caught.value.__cause__, ValueError)


def test_nothing_is_written_then(folder, tmp_path):
    with pytest.raises(LuminetError, match="failed on 'b'"):
        convert(TYPE, folder, tmp_path / "store", ["train"], on_invalid="skip")
    assert not (tmp_path / "store").exists()
