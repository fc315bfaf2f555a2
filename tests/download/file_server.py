"""A server of one file on this machine, that fails as it is told to."""

import contextlib
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FileServer:
    """Serves `content` under every path; a context manager.

    Attributes:
        content: bytes of the file.
        script: what to do with the next requests, one after the other; then all is
            well. A number is a status, a function is given the handler.
        requests, paths: headers and path of all requests.
    """

    def __init__(self, content):
        self.content = content
        self.script, self.requests, self.paths = [], [], []
        self.released = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                outer.requests.append(dict(self.headers))
                outer.paths.append(self.path)
                self.close_connection = True
                action = outer.script.pop(0) if outer.script else whole
                answer = status(action) if isinstance(action, int) else action
                with contextlib.suppress(ConnectionError):
                    answer(self, outer)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=[0.01]).start()
        return self

    def __exit__(self, *_):
        self.released.set()
        self._server.shutdown()
        self._server.server_close()


def whole(handler, server, length=None, stop=None):
    """The file, or the part that is asked for."""
    start = 0
    asked = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
    if asked:
        start = int(asked[1])
    if start and start >= len(server.content):
        return status(416)(handler, server)
    part = server.content[start:]
    handler.send_response(206 if start else 200)
    if start:
        size = len(server.content)
        handler.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
    handler.send_header("Content-Length", str(len(part) if length is None else length))
    handler.end_headers()
    handler.wfile.write(part[:stop])


def status(code, **headers):
    """An answer without a file."""

    def answer(handler, _):
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def cut_after(count):
    """The connection ends after so many bytes of the part that is asked for."""
    return lambda handler, server: whole(handler, server, stop=count)


def stall_after(count):
    """Nothing more comes after so many bytes, and the connection stays."""

    def answer(handler, server):
        whole(handler, server, stop=count)
        handler.wfile.flush()
        server.released.wait(10)

    return answer


def without_ranges(handler, server):
    """All of the file, whatever is asked for."""
    del handler.headers["Range"]
    whole(handler, server)


def another_part(handler, server):
    """A part that nobody asked for."""
    handler.send_response(206)
    handler.send_header("Content-Range", f"bytes 1-2/{len(server.content)}")
    handler.send_header("Content-Length", "2")
    handler.end_headers()
    handler.wfile.write(server.content[1:3])


def in_chunks(handler, server):
    """The file, without a word on how long it is."""
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    for start in range(0, len(server.content), 1000):
        chunk = server.content[start : start + 1000]
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
    handler.wfile.write(b"0\r\n\r\n")
