"""A newcomer can read all that a prediction of the default model runs through."""

import sys
from pathlib import Path

import luminet
from luminet.checkpoints import build_model
from luminet.config import load_config
from tests.models.faster_rcnn.test_faster_rcnn import PYRAMID, batch

PACKAGE = Path(luminet.__file__).parent
MAX_FILES, MAX_LINES = 13, 1300


def files_of_calls(function, *args):
    """The files of luminet whose functions run, or whose methods do."""
    names = set()

    def note(frame, event, argument):
        if event == "call":
            names.add(frame.f_code.co_filename)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        function(*args)
    finally:
        sys.setprofile(before)
    return sorted(path for path in map(Path, names) if PACKAGE in path.parents)


def test_a_forward_pass_is_thirteen_files_and_1300_lines_at_most():
    """From a batch to detections, comments and all; not how the parts were made."""
    model, inputs = build_model(load_config([], PYRAMID)), batch(images=1)
    files = files_of_calls(lambda: model.detections(model(inputs)))
    lines = {
        path.relative_to(PACKAGE).as_posix(): len(path.read_text("utf-8").splitlines())
        for path in files
    }
    listing = "\n".join(f"{count:5} {name}" for name, count in lines.items())
    total = sum(lines.values())
    message = f"{len(lines)} files, {total} lines:\n{listing}"
    print(message)
    assert "models/faster_rcnn/faster_rcnn.py" in lines, message
    assert len(lines) <= MAX_FILES, message
    assert total <= MAX_LINES, message
