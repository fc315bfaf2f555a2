"""The decoder: every picture that luminet sees becomes pixels here, and only here.

Training, prediction and the server have to agree on the pixels of a file. Pillow
decodes: a few formats, up to a number of pixels, by a table of modes, upright. What
goes into a TFRecord is a form that TensorFlow decodes to the same: `standard_form`.
"""

import contextlib
import io
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image

from luminet.datasets import image_digest, png_file, regular_file
from luminet.datasets.image_error import ImageError, explain

# Extensions of pictures, in lower case, and the format that each promises.
EXTENSIONS = {
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".png": "PNG",
    ".bmp": "BMP",
    ".gif": "GIF",
    ".webp": "WEBP",
}
_FORMATS = [*dict.fromkeys(EXTENSIONS.values())]
MAX_PIXELS = 64 * 1024 * 1024
MAX_BYTES = 512 * 1024 * 1024
_HEADER_BYTES = 512 * 1024
# Loads Pillow's code for formats before there are workers: else each of them would.
Image.preinit()
# Of what is encoded anew: a third of the time of zlib's own level, a tenth larger.
_COMPRESS_LEVEL = 1

# Pillow turns these into RGB without rounding or clipping, and leaves alpha out.
_EIGHT_BIT_MODES = {"1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK"}
_SIXTEEN_BIT_MODES = {"I;16", "I"}

# What turns a picture upright, by its EXIF orientation; 1 is upright.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# What Pillow raises on broken files: it lets through what its decoders stumble upon.
_BROKEN = (
    OSError,
    EOFError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    struct.error,
)


@dataclass(frozen=True)
class StandardForm:
    """A picture as it goes into a TFRecord.

    Attributes:
        data: the encoded picture, JPEG or PNG; nothing where only the header was read.
        height: pixels of the upright picture, likewise `width`.
        file_format: of the file that it came from, a value of `EXTENSIONS`.
        oddities: code and message of what is unusual about that file, but no fault.
        digest: see `image_digest`; of the pixels (of a JPEG that stays as it is, grey
            and at an eighth of its size), or of the file where its header was trusted.
            None where only the header was read.
    """

    data: bytes
    height: int
    width: int
    file_format: str
    oddities: tuple[tuple[str, str], ...] = ()
    digest: int | None = None


def read(path: Path | str, first_bytes: int | None = None) -> bytes:
    """Read the file of a picture, without decoding it.

    Args:
        path: the file.
        first_bytes: how many to read at most; all of them by default.

    Raises:
        ImageError: there is no such file, or it cannot be read.
    """
    try:
        return regular_file.read(path, MAX_BYTES, first_bytes)
    except regular_file.FileError as error:
        code = error.code_as(missing="image-missing", too_large="image-too-large")
        raise ImageError(code, error.message, path) from error


def load(path: Path | str) -> np.ndarray:
    """Read and decode the file of a picture: `decode`, with the path in its errors."""
    data = read(path)
    try:
        return decode(data)
    except ImageError as error:
        raise ImageError(error.code, error.message, path) from error


def decode(data: bytes, ignore_exif: bool = False) -> np.ndarray:
    """Decode a picture to uint8 `[H, W, 3]`, RGB, upright.

    An animation gives its first frame. Alpha is left out, not blended. Of 16 bits the
    upper 8 are taken.

    Args:
        data: the file.
        ignore_exif: leave the picture as it is stored, not upright.

    Raises:
        ImageError: it is no picture, broken, too large, or of another format.
    """
    with _explained(data):
        image = _open(data)
        image.load()
        turn = 1 if ignore_exif else _orientation(image, data)
        return np.array(_turn_upright(_rgb(image), turn))


def standard_form(
    data: bytes, trust: bool = False, ignore_exif: bool = False
) -> StandardForm:
    """Check a picture by decoding it, and give it a form that TensorFlow reads alike.

    A file that TensorFlow decodes to the pixels of `decode` stays as it is, byte for
    byte. Any other is encoded anew as PNG, without loss.

    Args:
        data: the file.
        trust: look at the header only, where the file can stay as it is. A picture that
            is cut short is not found then.
        ignore_exif: leave the picture as it is stored, not upright.

    Raises:
        ImageError: see `decode`.
    """
    with _explained(data):
        image = _open(data)
        orientation = _orientation(image, data)
        turn = 1 if ignore_exif else orientation
        # TensorFlow pays no attention to the orientation, so such a file stays.
        stays = turn in (1, None) and _tensorflow_agrees(image, data)
        if stays:
            kept, seen, size = data, image, image.size
            if not trust:
                _draft(image)
                image.load()
        else:
            image.load()
            seen = _turn_upright(_rgb(image), turn)
            kept, size = encode_png(seen), seen.size
        digest = image_digest.of_file(data) if trust else image_digest.of_pixels(seen)
        return _described(image, kept, size, data, orientation, digest)


