"""A table is read as a stream: what is kept of it are the places of its rows."""

import random
import tracemalloc

import pytest

from luminet.datasets.readers import make_reader
from tests.datasets.readers.csv_folder import HEADER, pictures, write
from tests.datasets.readers.notations.openimages import HEADER as OPEN_IMAGES

ROWS, PICTURES = 40_000, 200


def names():
    """The picture of each row, all of them in disorder."""
    numbers = random.Random(0).sample(range(ROWS), ROWS)
    return [f"{number % PICTURES:016x}" for number in numbers]


def csv_table(names):
    rows = (f"{name}.png,dog,10.25,5.5,30.125,20.75" for name in names)
    return {"train.csv": "\n".join([HEADER, *rows])}


def open_images(names):
    box = "0.16666,0.5,0.125,0.5"
    rows = (f"{name},xclick,/m/0bt9lr,1,{box},0,0,0,0,0" for name in names)
    return {
        "train-annotations-bbox.csv": "\n".join([OPEN_IMAGES, *rows]),
        "class-descriptions-boxable.csv": "/m/0bt9lr,dog\n",
    }


@pytest.mark.parametrize(
    "notation, files, folder",
    [("csv", csv_table, "."), ("openimages", open_images, "train")],
)
def test_memory_does_not_grow_with_what_is_in_the_rows(
    tmp_path, notation, files, folder
):
    write(tmp_path, files(names()))
    write(tmp_path / folder, pictures(*(f"{name}.png" for name in set(names()))))
    tracemalloc.start()
    reader = make_reader(notation, tmp_path, "train")
    keys = reader.keys()
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 24 * ROWS + 1000 * PICTURES
    # Buffers of the same size for any table; its fields alone would take twice as much.
    assert peak < 8e6
    assert len(keys) == PICTURES
    assert len(reader.read(keys[7]).objects) == ROWS // PICTURES
