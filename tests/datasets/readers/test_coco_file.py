"""COCO annotation files that are wrong as a whole, so that nothing of them is read."""

import contextlib
import json
import os
import subprocess
import sys
import time
import tracemalloc

import numpy as np
import pytest

from luminet.datasets.example_reader import ExampleReader
from luminet.datasets.findings import InvalidDataset, InvalidExample
from luminet.datasets.readers import make_reader
from luminet.errors import InputError
from tests.datasets.readers.coco_folder import GONE, NAME, COCOFolder
from tests.datasets.readers.outcomes import mutations, refusal

OBJECT = {"id": 9, "image_id": 7, "category_id": 17, "bbox": [10, 5, 20, 15]}
CATEGORY = {"id": 1, "name": "cow"}


@pytest.fixture
def coco(tmp_path):
    return COCOFolder(tmp_path / "coco")


def refused(coco):
    """Why the annotation file is refused, and how it says where."""
    start = time.process_time()
    message = refusal("coco", coco.root, "train")
    assert time.process_time() - start < 1.0
    return message


GOOD = '{"images": [{"id": 7, "file_name": "a.png"}], "categories": [%s], '
GOOD = GOOD % json.dumps(CATEGORY) + '"annotations": [%s]}'


@pytest.mark.parametrize(
    "text, code, place",
    [
        pytest.param("", "json-malformed", "line 1:1", id="C1 empty"),
        pytest.param(GOOD[:10], "json-malformed", "line 1:11", id="C1 cut"),
        pytest.param(GOOD % "1,", "json-malformed", "line 1:", id="C1 trailing comma"),
        pytest.param(
            "[]", "json-structure", "images: the list is missing", id="C1 list"
        ),
        pytest.param(
            "7", "json-structure", "images: the list is missing", id="C1 number"
        ),
        pytest.param("[" * 100_000, "json-nested", "too deep", id="C1 nesting"),
        pytest.param(GOOD % ("9" * 5000), "json-nan", "annotations[0]", id="C1 digits"),
        pytest.param(
            GOOD % '{"bbox": [1, NaN], "image_id": 7, "category_id": 1, "id": 3}',
            "json-nan",
            "annotations[0, id 3].bbox[1]",
            id="C3 NaN",
        ),
        pytest.param(
            GOOD % '{"area": -Infinity}', "json-nan", "[0].area", id="C3 infinity"
        ),
        pytest.param(GOOD % '{"area": 1e999}', "json-nan", "[0].area", id="C3 1e999"),
        pytest.param(
            GOOD % '{"id": 1, "bbox": [], "id": 1}',
            "json-duplicate-key",
            "annotations[0].id",
            id="C4",
        ),
        pytest.param(b"\xff\xfe{\0}\0", "encoding", "byte 0", id="UTF-16"),
    ],
)
def test_what_is_no_json_of_this_kind(coco, text, code, place):
    coco.path.write_bytes(text if isinstance(text, bytes) else text.encode())
    message = refused(coco)
    assert message.startswith(f"{NAME}: ") and message.endswith(f"[{code}]")
    assert place in message


