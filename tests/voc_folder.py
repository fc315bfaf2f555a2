"""A small data set in VOC layout, to be spoilt by the tests."""

import io

import numpy as np
from PIL import Image

HEIGHT, WIDTH = 40, 60


def encode(pixels, file_format, **options):
    """The file of an image, from an array or a Pillow image."""
    file = io.BytesIO()
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(file, file_format, **options)
    return file.getvalue()


def xml_object(name="dog", box=(11, 6, 30, 20), extra=""):
    """An `<object>` whose box is xmin, ymin, xmax, ymax."""
    tags = zip(("xmin", "ymin", "xmax", "ymax"), box, strict=True)
    corners = "".join(f"<{tag}>{value}</{tag}>" for tag, value in tags)
    return f"<object><name>{name}</name>{extra}<bndbox>{corners}</bndbox></object>"


def xml_annotation(*objects, size=(WIDTH, HEIGHT)):
    """An `<annotation>` of objects that are XML."""
    width, height = size
    size = f"<size><width>{width}</width><height>{height}</height></size>"
    return f"<annotation>{size}{''.join(objects)}</annotation>"


class VOCFolder:
    """Writes images, annotations and the list of the split `train`."""

    def __init__(self, root):
        self.root = root
        for name in ("Annotations", "JPEGImages", "ImageSets/Main"):
            (root / name).mkdir(parents=True)

    def add(self, name, annotation=None, image=None, extension=".png", split="train"):
        """Add an image; no two have the same pixels."""
        if image is None:
            seed = list(name.encode())
            noise = np.random.default_rng(seed).integers(0, 256, (HEIGHT, WIDTH, 3))
            image = encode(np.uint8(noise), "PNG")
        if annotation is None:
            annotation = xml_annotation(xml_object())
        if isinstance(annotation, str):
            annotation = annotation.encode()
        (self.root / "JPEGImages" / f"{name}{extension}").write_bytes(image)
        (self.root / "Annotations" / f"{name}.xml").write_bytes(annotation)
        with open(self.list_file(split), "a", encoding="utf-8") as file:
            file.write(f"{name}\n")

    def list_file(self, split):
        return self.root / "ImageSets" / "Main" / f"{split}.txt"
