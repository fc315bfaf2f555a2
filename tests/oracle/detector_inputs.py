"""What two programs give their detectors alike, with NumPy alone."""

import numpy as np

# torchvision's numbers of COCO's classes: 1 to 90, without those that it never had.
COCO_LABELS = [
    label
    for label in range(1, 91)
    if label not in (12, 26, 29, 30, 45, 66, 68, 69, 71, 83)
]
# torchvision's `fasterrcnn_...`: sides of pictures and numbers of proposals that are
# quickly looked at, or the detector's own.
DETECTORS = {
    "resnet50_fpn": {"min_size": 256, "max_size": 427, "num_proposals": 1000},
    "resnet50_fpn_v2": {"min_size": 256, "max_size": 427, "num_proposals": 300},
    # Not smaller: on a map of stride 32 all small regions in a corner look the same.
    "mobilenet_v3_large_fpn": {"min_size": 384, "max_size": 640, "num_proposals": 300},
    "mobilenet_v3_large_320_fpn": {
        "min_size": 320,
        "max_size": 640,
        "num_proposals": 150,
    },
}
BATCHES = {
    "drawn": [None],
    "photos": ["grace_hopper.bmp", "kite_and_cold.jpg"],
    "tall": ["parrot.jpg"],
}
NUM_SAMPLES = 200


def draw_picture(height, width, seed):
    """A picture of rectangles on noise, uint8 `[H, W, 3]`, and their boxes `[6, 4]`."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(60, 196, (height, width, 3)).astype(np.uint8)
    boxes = []
    for _ in range(6):
        size = rng.integers(24, [height // 2, width // 2])
        corner = rng.integers(0, [height, width] - size)
        (y1, x1), (y2, x2) = corner, corner + size
        # Its ground shines through.
        pixels[y1:y2, x1:x2] = pixels[y1:y2, x1:x2] // 4 + rng.integers(0, 192, 3)
        boxes.append([y1, x1, y2, x2])
    return pixels, np.float32(boxes)


def pick(array):
    """Some of the entries of an array, evenly spread over it."""
    flat = np.ravel(array)
    return flat[np.linspace(0, flat.size - 1, NUM_SAMPLES).astype(np.int64)]


def spread(mask, count):
    """Keep at most `count` of the true entries of a row, evenly spread."""
    kept = np.flatnonzero(mask)
    if len(kept) > count:
        kept = kept[np.linspace(0, len(kept) - 1, count).astype(np.int64)]
    return np.isin(np.arange(len(mask)), kept)
