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


def test_a_shuffle_buffer_holds_something():
    with pytest.raises(ValueError, match="shuffle_buffer"):
        DataSettings("folder", shuffle_buffer=0)
