"""YAML, read strictly."""

import time
from pathlib import Path

import pytest

from luminet.errors import InputError
from luminet.yaml_file import parse_value, read_yaml


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Write a text into config.yml, and read it."""
    monkeypatch.chdir(tmp_path)

    def write_and_read(text):
        path = Path("config.yml")
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_yaml(path)

    return write_and_read


def test_values_and_their_places(read):
    content, places = read("# a comment\ntrain:\n  seed: 3\n  names: [a, b]\n")
    assert content == {"train": {"seed": 3, "names": ["a", "b"]}}
    assert places == {
        "train": "config.yml:2",
        "train.seed": "config.yml:3",
        "train.names": "config.yml:4",
    }


def test_places_in_a_list_of_mappings(read):
    _, places = read("steps:\n- flip: {prob: 1}\n-\n  blur:\n    sigma: 2\n- 3\n")
    assert places == {
        "steps": "config.yml:1",
        "steps[0]": "config.yml:2",
        "steps[0].flip": "config.yml:2",
        "steps[0].flip.prob": "config.yml:2",
        "steps[1]": "config.yml:4",
        "steps[1].blur": "config.yml:4",
        "steps[1].blur.sigma": "config.yml:5",
    }


@pytest.mark.parametrize(
    "text, value",
    [
        ("3", 3),
        ("3.5", 3.5),
        ("1e-4", "1e-4"),  # to YAML 1.1 a word; see `config.convert`
        ("true", True),
        ("no", False),
        ("'no'", "no"),
        ("null", None),
        ("", None),
        ("[1, [2]]", [1, [2]]),
        ("{a: {b: 1}}", {"a": {"b": 1}}),
        ("ü", "ü"),
    ],
)
def test_value_of_a_setting(text, value):
    assert parse_value(text, "-o a") == value


@pytest.mark.parametrize(
    "text, message",
    [
        pytest.param("", "config.yml: must be a mapping of sections", id="empty"),
        pytest.param("# a\n", "config.yml: must be a mapping", id="a comment"),
        pytest.param("- a\n", "config.yml: must be a mapping", id="a list"),
        pytest.param("word", "config.yml: must be a mapping", id="a word"),
        pytest.param(
            "a: 1\n---\nb: 2\n", "config.yml:2: not YAML: .*document", id="two"
        ),
        pytest.param(
            "a:\n\tb: 1\n", r"config.yml:2: not YAML: .*'\\t' that cannot", id="tab"
        ),
        pytest.param(
            "a: {b: 1\n", "config.yml:2: not YAML: expected ',' or '}'", id="open"
        ),
        pytest.param("a: \0\n", "config.yml: not YAML: unacceptable char", id="NUL"),
        pytest.param(b"a: \xff\n", "config.yml: not text in UTF-8", id="Latin-1"),
        pytest.param(
            "a:\n  b: 1\n  c: 2\n  b: 3\n",
            "config.yml:4: a.b is given twice, first in config.yml:2",
            id="a key twice",
        ),
        pytest.param(
            "a: {}\nb: {}\na: {}\n",
            "config.yml:3: a is given twice, first in config.yml:1",
            id="a section twice",
        ),
        pytest.param(
            "a:\n  1: 2\n", "config.yml:2: a key must be a word. .*: 1", id="number"
        ),
        pytest.param(
            "[a]: 2\n", r"config.yml:1: a key must be a word. .*: \['a'\]", id="list"
        ),
        pytest.param("~: 2\n", "config.yml:1: a key must be a word", id="null"),
        pytest.param(
            "a:\n  b: 2020-99-99\n", "config.yml:2: a.b: month must be", id="no date"
        ),
        pytest.param(
            "a: &x 1\nb: *x\n", r"config.yml:2: aliases \(\*x\) are not", id="alias"
        ),
        pytest.param("a: !odd {b: 1}\n", r"config.yml:1: tags \(!odd\)", id="tag"),
    ],
)
def test_refused(read, text, message):
    with pytest.raises(InputError, match=f"^{message}"):
        read(text)


@pytest.mark.parametrize(
    "text",
    [
        "!!python/object/apply:os.mkdir [harm]",
        "!!python/object/new:os.mkdir [harm]",
        "{b: !!python/object/apply:os.mkdir {args: [harm]}}",
        "[!!python/object/apply:os.mkdir [harm]]",
        "!!python/name:os.mkdir",
        "!!python/module:antigravity",
    ],
)
def test_nothing_is_executed(read, text):
    for attempt in (lambda: read(f"a: {text}"), lambda: parse_value(text, "-o a")):
        with pytest.raises(InputError, match=r"tags \(.*python.*\) are not allowed"):
            attempt()
    assert not Path("harm").exists()


def alias_bomb():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 10)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    "text, message",
    [
        pytest.param(alias_bomb(), "aliases", id="billion laughs"),
        pytest.param(f"a: {'[' * 2000}", "too complex", id="2000 brackets"),
        pytest.param(f"a: {'[' * 2000}{']' * 2000}", "too complex", id="closed"),
        pytest.param(f"a: {'{a: ' * 99}1{'}' * 99}", "too complex", id="mappings"),
        pytest.param(f"a: [{'1, ' * 99_999}]", "too complex", id="a long list"),
    ],
)
def test_bombs_are_refused_at_once(read, text, message):
    started = time.process_time()
    with pytest.raises(InputError, match=message):
        read(text)
    assert time.process_time() - started < 1.0


@pytest.mark.parametrize(
    "text, message",
    [
        ("[", "-o a.b: not YAML: expected the node content"),
        ("{c: 1, c: 2}", "-o a.b: c is given twice"),
        ("{1: 2}", "-o a.b: a key must be a word. Received: 1"),
        ("&x [*x]", r"-o a.b: aliases \(\*x\) are not allowed"),
        ("[" * 5000, "-o a.b: too complex"),
    ],
    ids=["open", "twice", "number", "alias", "deep"],
)
def test_value_that_is_refused(text, message):
    with pytest.raises(InputError, match=message):
        parse_value(text, "-o a.b")


def test_missing_file(tmp_path):
    with pytest.raises(InputError, match="none.yml: no such file$"):
        read_yaml(tmp_path / "none.yml")


def test_folder_is_no_file(tmp_path):
    with pytest.raises(
        InputError, match=f"^{tmp_path}: cannot read it: Is a directory"
    ):
        read_yaml(tmp_path)


def test_file_without_permission(tmp_path):
    path = tmp_path / "a.yml"
    path.write_text("a: 1")
    path.chmod(0)
    try:
        path.read_text()
    except PermissionError:
        with pytest.raises(InputError, match="cannot read it: Permission denied"):
            read_yaml(path)
    else:
        pytest.skip("this user may read everything")


def test_keys_may_be_whole_numbers_where_that_is_asked_for(tmp_path):
    path = tmp_path / "data.yaml"
    path.write_text("names: {0: cat, 1: dog}\n")
    content, places = read_yaml(path, key_types=(str, int))
    assert content == {"names": {0: "cat", 1: "dog"}}
    assert places["names.1"] == f"{path}:1"
    path.write_text("names: {yes: cat}\n")
    with pytest.raises(InputError, match="a key must be a word. Received: True"):
        read_yaml(path, key_types=(str, int))
