"""Configuration: defaults, files, single settings, and what becomes of mistakes."""

import inspect
import os
import re
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from luminet.config import (
    SettingError,
    changes,
    construct,
    convert,
    default_config,
    dump_config,
    load_config,
)
from luminet.datasets.transforms import Resize
from luminet.errors import InputError
from luminet.models.anchors import Anchors
from luminet.models.architectures import STRIDES
from luminet.models.base_network import BaseNetwork
from luminet.models.faster_rcnn.cascade import CascadeRCNN
from luminet.models.faster_rcnn.faster_rcnn import FasterRCNN
from luminet.models.faster_rcnn.rcnn import RCNN, RCNNHead
from luminet.models.faster_rcnn.rcnn_detection import RCNNDetection
from luminet.models.faster_rcnn.rcnn_target import RCNNTarget
from luminet.models.faster_rcnn.roi_pool import RoIPool
from luminet.models.faster_rcnn.rpn import RPN, RPNHead
from luminet.models.faster_rcnn.rpn_proposal import RPNProposal
from luminet.models.faster_rcnn.rpn_target import RPNTarget
from luminet.models.fpn import FPN
from luminet.models.soft_nms import SoftNMS
from luminet.models.strides import pyramid_strides
from luminet.optimizers import LearningRate, Optimizer
from luminet.train_settings import DataSettings, Settings
from luminet.yaml_file import read_yaml

