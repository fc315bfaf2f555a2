"""JSON of unknown origin."""

import os
import time

import pytest

from luminet.datasets.readers import json_file
from luminet.datasets.readers.json_file import JSONError

DEEP = 100_000


def refusal(data, shrink=None):
    with pytest.raises(JSONError) as caught:
        json_file.parse(data, shrink)
    return caught.value


@pytest.mark.parametrize(
    "data, content",
    [
        (b'\xef\xbb\xbf{"a": [1, 2.5, null, true]}', {"a": [1, 2.5, None, True]}),
        ('{"é": "\\ud83d\\ude00"}'.encode(), {"é": "😀"}),
        (rb'"C:\\users\\udo"', r"C:\users\udo"),
        (rb'"\\ud83d \ud83D\uDe00\uD83D\udE00"', r"\ud83d 😀😀"),
        (b"1e-400", 0.0),
        (b"\r\n[]\n", []),
    ],
    ids=[
        "byte order mark",
        "characters",
        "escaped backslash",
        "no half",
        "tiny",
        "blanks",
    ],
)
def test_what_is_read(data, content):
    assert json_file.parse(data) == content


def test_each_object_can_be_shrunk_as_soon_as_it_is_read():
    data = b'[{"a": {"b": 1}}, {"c": 2}]'
    assert json_file.parse(data, shrink=lambda item: [*item.items()]) == [
        [("a", [("b", 1)])],
        [("c", 2)],
    ]


FAULTS = [
    pytest.param(b"", "json-malformed", "line 1:1", id="empty"),
    pytest.param(b'{"a": 1', "json-malformed", "line 1:8", id="C1 cut"),
    pytest.param(b'{"a": 1,\n}', "json-malformed", "line ", id="C1 trailing comma"),
    pytest.param(b"{} {}", "json-malformed", "line 1:4", id="two values"),
    pytest.param(b"<xml/>", "json-malformed", "line 1:1", id="XML"),
    pytest.param(b'"\x00"', "json-malformed", "line 1:2", id="NUL"),
    pytest.param(b"[" * DEEP, "json-nested", "", id="C1 deep lists"),
    pytest.param(b'{"a":' * DEEP, "json-nested", "", id="C1 deep objects"),
    pytest.param(b"[%s]" % (b"9" * 5000), "json-nan", "[0]", id="C1 5000 digits"),
    pytest.param(b'{"a": [0, NaN]}', "json-nan", "a[1]", id="C3 NaN"),
    pytest.param(b'{"a": -Infinity}', "json-nan", "a", id="C3 infinity"),
    pytest.param(b'{"a": {"b": 1e400}}', "json-nan", "a.b", id="C3 1e400"),
    pytest.param(b'{"a": 1, "a": 1}', "json-duplicate-key", "a", id="C4 duplicate key"),
    pytest.param(
        b'[{"a": NaN, "a": 1}]', "json-duplicate-key", "[0].a", id="C3 and C4"
    ),
    pytest.param(b'{"\\n": NaN}', "json-nan", "?", id="key that is not printable"),
    pytest.param(b'"\xe9"', "encoding", "byte 1", id="Latin-1"),
    pytest.param('"a"'.encode("utf-16"), "encoding", "byte 0", id="UTF-16"),
    pytest.param(rb'"\ud83d"', "encoding", "", id="first half of a character"),
    pytest.param(rb'"\uDE00"', "encoding", "", id="second half"),
    pytest.param(rb'"\ude00\ud83d"', "encoding", "", id="halves in wrong order"),
    pytest.param(rb'"\ud83d\ud83d\ude00"', "encoding", "", id="half before a whole"),
    pytest.param(rb'"\\ud83d\ude00"', "encoding", "", id="half after a backslash"),
    pytest.param(rb'{"\\\ud83d": 1}', "encoding", "", id="half in a key"),
]


@pytest.mark.parametrize("shrink", [None, tuple], ids=["whole", "shrunk"])
@pytest.mark.parametrize("data, code, field", FAULTS)
def test_what_is_refused(data, code, field, shrink):
    start = time.perf_counter()
    error = refusal(data, shrink)
    assert time.perf_counter() - start < 1.0
    assert error.code == code
    assert error.field == field or field == "line " and error.field.startswith(field)
    assert len(str(error).splitlines()) == 1


def test_the_first_of_several_faults_is_told_with_the_id_it_belongs_to():
    data = b'{"annotations": [{"bbox": [1, NaN], "id": 7}, {"id": NaN}]}'
    assert str(refusal(data)) == ("annotations[0, id 7].bbox[1]: no finite number: NaN")


def test_what_is_no_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(b" " * 11)
    codes = {
        "pipe": "not-a-regular-file",
        "large": "json-too-large",
        "nowhere": "annotation-missing",
        "": "not-a-regular-file",
    }
    for name, code in codes.items():
        with pytest.raises(JSONError) as caught:
            json_file.read(tmp_path / name, max_bytes=10)
        assert caught.value.code == code
