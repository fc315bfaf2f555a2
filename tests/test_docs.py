"""What the documentation shows works as it is shown."""

import inspect
import re
from pathlib import Path

import numpy as np
import pytest

from luminet.checkpoints import build_model
from luminet.cli.dataset.transform import transform
from luminet.config import load_config
from luminet.datasets.readers import READERS, make_reader, recognise
from luminet.datasets.readers import reader_class as find_reader
from luminet.datasets.source.source import Source
from luminet.errors import InputError
from tests.datasets.readers.notations.truth import PICTURES

DOCS = Path(__file__).parents[1] / "docs"
EXAMPLES = DOCS.parent / "examples"


def code_blocks(name, language):
    text = (DOCS / name).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.fixture
def plates(tmp_path, monkeypatch):
    """The example's reader, and a folder in its notation."""
    (code,) = code_blocks("own_reader.md", "python")
    (tmp_path / "boxes.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    folder = tmp_path / "plates" / "train"
    folder.mkdir(parents=True)
    for picture in PICTURES:
        (folder / f"{picture.name}.png").write_bytes(picture.png())
        lines = [
            f"{name} {x1} {y1} {x2 - x1} {y2 - y1}"
            for name, (x1, y1, x2, y2) in picture.objects
        ]
        (folder / f"{picture.name}.boxes").write_text("\n".join(lines))
    return folder.parent


def test_the_reader_of_the_example_reads(plates):
    source = Source(plates, "boxes:BoxesReader")
    assert source.class_names == ("cat", "dog")
    example, findings = source.example_reader("train").read("a")
    np.testing.assert_array_equal(example.boxes, [[5, 10, 20, 30], [0, 0, 40, 60]])
    assert findings == []


def test_the_reader_of_the_example_finds_faults(plates):
    (plates / "train" / "a.boxes").write_text("dog 1 2 x 4\ncat 5 5 0 9\n")
    found = make_reader("boxes:BoxesReader", plates, "train").read("a").findings.found
    assert [finding.code for finding in found] == ["coord-invalid", "box-empty"]
    with pytest.raises(InputError, match="no such split; there are train"):
        make_reader("boxes:BoxesReader", plates, "val")


def test_the_reader_of_the_example_skips_blank_lines(plates):
    (plates / "train" / "a.boxes").write_text("\ndog 1 2 3 4\n  \n")
    found = make_reader("boxes:BoxesReader", plates, "train").read("a")
    assert [item.place for item in found.objects] == ["line 2"]
    assert found.findings.found == []


@pytest.mark.parametrize(
    "damage, code",
    [
        (lambda folder: (folder / "a.jpg").write_bytes(b""), "ambiguous-image"),
        (lambda folder: (folder / "a.boxes").unlink(), "annotation-missing"),
        (lambda folder: (folder / "a.boxes").write_bytes(b"\xff"), "encoding"),
    ],
    ids=["two pictures of one name", "no boxes", "not UTF-8"],
)
def test_the_reader_of_the_example_does_not_end_the_run(plates, damage, code):
    damage(plates / "train")
    source = Source(plates, "boxes:BoxesReader")
    assert source.class_names  # all of it is read
    found = source.readers["train"].read("a")
    faults = found.findings.found + (found.on_picture.found if found.on_picture else [])
    assert [finding.code for finding in faults] == [code]


def test_a_plugin_is_recognised(plates, monkeypatch):
    from luminet.datasets import readers

    class EntryPoint:
        name, value = "boxes", "boxes:BoxesReader"

    monkeypatch.setattr(readers, "_entry_points", lambda: [EntryPoint])
    assert find_reader("boxes").__name__ == "BoxesReader"
    assert recognise(plates) == ("boxes", "files named *.boxes")


def test_a_reader_that_cannot_be_loaded_is_told():
    with pytest.raises(InputError, match="'nowhere:Reader' cannot be loaded"):
        find_reader("nowhere:Reader")


def test_every_notation_and_option_is_documented():
    text = (DOCS / "datasets.md").read_text(encoding="utf-8")
    for name in READERS:
        (row,) = [line for line in text.splitlines() if line.startswith(f"| `{name}`")]
        options = list(inspect.signature(find_reader(name)).parameters)[2:]
        for option in options:
            assert f"`{option}`" in row, (name, option)
        assert row.rpartition("|")[0].rpartition("|")[2].count("`") == 2 * len(options)


@pytest.mark.parametrize("text", code_blocks("model_options.md", "yaml"))
def test_every_variant_of_the_model_can_be_built(text, tmp_path):
    (tmp_path / "variant.yml").write_text(text)
    small = "model={num_classes: 2, base_network: {architecture: mobilenet}}"
    assert build_model(load_config([tmp_path / "variant.yml"], [small])).built


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yml")), ids=lambda p: p.name)
def test_every_example_can_be_built(path):
    small = "model={num_classes: 2, base_network: {architecture: mobilenet}}"
    no_weights = "model.base_network.weights=null"
    assert build_model(load_config([path], [small, no_weights])).built


def test_every_option_of_a_source_is_documented():
    text = (DOCS / "datasets.md").read_text(encoding="utf-8")
    parameters = {name for p in transform.params for name in p.opts if "--" in name}
    undocumented = {
        *("--help", "--data-dir", "--option", "--workers", "--overwrite"),
        *("--output-dir", "--trust-images"),
    }
    for name in parameters - undocumented:
        assert f"`{name}" in text or f", {name}" in text, name
