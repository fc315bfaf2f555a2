"""A data set of one picture in LabelMe's notation, to be spoilt by the tests."""

import json

from luminet.datasets.readers import make_reader
from tests.datasets.readers.notations.labelme import content, rectangle
from tests.datasets.readers.notations.truth import Truth

HEIGHT, WIDTH = 40, 60
PNG = Truth("a", HEIGHT, WIDTH, ()).png()
DOG = rectangle("dog", [[10, 5], [30, 20]])
GOOD = json.dumps(content([DOG], "a.png", HEIGHT, WIDTH))


class LabelMeFolder:
    """Makes readers of it."""

    def __init__(self, root):
        (root / "train").mkdir()
        (root / "train" / "a.png").write_bytes(PNG)
        self.root = root

    def __call__(
        self, shapes, image_path="a.png", file=None, image_data=None, **options
    ):
        """A reader of a picture with these shapes, or this whole file."""
        whole = content(shapes, image_path, HEIGHT, WIDTH, image_data)
        file = json.dumps(whole) if file is None else file
        data = file if isinstance(file, bytes) else file.encode()
        (self.root / "train" / "a.json").write_bytes(data)
        return make_reader("labelme", self.root, "train", options)
