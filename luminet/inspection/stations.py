"""What every station of a detector makes of one picture, as arrays.

The model's own parts are called one after the other, and what lies between them is
kept. All boxes are in pixels of the resized picture, without its padding. Further
letters of shapes: Al anchors of a level, K candidates for proposals.
"""

from dataclasses import dataclass

import numpy as np
from keras import ops

from luminet.detections import Detections
from luminet.models.faster_rcnn.cascade import CascadeRCNN
from luminet.models.faster_rcnn.rpn_detector import RPNDetector


@dataclass(frozen=True, eq=False)
class Level:
    """One feature level in the first stage.

    Attributes:
        stride: pixels between neighbouring cells.
        size: rows and columns of cells, with those in the padding.
        anchors: `[Al, 4]`, by row, column and shape.
        objectness: `[Al]`, the score of each, in [0, 1].
        candidates: `[K, 4]`, what the best anchors are moved to, clipped, best first.
        candidate_scores: `[K]`, 0 where clipping left too little, or was too low.
        num_survivors: candidates that no better one suppresses.
        min_size: the shortest side that a proposal may have, pixels.
        anchor_sizes: square roots of the areas of anchors, as in the config.
    """

    stride: int
    size: tuple[int, int]
    anchors: np.ndarray
    objectness: np.ndarray
    candidates: np.ndarray
    candidate_scores: np.ndarray
    num_survivors: int
    min_size: float
    anchor_sizes: tuple[float, ...]

    @property
    def per_cell(self) -> int:
        """How many anchors share a cell."""
        return len(self.anchors) // (self.size[0] * self.size[1])

    @property
    def centers(self) -> tuple[np.ndarray, np.ndarray]:
        """The rows `[Hl]` and the columns `[Wl]` of the middles of cells, in pixels."""
        first = self.anchors.reshape(*self.size, -1, 4)[:, :, 0]  # [Hl, Wl, 4]
        middles = (first[..., :2] + first[..., 2:]) / 2
        return middles[:, 0, 0], middles[0, :, 1]

    @property
    def num_outside(self) -> int:
        """Candidates of which clipping left nothing."""
        return int((self._left_out & self._is_empty).sum())

    @property
    def num_small(self) -> int:
        """Candidates with too short a side, but with some."""
        return int((self._left_out & ~self._is_empty & self._is_small).sum())

    @property
    def num_low(self) -> int:
        """Candidates that are large enough, but scored too low."""
        large = ~self._is_empty & ~self._is_small
        return int((self._left_out & large).sum())

    @property
    def num_suppressed(self) -> int:
        """Candidates that a better one overlaps too much."""
        return int((~self._left_out).sum()) - self.num_survivors

    @property
    def _left_out(self):
        return self.candidate_scores <= 0

    @property
    def _is_empty(self):
        return (self.candidates[:, 2:] <= self.candidates[:, :2]).any(axis=1)

    @property
    def _is_small(self):
        sides = self.candidates[:, 2:] - self.candidates[:, :2]
        return (sides < self.min_size).any(axis=1)


@dataclass(frozen=True, eq=False)
class Regions:
    """What the second stage says of each proposal.

    Where there is none, proposals themselves are boxes of the one class, and no region
    is pooled from any level.

    Attributes:
        levels: `[P]`, positions in `strides`: the level that each is pooled from.
        strides: of the levels that regions are pooled from; none without a second
            stage.
        scores: `[P, C]`, of each class.
        boxes: `[P, C, 4]`, where each class would be.
        detections: what is left of them, with boxes in pixels of the resized picture.
    """

    levels: np.ndarray
    strides: tuple[int, ...]
    scores: np.ndarray
    boxes: np.ndarray
    detections: Detections


@dataclass(frozen=True, eq=False)
class Stations:
    """A picture's way through a detector.

    Attributes:
        image_size: height and width of the resized picture, pixels.
        ratios: of the anchors of a cell, height over width; the slowest to change.
        levels: of the first stage, the finest first.
        proposals: `[P, 4]`, what the first stage gives to the second, best first.
        proposal_scores: `[P]`.
        regions: see `Regions`.
    """

    image_size: np.ndarray
    ratios: tuple[float, ...]
    levels: tuple[Level, ...]
    proposals: np.ndarray
    proposal_scores: np.ndarray
    regions: Regions

    @property
    def level_names(self) -> list[str]:
        """Of each its stride, and which one of several it is that have the same."""
        strides = [level.stride for level in self.levels]
        return [
            f"stride {stride}"
            if strides.count(stride) == 1
            else f"stride {stride} ({strides[:index].count(stride) + 1} of "
            f"{strides.count(stride)})"
            for index, stride in enumerate(strides)
        ]