@pytest.mark.parametrize(
    "way, value, code, place",
    [
        ("images", GONE, "json-structure", "images: the list is missing"),
        ("categories", GONE, "json-structure", "categories: the list is missing"),
        ("annotations", GONE, "json-structure", "missing; is it of a test set"),
        ("annotations", {}, "json-structure", "annotations: must be a list"),
        ("images", None, "json-structure", "images: must be a list"),
        ("images", [], "split-empty", "images: lists no picture"),
        ("images.0", "a.png", "json-structure", "images[0]: must be an object"),
        ("images.0.file_name", GONE, "json-structure", "image 7: file_name"),
        ("images.0.file_name", "", "json-structure", "image 7: file_name"),
        ("images.0.file_name", ["a.png"], "json-structure", "image 7: file_name"),
        ("annotations.0", [1], "json-structure", "annotations[0]: must be an object"),
        ("annotations.0.image_id", GONE, "json-structure", "annotations[0]: must be"),
        ("categories.0", "dog", "json-structure", "categories[0]: must be an object"),
        ("images.1.id", 7, "duplicate-id", "images[1]: id: 7 comes twice"),
        ("annotations.2", OBJECT | {"id": 0}, "duplicate-id", "annotations[2]: id: 0"),
        (
            "categories.2",
            CATEGORY | {"id": 18},
            "duplicate-id",
            "categories[2]: id: 18",
        ),
        ("categories.1.name", GONE, "json-structure", "category 17: name"),
        ("categories.1.name", "  ", "json-structure", "category 17: name"),
        ("categories.1.name", 5, "json-structure", "category 17: name"),
        ("categories.1.name", "dog", "duplicate-class", "'dog' is that of category 17"),
        ("images.0.id", "7", "id-type", "images[1]: id: must be"),
        ("images.0.id", True, "id-type", "images[0]: id"),
        ("images.0.id", 7.0, "id-type", "images[0]: id"),
        ("images.0.id", 2**63, "id-type", "images[0]: id"),
        ("annotations.0.image_id", "7", "id-type", "annotations[0]: image_id"),
        ("annotations.0.image_id", [7], "id-type", "annotations[0]: image_id"),
        ("annotations.0.category_id", "18", "id-type", "annotations[0]: category_id"),
        ("categories.0.id", "18", "id-type", "categories[0]: id: must be"),
        ("annotations.0.id", GONE, "id-type", "annotations[0]: id: must be"),
        ("annotations.0.id", None, "id-type", "a whole number: it is missing"),
        ("annotations.0.id", "a\nb", "id-type", "not 'a\\nb'"),
    ],
    ids=[
        *("C2 no images", "C2 no categories", "C2 no annotations", "C2 no list"),
        *("C2 null", "no pictures", "picture a text", "no file name"),
        *("empty file name", "file name a list", "annotation a list", "no image_id"),
        *("category a text", "C5 picture twice", "C6 annotation twice"),
        *("category twice", "C9 no name", "C9 blank name"),
        *("C9 name a number", "C9 one name twice", "C21 picture", "id true", "id 7.0"),
        *("id of 64 bits", "C21 image_id", "image_id a list", "C21 category_id"),
        *("C21 category", "no id", "id null", "id a text"),
    ],
)
def test_a_file_is_refused(coco, way, value, code, place):
    coco.change(way, value)
    coco.write()
    message = refused(coco)
    assert message.startswith(f"{NAME}: ") and message.endswith(f"[{code}]")
    assert place in message


def test_all_faults_of_the_lists_are_told_together(coco):
    coco.change("images.1.file_name", "")
    coco.change("images.2", "a.png")
    coco.change("categories.2", CATEGORY | {"id": "18"})
    coco.write()
    with pytest.raises(InvalidDataset) as caught:
        make_reader("coco", coco.root, "train")
    fields = [finding.field for finding in caught.value.findings]
    assert fields == ["categories[2]: id", "images[2]", "image 8: file_name"]
    assert str(caught.value).endswith(
        "[id-type]; 2 more such faults: lumi dataset validate tells them"
    )


def test_all_faults_of_annotations_are_told_up_to_twenty(coco):
    coco.content["annotations"] = [OBJECT] * 31 + [OBJECT | {"id": None}]
    coco.write()
    with pytest.raises(InvalidDataset) as caught:
        make_reader("coco", coco.root, "train")
    *told, last = caught.value.findings
    assert [finding.field for finding in told] == [
        f"annotations[{number}]: id" for number in range(1, 21)
    ]
    assert last.message == "and 11 more faults of such kinds"


def test_all_faults_of_names_of_classes_are_told_together(coco):
    coco.change("categories.0.name", " ")
    coco.change("categories.2", {"id": 5, "name": None})
    coco.write()
    with pytest.raises(InvalidDataset) as caught:
        make_reader("coco", coco.root, "train")
    assert [f.code for f in caught.value.findings] == ["json-structure"] * 2


def boxes(count, box):
    return [OBJECT | {"id": number, "bbox": box} for number in range(count)]


def test_c12_boxes_of_two_corners_are_refused(coco):
    coco.content["annotations"] = boxes(7, [20, 5, 50, 30]) + [OBJECT, *boxes(2, None)]
    for number, item in enumerate(coco.content["annotations"]):
        item["id"] = number
    coco.write()
    assert refused(coco) == (
        f"{NAME}: annotations: bbox: 70% of the boxes leave their pictures as x, y, "
        "width, height, and fit them as x1, y1, x2, y2 [looks-like-xyxy]"
    )


