"""Learning rates and steps of the optimizer, against numbers worked out by hand."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from luminet.optimizers import LearningRate, Optimizer

WARMUP = {"base": 0.1, "warmup_steps": 10, "warmup_from": 0.2}


@pytest.mark.parametrize(
    "settings, step, expected",
    [
        pytest.param({"schedule": "constant", **WARMUP}, 0, 0.02, id="start"),
        pytest.param({"schedule": "constant", **WARMUP}, 5, 0.06, id="warming up"),
        pytest.param({"schedule": "constant", **WARMUP}, 10, 0.1, id="warm"),
        pytest.param({"schedule": "constant", **WARMUP}, 999, 0.1, id="constant"),
        pytest.param({**WARMUP}, 0, 0.02, id="cosine: start"),
        pytest.param({**WARMUP}, 5, 0.06, id="cosine: warming up"),
        pytest.param({**WARMUP}, 10, 0.1, id="cosine: top"),
        pytest.param({**WARMUP}, 40, 0.075, id="cosine: a third"),
        pytest.param({**WARMUP}, 55, 0.05, id="cosine: middle"),
        pytest.param({**WARMUP}, 70, 0.025, id="cosine: two thirds"),
        pytest.param({**WARMUP}, 100, 0.0, id="cosine: end"),
        pytest.param({**WARMUP}, 200, 0.0, id="cosine: beyond"),
        pytest.param({**WARMUP, "final": 0.1}, 55, 0.055, id="final: middle"),
        pytest.param({**WARMUP, "final": 0.1}, 100, 0.01, id="final: end"),
        pytest.param({"base": 0.1, "warmup_steps": 0}, 0, 0.1, id="no warm-up"),
        pytest.param({"base": 0.1, "warmup_steps": 0}, 50, 0.05, id="only cosine"),
    ],
)
def test_schedule(settings, step, expected):
    rate = LearningRate(total_steps=100, **settings)
    np.testing.assert_allclose(rate(step), expected, atol=1e-8)


@pytest.mark.parametrize(
    "step, expected",
    [(0, 0.02), (5, 0.06), (49, 0.1), (50, 0.05), (74, 0.05), (75, 0.025), (99, 0.025)],
)
def test_piecewise_schedule(step, expected):
    steps = {"schedule": "piecewise", "boundaries": [0.5, 0.75], "decay": 0.5}
    rate = LearningRate(total_steps=100, **WARMUP, **steps)
    np.testing.assert_allclose(rate(step), expected, rtol=1e-6)


def test_warmup_longer_than_the_run_is_no_error():
    rate = LearningRate(total_steps=5, base=0.1, warmup_steps=10, warmup_from=0.0)
    np.testing.assert_allclose([rate(0), rate(5)], [0.0, 0.05], rtol=1e-6)


def test_keras_can_copy_a_schedule():
    rate = LearningRate(total_steps=100, schedule="piecewise", boundaries=[0.5])
    copy = LearningRate.from_config(rate.get_config())
    assert copy.get_config() == rate.get_config()


def make_variables():
    return [keras.Variable([2.0], name=name) for name in ("kernel", "bias", "gamma")]


def apply(variables, gradients, steps=1, learning_rate=0.1, **settings):
    """The variables after some steps of the same gradients."""
    optimizer = Optimizer(learning_rate, **settings)
    optimizer.keras.build(variables)
    for _ in range(steps):
        optimizer.apply([tf.constant([g]) for g in gradients], variables)
    return np.concatenate([variable.numpy() for variable in variables])


def test_sgd():
    moved = apply(
        make_variables(), [1.0, -2.0, 0.0], momentum=0.0, weight_decay=0.0, steps=2
    )
    np.testing.assert_allclose(moved, [1.8, 2.4, 2.0], rtol=1e-6)


def test_momentum_remembers_nine_tenths():
    # Steps of 0.1 and 0.09 + 0.1.
    moved = apply(make_variables(), [1.0, 0.0, 0.0], steps=2, weight_decay=0.0)
    np.testing.assert_allclose(moved, [1.71, 2.0, 2.0], rtol=1e-6)


def test_weight_decay_joins_the_gradient_of_kernels_only():
    moved = apply(make_variables(), [0.0] * 3, momentum=0.0, weight_decay=0.5)
    np.testing.assert_allclose(moved, [1.9, 2.0, 2.0], rtol=1e-6)


def test_weight_decay_goes_through_the_momentum():
    # The gradients are 0.5 * 2 and 0.5 * 1.9: steps of 0.1, then of 0.09 + 0.095.
    moved = apply(make_variables(), [0.0] * 3, steps=2, weight_decay=0.5)
    np.testing.assert_allclose(moved, [1.715, 2.0, 2.0], rtol=1e-6)


def test_weight_decay_of_adam_stays_beside_its_gradients():
    moved = apply(make_variables(), [0.0] * 3, type="adam", weight_decay=0.5)
    np.testing.assert_allclose(moved, [1.9, 2.0, 2.0], rtol=1e-6)


def test_every_kernel_of_a_network_is_decayed():
    network = keras.Sequential(
        [
            keras.Input([8, 8, 3]),
            keras.layers.DepthwiseConv2D(3),
            keras.layers.BatchNormalization(),
            keras.layers.Conv2D(2, 3),
            keras.layers.Dense(2),
        ]
    )
    variables = network.trainable_variables
    before = [variable.numpy() for variable in variables]
    optimizer = Optimizer(1.0, momentum=0.0, weight_decay=0.5, clip_norm=None)
    optimizer.keras.build(variables)
    optimizer.apply([tf.zeros_like(v) for v in before], variables)
    for old, variable in zip(before, variables, strict=True):
        factor = 0.5 if variable.name.endswith("kernel") else 1.0
        np.testing.assert_allclose(variable, factor * old, err_msg=variable.path)


@pytest.mark.parametrize(
    "clip_norm, expected",
    [
        pytest.param(1.0, [1.94, 1.92, 2.0], id="3, 4 become 0.6, 0.8"),
        pytest.param(5.0, [1.7, 1.6, 2.0], id="just not clipped"),
        pytest.param(None, [1.7, 1.6, 2.0], id="no limit"),
    ],
)
def test_norm_of_all_gradients_together_is_clipped(clip_norm, expected):
    quiet = {"momentum": 0.0, "weight_decay": 0.0}
    moved = apply(make_variables(), [3.0, 4.0, 0.0], clip_norm=clip_norm, **quiet)
    np.testing.assert_allclose(moved, expected, rtol=1e-6)


def apply_scaled(optimizer, variables, gradients):
    """A step with gradients of the loss times its scale."""
    scale = optimizer.loss_scale
    optimizer.apply([tf.constant([g]) * scale for g in gradients], variables)


def make_scaling(variables, **settings):
    optimizer = Optimizer(0.1, use_loss_scale=True, **settings)
    optimizer.keras.build(variables)
    return optimizer


@pytest.mark.parametrize("type", ["sgd", "adam"])
def test_loss_scale_changes_nothing_about_decay_and_clipping(type):
    settings = {"type": type, "weight_decay": 0.5, "clip_norm": 2.0}
    variables = make_variables()
    optimizer = make_scaling(variables, **settings)
    for _ in range(2):
        apply_scaled(optimizer, variables, [3.0, -4.0, 0.0])
    plain = apply(make_variables(), [3.0, -4.0, 0.0], steps=2, **settings)
    np.testing.assert_array_equal(np.concatenate(variables), plain)


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
def test_overflow_skips_the_step_and_halves_the_scale(bad):
    variables = make_variables()
    optimizer = make_scaling(variables)
    apply_scaled(optimizer, variables, [1.0, 1.0, 1.0])
    before = [
        variable.numpy() for variable in optimizer.keras.inner_optimizer.variables
    ]
    moved, scale = np.concatenate(variables), float(optimizer.loss_scale)
    apply_scaled(optimizer, variables, [1.0, bad, 1.0])
    assert float(optimizer.loss_scale) == scale / 2
    np.testing.assert_array_equal(np.concatenate(variables), moved)
    after = [variable.numpy() for variable in optimizer.keras.inner_optimizer.variables]
    assert all(map(np.array_equal, before, after))


def test_loss_scale_grows_while_nothing_overflows():
    variables = make_variables()
    optimizer = make_scaling(variables)
    optimizer.keras.step_counter.assign(1998)
    scale = float(optimizer.loss_scale)
    scales = []
    for _ in range(3):
        apply_scaled(optimizer, variables, [1.0, 1.0, 1.0])
        scales.append(float(optimizer.loss_scale))
    assert scales == [scale, 2 * scale, 2 * scale]


def test_loss_scale_is_saved_with_the_optimizer(tmp_path):
    variables = make_variables()
    optimizer, fresh = make_scaling(variables), make_scaling(variables)
    apply_scaled(optimizer, variables, [np.inf, 1.0, 1.0])
    apply_scaled(optimizer, variables, [1.0, 1.0, 1.0])
    path = tf.train.Checkpoint(optimizer=optimizer.keras).save(tmp_path / "state")
    tf.train.Checkpoint(optimizer=fresh.keras).restore(path).assert_consumed()
    assert float(fresh.loss_scale) == float(optimizer.loss_scale) == 2.0**14
    assert int(fresh.keras.step_counter) == 1


def test_rate_of_the_first_step_is_the_start_of_the_warmup():
    rate = LearningRate(100, base=0.1, warmup_steps=10, warmup_from=0.2)
    quiet = {"momentum": 0.0, "weight_decay": 0.0}
    moved = apply(make_variables(), [1.0, 0.0, 0.0], learning_rate=rate, **quiet)
    np.testing.assert_allclose(moved, [1.98, 2.0, 2.0], rtol=1e-6)


@pytest.mark.parametrize(
    "settings, message",
    [
        ({"base": 0.0}, "`base` must be positive"),
        ({"warmup_steps": -1}, "`warmup_steps` not negative"),
        ({"warmup_from": 1.1}, "`warmup_from` and `final` must be in"),
        ({"decay": 0.0}, "`decay` in"),
        ({"boundaries": [0.5, 1.0]}, "`boundaries` must rise, in"),
        ({"boundaries": [0.7, 0.5]}, "`boundaries` must rise, in"),
        ({"schedule": "piecewise"}, "`boundaries` must be given"),
    ],
)
def test_schedules_that_make_no_sense(settings, message):
    with pytest.raises(ValueError, match=message):
        LearningRate(100, **settings)


@pytest.mark.parametrize(
    "settings, message",
    [
        ({"momentum": 1.0}, "`momentum` must be in"),
        ({"weight_decay": -0.1}, "`weight_decay` not negative"),
        ({"clip_norm": 0.0}, "`clip_norm` must be positive or null"),
    ],
)
def test_optimizers_that_make_no_sense(settings, message):
    with pytest.raises(ValueError, match=message):
        Optimizer(0.1, **settings)
