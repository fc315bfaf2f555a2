"""What a model found on one image."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Detections:
    """The objects found on one image, best first.

    Given in any order, they are sorted: equal scores keep their order.

    Attributes:
        boxes: float32 `[N, 4]`, `[y1, x1, y2, x2]` in pixels of the original image.
        scores: float32 `[N]`, in [0, 1].
        classes: int32 `[N]`, 0 to C-1.
    """

    boxes: np.ndarray = ()
    scores: np.ndarray = ()
    classes: np.ndarray = ()

    def __post_init__(self):
        boxes = np.asarray(self.boxes, np.float32).reshape(-1, 4)
        scores = np.asarray(self.scores, np.float32)
        classes = np.asarray(self.classes, np.int32)
        if not boxes.shape[:1] == scores.shape == classes.shape:
            raise ValueError(
                "`boxes`, `scores` and `classes` must be [N, 4], [N] and [N]. "
                f"Received: {boxes.shape}, {scores.shape} and {classes.shape}"
            )
        order = np.argsort(-scores, kind="stable")
        object.__setattr__(self, "boxes", boxes[order])
        object.__setattr__(self, "scores", scores[order])
        object.__setattr__(self, "classes", classes[order])

    def __len__(self) -> int:
        return len(self.scores)

    def select(
        self,
        min_prob: float = 0.0,
        max_detections: int | None = None,
        only: Collection[int] | None = None,
        ignore: Collection[int] = (),
    ) -> "Detections":
        """Keep the detections that are wanted.

        Args:
            min_prob: the lowest score that stays, in [0, 1].
            max_detections: at most so many stay, the best.
            only: class indices that stay; None means all.
            ignore: class indices that go.
        """
        wanted = (self.scores >= min_prob) & ~np.isin(self.classes, list(ignore))
        if only is not None:
            wanted &= np.isin(self.classes, list(only))
        kept = np.flatnonzero(wanted)[:max_detections]
        return Detections(self.boxes[kept], self.scores[kept], self.classes[kept])

    def to_dicts(self, class_names: Sequence[str]) -> list[dict[str, Any]]:
        """The form for JSON, best first.

        Args:
            class_names: `[C]`, in the order of class indices.

        Returns:
            A dict for each object: `bbox`, `[xmin, ymin, xmax, ymax]` in pixels from 0,
            rounded to 2 decimals; `label`, the name of its class; `prob`, its score
            rounded to 4 decimals.
        """
        xyxy = self.boxes[:, [1, 0, 3, 2]].tolist()
        return [
            {
                "bbox": [round(value, 2) for value in box],
                "label": class_names[index],
                "prob": round(score, 4),
            }
            for box, score, index in zip(
                xyxy, self.scores.tolist(), self.classes.tolist(), strict=True
            )
        ]
