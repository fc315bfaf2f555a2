"""Work on many pictures in several processes, results in order, memory bounded."""

import collections
import concurrent.futures
import contextlib
import ctypes
import gc
import itertools
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool

from luminet.errors import LuminetError

# Of Linux' prctl: the signal that a process gets when its parent dies.
_PR_SET_PDEATHSIG = 1
# Tasks that are handed out for each process: enough that none waits for another.
_AHEAD = 4
# New objects after which a process looks for cycles among them, not Python's 700: that
# would take a tenth of its time, and the objects of a few pictures are as many.
_COLLECT_AFTER = 50_000

_state = None


def default_workers() -> int:
    """One for each core that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def map_in_order(
    function: Callable, state, tasks: Iterable, num_workers: int
) -> Iterator:
    """Call `function(state, task)` for every task; results in the tasks' order.

    Tasks are taken as they are needed. With one worker all happens in this process.

    Args:
        function: of a module; runs in any process.
        state: what all tasks share, such as readers: handed over once.
        tasks: small, as are the results.
        num_workers: processes.

    Raises:
        LuminetError: a process died.
    """
    if num_workers == 1:
        yield from (function(state, task) for task in tasks)
        return
    with _pool(num_workers, state) as pool:
        tasks, pending = iter(tasks), collections.deque()
        try:
            for task in itertools.islice(tasks, _AHEAD * num_workers):
                pending.append(pool.submit(_call, function, task))
            while pending:
                result = pending.popleft().result()
                for task in itertools.islice(tasks, 1):
                    pending.append(pool.submit(_call, function, task))
                yield result
        except BrokenProcessPool as error:
            raise LuminetError(
                "a worker process was killed, perhaps for want of memory; use fewer "
                "with --workers"
            ) from error


@contextlib.contextmanager
def _pool(num_workers, state):
    # A forked process has the readers without a copy of them being sent.
    forks = "fork" in multiprocessing.get_all_start_methods()
    pool = concurrent.futures.ProcessPoolExecutor(
        num_workers,
        mp_context=multiprocessing.get_context("fork" if forks else "spawn"),
        initializer=_start,
        initargs=(state, os.getpid()),
    )
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _start(state, parent):
    """A worker leaves signals to its parent, and does not outlive it."""
    global _state
    _state = state
    # To look at what the parent made would only copy its memory.
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def _call(function, task):
    return function(_state, task)
