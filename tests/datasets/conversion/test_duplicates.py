"""V34: pictures that are there twice are told, by their pixels."""

import numpy as np
import pytest
from PIL import Image

from luminet.datasets import image
from luminet.datasets.conversion.validate import validate
from luminet.datasets.example_reader import Decode, Rules
from luminet.datasets.source.source import Source
from luminet.datasets.worst import find_worst
from tests.conversion import convert
from tests.voc_folder import HEIGHT, WIDTH, encode, xml_annotation, xml_object

INVERTED = xml_annotation(xml_object(box=(30, 6, 11, 20)))
LEAK = ("split-leak", "JPEGImages/b", "the same picture as JPEGImages/a")


@pytest.fixture
def pixels(rng):
    return Image.fromarray(rng.integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8))


def turned(pixels, file_format):
    """What is the picture once it is turned by its EXIF orientation."""
    tags = Image.Exif()
    tags[0x0112] = 3
    pixels = pixels.transpose(Image.Transpose.ROTATE_180)
    return encode(pixels, file_format, exif=tags.tobytes())


def with_alpha(pixels):
    pixels = pixels.copy()
    pixels.putalpha(pixels.convert("L"))
    return encode(pixels, "PNG")


def told(folder, **rules):
    report = validate(lambda: Source(folder, "pascal", rules=Rules(**rules)), 1)
    return [
        (finding.code, finding.file.rpartition(".")[0], finding.message[:-15])
        for _, finding in report.findings
        if not finding.fatal
    ]


@pytest.mark.parametrize(
    "extension, make",
    [
        (".png", lambda pixels: encode(pixels, "PNG", compress_level=9)),
        (".bmp", lambda pixels: encode(pixels, "BMP")),
        (".webp", lambda pixels: encode(pixels, "WEBP", lossless=True)),
        (".png", with_alpha),
        (".png", lambda pixels: turned(pixels, "PNG")),
    ],
    ids=["other level", "BMP", "WebP", "alpha", "turned"],
)
def test_the_same_pixels_in_another_file_are_a_leak(voc, pixels, extension, make):
    voc.add("a", image=encode(pixels, "PNG", compress_level=1))
    voc.add("b", image=make(pixels), extension=extension, split="val")
    assert told(voc.root) == [LEAK]
    assert told(voc.root, decode=Decode.TRUST) == []


def test_jpegs_that_differ_in_colour_alone_are_none(voc):
    # Both have the grey value 76, and are grey when a JPEG is looked through.
    red, grey = (Image.new("RGB", (WIDTH, HEIGHT), c) for c in ((254, 0, 0), (76,) * 3))
    voc.add("a", image=encode(red, "JPEG"), extension=".jpg")
    voc.add("b", image=encode(grey, "JPEG"), extension=".jpg", split="val")
    assert told(voc.root) == []


def test_a_grey_picture_is_the_same_in_three_colours(voc, pixels):
    grey = pixels.convert("L")
    voc.add("a", image=encode(grey, "PNG", transparency=7))
    voc.add("b", image=encode(grey.convert("RGB"), "PNG"), split="val")
    assert told(voc.root) == [LEAK]


@pytest.mark.parametrize("decode", Decode)
def test_a_byte_behind_a_jpeg_hides_it_only_without_decoding(voc, pixels, decode):
    data = encode(pixels, "JPEG")
    for name, content in (("a", data), ("b", data + b"x"), ("c", data)):
        voc.add(name, image=content, extension=".jpg", split=name)
    found = {
        Decode.FULL: ["JPEGImages/b", "JPEGImages/c"],
        Decode.TRUST: ["JPEGImages/c"],
        Decode.HEADER: [],
    }
    assert [file for _, file, _ in told(voc.root, decode=decode)] == found[decode]


def test_a_turn_that_is_ignored_makes_no_twins(voc, pixels):
    voc.add("a", image=encode(pixels, "PNG"))
    voc.add("b", image=turned(pixels, "PNG"), split="val")
    assert told(voc.root, ignore_exif=True) == []


def test_pictures_that_agree_in_the_rows_of_their_digest_are_compared(voc, pixels):
    other = np.array(pixels)
    other[0] ^= 255
    first, second = encode(pixels, "PNG"), encode(other, "PNG")
    digests = {image.standard_form(data).digest for data in (first, second)}
    assert len(digests) == 1
    for name, content in (("a", first), ("b", second), ("c", first), ("d", second)):
        voc.add(name, image=content)
    same = ["the same picture as JPEGImages/" + name for name in ("a.png", "b.png")]
    report = validate(lambda: Source(voc.root, "pascal"), 1)
    assert [finding.message for _, finding in report.findings] == same


def test_a_leak_is_told_before_the_annotation_is_mended(voc, pixels):
    data = encode(pixels, "PNG")
    voc.add("a", INVERTED, data)
    voc.add("b", image=data, split="val")
    assert told(voc.root) == [LEAK]
    worst = find_worst(Source(voc.root, "pascal"), 10, 1)
    assert [[f.code for f in found] for _, found in worst] == [
        ["box-inverted"],
        ["split-leak"],
    ]


def test_a_picture_that_is_left_out_has_no_twin(voc, pixels, tmp_path):
    data = encode(pixels, "PNG")
    voc.add("a", INVERTED, data)
    voc.add("c")
    voc.add("b", image=data, split="val")
    options = {"on_invalid": "skip", "num_workers": 1}
    summary = convert("pascal", voc.root, tmp_path / "o", ["train", "val"], **options)
    assert summary.num_skipped == 1
    assert not summary.warnings


def test_a_file_that_is_there_often_is_decoded_once(voc, monkeypatch):
    blank = Image.new("RGB", (WIDTH, HEIGHT), "white")
    for index in range(50):
        voc.add(f"p{index}", image=encode(blank, "PNG"))
    voc.add("q", image=encode(blank, "BMP"), extension=".bmp")
    decoded, decode = [], image.decode
    monkeypatch.setattr(
        image, "decode", lambda *given: decoded.append(given) or decode(*given)
    )
    assert len(told(voc.root)) == 50
    assert len(decoded) == 2
