"""How prediction's cost grows, station by station: proposals, classes, batch, size.

    .venv/bin/python benchmarks/prediction_cost.py --plot docs/prediction_cost.png

on a machine with nothing else to do. The detector is torchvision's ResNet-50 FPN with
random weights, so that every proposal goes on and no class scores enough to be kept:
`min_score` is 0 here, or suppression would have nothing to do. One of four quantities
grows, the others stay at 1,000 proposals, 90 classes, one image of 608x800. Prints one
line of JSON for each station and value, then for each station `power`, the exponent
with which its time grew over the whole range: 1 is linear (pictures: in their pixels).
"""

import argparse
import functools
import json
import math
import os
import statistics

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import model_speed
import stations
from matplotlib.figure import Figure

from luminet.checkpoints import build_model
from luminet.config import load_config

USUAL = {"proposals": 1000, "classes": 90, "images": 1, "side": None}
VALUES = {
    "proposals": (100, 300, 1000, 2000),
    "classes": (1, 10, 90, 300, 600),
    "images": (1, 2, 4, 8),
    "side": (320, 640, 1120, 1600),
}
LABELS = {
    "proposals": "proposals",
    "classes": "classes",
    "images": "pictures of a batch",
    "side": "side of a square picture, pixels",
}
COLORS = ("#2f6fb2", "#e07b28", "#3a9a5c", "#b04a8f", "#7a5fc0", "#8a7a3f", "#c8433a")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--only", choices=VALUES, help="what grows; all by default")
    parser.add_argument("--plot", help="where the picture goes, a PNG")
    options = parser.parse_args()
    found = {}
    for quantity in [options.only] if options.only else VALUES:
        found[quantity] = measure_all(quantity, options.repeat)
        for station, times in found[quantity].items():
            power = growth(quantity, times)
            line = {"grows": quantity, "station": station, "power": round(power, 2)}
            print(json.dumps(line), flush=True)
    if options.plot:
        plot(found, options.plot)


def measure_all(quantity, repeat):
    """Seconds of each station by name, one for each value of a quantity."""
    found = {}
    for value in VALUES[quantity]:
        for name, time in measure({**USUAL, quantity: value}, repeat).items():
            found.setdefault(name, []).append(time)
            line = {quantity: value, "station": name, "ms": round(1000 * time, 2)}
            print(json.dumps(line), flush=True)
    return found


def measure(case, repeat):
    keras.utils.set_random_seed(0)
    settings = [
        f"model.num_classes={case['classes']}",
        "model.rcnn.head.num_unused=0",
        f"model.rpn.proposal.pre_nms={case['proposals']}",
        f"model.rpn.proposal.post_nms={case['proposals']}",
        "model.rcnn.detection.min_score=0",
    ]
    config = model_speed.FASTER_RCNN / model_speed.CONFIGS["resnet50_fpn"]
    model = build_model(load_config([config], settings))
    size = (case["side"], case["side"]) if case["side"] else (608, 800)
    batch = model_speed.random_batch(case["images"], size)
    return {
        station.name: statistics.median(
            stations.seconds(
                functools.partial(station.predict, *station.inputs), repeat
            )
        )
        for station in stations.prediction_stations(model, batch)
    }


def growth(quantity, times):
    """The exponent of the growth between the first and the last value."""
    first, *_, last = VALUES[quantity]
    ratio = (last / first) ** (2 if quantity == "side" else 1)
    return math.log(times[-1] / times[0]) / math.log(ratio)


def plot(found, path):
    figure = Figure(figsize=(14, 8.5), dpi=100, layout="constrained")
    panels = figure.subplots(2, 2, squeeze=False).flat
    for panel, (quantity, stations_times) in zip(panels, found.items(), strict=False):
        values = VALUES[quantity]
        for color, (name, times) in zip(COLORS, stations_times.items(), strict=True):
            label = f"{name} ({round(growth(quantity, times), 1) + 0.0:.1f})"
            milliseconds = [1000 * time for time in times]
            panel.plot(
                values, milliseconds, color=color, marker="o", markersize=4, label=label
            )
        panel.set(xscale="log", yscale="log", xlabel=LABELS[quantity])
        panel.set_ylabel("milliseconds")
        panel.set_xticks(values, [str(value) for value in values])
        panel.minorticks_off()
        panel.grid(color="#e3e5e8", linewidth=0.8)
        panel.set_axisbelow(True)
        panel.spines[["top", "right"]].set_visible(False)
        beside = {"loc": "center left", "bbox_to_anchor": (1.0, 0.5), "frameon": False}
        panel.legend(fontsize=8, title="station (exponent)", title_fontsize=8, **beside)
    figure.suptitle("Cost of prediction by station", fontsize=14, fontweight="bold")
    figure.savefig(path)


if __name__ == "__main__":
    main()
