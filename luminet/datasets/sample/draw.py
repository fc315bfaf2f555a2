"""Draw a small labelled data set, to try everything without one's own.

Circles, crosses, squares, stars and triangles with textures, on varied backgrounds, in
Pascal VOC notation. A seed gives the same files, byte for byte, as long as Pillow and
NumPy are the same.
"""

from pathlib import Path

import numpy as np
from lxml import etree
from PIL import Image

from luminet.datasets.output_folder import output_folder
from luminet.datasets.progress import Progress
from luminet.datasets.sample.picture import SHAPES, draw_picture
from luminet.errors import InputError
from luminet.remote import RemotePath, any_path

CLASS_NAMES = tuple(SHAPES)
# Heights and widths of the pictures; pixels.
_LENGTHS = (192, 208, 224, 240, 256)
# One picture in so many shows no object.
_EMPTY_EVERY = 25
_QUALITY = 92


def draw_sample(
    output_dir: Path | RemotePath | str,
    seed: int = 0,
    num_train: int = 300,
    num_val: int = 60,
    sides: tuple[int, int] = (32, 110),
    overwrite: bool = False,
    progress: Progress | None = None,
) -> None:
    """Draw the splits `train` and `val` of a data set in VOC layout.

    Args:
        output_dir: the folder to make.
        seed: of everything random in it.
        num_train: pictures to train on.
        num_val: pictures to check with.
        sides: the least and the largest longer side of an object, in pixels.
        overwrite: replace the data set that is there, once the new one is complete.
        progress: called after each picture.

    Raises:
        InputError: an argument is wrong.
        LuminetError: the folder cannot be written.
    """
    output_dir = any_path(output_dir)
    if min(num_train, num_val) < 1:
        raise InputError(f"a split needs a picture; came: {num_train} and {num_val}")
    if not 8 <= sides[0] <= sides[1] <= min(_LENGTHS) - 8:
        raise InputError(f"sides must lie between 8 and {min(_LENGTHS) - 8}: {sides}")
    if seed < 0:
        raise InputError(f"the seed must be 0 or more; came: {seed}")
    with output_folder(
        output_dir, overwrite, marker="ImageSets/Main/train.txt"
    ) as folder:
        for name in ("Annotations", "JPEGImages", "ImageSets/Main"):
            (folder / name).mkdir(parents=True)
        for number, (split, count) in enumerate(
            [("train", num_train), ("val", num_val)]
        ):
            names = [f"{split}_{index:05d}" for index in range(count)]
            _write_list(folder, split, names)
            for index, name in enumerate(names):
                # Its own generator: a picture does not depend on how many there are.
                rng = np.random.default_rng([seed, number, index])
                empty = index % _EMPTY_EVERY == _EMPTY_EVERY - 1
                num_objects = 0 if empty else int(rng.integers(1, 5))
                _draw_one(rng, folder, name, num_objects, sides)
                if progress:
                    progress(split, index + 1, count)


def _write_list(folder, split, names):
    text = "".join(f"{name}\n" for name in names)
    (folder / "ImageSets" / "Main" / f"{split}.txt").write_text(text)


def _draw_one(rng, folder, name, num_objects, sides):
    height, width = (int(length) for length in rng.choice(_LENGTHS, 2))
    pixels, objects = draw_picture(rng, (height, width), num_objects, sides)
    path = folder / "JPEGImages" / f"{name}.jpg"
    Image.fromarray(pixels).save(path, quality=_QUALITY, subsampling=0)
    annotation = _annotation(path.name, height, width, objects)
    tree = etree.ElementTree(annotation)
    tree.write(folder / "Annotations" / f"{name}.xml", pretty_print=True)


def _annotation(filename, height, width, objects):
    root = etree.Element("annotation")
    _add(root, "filename", filename)
    _add_all(etree.SubElement(root, "size"), width=width, height=height, depth=3)
    for item in objects:
        element = etree.SubElement(root, "object")
        _add_all(element, name=item.name, difficult=0)
        y1, x1, y2, x2 = item.box
        # VOC counts from 1, and the last pixel belongs to the box.
        corners = {"xmin": x1 + 1, "ymin": y1 + 1, "xmax": x2, "ymax": y2}
        _add_all(etree.SubElement(element, "bndbox"), **corners)
    return root


def _add_all(parent, **texts):
    for tag, text in texts.items():
        _add(parent, tag, text)


def _add(parent, tag, text):
    etree.SubElement(parent, tag).text = str(text)
