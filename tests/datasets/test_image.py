"""The decoder: what it takes, what it refuses, and that TensorFlow sees the same."""

import os
import struct
import time
import zlib

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from luminet.datasets import image, tfrecord
from luminet.datasets.image import ImageError
from luminet.datasets.image_error import PNG_SIGNATURE
from tests.voc_folder import encode


@pytest.fixture
def photo(rng):
    """Smooth and coloured, 41x57: JPEG halves neither side evenly."""
    coarse = Image.fromarray(rng.integers(0, 256, (5, 7, 3), dtype=np.uint8))
    return coarse.resize((57, 41), Image.Resampling.BICUBIC)


def png_header(width, height):
    """A PNG that says how large it is, and then has next to nothing."""
    chunks = {
        b"IHDR": struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0),
        b"IDAT": bytes(4),
    }
    data = b"\x89PNG\r\n\x1a\n"
    for name, body in chunks.items():
        crc = struct.pack(">I", zlib.crc32(name + body))
        data += struct.pack(">I", len(body)) + name + body + crc
    return data


def exif(orientation):
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags.tobytes()


def refusal(data):
    with pytest.raises(ImageError) as caught:
        image.decode(data)
    return caught.value.code


KEPT = [
    pytest.param("RGB", "JPEG", {"quality": 90}, id="baseline"),
    pytest.param("RGB", "JPEG", {"progressive": True}, id="progressive"),
    pytest.param("RGB", "JPEG", {"subsampling": 0}, id="444"),
    pytest.param("RGB", "JPEG", {"subsampling": 1}, id="422"),
    pytest.param("L", "JPEG", {}, id="grey JPEG"),
    pytest.param("L", "PNG", {}, id="grey PNG"),
    pytest.param("RGB", "PNG", {}, id="RGB PNG"),
    pytest.param("RGB", "PNG", {"transparency": (1, 2, 3)}, id="tRNS"),
    pytest.param("RGBA", "PNG", {}, id="RGBA PNG"),
]

CHANGED = [
    pytest.param("CMYK", "JPEG", {}, id="CMYK"),
    pytest.param("1", "PNG", {}, id="1 bit"),
    pytest.param("LA", "PNG", {}, id="grey and alpha"),
    pytest.param("P", "PNG", {}, id="palette"),
    pytest.param("P", "PNG", {"transparency": 3}, id="palette with transparency"),
    pytest.param("P", "GIF", {}, id="GIF"),
    pytest.param("RGB", "BMP", {}, id="BMP"),
    pytest.param("RGB", "WEBP", {"lossless": True}, id="WEBP"),
    pytest.param("RGB", "JPEG", {"exif": exif(6)}, id="turned"),
]


@pytest.mark.parametrize("mode, file_format, options", KEPT)
def test_a_file_that_tensorflow_decodes_alike_is_kept(
    photo, mode, file_format, options
):
    data = encode(photo.convert(mode), file_format, **options)
    assert image.standard_form(data).data is data


@pytest.mark.parametrize("mode, file_format, options", CHANGED)
def test_any_other_file_becomes_a_png(photo, mode, file_format, options):
    form = image.standard_form(encode(photo.convert(mode), file_format, **options))
    assert form.data.startswith(PNG_SIGNATURE)
    assert form.data.startswith(PNG_SIGNATURE)
    assert form.file_format == file_format


@pytest.mark.parametrize("mode, file_format, options", KEPT + CHANGED)
def test_tensorflow_decodes_the_standard_form_alike(photo, mode, file_format, options):
    data = encode(photo.convert(mode), file_format, **options)
    form = image.standard_form(data)
    pixels = image.decode(data)
    assert (form.height, form.width, 3) == pixels.shape
    np.testing.assert_array_equal(tfrecord.decode_image(form.data), pixels)


@pytest.mark.real_data
def test_tensorflow_decodes_real_files_alike(real_data):
    folders = ("photos", "nuts", "voc12_100_formats/images", "eval_fixtures")
    paths = [p for folder in folders for p in (real_data / folder).rglob("*.jpg")]
    paths = [path for path in sorted(paths) if path.name != "truncated.jpg"][::4]
    assert paths
    for path in paths:
        form = image.standard_form(image.read(path))
        pixels = tfrecord.decode_image(form.data).numpy()
        np.testing.assert_array_equal(pixels, image.load(path), err_msg=str(path))


def test_grey_becomes_three_equal_channels():
    pixels = image.decode(encode(np.uint8([[7, 200]]), "PNG"))
    np.testing.assert_array_equal(pixels, [[[7, 7, 7], [200, 200, 200]]])


