"""From TFRecords to batches: what is in them, whoever makes them."""

import dataclasses
import io
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from luminet.datasets import image, pipeline
from luminet.datasets.augmentation.augmentation import Augmentation
from luminet.datasets.example import Example
from luminet.datasets.transforms import Resize
from luminet.predict import Predictor
from tests.tiny_data import draw_example, draw_examples, tiny_config, write_store

AS_THEY_ARE = Augmentation([])
FLIPS = Augmentation([{"flip": {"vertical": True, "prob": 0.75}}])
# Sizes stay as they are, up to this.
AS_IT_IS = Resize(64, 128)


def photograph(seed):
    """More or less: smooth, of odd size, a JPEG that halves the size of its colours."""
    pixels = np.random.default_rng(seed).integers(0, 256, (9, 11, 3)).astype(np.uint8)
    picture = Image.fromarray(pixels).resize((87, 65), Image.Resampling.BICUBIC)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=80, subsampling="4:2:0")
    return Example(f"jpeg{seed}", "", file.getvalue(), 65, 87)


OBJECTS = draw_example("objects", 0, (64, 64), 3)
EMPTY = draw_example("empty", 1, (64, 100), 0)
FLAGS = dataclasses.replace(
    OBJECTS,
    difficult=np.array([True, False, False]),
    crowd=np.array([False, True, False]),
)
# The first picture of each split.
FIRST = {"mixed": OBJECTS, "empty": EMPTY, "flags": FLAGS, "jpeg": photograph(0)}


@pytest.fixture(scope="module")
def splits(tmp_path_factory):
    lists = {name: [example] for name, example in FIRST.items()}
    lists["mixed"].append(EMPTY)
    lists["seven"] = [draw_example(str(i), [2, i], (64, 64), i % 3) for i in range(7)]
    shapes = [(64, 64), (64, 100), (100, 64), (64, 64), (64, 90), (90, 64), (64, 64)]
    lists["shapes"] = draw_examples(shapes, [1, 2, 0, 3, 1, 2, 1])
    folder = tmp_path_factory.mktemp("pipeline") / "store"
    return write_store(folder, **lists).splits


def training(
    split, batch_size=2, seed=0, first_step=0, augmentation=AS_THEY_ARE, **settings
):
    return pipeline.training_batches(
        split, AS_IT_IS, augmentation, batch_size, seed, first_step, **settings
    )


def evaluation(split, batch_size=1, resize=AS_IT_IS):
    return list(
        pipeline.evaluation_batches(split, resize, batch_size).as_numpy_iterator()
    )


@pytest.mark.parametrize(
    "resize, size, padded",
    [
        (Resize(64, 64), (64, 64), (64, 64)),
        (Resize(65, 65), (65, 65), (96, 96)),
        (Resize(1, 1), (1, 1), (32, 32)),
        (Resize(95, 95), (95, 95), (96, 96)),
    ],
)
def test_sides_are_padded_to_multiples_of_32(splits, resize, size, padded):
    (batch,) = evaluation(splits["flags"], resize=resize)
    assert batch["image"].shape == (1, *padded, 3)
    np.testing.assert_array_equal(batch["image_size"], [size])


def test_padding_is_zero_at_the_bottom_and_on_the_right(splits):
    (batch,) = evaluation(splits["flags"], resize=Resize(70, 70))
    assert batch["image"][0, :70, :70].min() > 0
    assert not batch["image"][0, 70:].any()
    assert not batch["image"][0, :, 70:].any()


def test_images_of_a_batch_are_padded_to_the_largest(splits):
    (batch,) = evaluation(splits["mixed"], batch_size=2)
    assert batch["image"].shape == (2, 64, 128, 3)
    np.testing.assert_array_equal(batch["image_size"], [[64, 64], [64, 100]])
    assert batch["image"][0, :, :64].min() > 0 and batch["image"][1, :, :100].min() > 0
    assert not batch["image"][0, :, 64:].any()
    assert not batch["image"][1, :, 100:].any()


