"""The stations of a Faster R-CNN with a feature pyramid, each a function of its own.

So each can be timed alone, on what the stations before it really give it.
"""

import time

import tensorflow as tf

KERNEL_IS_OUTPUT = {
    "Conv2DBackpropFilter",
    "DepthwiseConv2dNativeBackpropFilter",
}
KERNEL_IS_INPUT = {
    "Conv2DBackpropInput",
    "DepthwiseConv2dNativeBackpropInput",
}
FORWARD = {"Conv2D", "DepthwiseConv2dNative"}


class Station:
    """One part of the pipeline, on its inputs.

    Args:
        name: what to call it.
        run: function of the inputs.
        inputs: tuple of nested structures of tensors.
        weights: of its layers; none for what has no gradient.
    """

    def __init__(self, name, run, inputs, weights=()):
        self.name = name
        self.inputs = inputs
        self.outputs = run(*inputs)
        self.predict = tf.function(run)
        self._run = run
        self._weights = [weight.value for weight in weights if weight.trainable]

    @tf.function
    def train(self, *inputs):
        """Its outputs; gradients of its weights and, if no picture, its first input."""
        source = [] if self.name == "base network" else tf.nest.flatten(inputs[0])
        with tf.GradientTape() as tape:
            tape.watch(source)
            outputs = self._run(*inputs)
        return outputs, tape.gradient(outputs, [*self._weights, *source])

    def flops(self, function):
        """Floating-point operations of the convolutions and products of a function."""
        graph = function.get_concrete_function(*self.inputs).graph
        return sum(map(_operation_flops, graph.get_operations()))


def prediction_stations(model, batch):
    """From pixels to detections, in order."""
    image_size, rpn, rcnn = batch["image_size"], model.rpn, model.rcnn
    fpn = model.base_network

    def propose(features, logits, deltas):
        anchors, counts = rpn.anchors(features), rpn.anchors.count(features)
        return rpn.proposal(
            anchors, logits, deltas, counts, image_size, training=False
        )["boxes"]

    def detect(regions, logits, deltas):
        outputs = {"regions": regions, "logits": logits, "deltas": deltas}
        return rcnn.detection(*rcnn.detection_inputs(outputs), image_size)

    network = fpn.base_network
    base = Station(
        "base network", network, (batch["image"], image_size), network.weights
    )
    pyramid = Station("pyramid", fpn.join, (base.outputs,), _own_weights(fpn))
    features = pyramid.outputs
    head = Station("RPN head", rpn.head, (features,), rpn.head.weights)
    proposals = Station("proposals", propose, (features, *head.outputs))
    pool = Station("RoI pooling", rcnn.roi_pool, (features, proposals.outputs))
    second = Station("R-CNN head", rcnn.head, (pool.outputs,), rcnn.head.weights)
    detections = Station("detections", detect, (proposals.outputs, *second.outputs))
    return [base, pyramid, head, proposals, pool, second, detections]


def _own_weights(fpn):
    inner = {id(weight) for weight in fpn.base_network.weights}
    return [weight for weight in fpn.weights if id(weight) not in inner]


def _operation_flops(operation):
    kind = operation.type
    if kind == "MatMul":
        rows, inner = operation.inputs[0].shape
        if operation.get_attr("transpose_a"):
            rows, inner = inner, rows
        return 2 * rows * inner * operation.outputs[0].shape[1]
    if kind in FORWARD:
        kernel, positions = operation.inputs[1], operation.outputs[0]
    elif kind in KERNEL_IS_INPUT:
        kernel, positions = operation.inputs[1], operation.inputs[2]
    elif kind in KERNEL_IS_OUTPUT:
        kernel, positions = operation.outputs[0], operation.inputs[2]
    else:
        return 0
    batch, height, width, filters = positions.shape
    per_filter = kernel.shape.num_elements() // filters
    return 2 * batch * height * width * filters * per_filter


def seconds(run, repeat, warm_up=2):
    """What each of some runs takes, after a few that do not count."""
    times = []
    for _ in range(warm_up + repeat):
        start = time.perf_counter()
        run()  # On a CPU a function returns when its outputs are there.
        times.append(time.perf_counter() - start)
    return times[warm_up:]
