"""Stop long work politely: a signal is noted, and acted on between two steps."""

import contextlib
import signal
import threading
from collections.abc import Iterator

from luminet.errors import LuminetError

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(LuminetError):
    """Work was stopped by a signal, after saving what was done."""

    def __init__(self, number: int, message: str):
        super().__init__(message)
        self.exit_code = 128 + number


class Interrupt:
    """While the block runs, remember the first signal; a second one kills at once.

    Signals that the process ignores, as under `nohup`, stay ignored. Outside the main
    thread, where Python allows no handlers, nothing is noted.

    Attributes:
        number: of the signal that came, or None.
    """

    def __init__(self):
        self.number: int | None = None
        self._before: dict[int, object] = {}

    def __enter__(self) -> "Interrupt":
        self._before = _set_handlers(_SIGNALS, self._note)
        return self

    def __exit__(self, *_) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number, _frame):
        self.number = number
        for other in self._before:
            signal.signal(other, signal.SIG_DFL)


class _Stop(BaseException):
    """No `Exception`: TensorFlow turns those into others while it traces a function."""


@contextlib.contextmanager
def raise_on_signal() -> Iterator[None]:
    """While the block runs, SIGTERM and SIGHUP raise, so that it tidies up.

    Raises:
        Interrupted: one of them came. (For SIGINT, Python raises KeyboardInterrupt.)
    """

    def stop(number, _frame):
        raise _Stop(number)

    before = _set_handlers((signal.SIGTERM, signal.SIGHUP), stop)
    try:
        yield
    except _Stop as stopped:
        number = signal.Signals(stopped.args[0])
        raise Interrupted(number, f"stopped by {number.name}") from stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _set_handlers(numbers, handler):
    """Handle those signals that are not ignored; returns the handlers before."""
    if threading.current_thread() is not threading.main_thread():
        return {}
    before = {number: signal.getsignal(number) for number in numbers}
    # None is a handler of another language: it could not be put back.
    kept = (signal.SIG_IGN, None)
    before = {number: old for number, old in before.items() if old not in kept}
    for number in before:
        signal.signal(number, handler)
    return before
