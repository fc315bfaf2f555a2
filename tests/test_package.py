"""What `import luminet` offers, and what it costs."""

import subprocess
import sys

import pytest

import luminet


@pytest.mark.parametrize("name", luminet.__all__)
def test_every_public_name_is_there(name):
    assert getattr(luminet, name) is not None


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Detector'"):
        _ = luminet.Detector


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys, luminet; print(*{m.split('.')[0] for m in sys.modules})"
    run = [sys.executable, "-c", code]
    loaded = subprocess.run(run, check=True, capture_output=True, text=True).stdout
    assert not {"keras", "numpy", "tensorflow", "PIL"} & set(loaded.split())


@pytest.mark.parametrize("name", ["records.example_record", "records.file", "store"])
def test_records_are_read_and_written_without_tensorflow(name):
    code = f"import sys, luminet.datasets.{name}; print('tensorflow' in sys.modules)"
    run = [sys.executable, "-c", code]
    loaded = subprocess.run(run, check=True, capture_output=True, text=True).stdout
    assert loaded == "False\n"
