"""Services on other machines make the same batches: here they are in this process."""

import re
import socket
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from luminet.config import load_config
from luminet.datasets import pipeline
from luminet.datasets.augmentation.augmentation import Augmentation
from luminet.datasets.data_service import check_reachable
from luminet.datasets.transforms import Resize
from luminet.errors import LuminetError
from tests.tiny_data import draw_examples, write_store

SIZES = [(64, 64), (64, 100), (100, 64), (50, 70), (64, 90)]
service = tf.data.experimental.service


@pytest.fixture(scope="module")
def split(tmp_path_factory):
    folder = tmp_path_factory.mktemp("service") / "store"
    examples = draw_examples(SIZES, [1, 2, 0, 3, 1])
    return write_store(folder, train=examples).split("train")


@pytest.fixture
def start():
    """Start a service with so many workers; returns its address."""
    servers = []

    def start_service(num_workers=1):
        dispatcher = service.DispatchServer()
        address = dispatcher.target.partition("://")[2]
        config = service.WorkerConfig(dispatcher_address=address)
        servers.append(dispatcher)
        servers.extend(service.WorkerServer(config) for _ in range(num_workers))
        return dispatcher.target

    yield start_service
    while servers:
        servers.pop()._stop()


def batches(split, services, first_step=0, count=7):
    steps = Augmentation([{"flip": {}}, {"colour": {"hue": 0.1}}])
    made = pipeline.training_batches(
        split,
        Resize(64, 96),
        steps,
        2,
        0,
        first_step,
        shape_buckets=2,
        services=services,
    )
    return list(made.take(count).as_numpy_iterator())


def free_port():
    with socket.create_server(("localhost", 0)) as server:
        return server.getsockname()[1]


def assert_same(found, expected):
    for batch, other in zip(found, expected, strict=True):
        for key, values in other.items():
            np.testing.assert_array_equal(batch[key], values, err_msg=key)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_batches_are_those_of_one_machine(split, start, count):
    services = [start() for _ in range(count)]
    assert_same(batches(split, services), batches(split, []))


def test_they_may_start_at_any_step(split, start):
    found = batches(split, [start(), start()], first_step=5)
    assert_same(found, batches(split, [], first_step=5))


def test_a_service_with_two_workers_is_noticed(split, start):
    # As soon as both have sent something.
    with pytest.raises(tf.errors.InvalidArgumentError, match="must have one worker"):
        batches(split, [start(num_workers=2)], count=5000)


def test_the_service_of_the_documentation_makes_the_same_batches(split):
    text = (Path(__file__).parents[2] / "docs" / "datasets.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    code = code.replace("feeder", "localhost").replace("worker.join()", "")
    for port in ("5050", "5051"):
        code = code.replace(port, str(free_port()))
    started = {}
    exec(code, started)  # noqa: S102
    address = started["dispatcher"].target
    assert_same(batches(split, [address]), batches(split, []))
    started["worker"]._stop()
    started["dispatcher"]._stop()


def test_every_setting_that_feeds_a_training_is_documented():
    text = (Path(__file__).parents[2] / "docs" / "datasets.md").read_text("utf-8")
    where = {"dir", "train_split", "val_split", "augmentation"}
    for name in set(load_config([])["dataset"]) - where:
        assert f"\n| `{name}` |" in text, name


def test_services_that_answer_are_fine(start):
    check_reachable([start(), start()])


def test_a_service_that_does_not_answer_is_named():
    port = free_port()
    with pytest.raises(LuminetError, match=f"grpc://localhost:{port} does not answer"):
        check_reachable([f"grpc://localhost:{port}"])
