"""Time luminet on JAX and torchvision's Faster R-CNN, ResNet-50 with FPN, on a device.

    KERAS_BACKEND=jax python benchmarks/backend_speed.py luminet
    python benchmarks/backend_speed.py torchvision

each where its packages are installed, on a machine with nothing else to do; TensorFlow
is not needed. One line of JSON for each case. Both have the same architecture, as many
proposals, and random weights; the images are as large as the network sees them. Scores
of random weights are low, so there is next to no suppression after the second stage.
bfloat16 is mixed precision: weights and boxes stay float32.
"""

import argparse
import itertools
import json
import statistics
import time
from pathlib import Path

import numpy as np

NUM_CLASSES = 80


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", choices=PROGRAMS)
    parser.add_argument("--size", type=int, nargs=2, default=(800, 1333))
    parser.add_argument("--batch-sizes", type=int, nargs="+", default=(1, 2, 4, 8, 16))
    parser.add_argument("--dtypes", nargs="+", default=("float32", "bfloat16"))
    parser.add_argument("--tasks", nargs="+", default=("predict", "train"))
    parser.add_argument("--repeat", type=int, default=10, help="steps that are timed")
    parser.add_argument("--warm-up", type=int, default=3, help="steps before them")
    options = parser.parse_args()
    cases = itertools.product(options.dtypes, options.tasks, options.batch_sizes)
    for dtype, task, batch_size in cases:
        batch = random_batch(batch_size, options.size)
        step, device = PROGRAMS[options.program](task, dtype, batch)
        seconds = measure(step, options.warm_up, options.repeat)
        result = {
            "program": options.program,
            "task": task,
            "dtype": dtype,
            "batch_size": batch_size,
            "size": list(options.size),
            "median_seconds": round(statistics.median(seconds), 5),
            "min_seconds": round(min(seconds), 5),
            "device": device,
        }
        print(json.dumps(result), flush=True)


def measure(step, warm_up, repeat):
    for _ in range(warm_up):
        step()
    seconds = []
    for _ in range(repeat):
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    return seconds


def random_batch(batch_size, size, num_boxes=8):
    rng = np.random.default_rng(0)
    corners = rng.uniform(0, 0.6, [batch_size, num_boxes, 2]) * size
    sides = rng.uniform(0.1, 0.4, [batch_size, num_boxes, 2]) * size
    padded = [32 * -(-side // 32) for side in size]
    image = np.zeros([batch_size, *padded, 3], np.float32)
    image[:, : size[0], : size[1]] = rng.uniform(0, 255, [batch_size, *size, 3])
    return {
        "image": image,
        "image_size": np.float32([size] * batch_size),
        "gt_boxes": np.concatenate([corners, corners + sides], -1).astype(np.float32),
        "gt_classes": rng.integers(0, NUM_CLASSES, [batch_size, num_boxes], np.int32),
        "gt_ignore": np.zeros([batch_size, num_boxes], bool),
        "seed": np.arange(batch_size, dtype=np.int32),
    }


def luminet_step(task, dtype, batch):
    import jax
    import keras

    from luminet import checkpoints
    from luminet.config import load_config

    if keras.backend.backend() != "jax":
        raise SystemExit("set KERAS_BACKEND=jax")
    keras.config.set_dtype_policy("float32" if dtype == "float32" else f"mixed_{dtype}")
    config = Path(checkpoints.__file__).parent / "models/faster_rcnn/torchvision.yml"
    model = checkpoints.build_model(load_config([config]))
    state = [[v.value for v in model.trainable_variables]]
    state += [[v.value for v in model.non_trainable_variables]]
    batch = jax.device_put(batch)
    make = {"predict": jax_prediction, "train": jax_training}[task]
    return make(model, state, batch), str(jax.devices()[0])


def jax_prediction(model, state, batch):
    import jax

    @jax.jit
    def run(trainable, other, batch):
        outputs, _ = model.stateless_call(trainable, other, batch, training=False)
        return model.detections(outputs)

    inputs = {name: batch[name] for name in ("image", "image_size")}
    return lambda: jax.block_until_ready(run(*state, inputs))


def jax_training(model, state, batch):
    """Gradients and a step of plain descent, all compiled."""
    import jax

    @jax.jit
    def run(trainable, other, batch):
        def total(trainable):
            outputs, _ = model.stateless_call(trainable, other, batch, training=True)
            return sum(loss.mean() for loss in model.compute_losses(outputs).values())

        gradients = jax.grad(total)(trainable)
        return [v - 1e-6 * g for v, g in zip(trainable, gradients, strict=True)]

    def step():
        state[0] = jax.block_until_ready(run(*state, batch))

    return step


def torchvision_step(task, dtype, batch):
    import torch
    import torchvision

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    height, width = batch["image_size"][0].astype(int)
    model = torchvision.models.detection.fasterrcnn_resnet50_fpn(
        weights=None,
        weights_backbone=None,
        num_classes=NUM_CLASSES + 11,
        min_size=min(height, width),
        max_size=max(height, width),
    ).to(device)
    images = torch.tensor(batch["image"][:, :height, :width] / 255, device=device)
    images = list(images.permute(0, 3, 1, 2))
    targets = [
        {
            "boxes": torch.tensor(boxes[:, [1, 0, 3, 2]], device=device),
            "labels": torch.tensor(classes + 1, device=device).long(),
        }
        for boxes, classes in zip(batch["gt_boxes"], batch["gt_classes"], strict=True)
    ]
    mixed = torch.autocast(device.type, torch.bfloat16, enabled=dtype == "bfloat16")
    step = {"predict": torch_prediction, "train": torch_training}[task]
    run = step(model, images, targets, mixed)

    def finished():
        run()
        if device.type == "cuda":
            torch.cuda.synchronize()

    name = torch.cuda.get_device_name() if device.type == "cuda" else "cpu"
    return finished, name


def torch_prediction(model, images, targets, mixed):
    import torch

    model.eval()

    def step():
        with torch.inference_mode(), mixed:
            model(images)

    return step


def torch_training(model, images, targets, mixed):
    """The same stages as luminet's are trained: all but the first two."""
    import torch

    model.train()
    frozen = ("backbone.body.conv1", "backbone.body.bn1", "backbone.body.layer1")
    for name, parameter in model.named_parameters():
        parameter.requires_grad = not name.startswith(frozen) and ".bn" not in name
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.eval()
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.SGD(parameters, lr=1e-6)

    def step():
        with mixed:
            loss = sum(model(images, targets).values())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


PROGRAMS = {"luminet": luminet_step, "torchvision": torchvision_step}

if __name__ == "__main__":
    main()
