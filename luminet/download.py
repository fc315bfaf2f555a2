"""Fetch published files once: they appear whole and checked, or not at all.

What broke off, by a kill too, is taken up where it ended. That it fits together is
known by the beginning of the SHA-256 in a file's name, as in `weights-258fb6c6.pth`.
"""

import contextlib
import errno
import http.client
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from luminet import atomic, file_lock, http_request
from luminet.datasets.records.file import sha256
from luminet.errors import LuminetError
from luminet.http_request import ELSEWHERE, Interrupted, NothingThere

Progress = Callable[[int, int | None], None]
_NAME = re.compile(r"[\w.-]+-([0-9a-f]{8,64})\.\w+", re.ASCII)
_CONTENT_RANGE = re.compile(r"bytes (\d{1,19})-\d{1,19}/(\d{1,19})")
_LENGTH = re.compile(r"\d{1,19}")
_BLOCK = 2**18
# An attempt that brings fewer bytes is no step forward: it counts as failed.
_STEP = 2**20
_TIMEOUT = 20.0  # Seconds without a byte.
_PAUSES = (1.0, 2.0, 4.0)  # Seconds before each new attempt.
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def fetch(url: str, folder: Path, progress: Progress | None = None) -> Path:
    """Download a file, unless it is there.

    Args:
        url: its address; it ends in the file's name, and that in its checksum.
        folder: where it goes; made if need be.
        progress: called with the bytes that are there, and those of the whole file or
            None where the server does not say.

    Returns:
        Where it is.

    Raises:
        LuminetError: it cannot be fetched or written, or is not what its name says.
    """
    target = folder / url.rpartition("/")[2]
    checksum = _NAME.fullmatch(target.name)[1]
    if _is_right(target, checksum):
        return target
    with _alone(target):
        # Somebody else may have brought it meanwhile.
        if not _is_right(target, checksum):
            part = target.with_name(f"{target.name}.part")
            _bring(url, part, checksum, progress or (lambda *_: None))
            _publish(part, target)
    return target


def _is_right(path, checksum):
    with _telling_of(path):
        return path.is_file() and sha256(path).startswith(checksum)


@contextlib.contextmanager
def _alone(target) -> Iterator[None]:
    """Wait until nobody else downloads the file."""
    lock = target.with_name(f"{target.name}.lock")
    with contextlib.ExitStack() as stack:
        with _telling_of(lock):
            lock.parent.mkdir(parents=True, exist_ok=True)
            _wait_for(lock, target.name, stack)
        yield


def _wait_for(lock, name, stack):
    told = False
    while True:
        try:
            stack.enter_context(file_lock.exclusive(lock, "{owner}", remove=True))
            return
        except LuminetError as owner:
            if not told:
                click.echo(f"waiting for {owner}, which downloads {name}", err=True)
            told = True
            time.sleep(0.2)


def _bring(url, part, checksum, progress):
    """Fetch it into `part`; a second time if the first was put together of pieces."""
    for _ in range(2):
        is_one_piece = _attempt_often(url, part, progress)
        with _telling_of(part):
            found = sha256(part)
            if found.startswith(checksum):
                return
            part.unlink()
        if is_one_piece:
            break
    raise LuminetError(
        f"{url}: damaged on its way, or another file: its SHA-256 begins with "
        f"{found[: len(checksum)]}, not with {checksum}; it was removed{ELSEWHERE}"
    )


def _attempt_often(url, part, progress):
    """Until it is there; returns whether all of it came in one answer."""
    pauses, furthest = iter(_PAUSES), _size(part)
    while True:
        start = _size(part)
        try:
            return _attempt(url, part, start, progress)
        except Interrupted as error:
            if _size(part) >= furthest + _STEP:
                pauses, furthest = iter(_PAUSES), _size(part)
            if (pause := next(pauses, None)) is None:
                raise _given_up(url, part, error) from error
            time.sleep(pause)


def _size(part):
    return part.stat().st_size if part.exists() else 0


def _given_up(url, part, error):
    kept = f"; {_size(part)} bytes are kept for the next time" if _size(part) else ""
    return LuminetError(f"{url}: cannot be downloaded: {error}{kept}{ELSEWHERE}")


def _attempt(url, part, start, progress):
    try:
        with http_request.opened(url, start, _TIMEOUT) as response:
            begin, total = _placed(response, url, start, part)
            _check_room(part, begin, total)
            _receive(response, part, begin, total, progress)
            return begin == 0
    except NothingThere:
        # It is whole, or not the beginning of what the server has: the checksum knows.
        return False


def _placed(response, url, start, part):
    """Where the answer begins, and how many bytes the file has; None if unknown."""
    headers = response.headers
    if response.status == http.client.PARTIAL_CONTENT:
        found = _CONTENT_RANGE.fullmatch(headers.get("Content-Range", ""))
        if not found or int(found[1]) != start:
            part.unlink(missing_ok=True)
            raise Interrupted("the server sent another part than was asked for")
        return start, int(found[2])
    is_encoded = headers.get("Content-Encoding", "identity") != "identity"
    if response.status != http.client.OK or is_encoded:
        raise LuminetError(
            f"{url}: an answer without the file (HTTP {response.status}){ELSEWHERE}"
        )
    length = headers.get("Content-Length", "")
    return 0, int(length) if _LENGTH.fullmatch(length) else None


def _check_room(part, begin, total):
    if total is None:
        return
    free = shutil.disk_usage(part.parent).free + (_size(part) - begin)
    if free < total - begin:
        raise LuminetError(
            f"{part.parent}: {free} bytes are free, and {total - begin} are needed; "
            "make room, or set LUMINET_CACHE to another folder"
        )


def _receive(response, part, begin, total, progress):
    done = begin
    with _telling_of(part):
        # Unbuffered: closing it cannot fail, and a kill loses nothing.
        file = open(part, "ab" if begin else "wb", buffering=0)  # noqa: SIM115
    with file:
        progress(done, total)
        while block := response.read(_BLOCK):
            with _telling_of(part):
                _write_all(file, block)
            done += len(block)
            progress(done, total)
    # http.client takes the end of a connection for the end of the file.
    if total is not None and done != total:
        raise Interrupted(f"the connection ended after {done} of {total} bytes")


def _write_all(file, block):
    # At a limit of sizes the system writes a part only.
    while block:
        block = block[file.write(block) :]


def _publish(part, target):
    with _telling_of(target):
        atomic.sync(part)
        os.replace(part, target)
        atomic.sync(target.parent)


@contextlib.contextmanager
def _telling_of(path):
    """Tell a full disk from a lost connection."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            path.unlink(missing_ok=True)
        raise LuminetError(
            f"{path}: {error.strerror}; LUMINET_CACHE can be set to another folder"
        ) from error
