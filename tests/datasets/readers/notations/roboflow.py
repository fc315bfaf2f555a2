"""The truth as Roboflow exports COCO: the file beside the pictures of its split."""

import json

from tests.datasets.readers.notations import coco

# Of no object: what the classes belong to.
ALL = {"id": 0, "name": "animals", "supercategory": "none"}


def write(folder, pictures):
    (folder / "train").mkdir()
    for picture in pictures:
        (folder / "train" / f"{picture.name}.png").write_bytes(picture.png())
    content = coco.content(pictures, {"cat": 1, "dog": 2})
    classes = [item | {"supercategory": "animals"} for item in content["categories"]]
    content["categories"] = [ALL, *classes]
    path = folder / "train" / "_annotations.coco.json"
    path.write_text(json.dumps(content))
