"""Ask for a file over HTTPS, and tell what fails for good from what may pass."""

import contextlib
import errno
import http.client
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlsplit

import luminet
from luminet.errors import LuminetError

ELSEWHERE = "; `lumi checkpoint import --file` takes one that was fetched elsewhere"
_LOCAL = {"localhost", "127.0.0.1", "::1"}
# The server may be able to answer later.
_PASSING = {408, 425, 429, 500, 502, 503, 504}
_RANGE_NOT_SATISFIABLE = 416
_NO_ROUTE = {errno.ENETUNREACH, errno.EHOSTUNREACH}


class Interrupted(Exception):
    """An attempt failed; the next one may not."""


class NothingThere(Exception):
    """The file ends before the part that was asked for."""


@contextlib.contextmanager
def opened(url: str, start: int, timeout: float) -> Iterator[http.client.HTTPResponse]:
    """The answer to a request; what goes wrong while the block reads it is told, too.

    Proxies are those of the environment (`https_proxy`, `no_proxy`).

    Args:
        url: https, or plain http on this machine; and so must be every address that
            the server sends on to.
        start: bytes that need not be sent; the server may send them nevertheless.
        timeout: seconds without a byte after which it is given up.

    Raises:
        Interrupted: it may work later.
        NothingThere: the file is no longer than `start`.
        LuminetError: it will not work.
    """
    _check_address(url)
    headers = {"User-Agent": f"luminet/{luminet.__version__}"}
    if start:
        headers["Range"] = f"bytes={start}-"
    request = urllib.request.Request(url, headers=headers)
    opener = urllib.request.build_opener(_SafeRedirects)
    try:
        with opener.open(request, timeout=timeout) as response:
            yield response
    except urllib.error.HTTPError as error:
        error.close()
        raise _of_status(error, url) from error
    except urllib.error.URLError as error:
        raise _of_connection(error.reason, url) from error
    except (OSError, http.client.HTTPException) as error:
        raise Interrupted(_reason(error)) from error


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, req, fp, code, msg, headers, newurl):
        # Nobody from outside may send to a server on this machine.
        _check_address(newurl, allow_local=req.full_url.startswith("http:"))
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _check_address(url, allow_local=True):
    try:
        parts = urlsplit(url)
        is_local = parts.scheme == "http" and parts.hostname in _LOCAL
        is_safe = parts.scheme == "https" and bool(parts.hostname)
    except ValueError:
        is_local = is_safe = False
    if not (is_safe or (is_local and allow_local)):
        raise LuminetError(f"{url!r}: not downloaded, only https:// is{ELSEWHERE}")


def _of_status(error, url):
    told = f"HTTP {error.code} {_reason(error.reason)}"
    if error.code == _RANGE_NOT_SATISFIABLE:
        return NothingThere()
    if error.code in _PASSING:
        return Interrupted(told)
    return LuminetError(f"{url}: cannot be downloaded: {told}{ELSEWHERE}")


def _of_connection(reason, url):
    told = _reason(reason)
    no_route = isinstance(reason, OSError) and reason.errno in _NO_ROUTE
    if no_route or isinstance(reason, socket.gaierror):
        return LuminetError(
            f"{url}: cannot be reached, is there a network? ({told}){ELSEWHERE}"
        )
    if isinstance(reason, ssl.SSLCertVerificationError):
        return LuminetError(f"{url}: not the server that it should be: {told}")
    return Interrupted(told)


def _reason(error):
    text = str(getattr(error, "strerror", None) or error).strip()
    return text.partition("\n")[0][:200] or type(error).__name__
