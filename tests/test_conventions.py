"""Rules of the house that a reader relies on."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "luminet"
FILES = sorted(PACKAGE.rglob("*.py"))


def imports(path, top_only=False):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body if top_only else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def is_in(path, folder):
    return path.relative_to(PACKAGE).parts[0] == folder


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_arrows_between_the_folders_go_one_way(path):
    found = set(imports(path))
    if is_in(path, "datasets"):
        assert not [name for name in found if name.startswith("luminet.models")]
    if is_in(path, "models"):
        assert not [name for name in found if name.startswith("luminet.datasets")]
    if not is_in(path, "cli"):
        assert not [name for name in found if name.startswith("luminet.cli")]


def test_models_are_written_without_tensorflow_but_for_the_kernels():
    using = {
        path.relative_to(PACKAGE).as_posix()
        for path in [*(PACKAGE / "models").rglob("*.py"), PACKAGE / "box_ops.py"]
        if "tensorflow" in {name.split(".")[0] for name in imports(path)}
    }
    assert using == {"models/kernels.py"}


@pytest.mark.parametrize(
    "path", sorted((PACKAGE / "cli").glob("*.py")), ids=lambda p: p.name
)
def test_a_command_imports_nothing_heavy_at_its_top(path):
    heavy = {"keras", "matplotlib", "numpy", "rich", "tensorflow", "yaml"}
    assert not heavy & {name.split(".")[0] for name in imports(path, top_only=True)}


def test_there_is_no_place_for_things_without_a_name():
    names = {path.stem for path in PACKAGE.rglob("*")}
    assert not names & {"utils", "util", "misc", "common", "helpers"}
