"""Folders are listed without what is hidden, and without what macOS adds."""

import pytest

from luminet.datasets import listing

NAMES = ("b.xml", "a.xml", ".a.xml", "._a.xml", "a.XML", "a.txt", ".DS_Store")


@pytest.fixture
def folder(tmp_path):
    for name in NAMES:
        (tmp_path / name).touch()
    for name in ("val", "train", ".vscode", "__MACOSX"):
        (tmp_path / name).mkdir()
    return tmp_path


def test_entries_are_all_that_is_not_hidden(folder):
    names = sorted(entry.name for entry in listing.entries(folder))
    assert names == ["a.XML", "a.txt", "a.xml", "b.xml", "train", "val"]


def test_files_are_those_with_the_ending(folder):
    found = sorted(listing.files(folder, ".xml"))
    assert found == [folder / "a.xml", folder / "b.xml"]


def test_folders_are_sorted(folder):
    assert listing.folders(folder) == [folder / "train", folder / "val"]


def test_a_link_to_a_folder_is_one_and_a_link_to_itself_is_none(tmp_path):
    (tmp_path / "apart").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "apart")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "lost").symlink_to("nowhere")
    names = [path.name for path in listing.folders(tmp_path)]
    assert names == ["apart", "link"]


def test_there_is_nothing_in_a_folder_that_is_not_there(tmp_path):
    assert [*listing.files(tmp_path / "nowhere", ".xml")] == []
    assert listing.folders(tmp_path / "nowhere") == []
    with pytest.raises(FileNotFoundError):
        next(listing.entries(tmp_path / "nowhere"))
