"""TFRecords of other tools, and luminet's own: what they say, and what is wrong."""

import contextlib
import json

import numpy as np
import pytest
import tensorflow as tf

from luminet.datasets import tfrecord
from luminet.datasets.example import Example
from luminet.datasets.example_reader import ExampleReader
from luminet.datasets.findings import InvalidExample
from luminet.datasets.readers import make_reader
from luminet.datasets.records import example_record, tf_example
from luminet.datasets.records import schema as record_schema
from luminet.datasets.records.file import RecordWriter
from luminet.errors import InputError
from tests.conversion import convert
from tests.datasets.readers.notations.tfrecord import example, features
from tests.datasets.readers.notations.truth import CLASS_NAMES, PICTURES, Truth
from tests.datasets.readers.outcomes import faults, mutations, read, refusal, warnings

HEIGHT, WIDTH = 40, 60
A = Truth("a", HEIGHT, WIDTH, (("dog", (10, 5, 30, 20)),))
BOX = "image/object/bbox/"
CLASS = "image/object/class/"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "label_map.pbtxt").write_text(
        "item { id: 1 name: 'cat' } item { id: 2 name: 'dog' }"
    )
    return tmp_path


@pytest.fixture
def records(folder):
    """Makes a reader of records with these features; or bytes, as they are."""

    def make(*records, **options):
        with RecordWriter(folder / "train.record") as writer:
            for record in records:
                writer.write(record if isinstance(record, bytes) else example(record))
        return make_reader("tfrecord", folder, "train", options)

    return make


def without(*names):
    return {key: value for key, value in features(A).items() if key not in names}


def changed(**values):
    """Features of `A`; "xmin" stands for the whole name, and so on."""
    names = {key.rpartition("/")[2]: key for key in features(A)}
    return features(A) | {names[key]: value for key, value in values.items()}


# What is read.


def test_all_that_a_record_says_is_read(records):
    more = {
        "image/object/difficult": [1],
        "image/object/is_crowd": [1],
        "image/object/area": [123.5],
        record_schema.SEGMENTATION: [b"[[1,2,3,4,5,6]]"],
    }
    read_example, findings = read(records(features(A) | more))
    np.testing.assert_array_equal(read_example.boxes, [[5, 10, 20, 30]])
    assert read_example.classes.tolist() == [1]
    assert (read_example.difficult.tolist(), read_example.crowd.tolist()) == ([1], [1])
    assert read_example.area.tolist() == [123.5]
    assert read_example.segmentations == ("[[1,2,3,4,5,6]]",)
    assert (read_example.filename, read_example.image) == ("a.png", A.png())
    assert findings == []


def test_only_the_picture_must_be_there(records):
    reader = records({"image/encoded": [A.png()]})
    assert reader.keys() == ("1",)
    read_example, findings = read(reader, "1")
    assert (read_example.height, read_example.width) == (HEIGHT, WIDTH)
    assert read_example.filename == "train.record: record 1"
    assert len(read_example.boxes) == 0
    assert findings == []


def test_without_a_size_boxes_are_parts_of_the_picture(records):
    names = ("image/height", "image/width")
    record = without(*names) | {"image/object/area": [5.0]}
    read_example, _ = read(records(record))
    np.testing.assert_allclose(read_example.boxes, [[5, 10, 20, 30]], rtol=1e-6)
    np.testing.assert_allclose(read_example.area, [300], rtol=1e-6)


def random_example(rng, number):
    """An example with fractions of pixels, flags, areas and outlines."""
    height, width = (int(side) for side in rng.integers(200, 1500, 2))
    corners = rng.uniform(0, 100, (6, 4)).astype(np.float32)
    corners[:3] = corners[:3].round()
    boxes = np.concatenate(
        [corners[:, :2], corners[:, :2] + corners[:, 2:] + 1], axis=1
    )
    image = PICTURES[0].png()
    return Example(
        image_id=f"id {number}",
        filename=f"folder/é{number}.png",
        image=image,
        height=height,
        width=width,
        boxes=boxes,
        classes=rng.integers(0, 2, 6).astype(np.int32),
        difficult=rng.random(6) < 0.5,
        crowd=rng.random(6) < 0.5,
        area=rng.uniform(1, 1000, 6).astype(np.float32),
        segmentations=("", "[[1.5,2,3,4,5,6]]", "", "", '{"counts":"a"}', ""),
    )


