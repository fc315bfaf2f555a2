"""Free memory is the machine's, or what a container leaves of it."""

import pytest

from luminet import free_memory as module
from luminet.free_memory import free_memory


@pytest.fixture
def container(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_CONTAINER", tmp_path)

    def limit(limit, current, inactive_file):
        (tmp_path / "memory.max").write_text(f"{limit}\n")
        (tmp_path / "memory.current").write_text(f"{current}\n")
        stat = f"anon 1\ninactive_file {inactive_file}\n"
        (tmp_path / "memory.stat").write_text(stat)

    return limit


@pytest.fixture
def machine(tmp_path, monkeypatch):
    file = tmp_path / "meminfo"
    file.write_text("MemTotal:       9000 kB\nMemAvailable:   2000 kB\n")
    monkeypatch.setattr(module, "_MACHINE", file)
    return file


def test_it_is_what_the_machine_has(machine, container):
    assert free_memory() == 2000 * 1024


def test_a_container_may_have_less(machine, container):
    container(1_000_000, 400_000, 100_000)
    assert free_memory() == 700_000


def test_a_container_without_a_limit_has_the_machines(machine, container):
    container("max", 400_000, 100_000)
    assert free_memory() == 2000 * 1024


def test_a_machine_that_does_not_say_has_all_of_its_memory(machine, container):
    machine.unlink()
    assert free_memory() > 2**24


def test_this_machine_has_some():
    assert 2**20 < free_memory() < 2**50
