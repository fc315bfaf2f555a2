"""How good detections are: the numbers of COCO and of Pascal VOC.

The COCO numbers are faster-coco-eval's, equal to pycocotools. Only the best 100
detections of each class on an image count. What cannot be measured, for want of
objects, is None and has no part in a mean.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from luminet import voc_ap
from luminet.datasets.example import Example
from luminet.detections import Detections
from luminet.errors import LuminetError

# Larger than COCO's "all" sizes, which end at 1e10 square pixels. COCO does not ask for
# an object outside the sizes in question, nor blame the detection that matches it: what
# is wanted for a difficult object. The field `ignore` would not do, since pycocotools
# overwrites it with `iscrowd`; nor `iscrowd`: a crowd absorbs whatever lies inside it.
DIFFICULT_AREA = 1e11

# Position in COCOeval's precision [IoU, recall, class, size, count] and recall
# [IoU, class, size, count]. IoU goes from .5 to .95 in steps of .05, sizes are all,
# small, medium and large, counts are 1, 10 and 100 detections.
_AP_POSITIONS = {
    "AP": np.s_[:, :, :, 0, 2],
    "AP50": np.s_[0, :, :, 0, 2],
    "AP75": np.s_[5, :, :, 0, 2],
    "APs": np.s_[:, :, :, 1, 2],
    "APm": np.s_[:, :, :, 2, 2],
    "APl": np.s_[:, :, :, 3, 2],
}
_AR_POSITIONS = {
    "AR1": np.s_[:, :, 0, 0],
    "AR10": np.s_[:, :, 0, 1],
    "AR100": np.s_[:, :, 0, 2],
    "ARs": np.s_[:, :, 1, 2],
    "ARm": np.s_[:, :, 2, 2],
    "ARl": np.s_[:, :, 3, 2],
}

_MEANINGS = {
    "AP": "average precision, mean over IoU 50 to 95",
    "AP50": "average precision at IoU 50",
    "AP75": "average precision at IoU 75",
    "APs": "AP of small objects, below 32 x 32 pixels",
    "APm": "AP of medium objects",
    "APl": "AP of large objects, above 96 x 96 pixels",
    "AR1": "recall with 1 detection per class and image",
    "AR10": "recall with 10",
    "AR100": "recall with 100",
    "AR300": "recall with 300",
    "AR1000": "recall with 1000",
    "ARs": "recall of small objects",
    "ARm": "recall of medium objects",
    "ARl": "recall of large objects",
    "voc_mAP50": "Pascal VOC mean average precision at IoU 50",
    "voc_mAP50_11point": "the same, at 11 recalls (VOC 2007)",
}
_CLASS_NUMBERS = ("AP", "AP50", "voc_AP50", "voc_AP50_11point")


def evaluate(
    ground_truth: Sequence[Example],
    detections: Sequence[Detections],
    class_names: Sequence[str],
    count_difficult: bool = False,
) -> dict[str, Any]:
    """Compare detections with the truth.

    Args:
        ground_truth: the images; their pixels are not looked at.
        detections: of the same images, in the same order.
        class_names: `[C]`, in the order of class indices.
        count_difficult: whether difficult objects (VOC) are objects like others.
            Otherwise they are neither asked for nor, if found, an error. A crowd (COCO)
            never is an object, and any number of detections inside it is no error.

    Returns:
        The twelve COCO numbers: `AP` (mean over IoU .5 to .95), `AP50`, `AP75`, and
        `APs`, `APm`, `APl` for objects below 32^2, below 96^2 and above, in square
        pixels; the recalls `AR1`, `AR10`, `AR100` with so many detections per class and
        image, `ARs`, `ARm`, `ARl`. Then `voc_mAP50` and `voc_mAP50_11point` (see
        `voc_ap`), `num_images`, `num_objects` (those that count), and `per_class`, by
        name: `objects`, `AP`, `AP50`, `voc_AP50`, `voc_AP50_11point`. Fractions, not
        percent; None where there is no object to find.

    Raises:
        LuminetError: a box or score is not finite, or a class does not exist.
    """
    _check(ground_truth, detections, len(class_names))
    precision, recall = coco_curves(
        ground_truth, detections, class_names, count_difficult
    )
    voc = voc_ap.average_precisions(
        ground_truth, detections, len(class_names), count_difficult=count_difficult
    )
    counts = _count_objects(ground_truth, len(class_names), count_difficult)
    per_class = {}
    for index, name in enumerate(class_names):
        all_point, eleven_point = voc[index] or (None, None)
        per_class[name] = {
            "objects": counts[index],
            "AP": mean_of_measured(precision[:, :, index, 0, 2]),
            "AP50": mean_of_measured(precision[0, :, index, 0, 2]),
            "voc_AP50": all_point,
            "voc_AP50_11point": eleven_point,
        }
    return {
        **{
            name: mean_of_measured(precision[where])
            for name, where in _AP_POSITIONS.items()
        },
        **{
            name: mean_of_measured(recall[where])
            for name, where in _AR_POSITIONS.items()
        },
        "voc_mAP50": _mean_of(per_class, "voc_AP50"),
        "voc_mAP50_11point": _mean_of(per_class, "voc_AP50_11point"),
        "num_images": len(ground_truth),
        "num_objects": sum(counts),
        "per_class": per_class,
    }


def coco_ground_truth(
    ground_truth: Sequence[Example],
    class_names: Sequence[str],
    image_ids: Sequence[int] | None = None,
    category_ids: Sequence[int] | None = None,
    count_difficult: bool = False,
) -> dict[str, list]:
    """The truth as a COCO annotation file has it.

    Args:
        ground_truth: the images.
        class_names: `[C]`, in the order of class indices.
        image_ids: COCO's number of each image; 1 to N if not given.
        category_ids: COCO's number of each class; 1 to C if not given.
        count_difficult: otherwise difficult objects get an area that no size of COCO's
            includes, so that every COCO evaluation ignores them.
    """
    if image_ids is None:
        image_ids = range(1, len(ground_truth) + 1)
    if category_ids is None:
        category_ids = range(1, len(class_names) + 1)
    images, annotations = [], []
    for image_id, example in zip(image_ids, ground_truth, strict=True):
        size = {"height": example.height, "width": example.width}
        images.append({"id": image_id, "file_name": example.filename, **size})
        area = example.area.astype(float)
        if not count_difficult:
            area = np.where(example.difficult, DIFFICULT_AREA, area)
        for index, box in enumerate(_xywh(example.boxes)):
            annotations.append(
                {
                    # From 1: evaluators take an id of 0 for "not matched".
                    "id": len(annotations) + 1,
                    "image_id": image_id,
                    "category_id": category_ids[example.classes[index]],
                    "bbox": box,
                    "area": float(area[index]),
                    "iscrowd": int(example.crowd[index]),
                }
            )
    categories = [
        {"id": category_id, "name": name}
        for category_id, name in zip(category_ids, class_names, strict=True)
    ]
    return {"images": images, "annotations": annotations, "categories": categories}


def coco_predictions(
    image_ids: Sequence[int],
    detections: Sequence[Detections],
    category_ids: Sequence[int] | None = None,
) -> list[dict[str, Any]]:
    """Detections as a COCO results file has them, best first within an image.

    Args:
        image_ids: of each image.
        detections: of the same images.
        category_ids: COCO's number of each class; its index plus 1 if not given.
    """

    def category_id(index):
        return int(index) + 1 if category_ids is None else category_ids[index]

    return [
        {
            "image_id": image_id,
            "category_id": category_id(index),
            "bbox": box,
            "score": float(score),
        }
        for image_id, found in zip(image_ids, detections, strict=True)
        for box, score, index in zip(
            _xywh(found.boxes), found.scores, found.classes, strict=True
        )
    ]


def format_table(result: dict[str, Any], width: int = 80) -> str:
    """What `evaluate` returned, as plain text for people."""
    from rich.console import Console
    from rich.table import Table

    summary = Table.grid(padding=(0, 2))
    summary.add_column()
    summary.add_column(justify="right")
    summary.add_column()
    for name, meaning in _MEANINGS.items():
        if name in result:
            summary.add_row(name, _percent(result[name]), meaning)

    classes = Table(box=None, pad_edge=False, padding=(0, 1))
    classes.add_column("class", overflow="fold")
    for title in ("objects", "AP", "AP50", "VOC AP50", "11-point"):
        classes.add_column(title, justify="right", no_wrap=True)
    for name, row in result["per_class"].items():
        numbers = [_percent(row[key]) for key in _CLASS_NUMBERS]
        classes.add_row(name, str(row["objects"]), *numbers)

    # The name of a class is text, even if it looks like markup.
    console = Console(width=width, color_system=None, markup=False, emoji=False)
    with console.capture() as capture:
        counts = f"{result['num_images']} images, {result['num_objects']} objects"
        console.print(f"{counts}; all numbers in percent", end="\n\n")
        console.print(summary)
        console.print()
        console.print(classes)
    return "\n".join(line.rstrip() for line in capture.get().splitlines())


def _percent(fraction: float | None) -> str:
    return "n/a" if fraction is None else f"{100.0 * fraction:.2f}"


def coco_curves(
    ground_truth: Sequence[Example],
    detections: Sequence[Detections],
    class_names: Sequence[str],
    count_difficult: bool = False,
    counts: Sequence[int] = (1, 10, 100),
) -> tuple[np.ndarray, np.ndarray]:
    """COCO's curves of images and what was found on them, see `evaluate`.

    Args:
        ground_truth: the images.
        detections: of the same images.
        class_names: `[C]`.
        count_difficult: whether difficult objects are objects like others.
        counts: `[3]`, rising: so many detections per class and image.

    Returns:
        Precision `[10, 101, C, 4, 3]` and recall `[10, C, 4, 3]`, by IoU (.5 to .95),
        recall, class, size (all, small, medium, large) and count; -1 is not measured.
    """
    from faster_coco_eval import COCO, COCOeval_faster

    truth = COCO(
        coco_ground_truth(ground_truth, class_names, count_difficult=count_difficult)
    )
    found = truth.loadRes(coco_predictions(sorted(truth.imgs), detections))
    evaluator = COCOeval_faster(truth, found, "bbox", print_function=_silent)
    evaluator.params.maxDets = list(counts)
    evaluator.evaluate()
    evaluator.accumulate()
    return evaluator.eval["precision"], evaluator.eval["recall"]


def _silent(*_):
    """Standard output is for results."""


def _count_objects(ground_truth, num_classes, count_difficult) -> list[int]:
    counts = np.zeros(num_classes, int)
    for example in ground_truth:
        classes = example.classes[voc_ap.counted(example, count_difficult)]
        counts += np.bincount(classes, minlength=num_classes)
    return counts.tolist()


def mean_of_measured(values: np.ndarray) -> float | None:
    """The mean of a part of `coco_curves`; None where nothing could be measured."""
    measured = values[values > -1]
    return float(np.mean(measured)) if measured.size else None


def _mean_of(per_class: dict[str, dict], key: str) -> float | None:
    measured = [row[key] for row in per_class.values() if row[key] is not None]
    return float(np.mean(measured)) if measured else None


def _xywh(boxes: np.ndarray) -> list[list[float]]:
    boxes = boxes.astype(float)
    size = boxes[:, 2:] - boxes[:, :2]
    return np.concatenate([boxes[:, 1::-1], size[:, ::-1]], axis=1).tolist()


def _check(ground_truth, detections, num_classes):
    # An evaluator makes an AP of 1.0 from a box that is not a number.
    if len(ground_truth) != len(detections):
        raise ValueError(
            "`detections` must be as many as `ground_truth`. Received: "
            f"{len(detections)} and {len(ground_truth)}"
        )
    for example, found in zip(ground_truth, detections, strict=True):
        _check_boxes(example.boxes, "ground truth", example.image_id)
        _check_boxes(found.boxes, "detections", example.image_id)
        if not np.isfinite(found.scores).all():
            raise LuminetError(
                f"Image {example.image_id}: a score of the detections is not a number."
            )
        for classes in (example.classes, found.classes):
            if ((classes < 0) | (classes >= num_classes)).any():
                raise LuminetError(
                    f"Image {example.image_id}: classes must be 0 to "
                    f"{num_classes - 1}. Received: {sorted(set(classes.tolist()))}"
                )


def _check_boxes(boxes: np.ndarray, what: str, image_id: str) -> None:
    bad = ~np.isfinite(boxes).all(axis=1) | (boxes[:, 2:] < boxes[:, :2]).any(axis=1)
    if bad.any():
        raise LuminetError(
            f"Image {image_id}: a box of the {what} is not finite or inside out: "
            f"[y1, x1, y2, x2] = {boxes[bad][0].tolist()}."
        )
