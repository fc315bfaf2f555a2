"""COCO files that others wrote: of COCO itself, of two labelling programs, by hand."""

import json

import numpy as np
import pytest

from luminet.datasets.readers import find_splits, make_reader
from tests.datasets.readers.outcomes import read


def read_all(reader):
    results = [read(reader, key, reader.class_names) for key in [*reader.keys()]]
    assert [*reader.findings] == []
    assert not [finding for _, findings in results for finding in findings]
    return [example for example, _ in results]


@pytest.mark.real_data
@pytest.mark.parametrize(
    "split, pictures, boxes, crowds, classes",
    [("train", 72, 653, 9, 61), ("val", 44, 304, 3, 48)],
)
def test_coco(real_data, split, pictures, boxes, crowds, classes):
    reader = make_reader("coco", real_data / "coco_free", split)
    examples = read_all(reader)
    assert len(examples) == pictures
    assert sum(len(example.boxes) for example in examples) == boxes
    assert sum(example.crowd.sum() for example in examples) == crowds
    assert (
        len({number for example in examples for number in example.classes}) == classes
    )
    assert reader.class_names[::79] == ("person", "toothbrush")
    assert (reader.category_ids["person"], reader.category_ids["toothbrush"]) == (1, 90)


@pytest.mark.real_data
def test_coco_is_kept_as_it_is_written(real_data):
    folder = real_data / "coco_free"
    reader = make_reader("coco", folder, "train2017")
    content = json.loads((folder / "annotations/instances_train2017.json").read_text())
    names = {number: name for name, number in reader.category_ids.items()}
    annotations = {key: [] for key in [*reader.keys()]}
    for item in content["annotations"]:
        annotations[str(item["image_id"])].append(item)
    for key, written in annotations.items():
        for item, found in zip(written, reader.read(key).objects, strict=True):
            y1, x1, y2, x2 = found.box
            assert [x1, y1] == item["bbox"][:2]
            np.testing.assert_allclose([x2 - x1, y2 - y1], item["bbox"][2:])
            assert found.class_name == names[item["category_id"]]
            assert (found.crowd, found.area) == (item["iscrowd"] == 1, item["area"])
            assert json.loads(found.segmentation) == item["segmentation"]


@pytest.fixture
def voc_truth(real_data, tmp_path):
    """What the XML of 100 pictures of VOC 2012 says, by the names of the pictures."""
    source, root = real_data / "voc12_100_formats", tmp_path / "voc"
    (root / "ImageSets" / "Main").mkdir(parents=True)
    (root / "Annotations").symlink_to(source / "gts" / "pascalvoc_format")
    (root / "JPEGImages").symlink_to(source / "images")
    names = sorted(path.stem for path in (source / "images").glob("*.jpg"))
    (root / "ImageSets" / "Main" / "all.txt").write_text("\n".join(names))
    reader = make_reader("pascal", root, "all")
    return {name: reader.read(name).objects for name in names}


@pytest.mark.real_data
@pytest.mark.parametrize(
    "file",
    ["coco_format_v1/instances_default.json", "coco_format_v2/instances_v2.json"],
)
def test_voc_2012_in_coco_notation(real_data, tmp_path, voc_truth, file):
    source, root = real_data / "voc12_100_formats", tmp_path / "coco"
    (root / "annotations").mkdir(parents=True)
    (root / "annotations" / "instances_default.json").symlink_to(source / "gts" / file)
    (root / "images").symlink_to(source / "images")
    assert find_splits("coco", root) == ()
    reader = make_reader("coco", root, "all")
    examples = read_all(reader)
    assert {example.filename[7:-4] for example in examples} == {*voc_truth}
    for example in examples:
        truth = sorted(
            (item.class_name, item.box) for item in voc_truth[example.filename[7:-4]]
        )
        names = [reader.class_names[number] for number in example.classes]
        found = sorted(zip(names, map(tuple, example.boxes.tolist()), strict=True))
        assert [name for name, _ in found] == [name for name, _ in truth]
        # The programs that wrote these files copied the numbers of the XML, which count
        # from 1, as if they counted from 0: all first corners lie a pixel further.
        shift = np.float32([box for _, box in found]) - [box for _, box in truth]
        np.testing.assert_allclose(shift, np.tile([1, 1, 0, 0], [len(found), 1]))


@pytest.mark.real_data
def test_nuts_are_where_the_xml_of_the_same_pictures_has_them(real_data):
    reader = make_reader("coco", real_data / "nuts_coco", "trainval")
    examples = {example.filename[-6:]: example for example in read_all(reader)}
    assert sum(len(example.boxes) for example in examples.values()) == 165
    shifts = []
    for split in ("train", "test"):
        xml = make_reader("pascal", real_data / "nuts/data/images", split)
        for example in (read(xml, key, reader.class_names)[0] for key in [*xml.keys()]):
            other = examples[f"s/{example.filename}"[-6:]]
            for box, number in zip(example.boxes, example.classes, strict=True):
                boxes = other.boxes[other.classes == number]
                overlaps = [iou(box, candidate) for candidate in boxes]
                assert max(overlaps) > 0.75
                shifts.append(boxes[np.argmax(overlaps)] - box)
    # The pictures were annotated twice, by hand: boxes differ by up to 12 pixels, but
    # not in one direction.
    assert len(shifts) == 164
    assert np.abs(shifts).max() <= 12
    assert np.abs(np.mean(shifts, axis=0)).max() < 1


def iou(box, other):
    size = np.minimum(box[2:], other[2:]) - np.maximum(box[:2], other[:2])
    overlap = np.prod(np.maximum(size, 0))
    areas = [np.prod(corners[2:] - corners[:2]) for corners in (box, other)]
    return overlap / (sum(areas) - overlap)
