"""The drawn data set."""

import numpy as np
import pytest

from luminet.datasets.sample.draw import CLASS_NAMES, draw_sample
from luminet.datasets.sample.picture import draw_picture
from luminet.datasets.source.source import Source
from luminet.errors import InputError


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample") / "shapes"
    draw_sample(folder, num_train=40, num_val=5)
    return folder


def read_all(folder, split="train"):
    source = Source(folder, "pascal", [split])
    examples = source.example_reader(split)
    return [examples.read(key) for key in source.keys[split]]


def contents(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*.*")}


def test_its_own_reader_finds_nothing_wrong(sample):
    for split, count in (("train", 40), ("val", 5)):
        examples = read_all(sample, split)
        assert len(examples) == count
        assert not [finding for _, findings in examples for finding in findings]


def test_all_classes_occur_and_empty_pictures_too(sample):
    assert Source(sample, "pascal", ["train"]).class_names == CLASS_NAMES
    counts = {len(example.boxes) for example, _ in read_all(sample)}
    assert counts == {0, 1, 2, 3, 4}


def test_objects_have_the_size_that_was_asked_for(sample):
    boxes = np.concatenate([example.boxes for example, _ in read_all(sample)])
    longer = np.max(boxes[:, 2:] - boxes[:, :2], axis=1)
    assert longer.min() >= 30 and longer.max() <= 112


def test_a_seed_gives_the_same_files(sample, tmp_path):
    draw_sample(tmp_path / "again", num_train=40, num_val=5)
    assert contents(sample) == contents(tmp_path / "again")


def test_another_seed_gives_other_files(sample, tmp_path):
    draw_sample(tmp_path / "other", seed=1, num_train=1, num_val=1)
    name = "JPEGImages/train_00000.jpg"
    assert (sample / name).read_bytes() != (tmp_path / "other" / name).read_bytes()


def test_a_picture_does_not_depend_on_their_number(sample, tmp_path):
    draw_sample(tmp_path / "few", num_train=2, num_val=1)
    few, many = contents(tmp_path / "few"), contents(sample)
    drawn = [path for path in few if path.suffix in (".jpg", ".xml")]
    assert len(drawn) == 6
    assert all(few[path] == many[path] for path in drawn)


def test_boxes_are_tight():
    """With and without an object: before its box nothing changes, in it much does."""
    empty, _ = draw_picture(np.random.default_rng(3), (200, 240), 0, (60, 60))
    pixels, objects = draw_picture(np.random.default_rng(3), (200, 240), 1, (60, 60))
    y1, x1, y2, x2 = objects[0].box
    changed = np.abs(np.int32(pixels) - empty).max(axis=-1) > 40
    rows, columns = np.nonzero(changed)
    assert abs(rows.min() - y1) <= 1 and abs(columns.min() - x1) <= 1
    # Its shadow falls to the bottom right, and belongs to no box.
    assert y2 - 1 <= rows.max() <= y2 + 8 and x2 - 1 <= columns.max() <= x2 + 8


def test_overwrite_replaces_the_old_one(tmp_path):
    draw_sample(tmp_path / "a", num_train=1, num_val=1)
    with pytest.raises(InputError, match="exists"):
        draw_sample(tmp_path / "a", num_train=1, num_val=1)
    draw_sample(tmp_path / "a", num_train=2, num_val=1, overwrite=True)
    assert len(read_all(tmp_path / "a")) == 2


@pytest.mark.parametrize(
    "options", [{"num_train": 0}, {"num_val": -1}, {"seed": -1}, {"sides": (50, 300)}]
)
def test_senseless_arguments_are_refused(tmp_path, options):
    with pytest.raises(InputError):
        draw_sample(tmp_path / "a", **options)
    assert not (tmp_path / "a").exists()
