"""Trainings that begin with a detector have its settings."""

import json

import pytest

from luminet.config import default_config, dump_config, load_config
from luminet.errors import InputError
from luminet.published import ALIASES
from luminet.training_config import load_training_config

ID = "0123456789ab"
THEIRS = [
    "dataset.resize={min_size: 320, max_size: 640, rounding: down}",
    "model={num_classes: 80, fpn: {channels: 32}}",
    "model.base_network={architecture: mobilenet_v2, weights: /gone.h5}",
    "model.rcnn.head.num_unused=10",
    "model.rpn.proposal.post_nms=77",
    "train={seed: 5, from_checkpoint: /gone}",
]


def write_checkpoint(folder):
    """As much of one as a config needs."""
    folder.mkdir(parents=True)
    (folder / "config.yml").write_text(dump_config(load_config([], THEIRS)))
    about = {"format_version": 1, "sha256": {}, "name": "theirs, step 3", "id": ID}
    (folder / "metadata.json").write_text(json.dumps(about))
    return folder


@pytest.fixture(autouse=True)
def there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LUMINET_CACHE", str(tmp_path / "cache"))
    return write_checkpoint(tmp_path / "jobs" / "there" / "checkpoints" / "best")


@pytest.fixture
def load(tmp_path):
    """Load a file of this text."""

    def load(text, *overrides):
        (tmp_path / "mine.yml").write_text(text)
        return load_training_config([tmp_path / "mine.yml"], overrides)

    return load


BEGUN = "train: {from_checkpoint: jobs/there}"


def test_the_model_is_the_detector_s_but_for_its_classes(load):
    config, _ = load(BEGUN)
    theirs = load_config([], THEIRS)["model"]
    theirs["num_classes"] = theirs["base_network"]["weights"] = None
    theirs["rcnn"]["head"]["num_unused"] = 0
    assert config["model"] == theirs


def test_pictures_are_resized_as_the_detector_knows_them(load):
    resize = load(BEGUN)[0]["dataset"].pop("resize")
    assert resize == {"min_size": 320, "max_size": 640, "rounding": "down"}


def test_everything_else_is_not_the_detector_s(load, there):
    config, _ = load(BEGUN)
    train = default_config()["train"] | {"run_name": "mine"}
    train["job_dir"] = str(there.parents[2])
    assert config["train"] == train | {"from_checkpoint": str(there.parents[1])}
    assert (
        config["dataset"]["augmentation"] == default_config()["dataset"]["augmentation"]
    )


def test_one_s_own_settings_win_and_both_are_told(load, there):
    config, told = load(
        f"{BEGUN}\nmodel: {{rpn: {{proposal: {{post_nms: 9}}}}}}",
        "dataset.resize.min_size=400",
    )
    assert config["model"]["rpn"]["proposal"]["post_nms"] == 9
    assert config["dataset"]["resize"]["min_size"] == 400
    assert told == [
        f"settings taken over from theirs, step 3 ({there.parents[1]}): model, "
        "dataset.resize",
        "  but yours: model.rpn.proposal.post_nms: 77 -> 9, "
        "dataset.resize.min_size: 320 -> 400",
    ]


def test_a_run_that_goes_on_is_not_asked_to_fetch_a_detector_that_is_gone(tmp_path):
    own = tmp_path / "jobs" / "mine" / "config.yml"
    own.parent.mkdir()
    own.write_text(dump_config(load_config([], THEIRS)))
    files = [tmp_path / "mine.yml"]
    files[0].write_text("train: {from_checkpoint: accurate}")

    def choose(path):
        raise AssertionError(f"asked for {path}")

    config, told = load_training_config(files, choose=choose)
    assert config["model"]["fpn"]["channels"] == 32
    assert "this run, as it began" in told[0]


def test_without_a_detector_nothing_is_taken_over(load, tmp_path):
    config, told = load("train: {seed: 3}")
    assert config == load_config([tmp_path / "mine.yml"])
    assert told == []


def test_a_detector_may_be_named_by_its_id(load):
    config, _ = load(f"train: {{from_checkpoint: {ID}}}")
    assert config["model"]["fpn"]["channels"] == 32
    assert config["train"]["from_checkpoint"] == ID


def test_a_folder_named_like_an_id_is_a_folder(load, tmp_path):
    write_checkpoint(tmp_path / "abcdefabcdef")
    config, _ = load("train: {from_checkpoint: abcdefabcdef}")
    assert config["train"]["from_checkpoint"] == str(tmp_path / "abcdefabcdef")


def test_a_published_one_may_be_named_by_its_alias(load, tmp_path):
    write_checkpoint(tmp_path / "cache" / "checkpoints" / ALIASES["accurate"])
    config, told = load("train: {from_checkpoint: accurate}")
    assert config["model"]["fpn"]["channels"] == 32
    assert told == [
        "settings taken over from theirs, step 3 (accurate): model, dataset.resize"
    ]


def test_a_detector_that_is_not_there_is_told_with_its_place(load, tmp_path):
    with pytest.raises(InputError) as caught:
        load("train:\n  from_checkpoint: accurate")
    assert str(caught.value).startswith(
        f"{tmp_path / 'mine.yml'}:2: train.from_checkpoint: accurate: not on this "
        "machine yet; `lumi checkpoint import"
    )


def test_a_run_that_goes_on_does_not_need_the_detector(load, there, tmp_path):
    (tmp_path / "jobs" / "mine").mkdir()
    begun, _ = load(BEGUN)
    effective = {**begun, "model": {**begun["model"], "num_classes": 3}}
    (tmp_path / "jobs" / "mine" / "config.yml").write_text(dump_config(effective))
    (there / "metadata.json").unlink()
    again, told = load(BEGUN)
    assert again == begun
    assert told[0].startswith("settings taken over from this run, as it began (")
