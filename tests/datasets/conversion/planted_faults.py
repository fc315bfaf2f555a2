"""A data set in Pascal VOC layout with known faults: what a check has to find.

Each kind of fault is planted in pictures of its own, so that every finding has exactly
one cause, and every other finding is a false alarm.
"""

import io
import os
import struct
import zlib

import numpy as np
from PIL import Image

HEIGHT, WIDTH = 48, 64
CLASSES = ("ant", "bee", "cat")
GOOD_BOX = {"xmin": "11", "ymin": "6", "xmax": "30", "ymax": "20"}


def xml(*objects, size=(WIDTH, HEIGHT), filename=None):
    """An annotation."""
    parts = [f"<filename>{filename}</filename>"] if filename else []
    if size:
        parts.append(f"<size><width>{size[0]}</width><height>{size[1]}</height></size>")
    return f"<annotation>{''.join(parts)}{''.join(objects)}</annotation>".encode()


def thing(name="ant", extra="", **corners):
    """An object; a corner that is None is left out."""
    tags = "".join(
        f"<{tag}>{value}</{tag}>"
        for tag, value in (GOOD_BOX | corners).items()
        if value is not None
    )
    return f"<object><name>{name}</name>{extra}<bndbox>{tags}</bndbox></object>"


def _picture(file_format="PNG", mode="RGB", value=0, size=(WIDTH, HEIGHT), **options):
    rng = np.random.default_rng(value)
    pixels = rng.integers(0, 256, (size[1], size[0], 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(file, file_format, **options)
    return file.getvalue()


def _huge_png():
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", b"")


def _chunk(kind, data):
    checksum = zlib.crc32(kind + data).to_bytes(4)
    return struct.pack(">I", len(data)) + kind + data + checksum


def _animation(value):
    frames = [Image.new("L", (WIDTH, HEIGHT), shade) for shade in (value % 200, 255)]
    file = io.BytesIO()
    frames[0].save(
        file,
        "GIF",
        save_all=True,
        append_images=frames[1:],
        comment=str(value).encode(),
    )
    return file.getvalue()


def _deep(value):
    pixels = np.random.default_rng(value).integers(0, 2**16, (HEIGHT, WIDTH), np.uint16)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


# Kind: its code, and the annotation that has it.
IN_ANNOTATIONS = {
    "empty file": ("xml-malformed", b""),
    "cut XML": ("xml-malformed", xml(thing())[:-9]),
    "two roots": ("xml-malformed", xml() + xml()),
    "JSON": ("xml-malformed", b"{}"),
    "DOCTYPE": ("xml-doctype", b"<!DOCTYPE annotation>" + xml()),
    "latin-1 undeclared": ("xml-encoding", b"<annotation>\xe9</annotation>"),
    "another root": ("xml-root", b"<annotations/>"),
    "no name": ("name-missing", xml(thing("").replace("<name></name>", ""))),
    "empty name": ("name-missing", xml(thing(" "))),
    "no class": ("unknown-class", xml(thing("cta"))),
    "no xmin": ("coord-invalid", xml(thing(xmin=None))),
    "word": ("coord-invalid", xml(thing(ymax="abc"))),
    "decimal comma": ("coord-invalid", xml(thing(xmax="1,5"))),
    "nan": ("coord-invalid", xml(thing(ymin="nan"))),
    "infinite": ("coord-invalid", xml(thing(xmax="inf"))),
    "exponent": ("coord-invalid", xml(thing(xmax="1e1"))),
    "x inverted": ("box-inverted", xml(thing(xmin="40"))),
    "y inverted": ("box-inverted", xml(thing(ymin="30"))),
    "no width": ("box-empty", xml(thing(xmin="30"))),
    "no height": ("box-empty", xml(thing(ymax="6"))),
    "outside right": ("box-outside", xml(thing(xmax=str(WIDTH + 9)))),
    "outside below": ("box-outside", xml(thing(ymax=str(HEIGHT + 2)))),
    "negative": ("box-outside", xml(thing(xmin="-4"))),
    "elsewhere": ("box-outside", xml(thing(xmin="200", xmax="210"))),
    "sliver": ("box-tiny", xml(thing(xmin="64.5", xmax="65"))),
    "difficult 2": ("flag-invalid", xml(thing(extra="<difficult>2</difficult>"))),
    "wrong size": ("size-mismatch", xml(size=(WIDTH + 1, HEIGHT))),
    "swapped size": ("size-mismatch", xml(size=(HEIGHT, WIDTH))),
    "same box twice": ("duplicate-box", xml(thing(), thing())),
    "a pixel outside": ("box-clipped", xml(thing(xmax=str(WIDTH + 1)))),
    "no size": ("size-missing", xml(thing(), size=None)),
    "another name": ("filename-differs", xml(filename="elsewhere.jpg")),
}
# Kind: its code, and a function from a number to the picture's extension and bytes.
IN_PICTURES = {
    "HTML": ("not-an-image", lambda i: (".jpg", b"<html>404")),
    "empty picture": ("not-an-image", lambda i: (".jpg", b"")),
    "TIFF": ("format", lambda i: (".jpg", _picture("TIFF", value=i))),
    "PDF": ("format", lambda i: (".png", b"%PDF-1.7")),
    "60,000 pixels wide": ("image-too-large", lambda i: (".png", _huge_png())),
    "PNG named jpg": ("extension", lambda i: (".jpg", _picture(value=i))),
    "animation": ("animated", lambda i: (".gif", _animation(i))),
    "16 bits": ("16-bit", lambda i: (".png", _deep(i))),
}
# Likewise, but only seen where pixels are decoded.
IN_PIXELS = {
    "cut JPEG": (
        "image-truncated",
        lambda i: (".jpg", _picture("JPEG", value=i)[:-900]),
    ),
    "cut PNG": ("image-corrupt", lambda i: (".png", _picture(value=i)[:-900])),
}
NUM_KINDS = len(IN_ANNOTATIONS) + len(IN_PICTURES) + len(IN_PIXELS) + 8


def plant(folder, num_pictures, each, with_pixels=True):
    """Write a data set; every kind of fault is planted `each` times.

    Args:
        folder: of the data set.
        num_pictures: at least; most of them without fault.
        each: int.
        with_pixels: plant faults that are seen by decoding, and duplicates, too.

    Returns:
        What has to be found: sorted pairs of the stem of a picture and a code.
    """
    return _Planter(folder, with_pixels).plant(num_pictures, each)


class _Planter:
    def __init__(self, folder, with_pixels):
        self.folder, self.with_pixels = folder, with_pixels
        self.expected, self.names = [], {"train": [], "val": []}
        for name in ("Annotations", "JPEGImages", "ImageSets/Main"):
            (folder / name).mkdir(parents=True)
        self.count = 0

    def plant(self, num_pictures, each):
        for repeat in range(each):
            for code, annotation in IN_ANNOTATIONS.values():
                self.add(annotation, code=code)
            pictures = IN_PICTURES | (IN_PIXELS if self.with_pixels else {})
            for code, make in pictures.values():
                extension, data = make(self.count)
                self.add(xml(thing()), data, extension, code)
            self.add_missing()
            if self.with_pixels:
                self.add_twins(repeat)
        while self.count < num_pictures:
            self.add(xml(thing("bee"), thing("cat", xmin="12.5")))
        self.write_lists()
        return sorted(self.expected)

    def add(self, annotation, picture=None, extension=".png", code=None, split="train"):
        stem = f"{self.count:06}"
        self.count += 1
        if picture is None:
            picture = _picture(value=self.count, size=(WIDTH, HEIGHT))
        (self.folder / "JPEGImages" / f"{stem}{extension}").write_bytes(picture)
        (self.folder / "Annotations" / f"{stem}.xml").write_bytes(annotation)
        self.names[split].append(stem)
        if code:
            self.expected.append((stem, code))
        return stem

    def add_missing(self):
        """What is not there, there twice, or no file."""
        pictures = self.folder / "JPEGImages"
        stem = self.add(xml(thing()), code="image-missing")
        (pictures / f"{stem}.png").unlink()
        stem = self.add(xml(thing()), code="annotation-missing")
        (self.folder / "Annotations" / f"{stem}.xml").unlink()
        stem = self.add(xml(thing()), code="ambiguous-image")
        (pictures / f"{stem}.jpg").write_bytes(_picture("JPEG"))
        stem = self.add(xml(thing()), code="not-a-regular-file")
        (pictures / f"{stem}.png").unlink()
        os.mkfifo(pictures / f"{stem}.png")

    def add_twins(self, repeat):
        """The same picture again: the file, or the pixels in another one."""
        value = 10**6 + repeat
        picture = _picture(value=value)
        self.add(xml(thing()), picture)
        self.add(xml(thing()), picture, code="duplicate-image")
        self.add(xml(thing()), picture, code="split-leak", split="val")
        again = _picture(value=value, compress_level=1)
        self.add(xml(thing()), again, code="duplicate-image")
        bitmap = _picture("BMP", value=value)
        self.add(xml(thing()), bitmap, ".bmp", code="split-leak", split="val")

    def write_lists(self):
        lists = self.folder / "ImageSets" / "Main"
        self.names["val"].append(self.add(xml(thing()), split="train"))
        self.names["train"].pop()
        for split, names in self.names.items():
            (lists / f"{split}.txt").write_text("\n".join(names) + "\n")
        for name in CLASSES:
            (lists / f"{name}_train.txt").write_text("000000 1\n")


def found(report):
    """Of a `validate.Report`, sorted pairs of the stem of a picture and a code."""
    return sorted(
        (os.path.splitext(os.path.basename(finding.file))[0], finding.code)
        for _, finding in report.findings
    )
