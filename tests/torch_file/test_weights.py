"""Files that PyTorch wrote: `tests/oracle/make_weight_files.py` made them."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from luminet.errors import InputError
from luminet.torch_file import read_state
from tests.oracle import load
from tests.torch_file.hand_made import (
    BUILD,
    FALSE,
    NO_TUPLE,
    REDUCE,
    call,
    legacy_file,
    mapping,
    name,
    number,
    pickle,
    row,
    storage,
    tensor,
    word,
    zip_file,
)

FOLDER = Path(__file__).parents[1] / "oracle" / "weight_files"
READ = sorted(p.stem for p in FOLDER.glob("*.pth") if "refused" not in p.stem)


@pytest.mark.parametrize("file", READ)
def test_every_array_is_what_torch_wrote(file):
    found = read_state(FOLDER / f"{file}.pth")
    saved = load("weight_files")
    expected = {
        key.partition("/")[2]: array
        for key, array in saved.items()
        if key.partition("/")[0] == file
    }
    assert list(found) == list(expected)
    for key, array in expected.items():
        assert found[key].dtype == array.dtype, key
        np.testing.assert_array_equal(found[key], array, err_msg=key, strict=True)


def test_bfloat16_becomes_float32():
    found = read_state(FOLDER / "types.pth")["bfloat16"]
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found[0], [0.0, 1.0, 2.5])


def test_weights_are_found_among_what_a_training_script_keeps():
    assert "0.weight" in read_state(FOLDER / "training.pth")


@pytest.mark.parametrize("key", ["model", "state_dict", "model_state_dict"])
def test_weights_are_found_under_the_usual_names(write, key):
    weights = mapping(a=tensor(storage(2), [2], [1]))
    content = mapping(epoch=number(3), **{key: weights})
    found = read_state(write(zip_file(pickle(content))))
    np.testing.assert_array_equal(found["a"], np.float32([1.0, 2.0]))


@pytest.mark.parametrize(
    "file, told",
    [
        ("model", r"no part of weights: 'torch\.nn\.modules\.container\.Sequential'"),
        ("sparse", r"no part of weights: 'torch\._utils\._rebuild_sparse_tensor'"),
    ],
)
def test_more_than_weights_is_refused(file, told):
    path = FOLDER / f"refused_{file}.pth"
    with pytest.raises(InputError, match=told) as caught:
        read_state(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("make", [zip_file, legacy_file])
def test_a_file_made_by_hand(write, make):
    found = read_state(write(make()))
    np.testing.assert_array_equal(found["a"], np.float32([1.0, 2.0]), strict=True)


def test_the_oldest_files_hold_parameters_with_a_state(write):
    """As PyTorch before 0.4 wrote them, under Python 2."""
    view = tensor(storage(2, view=b"N"), [2], [1])
    old = call(name("torch.nn.parameter", "Parameter"), view)
    old += row(b"\x88", FALSE, name("collections", "OrderedDict") + NO_TUPLE + REDUCE)
    pairs = b"](](U\x01a" + old + BUILD + b"ee"
    content = call(name("collections", "OrderedDict"), pairs)
    found = read_state(write(legacy_file(pickle(content))))
    np.testing.assert_array_equal(found["a"], np.float32([1.0, 2.0]))


@pytest.mark.parametrize(
    "content, told",
    [
        (number(3), "a int without tensors"),
        (b"}", "a dict without tensors"),
        (mapping(epoch=number(3)), "under 'epoch' something that is no tensor"),
        (mapping(model=mapping(epoch=number(3))), "under 'epoch' something"),
        (b"}" + word("model") + b"h\x00s", "damaged"),
    ],
)
def test_a_file_without_weights_is_told(write, content, told):
    with pytest.raises(InputError, match=told):
        read_state(write(zip_file(pickle(content), storages={})))


def test_it_needs_neither_torch_nor_tensorflow():
    code = (
        "import sys; from luminet.torch_file import read_state;"
        f"read_state({str(FOLDER / 'training.pth')!r});"
        "print(*{'torch', 'tensorflow', 'keras', 'safetensors'} & sys.modules.keys())"
    )
    run = [sys.executable, "-c", code]
    loaded = subprocess.run(run, check=True, capture_output=True, text=True).stdout
    assert loaded == "\n"
