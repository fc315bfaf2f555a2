"""Stop long work politely: a signal is noted, and acted on between two steps."""

import signal
import threading

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
        if threading.current_thread() is threading.main_thread():
            handlers = {number: signal.getsignal(number) for number in _SIGNALS}
            # None is a handler of another language: it could not be put back.
            kept = (signal.SIG_IGN, None)
            self._before = {n: h for n, h in handlers.items() if h not in kept}
        for number in self._before:
            signal.signal(number, self._note)
        return self

    def __exit__(self, *_) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number, _frame):
        self.number = number
        for other in self._before:
            signal.signal(other, signal.SIG_DFL)
