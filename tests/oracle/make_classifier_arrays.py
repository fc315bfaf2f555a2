"""Make the arrays of a classifier: the features of torchvision's `resnet50`.

Run it as `make_arrays.py`. Weights are drawn by `random_weights.py`, and not stored.
"""

from pathlib import Path

import numpy as np
import torch
from detector_inputs import draw_picture, pick
from make_arrays import to_torch
from make_detector_arrays import channels_last, to_image
from random_weights import draw_state
from torchvision.models import resnet50
from torchvision.models.feature_extraction import create_feature_extractor
from torchvision.transforms.functional import normalize

# The same arrays have these names in a detector.
BODY = "backbone.body."
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def make_model():
    model = resnet50(weights=None)
    shapes = {
        f"{BODY}{name}": tuple(value.shape)
        for name, value in model.state_dict().items()
        if not name.startswith("fc.") and not name.endswith("num_batches_tracked")
    }
    state = {
        name.removeprefix(BODY): to_torch(value)
        for name, value in draw_state(shapes).items()
    }
    missing = model.load_state_dict(state, strict=False).missing_keys
    assert all(n.startswith("fc.") or n.endswith("tracked") for n in missing)
    return model.eval()


@torch.inference_mode()
def main():
    pixels, _ = draw_picture(64, 96, seed=0)
    image = normalize(to_image(pixels), MEAN, DEVIATION)[None]
    stages = [f"layer{number}" for number in (1, 2, 3, 4)]
    maps = create_feature_extractor(make_model(), stages)(image)
    arrays = {}
    for name, level in maps.items():
        level = channels_last(level)
        arrays |= {name: pick(level), f"{name}_deviation": np.float32(level.std())}
    np.savez_compressed(Path(__file__).with_name("classifier.npz"), **arrays)


if __name__ == "__main__":
    main()
