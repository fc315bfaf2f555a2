"""How much memory there is to take."""

import os
from pathlib import Path

_MACHINE = Path("/proc/meminfo")
_CONTAINER = Path("/sys/fs/cgroup")


def free_memory() -> int:
    """Bytes that can be taken: of the machine, and of the container around it."""
    return min(_of_machine(), _of_container())


def _of_machine():
    try:
        fields = _numbers(_MACHINE.read_text())
        return 1024 * fields["MemAvailable:"]
    except (OSError, KeyError):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _of_container():
    try:
        limit = int((_CONTAINER / "memory.max").read_text())
        used = int((_CONTAINER / "memory.current").read_text())
        # Of files that were read: the kernel gives it back.
        given_back = _numbers((_CONTAINER / "memory.stat").read_text())["inactive_file"]
    except (OSError, ValueError, KeyError):
        return 2**63
    return limit - used + given_back


def _numbers(text):
    lines = (line.split() for line in text.splitlines())
    return {words[0]: int(words[1]) for words in lines}
