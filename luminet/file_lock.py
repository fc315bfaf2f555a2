"""Keep a second process out: a lock on a file that lasts as long as its owner."""

import contextlib
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

from luminet.errors import LuminetError


@contextlib.contextmanager
def exclusive(path: Path, message: str, remove: bool = False) -> Iterator[None]:
    """Hold the lock while the block runs.

    Args:
        path: the file; its folder is there.
        message: what to say if somebody else holds it; `{owner}` is who that is.
        remove: take the file away in the end.

    Raises:
        LuminetError: somebody else holds it.
    """
    with open(path, "a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Its owner may have removed it since it was opened here: then the file of
            # that name is another one, or none.
            if not os.path.samestat(os.fstat(file.fileno()), path.stat()):
                raise BlockingIOError
        except (BlockingIOError, FileNotFoundError) as error:
            raise LuminetError(message.format(owner=_owner(file))) from error
        file.truncate(0)
        file.write(f"process {os.getpid()} on {socket.gethostname()}\n")
        file.flush()
        try:
            yield
        finally:
            if remove:
                path.unlink(missing_ok=True)
            else:
                file.truncate(0)


def _owner(file):
    # Whoever took it a moment ago writes who that is a moment later.
    for _ in range(100):
        file.seek(0)
        if owner := file.read().strip():
            return owner
        time.sleep(0.01)
    return "another process"
