"""What every reader does: one truth in many notations, read alike."""

import importlib
import pickle

import numpy as np
import pytest

from luminet.datasets.example_reader import ExampleReader
from luminet.datasets.findings import InvalidDataset, InvalidExample
from luminet.datasets.readers import (
    READERS,
    find_splits,
    make_reader,
    reader_class,
    recognise,
)
from luminet.errors import InputError
from tests.datasets.readers.litter import strew
from tests.datasets.readers.notations.truth import CLASS_NAMES, PICTURES

NOTATIONS = sorted(READERS)


@pytest.fixture(params=NOTATIONS)
def notation(request):
    return request.param


def module_of(notation):
    return importlib.import_module(f"tests.datasets.readers.notations.{notation}")


@pytest.fixture
def folder(notation, tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    module_of(notation).write(folder, PICTURES)
    return folder


def read_all(reader):
    examples = ExampleReader(reader, CLASS_NAMES)
    return [examples.read(key) for key in [*reader.keys()]]


def test_the_truth_is_read(notation, folder):
    results = read_all(make_reader(notation, folder, "train"))
    assert len(results) == len(PICTURES)
    by_size = {(example.height, example.width): example for example, _ in results}
    for picture in PICTURES:
        example = by_size[picture.height, picture.width]
        boxes = [(y1, x1, y2, x2) for _, (x1, y1, x2, y2) in picture.objects]
        expected = np.float32(boxes).reshape(-1, 4)
        np.testing.assert_allclose(example.boxes, expected, atol=1e-4)
        classes = [CLASS_NAMES.index(name) for name, _ in picture.objects]
        assert example.classes.tolist() == classes
        assert example.image == picture.png()


def test_marks_of_objects_are_read(notation, folder):
    """Difficult and crowd; objects of a notation that cannot say so are neither."""
    known = module_of(notation).FLAGS
    results = read_all(make_reader(notation, folder, "train"))
    by_size = {(example.height, example.width): example for example, _ in results}
    for picture in PICTURES:
        example = by_size[picture.height, picture.width]
        marks = [(difficult, crowd) for _, _, difficult, crowd in picture.marked()]
        difficult = [bool(mark and "difficult" in known) for mark, _ in marks]
        crowd = [bool(mark and "crowd" in known) for _, mark in marks]
        assert (example.difficult.tolist(), example.crowd.tolist()) == (
            difficult,
            crowd,
        )


def test_nothing_is_odd_about_the_truth(notation, folder):
    reader = make_reader(notation, folder, "train")
    assert [*reader.findings] == []
    for _, findings in read_all(reader):
        assert findings == []


def test_listed_classes_are_those_of_the_truth(notation, folder):
    names = make_reader(notation, folder, "train").class_names
    assert names is None or set(names) == set(CLASS_NAMES)


def test_keys_are_unique_and_always_in_one_order(notation, folder):
    keys = [*make_reader(notation, folder, "train").keys()]
    assert keys == [*make_reader(notation, folder, "train").keys()]
    assert len(set(keys)) == len(keys)


def test_pictures_are_read_in_any_order_and_any_number_of_times(notation, folder):
    reader = make_reader(notation, folder, "train")
    forwards = [reader.read(key) for key in [*reader.keys()]]
    backwards = [reader.read(key) for key in reversed([*reader.keys()])][::-1]
    for one, other in zip(forwards, backwards, strict=True):
        assert one.objects == other.objects
        assert (one.picture, one.picture_name) == (other.picture, other.picture_name)


def test_a_reader_can_go_to_another_process(notation, folder):
    reader = make_reader(notation, folder, "train")
    copy = pickle.loads(pickle.dumps(reader))
    assert [*copy.keys()] == [*reader.keys()]
    key = next(iter(reader.keys()))
    assert copy.read(key).objects == reader.read(key).objects


def test_the_split_is_found(notation, folder):
    assert find_splits(notation, folder) in ((), ("train",))


def test_the_folder_is_recognised(notation, folder):
    name, reason = recognise(folder)
    assert name == notation
    assert reason


def test_only_its_own_reader_recognises_a_folder(notation, folder):
    others = [name for name in READERS if name != notation]
    assert not any(reader_class(name).recognise(folder) for name in others)


def test_hidden_files_change_nothing(notation, folder):
    before = make_reader(notation, folder, "train")
    keys, splits = [*before.keys()], find_splits(notation, folder)
    objects = [before.read(key).objects for key in keys]
    strew(folder)
    after = make_reader(notation, folder, "train")
    assert ([*after.keys()], find_splits(notation, folder)) == (keys, splits)
    assert [after.read(key).objects for key in keys] == objects
    assert [*after.findings] == []
    assert recognise(folder)[0] == notation
    assert " (could also be" not in recognise(folder)[1]


def test_hidden_files_alone_are_no_data_set(notation, folder, tmp_path):
    hidden = tmp_path / "other"
    hidden.mkdir()
    folder.rename(hidden / "__MACOSX")
    assert reader_class(notation).recognise(hidden) is None


def test_a_missing_picture_is_a_fault_of_that_picture_alone(notation, folder):
    lost = next(iter(sorted(folder.rglob("a.png"))), None)
    if lost is None:
        pytest.skip("pictures lie in the annotations")
    lost.unlink()
    reader = make_reader(notation, folder, "train")
    examples, num_faults = ExampleReader(reader, CLASS_NAMES), 0
    for key in [*reader.keys()]:
        try:
            examples.read(key)
        except InvalidExample as error:
            num_faults += 1
            assert {f.code for f in error.findings} == {"image-missing"}
            assert error.findings[0].remedy
    assert num_faults == 1


def test_a_missing_split_is_refused_by_name(notation, folder):
    if not find_splits(notation, folder):
        pytest.skip("this notation has no splits: any name will do")
    with pytest.raises(InvalidDataset) as caught:
        make_reader(notation, folder, "tra1n")
    assert "train" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_an_empty_folder_is_refused_and_not_recognised(notation, tmp_path):
    assert reader_class(notation).recognise(tmp_path) is None
    with pytest.raises(InputError):
        make_reader(notation, tmp_path, "train")


def test_an_unknown_option_is_refused(notation, folder):
    with pytest.raises(InputError, match="has no option 'colour'"):
        make_reader(notation, folder, "train", {"colour": "red"})