def test_boxes_are_those_that_training_sees(records, rng):
    written = [random_example(rng, number) for number in range(20)]
    serialized = [example_record.serialize(item, CLASS_NAMES) for item in written]
    reader = records(*serialized)
    for item, record in zip(written, serialized, strict=True):
        objects = reader.read(item.image_id).objects
        boxes = np.float32([found.box for found in objects])
        np.testing.assert_array_equal(boxes, tfrecord.parse(record)["boxes"])
        np.testing.assert_array_equal(boxes[:3], item.boxes[:3])
        assert [found.area for found in objects] == item.area.tolist()
        assert tuple(found.segmentation for found in objects) == item.segmentations
        assert [found.crowd for found in objects] == item.crowd.tolist()


def test_what_luminet_wrote_comes_back_as_it_was(voc, tmp_path):
    for name in ("a", "b", "c"):
        voc.add(name)
    convert("pascal", voc.root, tmp_path / "out", ["train"])
    reader = make_reader("tfrecord", tmp_path / "out", "train")
    pascal = make_reader("pascal", voc.root, "train")
    assert reader.class_names == ("dog",)
    assert [*reader.keys()] == ["a", "b", "c"]
    for key in ("a", "b", "c"):
        expected, _ = ExampleReader(pascal, ("dog",)).read(key)
        found, findings = ExampleReader(reader, ("dog",)).read(key)
        assert findings == []
        for field in Example.__dataclass_fields__:
            np.testing.assert_array_equal(
                getattr(found, field), getattr(expected, field), err_msg=field
            )


@pytest.mark.parametrize(
    "ids, names, keys",
    [
        pytest.param("xy", "pq", ("x", "y"), id="ids"),
        pytest.param(["", ""], "pq", ("p", "q"), id="no ids: file names"),
        pytest.param(["x", ""], "pq", ("p", "q"), id="an id is missing"),
        pytest.param("xx", "pq", ("p", "q"), id="equal ids"),
        pytest.param("xx", "pp", ("1", "2"), id="equal names: numbers"),
        pytest.param(["", ""], ["", ""], ("1", "2"), id="nothing: numbers"),
    ],
)
def test_what_pictures_are_called(records, ids, names, keys):
    pairs = zip(ids, names, strict=True)
    pairs = [[text.encode() for text in pair] for pair in pairs]
    reader = records(*[changed(source_id=[i], filename=[n]) for i, n in pairs])
    assert reader.keys() == keys
    assert {finding.code for finding in reader.findings} <= {"duplicate-id"}
    assert bool(reader.findings) == (ids == "xx")


# What is wrong with a record.


@pytest.mark.parametrize(
    "record, codes",
    [
        pytest.param(
            without("image/encoded"), ["feature-missing"], id="R10 no picture"
        ),
        pytest.param(changed(encoded=[b""]), ["not-an-image"], id="I14 empty"),
        pytest.param(changed(encoded=[b"<html>"]), ["not-an-image"], id="I14 HTML"),
        pytest.param(changed(encoded=[b"%PDF-1"]), ["format"], id="I15 PDF"),
        pytest.param(changed(encoded=[3]), ["feature-type"], id="R10 a number"),
        pytest.param(changed(xmin=[0.1, 0.2]), ["lengths-differ"], id="R10 lengths"),
        pytest.param(changed(label=[]), [], id="no number, but a name"),
        pytest.param(changed(label=[1, 2]), ["lengths-differ"], id="R10 classes"),
        pytest.param(changed(xmin=[b"1"]), ["feature-type"], id="R10 a text"),
        pytest.param(changed(height=[60], width=[40]), ["size-mismatch"], id="V15"),
        pytest.param(changed(xmin=[float("nan")]), ["coord-invalid"], id="V19 nan"),
        pytest.param(changed(xmax=[float("inf")]), ["coord-invalid"], id="V19 inf"),
        pytest.param(changed(xmin=[0.9]), ["box-inverted"], id="V21 inverted"),
        pytest.param(changed(xmin=[0.5]), ["box-empty"], id="V22 empty"),
        pytest.param(changed(xmax=[1.1]), ["box-outside"], id="V24 outside"),
        pytest.param(
            changed(xmin=[10.0], xmax=[30.0]), ["box-outside"], id="S7 pixels"
        ),
        pytest.param(changed(label=[0], text=[b""]), ["unknown-class"], id="class 0"),
        pytest.param(changed(label=[3]), ["unknown-class"], id="C9 class"),
        pytest.param(changed(label=[1]), ["class-differs"], id="class and name"),
        pytest.param(
            features(A) | {record_schema.SEGMENTATION: [b"{"]},
            ["segmentation-invalid"],
            id="C14 outline",
        ),
        pytest.param(b"\xff\xff", ["not-an-example"], id="R10 no Example"),
    ],
)
def test_a_fault_of_a_record_is_found(records, record, codes):
    reader = records(record)
    [key] = reader.keys()
    assert (faults(reader, key) if codes else warnings(reader, key)) == codes
    found = reader.read(key)
    assert all(finding.file == "train.record" for finding in found.findings.found)


