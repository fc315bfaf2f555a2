"""Errors arrive from worker processes as they were raised."""

import pickle

import pytest

from luminet.datasets.findings import Finding, InvalidDataset, InvalidExample
from luminet.datasets.image_error import ImageError
from luminet.datasets.readers.annotation_xml import XMLError
from luminet.datasets.readers.json_file import JSONError
from luminet.datasets.records.error import RecordError
from luminet.datasets.regular_file import FileError
from luminet.errors import InputError, LuminetError
from luminet.interrupt import Interrupted

FINDING = Finding("format", "a.jpg", "", "not supported")


@pytest.mark.parametrize(
    "error",
    [
        LuminetError("disk"),
        InputError("a: wrong"),
        Interrupted(2, "stopped"),
        ImageError("format", "not supported", "a.jpg"),
        FileError("missing", "there is no such file", "a"),
        XMLError("xml-root", "line 1", "wrong"),
        JSONError("json-nan", "line 1", "wrong"),
        RecordError("record-cut", "wrong", "a"),
        InvalidDataset.of("split-empty", "a", "", "wrong"),
        InvalidExample([FINDING]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_goes_to_another_process_and_stays_what_it_is(error):
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert copy.exit_code == error.exit_code
    assert vars(copy) == vars(error)
