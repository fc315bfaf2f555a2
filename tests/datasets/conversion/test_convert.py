"""Conversion: complete or not at all, and the same for the same input."""

import json
import os

import numpy as np
import pytest
import tensorflow as tf

from luminet.datasets import tfrecord
from luminet.datasets.conversion import convert as convert_module
from luminet.datasets.finding_codes import REMEDIES
from luminet.datasets.findings import InvalidDataset
from luminet.datasets.store import open_store
from luminet.errors import InputError, LuminetError
from tests.conversion import convert
from tests.voc_folder import encode, xml_annotation, xml_object

INVERTED = xml_annotation(xml_object(box=(30, 6, 11, 20)))


@pytest.fixture
def output(tmp_path):
    return tmp_path / "out"


def records(path):
    dataset = tf.data.TFRecordDataset(str(path)).map(tfrecord.parse)
    return list(dataset.as_numpy_iterator())


def refusal(*args, **options):
    with pytest.raises(InputError) as caught:
        convert(*args, **options)
    return str(caught.value)


def codes(findings):
    return [finding.code for finding in findings]


def test_what_is_written_is_what_was_read(voc, output):
    voc.add("b", xml_annotation(xml_object("dog"), xml_object("cat", (1, 1, 60, 40))))
    voc.add("a", xml_annotation())
    summary = convert("pascal", voc.root, output, ["train"])
    assert str(summary) == "wrote 2 of 2 images"
    assert json.loads((output / "classes.json").read_text()) == ["cat", "dog"]
    first, second = records(output / "train.tfrecords")
    assert [first["image_id"], second["image_id"]] == [b"b", b"a"]
    np.testing.assert_array_equal(first["boxes"], [[5, 10, 20, 30], [0, 0, 40, 60]])
    assert first["classes"].tolist() == [1, 0]
    assert second["boxes"].shape == (0, 4)


def test_a_picture_may_have_two_thousand_objects(voc, output):
    corners = [(x, y, x + 2, y + 1) for x in range(1, 58) for y in range(1, 39)][:2000]
    voc.add("a", xml_annotation(*(xml_object(box=corner) for corner in corners)))
    convert("pascal", voc.root, output, ["train"])
    (record,) = records(output / "train.tfrecords")
    assert record["boxes"].shape == (2000, 4)
    np.testing.assert_array_equal(record["boxes"][-1], [23, 52, 25, 55])


def test_the_manifest_counts(voc, output):
    extra = "<difficult>1</difficult>"
    voc.add("a", xml_annotation(xml_object("dog"), xml_object("cat", extra=extra)))
    voc.add("b", xml_annotation())
    convert("pascal", voc.root, output, ["train"])
    manifest = json.loads((output / "dataset.json").read_text())
    train = manifest["splits"]["train"]
    assert train["class_counts"] == {"cat": 1, "dog": 1}
    counts = ("examples", "objects", "difficult", "without_objects", "crowds")
    assert [train[f"num_{name}"] for name in counts] == [2, 2, 1, 1, 0]
    assert train["image_width"] == {"min": 60, "median": 60.0, "max": 60}
    assert train["files"][0]["num_records"] == 2


def test_the_same_input_gives_the_same_bytes(voc, tmp_path):
    for name in ("a", "b"):
        voc.add(name)
    for folder in ("one", "two"):
        convert("pascal", voc.root, tmp_path / folder, ["train"])
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_no_path_of_this_machine_is_written(voc, output):
    voc.add("a")
    convert("pascal", voc.root, output, ["train"])
    for path in output.iterdir():
        assert str(voc.root.parent).encode() not in path.read_bytes()


def test_faults_are_collected_over_all_splits_and_nothing_is_written(voc, output):
    voc.add("a", INVERTED)
    voc.add("b")
    voc.add("c", "junk", split="val")
    with pytest.raises(
        InvalidDataset, match="1 box-inverted, 1 xml-malformed"
    ) as caught:
        convert("pascal", voc.root, output, ["train", "val"])
    assert codes(caught.value.findings) == ["box-inverted", "xml-malformed"]
    assert [path.name for path in output.parent.iterdir()] == ["voc"]


