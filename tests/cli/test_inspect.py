"""`lumi inspect`, from the outside."""

import json
import re

import numpy as np
import pytest
from PIL import Image

from luminet.cli import main


@pytest.fixture
def lumi(capfd):
    """Run `lumi inspect`: its exit status, stdout and stderr."""

    def run(*arguments):
        capfd.readouterr()
        status = main(["inspect", *map(str, arguments)])
        return status, *capfd.readouterr()

    return run


@pytest.fixture
def photo(tmp_path):
    """A picture that lies on its side: its EXIF orientation says so."""
    pixels = np.random.default_rng(0).integers(0, 256, (40, 80, 3), np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "photo.jpg"
    Image.fromarray(pixels).save(path, exif=exif)
    return path


def test_a_page_of_a_picture(lumi, photo, tiny_run, tmp_path):
    page = tmp_path / "page.html"
    status, out, err = lumi(photo, "--checkpoint", tiny_run, "-f", page)
    assert (status, out) == (0, f"{page}\n")
    assert "drew: Objectness\n" in err
    text = page.read_text()
    assert "Looking inside: photo.jpg" in text
    assert "40 x 80 resized to 48 x 96" in text  # upright
    assert "Where was each object lost?" not in text
    assert len(text) < 5e6


def test_the_page_has_a_name_of_its_own(lumi, photo, tiny_run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert lumi(photo, "--checkpoint", tiny_run)[:2] == (0, "inspect.html\n")
    assert (tmp_path / "inspect.html").is_file()


def test_numbers_without_a_page(lumi, photo, tiny_run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, _ = lumi(photo, "--checkpoint", tiny_run, "--json")
    found = json.loads(out)
    assert status == 0 and found["page"] is None
    assert not (tmp_path / "inspect.html").exists()
    assert found["size"] == [40, 80] and found["resized"] == [48, 96]
    (level,) = found["levels"]
    assert level["stride"] == 16 and level["cells"] == [4, 6]
    steps = ("outside", "too_small", "scored_too_low", "suppressed", "left")
    assert sum(level[step] for step in steps) == level["candidates"] == 40
    assert "objects" not in found


def test_where_the_objects_of_a_data_set_were_lost(lumi, tiny_run, tiny_store):
    arguments = ("1-0", "--truth", tiny_store.folder, "--checkpoint", tiny_run)
    status, out, err = lumi(*arguments, "--min-prob", 0.9, "--json")
    found = json.loads(out)
    assert status == 0 and "read as tfrecord" in err
    assert [each["object"] for each in found["objects"]] == [1, 2]
    for each in found["objects"]:
        assert each["lost_at"] in ("anchor", "proposal", "box", "class")
        assert each["reason"] and each["label"] in ("box", "disc")
        assert 0 < each["best_anchor_iou"] <= 1 and each["best_detection_iou"] == 0
    assert found["targets"]["sampled_anchors"]["positive"] >= 2
    assert found["detections"] == []


def test_detections_are_those_of_predict(lumi, photo, tiny_run, capfd):
    numbers = ("--checkpoint", str(tiny_run), "--min-prob", "0.1")
    _, out, _ = lumi(photo, *numbers, "--json")
    main(["predict", str(photo), *numbers])
    predicted = json.loads(capfd.readouterr().out)["objects"]
    found = json.loads(out)["detections"]
    assert len(predicted) > 0
    for seen, wanted in zip(found, predicted, strict=True):
        assert seen["label"] == wanted["label"]
        np.testing.assert_allclose(seen["bbox"], wanted["bbox"], atol=0.02)
        assert abs(seen["prob"] - wanted["prob"]) < 1e-3


def test_a_setting_of_the_model_can_be_changed(lumi, photo, tiny_run):
    change = ("-o", "dataset.resize.min_size=32")
    _, out, _ = lumi(photo, "--checkpoint", tiny_run, "--json", *change)
    assert json.loads(out)["resized"] == [32, 64]


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["no.jpg"], r"no\.jpg: there is no such file"),
        (["{photo}", "-f", "page.png"], r"page\.png: must end in \.html"),
        (["{photo}", "-o", "page.html"], r"-o page\.html: must be KEY=VALUE"),
        (["{photo}", "--split", "train"], r"--type and --split are for --truth"),
        (["nothing", "--truth", "{store}"], "no picture 'nothing'"),
        (["{photo}", "--truth", "{store}"], "no picture '.*photo.jpg'"),
        (["1-0", "--truth", "nowhere"], "nowhere"),
    ],
)
def test_a_wrong_argument_is_one_line(
    lumi, photo, tiny_run, tiny_store, arguments, message
):
    places = {"{photo}": str(photo), "{store}": str(tiny_store.folder)}
    arguments = [places.get(argument, argument) for argument in arguments]
    status, out, err = lumi(*arguments, "--checkpoint", tiny_run)
    assert (status, out) == (2, "")
    errors = [line for line in err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1 and re.search(message, errors[0])
    assert "Traceback" not in err


def test_another_picture_of_the_same_name_is_refused(
    lumi, tiny_run, tiny_store, tmp_path
):
    other = tmp_path / "1-0.png"
    Image.new("RGB", (30, 20)).save(other)
    arguments = ("--truth", tiny_store.folder, "--checkpoint", tiny_run)
    status, _, err = lumi(other, *arguments)
    assert status == 2
    assert "is 30x20, but the picture of that name" in err and "64x64" in err
