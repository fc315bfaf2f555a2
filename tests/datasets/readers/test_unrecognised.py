"""What is said where no reader fits, and of plugins that do not work."""

import pytest

from luminet.datasets import readers
from luminet.datasets.readers import make_reader, reader_class, recognise
from luminet.datasets.readers.pascal.reader import PascalReader
from luminet.errors import InputError
from tests.datasets.readers.csv_folder import DOG, HEADER, rows, write
from tests.datasets.readers.yolo_folder import ROBOFLOW, yaml


def why_not(folder):
    with pytest.raises(InputError) as caught:
        recognise(folder)
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


@pytest.mark.parametrize(
    "files, message",
    [
        ({}, "it holds no file"),
        ({"a.png": "", "x/b.JPG": ""}, "it holds 2 pictures, but no annotations"),
        (
            {"a.png": "", "b.foo": "", "c": ""},
            "1 picture, 1 without an extension, 1",
        ),
        ({"b.foo": ""}, "it holds 1 *.foo; if it is one of them, name it with --type"),
        (
            {"a.png": "", "test.csv": "picture,kind,l,t,r,b\na.png,dog,1,2,3,4"},
            "test.csv: no column for class",
        ),
        (
            {"test.csv": HEADER.encode("utf-16")},
            "--type csv, test.csv: UTF-16, not",
        ),
        ({"x/y/t.csv": rows(DOG), "x/y/a.png": ""}, "csv: try x/y/ in it"),
        ({"x/t.csv": rows(DOG), "z/t.csv": rows(DOG)}, "csv: try x/ or z/ in it"),
        ({".x/t.csv": rows(DOG)}, "no file"),
        ({f"a/{name}": text for name, text in ROBOFLOW.items()}, "try a/ in it"),
    ],
)
def test_it_is_told_what_lies_there(tmp_path, files, message):
    write(tmp_path, files)
    assert message in why_not(tmp_path)


@pytest.mark.parametrize(
    "name, message",
    [
        ("nowhere", "nowhere: no such folder"),
        ("a.zip", "a.zip: is a file: unpack it first, and name the folder"),
        ("a.tar.gz", "a.tar.gz: is a file: unpack it first"),
        ("t.csv", "t.csv: is a file: name the folder that it lies in"),
        ("a.png", "a.png: is a file: name the folder that it lies in"),
    ],
)
def test_a_path_that_is_no_folder(tmp_path, name, message):
    write(tmp_path, {"a.zip": "", "a.tar.gz": "", "t.csv": "", "a.png": ""})
    assert message in why_not(tmp_path / name)
    with pytest.raises(InputError, match=message):
        make_reader("csv", tmp_path / name, "train")


class Package:
    name = "odd"


class Plugin:
    """An entry point, as installed packages have them."""

    dist = Package

    def __init__(self, name, value):
        self.name, self.value = name, value


class Stumbling:
    """A reader that falls over any folder."""

    @classmethod
    def recognise(cls, data_dir):
        """See `Reader`."""
        return 1 / 0


@pytest.mark.parametrize(
    "name, value, message",
    [
        ("mine", "nowhere:Reader", "'nowhere'"),
        ("mine", "os:Reader", "no attribute 'Reader'"),
        ("mine", f"{__name__}:Stumbling", "was left out: division by zero"),
        ("yolo", "os:path", "the plugin 'yolo' of odd has the name of a reader of"),
    ],
)
def test_a_plugin_that_does_not_work_is_left_out_and_told(
    tmp_path, monkeypatch, name, value, message
):
    monkeypatch.setattr(readers, "_entry_points", lambda: [Plugin(name, value)])
    assert message in why_not(tmp_path)
    write(tmp_path, yaml("train: train/images", ROBOFLOW))
    type, reason = recognise(tmp_path)
    assert type == "yolo"
    assert message in reason and f"the plugin '{name}' of odd" in reason


def test_a_plugin_that_cannot_be_loaded_is_an_error_when_it_is_named(monkeypatch):
    monkeypatch.setattr(readers, "_entry_points", lambda: [Plugin("mine", "no:Reader")])
    with pytest.raises(InputError, match="the reader 'mine' cannot be loaded: No modu"):
        reader_class("mine")


def test_a_plugin_does_not_hide_a_reader_of_luminet(monkeypatch):
    monkeypatch.setattr(readers, "_entry_points", lambda: [Plugin("pascal", "os:path")])
    assert reader_class("pascal") is PascalReader


def test_a_module_that_fails_when_it_is_imported_is_told(tmp_path, monkeypatch):
    (tmp_path / "failing_reader.py").write_text("1 / 0")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(InputError, match="cannot be loaded: division by zero"):
        reader_class("failing_reader:Reader")
