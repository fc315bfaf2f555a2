"""Let pictures of an epoch have several sizes."""

from luminet.datasets.augmentation import draws
from luminet.datasets.augmentation.limits import check_choices
from luminet.datasets.augmentation.step import Step


class RandomResize(Step):
    """Choose how large the resize at the end of the list makes a picture.

    It tells `transforms.Resize`, which follows, in the key `resize_factor`: so a
    picture is interpolated once, whatever its size, and never exceeds `max_size`.

    Args:
        factors: by one of them `min_size` of the resize is multiplied.
    """

    adds = {"resize_factor": 1.0}

    def __init__(self, factors: list[float] = (0.8, 0.9, 1.0, 1.1, 1.2)):
        check_choices("factors", factors, "numbers above 0", lambda value: value > 0.0)
        self.factors = [float(factor) for factor in factors]

    def __call__(self, sample, seed):
        """Set `resize_factor`, float32 `[]`."""
        return {**sample, "resize_factor": draws.choice(seed, self.factors)}
