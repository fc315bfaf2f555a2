"""The list `dataset.augmentation` of a config becomes a function of a sample.

A sample is a dict of
    image: uint8 or float32 `[H, W, 3]`, 0 to 255; it keeps its type;
    boxes: float32 `[N, 4]`, `[y1, x1, y2, x2]` in its pixels;
    classes, difficult, crowd, area: `[N]`, see `tfrecord.parse`; any may be absent.
What else is in it stays as it is: `height` and `width` are those of the file.
"""

import inspect
from collections.abc import Mapping, Sequence

import tensorflow as tf

from luminet.config import SettingError, construct
from luminet.datasets.augmentation.affine import Affine
from luminet.datasets.augmentation.blur import Blur
from luminet.datasets.augmentation.colour import Colour
from luminet.datasets.augmentation.copy_paste import CopyPaste
from luminet.datasets.augmentation.cut_out import CutOut
from luminet.datasets.augmentation.expand import Expand
from luminet.datasets.augmentation.flip import Flip
from luminet.datasets.augmentation.grey import Grey
from luminet.datasets.augmentation.iou_crop import IoUCrop
from luminet.datasets.augmentation.jpeg_noise import JPEGNoise
from luminet.datasets.augmentation.large_scale_jitter import LargeScaleJitter
from luminet.datasets.augmentation.mix_up import MixUp
from luminet.datasets.augmentation.mosaic import Mosaic
from luminet.datasets.augmentation.patch import Patch
from luminet.datasets.augmentation.random_resize import RandomResize
from luminet.datasets.augmentation.step import ByChance
from luminet.datasets.augmentation.turn import Turn
from luminet.spelling import did_you_mean

STEPS = {
    "flip": Flip,
    "turn": Turn,
    "affine": Affine,
    "patch": Patch,
    "iou_crop": IoUCrop,
    "expand": Expand,
    "large_scale_jitter": LargeScaleJitter,
    "random_resize": RandomResize,
    "colour": Colour,
    "grey": Grey,
    "blur": Blur,
    "jpeg_noise": JPEGNoise,
    "cut_out": CutOut,
    "mosaic": Mosaic,
    "mix_up": MixUp,
    "copy_paste": CopyPaste,
}


class Augmentation:
    """Steps that change a sample one after the other, each with its own chance.

    Args:
        steps: one mapping each, from the name of a step to its settings (or None, for
            the defaults); beside its own settings every step has `prob`, the chance
            that it is taken.
        path: where the list stands in the config, for messages.

    Attributes:
        num_partners: int, how many other samples a call needs.

    Raises:
        InputError: a step or a setting is unknown, or a setting is refused.
    """

    def __init__(self, steps: Sequence[Mapping], path: str = "dataset.augmentation"):
        if not isinstance(steps, (list, tuple)):
            raise SettingError(
                path, f"{path}: must be a list of steps, [] for none. Received: {steps}"
            )
        self.steps = [
            _build(entry, f"{path}[{index}]") for index, entry in enumerate(steps)
        ]
        self.num_partners = sum(each.step.num_partners for each in self.steps)

    def __call__(self, sample, seed, partners=()):
        """Change a sample: a pure function of it, of its partners and of `seed`.

        Args:
            sample: dict.
            seed: int32 `[2]`.
            partners: `num_partners` other samples; each step takes its own.

        Returns:
            The changed sample.
        """
        if len(partners) != self.num_partners:
            raise ValueError(
                f"`partners` must be {self.num_partners} samples. "
                f"Received: {len(partners)}"
            )
        partners = iter(partners)
        for index, each in enumerate(self.steps):
            own = [next(partners) for _ in range(each.step.num_partners)]
            # The index is part of the new seed: no two steps have the same one.
            sample = each(sample, tf.random.fold_in(seed, index), *own)
        return sample


def _build(entry, path):
    name, settings = _read_entry(entry, path)
    cls, path = STEPS[name], f"{path}.{name}"
    allowed = [*inspect.signature(cls).parameters, "prob"]
    for key in settings:
        if key not in allowed:
            key_path = f"{path}.{key}"
            raise SettingError(
                key_path, f"{key_path}: {_unknown('setting', key, allowed)}"
            )
    own = {key: value for key, value in settings.items() if key != "prob"}
    chance = {key: value for key, value in settings.items() if key == "prob"}
    return construct(ByChance, chance, path, step=construct(cls, own, path))


def _read_entry(entry, path):
    if not isinstance(entry, Mapping) or len(entry) != 1:
        raise SettingError(
            path,
            f"{path}: must be one name with its settings, such as "
            f"{{flip: {{prob: 0.5}}}}. Received: {entry}",
        )
    ((name, settings),) = entry.items()
    path = f"{path}.{name}"
    if name not in STEPS:
        raise SettingError(path, f"{path}: {_unknown('step', str(name), STEPS)}")
    if settings is not None and not isinstance(settings, Mapping):
        raise SettingError(path, f"{path}: must be settings. Received: {settings!r}")
    return name, settings or {}


def _unknown(kind, name, allowed):
    return (
        f"unknown {kind}{did_you_mean(name, allowed) or '.'} "
        f"Allowed here: {', '.join(allowed)}"
    )
