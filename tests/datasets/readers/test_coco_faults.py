"""COCO annotations: what is wrong or odd with pictures and objects.

Ids like C11 are those of a list of bad inputs that the tests go through.
"""

import pytest

from luminet.datasets.example_reader import ExampleReader, Rules
from luminet.datasets.findings import InvalidExample
from luminet.datasets.source.selection import Selection
from luminet.datasets.source.source import Source
from luminet.errors import InputError
from tests.datasets.readers.coco_folder import GONE, NAME, WIDTH, COCOFolder
from tests.datasets.readers.outcomes import CLASSES, faults, read, warnings


@pytest.fixture
def coco(tmp_path):
    return COCOFolder(tmp_path / "coco")


# What makes a picture unusable.


def bbox_row(code, bbox, id):
    return pytest.param("annotations.0.bbox", bbox, code, id=id)


def outline_row(outline, id):
    return pytest.param(
        "annotations.0.segmentation", outline, "segmentation-invalid", id=id
    )


@pytest.mark.parametrize(
    "way, value, code",
    [
        bbox_row("box-empty", [10, 5, 0, 15], "C11 no width"),
        bbox_row("box-empty", [10, 5, 20, 0.0], "C11 no height"),
        bbox_row("box-inverted", [30, 5, -20, 15], "C11 negative width"),
        bbox_row("box-inverted", [30, 20, 20, -15], "C11 negative height"),
        bbox_row("coord-invalid", [10, 5, 20], "C11 three numbers"),
        bbox_row("coord-invalid", [10, 5, 20, 15, 1], "C11 five numbers"),
        bbox_row("coord-invalid", [], "C11 empty"),
        bbox_row("coord-invalid", ["10", "5", "20", "15"], "C11 texts"),
        bbox_row("coord-invalid", [10, 5, None, 15], "C11 null"),
        bbox_row("coord-invalid", [10, 5, True, 15], "C11 true"),
        bbox_row("coord-invalid", [[10, 5, 20, 15]], "C11 nested"),
        bbox_row("coord-invalid", [10, 5, 1e300, 15], "C11 1e300"),
        bbox_row("coord-invalid", [10, 5, 10**4000, 15], "C11 4000 digits"),
        bbox_row("coord-invalid", "10\n5 20 15", "C11 a text"),
        bbox_row("coord-invalid", {"x": 10}, "C11 an object"),
        bbox_row("coord-invalid", GONE, "C13 neither box nor outline"),
        bbox_row("box-outside", [10, 5, 51.5, 15], "outside"),
        bbox_row("box-outside", [-2, 5, 20, 15], "negative"),
        bbox_row("box-tiny", [10, 5, 0.5, 15], "tiny"),
        outline_row([[10, 5, 30, 20]], "C14 two points"),
        outline_row([[10, 5, 30, 20, 12]], "C14 odd"),
        outline_row([[10, 5, 30, 20, 12, "5"]], "C14 text"),
        outline_row([[10, 5, 30, 20, 12, None]], "C14 null"),
        outline_row([10, 5, 30, 20, 12, 5], "C14 not nested"),
        outline_row([[[10, 5], [30, 20], [12, 5]]], "C14 nested too deep"),
        outline_row("10 5 30 20", "outline a text"),
        outline_row({"counts": [2400]}, "runs without a size"),
        outline_row({"size": [40, 0], "counts": []}, "runs of no size"),
        outline_row({"size": [40, 60]}, "size without runs"),
        outline_row({"size": [40, 60], "counts": [2399]}, "runs too short"),
        outline_row({"size": [40, 60], "counts": [-1, 2401]}, "negative run"),
        outline_row({"size": [40, 60], "counts": [1.5, 2398.5]}, "half a pixel"),
        outline_row({"size": [40, 60], "counts": "~!"}, "characters of no runs"),
        pytest.param("annotations.0.iscrowd", 2, "flag-invalid", id="iscrowd 2"),
        pytest.param("annotations.0.iscrowd", "1", "flag-invalid", id="iscrowd text"),
        pytest.param("annotations.0.ignore", [1], "flag-invalid", id="ignore a list"),
        pytest.param("images.0.file_name", "A.png", "image-missing", id="C19 case"),
        pytest.param("images.0.file_name", "c.png", "image-missing", id="C19 missing"),
        pytest.param("images.0.file_name", "c/a.png", "image-missing", id="C19 folder"),
        pytest.param(
            "images.0.file_name", f"{'c' * 300}/{'a' * 300}", "image-missing", id="long"
        ),
        pytest.param("images.0.width", WIDTH + 1, "size-mismatch", id="C20 width"),
        pytest.param("images.0.height", 4e8, "size-mismatch", id="C20 height"),
    ],
)
def test_a_fault_is_found(coco, way, value, code):
    coco.change(way, value)
    reader = coco.reader()
    assert faults(reader, "7") == [code]
    assert warnings(reader, "8") == []


