"""Where the time of a detector goes, station by station, and how near the peak it is.

    .venv/bin/python benchmarks/station_speed.py --size 608 800

on a machine with nothing else to do. The peak is a product of two square matrices of
float32, measured in the same process; `of_peak` is the rate of a station's convolutions
and matrix products (their operations over all of the station's time) as a part of it.
Prediction is of one image. Training is of two: stations with weights to learn go
forward and back, and targets, losses, the optimizer and the way back through the RPN,
for its samples alone, are the rest. Weights are random. Prints one line of JSON for
each station and for the whole.
"""

import argparse
import functools
import json
import os
import statistics

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import model_speed
import stations
import tensorflow as tf

from luminet.checkpoints import build_model
from luminet.config import load_config

NUM_CLASSES = 90
SIDE = 2048
# The RPN's head learns from a few samples only, which is part of the rest.
LEARNING = ("base network", "pyramid", "RoI pooling", "R-CNN head")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", choices=model_speed.CONFIGS, default="resnet50_fpn")
    parser.add_argument("--size", type=int, nargs=2, default=(608, 800))
    parser.add_argument("--repeat", type=int, default=7)
    options = parser.parse_args()
    peak = measure_peak(options.repeat)
    print(json.dumps({"peak_gflops": round(peak / 1e9)}), flush=True)
    for task in ("predict", "train"):
        profile(task, options, peak)


def measure_peak(repeat):
    """Floating-point operations a second in a product of matrices."""
    matrix = tf.random.stateless_uniform([SIDE, SIDE], [0, 0])
    product = tf.function(lambda x: tf.matmul(x, x))
    return 2 * SIDE**3 / min(stations.seconds(lambda: product(matrix), 3 * repeat))


def profile(task, options, peak):
    keras.utils.set_random_seed(0)
    config = model_speed.FASTER_RCNN / model_speed.CONFIGS[options.model]
    settings = [f"model.num_classes={NUM_CLASSES}", "model.rcnn.head.num_unused=0"]
    model = build_model(load_config([config], settings))
    batch_size = model_speed.BATCH_SIZES[task]
    batch = model_speed.random_batch(batch_size, options.size)
    whole = model_speed.STEPS[task](model, batch_size, options.size)
    total = statistics.median(stations.seconds(whole, options.repeat))
    known = 0.0
    for station in stations.prediction_stations(model, batch):
        if task == "train" and station.name == "detections":
            continue
        learns = task == "train" and station.name in LEARNING
        function = station.train if learns else station.predict
        run = functools.partial(function, *station.inputs)
        median = statistics.median(stations.seconds(run, options.repeat))
        known += median
        rate = station.flops(function) / median
        report(options, task, station.name, median, total, rate / peak)
    report(options, task, "rest", total - known, total)
    report(options, task, "whole", total, total)


def report(options, task, name, median, total, of_peak=0.0):
    result = {
        "model": options.model,
        "size": list(options.size),
        "task": task,
        "station": name,
        "milliseconds": round(1000 * median, 1),
        "share": round(median / total, 3),
        "of_peak": round(of_peak, 2),
    }
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
