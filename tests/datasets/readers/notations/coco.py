"""The truth in COCO notation: a list of pictures, one of objects, one of classes."""

import json

FLAGS = ("difficult", "crowd")
CATEGORIES = {"dog": 18, "cat": 17}


def write(folder, pictures):
    (folder / "train2017").mkdir()
    (folder / "annotations").mkdir()
    for picture in pictures:
        file_name = f"{picture.name}.png"
        (folder / "train2017" / file_name).write_bytes(picture.png())
    path = folder / "annotations" / "instances_train2017.json"
    path.write_text(json.dumps(content(pictures)))


def content(pictures, categories=CATEGORIES):
    """What the annotation file holds; boxes are `x, y, width, height`."""
    return {
        "images": [
            {
                "id": image_id,
                "file_name": f"{picture.name}.png",
                "width": picture.width,
                "height": picture.height,
            }
            for image_id, picture in enumerate(pictures, start=7)
        ],
        "annotations": [
            {"id": number} | item
            for number, item in enumerate(_annotations(pictures, categories))
        ],
        "categories": [
            {"id": number, "name": name, "supercategory": "animal"}
            for name, number in categories.items()
        ],
    }


def _annotations(pictures, categories):
    for image_id, picture in enumerate(pictures, start=7):
        for name, (x1, y1, x2, y2), difficult, crowd in picture.marked():
            yield {
                "image_id": image_id,
                "category_id": categories[name],
                "bbox": [x1, y1, x2 - x1, y2 - y1],
                "area": (x2 - x1) * (y2 - y1),
                "iscrowd": crowd,
                "difficult": difficult,
            }
