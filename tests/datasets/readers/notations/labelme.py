"""The truth in LabelMe's notation: a JSON file beside each picture."""

import json

FLAGS = ("difficult",)


def write(folder, pictures):
    (folder / "train").mkdir()
    for picture in pictures:
        (folder / "train" / f"{picture.name}.png").write_bytes(picture.png())
        path = folder / "train" / f"{picture.name}.json"
        path.write_text(json.dumps(annotation(picture)))


def annotation(picture):
    shapes = [
        rectangle(name, [[x1, y1], [x2, y2]], flags={"difficult": bool(difficult)})
        for name, (x1, y1, x2, y2), difficult, _ in picture.marked()
    ]
    return content(shapes, f"{picture.name}.png", picture.height, picture.width)


def content(shapes, image_path, height, width, image_data=None):
    return {
        "version": "5.4.1",
        "flags": {},
        "shapes": shapes,
        "imagePath": image_path,
        "imageData": image_data,
        "imageHeight": height,
        "imageWidth": width,
    }


def rectangle(name, points, shape_type="rectangle", **others):
    shape = {"label": name, "points": points, "group_id": None, "description": ""}
    return shape | {"shape_type": shape_type, "flags": {}} | others
