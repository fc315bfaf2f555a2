"""Time torchvision's Faster R-CNN: what luminet's speed is compared with.

Run it where torch and torchvision are installed, on a machine with nothing else to do:

    pip install torch==2.13.0 torchvision==0.28.0
    python benchmarks/torchvision_speed.py --repeat 5

Each case runs in a process of its own, so that its peak of memory is its own, and
prints one line of JSON. Weights are random, and images have the size that the network
sees, so that nothing is downloaded or resized; sides are padded to multiples of 32. As
in fine-tuning, batch normalisation is frozen and three stages of the backbone are
trained. Its statistics are measured on the first image, because a deep network without
them overflows, and the learning rate is tiny, because random weights would diverge.

With random weights no class scores above 0.05, so predicting does without the NMS of
the second stage.
"""

import argparse
import itertools
import json
import resource
import statistics
import subprocess
import sys
import time

import torch
import torchvision
from torch import nn
from torchvision.models import mobilenet_v3_large, resnet50
from torchvision.models.detection import FasterRCNN
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.backbone_utils import (
    _mobilenet_extractor,
    _resnet_fpn_extractor,
)
from torchvision.ops import FrozenBatchNorm2d

NUM_CLASSES = 91
TRAINABLE_STAGES = 3
CASES = {
    "model": ("resnet50_fpn", "mobilenet_v3_large_320_fpn"),
    "size": ((320, 320), (600, 800), (800, 1066)),
    "layout": ("NCHW", "channels_last"),
    "task": ("train", "predict"),
}
BATCH_SIZES = {"train": 2, "predict": 1}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5, help="steps that are timed")
    parser.add_argument("--warm-up", type=int, default=2, help="steps before them")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--only", default="", help="run the cases with this text in them"
    )
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
    torch.manual_seed(0)
    torch.set_num_threads(options.threads)
    images, targets = random_batch(BATCH_SIZES[case["task"]], case["size"])
    model = build(case["model"], case["size"], images)
    if case["layout"] == "channels_last":
        # Convolutions follow the layout of their weights.
        model = model.to(memory_format=torch.channels_last)
    step = STEPS[case["task"]](model, images, targets)
    for _ in range(options.warm_up):
        step()
    seconds = [timed(step) for _ in range(options.repeat)]
    result = {
        **case,
        "batch_size": len(images),
        "median_seconds": round(statistics.median(seconds), 4),
        "min_seconds": round(min(seconds), 4),
        "max_seconds": round(max(seconds), 4),
        "peak_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "repeat": options.repeat,
        "threads": options.threads,
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
    }
    print(json.dumps(result), flush=True)


def timed(step):
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def random_batch(batch_size, size, num_boxes=8):
    height, width = size
    images = [torch.rand(3, height, width) for _ in range(batch_size)]
    targets = []
    for _ in images:
        top_left = torch.rand(num_boxes, 2) * torch.tensor([width, height]) * 0.6
        sides = (0.1 + 0.3 * torch.rand(num_boxes, 2)) * torch.tensor([width, height])
        boxes = torch.cat([top_left, top_left + sides], dim=1)  # xyxy
        labels = torch.randint(1, NUM_CLASSES, [num_boxes])
        targets.append({"boxes": boxes, "labels": labels})
    return images, targets


# The two steps


def train_step(model, images, targets):
    model.train()
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.SGD(parameters, lr=1e-6, momentum=0.9, weight_decay=1e-4)

    def step():
        loss = sum(model(images, targets).values())
        if not torch.isfinite(loss):
            sys.exit(
                "The loss is not finite: the time of this step would mean nothing."
            )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def predict_step(model, images, targets):
    model.eval()

    def step():
        with torch.inference_mode():
            model(images)

    return step


STEPS = {"train": train_step, "predict": predict_step}


# The two models, as `torchvision.models.detection` builds them for fine-tuning. Its own
# functions would, without weights to download, train every stage and leave batch
# normalisation unfrozen.


def build(name, size, images):
    limits = {"min_size": min(size), "max_size": max(size)}
    if name == "resnet50_fpn":
        backbone = _resnet_fpn_extractor(resnet50(weights=None), TRAINABLE_STAGES)
        model = FasterRCNN(backbone, NUM_CLASSES, **limits)
    else:
        network = mobilenet_v3_large(weights=None)
        model = FasterRCNN(
            _mobilenet_extractor(network, True, TRAINABLE_STAGES),
            NUM_CLASSES,
            rpn_anchor_generator=AnchorGenerator(
                ((32, 64, 128, 256, 512),) * 3, ((0.5, 1.0, 2.0),) * 3
            ),
            rpn_pre_nms_top_n_test=150,
            rpn_post_nms_top_n_test=150,
            rpn_score_thresh=0.05,
            **limits,
        )
    freeze_batch_norm(model.backbone, model.transform(images[:1])[0].tensors)
    return model


def freeze_batch_norm(network, images):
    """Measure the statistics of every batch normalisation on images; then freeze it."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 1.0  # Keep the statistics of one batch, unmixed.
    with torch.no_grad():
        network.train()(images)
    for parent in list(network.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, nn.BatchNorm2d):
                setattr(parent, name, frozen(child))


def frozen(norm):
    result = FrozenBatchNorm2d(norm.num_features, norm.eps)
    state = norm.state_dict()
    state.pop("num_batches_tracked")
    result.load_state_dict(state)
    return result


if __name__ == "__main__":
    main()