def test_a_fault_names_the_record_and_the_object(records):
    reader = records(features(A), changed(source_id=[b"b"], xmin=[0.9]))
    [finding] = reader.read("b").findings.found
    assert finding.field == "record 2: object 1"
    reader = records(features(A), changed(source_id=[b"b"], encoded=[b"<html>"]))
    with pytest.raises(InvalidExample, match=r"train\.record: record 2: not a picture"):
        read(reader, "b")


def test_a_name_in_other_letters_is_the_same(records):
    assert warnings(records(changed(text=[b"DOG"]))) == []


# What is wrong with a file.


def spoil(path, change):
    data = bytearray(path.read_bytes())
    path.write_bytes(change(data))


def test_a_damaged_record_does_not_hide_the_others(records, folder):
    records(features(A), changed(source_id=[b"b"]), changed(source_id=[b"c"]))
    start = (folder / "train.record").stat().st_size // 2
    path = folder / "train.record"
    spoil(
        path, lambda data: data[:start] + bytes([data[start] ^ 1]) + data[start + 1 :]
    )
    reader = make_reader("tfrecord", folder, "train")
    assert reader.keys() == ("a", "train.record: record 2", "c")
    assert faults(reader, "train.record: record 2") == ["record-damaged"]
    assert warnings(reader, "c") == []


@pytest.mark.parametrize(
    "change, part",
    [
        pytest.param(lambda data: data[:-9], "record 2 is cut", id="R1 cut"),
        pytest.param(
            lambda data: data + b"1234567", "record 3 is cut", id="R4 garbage"
        ),
        pytest.param(
            lambda data: data[:5], "is this a TFRecord?", id="R2 in the length"
        ),
        pytest.param(lambda data: b"\x1f\x8b" + data, "gzip", id="R9 gzip"),
        pytest.param(lambda data: bytes(100), "is this a TFRecord?", id="R9 zeros"),
        pytest.param(lambda data: b"", "[split-empty]", id="R11 empty"),
        pytest.param(
            lambda data: b"\xff" + data[1:], "[not-a-tfrecord]", id="R3 length"
        ),
    ],
)
def test_a_broken_file_is_refused(records, folder, change, part):
    records(features(A), changed(source_id=[b"b"]))
    spoil(folder / "train.record", change)
    message = refusal("tfrecord", folder, "train")
    assert part in message
    assert "train.record" in message


def test_what_luminet_wrote_must_be_complete(voc, tmp_path):
    voc.add("a")
    convert("pascal", voc.root, tmp_path / "out", ["train"])
    manifest = json.loads((tmp_path / "out" / "dataset.json").read_text())
    (tmp_path / "out" / "classes.json").write_text('["cat"]')
    assert "changed since" in refusal("tfrecord", tmp_path / "out", "train")
    (tmp_path / "out" / "dataset.json").write_text(json.dumps(manifest)[:-9])
    assert "not JSON" in refusal("tfrecord", tmp_path / "out", "train")


@pytest.mark.parametrize("option, value", [("first_pixel", "2"), ("first_pixel", "x")])
def test_a_wrong_option_is_refused(records, folder, option, value):
    records(features(A))
    message = refusal("tfrecord", folder, "train", {option: value})
    assert f"first_pixel must be 0 or 1, not '{value}'" in message


# Damage.


def survive(make):
    with contextlib.suppress(InputError):
        reader = make()
        for key in [*reader.keys()]:
            with contextlib.suppress(InvalidExample):
                read(reader, key)


def test_no_damage_to_a_file_makes_it_fall_over(records, folder):
    records(features(A))
    path = folder / "train.record"
    for mutated in mutations(path.read_bytes(), count=100):
        path.write_bytes(mutated)
        survive(lambda: make_reader("tfrecord", folder, "train"))


def test_no_content_makes_it_fall_over(records):
    data = tf_example.to_bytes(tf.train.Example.FromString(example(features(A))))
    picture = data.index(A.png())
    kept = data[:picture] + data[picture : picture + 100] + data[picture + 7000 :]
    for mutated in mutations(kept):
        survive(lambda mutated=mutated: records(mutated))
    end = picture + len(A.png())
    for mutated in mutations(data[end:]):
        survive(lambda mutated=mutated: records(data[:end] + mutated))