def test_skip_leaves_the_whole_image_out(voc, output):
    voc.add("a", xml_annotation(xml_object(), xml_object(box=(30, 6, 11, 20))))
    voc.add("b")
    summary = convert("pascal", voc.root, output, ["train"], on_invalid="skip")
    assert str(summary) == "wrote 1 of 2 images; skipped 1: 1 box-inverted"
    assert [record["image_id"] for record in records(output / "train.tfrecords")] == [
        b"b"
    ]
    lines = (output / "skipped.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [
        {
            "split": "train",
            "code": "box-inverted",
            "severity": "fault",
            "file": "Annotations/a.xml",
            "field": "object 2",
            "message": "xmin 30 is larger than xmax 11",
            "remedy": REMEDIES["box-inverted"],
        }
    ]


def test_skip_keeps_the_first_of_a_repeated_name(voc, output):
    voc.add("a")
    voc.list_file("train").write_text("a\na\n")
    summary = convert("pascal", voc.root, output, ["train"], on_invalid="skip")
    assert codes(summary.findings) == ["duplicate-id"]
    assert summary.store.split("train").num_examples == 1


def test_a_repeated_name_is_a_fault(voc, output):
    voc.add("a")
    voc.list_file("train").write_text("a\na\n")
    assert "1 duplicate-id" in refusal("pascal", voc.root, output, ["train"])


def test_skip_with_nothing_left_is_refused(voc, output):
    voc.add("a", INVERTED)
    message = refusal("pascal", voc.root, output, ["train"], on_invalid="skip")
    assert "no usable image in the split 'train'" in message
    assert not output.exists()


def test_an_unknown_class_is_not_skipped(voc, output):
    voc.add("a", xml_annotation(xml_object("dgo")))
    voc.add("b")
    voc.list_file("dog_train").write_text("a -1\nb 1\n")
    message = refusal("pascal", voc.root, output, ["train"], on_invalid="skip")
    assert "1 unknown-class" in message


def test_a_data_set_without_objects_is_refused(voc, output):
    voc.add("a", xml_annotation())
    assert "no image has an object" in refusal("pascal", voc.root, output, ["train"])


def test_warnings_are_counted(voc, output):
    voc.add("a", xml_annotation(xml_object(), xml_object()))
    summary = convert("pascal", voc.root, output, ["train"])
    assert codes(summary.findings) == ["duplicate-box"]
    assert summary.store.manifest["warnings"] == {"duplicate-box": 1}


@pytest.mark.parametrize(
    "split, code", [("train", "duplicate-image"), ("val", "split-leak")]
)
def test_the_same_image_twice_is_a_warning(voc, output, split, code):
    image = encode(np.zeros([40, 60, 3], np.uint8), "PNG")
    voc.add("a", image=image)
    voc.add("b", image=image, split=split)
    summary = convert("pascal", voc.root, output, sorted({"train", split}))
    assert codes(summary.findings) == [code]


def test_an_image_that_only_pillow_decodes_is_encoded_anew(voc, output):
    pixels = np.arange(40 * 60 * 3, dtype=np.uint8).reshape(40, 60, 3)
    voc.add("a", image=encode(pixels, "PNG")[:-4])  # without its last checksum
    convert("pascal", voc.root, output, ["train"])
    (record,) = records(output / "train.tfrecords")
    np.testing.assert_array_equal(tfrecord.decode_image(record["encoded"]), pixels)


