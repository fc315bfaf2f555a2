"""Time the input pipeline beside a bare `decode_jpeg` and `resize`.

    .venv/bin/python benchmarks/pipeline_speed.py

on a machine with nothing else to do. JPEGs of 640x480 become 600x800, batch 2. Runs
take turns; `ratio` is the median over the rounds of one round's rate and the bare
one's. `cpu_ms` is what a picture costs of all cores' time. Then, on pictures of mixed
shapes: which share of the pixels is padding, how many shapes batches have, and pictures
per second. Prints one line of JSON for each figure.
"""

import argparse
import io
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import numpy as np
import tensorflow as tf
from PIL import Image

from luminet.datasets import pipeline
from luminet.datasets.augmentation.augmentation import Augmentation
from luminet.datasets.example import Example
from luminet.datasets.picture_cache import make_cache
from luminet.datasets.records.example_record import serialize
from luminet.datasets.records.file import RecordWriter
from luminet.datasets.store import Split
from luminet.datasets.transforms import Resize

BATCH_SIZE = 2
FLIP = [{"flip": {"prob": 0.5}}]
LIGHT = {"brightness": 0.125, "contrast": 0.5, "prob": 0.5}
FLIP_AND_LIGHT = [*FLIP, {"colour": LIGHT}]
FLIP_AND_COLOUR = [*FLIP, {"colour": {**LIGHT, "saturation": 0.5, "hue": 0.05}}]
# As in sets of photographs: most are 4:3 or 3:2, a third of them upright.
SIZES = [(375, 500), (333, 500), (480, 640), (427, 640), (281, 500), (500, 375)]
SIZES += [(500, 333), (640, 480), (500, 500)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=300, help="to draw")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--steps", type=int, default=300, help="of a round")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        split = write(Path(folder), "same", [(480, 640)] * options.pictures)
        compare(cases(split, folder), options)
        sizes = np.random.default_rng(0).choice(SIZES, options.pictures)
        compare_shapes(write(Path(folder), "mixed", sizes), options)


def cases(split, folder):
    caches = {
        where: make_cache(where, split, [], print) for where in ("memory", folder)
    }
    caches = {"none": None, "memory": caches["memory"], "disk": caches[folder]}
    return {
        "bare decode_jpeg and resize": bare(split),
        "training, no augmentation": training(split, []),
        "training, flip": training(split, FLIP),
        "training, flip, brightness and contrast": training(split, FLIP_AND_LIGHT),
        "training, flip, these, saturation and hue": training(split, FLIP_AND_COLOUR),
        "training, flip, cache in memory": training(
            split, FLIP, cache=caches["memory"]
        ),
        "training, flip, cache on disk": training(split, FLIP, cache=caches["disk"]),
        "evaluation": pipeline.evaluation_batches(split, Resize(), BATCH_SIZE).repeat(),
    }


def bare(split):
    def load(record):
        features = {"image/encoded": tf.io.FixedLenFeature([], tf.string)}
        encoded = tf.io.parse_single_example(record, features)["image/encoded"]
        image = tf.io.decode_jpeg(encoded, 3, dct_method="INTEGER_ACCURATE")
        return tf.image.resize(image, [600, 800])

    records = tf.data.TFRecordDataset([str(file) for file in split.files]).repeat()
    images = records.map(load, num_parallel_calls=tf.data.AUTOTUNE)
    return images.batch(BATCH_SIZE).prefetch(tf.data.AUTOTUNE)


def training(split, steps, **settings):
    settings = {"shape_buckets": 8, **settings}
    return pipeline.training_batches(
        split, Resize(), Augmentation(steps), BATCH_SIZE, seed=0, **settings
    )


def compare(datasets, options):
    runs = {name: [] for name in datasets}
    for _ in range(options.rounds):
        for name, dataset in datasets.items():
            runs[name].append(rate(dataset, options.steps))
    bare_rates = [run[0] for run in next(iter(runs.values()))]
    for name, measured in runs.items():
        rates, cpu = zip(*measured, strict=True)
        ratios = [ours / theirs for ours, theirs in zip(rates, bare_rates, strict=True)]
        report(
            name,
            pictures_per_second=round(statistics.median(rates)),
            ratio=round(statistics.median(ratios), 3),
            cpu_ms=round(1000 * statistics.median(cpu), 2),
        )


def rate(dataset, steps, warm_up=50):
    """Pictures per second, and seconds of all cores for one."""
    iterator = iter(dataset)
    for _ in range(warm_up):
        next(iterator)
    start, cpu_start = time.perf_counter(), time.process_time()
    for _ in range(steps):
        next(iterator)
    count = BATCH_SIZE * steps
    return count / (time.perf_counter() - start), (
        time.process_time() - cpu_start
    ) / count


def compare_shapes(split, options):
    settings = {"any order": {"shape_buckets": None}, "shape buckets": {}}
    datasets = {name: training(split, FLIP, **each) for name, each in settings.items()}
    rates = {name: [] for name in datasets}
    for _ in range(options.rounds):
        for name, dataset in datasets.items():
            rates[name].append(rate(dataset, options.steps)[0])
    for name, dataset in datasets.items():
        padding, shapes = shapes_of(dataset.take(options.steps))
        report(
            f"mixed shapes, {name}",
            padding=round(padding, 4),
            batch_shapes=shapes,
            pictures_per_second=round(statistics.median(rates[name])),
        )


def shapes_of(batches):
    """The share of pixels that are padding, and how many shapes batches have."""
    pixels = padded = 0
    shapes = set()
    for batch in batches.as_numpy_iterator():
        shapes.add(batch["image"].shape)
        padded += batch["image"][..., 0].size
        pixels += float(batch["image_size"].prod(axis=1).sum())
    return 1.0 - pixels / padded, len(shapes)


def report(what, **figures):
    print(json.dumps({"what": what, **figures}), flush=True)


def write(folder, name, sizes):
    """A split of pictures of these heights and widths, with two objects each."""
    rng = np.random.default_rng(0)
    path = folder / f"{name}.tfrecords"
    boxes = np.float32([[10, 20, 200, 300], [100, 50, 250, 270]])
    with RecordWriter(path) as writer:
        for index, (height, width) in enumerate(sizes):
            image = draw(rng, int(height), int(width))
            classes = np.zeros([2], np.int32)
            example = Example(f"{index}", "", image, height, width, boxes, classes)
            writer.write(serialize(example, ["thing"]))
    count = len(sizes)
    return Split(name, (path,), count, 2 * count, {"thing": 2 * count})


def draw(rng, height, width):
    # Smooth noise is about as hard to decode as a photograph.
    coarse = rng.integers(0, 255, [height // 10, width // 10, 3], np.uint8)
    image = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
    noisy = np.asarray(image, np.int16) + rng.integers(-12, 12, [height, width, 3])
    file = io.BytesIO()
    Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)).save(file, "JPEG")
    return file.getvalue()


if __name__ == "__main__":
    main()
