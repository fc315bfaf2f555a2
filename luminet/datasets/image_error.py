"""What can be wrong with a picture, and how it is told."""

import struct
from pathlib import Path

from PIL import UnidentifiedImageError

from luminet.errors import InputError

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
# First bytes of files that are pictures, but not of a format that luminet reads.
_OTHER_FORMATS = {
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"%!PS": "PostScript",
    b"\xc5\xd0\xd3\xc6": "PostScript",
    b"%PDF": "PDF",
    b"8BPS": "Photoshop",
    b"DDS ": "DDS",
    b"\0\0\0\x0cjP  ": "JPEG 2000",
    b"\0\0\x01\0": "icon",
    b"\0\0\0\x0cJXL ": "JPEG XL",
    b"\xff\x0a": "JPEG XL",
}
# Brands in the `ftyp` box that files of telephones and of the web begin with.
_BRANDS = {
    name: file_format
    for names, file_format in (
        ("avif avis", "AVIF"),
        ("heic heix heim heis hevc hevx mif1 msf1", "HEIC"),
    )
    for name in names.split()
}


class ImageError(InputError):
    """A file that is not a usable picture.

    Attributes:
        code: image-truncated, image-corrupt, image-too-large, not-an-image, format,
            mode, image-missing, not-a-regular-file, permission or unreadable.
        message: what is wrong, without the path.
    """

    def __init__(self, code: str, message: str, path: Path | str | None = None):
        self.code, self.message = code, message
        super().__init__(f"{path}: {message}" if path else message)


def explain(data: bytes, error: Exception) -> ImageError:
    """Say what is wrong with a file that Pillow did not decode."""
    unidentified = isinstance(error, UnidentifiedImageError)
    if data.startswith(_JPEG) and (unidentified or "truncated" in str(error).lower()):
        return ImageError("image-truncated", "the JPEG is cut short")
    if not unidentified:
        return ImageError("image-corrupt", f"damaged ({error})")
    if data.startswith(PNG_SIGNATURE) and _png_size(data).isdisjoint({0}):
        return ImageError("image-corrupt", "the header of the PNG is damaged")
    if name := _other_format(data):
        message = f"{name} is not supported; convert it to JPEG or PNG"
        return ImageError("format", message)
    what = "not a picture" if data else "not a picture, the file is empty"
    return ImageError("not-an-image", what)


def _other_format(data: bytes) -> str | None:
    """The name of a format that luminet does not read."""
    if data[4:8] == b"ftyp":
        # The first brand may be of any such format: then the others tell.
        size = min(int.from_bytes(data[:4], "big"), 256)
        brands = [data[i : i + 4].decode("latin-1") for i in (8, *range(16, size, 4))]
        formats = [_BRANDS[brand] for brand in brands if brand in _BRANDS]
        return "AVIF" if "AVIF" in formats else next(iter(formats), None)
    return next(
        (name for start, name in _OTHER_FORMATS.items() if data.startswith(start)), None
    )


def _png_size(data):
    """Width and height in the header, if it is there."""
    header = data[16:24]
    return set(struct.unpack(">II", header)) if len(header) == 8 else {1}
