"""Time the way from files to batches, and the start of `lumi predict`.

    .venv/bin/python benchmarks/data_speed.py --images 600

on a machine with nothing else to do. It draws JPEGs of 640x480 in a temporary folder
and prints one line of JSON for each figure: pictures per second of `transform`; of the
input pipeline, beside a bare `decode_jpeg` and `resize`; seconds of a cold `lumi
predict` of one picture, with an untrained MobileNetV2.
"""

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf
from PIL import Image

from luminet import checkpoints
from luminet.config import load_config
from luminet.datasets import pipeline, tfrecord
from luminet.datasets.convert import convert
from luminet.datasets.transforms import Flip, Resize

ANNOTATION = """<annotation><size><width>640</width><height>480</height></size>
<object><name>thing</name><bndbox><xmin>10</xmin><ymin>20</ymin><xmax>200</xmax>
<ymax>300</ymax></bndbox></object></annotation>"""
BATCH_SIZE = 2


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=600)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source, output = Path(folder) / "voc" / "train", Path(folder) / "tfrecords"
        draw(source, options.images)
        report("read, decode and hash in one loop", rate(lambda: read_only(source)))
        start = time.perf_counter()
        store = convert("pascal", source.parent, output, ["train"]).store
        report("transform", options.images / (time.perf_counter() - start))
        split = store.split("train")
        report("bare decode_jpeg and resize", batches_rate(bare(split)))
        report("input pipeline, training", batches_rate(training(split)))
        report("input pipeline, evaluation", batches_rate(evaluation(split)))
        cold_start(Path(folder), next(source.glob("*.jpg")))


def report(what, pictures_per_second):
    print(json.dumps({"what": what, "pictures_per_second": round(pictures_per_second)}))


def draw(folder, count):
    rng = np.random.default_rng(0)
    folder.mkdir(parents=True)
    for index in range(count):
        # Smooth noise is about as hard to decode as a photograph.
        coarse = rng.integers(0, 255, [48, 64, 3], np.uint8)
        image = Image.fromarray(coarse).resize((640, 480), Image.Resampling.BICUBIC)
        noisy = np.asarray(image, np.int16) + rng.integers(-12, 12, [480, 640, 3])
        noisy = Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))
        noisy.save(folder / f"{index:05}.jpg", quality=90)
        (folder / f"{index:05}.xml").write_text(ANNOTATION)


def read_only(folder):
    import hashlib

    count = 0
    for path in folder.glob("*.jpg"):
        data = path.read_bytes()
        Image.open(io.BytesIO(data)).convert("RGB")
        hashlib.sha256(data)
        count += 1
    return count


def rate(work):
    start = time.perf_counter()
    return work() / (time.perf_counter() - start)


def batches_rate(batches, warm_up=10):
    iterator = iter(batches)
    for _ in range(warm_up):
        next(iterator)
    start, count = time.perf_counter(), 0
    for _ in iterator:
        count += BATCH_SIZE
    return count / (time.perf_counter() - start)


def bare(split):
    def load(record):
        encoded = tfrecord.parse(record)["encoded"]
        image = tf.io.decode_jpeg(encoded, 3, dct_method="INTEGER_ACCURATE")
        return tf.image.resize(image, [600, 800])

    records = tf.data.TFRecordDataset([str(file) for file in split.files]).repeat(3)
    images = records.map(load, num_parallel_calls=tf.data.AUTOTUNE)
    return images.batch(BATCH_SIZE).prefetch(tf.data.AUTOTUNE)


def training(split):
    steps = 3 * split.num_examples // BATCH_SIZE
    return pipeline.training_batches(split, Resize(), Flip(), BATCH_SIZE, seed=0).take(
        steps
    )


def evaluation(split):
    return pipeline.evaluation_batches(split, Resize(), BATCH_SIZE)


def cold_start(folder, picture):
    config = load_config(
        [],
        [
            "model.num_classes=1",
            "model.base_network.architecture=mobilenet_v2",
            "train.run_name=cold",
        ],
    )
    model = checkpoints.build_model(config)
    checkpoints.save(folder / "checkpoint", model, config, ["thing"], 0, {})
    lumi = Path(sys.executable).parent / "lumi"
    command = [lumi, "predict", picture, "--checkpoint", folder / "checkpoint"]
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        seconds.append(time.perf_counter() - start)
    what = {"what": "lumi predict, cold", "seconds": round(sorted(seconds)[1], 2)}
    print(json.dumps(what))


if __name__ == "__main__":
    main()
