"""What is asked for again, and what is refused."""

import pytest

from luminet import download
from luminet.download import fetch
from luminet.errors import LuminetError
from tests.download.conftest import NAME, assert_arrived, names
from tests.download.file_server import stall_after, status


def test_a_server_that_is_busy_is_asked_again(server, url, tmp_path):
    server.script = [500, 503]
    fetch(url, tmp_path)
    assert_arrived(tmp_path)


def test_a_server_that_stays_busy_is_told(server, url, tmp_path):
    server.script = [503] * 3
    with pytest.raises(LuminetError, match="downloaded: HTTP 503 Service Unavailable;"):
        fetch(url, tmp_path)
    assert len(server.requests) == 3 and names(tmp_path) == []


@pytest.mark.parametrize("code", [401, 403, 404, 410, 451])
def test_a_file_that_is_not_there_is_not_asked_for_again(server, url, tmp_path, code):
    server.script = [code]
    with pytest.raises(LuminetError, match=f"{url}: cannot be downloaded: HTTP {code}"):
        fetch(url, tmp_path)
    assert len(server.requests) == 1 and names(tmp_path) == []


@pytest.mark.parametrize(
    "answer, told",
    [
        (204, r"without the file \(HTTP 204\)"),
        (status(200, **{"Content-Encoding": "gzip"}), "without the file"),
    ],
)
def test_an_odd_answer_is_refused(server, url, tmp_path, answer, told):
    server.script = [answer]
    with pytest.raises(LuminetError, match=told):
        fetch(url, tmp_path)
    assert names(tmp_path) == []


def test_pauses_grow(server, url, tmp_path, monkeypatch):
    monkeypatch.undo()
    pauses = []
    monkeypatch.setattr(download.time, "sleep", pauses.append)
    server.script = [503] * 3
    fetch(url, tmp_path)
    assert pauses == [1.0, 2.0, 4.0]


def test_a_connection_that_stalls_is_given_up(server, url, tmp_path, monkeypatch):
    monkeypatch.setattr(download, "_TIMEOUT", 0.1)
    server.script = [stall_after(1000)]
    fetch(url, tmp_path)
    assert_arrived(tmp_path)
    server.script = [stall_after(0)] * 3
    with pytest.raises(LuminetError, match="cannot be downloaded: timed out"):
        fetch(url, tmp_path / "other")


def test_a_redirect_is_followed(server, url, tmp_path):
    server.script = [status(302, Location=f"/elsewhere/{NAME}?x=1")]
    fetch(url, tmp_path)
    assert_arrived(tmp_path)
    assert server.paths[1] == f"/elsewhere/{NAME}?x=1"


@pytest.mark.parametrize(
    "place", ["file:///etc/passwd", "ftp://h/x", "http://example.org/x", "data:,x"]
)
def test_a_redirect_to_somewhere_unsafe_is_refused(server, url, tmp_path, place):
    server.script = [status(302, Location=place)]
    with pytest.raises(LuminetError) as caught:
        fetch(url, tmp_path)
    assert place in str(caught.value) and len(str(caught.value).splitlines()) == 1
    assert len(server.requests) == 1 and names(tmp_path) == []


def test_a_redirect_in_a_circle_is_told_in_one_line(server, url, tmp_path):
    server.script = [status(302, Location=url)] * 20
    with pytest.raises(LuminetError, match="infinite loop") as caught:
        fetch(url, tmp_path)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    "address",
    ["http://example.org", "file:///etc", "ftp://example.org", "https://[::1"],
)
def test_an_address_that_is_unsafe_is_refused(address, tmp_path):
    with pytest.raises(LuminetError, match="not downloaded, only https:// is"):
        fetch(f"{address}/{NAME}", tmp_path)
    assert names(tmp_path) == []


def test_without_network_one_learns_what_to_do(tmp_path):
    url = f"https://no-such-host.invalid/{NAME}"
    told = f"^{url}: cannot be reached, is there a network.*--file` takes one"
    with pytest.raises(LuminetError, match=told):
        fetch(url, tmp_path)
    assert names(tmp_path) == []


def test_a_server_that_is_not_running_is_told(server, url, tmp_path):
    server.__exit__()
    with pytest.raises(LuminetError, match="downloaded: Connection refused; .*--file`"):
        fetch(url, tmp_path)


def test_a_server_without_a_certificate_is_told(server, tmp_path):
    address = server.address.replace("http:", "https:")
    with pytest.raises(LuminetError, match="(cannot be downloaded|not the server).*"):
        fetch(f"{address}/{NAME}", tmp_path)


def test_the_proxy_of_the_environment_is_used(server, tmp_path, monkeypatch):
    monkeypatch.setenv("http_proxy", server.address)
    fetch(f"http://localhost:9/{NAME}", tmp_path)
    assert_arrived(tmp_path)
    assert server.paths == [f"http://localhost:9/{NAME}"]
