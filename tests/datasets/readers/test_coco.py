"""COCO annotations: what is read of good files."""

import json
import pickle

import numpy as np
import pytest

from luminet.datasets.example_reader import ExampleReader
from tests.datasets.readers.coco_folder import (
    GONE,
    HEIGHT,
    NAME,
    WIDTH,
    COCOFolder,
    object_of,
)
from tests.datasets.readers.outcomes import read, warnings

POLYGONS = [[10, 5, 30, 5, 30, 20.5], [12, 5.0, 12, 9, 14, 9, 14, 5]]
# Of 60x40 pixels column by column: in column 10 rows 5 to 19, in column 29 row 0.
RUNS = {"size": [40, 60], "counts": [405, 15, 740, 1, 1239]}
PACKED = {"size": [40, 60], "counts": "e<?Tg0Bc?"}


@pytest.fixture
def coco(tmp_path):
    return COCOFolder(tmp_path / "coco")


def test_a_picture_goes_by_its_id_and_its_file(coco):
    example, findings = read(coco.reader(), "7")
    assert (example.image_id, example.filename) == ("7", "train2017/a.png")
    assert (example.height, example.width) == (HEIGHT, WIDTH)
    assert findings == []


def test_a_box_is_a_corner_and_a_size(coco):
    coco.change("annotations.0.bbox", [10.25, 5.5, 20.5, 15])
    assert object_of(coco).box == (5.5, 10.25, 20.5, 30.75)


@pytest.mark.parametrize(
    "number",
    [pytest.param(0, id="C7 zero"), pytest.param(-3, id="negative"), 900_000_000_001],
)
def test_an_annotation_may_have_any_number(coco, number):
    coco.change("annotations.0.id", number)
    assert object_of(coco).place == f"annotation {number}"
    assert warnings(coco.reader(), "7") == []


def test_pictures_come_in_the_order_of_the_file(coco):
    coco.content["images"].reverse()
    assert coco.reader().keys() == ["8", "7"]


def test_a_picture_without_annotations_has_no_objects(coco):
    example, findings = read(coco.reader(), "8")
    assert example.boxes.shape == (0, 4)
    assert findings == []


@pytest.mark.parametrize(
    "ids",
    [
        pytest.param([0, 20180000001], id="zero and large"),
        pytest.param([-1, 1], id="negative"),
        pytest.param(["x/1", "ü 2"], id="C21 texts on both sides"),
    ],
)
def test_ids_of_pictures(coco, ids):
    for item, number in zip(coco.content["images"], ids, strict=True):
        item["id"] = number
    for item in coco.content["annotations"]:
        item["image_id"] = ids[0]
    reader = coco.reader()
    assert reader.keys() == [str(number) for number in ids]
    assert len(read(reader, str(ids[0]))[0].boxes) == 2


def test_c10_classes_come_in_the_order_of_their_ids(coco):
    coco.content["categories"] = [
        {"id": 90, "name": "cow"},
        {"id": 18, "name": " dog "},
        {"id": 17, "name": "cat"},
        {"id": 0, "name": "ant"},
    ]
    reader = coco.reader()
    assert reader.class_names == ("ant", "cat", "dog", "cow")
    assert reader.category_ids == {"ant": 0, "cat": 17, "dog": 18, "cow": 90}
    assert [item.class_name for item in reader.read("7").objects] == ["dog", "cat"]


def test_supercategories_can_be_the_classes(coco):
    for number, (name, group) in enumerate({"cow": "farm", "ant": "animal"}.items()):
        coco.content["categories"].append(
            {"id": number, "name": name, "supercategory": group}
        )
    reader = coco.reader(use_supercategory="true")
    assert reader.class_names == ("farm", "animal")
    assert reader.category_ids == {"farm": 1, "animal": 2}
    assert {item.class_name for item in reader.read("7").objects} == {"animal"}


def test_an_annotation_may_say_more(coco):
    coco.change("annotations.0.attributes", {"image_id": 1, "category_id": 2})
    coco.change("annotations.0.keypoints", [1, 2, 3])
    coco.change("images.0.coco_url", "http://example.org/a.png")
    coco.change("info", {"file_name": "x", "id": 3})
    assert warnings(coco.reader(), "7") == []


@pytest.mark.parametrize(
    "way, value, crowd, codes",
    [
        pytest.param("iscrowd", 0, False, [], id="none"),
        pytest.param("iscrowd", GONE, False, [], id="missing"),
        pytest.param("iscrowd", True, True, [], id="true"),
        pytest.param("ignore", 0, False, [], id="ignore 0"),
        pytest.param("iscrowd", 1, True, [], id="C15 iscrowd"),
        pytest.param("ignore", 1, True, ["object-ignored"], id="C17 ignore"),
    ],
)
def test_crowds_are_kept_and_marked(coco, way, value, crowd, codes):
    coco.change(f"annotations.0.{way}", value)
    example, findings = read(coco.reader(), "7")
    assert example.crowd.tolist() == [crowd, False]
    assert not example.difficult.any()
    assert [finding.code for finding in findings] == codes