def test_a_file_name_that_is_no_text_is_escaped(voc, output):
    plain = voc.root.parent / "plain"
    plain.mkdir()
    name = os.fsdecode(b"caf\xe9")
    image = encode(np.zeros([40, 60, 3], np.uint8), "PNG")
    (plain / f"{name}.png").write_bytes(image)
    (plain / f"{name}.xml").write_text(xml_annotation(xml_object()))
    (plain / f"{name}2.xml").write_text("junk")
    convert("pascal", plain, output, ["all"], on_invalid="skip")
    (record,) = records(output / "all.tfrecords")
    assert record["filename"] == rb"caf\udce9.png"
    assert r"caf\udce92.xml" in (output / "skipped.jsonl").read_text()


def test_progress_is_told(voc, output):
    for name in ("a", "b"):
        voc.add(name)
    calls = []
    convert(
        "pascal", voc.root, output, ["train"], progress=lambda *call: calls.append(call)
    )
    assert calls == [("train", 2, 2)]


def test_an_unknown_type_is_refused(voc, output):
    message = refusal("pasca", voc.root, output, ["train"])
    assert "; did you mean 'pascal'?" in message


@pytest.mark.parametrize("splits", [[""], ["../train"], ["a/b"], ["train", "train"]])
def test_senseless_splits_are_refused(voc, output, splits):
    voc.add("a")
    assert "split" in refusal("pascal", voc.root, output, splits)
    assert not output.exists()


def test_an_existing_folder_is_not_overwritten_unasked(voc, output):
    voc.add("a")
    output.mkdir()
    assert "exists" in refusal("pascal", voc.root, output, ["train"])


def test_overwrite_replaces_the_data_set(voc, output):
    voc.add("a")
    convert("pascal", voc.root, output, ["train"])
    voc.add("b")
    convert("pascal", voc.root, output, ["train"], overwrite=True)
    assert open_store(output).split("train").num_examples == 2


def test_a_failed_overwrite_leaves_the_old_data_set(voc, output):
    voc.add("a")
    convert("pascal", voc.root, output, ["train"])
    voc.add("b", INVERTED)
    refusal("pascal", voc.root, output, ["train"], overwrite=True)
    assert open_store(output).split("train").num_examples == 1


def test_overwrite_replaces_nothing_but_data_sets(voc, output):
    voc.add("a")
    output.mkdir()
    (output / "thesis.tex").write_text("precious")
    message = refusal("pascal", voc.root, output, ["train"], overwrite=True)
    assert "not overwritten" in message
    assert (output / "thesis.tex").exists()


def test_a_file_is_not_overwritten(voc, output):
    voc.add("a")
    output.write_text("")
    message = refusal("pascal", voc.root, output, ["train"], overwrite=True)
    assert "is a file" in message


@pytest.mark.parametrize("name", ["voc", "voc/out", "voc/../voc/ImageSets/out", "."])
def test_the_input_is_not_written_into(voc, name):
    voc.add("a")
    folder = voc.root.parent / name
    message = refusal("pascal", voc.root, folder, ["train"], overwrite=True)
    assert "the data set that is read" in message


def test_a_full_disk_is_one_line_and_leaves_nothing(voc, output, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    voc.add("a")
    monkeypatch.setattr(convert_module, "_write_json", full)
    with pytest.raises(LuminetError, match="out: no space left on the device"):
        convert("pascal", voc.root, output, ["train"])
    assert [path.name for path in output.parent.iterdir()] == ["voc"]


@pytest.mark.real_data
def test_the_two_degenerate_boxes_of_bccd_are_found(real_data, output):
    splits = ["train", "val", "test"]
    data_dir = real_data / "bccd" / "BCCD"
    with pytest.raises(InvalidDataset) as caught:
        convert("pascal", data_dir, output, splits)
    assert codes(caught.value.findings) == ["box-empty"] * 2
    summary = convert("pascal", data_dir, output, splits, on_invalid="skip")
    written = {name: split.num_examples for name, split in summary.store.splits.items()}
    assert written == {"train": 204, "val": 86, "test": 72}
    summary.store.verify()
