"""The numbers of COCO and VOC, against pycocotools and published values."""

import contextlib
import io
import json
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luminet import metrics, voc_ap
from luminet.datasets.example import Example
from luminet.detections import Detections

COCO_NAMES = ("AP", "AP50", "AP75", "APs", "APm", "APl")
COCO_NAMES += ("AR1", "AR10", "AR100", "ARs", "ARm", "ARl")
VOC_NAMES = ("voc_mAP50", "voc_mAP50_11point")
NAMES = ("cat", "dog", "cow")


def example(boxes, classes, **flags):
    boxes, classes = np.asarray(boxes, np.float32), np.asarray(classes, np.int32)
    return Example("", "", b"", 500, 500, boxes, classes, **flags)


# Against pycocotools, on sets made at random


def scene(seed, num_images=3, ties=False):
    """Images with objects, and detections that partly fit; numbers without rounding.

    Without ties every score of the scene is different.
    """
    rng = np.random.default_rng(seed)
    ground_truth = [_random_example(rng, str(index)) for index in range(num_images)]
    counts = rng.choice([0, 1, 5, 20], num_images)
    scores = rng.permutation(counts.sum()) + 1.0
    if ties:
        counts = rng.choice([0, 3, 20, 130], num_images)
        scores = rng.integers(1, 5, counts.sum())
    scores = np.split(scores / 256.0, np.cumsum(counts)[:-1])
    pairs = zip(ground_truth, scores, strict=True)
    return ground_truth, [_random_detections(rng, *pair) for pair in pairs]


def _random_example(rng, image_id):
    count = rng.integers(0, 7)
    boxes = _random_boxes(rng, count)
    # Objects fill part of their boxes, some of them exactly the limits of COCO's sizes.
    area = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) * rng.choice([1.0, 0.5], count)
    area[rng.uniform(size=count) < 0.1] = rng.choice([32.0**2, 96.0**2])
    return Example(
        image_id, "", b"", 256, 256, boxes, rng.integers(0, 3, count), area=area
    )


def _random_boxes(rng, count):
    top_left = rng.integers(0, 128, [count, 2])
    size = rng.integers(1, 1 + rng.choice([16, 128], [count, 1]), [count, 2])
    return np.concatenate([top_left, top_left + size], axis=1).astype(np.float32)


def _random_detections(rng, truth, scores):
    boxes, classes = _random_boxes(rng, len(scores)), rng.integers(0, 3, len(scores))
    if len(truth.boxes):
        on_object = np.flatnonzero(rng.uniform(size=len(scores)) < 0.7)
        source = rng.integers(0, len(truth.boxes), len(on_object))
        shift = rng.integers(-3, 4, [len(on_object), 4])
        moved = truth.boxes[source] + shift * (rng.uniform(size=[len(shift), 1]) < 0.6)
        moved[:, 2:] = np.maximum(moved[:, 2:], moved[:, :2])
        boxes[on_object], classes[on_object] = moved, truth.classes[source]
    return Detections(boxes, scores, classes)