@dataclass(frozen=True, eq=False)
class Tensors:
    """What the stations of one picture work on: a batch of one.

    Attributes:
        image_size: `[1, 2]`.
        features: list of `[1, Hl, Wl, F]`.
        rpn: what `RPN` returned.
    """

    image_size: object
    features: list
    rpn: dict

    def proposal_inputs(self, model):
        """What `RPNProposal` is called with, but for `training`."""
        counts = [int(count) for count in model.rpn.anchors.count(self.features)]
        rpn = self.rpn
        return rpn["anchors"], rpn["logits"], rpn["deltas"], counts, self.image_size


def collect(model, batch) -> tuple[Stations, Tensors]:
    """Run a model on one picture, station by station.

    Args:
        model: `FasterRCNN` or `RPNDetector`.
        batch: `image` `[1, H, W, 3]` and `image_size` `[1, 2]`.
    """
    image_size = batch["image_size"]
    features = model.base_network(batch["image"], image_size)
    tensors = Tensors(image_size, features, model.rpn(features, image_size))
    scores = to_numpy(tensors.rpn["scores"])
    real = scores > 0
    is_alone = isinstance(model, RPNDetector)
    regions = (_no_stage if is_alone else _second_stage)(model, tensors, real)
    return Stations(
        to_numpy(image_size),
        tuple(model.rpn.anchors.ratios),
        _levels(model, tensors),
        to_numpy(tensors.rpn["proposals"])[real],
        scores[real],
        regions,
    ), tensors


def to_numpy(tensor) -> np.ndarray:
    """The first, and only, picture of a batch, as an array."""
    return ops.convert_to_numpy(tensor)[0]


def _levels(model, tensors):
    inputs = tensors.proposal_inputs(model)
    anchors, counts = ops.convert_to_numpy(inputs[0]), inputs[3]
    objectness = to_numpy(ops.sigmoid(tensors.rpn["logits"]))
    proposal = model.rpn.proposal
    ends = np.cumsum(counts).tolist()
    levels = []
    for index, candidates in enumerate(proposal.candidates(*inputs, training=False)):
        level = slice(ends[index] - counts[index], ends[index])
        scores = to_numpy(candidates["scores"])
        survivors = proposal.suppress(candidates, len(scores))
        levels.append(
            Level(
                model.rpn.anchors.strides[index],
                tuple(int(n) for n in ops.shape(tensors.features[index])[1:3]),
                anchors[level],
                objectness[level],
                to_numpy(candidates["boxes"]),
                scores,
                int((to_numpy(survivors["scores"]) > 0).sum()),
                proposal.min_size,
                tuple(model.rpn.anchors.sizes[index]),
            )
        )
    return tuple(levels)


def _second_stage(model, tensors, real):
    rcnn, proposals = model.rcnn, tensors.rpn["proposals"]
    outputs = rcnn(tensors.features, proposals, tensors.image_size)
    roi_pool = stages_of(rcnn)[0].roi_pool
    scored = rcnn.detection_inputs(outputs)
    boxes, scores = rcnn.detection.score_boxes(*scored, tensors.image_size)
    scores = to_numpy(scores)[real]
    # All classes may share one box.
    boxes = np.broadcast_to(to_numpy(boxes)[real], [*scores.shape, 4])
    return Regions(
        to_numpy(roi_pool.levels(proposals))[real],
        roi_pool.strides,
        scores,
        boxes,
        _detections(outputs["detections"]),
    )


def stages_of(rcnn):
    """The `RCNN`s of a cascade, beginning with that of the proposals; or the one."""
    return rcnn.stages if isinstance(rcnn, CascadeRCNN) else [rcnn]


def _no_stage(model, tensors, real):
    return Regions(
        np.zeros(real.sum(), int),
        (),
        to_numpy(tensors.rpn["scores"])[real, None],
        to_numpy(tensors.rpn["proposals"])[real, None],
        _detections(model.detections({"rpn": tensors.rpn})),
    )


def _detections(found):
    found = {name: to_numpy(value) for name, value in found.items()}
    real = found["classes"] >= 0
    return Detections(*(found[key][real] for key in ("boxes", "scores", "classes")))