def test_objects_of_a_batch_are_padded_to_the_most_and_one(splits):
    (batch,) = evaluation(splits["mixed"], batch_size=2)
    assert batch["gt_boxes"].shape == (2, 4, 4)
    np.testing.assert_array_equal(batch["gt_classes"][:, 3], [-1, -1])
    assert batch["gt_classes"][0, :3].min() >= 0
    np.testing.assert_array_equal(batch["gt_classes"][1], [-1, -1, -1, -1])
    assert batch["gt_boxes"][0, :3].min(axis=0).all()
    assert not batch["gt_boxes"][0, 3].any() and not batch["gt_boxes"][1].any()
    assert not batch["gt_ignore"].any()


def test_an_image_without_objects_has_one_row_of_padding(splits):
    (batch,) = evaluation(splits["empty"])
    np.testing.assert_array_equal(batch["gt_boxes"], np.zeros([1, 1, 4]))
    np.testing.assert_array_equal(batch["gt_classes"], [[-1]])
    np.testing.assert_array_equal(batch["gt_ignore"], [[False]])


def test_difficult_objects_and_crowds_are_ignored(splits):
    (batch,) = evaluation(splits["flags"])
    np.testing.assert_array_equal(batch["gt_ignore"], [[True, True, False, False]])


def test_types_are_those_of_the_batch_dict(splits):
    batch = next(training(splits["mixed"]).as_numpy_iterator())
    assert {key: value.dtype for key, value in batch.items()} == {
        "image": np.uint8,
        "image_size": np.float32,
        "scale": np.float32,
        "gt_boxes": np.float32,
        "gt_classes": np.int32,
        "gt_ignore": np.bool_,
        "image_id": np.object_,
        "filename": np.object_,
        "seed": np.int32,
    }


def test_evaluation_sees_each_picture_once_and_in_order(splits):
    batches = evaluation(splits["seven"], batch_size=3)
    assert [len(batch["image"]) for batch in batches] == [3, 3, 1]
    names = [name.decode() for batch in batches for name in batch["image_id"]]
    assert names == ["0", "1", "2", "3", "4", "5", "6"]


def test_seeds_of_images_never_repeat(splits):
    batches = training(splits["seven"], batch_size=7).take(20).as_numpy_iterator()
    seeds = np.concatenate([batch["seed"] for batch in batches])
    assert len(set(seeds)) == 140


def test_batches_go_over_the_border_of_an_epoch(splits):
    batches = training(splits["seven"], batch_size=10).take(3).as_numpy_iterator()
    assert [len(batch["image"]) for batch in batches] == [10, 10, 10]


# Of 7 pictures: within an epoch, at its border, over it, many epochs later.
STARTS = [(1, 3, 1000), (7, 1, 1000), (1, 7, 1000), (2, 3, 2), (3, 10, 1000)]
STARTS += [(20, 3, 1000), (9, 2, 3)]
EVERYTHING = Augmentation([{"flip": {}}, {"colour": {"hue": 0.1}}, {"mosaic": {}}])


def assert_same(batches, others, count=3):
    pairs = zip(
        batches.take(count).as_numpy_iterator(),
        others.take(count).as_numpy_iterator(),
        strict=True,
    )
    for expected, batch in pairs:
        assert expected.keys() == batch.keys()
        for key, values in expected.items():
            np.testing.assert_array_equal(batch[key], values, err_msg=key)


@pytest.mark.parametrize("shape_buckets", [None, 4])
@pytest.mark.parametrize("first_step, batch_size, shuffle_buffer", STARTS)
def test_starting_later_gives_the_tail_of_an_earlier_start(
    splits, first_step, batch_size, shuffle_buffer, shape_buckets
):
    settings = {"batch_size": batch_size, "augmentation": FLIPS}
    settings |= {"shuffle_buffer": shuffle_buffer, "shape_buckets": shape_buckets}
    tail = training(splits["shapes"], **settings).skip(first_step)
    assert_same(tail, training(splits["shapes"], first_step=first_step, **settings))


def test_starting_later_gives_the_same_partners(splits):
    settings = {"augmentation": EVERYTHING, "shuffle_buffer": 3}
    tail = training(splits["shapes"], **settings).skip(5)
    assert_same(tail, training(splits["shapes"], first_step=5, **settings))


