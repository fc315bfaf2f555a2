"""Pickles that would run something: all are refused, and nothing runs."""

import os
import pickle as standard_pickle
import sys

import pytest

from luminet.errors import InputError
from luminet.torch_file import read_state
from tests.torch_file.hand_made import (
    BUILD,
    NO_TUPLE,
    NONE,
    PERSISTENT,
    REDUCE,
    TRUE,
    call,
    legacy_file,
    mapping,
    name,
    number,
    numbers,
    pickle,
    row,
    storage,
    tensor,
    word,
    zip_file,
)

WATCHED = {"exec", "os.system", "pickle.find_class", "subprocess.Popen"}
TENSOR = tensor(storage(2), [2], [1])
COMMAND = word("touch canary")
REBUILD = name("torch._utils", "_rebuild_tensor_v2")
ORDERED_DICT = name("collections", "OrderedDict")
# A reference to what was remembered first.
LIKE_A_STORAGE = b"(h\x00NNNNt" + PERSISTENT

CODE = {
    "os.system": call(name("os", "system"), COMMAND),
    "posix.system": call(name("posix", "system"), COMMAND),
    "eval": call(name("builtins", "eval"), word("open('canary', 'w')")),
    "exec of Python 2": call(name("__builtin__", "eval"), word("open('canary', 'w')")),
    "named on the stack": word("os") + word("system") + b"\x93" + row(COMMAND) + REDUCE,
    "getattr": call(name("builtins", "getattr"), name("os", "system"), word("x")),
    "a dotted name": call(name("torch", "os.system"), COMMAND),
    "a dotted name of a function": call(name("torch._utils", "os.system"), COMMAND),
    "torch.load": call(name("torch", "load"), word("canary")),
    "numpy's own pickles": call(name("numpy.core.multiarray", "_reconstruct")),
    "a name alone, not called": name("os", "system"),
    "INST": b"(" + COMMAND + b"ios\nsystem\n",
    "OBJ": b"(" + ORDERED_DICT + b"o",
    "NEWOBJ": ORDERED_DICT + NO_TUPLE + b"\x81",
    "NEWOBJ_EX": ORDERED_DICT + NO_TUPLE + b"}\x92",
    "EXT1": b"\x82\x01",
    "EXT2": b"\x83\x01\x01",
    "EXT4": b"\x84\x01\x01\x01\x01",
    "PERSID": b"Pos.system\n",
    "BUILD of a list": b"]" + mapping(a=number(1)) + BUILD,
    "BUILD of a dict by words": b"}" + word("x") + BUILD,
    "BUILD of a function": REBUILD + mapping(a=number(1)) + BUILD,
    "a call of a word": call(word("os.system"), COMMAND),
    "a call of a type": call(name("torch", "FloatStorage"), number(1)),
    "a call of a tensor": call(TENSOR, number(1)),
    "a call of an unhashable": call(b"]", number(1)),
    "a call with a list": ORDERED_DICT + b"]" + REDUCE,
    "a call with too many": call(ORDERED_DICT, b"]", b"]"),
    "a call with too few": call(REBUILD, number(1)),
    "an OrderedDict of words": call(ORDERED_DICT, word("ab")),
    "an OrderedDict of one": call(ORDERED_DICT, number(1)),
    "an OrderedDict of triples": call(ORDERED_DICT, row(numbers([1, 2, 3]))),
    "a Parameter of a word": call(name("torch.nn.parameter", "Parameter"), COMMAND),
    "a size of a list": call(name("torch", "Size"), b"]"),
    "hooks": call(
        *(REBUILD, storage(2), number(0), numbers([2]), numbers([1]), TRUE),
        mapping(hook=number(1)),
    ),
    "a reference that is a word": word("storage") + PERSISTENT,
    "a reference that is a number": number(0) + PERSISTENT,
    "a reference to a module": row(*map(word, ("module", "a", "b", "c", "d")))
    + PERSISTENT,
    "a reference that is short": row(word("storage")) + PERSISTENT,
    "a reference without a type": row(
        *(word("storage"), word("float"), word("0"), word("cpu"), number(2))
    )
    + PERSISTENT,
    "a reference with a key that is none": row(
        word("storage"), name("torch", "FloatStorage"), NONE, word("cpu"), number(2)
    )
    + PERSISTENT,
    "a dict with a list as key": b"}]" + number(1) + b"s",
    "a dict with a tuple as key": b"}" + NO_TUPLE + number(1) + b"s",
    "a dict with a huge number as key": b"}" + number(2**61 - 1) + number(1) + b"s",
    "bytes": b"C\x02ab",
    "a set": b"\x8f",
}


