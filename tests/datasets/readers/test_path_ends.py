"""Paths that were written on another computer."""

from pathlib import Path

import pytest

from luminet.datasets.readers.path_ends import find_end


@pytest.mark.parametrize(
    "written, found",
    [
        ("a/b/c.txt", "a/b/c.txt"),
        ("./a//b/./c.txt", "a/b/c.txt"),
        ("/home/me/a/b/c.txt", "a/b/c.txt"),
        ("C:\\me\\a\\b\\c.txt", "a/b/c.txt"),
        ("x/../../a/b/c.txt", "a/b/c.txt"),
        ("mine/b/c.txt", "c.txt"),
        ("mine/c.txt", "c.txt"),
        ("b/../c.txt", "c.txt"),
        ("a/b", None),
        ("c.txt/..", None),
        ("", None),
        ("/", None),
        ("x" * 5000, None),
        ("a\0b/c.txt", "c.txt"),
    ],
)
def test_the_longest_end_that_leads_somewhere_is_followed(tmp_path, written, found):
    (tmp_path / "a" / "b").mkdir(parents=True)
    for name in ("c.txt", "a/b/c.txt"):
        (tmp_path / name).write_text("")
    path = find_end(tmp_path, written, Path.is_file)
    assert path == (found and tmp_path / found)


@pytest.mark.parametrize("written", ["", ".", "/", "..", "../", "a/.."])
def test_the_folder_itself_can_be_meant(tmp_path, written):
    (tmp_path / "a").mkdir()
    assert find_end(tmp_path, written, Path.is_dir) == tmp_path


@pytest.mark.parametrize("written", ["../secret", "/secret", "a/../../secret"])
def test_the_folder_is_never_left(tmp_path, written):
    (tmp_path / "secret").write_text("")
    (tmp_path / "data").mkdir()
    assert find_end(tmp_path / "data", written, Path.is_file) is None
