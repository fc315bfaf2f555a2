"""Fixtures for the tests of sheets."""

import pytest

from luminet.datasets.example_reader import Decode, Rules
from luminet.datasets.source.source import Source
from tests.voc_folder import VOCFolder


@pytest.fixture
def voc(tmp_path):
    return VOCFolder(tmp_path / "voc")


@pytest.fixture
def open_voc(voc):
    """Open the data set of `voc`, by default all of its pixels."""

    def open_source(decode=Decode.FULL, **rules):
        return Source(voc.root, "pascal", rules=Rules(decode, **rules))

    return open_source
