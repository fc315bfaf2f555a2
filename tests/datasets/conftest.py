"""Fixtures for the tests of data sets."""

import pytest

from tests.voc_folder import VOCFolder


@pytest.fixture
def voc(tmp_path):
    return VOCFolder(tmp_path / "voc")
