"""Three pictures with their objects: the truth that is written in each notation."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

CLASS_NAMES = ("cat", "dog")


@dataclass(frozen=True)
class Truth:
    """A picture: `objects` are pairs of a class and `x1, y1, x2, y2`, from 0, the end
    exclusive; all whole numbers. `difficult` and `crowd` are numbers of objects, from
    0, for notations that can say so: those are in `FLAGS` of their modules."""

    name: str
    height: int
    width: int
    objects: tuple
    difficult: tuple[int, ...] = ()
    crowd: tuple[int, ...] = ()

    def marked(self):
        """The objects, each with 0 or 1 for difficult, and likewise for crowd."""
        for number, (name, box) in enumerate(self.objects):
            yield name, box, int(number in self.difficult), int(number in self.crowd)

    def png(self) -> bytes:
        """The picture's file; no two have the same pixels."""
        rng = np.random.default_rng(list(self.name.encode()))
        pixels = rng.integers(0, 256, (self.height, self.width, 3), np.uint8)
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "PNG")
        return file.getvalue()


PICTURES = (
    Truth(
        *("a", 40, 60, (("dog", (10, 5, 30, 20)), ("cat", (0, 0, 60, 40)))),
        difficult=(0,),
    ),
    Truth("b", 50, 30, (("cat", (3, 7, 29, 50)),), crowd=(0,)),
    Truth("c", 20, 80, ()),
)
