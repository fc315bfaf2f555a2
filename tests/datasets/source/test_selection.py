"""Choosing pictures and classes."""

import pytest

from luminet.datasets.source.selection import Selection
from luminet.errors import InputError

NAMES = ("cat", "dog", "puppy", "tree")
OBJECTS = {
    "a": (("cat", 2),),
    "b": (),
    "c": (("dog", 1), ("puppy", 1)),
    "d": (("cat", 1), ("tree", 1)),
    "e": (("tree", 4),),
}
KEYS = list(OBJECTS)


def chosen(**settings):
    selection = Selection(**settings)
    return selection.keys(KEYS, OBJECTS, selection.class_names(NAMES))


def test_by_default_everything_is_taken():
    assert Selection().class_names(NAMES) == NAMES
    assert chosen() == KEYS
    assert not Selection().needs_objects


def test_only_classes_keeps_the_order_of_the_data_set():
    selection = Selection(only_classes=("tree", "cat"))
    assert selection.class_names(NAMES) == ("cat", "tree")
    assert selection.dropped(NAMES) == {"dog", "puppy"}


def test_renaming_unites_classes():
    selection = Selection(rename={"puppy": "dog", "tree": "plant"})
    assert selection.class_names(NAMES) == ("cat", "dog", "plant")
    assert selection.counts(OBJECTS["c"], ("dog",)) == {"dog": 2}


def test_only_classes_are_named_after_renaming():
    selection = Selection(rename={"puppy": "dog"}, only_classes=("dog",))
    assert selection.class_names(NAMES) == ("dog",)
    with pytest.raises(InputError, match="--only-classes: no class 'puppy', only cat"):
        Selection(rename={"puppy": "dog"}, only_classes=("puppy",)).check_classes(NAMES)


@pytest.mark.parametrize(
    "settings, message",
    [
        ({"only_classes": ("dgo",)}, "no class 'dgo'.*did you mean 'dog'"),
        ({"rename": {"Cat": "dog"}}, "--rename: no class 'Cat'.*did you mean 'cat'"),
    ],
)
def test_a_class_that_there_is_not_is_refused(settings, message):
    with pytest.raises(InputError, match=message):
        Selection(**settings).check_classes(NAMES)


def test_the_first_pictures():
    assert chosen(limit_examples=2) == ["a", "b"]
    assert chosen(limit_examples=99) == KEYS


def test_pictures_without_objects():
    assert chosen(drop_empty=True) == ["a", "c", "d", "e"]
    assert chosen(drop_empty=True, only_classes=("cat",)) == ["a", "d"]
    assert chosen(drop_empty=True, limit_examples=2) == ["a", "c"]


def test_pictures_until_each_class_has_enough():
    assert chosen(class_examples=1) == ["a", "c", "d"]
    assert chosen(class_examples=2) == ["a", "c", "d", "e"]


@pytest.mark.parametrize("name", ["limit-examples", "class-examples"])
def test_less_than_one_is_refused(name):
    with pytest.raises(InputError, match=f"^--{name} must be positive, not 0"):
        Selection(**{name.replace("-", "_"): 0})


@pytest.mark.parametrize("settings", [{"drop_empty": True}, {"class_examples": 1}])
def test_a_picture_with_a_fault_is_taken_for_its_fault_to_be_told(settings):
    selection, objects = Selection(**settings), OBJECTS | {"b": None}
    assert "b" in selection.keys(KEYS, objects, NAMES)


def test_objects_of_classes_that_are_not_listed_do_not_count():
    assert Selection(drop_empty=True).keys(KEYS, OBJECTS, ("dog",)) == ["c"]
