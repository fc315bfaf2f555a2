"""The order of pictures: every picture once an epoch, by chance, from any step on."""

import itertools
from collections import Counter

import numpy as np
import pytest
import tensorflow as tf

from luminet.datasets import order
from luminet.datasets.example import Example
from luminet.datasets.order import Order
from luminet.datasets.records.example_record import serialize
from luminet.datasets.records.file import RecordWriter
from luminet.datasets.store import Split

COUNT = 23


@pytest.fixture(scope="module")
def splits(tmp_path_factory):
    """Pictures of 10, 20 and 30 pixels' width, named 0 to 22: in one file, in four."""
    folder = tmp_path_factory.mktemp("order")
    return {shards: write_split(folder, shards) for shards in (1, 4)}


def write_split(folder, shards):
    files = tuple(folder / f"{shards}-{index}.tfrecords" for index in range(shards))
    for file, numbers in zip(files, np.array_split(range(COUNT), shards), strict=True):
        with RecordWriter(file) as writer:
            for number in numbers:
                example = Example(str(number), "", b"", 10, 10 * (1 + number % 3))
                writer.write(serialize(example, ()))
    return Split("train", files, COUNT, 0, {})


def numbers(split, count, first=0, seed=0, batch_size=1, **settings):
    """The places of the first pictures of an order."""
    ordered = Order(split, seed, batch_size, **settings).start_at(first)
    pictures = ordered.take(count).as_numpy_iterator()
    return [int(picture["numbers"][0]) for picture in pictures]


def epochs(places):
    return [places[i : i + COUNT] for i in range(0, len(places), COUNT)]


def width(sizes):
    return sizes[:, 1]


@pytest.fixture(params=["one block", "blocks", "shapes", "blocks and shapes"])
def settings(request):
    """All ways to order; batches of 4 do not divide an epoch, nor a block."""
    blocks = {"shuffle_buffer": 7} if "blocks" in request.param else {}
    shapes = {"shape_of": width} if "shapes" in request.param else {}
    return {"batch_size": 4, **blocks, **shapes}


def test_every_epoch_has_every_picture_once(splits, settings):
    for epoch in epochs(numbers(splits[1], 5 * COUNT, **settings)):
        assert sorted(epoch) == list(range(COUNT))


def test_a_picture_that_comes_twice_would_be_noticed(splits, monkeypatch):
    shuffle = tf.random.experimental.stateless_shuffle

    def shuffle_and_repeat(values, seed):
        return tf.concat([shuffle(values, seed)[:-1], values[:1]], axis=0)

    monkeypatch.setattr(tf.random.experimental, "stateless_shuffle", shuffle_and_repeat)
    (epoch,) = epochs(numbers(splits[1], COUNT))
    assert sorted(epoch) != list(range(COUNT))


def test_epochs_and_seeds_differ_in_their_order(splits, settings):
    found = [
        tuple(epoch)
        for seed in range(3)
        for epoch in epochs(numbers(splits[1], 3 * COUNT, seed=seed, **settings))
    ]
    assert len(set(found)) == 9


def test_files_of_a_split_are_read_as_one(splits, settings):
    of_one, of_four = (numbers(splits[n], 3 * COUNT, **settings) for n in (1, 4))
    assert of_one == of_four


def test_records_are_those_of_their_numbers(splits, settings):
    pictures = Order(splits[4], 0, num_partners=2, **settings).start_at(0)
    for picture in pictures.take(2 * COUNT).as_numpy_iterator():
        records = [tf.train.Example.FromString(data) for data in picture["records"]]
        names = [
            int(record.features.feature["image/source_id"].bytes_list.value[0])
            for record in records
        ]
        assert names == picture["numbers"].tolist()


@pytest.mark.parametrize("first", [1, 4, 7, 22, 23, 24, 30, 100])
def test_starting_later_gives_the_tail(splits, settings, first):
    whole = numbers(splits[4], first + COUNT, **settings)
    assert numbers(splits[4], COUNT, first=first, **settings) == whole[first:]


def test_index_counts_pictures_over_all_epochs(splits, settings):
    pictures = Order(splits[1], 0, **settings).start_at(20).take(30)
    indices = [int(picture["index"]) for picture in pictures]
    assert indices == list(range(20, 50))