@pytest.fixture(scope="module")
def heard():
    """What Python's audit tells of while the list is in here; a hook stays for ever."""
    listening = []

    def hook(event, _):
        if listening and event in WATCHED:
            listening[0].append(event)

    sys.addaudithook(hook)
    return listening


@pytest.fixture
def events(heard, tmp_path, monkeypatch):
    """What was run or imported by a pickle since the test began."""
    monkeypatch.chdir(tmp_path)
    heard.append([])
    yield heard[0]
    heard.clear()


def test_pythons_own_machine_would_run_it(events):
    with pytest.raises(SystemExit):
        standard_pickle.loads(pickle(call(name("builtins", "eval"), word("exit()"))))
    assert events == ["pickle.find_class", "exec"]


@pytest.mark.parametrize("make", [zip_file, legacy_file])
@pytest.mark.parametrize("inside", [False, True], ids=["alone", "in a dict"])
@pytest.mark.parametrize("code", CODE.values(), ids=CODE.keys())
def test_nothing_of_a_file_runs(write, events, code, inside, make):
    content = mapping(a=TENSOR, b=code) if inside else code
    path = write(make(pickle(content)))
    with pytest.raises(InputError) as caught:
        read_state(path)
    assert not events and os.listdir(path.parent) == [path.name]
    assert len(str(caught.value).splitlines()) == 1 and len(str(caught.value)) < 400


def test_who_is_refused_learns_the_name(write):
    path = write(zip_file(pickle(CODE["os.system"])))
    with pytest.raises(InputError, match=r"no part of weights: 'os\.system'"):
        read_state(path)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"0", id="POP"),
        pytest.param(b"t", id="a tuple without a mark"),
        pytest.param(b"\x85", id="a tuple of nothing"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"(", id="a mark alone"),
        pytest.param(b"q\x00", id="nothing to remember"),
        pytest.param(b"\x94", id="nothing to memoize"),
        pytest.param(b"h\x07", id="nothing to recall"),
        pytest.param(b"a", id="nothing to append"),
        pytest.param(b"K\x01K\x01a", id="a number to append to"),
        pytest.param(b"](K\x01", id="a mark left open"),
        pytest.param(b"}(K\x01u", id="a key without a value"),
        pytest.param(b"K\x01K\x01K\x01s", id="a number to set in"),
        pytest.param(b"R", id="nothing to call"),
        pytest.param(b"b", id="nothing to build"),
        pytest.param(b"Q", id="nothing to refer to"),
        pytest.param(b"\x93", id="no name"),
        pytest.param(b"K\x01K\x01\x93", id="a number as a name"),
        pytest.param(b"\xff", id="no opcode"),
        pytest.param(b"X\xff\xff\xff\x7fa", id="a word of 2 GiB"),
        pytest.param(b"\x8d" + b"\xff" * 8, id="a word of 16 EiB"),
        pytest.param(b"X\x01\x00\x00\x00\xff", id="a word not in UTF-8"),
        pytest.param(b"I" + b"9" * 10**5 + b"\n", id="a number of 100,000 digits"),
        pytest.param(b"\x8b\xff\xff\xff\x7f", id="a number of 2 GiB"),
    ],
)
def test_a_pickle_that_makes_no_sense_is_refused(write, body):
    with pytest.raises(InputError):
        read_state(write(zip_file(pickle(body))))


@pytest.mark.parametrize(
    "body, told",
    [
        pytest.param(b"]" * 10**5 + b"a" * (10**5 - 1), "a list", id="lists"),
        pytest.param(b"\x85" * 10**5, "stack", id="tuples around nothing"),
        pytest.param(b")" + b"\x85" * 10**5, "a tuple", id="tuples"),
        pytest.param(b"(" * 10**5, "a object|damaged", id="marks"),
        pytest.param(
            b")" + b"\x85" * 10**5 + PERSISTENT, "not enough values", id="a reference"
        ),
        pytest.param(
            b"}" + b")" + b"\x85" * 10**5 + b"Ns", "a key that is no name", id="a key"
        ),
        pytest.param(
            b"]q\x00" + b"h\x00h\x00\x86q\x00" * 10**5 + LIKE_A_STORAGE,
            "something that is no storage",
            id="laughs",
        ),
        pytest.param(b"N" * 10**6, "more than 1000000 steps", id="steps"),
        pytest.param(
            ORDERED_DICT
            + b"q\x01](U\x01aN\x86q\x02"
            + b"h\x02" * 10**5
            + b"eq\x00"
            + b"h\x01h\x00\x85R" * 10**5,
            "more than 1000000 steps",
            id="a long list in every call",
        ),
    ],
)
def test_a_pickle_that_would_fill_the_memory_is_refused(write, body, told):
    with pytest.raises(InputError, match=told):
        read_state(write(zip_file(pickle(body))))
