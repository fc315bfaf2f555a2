"""Data sets in YOLO notation, to be written for a test."""

from luminet.datasets.readers import make_reader
from tests.datasets.readers.notations.truth import Truth

PNG = Truth("a", 40, 60, ()).png()
DOG = "1 0.5 0.5 0.5 0.25\n"
NAMES = "names: [cat, dog]\n"


def write(folder, files):
    """Write texts, and pictures where a name says so."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith((".png", ".jpg")):
            path.write_bytes(PNG)
        else:
            path.write_text(content)


def pair(pictures, labels, *stems):
    """A picture with a label for each name."""
    files = {f"{pictures}/{stem}.png": "" for stem in stems}
    return files | {f"{labels}/{stem}.txt": DOG for stem in stems}


ULTRALYTICS = pair("images/train", "labels/train", "a", "b")
ROBOFLOW = pair("train/images", "train/labels", "a", "b")
DARKNET = {"obj.names": "cat\ndog\n"} | pair("obj_train_data", "obj_train_data", "a")
DARKNET |= {"obj.data": "classes = 2\ntrain = data/train.txt\nnames = data/obj.names\n"}
DARKNET |= {"train.txt": "data/obj_train_data/a.png\n"}
CLASSES = {"classes.txt": "cat\ndog\n"}


def yaml(text, files=ULTRALYTICS):
    return {"data.yaml": f"{NAMES}{text}"} | files


def make(folder, split="train", **options):
    return make_reader("yolo", folder, split, options)
