"""A small data set in COCO notation, to be spoilt by the tests."""

import json

from luminet.datasets.readers import make_reader
from tests.datasets.readers.notations import coco
from tests.datasets.readers.notations.truth import Truth

HEIGHT, WIDTH = 40, 60
GONE = object()
NAME = "annotations/instances_train2017.json"
PICTURES = (
    Truth("a", HEIGHT, WIDTH, (("dog", (10, 5, 30, 20)), ("cat", (0, 0, 60, 40)))),
    Truth("b", HEIGHT, WIDTH, ()),
)


class COCOFolder:
    """Pictures a (id 7, annotations 0 and 1) and b (id 8) of the split train.

    Attributes:
        content: what the annotation file will hold, as objects.
    """

    def __init__(self, root):
        self.root = root
        root.mkdir()
        coco.write(root, PICTURES)
        self.path = root / NAME
        self.content = coco.content(PICTURES)
        self.write()

    def change(self, way, value):
        """Change what lies at "annotations.0.bbox", or remove it with `GONE`."""
        *steps, last = (int(s) if s.isdigit() else s for s in way.split("."))
        target = self.content
        for step in steps:
            target = target[step]
        if value is GONE:
            del target[last]
        elif isinstance(target, list) and last == len(target):
            target.append(value)
        else:
            target[last] = value

    def write(self):
        """Write the annotation file."""
        self.path.write_text(json.dumps(self.content))

    def reader(self, **options):
        """Write the file, and make its reader."""
        self.write()
        return make_reader("coco", self.root, "train", options)


def object_of(coco):
    """The first object of the first picture, which has no fault."""
    annotation = coco.reader().read("7")
    assert not any(finding.fatal for finding in annotation.findings.found)
    return annotation.objects[0]
