"""Sheets of what a network sees in training: each picture as it is, then changed."""

import random
from collections.abc import Iterator, Sequence

import numpy as np
import tensorflow as tf
from PIL import Image

from luminet.datasets import tfrecord
from luminet.datasets.augmentation.augmentation import Augmentation
from luminet.datasets.records.example_record import serialize
from luminet.datasets.findings import InvalidExample
from luminet.datasets.source.source import Source
from luminet.datasets.transforms import Resize
from luminet.sheets.annotated import class_legend, describe, draw_objects
from luminet.sheets.cell import Cell
from luminet.sheets.page import draw_page

# Of each picture, beside the one as it is.
_DRAWS = 4
_SIZE = (480, 400)


def augmented_pages(
    source: Source,
    splits: Sequence[str],
    augmentation: Augmentation,
    resize: Resize,
    num_pages: int,
    count: int,
    seed: int,
) -> Iterator[tuple[str, Image.Image]]:
    """Draw pictures in a row each: as they are, and as they come into a few epochs.

    Pictures go the way that they go in training: into a record, out of it, through
    augmentation with other pictures as partners, and through the resize.

    Args:
        source: the data set, in any notation, opened with `Decode.FULL`. Pictures with
            a fault are passed over.
        splits: which ones of it.
        augmentation: of the config.
        resize: of the config.
        num_pages: sheets at most.
        count: pictures on each.
        seed: another one, other pictures, other chances.

    Yields:
        Names, like "augmented-1", and sheets.
    """
    samples = _samples(source, splits, seed)
    partners = _samples(source, splits, seed + 1, endless=True)
    name = source.data_dir.resolve().name
    title = f"{name}: as it is, and as the network sees it in {_DRAWS} epochs"
    for number in range(1, num_pages + 1):
        cells, classes = [], set()
        for row, sample in zip(range(count), samples, strict=False):
            file = sample["filename"].numpy().decode(errors="replace")
            cells.append(_draw(sample, source.class_names, file))
            for draw in range(_DRAWS):
                others = [next(partners) for _ in range(augmentation.num_partners)]
                index = ((number - 1) * count + row) * _DRAWS + draw
                changed = resize(augmentation(sample, _seed(seed, index), others))
                cells.append(_draw(changed, source.class_names))
                classes.update(changed["classes"].numpy().tolist())
        if not cells:
            return
        legend = class_legend(classes, source.class_names)
        page = draw_page(cells, 1 + _DRAWS, _SIZE[0], title, legend)
        yield f"augmented-{number}", page


def _seed(seed: int, index: int):
    """What training takes for the picture of this index, int32 `[2]`."""
    seeds = tf.constant([seed, index], tf.int64)
    return tf.random.stateless_uniform([2], seeds, None, None, tf.int32)


def _samples(
    source: Source, splits: Sequence[str], seed: int, endless: bool = False
) -> Iterator[dict]:
    """Pictures without a fault by chance, as they come out of their records."""
    readers = {split: source.example_reader(split) for split in splits}
    places = [(split, key) for split in splits for key in source.keys[split]]
    random.Random(seed).shuffle(places)
    while True:
        usable = False
        for split, key in places:
            try:
                example, _ = readers[split].read(key)
            except InvalidExample:
                continue
            usable = True
            sample = tfrecord.parse(serialize(example, source.class_names))
            yield {**sample, "image": tfrecord.decode_image(sample.pop("encoded"))}
        if not (usable and endless):
            return


def _draw(sample, class_names, name="") -> Cell:
    pixels = np.clip(np.round(sample["image"].numpy()), 0, 255).astype(np.uint8)
    keys = ("boxes", "classes", "difficult", "crowd")
    boxes, classes, difficult, crowd = (sample[key].numpy() for key in keys)
    ignored = difficult | crowd
    picture = draw_objects(pixels, boxes, classes, ignored, class_names, _SIZE)
    about = describe(pixels.shape[1], pixels.shape[0], len(boxes))
    return Cell(picture, (name, about) if name else (about,))
