"""A data set so small that a test can train on it, and a config that does so fast."""

import numpy as np
from PIL import Image

from luminet.config import load_config
from luminet.datasets import image, image_digest
from luminet.datasets.annotation import Annotation
from luminet.datasets.conversion.chunk import Picture
from luminet.datasets.conversion.convert import convert
from luminet.datasets.conversion.plan import Plan
from luminet.datasets.example import Example
from luminet.datasets.example_reader import DEFAULT_RULES, Inspected
from luminet.datasets.findings import FileFindings

CLASS_NAMES = ("box", "disc")

TINY = """
dataset.resize={min_size: 64, max_size: 96}
model.base_network={architecture: mobilenet, width: 0.25, trainable_from: start}
model.fpn.enabled=false
model.anchors={sizes: [[16, 32]], ratios: [1.0]}
model.rpn.head.channels=8
model.rpn.proposal={pre_nms: 40, post_nms: 10}
model.rpn.proposal={pre_nms_training: 40, post_nms_training: 20}
model.rpn.target.num_samples=16
model.rcnn.head={tail: true, layer_sizes: [], use_mean: true}
model.rcnn.roi_pool.size=3
model.rcnn.target.num_samples=12
model.rcnn.detection.max_detections=10
train.learning_rate={base: 0.02, warmup_steps: 4}
train={run_name: run, steps: 12, batch_size: 2, log_every: 1}
train={checkpoint_every: 3, evaluate_every: 6, draw_batches: 1}
"""


def tiny_config(store_dir, job_dir, *overrides):
    """The effective config of a small and fast run; later settings win."""
    places = [f"dataset.dir={store_dir}", f"train.job_dir={job_dir}"]
    return load_config([], [*TINY.strip().splitlines(), *places, *overrides])


def draw_example(name, seed, size, num_objects):
    """Coloured boxes and discs on noise, not on top of each other.

    Args:
        name: of the picture.
        seed: int.
        size: its height and width, at least 48 pixels.
        num_objects: at most 4, one in each quarter.
    """
    rng = np.random.default_rng(seed)
    height, width = size
    pixels = rng.integers(90, 160, (height, width, 3)).astype(np.uint8)
    quarters = rng.permutation([(0, 0), (0, 1), (1, 0), (1, 1)])[:num_objects]
    classes = rng.integers(0, len(CLASS_NAMES), num_objects).astype(np.int32)
    boxes = np.zeros([num_objects, 4], np.float32)
    for index, quarter in enumerate(quarters):
        side = rng.integers(16, min(size) // 2 - 4, 2)
        corner = quarter * np.array(size) // 2 + 2
        boxes[index] = [*corner, *(corner + side)]
        _fill(pixels, boxes[index], classes[index])
    data = image.encode_png(Image.fromarray(pixels))
    return Example(name, f"{name}.png", data, height, width, boxes, classes)


def _fill(pixels, box, class_index):
    height, width = pixels.shape[:2]
    y, x = np.mgrid[:height, :width] + 0.5
    center, radius = (box[:2] + box[2:]) / 2, (box[2:] - box[:2]) / 2
    offset = np.stack([(y - center[0]) / radius[0], (x - center[1]) / radius[1]])
    if class_index == 0:
        pixels[np.abs(offset).max(axis=0) < 1] = (220, 40, 40)
    else:
        pixels[np.square(offset).sum(axis=0) < 1] = (30, 60, 230)


def draw_examples(sizes, counts, seed=0):
    """One example for each size and number of objects."""
    return [
        draw_example(f"{seed}-{index}", [seed, index], size, count)
        for index, (size, count) in enumerate(zip(sizes, counts, strict=True))
    ]


class _ReadyAnnotations:
    """Stands for a `Reader`, where two pictures are compared."""

    def __init__(self, examples):
        self.examples = examples

    def read(self, key):
        example = self.examples[int(key)]
        findings = FileFindings(example.filename)
        return Annotation(findings, None, example.filename, encoded=example.image)


class _ReadyExamples:
    """Stands for an `ExampleReader`: examples that are there already."""

    def __init__(self, examples):
        self.examples = examples
        self.reader = _ReadyAnnotations(examples)
        self.rules = DEFAULT_RULES

    def read_annotation(self, key):
        return self.examples[int(key)]

    def read_picture(self, _example):
        return None

    def unite(self, example, _picture, _image_id):
        return Inspected(example, [], image_digest.of_file(example.image))


def write_store(folder, class_names=CLASS_NAMES, num_shards=None, **splits):
    """Convert lists of examples, by split, into a data set."""
    names = list(splits)
    plan = Plan(
        "memory",
        tuple(class_names),
        tuple(_ReadyExamples(splits[name]) for name in names),
        {
            name: [Picture(i, str(j), "") for j in range(len(splits[name]))]
            for i, name in enumerate(names)
        },
        (),
    )
    options = {"num_workers": 1, "num_shards": num_shards}
    return convert(plan, folder, "a test", **options).store


def write_tiny_store(folder):
    """Seven pictures to train on, of several sizes, two empty; three to check with."""
    sizes = [(64, 64), (64, 80), (96, 64), (64, 96), (80, 64), (72, 72), (64, 88)]
    train = draw_examples(sizes, [1, 3, 0, 2, 4, 0, 1])
    val = draw_examples([(64, 64), (64, 96), (80, 64)], [2, 1, 1], seed=1)
    return write_store(folder, train=train, val=val)