@pytest.mark.parametrize(
    "annotations",
    [
        pytest.param(boxes(3, [20, 5, 50, 30]), id="too few to tell"),
        pytest.param(boxes(9, [50, 5, 20, 15]), id="no corners either"),
        pytest.param(boxes(9, [20, 5, 41, 15]), id="by a pixel only"),
        pytest.param(
            boxes(4, [20, 5, 50, 30]) + [OBJECT | {"id": i} for i in range(4, 8)],
            id="half of them",
        ),
    ],
)
def test_other_boxes_that_leave_their_pictures_are_not(coco, annotations):
    coco.content["annotations"] = annotations
    assert len(coco.reader().read("7").objects) == len(annotations)


def test_a_byte_order_mark_does_not_matter(coco):
    coco.path.write_text(json.dumps(coco.content), "utf-8-sig")
    assert make_reader("coco", coco.root, "train").keys() == ["7", "8"]


def test_what_is_no_file_is_refused(coco):
    coco.path.unlink()
    os.mkfifo(coco.path)
    assert refused(coco).endswith("a pipe, device or folder [not-a-regular-file]")


def test_c22_memory_is_a_few_times_the_file(coco):
    outline = [[number / 4 for number in range(100)]]
    coco.content["annotations"] = [
        OBJECT | {"id": number, "segmentation": outline} for number in range(5000)
    ]
    coco.content["info"] = {"description": "\N{GRINNING FACE}"}  # written as an escape
    coco.write()
    size = coco.path.stat().st_size
    tracemalloc.start()
    reader = make_reader("coco", coco.root, "train")
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 * size
    assert kept < 5000 * (600 + 8 * 100)
    assert len(reader.read("7").objects) == 5000


@pytest.mark.skipif(sys.platform != "linux", reason="memory is not limited elsewhere")
def test_a_file_that_memory_is_too_small_for_is_one_line(coco):
    coco.content["annotations"] = [OBJECT | {"id": n} for n in range(100_000)]
    coco.write()
    code = (
        "import re, resource, sys; from luminet.cli import main\n"
        "import luminet.datasets.source.source\n"
        "used = re.search(r'VmData:\\s+(\\d+)', open('/proc/self/status').read())\n"
        "limit = int(used[1]) * 2**10 + 30 * 2**20\n"
        "resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, "dataset", "validate", coco.root]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.endswith("error: out of memory; `lumi --debug` shows where\n")


ODD_VALUES = (None, True, -1, 0, 1e308, 2**64, "", "7", "\n", [], [7], {}, {"id": 7})


def odd_values(content, count=600, seed=0):
    """A file with an odd value somewhere in it, at random, or something removed."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        copy = target = json.loads(json.dumps(content))
        while True:
            keys = [*target] if isinstance(target, dict) else [*range(len(target))]
            key = keys[rng.integers(len(keys))]
            if not isinstance(target[key], dict | list) or rng.random() < 0.1:
                break
            target = target[key]
        if rng.random() < 0.2:
            del target[key]
        else:
            target[key] = ODD_VALUES[rng.integers(len(ODD_VALUES))]
        yield json.dumps(copy).encode()


@pytest.mark.parametrize("spoil", ["bytes", "values"])
def test_whatever_is_changed_there_is_an_answer(coco, spoil):
    coco.change("annotations.0.segmentation", [[1, 2, 3, 4, 5, 6.5]])
    coco.change("annotations.1.segmentation", {"size": [40, 60], "counts": [405, 1995]})
    coco.change("annotations.1.bbox", GONE)
    coco.write()
    spoilt = mutations(coco.path.read_bytes(), count=600)
    num_read = num_refused = 0
    for data in odd_values(coco.content) if spoil == "values" else spoilt:
        coco.path.write_bytes(data)
        try:
            reader = make_reader("coco", coco.root, "train")
        except InputError as error:
            assert len(str(error).splitlines()) == 1
            num_refused += 1
            continue
        for key in [*reader.keys()]:
            with contextlib.suppress(InvalidExample):
                ExampleReader(reader, reader.class_names).read(key)
                num_read += 1
    assert num_read > 50 and num_refused > 50
