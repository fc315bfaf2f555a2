"""XML that somebody wrote to use up memory or time, or to reach for other files."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from luminet.datasets.readers import make_reader
from tests.datasets.readers.outcomes import faults

BOMB = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
BOMB = f'<!DOCTYPE a [<!ENTITY a0 "lol">{BOMB}]><annotation>&a9;</annotation>'
QUADRATIC = f'<!DOCTYPE a [<!ENTITY a "{"a" * 50_000}">]>'
QUADRATIC += f"<annotation>{'&a;' * 50_000}</annotation>"
EXTERNAL = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
EXTERNAL += "<annotation><filename>&x;</filename></annotation>"

FILES = [
    pytest.param(BOMB.encode(), "xml-doctype", id="V11 billion laughs"),
    pytest.param(BOMB.encode("utf-16"), "xml-doctype", id="V11 in UTF-16"),
    pytest.param(BOMB.encode("utf-32"), "xml-doctype", id="V11 in UTF-32"),
    pytest.param(QUADRATIC.encode(), "xml-doctype", id="V11 quadratic"),
    pytest.param(EXTERNAL.encode(), "xml-doctype", id="V11 external entity"),
    pytest.param(
        b"<!DOCTYPE annotation><annotation/>", "xml-doctype", id="V11 a DTD alone"
    ),
    pytest.param(b"<a>" * 100_000, "xml-malformed", id="V12 nested"),
    pytest.param(b"x" * (16 * 2**20 + 1), "xml-too-large", id="V12 large"),
]

# Reads files in a process of its own, and prints what each takes: CPU seconds, the best
# of three, and by how much memory has ever grown since before the first.
MEASURE = """
import json, sys, time
from pathlib import Path
from luminet.datasets.readers import annotation_xml

def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

def read(path):
    start = time.process_time()
    try:
        annotation_xml.read(path, "annotation")
    except annotation_xml.XMLError:
        return time.process_time() - start

good, *hostile = sys.argv[1:]
annotation_xml.read(good, "annotation")
before = peak()
for path in hostile:
    seconds = min(read(path) for _ in range(3))
    print(json.dumps([seconds, (peak() - before) / 1024]))
"""


@pytest.mark.parametrize("data, code", FILES)
def test_a_hostile_file_is_a_fault(voc, data, code):
    voc.add("a", data)
    assert faults(make_reader("pascal", voc.root, "train")) == [code]


@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="needs Linux's /proc"
)
def test_hostile_files_take_neither_memory_nor_time(tmp_path):
    paths = [tmp_path / f"{number}.xml" for number in range(len(FILES))]
    for path, parameters in zip(paths, FILES, strict=True):
        path.write_bytes(parameters.values[0])
    (tmp_path / "good.xml").write_text("<annotation/>")
    command = [sys.executable, "-c", MEASURE, tmp_path / "good.xml", *paths]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    measured = [json.loads(line) for line in output.splitlines()]
    assert len(measured) == len(FILES)
    for seconds, megabytes in measured:
        # Time of the processor, and the best of three: by the clock, a machine that is
        # busy with other tests may need any time, whatever bound is set here.
        assert seconds < 0.05
        assert megabytes < 50


def test_an_external_dtd_is_not_fetched(voc):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/x.dtd"
        voc.add("a", f'<!DOCTYPE annotation SYSTEM "{url}"><annotation/>')
        assert faults(make_reader("pascal", voc.root, "train")) == ["xml-doctype"]
        with pytest.raises(TimeoutError):
            server.accept()
