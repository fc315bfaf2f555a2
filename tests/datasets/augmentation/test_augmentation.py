"""The list in the config: its mistakes, and what the steps of one list share."""

import numpy as np
import pytest
import tensorflow as tf

from luminet.config import Config
from luminet.datasets.augmentation.augmentation import Augmentation
from luminet.datasets.augmentation.step import ByChance, Step
from luminet.errors import InputError
from luminet.yaml_file import read_yaml
from tests.datasets.augmentation.scene import COLOURS, run, scene

WHERE = r"dataset\.augmentation\[1\]"


@pytest.mark.parametrize(
    "entry, message",
    [
        ({"flop": {}}, rf"{WHERE}\.flop: unknown step; did you mean 'flip'\? Allowed"),
        ({"color": {}}, rf"{WHERE}\.color: unknown step; did you mean 'colour'\?"),
        ({"resize": {}}, rf"{WHERE}\.resize: unknown step; .*'random_resize'\?"),
        ({1: {}}, rf"{WHERE}\.1: unknown step"),
        ({"flip": {}, "blur": {}}, rf"{WHERE}: must be one name with its settings"),
        ({}, rf"{WHERE}: must be one name with its settings, such as .*: {{}}"),
        ("flip", rf"{WHERE}: must be one name .*: flip"),
        ({"flip": 0.5}, rf"{WHERE}\.flip: must be settings. Received: 0.5"),
        (
            {"patch": {"min_hight": 3}},
            rf"{WHERE}\.patch\.min_hight: unknown setting; did you mean 'min_height'\? "
            "Allowed here: min_height, min_width, min_visible, prob",
        ),
        ({"grey": {"x": 1}}, rf"{WHERE}\.grey\.x: unknown setting\. Allowed.*: prob$"),
        (
            {"patch": {"min_height": "high"}},
            rf"{WHERE}\.patch\.min_height: must be an integer. Received: 'high'",
        ),
        (
            {"patch": {"min_height": 0}},
            rf"{WHERE}\.patch: `min_height` must be at least 1. Received: min_height=0",
        ),
        ({"flip": {"prob": 2}}, rf"{WHERE}\.flip: `prob` must be in \[0, 1\]"),
        ({"flip": {"prob": "no"}}, rf"{WHERE}\.flip\.prob: must be a number"),
        ({"colour": None}, rf"{WHERE}\.colour: one of brightness, contrast"),
        ({"affine": {"shape": "round"}}, rf"{WHERE}\.affine\.shape: must be one of"),
        ({"expand": {"fill": [1]}}, rf"{WHERE}\.expand: `fill` must be a colour: red"),
        ({"expand": {"max_ratio": 0.5}}, r"`min_ratio` must not be above `max_ratio`"),
        ({"expand": {"min_ratio": 0.5}}, r"`min_ratio` must be at least 1"),
        ({"cut_out": {"max_scale": 2}}, r"`max_scale` must be in \[0.01, 1\]"),
        ({"mosaic": {"margin": 0.6}}, r"`margin` must be in \[0, 0.5\]"),
        ({"mix_up": {"alpha": 0}}, r"`alpha` must be at least 0.1"),
        ({"blur": {"min_sigma": 0}}, r"`min_sigma` must be at least 0.01"),
        ({"jpeg_noise": {"max_quality": 101}}, r"`max_quality` must be in \[1, 100\]"),
        ({"iou_crop": {"min_ious": [2]}}, r"`min_ious` must be a list of one or more"),
        ({"copy_paste": {"min_visible": -1}}, r"`min_visible` must be in \[0, 1\]"),
    ],
)
def test_mistake_is_refused_with_its_place(entry, message):
    with pytest.raises(InputError, match=message) as raised:
        Augmentation([{"flip": {}}, entry])
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("steps", [None, {"flip": {}}, "flip"])
def test_what_is_no_list_is_refused(steps):
    message = r"^dataset\.augmentation: must be a list of steps, \[\] for none\."
    with pytest.raises(InputError, match=message):
        Augmentation(steps)


