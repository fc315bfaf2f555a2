"""Decoded pictures are kept: the same pixels, never those of another data set."""

import shutil

import numpy as np
import pytest

from luminet.datasets import picture_cache, pipeline
from luminet.datasets.augmentation.augmentation import Augmentation
from luminet.datasets.image import decode
from luminet.datasets.picture_cache import make_cache
from luminet.datasets.transforms import Resize
from luminet.errors import InputError, LuminetError
from tests.tiny_data import draw_examples, write_store

SIZES = [(64, 64), (64, 100), (100, 64), (50, 70), (64, 90)]
EXAMPLES = draw_examples(SIZES, [1, 2, 0, 3, 1])


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cache") / "store"
    return write_store(folder, train=EXAMPLES, val=EXAMPLES[1:])


@pytest.fixture(params=["memory", "folder"])
def where(request, tmp_path):
    return "memory" if request.param == "memory" else str(tmp_path / "cache")


def cache_of(store, where, split="train", say=lambda _: None):
    return make_cache(where, store.split(split), store.checksums(split), say)


def test_pictures_are_those_of_the_decoder(store, where):
    cache = cache_of(store, where)
    for number in (3, 0, 4, 1, 2):
        expected = decode(EXAMPLES[number].image)
        np.testing.assert_array_equal(cache.image(number), expected)


def test_batches_are_those_without_a_cache(store, where):
    steps = Augmentation([{"flip": {}}, {"mix_up": {}}])

    def batches(cache):
        settings = {"shuffle_buffer": 3, "shape_buckets": 2, "cache": cache}
        split, resize = store.split("train"), Resize(64, 96)
        made = pipeline.training_batches(split, resize, steps, 2, seed=0, **settings)
        return made.take(8).as_numpy_iterator()

    for expected, batch in zip(
        batches(None), batches(cache_of(store, where)), strict=True
    ):
        for key, values in expected.items():
            np.testing.assert_array_equal(batch[key], values, err_msg=key)


def test_it_says_what_it_takes(store, where):
    said = []
    cache_of(store, where, say=said.append)
    (line,) = said
    assert line.startswith("decoding 5 pictures, 0 MiB, into ")


def test_a_file_is_made_once(store, tmp_path):
    said = []
    for _ in range(2):
        cache_of(store, str(tmp_path), say=said.append)
    assert len(said) == 1
    (file,) = tmp_path.glob("train-*.pixels")
    assert file.stat().st_size == 3 * sum(h * w for h, w in SIZES)


def test_splits_and_other_data_have_files_of_their_own(store, tmp_path):
    other = write_store(tmp_path / "other", train=EXAMPLES[::-1])
    folder = tmp_path / "cache"
    cache_of(store, str(folder))
    cache_of(store, str(folder), "val")
    cache = cache_of(other, str(folder))
    assert len(list(folder.glob("*.pixels"))) == 3
    np.testing.assert_array_equal(cache.image(0), decode(EXAMPLES[-1].image))


def test_a_cut_file_is_made_again(store, tmp_path):
    cache_of(store, str(tmp_path))
    (file,) = tmp_path.glob("*.pixels")
    file.write_bytes(file.read_bytes()[:-1])
    cache = cache_of(store, str(tmp_path))
    np.testing.assert_array_equal(cache.image(4), decode(EXAMPLES[4].image))


def test_an_end_on_the_way_leaves_nothing(store, tmp_path, monkeypatch):
    def decode_some(*arguments):
        yield next(decoded(*arguments))
        raise KeyboardInterrupt

    decoded = picture_cache._decoded
    with monkeypatch.context() as patch:
        patch.setattr(picture_cache, "_decoded", decode_some)
        with pytest.raises(KeyboardInterrupt):
            cache_of(store, str(tmp_path))
    assert not list(tmp_path.glob("*pixels*"))
    (tmp_path / "train-0.pixels.partial-1").write_bytes(b"of a run that was killed")
    cache_of(store, str(tmp_path))
    assert len(list(tmp_path.glob("*pixels*"))) == 1


def test_what_does_not_fit_into_memory_is_refused(store, monkeypatch):
    monkeypatch.setattr(picture_cache, "free_memory", lambda: 50_000)
    message = r"dataset.cache: the decoded pictures need .* MiB of memory; leave it out"
    with pytest.raises(InputError, match=message):
        cache_of(store, "memory")


def test_what_does_not_fit_onto_the_disk_is_refused(store, tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)._replace(free=50_000)
    monkeypatch.setattr(picture_cache.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(InputError, match=f"room in {tmp_path}"):
        cache_of(store, str(tmp_path))
    assert not list(tmp_path.glob("*pixels*"))


def test_a_picture_of_another_size_than_its_record_says_is_named(
    store, where, monkeypatch
):
    sizes = picture_cache._read_sizes(store.split("train"))
    sizes[2] = sizes[2][::-1]
    monkeypatch.setattr(picture_cache, "_read_sizes", lambda _: sizes)
    with pytest.raises(LuminetError, match=r"train\.tfrecords: picture 3 of the split"):
        cache_of(store, where)
