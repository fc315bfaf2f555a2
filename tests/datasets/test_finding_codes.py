"""Every code that luminet gives has a remedy, and every remedy a code."""

import ast
import re
from pathlib import Path

from luminet.datasets.finding_codes import REMEDIES

DATASETS = Path(__file__).parents[2] / "luminet" / "datasets"


def texts():
    """All short texts in the code but for the table itself."""
    for path in DATASETS.rglob("*.py"):
        if path.name != "finding_codes.py":
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


def given_codes():
    """First arguments of the calls that make findings, where they are written out."""
    for path in DATASETS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                first = node.args[0]
                is_text = isinstance(first, ast.Constant)
                if is_text and name in ("fault", "warn", "of", "Finding"):
                    yield first.value


def test_every_code_has_a_remedy():
    codes = set(given_codes())
    assert len(codes) > 40
    assert codes <= set(REMEDIES)


def test_every_remedy_has_a_code():
    assert set(REMEDIES) <= set(texts())


def test_remedies_are_in_order_and_short():
    assert all(len(remedy) < 160 for remedy in REMEDIES.values())


def test_options_of_a_reader_are_named_as_they_are_typed():
    assert not re.findall(r"(?<!-o )\b\w+=(?:true|false)", str(REMEDIES))