def header(path: Path | str, ignore_exif: bool = False) -> StandardForm:
    """Read the size and the kind of a picture, not its pixels; `data` stays empty.

    Raises:
        ImageError: see `read`, and `decode` as far as the header tells.
    """
    data = _beginning(path)
    with _explained(data):
        image = _open(data)
        orientation = _orientation(image, data)
        turned = not ignore_exif and orientation in (5, 6, 7, 8)
        size = image.size[::-1] if turned else image.size
        return _described(image, b"", size, data, orientation)


def _beginning(path):
    """The first bytes of a file; all of it where they do not do."""
    data = read(path, _HEADER_BYTES)
    if len(data) < _HEADER_BYTES:
        return data
    # What a camera writes before the pixels may be larger than one would think.
    with contextlib.suppress(ImageError), _explained(data):
        if _tells_all(_open(data), path):
            return data
    return read(path)


def _tells_all(image, path):
    """Whether there is nothing of interest behind the first bytes of a file."""
    if image.format == "PNG":
        with _about_picture(path), regular_file.opened(path) as file:
            return not png_file.has_exif_behind_pixels(file)
    return image.format in ("JPEG", "BMP")


def _described(image, kept, size, data, orientation, digest=None):
    # MPO is a JPEG with more pictures behind it, as some cameras write.
    file_format = "JPEG" if image.format == "MPO" else image.format
    oddities = tuple(_oddities(image, data, orientation))
    return StandardForm(kept, size[1], size[0], file_format, oddities, digest)


def _open(data):
    """Read the header with Pillow, and check it."""
    image = Image.open(io.BytesIO(data), formats=_FORMATS)
    _check_header(image)
    return image


def _draft(image):
    """Let a JPEG be decoded at an eighth of its size, grey: in half of the time.

    Everything in the file is read for that all the same, so damage is found just as it
    is when the whole picture is made.
    """
    image.draft("L", (1, 1))


@contextlib.contextmanager
def _about_picture(path):
    """Turn the error of a file that cannot be read into an `ImageError`."""
    try:
        yield
    except regular_file.FileError as error:
        codes = {"missing": "image-missing", "too-large": "image-too-large"}
        code = codes.get(error.code, error.code)
        raise ImageError(code, error.message, path) from error


@contextlib.contextmanager
def _explained(data):
    """Turn what Pillow raises on broken files into an `ImageError`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except ImageError:
        raise
    except Image.DecompressionBombError as error:
        message = f"more than {MAX_PIXELS} pixels"
        raise ImageError("image-too-large", message) from error
    except _BROKEN as error:
        raise explain(data, error) from error


def _check_header(image):
    """Refuse what is too large before its pixels are decoded."""
    if image.width * image.height > MAX_PIXELS:
        message = f"{image.width}x{image.height} is more than {MAX_PIXELS} pixels"
        raise ImageError("image-too-large", message)
    if image.mode not in _EIGHT_BIT_MODES | _SIXTEEN_BIT_MODES:
        raise ImageError("mode", f"pixels of the kind {image.mode} are not supported")


def _rgb(image):
    if image.mode in _SIXTEEN_BIT_MODES:
        grey = (np.asarray(image) // 256).astype(np.uint8)
        return Image.fromarray(grey).convert("RGB")
    # Pillow would else look for a colour to stand for "transparent", and may warn.
    image.info.pop("transparency", None)
    return image.convert("RGB")


def _turn_upright(image, orientation):
    turn = _TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def _orientation(image, data):
    """The EXIF orientation, 1 to 8; 1 is upright; None if it cannot be understood."""
    # Pillow would decode a PNG to look behind its pixels.
    if image.format == "PNG" and b"eXIf" not in data:
        return 1
    try:
        tags = image.getexif()
    except _BROKEN:
        return None
    if not len(tags) and image.info.get("exif"):
        return None
    value = tags.get(ExifTags.Base.Orientation, 1)
    return value if value in range(1, 9) else None


def _tensorflow_agrees(image, data):
    """Whether TensorFlow decodes the file to the pixels of `_rgb`."""
    if image.format in ("JPEG", "MPO"):
        return image.mode in ("L", "RGB")
    if image.format == "PNG" and not image.is_animated:
        plain = image.mode in ("L", "RGB", "RGBA") and png_file.bit_depth(data) == 8
        return plain and png_file.is_whole(data)
    return False


def encode_png(pixels: Image.Image | np.ndarray) -> bytes:
    """Encode pixels `[H, W, 3]` without loss."""
    file = io.BytesIO()
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(file, "PNG", compress_level=_COMPRESS_LEVEL)
    return file.getvalue()


def _oddities(image, data, orientation):
    if image.format != "MPO" and getattr(image, "is_animated", False):
        yield "animated", "it moves: only the first frame is used"
    if image.format == "PNG" and png_file.bit_depth(data) == 16:
        yield "16-bit", "of its 16 bits the lower 8 are left out"
    if orientation is None:
        yield "exif", "its orientation cannot be understood: taken as upright"
