"""Several processes: order, errors, and processes that die."""

import os
import signal
import subprocess
import sys
import time

import pytest

from luminet.datasets.workers import map_in_order
from luminet.errors import InputError, LuminetError


def add(state, task):
    return state + task


def slow_first(_, task):
    time.sleep(0.1 if task == 0 else 0.0)
    return task


def process(_, __):
    return os.getpid()


def fail(_, task):
    if task == 3:
        raise InputError("task 3")
    return task


def disk_full(_, __):
    raise OSError(28, "No space left on device", "there")


def die(_, task):
    if task == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return task


@pytest.mark.parametrize("num_workers", [1, 2])
def test_results_come_in_the_order_of_the_tasks(num_workers):
    assert list(map_in_order(add, 10, range(50), num_workers)) == [*range(10, 60)]
    assert list(map_in_order(slow_first, None, range(9), num_workers)) == [*range(9)]


def test_one_worker_is_this_process_and_several_are_others():
    assert set(map_in_order(process, None, range(3), 1)) == {os.getpid()}
    assert os.getpid() not in set(map_in_order(process, None, range(3), 2))


def test_tasks_are_taken_as_they_are_needed():
    taken = []

    def tasks():
        for number in range(1000):
            taken.append(number)
            yield number

    results = map_in_order(add, 0, tasks(), 2)
    assert next(results) == 0
    assert len(taken) <= 9
    results.close()


@pytest.mark.parametrize("num_workers", [1, 2])
def test_an_error_is_raised_here(num_workers):
    with pytest.raises(InputError, match="task 3"):
        list(map_in_order(fail, None, range(100), num_workers))


def test_an_error_of_the_system_keeps_its_number():
    with pytest.raises(OSError) as caught:
        list(map_in_order(disk_full, None, range(4), 2))
    assert (caught.value.errno, caught.value.filename) == (28, "there")


def test_a_process_that_is_killed_is_an_error_and_not_a_wait():
    started = time.monotonic()
    with pytest.raises(LuminetError, match="a worker process was killed"):
        list(map_in_order(die, None, range(100), 2))
    assert time.monotonic() - started < 10


ORPHANS = """
import os, sys, time
from luminet.datasets.workers import map_in_order

def work(_, task):
    os.write(1, b"%d\\n" % os.getpid())  # at once, or two would mix
    time.sleep(60)

list(map_in_order(work, None, range(2), 2))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs prctl")
def test_workers_do_not_outlive_a_killed_parent():
    command = [sys.executable, "-c", ORPHANS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        workers = [int(parent.stdout.readline()) for _ in range(2)]
        parent.kill()
    deadline = time.monotonic() + 10
    while any(is_running(number) for number in workers):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_running(number):
    try:
        with open(f"/proc/{number}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
