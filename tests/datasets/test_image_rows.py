"""Odd and bad pictures, one row each: what the decoder makes of them.

Whole pictures go through `standard_form` in every mode of checking, and through the
reader, as they do in a conversion.
"""

import os
import struct
import time
import zlib

import numpy as np
import pytest
from PIL import Image, ImageChops, PngImagePlugin

from luminet.datasets import image
from luminet.datasets.conversion.validate import validate
from luminet.datasets.example_reader import Decode, Rules
from luminet.datasets.image import ImageError
from luminet.datasets.source.source import Source
from tests.voc_folder import HEIGHT, WIDTH, encode, xml_annotation

PIXELS = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
PHOTO = Image.fromarray(PIXELS)


def exif(orientation):
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags.tobytes()


def chunk(kind, data):
    checksum = zlib.crc32(kind + data).to_bytes(4)
    return struct.pack(">I", len(data)) + kind + data + checksum


def png_of_size(width, height):
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + chunk(b"IDAT", bytes(4))


def jpeg_of_size(width, height):
    data = bytearray(encode(PHOTO, "JPEG"))
    start = data.index(b"\xff\xc0") + 5
    data[start : start + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def animation(file_format):
    frames = [Image.new("RGB", (WIDTH, HEIGHT), colour) for colour in ("red", "blue")]
    options = {"save_all": True, "append_images": frames[1:]}
    if file_format == "WEBP":
        options["lossless"] = True
    return encode(frames[0], file_format, **options)


def png_with_much_text():
    text = PngImagePlugin.PngInfo()
    for index in range(70):
        text.add_text(f"key{index}", "x" * 1_000_000, zip=True)
    return encode(PHOTO, "PNG", pnginfo=text)


def sixteen_bits():
    return encode(Image.fromarray(PIXELS[..., 0].astype(np.uint16) * 256), "PNG")


def flipped_bytes():
    data = bytearray(encode(PHOTO, "JPEG"))
    middle = data.index(b"\xff\xda") + 200
    data[middle] ^= 0x10
    return bytes(data)


# Row, the file, its extension, and what is found: nothing, or codes.
ROWS = [
    ("I1 CMYK", encode(PHOTO.convert("CMYK"), "JPEG"), ".jpg", []),
    ("I2 grey", encode(PHOTO.convert("L"), "JPEG"), ".jpg", []),
    ("I2 grey and alpha", encode(PHOTO.convert("LA"), "PNG"), ".png", []),
    ("I2 one bit", encode(PHOTO.convert("1"), "PNG"), ".png", []),
    ("I3 16 bits", sixteen_bits(), ".png", ["16-bit"]),
    ("I4 palette", encode(PHOTO.convert("P"), "PNG"), ".png", []),
    ("I4 transparent", encode(PHOTO.convert("P"), "PNG", transparency=3), ".png", []),
    ("I4 alpha", encode(PHOTO.convert("RGBA"), "PNG"), ".png", []),
    ("I5 animated GIF", animation("GIF"), ".gif", ["animated"]),
    ("I5 animated PNG", animation("PNG"), ".png", ["animated"]),
    ("I5 animated WebP", animation("WEBP"), ".webp", ["animated"]),
    ("I6 TIFF", encode(PHOTO, "TIFF"), ".jpg", ["format"]),
    ("I6 MPO", encode(PHOTO, "MPO", save_all=True, append_images=[PHOTO]), ".jpg", []),
    ("I7 mirrored", encode(PHOTO, "JPEG", exif=exif(2)), ".jpg", []),
    ("I8 orientation 99", encode(PHOTO, "JPEG", exif=exif(99)), ".jpg", ["exif"]),
    ("I8 broken EXIF", encode(PHOTO, "JPEG", exif=b"Exif\0\0xx"), ".jpg", ["exif"]),
    ("I9 half", encode(PHOTO, "JPEG")[:2000], ".jpg", ["image-truncated"]),
    ("I9 no end", encode(PHOTO, "JPEG")[:-2], ".jpg", ["image-truncated"]),
    ("I9 header", encode(PHOTO, "JPEG")[:200], ".jpg", ["image-truncated"]),
    ("I10 flipped bits", flipped_bytes(), ".jpg", []),
    ("I11 bytes after", encode(PHOTO, "JPEG") + b"more", ".jpg", []),
    ("I12 cut PNG", encode(PHOTO, "PNG")[:2000], ".png", ["image-corrupt"]),
    ("I13 PNG named JPEG", encode(PHOTO, "PNG"), ".jpg", ["extension"]),
    ("I14 HTML", b"<!doctype html><p>404", ".jpg", ["not-an-image"]),
    ("I14 SVG", b"<svg xmlns='http://www.w3.org/2000/svg'/>", ".png", ["not-an-image"]),
    ("I14 ZIP", b"PK\x03\x04" + bytes(40), ".png", ["not-an-image"]),
    ("I14 empty", b"", ".jpg", ["not-an-image"]),
    ("I15 EPS", encode(PHOTO, "EPS"), ".jpg", ["format"]),
    ("I15 PDF", encode(PHOTO, "PDF"), ".jpg", ["format"]),
    ("I16 100,000 wide", png_of_size(10**5, 10**5), ".png", ["image-too-large"]),
    ("I16 2^31-1", png_of_size(2**31 - 1, 2**31 - 1), ".png", ["image-too-large"]),
    ("I16 JPEG", jpeg_of_size(65535, 65535), ".jpg", ["image-too-large"]),
    (
        "I17 a bomb",
        encode(Image.new("1", (9000, 9000)), "PNG"),
        ".png",
        ["image-too-large"],
    ),
    ("I18 no width", png_of_size(0, 0), ".png", ["not-an-image"]),
    ("I20 much text", png_with_much_text(), ".png", ["image-corrupt"]),
]
# Damage that is not seen where pixels are not decoded.
NOT_SEEN = {
    Decode.FULL: (),
    Decode.TRUST: ("I9 half", "I9 no end"),
    Decode.HEADER: ("I9 half", "I9 no end", "I12 cut PNG"),
}


@pytest.fixture
def voc(voc):
    """With a class, which most of these pictures show nothing of."""
    voc.list_file("dog_train").write_text("a 1\n")
    return voc


def check(voc, decode):
    rules = Rules(decode)
    return validate(lambda: Source(voc.root, "pascal", rules=rules), num_workers=1)


@pytest.mark.parametrize("decode", Decode)
@pytest.mark.parametrize(
    "row, data, extension, expected", [pytest.param(*row, id=row[0]) for row in ROWS]
)
def test_what_is_found(voc, row, data, extension, expected, decode):
    voc.add("a", "<annotation/>", data, extension)
    started = time.perf_counter()
    report = check(voc, decode)
    assert time.perf_counter() - started < 2.0
    if row in NOT_SEEN[decode]:
        expected = []
    found = [finding.code for _, finding in report.findings]
    assert [code for code in found if code != "size-missing"] == expected


@pytest.mark.parametrize("orientation", range(2, 9))
@pytest.mark.parametrize("decode", Decode)
def test_i7_boxes_are_on_the_upright_picture(voc, orientation, decode):
    turned = orientation >= 5
    stored = PHOTO.transpose(Image.Transpose.ROTATE_90) if turned else PHOTO
    data = encode(stored, "JPEG", exif=exif(orientation))
    voc.add("a", xml_annotation(size=(WIDTH, HEIGHT)), data, ".jpg")
    assert check(voc, decode).findings == []
    # Annotated as it is stored, it is told, and can be ignored.
    size = stored.size
    other = encode(ImageChops.invert(stored), "JPEG", exif=exif(orientation))
    voc.add("b", xml_annotation(size=size), other, ".jpg")
    rules = Rules(decode, ignore_exif=True)
    report = validate(lambda: Source(voc.root, "pascal", rules=rules), 1)
    codes = [finding.code for _, finding in report.findings]
    assert codes == (["size-mismatch"] if turned else [])
    if turned:
        (_, finding), *_ = check(voc, decode).findings
        assert "swapped, or from before its EXIF orientation" in finding.message


@pytest.mark.parametrize("size", [(1, 1), (1, 20_000), (20_000, 10)])
def test_i19_odd_shapes_are_pictures(size):
    form = image.standard_form(encode(Image.new("RGB", size), "PNG"))
    assert (form.width, form.height) == size


def test_i21_what_is_no_file(voc):
    for name in ("folder", "pipe"):
        voc.add(name)
        (voc.root / "JPEGImages" / f"{name}.png").unlink()
    (voc.root / "JPEGImages" / "folder.png").mkdir()
    os.mkfifo(voc.root / "JPEGImages" / "pipe.png")
    found = [finding.code for _, finding in check(voc, Decode.FULL).findings]
    assert found == ["not-a-regular-file"] * 2


def test_i22_links(voc, tmp_path):
    (tmp_path / "real.png").write_bytes(encode(PHOTO, "PNG"))
    targets = {"out": tmp_path / "real.png", "dangling": "none.png", "loop": "loop.png"}
    for name, target in targets.items():
        voc.add(name)
        path = voc.root / "JPEGImages" / f"{name}.png"
        path.unlink()
        path.symlink_to(target)
    found = {
        os.path.basename(f.file): f.code for _, f in check(voc, Decode.FULL).findings
    }
    assert found == {"dangling.png": "image-missing", "loop.png": "not-a-regular-file"}


def test_i23_no_permission(voc, monkeypatch):
    voc.add("a")
    opened = os.open

    def deny(path, *arguments, **options):
        if str(path).endswith(".png"):
            raise PermissionError(13, "Permission denied", path)
        return opened(path, *arguments, **options)

    monkeypatch.setattr(os, "open", deny)  # root may read everything
    ((_, finding),) = check(voc, Decode.FULL).findings
    assert (finding.code, finding.file) == ("permission", "JPEGImages/a.png")


def test_i24_a_file_is_read_once(voc, monkeypatch):
    """What is checked, hashed and written is one buffer: the file may change."""
    voc.add("a")
    reads = []
    read = image.read
    monkeypatch.setattr(image, "read", lambda *a: reads.append(a[0]) or read(*a))
    check(voc, Decode.FULL)
    assert len(reads) == 1


def test_errors_have_codes_that_have_remedies():
    from luminet.datasets.finding_codes import REMEDIES

    for _, data, _, expected in ROWS:
        try:
            image.decode(data)
        except ImageError as error:
            assert REMEDIES[error.code] and error.code in expected


def test_the_first_frame_is_the_picture():
    for file_format in ("GIF", "PNG", "WEBP"):
        pixels = image.decode(animation(file_format))
        np.testing.assert_allclose(pixels[5, 5], [255, 0, 0], atol=2)


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "GIF", "WEBP", "BMP"])
def test_of_a_large_file_the_header_is_enough(tmp_path, file_format):
    pixels = np.random.default_rng(0).integers(0, 256, (600, 700, 3), np.uint8)
    options = {"quality": 100} if file_format in ("JPEG", "WEBP") else {}
    options |= {"lossless": True} if file_format == "WEBP" else {}
    if file_format == "GIF":
        frames = [Image.fromarray(np.roll(pixels, step, 0)) for step in (1, 2)]
        options = {"save_all": True, "append_images": frames}
    path = tmp_path / "large"
    path.write_bytes(encode(Image.fromarray(pixels), file_format, **options))
    assert path.stat().st_size > image._HEADER_BYTES
    form = image.header(path)
    assert (form.height, form.width, form.file_format) == (600, 700, file_format)
    animated = [code for code, _ in form.oddities]
    assert animated == (["animated"] if file_format == "GIF" else [])


