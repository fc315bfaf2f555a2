"""Runs that are taken up again, whatever happened to their state."""

import numpy as np
import pytest
import tensorflow as tf

from luminet.errors import LuminetError
from luminet.training_state import TrainingState


@pytest.fixture
def state(tmp_path):
    """Make the state of a run anew, as a process does that takes it up."""

    def make(units=2):
        value = tf.Variable(np.zeros(units), dtype=tf.float32)
        return TrainingState(tmp_path, model=tf.train.Checkpoint(value=value)), value

    return make


@pytest.fixture
def saved(state):
    """States of the steps 10 and 20, whose values are 10 and 20."""
    training_state, value = state()
    for step in (10, 20):
        value.assign([step, step])
        training_state.save(step)


def taken_up(state):
    """The step of the state that is restored, and the value in it."""
    training_state, value = state()
    return training_state.restore(), value.numpy()[0]


def names_of_states(folder):
    return sorted({path.name.partition(".")[0] for path in folder.glob("state-*")})


def test_nothing_to_take_up(state):
    assert taken_up(state) == (None, 0.0)


def test_newest_state_is_taken_up(state, saved):
    assert taken_up(state) == (20, 20.0)


def test_the_newest_two_are_kept(state, saved, tmp_path):
    training_state, _ = state()
    training_state.save(30)
    training_state.save(40)
    assert names_of_states(tmp_path) == ["state-30", "state-40"]


def test_state_of_a_later_step_counts_though_its_name_sorts_first(state, saved):
    training_state, value = state()
    value.assign([100.0, 100.0])
    training_state.save(100)
    assert taken_up(state) == (100, 100.0)


def flip_bit(path):
    content = bytearray(path.read_bytes())
    content[4] ^= 1
    path.write_bytes(content)


def cut(path):
    path.write_bytes(path.read_bytes()[:-9])


def empty(path):
    path.write_bytes(b"")


DATA = "data-00000-of-00001"
DAMAGES = [
    pytest.param("index", empty, id="empty index"),
    pytest.param("index", cut, id="cut index"),
    pytest.param("index", flip_bit, id="bit of the index"),
    pytest.param(DATA, empty, id="empty data"),
    pytest.param(DATA, cut, id="cut data"),
    pytest.param(DATA, flip_bit, id="bit of the data"),
    pytest.param(DATA, lambda path: path.unlink(), id="no data"),
]


@pytest.mark.parametrize("file, damage", DAMAGES)
def test_damaged_newest_state_gives_way_to_the_one_before(
    state, saved, tmp_path, capsys, file, damage
):
    damage(tmp_path / f"state-20.{file}")
    assert taken_up(state) == (10, 10.0)
    said = capsys.readouterr().err
    assert said.startswith(f"warning: {tmp_path / 'state-20'}: ")
    assert said.endswith("; taking up the state of step 10\n")


def test_damaged_state_is_gone_afterwards(state, saved, tmp_path):
    empty(tmp_path / "state-20.index")
    taken_up(state)
    assert names_of_states(tmp_path) == ["state-10"]


def test_newest_index_lost(state, saved, tmp_path):
    (tmp_path / "state-20.index").unlink()
    assert taken_up(state) == (10, 10.0)


@pytest.mark.parametrize("file, damage", DAMAGES[::3])
def test_run_whose_states_are_all_damaged_does_not_start_anew(
    state, saved, tmp_path, file, damage
):
    damage(tmp_path / f"state-10.{file}")
    damage(tmp_path / f"state-20.{file}")
    with pytest.raises(LuminetError, match="no state of this run can be taken up"):
        taken_up(state)
    assert len(list(tmp_path.glob("state-*.index"))) == 2


def test_state_of_another_model_is_refused(state, saved):
    training_state, _ = state(units=3)
    with pytest.raises(LuminetError, match="the config may have changed") as caught:
        training_state.restore()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [None, b"", b"garbage {", b"\xff\xfe\0"])
def test_list_of_tensorflow_is_not_believed(state, saved, tmp_path, content):
    (tmp_path / "checkpoint").unlink()
    if content is not None:
        (tmp_path / "checkpoint").write_bytes(content)
    assert taken_up(state) == (20, 20.0)
    state()[0].save(30)
    assert taken_up(state) == (30, 0.0)


def test_what_a_kill_left_is_swept(state, saved, tmp_path):
    (tmp_path / "state-30_temp").mkdir()
    (tmp_path / "state-30_temp" / "part-00000").write_text("")
    (tmp_path / f"state-30.{DATA}").write_text("no index yet")
    taken_up(state)
    assert not list(tmp_path.glob("state-30*"))


def test_files_of_others_are_left_alone(state, saved, tmp_path):
    for name in ("state-x.index", "notes.txt"):
        (tmp_path / name).write_text("")
    assert taken_up(state) == (20, 20.0)
    assert (tmp_path / "state-x.index").exists()
    assert (tmp_path / "notes.txt").exists()
