"""What a COCO file says of pictures and objects, in little memory."""

from typing import NamedTuple

from luminet.datasets.readers.coco import outline as coco_outline
from luminet.datasets.readers.coco.outline import Outline, OutlineError

_OF_PICTURE = ("id", "file_name", "height", "width")


class Record(NamedTuple):
    """An object, as it is written down; None is what is missing.

    Some 400 bytes, and 8 for each number of the outline.
    """

    id: object
    image_id: object
    category_id: object
    bbox: object
    outline: Outline | str | None  # a text says why it is none
    area: object
    iscrowd: object
    ignore: object
    difficult: object  # none of COCO's: luminet writes it


class Picture(NamedTuple):
    """A picture, some 500 bytes without its records."""

    id: int | str
    file_name: str
    size: tuple[float, float] | None  # height, width
    records: list[Record]


def shrink(item: dict) -> object:
    """Keep of an object of the file what is needed: see `json_file.read`."""
    if "image_id" in item and "category_id" in item:
        return _record(item)
    if "file_name" in item:
        return {key: item[key] for key in _OF_PICTURE if key in item}
    return item


def _record(item: dict) -> Record:
    bbox = item.get("bbox")
    try:
        outline = coco_outline.parse(item.get("segmentation"))
    except OutlineError as error:
        outline = str(error)
    return Record(
        item.get("id"),
        item["image_id"],
        item["category_id"],
        tuple(bbox) if isinstance(bbox, list) else bbox,
        outline,
        item.get("area"),
        item.get("iscrowd"),
        item.get("ignore"),
        item.get("difficult"),
    )