def pycocotools_stats(truth, predictions):
    """The twelve numbers, None instead of -1."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = truth
        coco.createIndex()
        if predictions:
            results = coco.loadRes(predictions)
        else:  # which `loadRes` does not take
            results = COCO()
            results.dataset = {**truth, "annotations": []}
            results.createIndex()
        evaluator = COCOeval(coco, results, "bbox")
        evaluator.evaluate()
        evaluator.accumulate()
        evaluator.summarize()
    return [None if value == -1 else value for value in evaluator.stats.tolist()]


def assert_equals_pycocotools(ground_truth, detections, names=NAMES):
    result = metrics.evaluate(ground_truth, detections, names)
    truth = metrics.coco_ground_truth(ground_truth, names)
    predictions = metrics.coco_predictions(
        [image["id"] for image in truth["images"]], detections
    )
    expected = pycocotools_stats(truth, predictions)
    actual = [result[name] for name in COCO_NAMES]
    assert actual == pytest.approx(expected, abs=1e-9)


SEEDS = st.integers(0, 2**32 - 1)
few = settings(max_examples=40, deadline=None)


@settings(max_examples=200, deadline=None)
@given(SEEDS, st.sampled_from([1, 2, 4]), st.booleans())
def test_equals_pycocotools(seed, num_images, ties):
    ground_truth, detections = scene(seed, num_images, ties)
    rng = np.random.default_rng(seed)
    ground_truth = [
        replace(
            truth,
            crowd=rng.uniform(size=len(truth.boxes)) < 0.2,
            difficult=rng.uniform(size=len(truth.boxes)) < 0.2,
        )
        for truth in ground_truth
    ]
    assert_equals_pycocotools(ground_truth, detections)


# Against the devkit's procedure, on the same sets


def devkit_average_precision(ground_truth, detections, class_index):
    """Step by step, with `+ 1` on boxes that name their last pixel."""
    rows = [
        (-score, image, box)
        for image, found in enumerate(detections)
        for box, score, index in zip(*vars(found).values(), strict=True)
        if index == class_index
    ]
    taken, hits, errors, num_objects, curve = set(), 0, 0, 0, []
    for truth in ground_truth:
        num_objects += np.sum((truth.classes == class_index) & ~truth.difficult)
    for _, image, box in sorted(rows, key=lambda row: row[0]):
        truth, best, best_iou = ground_truth[image], None, 0.5
        for index in np.flatnonzero(truth.classes == class_index):
            iou = _devkit_iou(box - [0, 0, 1, 1], truth.boxes[index] - [0, 0, 1, 1])
            if iou > best_iou:
                best, best_iou = (image, index), iou
        if best is None or best in taken:
            errors += 1
        elif not truth.difficult[best[1]]:
            hits += 1
            taken.add(best)
        if hits + errors:
            curve.append((hits / max(num_objects, 1), hits / (hits + errors)))
    recalls = [recall for recall, _ in curve]
    area = 0.0
    for recall, before in zip(recalls, [0.0, *recalls], strict=False):
        area += (recall - before) * max(p for r, p in curve if r >= recall)
    points = [max([p for r, p in curve if r >= i * 0.1], default=0) for i in range(11)]
    return (area, sum(points) / 11) if num_objects else None


def _devkit_iou(a, b):
    height = min(a[2], b[2]) - max(a[0], b[0]) + 1
    width = min(a[3], b[3]) - max(a[1], b[1]) + 1
    if height <= 0 or width <= 0:
        return 0.0
    areas = [(box[2] - box[0] + 1) * (box[3] - box[1] + 1) for box in (a, b)]
    return height * width / (sum(areas) - height * width)


@few
@given(SEEDS, st.booleans())
def test_equals_the_procedure_of_the_devkit(seed, ties):
    ground_truth, detections = scene(seed, ties=ties)
    rng = np.random.default_rng(seed)
    ground_truth = [
        replace(truth, difficult=rng.uniform(size=len(truth.boxes)) < 0.3)
        for truth in ground_truth
    ]
    actual = voc_ap.average_precisions(ground_truth, detections, 3)
    for index in range(3):
        expected = devkit_average_precision(ground_truth, detections, index)
        assert actual[index] == pytest.approx(expected, abs=1e-12)


# What holds for every set


def values(result):
    return [result[name] for name in COCO_NAMES + VOC_NAMES]


def evaluate(ground_truth, detections):
    return values(metrics.evaluate(ground_truth, detections, NAMES))


@few
@given(SEEDS)
def test_every_number_is_a_fraction_and_the_same_twice(seed):
    numbers = evaluate(*scene(seed, ties=True))
    assert all(number is None or 0.0 <= number <= 1.0 for number in numbers)
    assert evaluate(*scene(seed, ties=True)) == numbers


@few
@given(SEEDS)
def test_the_truth_itself_is_perfect(seed):
    ground_truth, _ = scene(seed)
    detections = [
        Detections(truth.boxes, np.full(len(truth.boxes), 0.5), truth.classes)
        for truth in ground_truth
    ]
    result = metrics.evaluate(ground_truth, detections, NAMES)
    measured = {result["AP"], result["AR100"]}
    assert measured <= {1.0, None}


@few
@given(SEEDS)
def test_no_detection_is_no_precision(seed):
    ground_truth, _ = scene(seed)
    numbers = evaluate(ground_truth, [Detections()] * len(ground_truth))
    assert set(numbers) <= {0.0, None}


@few
@given(SEEDS)
def test_only_the_order_of_the_scores_matters(seed):
    ground_truth, detections = scene(seed)
    squashed = [
        replace(found, scores=np.sqrt(found.scores) / 2 + 0.25) for found in detections
    ]
    assert evaluate(ground_truth, squashed) == evaluate(ground_truth, detections)


@few
@given(SEEDS)
def test_the_order_of_images_and_of_detections_does_not_matter(seed):
    ground_truth, detections = scene(seed)
    reversed_detections = [
        Detections(found.boxes[::-1], found.scores[::-1], found.classes[::-1])
        for found in detections
    ]
    before = evaluate(ground_truth, detections)
    after = evaluate(ground_truth[::-1], reversed_detections[::-1])
    assert after == pytest.approx(before, abs=1e-12)


@few
@given(SEEDS)
def test_the_numbering_of_classes_does_not_matter(seed):
    def turn(found):
        return replace(found, classes=(found.classes + 1) % 3)

    ground_truth, detections = scene(seed)
    before = metrics.evaluate(ground_truth, detections, NAMES)
    turned = list(map(turn, ground_truth)), list(map(turn, detections))
    after = metrics.evaluate(*turned, (NAMES[2], NAMES[0], NAMES[1]))
    assert after["per_class"] == before["per_class"]
    assert values(after) == pytest.approx(values(before), abs=1e-12)


@few
@given(SEEDS)
def test_moving_and_doubling_everything_does_not_matter(seed):
    def move(found):
        return replace(found, boxes=2.0 * found.boxes + np.float32([8, 16, 8, 16]))

    ground_truth, detections = scene(seed)
    before = metrics.evaluate(ground_truth, detections, NAMES)
    moved = list(map(move, ground_truth)), list(map(move, detections))
    after = metrics.evaluate(*moved, NAMES)
    for name in ("AP", "AP50", "AP75", "AR1", "AR10", "AR100", *VOC_NAMES):
        assert after[name] == before[name], name


def _add(found, box, class_index):
    boxes = np.concatenate([found.boxes, [box]])
    return Detections(boxes, [*found.scores, 0.0], [*found.classes, class_index])


def _pairs(after, before):
    pairs = zip(after, before, strict=True)
    return [pair for pair in pairs if None not in pair]


@few
@given(SEEDS)
def test_an_error_with_the_lowest_score_never_helps(seed):
    ground_truth, detections = scene(seed)
    before = evaluate(ground_truth, detections)
    detections[0] = _add(detections[0], [900.0, 900.0, 950.0, 950.0], seed % 3)
    after = evaluate(ground_truth, detections)
    assert all(new <= old + 1e-12 for new, old in _pairs(after, before))


@few
@given(SEEDS)
def test_an_object_found_with_the_lowest_score_never_hurts(seed):
    ground_truth, detections = scene(seed)
    before = evaluate(ground_truth, detections)
    for index, truth in enumerate(ground_truth):
        for box, class_index in zip(truth.boxes, truth.classes, strict=True):
            detections[index] = _add(detections[index], box, class_index)
    after = evaluate(ground_truth, detections)
    assert all(new >= old - 1e-12 for new, old in _pairs(after, before))


# Against published values


def read_coco(ground_truth_path, detections_path):
    truth, results = (
        json.loads(path.read_text()) for path in (ground_truth_path, detections_path)
    )
    categories = sorted(truth["categories"], key=lambda category: category["id"])
    class_of = {category["id"]: index for index, category in enumerate(categories)}
    ground_truth, detections = [], []
    for image in sorted(truth["images"], key=lambda image: int(image["id"])):
        number = int(image["id"])
        objects = [o for o in truth["annotations"] if int(o["image_id"]) == number]
        found = [o for o in results if int(o["image_id"]) == number]
        ground_truth.append(
            Example(
                image_id=str(number),
                filename=image["file_name"],
                image=b"",
                height=image["height"],
                width=image["width"],
                boxes=_from_xywh([o["bbox"] for o in objects]),
                classes=_classes(objects, class_of),
                crowd=np.array([o["iscrowd"] for o in objects], bool),
                area=np.array([o["area"] for o in objects], np.float32),
            )
        )
        boxes = _from_xywh([o["bbox"] for o in found])
        scores = [o["score"] for o in found]
        detections.append(Detections(boxes, scores, _classes(found, class_of)))
    return ground_truth, detections, [category["name"] for category in categories]


def _from_xywh(boxes, plus=0.0):
    x, y, width, height = np.asarray(boxes, float).reshape(-1, 4).T
    return np.float32(np.stack([y, x, y + height + plus, x + width + plus], axis=1))


def _classes(objects, class_of):
    return np.array([class_of[o["category_id"]] for o in objects], np.int32)


@pytest.mark.real_data
def test_the_twelve_numbers_of_a_part_of_coco(real_data):
    folder = real_data / "eval_fixtures" / "coco_val2014_100"
    result = metrics.evaluate(
        *read_coco(
            folder / "instances_val2014_100.json",
            folder / "instances_val2014_fakebbox100_results.json",
        )
    )
    expected = {
        **{"AP": 0.5045806987, "AP50": 0.6969727247, "AP75": 0.5729816670},
        **{"APs": 0.5856257209, "APm": 0.5193996948, "APl": 0.5013978986},
        **{"AR1": 0.3868127796, "AR10": 0.5936795763, "AR100": 0.5953529829},
        **{"ARs": 0.6398109626, "ARm": 0.5664205979, "ARl": 0.5642905983},
    }
    actual = {name: result[name] for name in expected}
    assert actual == pytest.approx(expected, abs=1e-9)
    assert (result["num_images"], result["num_objects"]) == (100, 839 - 9)


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["ignore_test", "dataset"])
def test_crowds_and_ignored_objects_as_pycocotools_has_them(real_data, name):
    folder = real_data / "eval_fixtures" / "coco_ignore_crowd"
    paths = folder / f"gt_{name}.json", folder / f"dt_{name}.json"
    truth, predictions = (json.loads(path.read_text()) for path in paths)
    for row in [*truth["annotations"], *predictions]:
        row["image_id"] = int(row["image_id"])
    for image in truth["images"]:
        image["id"] = int(image["id"])
    result = metrics.evaluate(*read_coco(*paths))
    expected = pycocotools_stats(truth, predictions)
    actual = [result[name] for name in COCO_NAMES]
    assert actual == pytest.approx(expected, abs=1e-9)


@pytest.mark.real_data
@pytest.mark.parametrize(
    "plus, iou_threshold, all_point, eleven_point",
    [
        (1.0, 0.1, 0.3371980676, 0.3333333333),
        (1.0, 0.3, 0.2456866804, 0.2683982683),
        (1.0, 0.5, 0.0222222222, 0.0303030303),
        (0.0, 0.1, 0.2801328502, 0.3024538867),
        (0.0, 0.3, 0.2253968254, 0.2683982684),
        (0.0, 0.5, 0.0222222222, 0.0303030303),
    ],
)
def test_voc_numbers_of_a_published_example(
    real_data, plus, iou_threshold, all_point, eleven_point
):
    folder = real_data / "eval_fixtures" / "padilla_odm"
    ground_truth, detections = [], []
    for path in sorted((folder / "groundtruths").glob("*.txt")):
        truth = _rows(path, 5)
        ground_truth.append(example(_from_xywh(truth[:, 1:], plus), truth[:, 0]))
        rows = _rows(folder / "detections" / path.name, 6)
        boxes = _from_xywh(rows[:, 2:], plus)
        detections.append(Detections(boxes, rows[:, 1], rows[:, 0]))
    actual = voc_ap.average_precisions(ground_truth, detections, 1, iou_threshold)
    assert actual[0] == pytest.approx((all_point, eleven_point), abs=1e-9)


def _rows(path, columns):
    """Rows of numbers; the first column, a class, is taken for 0 if it is a name."""
    text = path.read_text() if path.exists() else ""  # nothing was found there
    words = [line.split() for line in text.splitlines() if line.strip()]
    rows = [["0" if row[0].isalpha() else row[0], *row[1:]] for row in words]
    return np.array(rows, float).reshape(-1, columns)


@pytest.fixture(scope="module")
def voc12(real_data):
    folder = real_data / "voc12_100_formats"
    names = (folder / "voc.names").read_text().split()
    return folder, names


def read_voc12(folder, names, first_pixel):
    """As luminet reads it if `first_pixel` is 1; with the corners as written if 0."""
    ground_truth, detections = [], []
    for path in sorted((folder / "gts" / "pascalvoc_format").glob("*.xml")):
        objects = ElementTree.parse(path).findall("object")
        boxes = [
            [
                float(o.findtext(f"bndbox/{tag}"))
                for tag in ("ymin", "xmin", "ymax", "xmax")
            ]
            for o in objects
        ]
        shift = np.array([first_pixel, first_pixel, 0, 0])
        classes = [names.index(o.findtext("name")) for o in objects]
        difficult = np.array([o.findtext("difficult") == "1" for o in objects])
        ground_truth.append(example(boxes - shift, classes, difficult=difficult))
        rows = _rows(folder / "dets" / "abs_xyx2y2" / f"{path.stem}.txt", 6)
        boxes = rows[:, [3, 2, 5, 4]] - shift
        detections.append(Detections(boxes, rows[:, 1], rows[:, 0]))
    return ground_truth, detections


@pytest.mark.real_data
def test_voc_numbers_of_a_part_of_voc(voc12):
    folder, names = voc12
    ground_truth, detections = read_voc12(folder, names, first_pixel=1)
    result = metrics.evaluate(ground_truth, detections, names)
    assert result["voc_mAP50"] == pytest.approx(0.613875, abs=5e-7)
    assert result["voc_mAP50_11point"] == pytest.approx(0.607511, abs=5e-7)
    assert (result["num_images"], result["num_objects"]) == (100, 273 - 38)
    expected = json.loads((folder / "expected_voc_ap50_per_class.json").read_text())
    actual = {name: row["voc_AP50"] for name, row in result["per_class"].items()}
    assert actual == pytest.approx(expected, abs=1e-6)
    result = metrics.evaluate(ground_truth, detections, names, count_difficult=True)
    assert result["voc_mAP50"] == pytest.approx(0.610913, abs=5e-7)
    assert result["num_objects"] == 273


@pytest.mark.real_data
def test_coco_numbers_of_a_part_of_voc(voc12):
    folder, names = voc12
    ground_truth, detections = read_voc12(folder, names, first_pixel=0)
    result = metrics.evaluate(ground_truth, detections, names, count_difficult=True)
    expected = {"AP": 0.3469581863, "AP50": 0.6100296805, "AP75": 0.3537144792}
    expected["AR100"] = 0.5225702769
    actual = {name: result[name] for name in expected}
    assert actual == pytest.approx(expected, abs=1e-9)
