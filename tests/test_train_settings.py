"""How long a run is, and what its settings may be."""

import pytest

from luminet.train_settings import DataSettings, Settings


def test_epochs_are_rounded_up_to_whole_steps():
    assert Settings("run", epochs=2.0, batch_size=4).total_steps(7) == 4
    assert Settings("run", epochs=2.0, batch_size=7).total_steps(7) == 2
    assert Settings("run", epochs=0.1, batch_size=2).total_steps(7) == 1


def test_steps_count_instead_of_epochs():
    assert Settings("run", epochs=2.0, steps=9).total_steps(7) == 9


@pytest.mark.parametrize(
    "wrong",
    [
        {"batch_size": 0},
        {"epochs": 0.0},
        {"steps": 0},
        {"log_every": 0},
        {"checkpoint_every": 0},
        {"seed": -1},
        {"draw_batches": -1},
        {"evaluate_every": -1},
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Settings("run", **wrong)


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"shuffle_buffer": 0}, "`shuffle_buffer` must be positive"),
        ({"shape_buckets": 1}, "`shape_buckets` must be at least 2, or null"),
        ({"service": "host:5050"}, "`service` must be an address such as grpc://"),
        ({"service": ["grpc://host"]}, "`service` must be an address"),
        ({"service": "grpc://a:1", "cache": "memory"}, "`cache` must be null where"),
    ],
)
def test_data_settings_that_make_no_sense_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        DataSettings("folder", **wrong)


def test_services_are_none_one_or_several():
    assert DataSettings("folder").services == []
    assert DataSettings("folder", service="grpc://a:1").services == ["grpc://a:1"]
    both = ["grpc://a:1", "grpc://b.c:20"]
    assert DataSettings("folder", service=both).services == both
