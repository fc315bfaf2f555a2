"""The truth in Taggerine's notation: parts of the picture's size, by its name."""

import json

FLAGS = ()


def write(folder, pictures):
    (folder / "train").mkdir()
    for picture in pictures:
        (folder / "train" / f"{picture.name}.png").write_bytes(picture.png())
    content = {f"{picture.name}.png": labels(picture) for picture in pictures}
    (folder / "train" / "tags.json").write_text(json.dumps(content))


def labels(picture):
    height, width = picture.height, picture.width
    return [
        {
            "x": x1 / width,
            "y": y1 / height,
            "width": (x2 - x1) / width,
            "height": (y2 - y1) / height,
            "label": name,
        }
        for name, (x1, y1, x2, y2) in picture.objects
    ]
