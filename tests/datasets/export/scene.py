"""A data set with a bit of everything, read by a reader that is named on the way."""

import numpy as np

from luminet.datasets.annotation import AnnotatedObject, Annotation
from luminet.datasets.conversion.plan import plan_source
from luminet.datasets.export.export import export
from luminet.datasets.findings import FileFindings
from luminet.datasets.readers.reader import Reader
from luminet.datasets.source.source import Source
from tests.voc_folder import encode

POLYGON = "[[10.25,5.0,30.0,5.0,30.0,20.5]]"
RUNS = '{"size":[40,60],"counts":[100,200,2100]}'
TYPE = f"{__name__}:SceneReader"


def thing(name, box, **more):
    """An object; its box is `y1, x1, y2, x2`."""
    return AnnotatedObject("object", name, box, **more)


def picture(seed, file_format="PNG", size=(40, 60)):
    """The file of a picture of noise."""
    pixels = np.random.default_rng(seed).integers(0, 256, (*size, 3), np.uint8)
    return encode(pixels, file_format)


# By split the names of pictures, their files, and what is on them.
SCENE = {
    "train": [
        (
            "one/schön 1.png",
            picture(1),
            [
                thing("dog", (5.1, 10.2, 20.7, 30.123), segmentation=POLYGON, area=150),
                thing("wild cat", (0, 0, 40, 60), difficult=True),
                thing("dog", (1, 2, 30, 40), crowd=True, segmentation=RUNS, area=200),
            ],
        ),
        ("two/schön 1.png", picture(2), [thing("dog", (3, 4, 13, 24))]),
        ("two/empty.JPG", picture(3, "JPEG"), []),
    ],
    "val": [
        ("../..\\evil\n.png", picture(4), [thing("dog", (1 / 3, 2 / 3, 39.99, 59.9))]),
        ("図.jpeg", picture(5, "JPEG"), [thing("ant", (0, 0, 2, 1.5))]),
    ],
}


class SceneReader(Reader):
    """Reads a scene.

    Attributes:
        scene: what is read, in place of `SCENE`.
        ids: of the pictures of each split.
        listed: its classes in their order.
    """

    scene = SCENE
    ids = ("0", "1", "2")
    listed = ("ant", "dog", "wild cat")

    def __init__(self, data_dir, split):
        super().__init__(data_dir, split)
        self._pictures = dict(zip(self.ids, self.scene[split], strict=False))
        self.class_names = self.listed

    @classmethod
    def recognise(cls, data_dir):
        return None

    @classmethod
    def splits(cls, data_dir):
        return tuple(cls.scene)

    def keys(self):
        return [*self._pictures]

    def read(self, key):
        name, data, objects = self._pictures[key]
        return Annotation(FileFindings(name), None, name, list(objects), encoded=data)


def export_scene(tmp_path, notation, **options):
    """Export the scene; the folder, and the summary."""
    data_dir = tmp_path / "scene"
    data_dir.mkdir(exist_ok=True)
    plan = plan_source(Source(data_dir, TYPE))
    options = {"sources": [data_dir], "num_workers": 1} | options
    summary = export(plan, tmp_path / "out", notation, "a test", **options)
    return tmp_path / "out", summary


def examples(source):
    """The examples of a source, by split."""
    readers = {split: source.example_reader(split) for split in source.readers}
    return {
        split: [readers[split].read(key)[0] for key in keys]
        for split, keys in source.keys.items()
    }


def contents(source):
    """What is on each picture, by split and the file of the picture.

    Of each object its class, its box to the last bit, its flags, area and outline.
    """
    return {
        (split, example.image): [
            (
                source.class_names[example.classes[i]],
                tuple(example.boxes[i].tolist()),
                bool(example.difficult[i]),
                bool(example.crowd[i]),
                float(example.area[i]),
                example.segmentations[i] if example.segmentations else "",
            )
            for i in range(len(example.classes))
        ]
        for split, of_split in examples(source).items()
        for example in of_split
    }
