import pytest


@pytest.fixture
def write(tmp_path):
    """Write a file's bytes; gives its path."""

    def write(data, name="weights.pth"):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write
