"""Signals: noted between steps, raised elsewhere, and left alone where ignored."""

import os
import signal
import threading

import pytest

from luminet.interrupt import Interrupt, Interrupted, raise_on_signal


@pytest.fixture(autouse=True)
def handlers_stay():
    """Whatever a test does, the handlers are afterwards as they were."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield
    after = [signal.getsignal(number) for number in numbers]
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)
    assert after == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_first_signal_is_noted(number):
    with Interrupt() as interrupt:
        assert interrupt.number is None
        os.kill(os.getpid(), number)
        assert interrupt.number == number


def test_second_signal_kills_at_once():
    with Interrupt():
        os.kill(os.getpid(), signal.SIGTERM)
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
        assert signal.getsignal(signal.SIGINT) == signal.SIG_DFL


def ignored_in(block):
    """Whether a signal that is ignored, as under nohup, stays so in the block."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with block:
            os.kill(os.getpid(), signal.SIGHUP)
            return signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_ignored_signal_stays_ignored():
    assert ignored_in(Interrupt())
    assert ignored_in(raise_on_signal())


def test_outside_the_main_thread_nothing_is_noted():
    numbers = []

    def work():
        with Interrupt() as interrupt, raise_on_signal():
            numbers.append(interrupt.number)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert numbers == [None]


@pytest.mark.parametrize(
    "number, status", [(signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_signal_is_raised_so_that_the_block_tidies_up(number, status):
    tidied = []
    with pytest.raises(Interrupted) as caught, raise_on_signal():
        try:
            os.kill(os.getpid(), number)
            signal.pause()
        finally:
            tidied.append(True)
    assert tidied
    assert str(caught.value) == f"stopped by {number.name}"
    assert caught.value.exit_code == status


def test_inside_another_block_a_signal_is_noted_only():
    with raise_on_signal(), Interrupt() as interrupt:
        os.kill(os.getpid(), signal.SIGTERM)
        assert interrupt.number == signal.SIGTERM