@pytest.mark.parametrize(
    "settings, place",
    [
        ("{prob: 2}", "a.yml:4: dataset.augmentation[1].flip: `prob` must"),
        ("{probe: 1}", "a.yml:4: dataset.augmentation[1].flip.probe: unknown"),
        ("\n      prob: 2", "a.yml:5: dataset.augmentation[1].flip: `prob` must"),
    ],
)
def test_mistake_in_a_file_is_reported_with_its_line(tmp_path, settings, place):
    file = tmp_path / "a.yml"
    file.write_text(
        f"dataset:\n  augmentation:\n  - blur: {{}}\n  - flip: {settings}\n"
    )
    content, places = read_yaml(file)
    config = Config(content)
    config.places = places
    with pytest.raises(InputError) as raised:
        Augmentation(config["dataset"]["augmentation"])
    assert str(config.locate(raised.value)).startswith(f"{tmp_path}/{place}")


def test_no_settings_are_the_defaults():
    assert Augmentation([{"flip": None}, {"grey": {}}]).steps[0].prob == 0.5


def test_an_empty_list_changes_nothing():
    sample = scene()
    assert Augmentation([])(sample, [0, 0]) is sample


@pytest.mark.parametrize(
    "names, count",
    [([], 0), (["flip"], 0), (["mosaic"], 3), (["mix_up", "flip", "copy_paste"], 2)],
)
def test_partners_are_counted(names, count):
    assert Augmentation([{name: {}} for name in names]).num_partners == count


def test_wrong_number_of_partners_is_refused():
    with pytest.raises(ValueError, match="`partners` must be 1 samples. Received: 0"):
        Augmentation([{"mix_up": {}}])(scene(), [0, 0])


def test_each_step_has_partners_of_its_own():
    steps = [{"copy_paste": {"prob": 1.0, "feather": 0}}] * 2
    others = [scene(boxes=[(5, 5 + 40 * i, 20, 20 + 40 * i)], first=i) for i in (0, 1)]
    (result,) = run(Augmentation(steps), scene(boxes=()), 1, others)
    assert result["classes"].tolist() == [0, 1]
    assert (result["image"][10, 10] == COLOURS[0]).all()
    assert (result["image"][10, 50] == COLOURS[1]).all()


def test_steps_are_taken_in_their_order():
    crop = {"patch": {"min_height": 1, "min_width": 1, "prob": 1.0}}
    grow = {"expand": {"min_ratio": 4.0, "max_ratio": 4.0, "prob": 1.0}}
    grown_last = run(Augmentation([crop, grow]), scene(), 10)
    grown_first = run(Augmentation([grow, crop]), scene(), 10)
    assert all(result["image"].shape[0] % 4 == 0 for result in grown_last)
    assert not all(result["image"].shape[0] % 4 == 0 for result in grown_first)


def test_same_step_twice_draws_twice():
    hole = {"cut_out": {"min_scale": 0.2, "max_scale": 0.2, "prob": 1.0}}
    covered = []
    for result in run(Augmentation([hole, hole]), scene(boxes=()), 20):
        covered.append((result["image"] == (124, 117, 104)).all(axis=-1).sum())
    assert np.mean(np.array(covered) > 12 * 16) > 0.9


class _Fails(Step):
    """Says whether it was computed."""

    def __call__(self, sample, _seed):
        failing = tf.debugging.Assert(tf.size(sample["image"]) < 0, ["computed"])
        with tf.control_dependencies([failing]):
            return {**sample, "image": tf.identity(sample["image"])}


def test_a_step_that_is_left_is_not_computed():
    def taking(prob):
        by_chance = ByChance(_Fails(), prob)
        return run(lambda sample, seed, _: by_chance(sample, seed), scene(), 3)

    assert len(taking(0.0)) == 3
    with pytest.raises(tf.errors.InvalidArgumentError, match="computed"):
        taking(1.0)
