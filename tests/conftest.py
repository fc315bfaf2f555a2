"""Fixtures that several tests share."""

import os
import signal
from pathlib import Path

import numpy as np
import pytest

# Before TensorFlow is imported by any test: its start-up chatter is no warning of ours.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# What is promised bit for bit is promised for a CPU.
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

# Where tests are started in the background or by `nohup`, signals are ignored, and
# would be in every child, too.
signal.signal(signal.SIGINT, signal.default_int_handler)
for _number in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(_number, signal.SIG_DFL)

ROOT = Path(__file__).parents[1]


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture(scope="session")
def real_data():
    """The folder of public data sets that the tests marked `real_data` read."""
    folder = Path(os.environ.get("LUMINET_TEST_DATA", ROOT / ".." / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real data: LUMINET_TEST_DATA ({folder}) is not a folder")
    return folder.resolve()


@pytest.fixture(scope="session")
def tiny_store(tmp_path_factory):
    """Seven pictures to train on and three to check with; see `tiny_data.py`."""
    from tests.tiny_data import write_tiny_store

    return write_tiny_store(tmp_path_factory.mktemp("tiny") / "store")


@pytest.fixture(scope="session")
def tiny_run(tiny_store, tmp_path_factory):
    """The folder of a run with one checkpoint: an untrained model for the tiny set."""
    import keras

    from luminet import checkpoints
    from tests.tiny_data import CLASS_NAMES, tiny_config

    keras.utils.set_random_seed(0)
    job_dir = tmp_path_factory.mktemp("jobs")
    config = tiny_config(tiny_store.folder, job_dir, "model.num_classes=2")
    model = checkpoints.build_model(config)
    run = job_dir / "run"
    best = run / "checkpoints" / "best"
    checkpoints.save(best, model, config, CLASS_NAMES, step=12, metrics={"AP": 0.25})
    return run


@pytest.fixture(scope="session")
def torchvision_state():
    """Weights by torchvision's names; see `torchvision_detector.py`."""
    from tests.torchvision_detector import make_state

    return make_state("resnet50_fpn")


@pytest.fixture(scope="session")
def torchvision_model(torchvision_state):
    """The detector that has them: making it takes seconds."""
    from tests.torchvision_detector import make_model

    return make_model("resnet50_fpn", torchvision_state)
