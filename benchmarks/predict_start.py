"""Time the start of `lumi predict`: one picture, an untrained MobileNetV2.

    .venv/bin/python benchmarks/predict_start.py

on a machine with nothing else to do. Prints one line of JSON: seconds of a cold
command, the median of several.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
from PIL import Image

from luminet import checkpoints
from luminet.config import load_config

SETTINGS = ["model.num_classes=1", "train.run_name=cold"]
SETTINGS += ["model.base_network.architecture=mobilenet_v2"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        checkpoint, picture = Path(folder) / "checkpoint", Path(folder) / "picture.jpg"
        config = load_config([], SETTINGS)
        model = checkpoints.build_model(config)
        checkpoints.save(checkpoint, model, config, ["thing"], 0, {})
        pixels = np.random.default_rng(0).integers(0, 255, [480, 640, 3], np.uint8)
        Image.fromarray(pixels).save(picture)
        rounds = [seconds(picture, checkpoint) for _ in range(options.rounds)]
    what = {
        "what": "lumi predict, cold",
        "seconds": round(statistics.median(rounds), 2),
    }
    print(json.dumps(what))


def seconds(picture, checkpoint):
    lumi = Path(sys.executable).parent / "lumi"
    start = time.perf_counter()
    command = [lumi, "predict", picture, "--checkpoint", checkpoint]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
