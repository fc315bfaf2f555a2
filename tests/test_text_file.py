"""Text files that are none are told in one line."""

import pytest

from luminet.errors import InputError
from luminet.text_file import read_text


def test_text_is_read_as_it_is(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes("\ufeffä\r\nb".encode())
    assert read_text(path) == "\ufeffä\nb"


@pytest.mark.parametrize(
    "make, told",
    [
        (lambda path: None, "no such file$"),
        (lambda path: path.mkdir(), "cannot read it: Is a directory$"),
        (lambda path: path.write_bytes(b"\xff"), "not text in UTF-8: invalid start"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path, make, told):
    path = tmp_path / "a.txt"
    make(path)
    with pytest.raises(InputError, match=f"^{path}: {told}"):
        read_text(path)
