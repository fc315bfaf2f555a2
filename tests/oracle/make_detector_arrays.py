"""Make the arrays of whole detectors: torchvision's Faster R-CNNs.

Run it as `make_arrays.py`, with the folder of the photographs as its argument, and the
names of some of the detectors, if it is not to be all:

    python tests/oracle/make_detector_arrays.py shared/data/photos resnet50_fpn_v2

Weights are drawn, by `random_weights.py`, and not stored; pictures are drawn, or free
photographs that are not stored either. Of large arrays, some entries are.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from detector_inputs import BATCHES, COCO_LABELS, DETECTORS, draw_picture, pick, spread
from make_arrays import padded, swap_xy, to_torch, yxyx
from PIL import Image
from random_weights import draw_state
from torchvision.models import detection
from torchvision.models.detection.backbone_utils import resnet_fpn_backbone
from torchvision.ops import FrozenBatchNorm2d

# Those of torchvision, and so low that next to nothing is left out for its rank.
DETECTION = {"default": (0.05, 100), "many": (0.2, 1000)}
GRADIENTS = {
    "backbone.body.layer2.0.conv1.weight",
    "backbone.body.layer4.2.conv2.weight",
    "backbone.fpn.inner_blocks.0.0.weight",
    "backbone.fpn.layer_blocks.3.0.bias",
    "rpn.head.conv.0.0.weight",
    "rpn.head.cls_logits.bias",
    "roi_heads.box_head.fc7.weight",
    "roi_heads.box_head.fc6.bias",
}


def make_model(name, **options):
    """A detector with drawn weights, and their shapes by name."""
    if name == "resnet50_fpn":
        model = make_frozen(**options)
    else:
        make = getattr(detection, f"fasterrcnn_{name}")
        model = make(weights=None, weights_backbone=None, **options)
    shapes = {
        name: tuple(value.shape)
        for name, value in model.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }
    state = {name: to_torch(value) for name, value in draw_state(shapes).items()}
    model.load_state_dict({**model.state_dict(), **state})
    return model, shapes


def make_frozen(**options):
    """Without weights torchvision would train all of it."""
    backbone = resnet_fpn_backbone(
        backbone_name="resnet50",
        weights=None,
        norm_layer=FrozenBatchNorm2d,
        trainable_layers=3,
    )
    return detection.FasterRCNN(backbone, num_classes=91, **options)


def to_image(pixels):
    return to_torch(pixels).permute(2, 0, 1) / 255.0


def channels_last(maps):
    """`[B, F, H, W]` as an array `[B, H, W, F]`."""
    return maps.permute(0, 2, 3, 1).contiguous().numpy()


def per_anchor(maps, values):
    """`[B, A * values, H, W]` as an array `[B, H * W * A, values]`."""
    maps = channels_last(maps)
    return maps.reshape(len(maps), -1, values)


def sampled(name, array):
    return {f"{name}": pick(array), f"{name}_deviation": np.float32(array.std())}


@torch.inference_mode()
def forward(model, images):
    """Every station of prediction."""
    num_proposals = model.rpn.post_nms_top_n()
    inputs, _ = model.transform(images)
    features = model.backbone(inputs.tensors)
    levels = list(features.values())
    logits, deltas = model.rpn.head(levels)
    logits = np.concatenate([per_anchor(level, 1) for level in logits], axis=1)
    deltas = np.concatenate([per_anchor(level, 4) for level in deltas], axis=1)
    proposals, _ = model.rpn(inputs, features)
    heads = model.roi_heads
    pooled = heads.box_roi_pool(features, proposals, inputs.image_sizes)
    class_logits, box_deltas = heads.box_predictor(heads.box_head(pooled))
    box_deltas = box_deltas.numpy().reshape(-1, 91, 4)[:, COCO_LABELS]
    order = [*COCO_LABELS, 0]
    arrays = {
        "image_size": np.float32(inputs.image_sizes),
        "padded_size": np.int32(inputs.tensors.shape[2:]),
        "proposals": padded([yxyx(boxes) for boxes in proposals], num_proposals),
        **sampled("image", channels_last(inputs.tensors)),
        **sampled("rpn_logits", logits),
        **sampled("rpn_deltas", swap_xy(deltas)),
        **sampled("pooled", channels_last(pooled)),
        **sampled("class_logits", class_logits.numpy()[:, order]),
        **sampled("box_deltas", swap_xy(box_deltas)),
    }
    for index, level in enumerate(levels):
        arrays |= sampled(f"level_{index}", channels_last(level))
    for name, (min_score, max_count) in DETECTION.items():
        # More than wanted: what COCO does not name is left out of it.
        heads.score_thresh, heads.detections_per_img = min_score, 5000
        found, _ = heads(features, proposals, inputs.image_sizes)
        sizes = [tuple(image.shape[1:]) for image in images]
        found = model.transform.postprocess(found, inputs.image_sizes, sizes)
        for key, value in to_arrays(found, max_count).items():
            arrays[f"{name}_{key}"] = value
    return arrays


def to_arrays(found, max_count):
    boxes, scores, classes = [], [], []
    class_of = {label: index for index, label in enumerate(COCO_LABELS)}
    for image in found:
        labels = image["labels"].numpy()
        kept = np.flatnonzero(np.isin(labels, COCO_LABELS))[:max_count]
        boxes.append(yxyx(image["boxes"])[kept])
        scores.append(image["scores"].numpy()[kept])
        classes.append(np.int32([class_of[label] for label in labels[kept]]))
    size = max(map(len, boxes))
    return {
        "boxes": padded(boxes, size),
        "scores": padded(scores, size),
        "classes": padded(classes, size, fill=-1),
    }


class Sampler:
    """Instead of chance: samples evenly spread over the candidates."""

    def __init__(self, original):
        self.count = original.batch_size_per_image
        self.max_positives = int(self.count * original.positive_fraction)

    def __call__(self, labels_of_images):
        positives, negatives = [], []
        for labels in labels_of_images:
            positive = spread(labels.numpy() >= 1, self.max_positives)
            negative = spread(labels.numpy() == 0, self.count - positive.sum())
            positives.append(torch.from_numpy(np.uint8(positive)))
            negatives.append(torch.from_numpy(np.uint8(negative)))
        return positives, negatives


def train(model):
    """The losses of one step, and the gradients of a few weights."""
    model.train()
    for stage in (model.rpn, model.roi_heads):
        stage.fg_bg_sampler = Sampler(stage.fg_bg_sampler)
    images, targets = [], []
    for seed, size in enumerate([(256, 320), (240, 384)]):
        pixels, boxes = draw_picture(*size, seed + 1)
        images.append(to_image(pixels))
        labels = torch.tensor([COCO_LABELS[7 * i] for i in range(len(boxes))])
        targets.append({"boxes": to_torch(swap_xy(boxes)), "labels": labels})
    losses = model(images, targets)
    sum(losses.values()).backward()
    arrays = {name: value.detach().numpy() for name, value in losses.items()}
    for name, weight in model.named_parameters():
        if name in GRADIENTS:
            gradient = weight.grad
            if gradient.ndim == 4:
                gradient = gradient.permute(2, 3, 1, 0).contiguous()
            elif gradient.ndim == 2:
                gradient = gradient.T.contiguous()
            arrays |= sampled(f"gradient.{name}", gradient.numpy())
    return arrays


def main(photos, *names):
    for name in names or DETECTORS:
        make_prediction(photos, name, **DETECTORS[name])
    if not names or "resnet50_fpn" in names:
        # With so few proposals each of them is a sample: the order of two whose scores
        # are equal but for rounding does not matter.
        options = {"rpn_post_nms_top_n_train": 500, "_skip_resize": True}
        model, _ = make_model("resnet50_fpn", **options)
        save("detector_resnet50_fpn_training", train(model))


def make_prediction(photos, name, num_proposals, **sizes):
    model, shapes = make_model(name, rpn_post_nms_top_n_test=num_proposals, **sizes)
    save(f"detector_{name}_shapes", {"shapes": np.array(json.dumps(shapes))})
    model.eval()
    for batch, files in BATCHES.items():
        pictures = [
            np.array(Image.open(photos / file).convert("RGB"))
            if file
            else draw_picture(300, 451, seed=0)[0]
            for file in files
        ]
        arrays = forward(model, [to_image(each) for each in pictures])
        save(f"detector_{name}_{batch}", arrays)


def save(name, arrays):
    path = Path(__file__).with_name(f"{name}.npz")
    np.savez_compressed(path, **arrays)
    print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
