"""Read a COCO annotation file, and check what concerns it as a whole."""

from dataclasses import dataclass, field
from pathlib import Path

from luminet.datasets.findings import FileFindings, InvalidDataset
from luminet.datasets.readers import json_file
from luminet.datasets.readers.coco import ids as coco_ids
from luminet.datasets.readers.coco.box import looks_like_corners
from luminet.datasets.readers.coco.faults import Faults
from luminet.datasets.readers.coco.record import Picture, shrink
from luminet.datasets.readers.json_file import JSONError
from luminet.datasets.readers.number import plain_number

MAX_BYTES = 4 * 1024**3
_LISTS = ("images", "annotations", "categories")
# So many boxes at least must look like corners before all are suspected.
_MIN_SUSPECTS = 4


@dataclass
class COCOFile:
    """The pictures of an annotation file, with their objects.

    Attributes:
        findings: what is wrong, but concerns no one picture.
        categories: the file's list, by id.
        pictures: by id, in the order of the file.
        used: ids of the categories that have objects, be they listed or not.
    """

    findings: FileFindings
    categories: dict[int, dict]
    pictures: dict[int | str, Picture]
    used: set[int] = field(default_factory=set)


def read(path: Path, name: str) -> COCOFile:
    """Read an annotation file.

    Args:
        path: the file.
        name: it, as findings name it.

    Raises:
        InvalidDataset: it cannot be read, or is wrong as a whole.
    """
    faults = Faults(name)
    try:
        content = json_file.read(path, MAX_BYTES, shrink)
        images, annotations, categories = (_list(content, key) for key in _LISTS)
        categories = coco_ids.by_id(categories, "categories", faults)
        file = COCOFile(FileFindings(name), categories, pictures={})
        _add_pictures(file, coco_ids.by_id(images, "images", faults, True), faults)
        # Annotations refer to these lists: their faults would only repeat those.
        faults.refuse()
        if not file.pictures:
            raise JSONError("split-empty", "images", "lists no picture")
        _deal_out(file, annotations, faults)
        faults.refuse()
        _check_meaning_of_boxes(file)
    except JSONError as error:
        raise InvalidDataset.of(error.code, name, error.field, error.message) from error
    return file


def _list(content: object, key: str) -> list:
    value = content.get(key) if isinstance(content, dict) else None
    if isinstance(value, list):
        return value
    missing = not isinstance(content, dict) or key not in content
    hint = "; is it of a test set, which has none?" if key == "annotations" else ""
    message = f"the list is missing{hint}" if missing else "must be a list"
    raise JSONError("json-structure", key, message)


def _add_pictures(
    file: COCOFile, images: dict[int | str, dict], faults: Faults
) -> None:
    first: dict[str, int | str] = {}
    for number, item in images.items():
        name, place = item.get("file_name"), f"image {number}: file_name"
        if not isinstance(name, str) or not name:
            faults.add("json-structure", place, "must be the name of a file")
            continue
        if first.setdefault(name, number) != number:
            message = f"{name!r} is that of image {first[name]}, too"
            file.findings.warn("duplicate-image", place, message)
        size = plain_number(item.get("height")), plain_number(item.get("width"))
        known = None not in size and min(size) > 0
        file.pictures[number] = Picture(number, name, size if known else None, [])


def _deal_out(file: COCOFile, annotations: list, faults: Faults) -> None:
    """Give each picture the records of its objects."""
    check = coco_ids.RecordCheck(file.pictures)
    orphans = []
    for index, record in enumerate(annotations):
        with faults:
            check(record, f"annotations[{index}]")
            picture = file.pictures.get(record.image_id)
            (orphans if picture is None else picture.records).append(record)
    file.used = {r.category_id for p in file.pictures.values() for r in p.records}
    if orphans:
        message = (
            f"{len(orphans)} annotations are of pictures that are not listed, the "
            f"first of image {orphans[0].image_id}"
        )
        place = f"annotation {orphans[0].id}: image_id"
        file.findings.fault("orphan-annotation", place, message)


def _check_meaning_of_boxes(file: COCOFile) -> None:
    """Refuse boxes that must be `x1, y1, x2, y2`, not `x, y, width, height`."""
    looks = [
        looks_like_corners(record.bbox, picture.size)
        for picture in file.pictures.values()
        if picture.size
        for record in picture.records
    ]
    suspects = sum(looks)
    if suspects >= _MIN_SUSPECTS and suspects > len(looks) / 2:
        message = (
            f"{suspects / len(looks):.0%} of the boxes leave their pictures as x, y, "
            "width, height, and fit them as x1, y1, x2, y2"
        )
        raise JSONError("looks-like-xyxy", "annotations: bbox", message)