@pytest.mark.parametrize(
    "outline",
    [{"size": [40, 60], "counts": counts} for counts in ("", "o", "10", "o" * 99_999)]
    + [{"size": [40, 60], "counts": [2400]}],
    ids=["empty", "cut", "short", "endless number", "nothing inside"],
)
def test_c13_no_box_around_a_damaged_outline(coco, outline):
    coco.change("annotations.0.segmentation", outline)
    coco.change("annotations.0.bbox", GONE)
    assert faults(coco.reader(), "7") == ["segmentation-invalid"]


@pytest.mark.parametrize(
    "file_name",
    ["/etc/passwd", "../train2017/a.png", "c/../../x", r"c\a.png", "http://x/a", "a\0"],
    ids="C18 {}".format,
)
def test_an_unsafe_path_is_never_skipped(coco, file_name):
    coco.change("images.0.file_name", file_name)
    assert faults(coco.reader(), "7") == ["unsafe-path"]


def test_all_faults_of_a_picture_are_told(coco):
    coco.change("annotations.0.bbox", [])
    coco.change("annotations.0.segmentation", "x")
    coco.change("annotations.1.bbox", [0, 0, -60, 40])
    coco.change("images.0.width", 1)
    coco.change("images.0.file_name", "c.png")
    expected = [
        "image-missing",
        "segmentation-invalid",
        "coord-invalid",
        "box-inverted",
    ]
    assert faults(coco.reader(), "7") == expected


def test_a_fault_names_its_place(coco):
    coco.change("annotations.0.bbox", [1, "2", 3, 4])
    with pytest.raises(InvalidExample) as caught:
        read(coco.reader(), "7")
    assert str(caught.value) == (
        f"{NAME}: annotation 0: bbox: must be four "
        "numbers: not (1, '2', 3, 4) [coord-invalid]"
    )


def test_c9_a_category_that_is_not_listed_is_a_fault_of_its_picture(coco):
    coco.change("annotations.0.category_id", 77)
    reader = coco.reader()
    assert faults(reader, "7") == ["unknown-class"]
    assert warnings(reader, "8") == []
    with pytest.raises(InvalidExample, match="annotation 0: 'category_77' is no class"):
        read(reader, "7")
    rules = Rules(ignore_unknown_classes=True)
    example, _ = ExampleReader(reader, CLASSES, rules=rules).read("7")
    assert example.classes.tolist() == [CLASSES.index("cat")]


def test_a_category_that_is_not_listed_is_none_of_a_listed_name(coco):
    coco.change("categories.0.name", "category_77")
    coco.change("annotations.0.category_id", 77)
    reader = coco.reader()
    assert "category_77" in reader.class_names
    assert {item.class_name for item in reader.read("7").objects}.isdisjoint(
        {"category_77"}
    )


@pytest.mark.parametrize("new", ["cat", "cow"])
def test_a_category_that_is_not_listed_can_be_renamed(coco, new):
    coco.change("annotations.0.category_id", 77)
    coco.write()
    source = Source(coco.root, "coco", selection=Selection(rename={"category_77": new}))
    example, _ = source.example_reader("train").read("7")
    names = [source.class_names[number] for number in example.classes]
    assert sorted(names) == sorted([new, "cat"])


def test_a_category_that_occurs_nowhere_cannot_be_renamed(coco):
    coco.write()
    source = Source(coco.root, selection=Selection(rename={"category_77": "cat"}))
    with pytest.raises(InputError, match="--rename: no class 'category_77', only"):
        source.example_reader("train")


# What is odd, but can be used.


@pytest.mark.parametrize("value", [GONE, None, "60", 0, -60, True])
def test_a_missing_size_is_a_warning(coco, value):
    coco.change("images.0.width", value)
    assert warnings(coco.reader(), "7") == ["size-missing"]


def test_two_equal_boxes_of_a_class_are_a_warning(coco):
    coco.change("annotations.2", coco.content["annotations"][0] | {"id": 9})
    assert warnings(coco.reader(), "7") == ["duplicate-box"]


def test_c5_two_pictures_of_one_file_are_a_warning(coco):
    coco.change("images.1.file_name", "a.png")
    (coco.root / "train2017" / "b.png").unlink()
    reader = coco.reader()
    assert [str(finding) for finding in reader.findings] == [
        f"{NAME}: image 8: file_name: 'a.png' is that of image 7, too [duplicate-image]"
    ]
    assert not reader.findings[0].fatal


def test_c8_annotations_without_a_picture_are_counted(coco):
    for number in (5, 6):
        coco.content["annotations"].append(
            {"id": number, "image_id": 99, "category_id": 17, "bbox": [1, 1, 9, 9]}
        )
    reader = coco.reader()
    assert [str(finding) for finding in reader.findings] == [
        f"{NAME}: annotation 5: image_id: 2 annotations are "
        "of pictures that are not listed, the first of image 99 [orphan-annotation]"
    ]
    assert reader.findings[0].fatal
    assert warnings(reader, "7") == []


def test_c19_pictures_that_are_not_listed_are_counted(coco):
    for name in ("c.png", "d.JPG", ".hidden.png", "notes.txt"):
        (coco.root / "train2017" / name).touch()
    (finding,) = coco.reader().findings
    assert (finding.code, finding.file) == ("image-unlisted", "train2017")
    assert finding.message == "2 pictures are not listed, like 'c.png': left out"
    assert not finding.fatal
