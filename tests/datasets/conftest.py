"""Fixtures for the tests of data sets."""

import pytest
from voc_folder import VOCFolder


@pytest.fixture
def voc(tmp_path):
    return VOCFolder(tmp_path / "voc")