# Each section of the config, and the constructor whose arguments it holds.
SECTIONS = {
    "dataset": DataSettings,
    "dataset.resize": Resize,
    "train": Settings,
    "train.optimizer": Optimizer,
    "train.learning_rate": LearningRate,
    "model.base_network": BaseNetwork,
    "model.fpn": FPN,
    "model.anchors": Anchors,
    "model.rpn": RPN,
    "model.rpn.head": RPNHead,
    "model.rpn.proposal": RPNProposal,
    "model.rpn.target": RPNTarget,
    "model.rcnn": RCNN,
    "model.rcnn.roi_pool": RoIPool,
    "model.rcnn.head": RCNNHead,
    "model.rcnn.target": RCNNTarget,
    "model.rcnn.detection": RCNNDetection,
    "model.rcnn.detection.soft_nms": SoftNMS,
    "model.cascade": CascadeRCNN,
}
# What a constructor without defaults gets from elsewhere.
PARTS = {
    LearningRate: {"total_steps": 100},
    Optimizer: {"learning_rate": 0.1},
    Anchors: {"strides": pyramid_strides(STRIDES)},
    RPNHead: {"anchors_per_cell": 3},
    RCNNTarget: {"num_classes": 2},
    RCNNHead: {"num_classes": 2},
    RoIPool: {"strides": [16]},
}


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Write a text into config.yml in a folder `configs`, and load it."""
    monkeypatch.chdir(tmp_path)
    Path("configs").mkdir()

    def write_and_load(text, *overrides):
        path = Path("configs", "config.yml")
        path.write_text(text)
        return load_config([path], overrides)

    return write_and_load


def section_of(config, path):
    for name in path.split("."):
        config = config[name]
    return config


def construct_section(path, override):
    """Build what a section describes, after one override."""
    cls = SECTIONS[path]
    needed = ["dataset.dir=data", "train.run_name=run"]
    section = section_of(load_config([], [*needed, override]), path)
    others = {"dataset.augmentation", *SECTIONS}
    section = {k: v for k, v in section.items() if f"{path}.{k}" not in others}
    return construct(cls, section, path, **PARTS.get(cls, {}))


def as_yaml(value):
    """Tuples as the lists that YAML knows."""
    if isinstance(value, (list, tuple)):
        return [as_yaml(item) for item in value]
    return value


# The defaults


# Arguments with a default that come from elsewhere in the config.
NO_SETTINGS = ("tail", "strides", "num_classes", "soft_nms", "use_loss_scale")


@pytest.mark.parametrize("path", SECTIONS)
def test_config_lists_the_defaults(path):
    """A default is written twice, for users of the command and of the library."""
    cls = SECTIONS[path]
    parameters = inspect.signature(cls).parameters.items()
    in_code = {
        name: as_yaml(parameter.default)
        for name, parameter in parameters
        if parameter.default is not inspect.Parameter.empty and name not in NO_SETTINGS
    }
    section = section_of(default_config(), path)
    subsections = {name for name in section if f"{path}.{name}" in SECTIONS}
    listed = {k: v for k, v in section.items() if k not in subsections}
    # These have no default in the code: a library's user names them.
    no_default = {"dir", "run_name", "tail", "augmentation", "enabled", "strides"}
    assert {k: v for k, v in listed.items() if k not in no_default} == in_code
    assert [type(listed[name]) for name in in_code] == [*map(type, in_code.values())]


def test_every_section_has_its_constructor():
    def sections(mapping, path=""):
        for name, value in mapping.items():
            if isinstance(value, dict):
                yield f"{path}{name}"
                yield from sections(value, f"{path}{name}.")

    others = {"model", "model.loss_weights"}
    assert {*sections(default_config())} - others == {*SECTIONS}


def test_config_lists_the_losses():
    weights = default_config()["model"]["loss_weights"]
    assert weights == dict.fromkeys(FasterRCNN.loss_names, 1.0)


def test_the_defaults_are_fresh_each_time():
    default_config()["train"]["seed"] = 7
    assert default_config()["train"]["seed"] == 0


# Files and single settings


def test_a_file_changes_only_what_it_names(load):
    config = load("train: {seed: 7}\nmodel: {rpn: {head: {channels: 16}}}\n")
    assert config["train"]["seed"] == 7
    assert config["train"]["batch_size"] == 2
    head = {**default_config()["model"]["rpn"]["head"], "channels": 16}
    assert config["model"]["rpn"]["head"] == head
    assert config["model"]["rpn"]["beta"] == 1 / 9


def test_later_files_and_overrides_win(tmp_path):
    first, second = tmp_path / "first.yml", tmp_path / "second.yml"
    first.write_text("train: {seed: 1, steps: 1, batch_size: 4}")
    second.write_text("train: {seed: 2, steps: 2}")
    train = load_config([first, second], ["train.seed=3", "train.seed=4"])["train"]
    assert (train["seed"], train["steps"], train["batch_size"]) == (4, 2, 4)


def test_a_list_is_replaced_as_a_whole(load):
    config = load("model: {anchors: {ratios: [1.0]}}\n")
    assert config["model"]["anchors"]["ratios"] == [1.0]


def test_run_is_named_after_the_last_file(load):
    assert load("train: {seed: 1}")["train"]["run_name"] == "config"
    assert load("train: {run_name: mine}")["train"]["run_name"] == "mine"


@pytest.mark.parametrize(
    "override, path, value",
    [
        ("train.epochs=3", "train.epochs", 3),
        (" train.epochs =3", "train.epochs", 3),
        ("train.run_name=a=b", "train.run_name", "a=b"),
        ("train={epochs: 3}", "train.epochs", 3),
        ("model.anchors.sizes=[[32, 64]]", "model.anchors.sizes", [[32, 64]]),
        ("train.steps=null", "train.steps", None),
        ("train.steps=", "train.steps", None),
    ],
)
def test_forms_of_an_override(override, path, value):
    assert section_of(load_config([], [override]), path) == value


@pytest.mark.parametrize("override", ["train.epochs", "=3", "train.=3", ".a=3", ""])
def test_malformed_override(override):
    with pytest.raises(InputError, match="must be KEY=VALUE, such as train.epochs=3"):
        load_config([], [override])


def test_override_with_a_broken_value_is_named():
    with pytest.raises(InputError, match="^-o train.seed: not YAML"):
        load_config([], ["train.seed=["])


# Paths


@pytest.mark.parametrize(
    "given, expected",
    [
        ("data", "{cwd}/configs/data"),
        ("../data", "{cwd}/data"),
        ("/data", "/data"),
        ("~/data", "{home}/data"),
        ("~no-such-user/data", "{cwd}/configs/~no-such-user/data"),
        ("$HOME/data", "{cwd}/configs/$HOME/data"),
    ],
)
def test_paths_in_a_file_start_at_the_file(load, tmp_path, given, expected):
    expected = expected.format(cwd=tmp_path.resolve(), home=os.path.expanduser("~"))
    config = load(
        f"dataset: {{dir: {given}}}\ntrain: {{job_dir: {given}}}\n"
        f"model: {{base_network: {{weights: {given}}}}}\n"
    )
    assert config["dataset"]["dir"] == expected
    assert config["train"]["job_dir"] == expected
    assert config["model"]["base_network"]["weights"] == expected


@pytest.mark.parametrize(
    "given, expected", [("data", "{cwd}/data"), ("~/data", "{home}/data")]
)
def test_paths_in_an_override_start_at_the_working_directory(
    load, tmp_path, given, expected
):
    expected = expected.format(cwd=tmp_path.resolve(), home=os.path.expanduser("~"))
    config = load("dataset: {dir: elsewhere}", f"dataset.dir={given}")
    assert config["dataset"]["dir"] == expected


def test_runs_lie_in_the_working_directory_by_default(load, tmp_path):
    assert load("train: {seed: 1}")["train"]["job_dir"] == f"{tmp_path.resolve()}/jobs"


def test_imagenet_weights_are_no_path(load):
    config = load("model: {base_network: {weights: imagenet}}")
    assert config["model"]["base_network"]["weights"] == "imagenet"


def test_a_data_set_may_be_called_imagenet(load, tmp_path):
    config = load("dataset: {dir: imagenet}")
    assert config["dataset"]["dir"] == f"{tmp_path.resolve()}/configs/imagenet"


@pytest.mark.parametrize("value", ["2007", "[a]", "true"])
def test_path_that_is_no_text(load, value):
    with pytest.raises(InputError, match=r"config.yml:1: dataset.dir: must be text"):
        load(f"dataset: {{dir: {value}}}")


# Mistakes


@pytest.mark.parametrize(
    "text, message",
    [
        pytest.param(
            "train:\n  seed: 1\n  learning_rat: {}\n",
            "config.yml:3: train.learning_rat: unknown setting; did you mean "
            "'learning_rate'? Allowed here: job_dir, run_name",
            id="in a section",
        ),
        pytest.param(
            "trian: {}\n",
            "config.yml:1: trian: unknown setting; did you mean 'train'? "
            "Allowed here: dataset, train, model",
            id="a section",
        ),
        pytest.param(
            "\nmodel:\n  rpn: {head: {zork: 1}}\n",
            "config.yml:3: model.rpn.head.zork: unknown setting. Allowed here: chann",
            id="nothing like it",
        ),
        pytest.param(
            "train:\n",
            "config.yml:1: train: must be a section of settings. Received: None",
            id="section without content",
        ),
        pytest.param(
            "train: {seed: {a: 1}}\n",
            "config.yml:1: train.seed: must be a value. Received: {'a': 1}",
            id="value with content",
        ),
        pytest.param(
            "model: {type: faster_rcn}\n",
            "model.type: must be one of faster_rcnn. Received: faster_rcn; "
            "did you mean 'faster_rcnn'?",
            id="model",
        ),
        pytest.param("model: {type: [a]}\n", "model.type: must be one of", id="type"),
    ],
)
def test_mistake_in_a_file_is_refused_with_its_place(load, text, message):
    with pytest.raises(InputError) as caught:
        load(text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_unknown_setting_in_an_override():
    with pytest.raises(
        InputError, match="^-o train.sed=1: train.sed: unknown .* 'seed'"
    ):
        load_config([], ["train.sed=1"])


@pytest.mark.parametrize(
    "override, message",
    [
        ("train.batch_size=two", "train.batch_size: must be an integer. .*: 'two'"),
        ("train.batch_size=3.5", "train.batch_size: must be an integer"),
        ("train.batch_size=true", "train.batch_size: must be an integer"),
        ("train.batch_size=[2]", "train.batch_size: must be an integer"),
        ("train.batch_size=null", "train.batch_size: must be an integer"),
        ("train.steps=1.5", "train.steps: must be an integer or null"),
        ("train.deterministic=1", "train.deterministic: must be true or false"),
        ("train.epochs=many", "train.epochs: must be a number"),
        ("train.epochs=true", "train.epochs: must be a number"),
        ("train.epochs=.nan", "train.epochs: must be a number"),
        ("train.epochs=.inf", "train.epochs: must be a number"),
        ("train.epochs=1e999", "train.epochs: must be a number"),
        ("train.run_name=no", r"train.run_name: must be text \(quote it.*: False"),
        ("train.run_name=1:30", "train.run_name: must be text .*: 90"),
        ("train.run_name=2020-01-01", "train.run_name: must be text"),
        ("train.optimizer.type=sdg", r"adam; did you mean 'sgd'\? Received: 'sdg'"),
        ("model.anchors.ratios=1", "model.anchors.ratios: must be a list of a number"),
        ("model.anchors.sizes=[32]", "model.anchors.sizes: must be a list of a number"),
        ("model.anchors.ratios=[a]", "model.anchors.ratios: must be a number"),
    ],
)
def test_wrong_type(override, message):
    path = override.partition("=")[0].rpartition(".")[0]
    with pytest.raises(InputError, match=message):
        construct_section(path, override)


@pytest.mark.parametrize(
    "override, message",
    [
        ("train.learning_rate.base=-1", "train.learning_rate: `base` must be positive"),
        ("train.batch_size=0", "train: `batch_size` must be positive"),
        ("train.steps=0", "train: `steps` must be positive"),
        ("train.seed=-1", r"train: `seed` must be in \[0, 2\^32\)"),
        ("dataset.shuffle_buffer=0", "dataset: `shuffle_buffer` must be positive"),
        ("train.optimizer.momentum=1", r"train.optimizer: `momentum` must be in"),
        ("train.optimizer.clip_norm=0", "train.optimizer: `clip_norm` must be posi"),
        ("model.anchors.ratios=[]", "model.anchors: .*must be positive"),
        ("model.rpn.head.channels=0", "model.rpn.head: `channels` must be a positive"),
        ("model.rpn.proposal.iou_threshold=1.5", r"model.rpn.proposal: .*in \[0, 1\]"),
        ("model.rcnn.roi_pool.size=0", "model.rcnn.roi_pool: `size` must be positive"),
        ("model.rcnn.detection.min_score=1", "model.rcnn.detection: `min_score` must"),
        ("model.rcnn.target.num_samples=0", "model.rcnn.target: `num_samples` must"),
    ],
)
def test_out_of_range(override, message):
    path = override.partition("=")[0].rpartition(".")[0]
    with pytest.raises(InputError, match=f"^{message}"):
        construct_section(path, override)


@pytest.mark.parametrize(
    "override, message",
    [
        ("dataset.resize={min_size: 9, max_size: 8}", "`min_size` .* `max_size`"),
        ("model.rpn.target.negative_iou=0.8", "`negative_iou` must not exceed"),
        ("model.rcnn.target.negative_iou=0.6", "must rise, in"),
        ("model.rcnn.target.lowest_iou=0.6", "must rise, in"),
        ("train.learning_rate.boundaries=[0.9, 0.7]", "`boundaries` must rise"),
        ("train.learning_rate.schedule=piecewise", "`boundaries` must be given"),
    ],
)
def test_settings_that_contradict_each_other(override, message):
    path = override.partition("=")[0]
    path = path if path in SECTIONS else path.rpartition(".")[0]
    with pytest.raises(InputError, match=f"^{path}: .*{message}"):
        construct_section(path, override)


# Constructors


@pytest.mark.parametrize(
    "value, annotation, expected",
    [
        ("1e-4", float, 1e-4),
        (1, float, 1.0),
        (0.5, float, 0.5),
        (3, int, 3),
        (True, bool, True),
        ("a", str, "a"),
        (None, int | None, None),
        (3, int | None, 3),
        ("1e-4", float | None, 1e-4),
        ([1, "2e1"], list[float], [1.0, 20.0]),
        ([[1], []], list[list[float]], [[1.0], []]),
        ("sgd", Literal["sgd", "adam"], "sgd"),
        ({"a": 1}, Any, {"a": 1}),
    ],
)
def test_convert(value, annotation, expected):
    converted = convert(value, annotation)
    assert converted == expected
    assert type(converted) is type(expected)


def test_parts_come_before_settings():
    def model(head, size: int):
        return head, size

    assert construct(model, {"head": {"a": 1}, "size": 2}, "m", head="H") == ("H", 2)


# Round trip


def test_dumped_config_loads_to_the_same(tmp_path):
    overrides = ["dataset.dir=data", "model.num_classes=3", "train.run_name='no'"]
    config = load_config([], overrides)
    path = tmp_path / "config.yml"
    path.write_text(dump_config(config), encoding="utf-8")
    assert load_config([path]) == config


FLOATS = st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters() | st.sampled_from("\t\n\udcff"))
VALUES = st.none() | st.booleans() | st.integers() | FLOATS | TEXTS


@settings(deadline=None)
@given(st.dictionaries(TEXTS, VALUES | st.lists(st.lists(VALUES))))
def test_any_value_survives(tmp_path_factory, values):
    path = tmp_path_factory.getbasetemp() / "config.yml"
    path.write_text(dump_config({"section": values}), encoding="utf-8")
    assert read_yaml(path)[0] == {"section": values}


def test_list_in_two_places_is_dumped_twice():
    same = [1, 2]
    dumped = dump_config({"a": same, "b": same})
    assert yaml.safe_load(dumped) == {"a": [1, 2], "b": [1, 2]}
    assert "&" not in dumped


def test_changes_between_two_configs_are_named_by_their_path():
    before = {"train": {"seed": 0, "steps": 5}, "model": {"type": "faster_rcnn"}}
    after = {"train": {"seed": 1, "steps": 5}, "model": {"type": "faster_rcnn"}}
    assert changes(before, after) == ["train.seed: 0 -> 1"]
    assert changes(before, before) == []


@pytest.mark.parametrize(
    "given, place",
    [
        ({"epochs": -1}, r"^.*a.yml:3: train: `epochs` must be positive"),
        ({"epochs": "x"}, r"^.*a.yml:3: train.epochs: must be a number"),
        ({"batch_size": 0}, r"^-o train.batch_size=2: train: `batch_size` must"),
        ({"log_every": 0}, r"^.*a.yml:1: train: `log_every` must"),
    ],
)
def test_a_wrong_setting_is_reported_where_it_was_given(tmp_path, given, place):
    file = tmp_path / "a.yml"
    file.write_text("train:\n  seed: 1\n  epochs: 5\n")
    config = load_config([file], ["train.batch_size=2"])
    with pytest.raises(SettingError) as raised:
        construct(Settings, {"run_name": "a", **given}, "train")
    assert re.search(place, str(config.locate(raised.value)))


def test_a_list_that_was_replaced_is_not_blamed_on_the_file(load):
    override = "model.anchors.sizes=[[32]]"
    config = load("model: {anchors: {sizes: [{a: 1}]}}", override)
    error = SettingError("model.anchors.sizes[0].a", "wrong")
    assert str(config.locate(error)) == f"-o {override}: wrong"


@pytest.mark.parametrize(
    "text, override",
    [
        ("dataset: {flip: {horizontal: 0.5}}", None),
        ("train: {seed: 1}", "dataset.flip.horizontal=0.3"),
    ],
)
def test_a_setting_of_the_past_is_told_its_new_form(load, text, override):
    message = r"dataset\.flip: is now dataset\.augmentation: \[\{flip: \{horizontal"
    with pytest.raises(InputError, match=message):
        load(text, *([override] if override else []))


def test_a_cache_is_a_word_or_a_path(load):
    config = load("dataset: {cache: ../cache}")
    assert config["dataset"]["cache"] == str(Path("cache").absolute())
    assert load("dataset: {cache: memory}")["dataset"]["cache"] == "memory"