def test_of_16_bits_the_upper_ones_are_taken():
    data = encode(np.uint16([[0, 255, 256, 65535]]), "PNG")
    assert image.decode(data)[0, :, 0].tolist() == [0, 0, 1, 255]
    assert [code for code, _ in image.standard_form(data).oddities] == ["16-bit"]


def test_alpha_is_left_out_not_blended():
    data = encode(np.uint8([[[10, 20, 30, 0]]]), "PNG")
    np.testing.assert_array_equal(image.decode(data), [[[10, 20, 30]]])


@pytest.mark.parametrize("file_format", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_taken(file_format):
    red, blue = (Image.new("RGB", (8, 8), color) for color in ("red", "blue"))
    options = {"lossless": True} if file_format == "WEBP" else {}
    data = encode(red, file_format, save_all=True, append_images=[blue], **options)
    np.testing.assert_array_equal(image.decode(data), np.asarray(red))
    form = image.standard_form(data)
    assert [code for code, _ in form.oddities] == ["animated"]
    np.testing.assert_array_equal(tfrecord.decode_image(form.data), np.asarray(red))


# What an image with 1 2 over 3 4 in its file looks like upright.
@pytest.mark.parametrize(
    "orientation, upright",
    [
        (1, [[1, 2], [3, 4]]),
        (2, [[2, 1], [4, 3]]),
        (3, [[4, 3], [2, 1]]),
        (4, [[3, 4], [1, 2]]),
        (5, [[1, 3], [2, 4]]),
        (6, [[3, 1], [4, 2]]),
        (7, [[4, 2], [3, 1]]),
        (8, [[2, 4], [1, 3]]),
    ],
)
def test_exif_orientation_is_applied_once(orientation, upright):
    data = encode(np.uint8([[1, 2], [3, 4]]), "PNG", exif=exif(orientation))
    np.testing.assert_array_equal(image.decode(data)[..., 0], upright)
    form = image.standard_form(data)
    np.testing.assert_array_equal(image.decode(form.data)[..., 0], upright)


def test_exif_orientation_may_be_ignored():
    pixels = np.uint8([[1, 2], [3, 4]])
    data = encode(pixels, "PNG", exif=exif(6))
    np.testing.assert_array_equal(image.decode(data, ignore_exif=True)[..., 0], pixels)


@pytest.mark.parametrize("tags", [exif(99), exif(6)[:20]], ids=["99", "cut"])
def test_a_senseless_orientation_is_upright_and_told(photo, tags):
    data = encode(photo, "JPEG", exif=tags)
    form = image.standard_form(data)
    assert form.data is data
    assert [code for code, _ in form.oddities] == ["exif"]


@pytest.mark.parametrize("part", [0.02, 0.3, 0.5, 0.99])
def test_a_jpeg_that_is_cut_is_refused(photo, part):
    data = encode(photo, "JPEG")
    assert refusal(data[: int(len(data) * part)]) == "image-truncated"


def test_a_jpeg_without_its_end_marker_is_refused(photo):
    assert refusal(encode(photo, "JPEG")[:-2]) == "image-truncated"


def test_bytes_after_the_end_do_not_matter(photo):
    data = encode(photo, "JPEG")
    np.testing.assert_array_equal(image.decode(data + b"junk"), image.decode(data))


def test_a_damaged_png_is_refused(photo):
    data = bytearray(encode(photo, "PNG"))
    data[len(data) // 2] ^= 1
    assert refusal(bytes(data)) == "image-corrupt"


@pytest.mark.parametrize(
    "options",
    [{}, {"progressive": True}, {"subsampling": 0}, {"restart_marker_blocks": 2}],
    ids=["baseline", "progressive", "444", "restarts"],
)
def test_a_damaged_jpeg_is_refused_if_its_pixels_are(photo, rng, options):
    """The check decodes at an eighth of the size, and misses nothing by that."""
    whole = encode(photo, "JPEG", **options)
    verdicts = []
    for _ in range(300):
        damaged = bytearray(whole)
        for place in rng.integers(0, len(whole), rng.choice([1, 5, 50])):
            damaged[place] = rng.integers(256)
        del damaged[rng.integers(len(whole) // 2, 2 * len(whole)) :]
        verdicts.append(
            [verdict(f, damaged) for f in (image.decode, image.standard_form)]
        )
    assert all(of_pixels == of_check for of_pixels, of_check in verdicts)
    assert {"", "image-truncated"} <= {of_pixels for of_pixels, _ in verdicts}


def verdict(function, damaged):
    try:
        function(bytes(damaged))
    except ImageError as error:
        return error.code
    return ""


def test_a_cut_png_is_refused(photo):
    assert refusal(encode(photo, "PNG")[:200]) == "image-corrupt"


@pytest.mark.parametrize(
    "data",
    [b"", b"<html>404</html>", b"<svg/>", b"PK\3\4" + bytes(99), png_header(0, 0)],
    ids=["empty", "HTML", "SVG", "ZIP", "0x0"],
)
def test_what_is_no_image_is_refused(data):
    assert refusal(data) == "not-an-image"


@pytest.mark.parametrize(
    "file_format", ["TIFF", "EPS", "PDF", "DDS", "ICO", "JPEG2000"]
)
def test_other_formats_are_refused(photo, file_format):
    assert refusal(encode(photo, file_format)) == "format"


def file_of_brands(first, *others):
    """The beginning of a file as telephones write it: a box with names of formats."""
    brands = "".join([first, "\0\0\0\0", *others]).encode()
    return (len(brands) + 8).to_bytes(4, "big") + b"ftyp" + brands + b"\0\0\1\0meta"


@pytest.mark.parametrize(
    "data, name",
    [
        (file_of_brands("heic", "mif1", "heic"), "HEIC"),
        (file_of_brands("mif1", "miaf", "heic"), "HEIC"),
        (file_of_brands("avif", "mif1", "miaf"), "AVIF"),
        (file_of_brands("mif1", "avif"), "AVIF"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
    ],
)
def test_pictures_of_telephones_are_refused_by_their_format(data, name):
    with pytest.raises(
        ImageError, match=f"^{name} is not supported; convert"
    ) as caught:
        image.decode(data)
    assert caught.value.code == "format"


def test_a_film_is_no_picture():
    assert refusal(file_of_brands("isom", "mp42")) == "not-an-image"


@pytest.mark.parametrize(
    "size",
    [(100_000, 100_000), (2**31 - 1, 2**31 - 1), (9_000, 9_000), (14_000, 9_000)],
)
def test_a_huge_image_is_refused_by_its_header(size):
    start = time.perf_counter()
    assert refusal(png_header(*size)) == "image-too-large"
    assert time.perf_counter() - start < 0.1


def test_a_small_file_of_many_pixels_is_refused():
    data = encode(Image.new("1", (9_000, 9_000)), "PNG")
    assert len(data) < 50_000
    assert refusal(data) == "image-too-large"


@pytest.mark.parametrize("size", [(1, 1), (1, 20_000), (20_000, 10)])
def test_odd_shapes_are_images(size):
    assert image.decode(encode(Image.new("L", size), "PNG")).shape == (*size[::-1], 3)


def test_random_damage_is_never_worse_than_refused(photo, rng):
    """The except list of the decoder is complete, as far as 300 tries can tell."""
    files = [encode(photo, name) for name in ("JPEG", "PNG", "BMP", "GIF", "WEBP")]
    for file in files * 60:
        data = bytearray(file)
        for position in rng.integers(0, len(data), 3):
            data[position] = rng.integers(256)
        try:
            image.standard_form(bytes(data))
        except ImageError as error:
            assert error.code.startswith(("image-", "not-an-", "format", "mode"))


def test_read_returns_the_bytes(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"abc")
    assert image.read(tmp_path / "a.jpg") == b"abc"


def test_a_pipe_is_refused_without_waiting_for_its_writer(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    assert read_refusal(tmp_path / "pipe.jpg") == "not-a-regular-file"


def test_a_folder_and_a_device_are_refused(tmp_path):
    assert read_refusal(tmp_path) == "not-a-regular-file"
    assert read_refusal("/dev/null") == "not-a-regular-file"


def test_a_missing_file_is_refused(tmp_path):
    assert read_refusal(tmp_path / "none.jpg") == "image-missing"
    (tmp_path / "dangling.jpg").symlink_to("none.jpg")
    assert read_refusal(tmp_path / "dangling.jpg") == "image-missing"


def test_a_link_to_itself_is_refused(tmp_path):
    (tmp_path / "loop.jpg").symlink_to("loop.jpg")
    assert read_refusal(tmp_path / "loop.jpg") == "not-a-regular-file"


def test_no_permission_is_told(tmp_path, monkeypatch):
    def deny(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", deny)  # root may read everything
    assert read_refusal(tmp_path / "a.jpg") == "permission"


def test_errors_of_load_name_the_file(tmp_path):
    path = tmp_path / "page.jpg"
    path.write_bytes(b"<html>")
    with pytest.raises(ImageError, match=r"page\.jpg: not a picture"):
        image.load(path)


def read_refusal(path):
    with pytest.raises(ImageError) as caught:
        image.read(path)
    return caught.value.code


def test_decode_works_in_a_graph(photo):
    data = encode(photo, "JPEG")
    decoded = tf.function(tfrecord.decode_image)(tf.constant(data))
    np.testing.assert_array_equal(decoded, image.decode(data))