@pytest.mark.parametrize("num_workers", [1, 5])
def test_data_are_the_same_for_any_number_of_workers(splits, num_workers, monkeypatch):
    settings = {"augmentation": EVERYTHING, "shape_buckets": 4}
    expected = training(splits["shapes"], **settings)
    monkeypatch.setattr(pipeline, "_PARALLEL", num_workers)
    assert_same(expected, training(splits["shapes"], **settings), count=8)


def test_another_seed_would_be_noticed(splits):
    settings = {"augmentation": EVERYTHING, "shape_buckets": 4}
    others = training(splits["shapes"], seed=1, **settings)
    with pytest.raises(AssertionError):
        assert_same(training(splits["shapes"], **settings), others)


def test_partners_are_other_pictures(splits):
    # One picture has three objects and the other none: together they have three.
    mixed = Augmentation([{"mix_up": {"prob": 1.0}}])
    batches = training(splits["mixed"], 1, augmentation=mixed).take(4)
    counts = [int((batch["gt_classes"].numpy() >= 0).sum()) for batch in batches]
    assert counts == [3, 3, 3, 3]


def test_sides_are_padded_to_the_lengths_of_the_buckets(splits):
    settings = {"batch_size": 1, "shape_buckets": 2}
    batches = training(splits["shapes"], **settings).take(7)
    shapes = {tuple(batch["image"].shape[1:3]) for batch in batches}
    assert shapes == {(64, 64), (64, 128), (128, 64)}


def test_flips_differ_between_the_epochs(splits):
    batches = training(splits["flags"], 1, augmentation=FLIPS).take(40)
    corners = {tuple(batch["gt_boxes"].numpy()[0, 0, :2]) for batch in batches}
    assert len(corners) == 4


def test_flipped_boxes_are_on_their_objects(splits):
    upright = next(training(splits["flags"], 1).as_numpy_iterator())
    always = Augmentation([{"flip": {"prob": 1.0}}])
    batches = training(splits["flags"], 1, augmentation=always)
    flipped = next(batches.as_numpy_iterator())
    np.testing.assert_array_equal(flipped["image"], upright["image"][:, :, ::-1])
    y1, x1, y2, x2 = upright["gt_boxes"][0, 0]
    expected = [y1, 64 - x2, y2, 64 - x1]
    np.testing.assert_array_equal(flipped["gt_boxes"][0, 0], expected)


def test_pixels_of_training_are_those_of_evaluation_rounded(splits):
    resize = Resize(50, 1000)
    (expected,) = evaluation(splits["jpeg"], resize=resize)
    batches = pipeline.training_batches(splits["jpeg"], resize, AS_THEY_ARE, 1, seed=0)
    batch = next(batches.as_numpy_iterator())
    np.testing.assert_array_equal(batch["image"], np.round(expected["image"]))
    np.testing.assert_array_equal(batch["scale"], expected["scale"])


@pytest.mark.parametrize("name, size", [("jpeg", 65), ("flags", 64)])
def test_pixels_are_those_of_the_decoder(splits, name, size):
    batch = evaluation(splits[name], resize=Resize(size, 1000))[0]
    expected = image.decode(FIRST[name].image)
    pixels = batch["image"][0, : expected.shape[0], : expected.shape[1]]
    np.testing.assert_array_equal(pixels, expected)


@pytest.mark.parametrize("resize", [(64, 128), (50, 1000), (200, 240)])
@pytest.mark.parametrize("name", ["jpeg", "flags"])
def test_prediction_prepares_a_picture_as_evaluation_does(splits, name, resize):
    settings = f"dataset.resize={{min_size: {resize[0]}, max_size: {resize[1]}}}"
    config = tiny_config("unused", "unused", settings)
    predictor = Predictor(SimpleNamespace(config=config, class_names=(), model=None))
    prepared = predictor._prepare(image.decode(FIRST[name].image))
    batch = evaluation(splits[name], resize=Resize(*resize))[0]
    for key in ("image", "image_size", "scale"):
        np.testing.assert_array_equal(prepared[key], batch[key], err_msg=key)
