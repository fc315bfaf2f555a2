"""Time luminet's training step and prediction; `torchvision_speed.py` is its peer.

    .venv/bin/python benchmarks/model_speed.py --repeat 5

on a machine with nothing else to do. Each case runs in a process of its own, so that
its peak of memory is its own, and prints one line of JSON. Weights are random; images
are as large as the network sees them. Three stages of a ResNet are trained, as there.
"""

import argparse
import itertools
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

FASTER_RCNN = Path(__file__).parents[1] / "luminet" / "models" / "faster_rcnn"
NUM_CLASSES = 90
CASES = {
    "model": ("resnet50_fpn", "mobilenet_v3_large_320_fpn", "mobilenet_v2"),
    "size": ((320, 320), (608, 800), (800, 1088)),
    "task": ("train", "predict"),
}
# Of torchvision's detectors; what is not here is the default on that base network.
CONFIGS = {
    "resnet50_fpn": "torchvision.yml",
    "mobilenet_v3_large_320_fpn": "torchvision_mobilenet_v3_large_320_fpn.yml",
}
BATCH_SIZES = {"train": 2, "predict": 1}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5, help="steps that are timed")
    parser.add_argument("--warm-up", type=int, default=2, help="steps before them")
    parser.add_argument(
        "--only", default="", help="run the cases with this text in them"
    )
    parser.add_argument("--deterministic", action="store_true")
    parser.add_argument("-c", "--config", help="of the model; the default's if none")
    parser.add_argument("--case", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.case:
        measure(json.loads(options.case), options)
        return
    for values in itertools.product(*CASES.values()):
        case = json.dumps(dict(zip(CASES, values, strict=True)))
        if options.only in case:
            subprocess.run(
                [sys.executable, __file__, *sys.argv[1:], "--case", case], check=True
            )


def measure(case, options):
    """Time one case and print its result."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras
    import tensorflow as tf

    from luminet.checkpoints import build_model
    from luminet.config import load_config

    keras.utils.set_random_seed(0)
    if options.deterministic:
        tf.config.experimental.enable_op_determinism()
    overrides = [f"model.num_classes={NUM_CLASSES}", "model.rcnn.head.num_unused=0"]
    files = [options.config] if options.config else []
    if case["model"] in CONFIGS:
        files = [FASTER_RCNN / CONFIGS[case["model"]]]
    else:
        overrides.append(f"model.base_network.architecture={case['model']}")
    model = build_model(load_config(files, overrides))
    step = STEPS[case["task"]](model, BATCH_SIZES[case["task"]], case["size"])
    for _ in range(options.warm_up):
        step()
    seconds = [timed(step) for _ in range(options.repeat)]
    result = {
        **case,
        "batch_size": BATCH_SIZES[case["task"]],
        "median_seconds": round(statistics.median(seconds), 4),
        "min_seconds": round(min(seconds), 4),
        "max_seconds": round(max(seconds), 4),
        "peak_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "repeat": options.repeat,
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
    }
    print(json.dumps(result), flush=True)


def timed(step):
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def training_step(model, batch_size, size):
    from luminet.optimizers import Optimizer
    from luminet.training_step import TrainingStep

    batch = random_batch(batch_size, size)
    step = TrainingStep(model, Optimizer(1e-6), batch_size, signature(batch))
    return lambda: float(step.run(batch)["loss"])


def prediction(model, batch_size, size):
    from luminet.predict import make_detect

    batch = random_batch(batch_size, size)
    batch = {key: batch[key] for key in ("image", "image_size", "scale")}
    detect = make_detect(model)
    return lambda: detect(batch)["scores"].numpy()


STEPS = {"train": training_step, "predict": prediction}


def random_batch(batch_size, size, num_boxes=8):
    import numpy as np
    import tensorflow as tf

    rng = np.random.default_rng(0)
    corners = rng.uniform(0, 0.6, [batch_size, num_boxes, 2]) * size
    sides = rng.uniform(0.1, 0.4, [batch_size, num_boxes, 2]) * size
    batch = {
        "image": rng.uniform(0, 255, [batch_size, *size, 3]).astype(np.float32),
        "image_size": np.float32([size] * batch_size),
        "scale": np.ones([batch_size, 2], np.float32),
        "gt_boxes": np.concatenate([corners, corners + sides], -1).astype(np.float32),
        "gt_classes": rng.integers(0, NUM_CLASSES, [batch_size, num_boxes], np.int32),
        "gt_ignore": np.zeros([batch_size, num_boxes], bool),
        "seed": np.arange(batch_size, dtype=np.int32),
    }
    return {key: tf.constant(value) for key, value in batch.items()}


def signature(batch):
    """As the data pipeline's: only the number of colours and corners is known."""
    import tensorflow as tf

    known = {"image": [None, None, None, 3], "gt_boxes": [None, None, 4]}
    return {
        key: tf.TensorSpec(known.get(key, [None, *value.shape[1:]]), value.dtype)
        for key, value in batch.items()
    }


if __name__ == "__main__":
    main()
