"""Trainings that begin with a detector's weights."""

import keras
import numpy as np
import pytest

from luminet import checkpoints, fine_tuning, train
from luminet.checkpoints import build_model
from luminet.errors import InputError
from luminet.run_folder import RunFolder
from luminet.torchvision_import import import_checkpoint
from tests.run_records import losses
from tests.tiny_data import draw_examples, tiny_config, write_store

HEAD = "faster_rcnn/rcnn/rcnn_head"
CLASS_VARIABLES = [
    f"{HEAD}/{layer}/{kind}"
    for layer in ("class_logits", "box_deltas")
    for kind in ("kernel", "bias")
]


@pytest.fixture(scope="module")
def source(tmp_path_factory, tiny_store):
    """A checkpoint of the classes box and disc, its biases not all the same."""
    folder = tmp_path_factory.mktemp("source")
    config = tiny_config(tiny_store.folder, folder, "model.num_classes=2")
    model = build_model(config)
    rng = np.random.default_rng(0)
    for weight in model.weights:
        if weight.path.endswith("bias"):
            weight.assign(rng.normal(size=weight.shape))
    checkpoints.save(folder / "made", model, config, ["box", "disc"], 7, {})
    return folder / "made"


def begin(source, class_names, *overrides):
    """A model's weights before and after, by name; and what was said."""
    count = f"model.num_classes={len(class_names)}"
    config = tiny_config("unused", "unused", count, *overrides)
    model = build_model(config)
    before = arrays(model)
    said = fine_tuning.begin_with(source, model, config, class_names)
    return before, arrays(model), said


def arrays(model):
    return {weight.path: weight.numpy() for weight in model.weights}


def refusal(*arguments):
    with pytest.raises(InputError) as caught:
        begin(*arguments)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# What is loaded


def test_everything_is_loaded_for_the_same_classes(source):
    _, after, said = begin(source, ["box", "disc"])
    expected = arrays(checkpoints.load(source).model)
    assert list(after) == list(expected)
    for name, values in expected.items():
        np.testing.assert_array_equal(after[name], values)
    assert said == [
        f"weights of run, step 7 ({source})",
        "  loaded: base_network 115, rpn 6, rcnn 24 arrays",
    ]


def test_only_what_depends_on_the_classes_is_replaced(source):
    before, after, said = begin(source, ["a", "b", "c"])
    expected = arrays(checkpoints.load(source).model)
    for name, values in after.items():
        whole = before if name in CLASS_VARIABLES else expected
        np.testing.assert_array_equal(values, whole[name])
    assert said[1:] == [
        "  loaded: base_network 115, rpn 6, rcnn 20 arrays",
        f"  replaced, by class: {HEAD}/class_logits, {HEAD}/box_deltas; "
        "fresh: a, b, c; kept: none",
        "  left out: box, disc",
    ]


def test_outputs_of_a_class_of_the_same_name_are_kept(source):
    before, after, said = begin(source, ["a", "b", "box"])
    expected = arrays(checkpoints.load(source).model)
    for name in CLASS_VARIABLES[:2]:
        np.testing.assert_array_equal(after[name][..., 2], expected[name][..., 0])
        np.testing.assert_array_equal(after[name][..., 3], expected[name][..., 2])
        np.testing.assert_array_equal(after[name][..., :2], before[name][..., :2])
    for name in CLASS_VARIABLES[2:]:
        np.testing.assert_array_equal(after[name][..., 8:], expected[name][..., :4])
        np.testing.assert_array_equal(after[name][..., :8], before[name][..., :8])
    assert said[2].endswith("fresh: a, b; kept: box")
    assert said[3] == "  left out: disc"


def test_the_same_classes_in_another_order_keep_their_outputs(source):
    _, after, _ = begin(source, ["disc", "box"])
    expected = arrays(checkpoints.load(source).model)[f"{HEAD}/class_logits/bias"]
    np.testing.assert_array_equal(
        after[f"{HEAD}/class_logits/bias"], expected[[1, 0, 2]]
    )


def test_long_lists_of_classes_are_cut(source):
    _, _, said = begin(source, list("abcdefgh"))
    assert "fresh: a, b, c, d, e and 3 more; kept: none" in said[2]


def test_settings_that_weights_have_got_used_to_are_named(source):
    _, _, said = begin(source, ["box", "disc"], "model.anchors.sizes=[[8, 16]]")
    assert said[-1] == (
        "  warning: learnt with another setting: "
        "model.anchors.sizes: [[16, 32]] -> [[8, 16]]"
    )


def test_a_box_that_all_classes_share_is_loaded(tmp_path):
    shared = "model.rcnn.head.class_agnostic=true"
    config = tiny_config("unused", tmp_path, "model.num_classes=2", shared)
    model = build_model(config)
    checkpoints.save(tmp_path / "made", model, config, ["box", "disc"], 7, {})
    _, after, said = begin(tmp_path / "made", ["a", "b", "c"], shared)
    kernel = f"{HEAD}/box_deltas/kernel"
    np.testing.assert_array_equal(after[kernel], arrays(model)[kernel])
    assert f"replaced, by class: {HEAD}/class_logits; fresh: a" in said[2]