def test_place_of_a_picture_in_an_epoch_is_uniform(splits):
    places = [epoch.index(0) for epoch in epochs(numbers(splits[1], 600 * COUNT))]
    counts = Counter(places)
    expected = 600 / COUNT
    chi_square = sum((counts[i] - expected) ** 2 / expected for i in range(COUNT))
    assert chi_square < 48.3  # 22 degrees of freedom: 1 in 1000 exceeds it.


def test_blocks_are_of_neighbours_and_begin_elsewhere_in_each_epoch(splits):
    starts = set()
    for epoch in epochs(numbers(splits[1], 10 * COUNT, shuffle_buffer=7)):
        block = set(epoch[:7])
        (start,) = (
            n for n in range(COUNT) if {(n + i) % COUNT for i in range(7)} == block
        )
        starts.add(start)
    assert len(starts) > 3


def test_a_split_too_large_for_memory_is_shuffled_in_blocks(splits, monkeypatch):
    num_bytes = splits[1].files[0].stat().st_size
    assert Order(splits[1], 0, 1).block_size == COUNT
    monkeypatch.setattr(order, "_MAX_BYTES", num_bytes - 1)
    assert Order(splits[1], 0, 1).block_size == 12  # Two of them in memory.


# Batches of similar shapes.


def batch_widths(split, batch_size, count, **settings):
    """The widths of the pictures of each batch."""
    settings = {"shape_of": width, **settings}
    places = numbers(split, count * batch_size, batch_size=batch_size, **settings)
    widths = [10 * (1 + place % 3) for place in places]
    return [widths[i : i + batch_size] for i in range(0, len(widths), batch_size)]


def mixed(batches):
    return sum(len(set(batch)) > 1 for batch in batches)


def test_batches_are_of_one_shape_but_for_a_few(splits):
    # 30 epochs of 23: each has two borders between shapes, and one between epochs.
    similar = batch_widths(splits[1], 2, 345)
    any_order = batch_widths(splits[1], 2, 345, shape_of=None)
    assert mixed(similar) <= 3 * 30
    assert mixed(any_order) > 200


def test_batches_that_mix_shapes_mix_neighbours(splits):
    within = [set(batch) for batch in batch_widths(splits[1], 2, 11)]
    assert {10, 30} not in within


def test_shapes_come_in_any_order(splits):
    firsts = [widths[0] for widths in batch_widths(splits[1], 2, 345)]
    follows = Counter(itertools.pairwise(firsts))
    assert min(follows[a, b] for a in (10, 20, 30) for b in (10, 20, 30)) > 10


def test_companions_of_a_picture_change(splits):
    places = numbers(splits[1], 40 * COUNT, batch_size=2, shape_of=width)
    batches = [set(places[i : i + 2]) for i in range(0, len(places), 2)]
    companions = set().union(*(batch for batch in batches if 0 in batch)) - {0}
    assert companions >= {3, 6, 9, 12, 15, 18, 21}  # All that are as wide.


# Partners.


def test_partners_are_others_of_the_same_block(splits):
    pictures = Order(splits[1], 0, 4, shuffle_buffer=7, num_partners=3).start_at(0)
    for picture in pictures.take(7).as_numpy_iterator():
        own, *partners = picture["numbers"]
        assert own not in partners
    block = {int(p["numbers"][0]) for p in pictures.take(7).as_numpy_iterator()}
    of_first = next(pictures.as_numpy_iterator())["numbers"]
    assert set(of_first.tolist()) <= block


def test_partners_differ_between_epochs(splits):
    pictures = Order(splits[1], 0, 4, num_partners=1).start_at(0).take(20 * COUNT)
    of_zero = {
        int(picture["numbers"][1])
        for picture in pictures.as_numpy_iterator()
        if picture["numbers"][0] == 0
    }
    assert len(of_zero) > 8


def test_a_picture_alone_is_its_own_partner(tmp_path):
    split = write_split(tmp_path, 1)
    with RecordWriter(split.files[0]) as writer:
        writer.write(serialize(Example("0", "", b"", 10, 10), ()))
    alone = Split("train", split.files, 1, 0, {})
    (picture,) = Order(alone, 0, 1, num_partners=2).start_at(0).take(1)
    assert picture["numbers"].numpy().tolist() == [0, 0, 0]
