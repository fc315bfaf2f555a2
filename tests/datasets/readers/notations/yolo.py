"""The truth in YOLO notation, as Ultralytics has it: parts of the picture."""

from tests.datasets.readers.notations.truth import CLASS_NAMES

DATA_YAML = "path: .\ntrain: images/train\nnames:\n  0: cat\n  1: dog\n"
FLAGS = ()


def write(folder, pictures):
    (folder / "data.yaml").write_text(DATA_YAML)
    for name in ("images", "labels"):
        (folder / name / "train").mkdir(parents=True)
    for picture in pictures:
        (folder / "images" / "train" / f"{picture.name}.png").write_bytes(picture.png())
        if picture.objects:
            path = folder / "labels" / "train" / f"{picture.name}.txt"
            path.write_text(labels(picture))


def labels(picture):
    lines = []
    for name, (x1, y1, x2, y2) in picture.objects:
        width, height = (x2 - x1) / picture.width, (y2 - y1) / picture.height
        x, y = (x1 + x2) / 2 / picture.width, (y1 + y2) / 2 / picture.height
        number = CLASS_NAMES.index(name)
        lines.append(f"{number} {x:.6f} {y:.6f} {width:.6f} {height:.6f}\n")
    return "".join(lines)
