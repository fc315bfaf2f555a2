"""Which pictures a person means, and where their drawn copies go."""

from pathlib import Path

import pytest

from luminet.errors import InputError
from luminet.picture_files import drawn_paths, find_pictures


@pytest.fixture
def folder(tmp_path):
    names = ["b.JPG", "a.png", "c.webp", "notes.txt", "jpg"]
    for name in names:
        (tmp_path / name).write_text("")
    (tmp_path / "inner.jpg").mkdir()
    (tmp_path / "inner.jpg" / "deep.jpg").write_text("")
    return tmp_path


def test_pictures_of_a_folder_are_sorted_and_the_others_counted(folder):
    pictures, num_others = find_pictures([folder])
    assert [path.name for path in pictures] == ["a.png", "b.JPG", "c.webp"]
    assert num_others == 3  # notes.txt, jpg, inner.jpg


def test_what_macos_adds_is_no_picture(tmp_path):
    for name in ("a.jpg", "._a.jpg", ".hidden.png"):
        (tmp_path / name).write_text("")
    assert find_pictures([tmp_path]) == ([tmp_path / "a.jpg"], 0)


def test_files_stay_in_their_order(folder):
    pictures, num_others = find_pictures([folder / "c.webp", folder / "a.png"])
    assert [path.name for path in pictures] == ["c.webp", "a.png"]
    assert num_others == 0


def test_named_file_is_taken_whatever_its_ending(folder):
    assert find_pictures([folder / "notes.txt"]) == ([folder / "notes.txt"], 0)


@pytest.mark.parametrize(
    "name, message",
    [("none.jpg", "none.jpg: no such file or folder"), (".", "no pictures in this")],
)
def test_nothing_to_look_at(tmp_path, name, message):
    with pytest.raises(InputError, match=message):
        find_pictures([tmp_path / name])


@pytest.mark.parametrize(
    "files, names",
    [
        (["a.jpg", "b.png", "c.PNG"], ["a.jpg", "b.png", "c.png"]),
        (["a.webp", "b.gif"], ["a.jpg", "b.jpg"]),
        (["x/a.jpg", "y/a.jpg", "z/a.jpg"], ["a.jpg", "a-2.jpg", "a-3.jpg"]),
        (["a.jpg", "a.jpeg", "a-2.jpg"], ["a.jpg", "a-2.jpg", "a-2-2.jpg"]),
        (["a.jpg", "a.png"], ["a.jpg", "a.png"]),
    ],
)
def test_each_copy_has_a_name_of_its_own(files, names):
    paths = drawn_paths([Path(file) for file in files], Path("drawn"))
    assert paths == [Path("drawn", name) for name in names]


def test_a_copy_never_takes_the_place_of_a_picture(folder):
    with pytest.raises(InputError, match="a.png: would be replaced by its copy"):
        drawn_paths([folder / "b.JPG", folder / "a.png"], folder)