def test_every_stage_of_a_cascade_gets_its_classes(tmp_path):
    head = "{tail: false, layer_sizes: [4], class_agnostic: true}"
    settings = ["model.cascade.enabled=true", f"model.rcnn.head={head}"]
    config = tiny_config("unused", tmp_path, "model.num_classes=2", *settings)
    model = build_model(config)
    checkpoints.save(tmp_path / "made", model, config, ["box", "disc"], 7, {})
    _, after, _ = begin(tmp_path / "made", ["disc", "new"], *settings)
    before = arrays(model)
    for stage in ("stage_1", "stage_2", "stage_3"):
        name = f"faster_rcnn/rcnn/{stage}/rcnn_head/class_logits/kernel"
        # disc comes first now, background stays last.
        np.testing.assert_array_equal(after[name][:, [0, 2]], before[name][:, [1, 2]])


# What does not fit


@pytest.mark.parametrize(
    "setting, place",
    [
        ("model.rpn.head.channels=9", "rpn_head/shared_0/kernel (3, 3, 128, 9), which"),
        ("model.anchors.ratios=[1, 2]", "rpn_head/objectness/kernel (1, 1, 8, 4)"),
        ("model.base_network.width=0.5", "conv1/kernel (3, 3, 3, 16), which is"),
        ("model.rcnn.head.layer_sizes=[4]", f"{HEAD}/hidden_0/kernel"),
    ],
)
def test_another_architecture_is_refused(source, setting, place):
    message = refusal(source, ["a"], setting)
    path, value = setting.split("=")
    assert message.startswith(
        f"train.from_checkpoint: {source} has another architecture ({path}: "
    )
    assert place in message and f" -> {value}" in message


def test_the_same_shapes_of_another_base_network_are_refused(source, monkeypatch):
    load = checkpoints.load

    def load_another(path):
        found = load(path)
        found.config["model"]["base_network"]["architecture"] = "mobilenet_v9"
        return found

    monkeypatch.setattr(checkpoints, "load", load_another)
    assert "architecture: mobilenet_v9 -> mobilenet" in refusal(source, ["a"])


def test_new_classes_have_no_unused_logits(source):
    message = refusal(source, ["a"], "model.rcnn.head.num_unused=10")
    assert message.startswith("model.rcnn.head.num_unused: must be 0")


def test_no_checkpoint(tmp_path):
    assert "no checkpoint there" in refusal(tmp_path, ["a"])


# In a training


def train_on(folder, seed, *overrides):
    examples = draw_examples([(64, 64)] * 8, [1, 2, 3, 4] * 2, seed)
    store = write_store(folder / "store", train=examples)
    settings = ["dataset.val_split=null", "train.learning_rate.schedule=constant"]
    settings += ["train.batch_size=4", "model.base_network.train_batch_norm=true"]
    return train.run(tiny_config(store.folder, folder, *settings, *overrides))


def test_a_training_that_begins_with_a_detector_is_ahead(tmp_path, capsys):
    scratch = train_on(tmp_path / "scratch", 0, "train.steps=60")
    begun = ["train.steps=10", f"train.from_checkpoint={scratch.path}"]
    ahead = train_on(tmp_path / "ahead", 1, *begun)
    assert f"weights of run, step 60 ({scratch.path})" in capsys.readouterr().err
    assert np.mean(losses(ahead)) < 0.8 * np.mean(losses(scratch)[:10])


def test_a_run_that_goes_on_does_not_begin_again(source, tiny_store, tmp_path, capsys):
    # Nor does it need what else the base network would begin with.
    gone = "model.base_network.weights=/gone.h5"
    begun = ["train.steps=1", f"train.from_checkpoint={source}"]
    train.run(tiny_config(tiny_store.folder, tmp_path, gone, *begun))
    assert "random weights" not in capsys.readouterr().err
    ended = ["train.steps=2", "train.from_checkpoint=/gone"]
    folder = train.run(tiny_config(tiny_store.folder, tmp_path, gone, *ended))
    assert "going on after step 1" in capsys.readouterr().err
    assert len(losses(folder)) == 2


def test_a_checkpoint_s_config_before_one_s_own_is_too_much(source, tmp_path):
    counted = ["model.num_classes=80", f"train.from_checkpoint={source}"]
    with pytest.raises(InputError, match="80. Leave it out, and a checkpoint"):
        train_on(tmp_path, 0, *counted)


def test_torchvision_s_detector_learns_three_classes(
    torchvision_state, tmp_path, monkeypatch, capsys
):
    """The one with 91 logits; the example's settings, but for the size of things."""
    from luminet import torch_file
    from luminet.training_config import load_training_config
    from tests.conftest import ROOT

    (tmp_path / "mine.pth").write_bytes(b"weights")
    monkeypatch.setattr(torch_file, "read_state", lambda path: torchvision_state)
    made = tmp_path / "made"
    import_checkpoint("fasterrcnn_resnet50_fpn", tmp_path / "mine.pth", made)
    store = write_store(
        tmp_path / "store",
        class_names=("box", "disc", "dog"),
        train=draw_examples([(64, 64)] * 2, [1, 2]),
    )
    config, _ = load_training_config(
        [ROOT / "examples" / "finetune.yml"],
        [
            f"dataset={{dir: {store.folder}, val_split: null}}",
            "dataset.resize={min_size: 64, max_size: 64}",
            f"train={{job_dir: {tmp_path}, from_checkpoint: {made}, steps: 1}}",
            "train={run_name: run, batch_size: 1}",
        ],
    )
    keras.utils.set_random_seed(0)
    folder = train.run(config)
    assert folder.path == RunFolder(tmp_path / "run").path
    assert np.isfinite(losses(folder)).all()
    said = capsys.readouterr().err
    assert "loaded: fpn 281, rpn 6, rcnn 4 arrays" in said
    assert "fresh: box, disc; kept: dog" in said
    assert "left out: person, bicycle, car, motorcycle, airplane and 74 more" in said
