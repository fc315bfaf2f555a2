"""From TFRecords to batches: padding, the order of the pictures, and their pixels."""

import dataclasses
import io
import itertools
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from luminet.datasets import image, pipeline
from luminet.datasets.example import Example
from luminet.datasets.transforms import Flip, Resize
from luminet.errors import InputError
from luminet.predict import Predictor
from tests.tiny_data import draw_example, tiny_config, write_store

NO_FLIP = Flip(0.0, 0.0)
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
    folder = tmp_path_factory.mktemp("pipeline") / "store"
    return write_store(folder, **lists).splits


def training(split, batch_size=2, seed=0, first_step=0, flip=NO_FLIP, **settings):
    return pipeline.training_batches(
        split, AS_IT_IS, flip, batch_size, seed, first_step, **settings
    )


def ids(split, count, batch_size=7, **settings):
    """The names of the first pictures of a training."""
    batches = training(split, batch_size, **settings).as_numpy_iterator()
    names = (name.decode() for batch in batches for name in batch["image_id"])
    return list(itertools.islice(names, count))


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
        "image": np.float32,
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


def test_every_epoch_is_a_permutation(splits):
    names = ids(splits["seven"], 35, batch_size=3)
    for epoch in range(5):
        assert sorted(names[7 * epoch : 7 * epoch + 7]) == list("0123456")


def test_epochs_differ_in_their_order(splits):
    names = ids(splits["seven"], 35)
    assert len({tuple(names[7 * epoch : 7 * epoch + 7]) for epoch in range(5)}) == 5


def test_seeds_differ_in_their_order(splits):
    assert len({tuple(ids(splits["seven"], 7, seed=seed)) for seed in range(5)}) == 5


def test_same_seed_gives_the_same_order(splits):
    assert ids(splits["seven"], 35, seed=3) == ids(splits["seven"], 35, seed=3)


def test_place_of_a_picture_in_an_epoch_is_uniform(splits):
    epochs = 420
    names = ids(splits["seven"], 7 * epochs, batch_size=70)
    counts = Counter(index % 7 for index, name in enumerate(names) if name == "0")
    chi_square = sum((counts[place] - 60) ** 2 / 60 for place in range(7))
    assert chi_square < 22.5  # 6 degrees of freedom: 1 in 1000 exceeds it.


def test_seeds_of_images_never_repeat(splits):
    batches = training(splits["seven"], batch_size=7).take(20).as_numpy_iterator()
    seeds = np.concatenate([batch["seed"] for batch in batches])
    assert len(set(seeds)) == 140


def test_order_of_a_split_larger_than_the_buffer_is_shuffled_in_blocks(splits):
    names = ids(splits["seven"], 70, shuffle_buffer=3)
    starts = set()
    for epoch in range(10):
        order = [int(name) for name in names[7 * epoch : 7 * epoch + 7]]
        assert sorted(order) == list(range(7))
        # A block is of neighbours, and begins elsewhere in another epoch.
        (start,) = (
            n for n in range(7) if {n, (n + 1) % 7, (n + 2) % 7} == {*order[:3]}
        )
        starts.add(start)
    assert len(starts) > 3


def test_blocks_of_an_epoch_are_shuffled_in_different_ways(splits):
    names = ids(splits["seven"], 70, shuffle_buffer=3)
    first, second = ([int(n) % 3 for n in names[i::7]] for i in (0, 3))
    assert first != second


def test_buffer_larger_than_the_split_is_the_same_as_one_that_fits(splits):
    small = ids(splits["seven"], 70, shuffle_buffer=7)
    assert ids(splits["seven"], 70, shuffle_buffer=1000) == small


# Of 7 pictures: within an epoch, at its border, over it, many epochs later.
@pytest.mark.parametrize(
    "first_step, batch_size, buffer",
    [(1, 3, 1000), (7, 1, 1000), (1, 7, 1000), (2, 3, 2), (3, 10, 1000), (20, 3, 1000)],
)
def test_starting_later_gives_the_tail_of_an_earlier_start(
    splits, first_step, batch_size, buffer
):
    split, flip = splits["seven"], Flip(0.5, 0.5)
    settings = {"batch_size": batch_size, "flip": flip, "shuffle_buffer": buffer}
    tail = training(split, **settings).skip(first_step).take(3)
    later = training(split, first_step=first_step, **settings).take(3)
    pairs = zip(tail.as_numpy_iterator(), later.as_numpy_iterator(), strict=True)
    for expected, batch in pairs:
        for key, values in expected.items():
            np.testing.assert_array_equal(batch[key], values, err_msg=key)


def test_batches_go_over_the_border_of_an_epoch(splits):
    batches = training(splits["seven"], batch_size=10).take(3).as_numpy_iterator()
    assert [len(batch["image"]) for batch in batches] == [10, 10, 10]


def test_flips_differ_between_the_epochs(splits):
    batches = training(splits["flags"], 1, flip=Flip(0.5)).take(20).as_numpy_iterator()
    lefts = [batch["gt_boxes"][0, 0, 1] for batch in batches]
    assert len(set(lefts)) == 2


def test_flipped_boxes_are_on_their_objects(splits):
    upright = next(training(splits["flags"], 1).as_numpy_iterator())
    batches = training(splits["flags"], 1, flip=Flip(1.0, 1.0))
    flipped = next(batches.as_numpy_iterator())
    np.testing.assert_array_equal(flipped["image"], upright["image"][:, ::-1, ::-1])
    y1, x1, y2, x2 = upright["gt_boxes"][0, 0]
    expected = [64 - y2, 64 - x2, 64 - y1, 64 - x1]
    np.testing.assert_array_equal(flipped["gt_boxes"][0, 0], expected)


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


def test_a_damaged_file_is_named(tmp_path):
    store = write_store(tmp_path / "store", train=[OBJECTS, EMPTY])
    (file,) = store.split("train").files
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    with pytest.raises(InputError, match="train.tfrecords"), pipeline.reading(store):
        list(pipeline.evaluation_batches(store.split("train"), AS_IT_IS))


def test_a_file_that_went_away_is_named(tmp_path):
    store = write_store(tmp_path / "store", train=[OBJECTS])
    store.split("train").files[0].unlink()
    with pytest.raises(InputError, match="missing: train"), pipeline.reading(store):
        list(pipeline.evaluation_batches(store.split("train"), AS_IT_IS))
