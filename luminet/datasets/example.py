"""One annotated image: what readers yield and what TFRecords store."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Example:
    """One image with its objects.

    Attributes:
        image_id: unique within its split.
        filename: for people, relative to the data set's folder.
        image: the encoded file, JPEG or PNG.
        height: pixels of the decoded image, likewise `width`.
        boxes: float32 `[N, 4]`, `[y1, x1, y2, x2]` in pixels from 0, end-exclusive.
        classes: int32 `[N]`, 0 to C-1.
        difficult: bool `[N]`, hard even for people (VOC): neither target nor error.
        crowd: bool `[N]`, a group that was not told apart (COCO): likewise.
        area: float32 `[N]`, square pixels of the object itself; its box's if not known.
        segmentations: `[N]`, JSON text of each object's outline as COCO has it, ""
            where there is none; None if no object has one.
    """

    image_id: str
    filename: str
    image: bytes
    height: int
    width: int
    boxes: np.ndarray = field(default_factory=lambda: np.zeros([0, 4], np.float32))
    classes: np.ndarray = field(default_factory=lambda: np.zeros([0], np.int32))
    difficult: np.ndarray | None = None
    crowd: np.ndarray | None = None
    area: np.ndarray | None = None
    segmentations: tuple[str, ...] | None = None

    def __post_init__(self):
        for flag in ("difficult", "crowd"):
            if getattr(self, flag) is None:
                object.__setattr__(self, flag, np.zeros(len(self.classes), bool))
        if self.area is None:
            size = self.boxes[:, 2:] - self.boxes[:, :2]
            object.__setattr__(self, "area", size[:, 0] * size[:, 1])
