"""What is taken of a data set, likewise in every notation."""

import pytest

from luminet.datasets.conversion.plan import plan_source
from luminet.datasets.source.selection import Selection
from luminet.datasets.source.source import Source
from tests.datasets.readers.notations.truth import PICTURES, Truth
from tests.datasets.readers.test_contract import folder, module_of, notation  # noqa: F401

SIZES = {picture.name: (picture.height, picture.width) for picture in PICTURES}
NAMES = {size: name for name, size in SIZES.items()}


@pytest.fixture
def take(folder):  # noqa: F811
    """Names of the pictures that are taken, each with its classes; by split."""

    def run(shares=None, **selection):
        source = Source(folder, selection=Selection(**selection), num_workers=1)
        plan = plan_source(source, shares, num_workers=1)
        return {
            split: dict(_read(plan, picture) for picture in pictures)
            for split, pictures in plan.splits.items()
        }

    return run


def _read(plan, picture):
    example, _ = plan.readers[picture.reader].read(picture.key)
    classes = sorted(plan.class_names[number] for number in example.classes)
    return NAMES[example.height, example.width], classes


@pytest.mark.parametrize(
    "selection, expected",
    [
        ({}, {"a": ["cat", "dog"], "b": ["cat"], "c": []}),
        ({"only_classes": ("dog",)}, {"a": ["dog"], "b": [], "c": []}),
        ({"rename": {"dog": "cat"}}, {"a": ["cat", "cat"], "b": ["cat"], "c": []}),
        ({"drop_empty": True}, {"a": ["cat", "dog"], "b": ["cat"]}),
        ({"drop_empty": True, "only_classes": ("dog",)}, {"a": ["dog"]}),
    ],
)
def test_classes_and_pictures_that_are_taken(take, selection, expected):
    (taken,) = take(**selection).values()
    assert taken == expected


@pytest.mark.parametrize("names", [("b",), ("b.png",), ("c.png", "a")])
def test_pictures_by_their_names(take, names):
    (taken,) = take(only_images=names).values()
    assert taken.keys() == {name[0] for name in names}


def test_pictures_by_their_ids(take, folder):  # noqa: F811
    (keys,) = Source(folder).listed_keys.values()
    (taken,) = take(only_images=tuple(keys[:2])).values()
    assert len(taken) == 2


@pytest.mark.parametrize("count", [1, 2])
def test_the_first_pictures(take, count):
    (everything,) = take().values()
    (taken,) = take(limit_examples=count).values()
    assert [*taken] == [*everything][:count]


def test_pictures_until_classes_have_enough(take):
    (taken,) = take(class_examples=2).values()
    assert taken.keys() == {"a", "b"}


def test_pictures_divided_anew(take):
    taken = take({"x": 0.5, "y": 0.5})
    assert [*taken] == ["x", "y"]
    assert sorted([*taken["x"], *taken["y"]]) == ["a", "b", "c"]


# An object without area, which is a fault in each notation.
SPOILT = Truth("d", 33, 44, (("dog", (10, 5, 10, 20)), ("cat", (1, 2, 13, 14))))
NO_CAT = Truth("e", 35, 46, (("dog", (10, 5, 10, 20)),))


def read(source):
    """Classes of each picture by its size, and the codes of faults."""
    (keys,), (split,) = source.keys.values(), source.readers
    found = [source.example_reader(split).inspect(key) for key in keys]
    classes = {
        (example.height, example.width): len(example.classes)
        for example, _, _ in found
        if example
    }
    return classes, [f.code for _, fs, _ in found for f in fs if f.fatal]


@pytest.fixture
def spoilt(notation, tmp_path):  # noqa: F811
    """The truth, and two pictures with a fault in a dog."""
    (tmp_path / "spoilt").mkdir()
    module_of(notation).write(tmp_path / "spoilt", (*PICTURES, SPOILT, NO_CAT))
    return tmp_path / "spoilt"


def test_faults_in_objects_that_are_not_taken_do_not_count(spoilt):
    _, faults = read(Source(spoilt, num_workers=1))
    assert len(faults) == 2
    source = Source(spoilt, selection=Selection(only_classes=("cat",)), num_workers=1)
    classes, faults = read(source)
    assert faults == []
    assert classes == {(40, 60): 1, (50, 30): 1, (20, 80): 0, (33, 44): 1, (35, 46): 0}


def test_pictures_with_nothing_but_such_objects_are_empty(spoilt):
    selection = Selection(
        rename={"dog": "wolf"}, only_classes=("cat",), drop_empty=True
    )
    classes, faults = read(Source(spoilt, selection=selection, num_workers=1))
    assert (classes.keys(), faults) == ({(40, 60), (50, 30), (33, 44)}, [])


def test_faults_in_objects_that_are_taken_count(spoilt):
    selection = Selection(only_classes=("dog",), drop_empty=True)
    classes, faults = read(Source(spoilt, selection=selection, num_workers=1))
    assert (classes, len(faults)) == ({(40, 60): 1}, 2)