@pytest.mark.parametrize("behind", [False, True], ids=["before", "behind"])
def test_exif_of_a_large_png_is_found_before_and_behind_its_pixels(tmp_path, behind):
    pixels = np.random.default_rng(0).integers(0, 256, (500, 700, 3), np.uint8)
    data = encode(Image.fromarray(pixels), "PNG")
    tags = Image.Exif()
    tags[0x0112] = 6
    position = len(data) - 12 if behind else data.index(b"IDAT") - 4
    exif = chunk(b"eXIf", tags.tobytes().removeprefix(b"Exif\0\0"))
    data = data[:position] + exif + data[position:]
    assert len(data) > image._HEADER_BYTES
    (tmp_path / "a.png").write_bytes(data)
    form, whole = image.header(tmp_path / "a.png"), image.standard_form(data)
    assert (form.height, form.width) == (whole.height, whole.width) == (700, 500)
    assert form.oddities == whole.oddities == ()


def test_much_before_the_pixels_of_a_jpeg_does_not_hinder(tmp_path):
    data = encode(PHOTO, "JPEG")
    segment = b"\xff\xe5" + struct.pack(">H", 65_535) + bytes(65_533)
    (tmp_path / "a.jpg").write_bytes(data[:2] + 9 * segment + data[2:])
    form = image.header(tmp_path / "a.jpg")
    assert (form.height, form.width, form.oddities) == (HEIGHT, WIDTH, ())
