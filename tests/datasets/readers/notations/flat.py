"""The truth in flat notation: a JSON file beside each picture."""

import json

FLAGS = ()


def write(folder, pictures):
    (folder / "train").mkdir()
    for picture in pictures:
        (folder / "train" / f"{picture.name}.png").write_bytes(picture.png())
        path = folder / "train" / f"{picture.name}.json"
        path.write_text(json.dumps(annotation(picture)))


def annotation(picture):
    rectangles = [
        {"label": name, "x1": x1, "y1": y1, "x2": x2, "y2": y2}
        for name, (x1, y1, x2, y2) in picture.objects
    ]
    return {"rects": rectangles}