@pytest.mark.parametrize("iscrowd", [0, 1])
def test_difficult_objects_are_no_crowds_though_others_should_ignore_them(
    coco, iscrowd
):
    for name, value in (("difficult", 1), ("ignore", 1), ("iscrowd", iscrowd)):
        coco.change(f"annotations.0.{name}", value)
    example, findings = read(coco.reader(), "7")
    assert example.difficult.tolist() == [True, False]
    assert example.crowd.tolist() == [bool(iscrowd), False]
    assert findings == []


@pytest.mark.parametrize(
    "area, kept, codes",
    [
        pytest.param(300.5, 300.5, [], id="good"),
        pytest.param(GONE, 300, [], id="C16 missing"),
        pytest.param(None, 300, [], id="C16 null"),
        pytest.param(0, 300, ["area-doubtful"], id="C16 zero"),
        pytest.param(-4, 300, ["area-doubtful"], id="C16 negative"),
        pytest.param("300", 300, ["area-doubtful"], id="C16 text"),
        pytest.param(700, 700, ["area-doubtful"], id="C16 large"),
        pytest.param(100, 100, ["area-doubtful"], id="C16 small"),
    ],
)
def test_an_area_is_kept_if_it_can_be_one(coco, area, kept, codes):
    coco.change("annotations.0.area", area)
    example, findings = read(coco.reader(), "7")
    assert example.area.tolist() == [kept, WIDTH * HEIGHT]
    assert [finding.code for finding in findings] == codes


OUTLINES = [
    pytest.param(POLYGONS, (5, 10, 20.5, 30), id="C13 polygons"),
    pytest.param(RUNS, (0, 10, 20, 30), id="C13 runs"),
    pytest.param(PACKED, (0, 10, 20, 30), id="C13 packed runs"),
]


@pytest.mark.parametrize("outline, _", OUTLINES)
def test_an_outline_is_kept(coco, outline, _):
    coco.change("annotations.0.segmentation", outline)
    coco.change("annotations.0.area", GONE)
    example, findings = read(coco.reader(), "7")
    assert [json.loads(text or "0") for text in example.segmentations] == [outline, 0]
    assert findings == []


@pytest.mark.parametrize("outline", [[], [[]], None])
def test_an_outline_may_be_empty(coco, outline):
    coco.change("annotations.0.segmentation", outline)
    assert object_of(coco).segmentation == ""


def test_a_small_area_is_not_odd_if_it_is_that_of_the_outline(coco):
    coco.change("annotations.0.segmentation", [[10, 5, 30, 20, 12, 5]])
    coco.change("annotations.0.area", 15)
    assert warnings(coco.reader(), "7") == []


@pytest.mark.parametrize("outline, box", OUTLINES)
@pytest.mark.parametrize("bbox", [GONE, None], ids=["missing", "null"])
def test_a_missing_box_is_that_around_the_outline(coco, outline, box, bbox):
    coco.change("annotations.0.segmentation", outline)
    coco.change("annotations.0.bbox", bbox)
    coco.change("annotations.0.area", GONE)
    example, findings = read(coco.reader(), "7")
    np.testing.assert_array_equal(example.boxes[0], np.float32(box))
    assert [str(finding) for finding in findings] == [
        f"{NAME}: annotation 0: bbox: missing: that of its outline [box-from-outline]"
    ]


def test_a_reader_with_outlines_can_go_to_another_process(coco):
    for number, outline in enumerate((POLYGONS, RUNS)):
        coco.change(f"annotations.{number}.segmentation", outline)
    reader = coco.reader()
    copy = pickle.loads(pickle.dumps(reader))
    assert copy.read("7").objects == reader.read("7").objects


def test_the_name_of_a_file_may_have_folders(coco):
    (coco.root / "train2017" / "day 1").mkdir()
    file = coco.root / "train2017" / "day 1" / "ä.png"
    (coco.root / "train2017" / "a.png").rename(file)
    coco.change("images.0.file_name", "day 1/ä.png")
    assert read(coco.reader(), "7")[0].filename == "train2017/day 1/ä.png"


def test_classes_of_the_reader_are_those_of_its_examples(coco):
    reader = coco.reader()
    example, _ = ExampleReader(reader, reader.class_names).read("7")
    assert [reader.class_names[index] for index in example.classes] == ["dog", "cat"]
