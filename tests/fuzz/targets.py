"""What is fuzzed: every parser of files that somebody else wrote.

A target takes bytes, and may raise `InputError`: anything else is a bug.
"""

import atexit
import contextlib
import importlib
import io
import itertools
import os
import shutil
import tempfile
from pathlib import Path

from PIL import Image

from luminet.datasets import image
from luminet.datasets.conversion.plan import plan_source
from luminet.datasets.example_reader import Decode, Rules
from luminet.datasets.findings import InvalidExample
from luminet.datasets.readers import recognise
from luminet.datasets.source.source import Source
from luminet.errors import InputError
from luminet.torch_file import read_state
from tests.datasets.readers.notations.truth import PICTURES
from tests.torch_file import hand_made
from tests.torch_file.test_code import CODE
from tests.torch_file.test_weights import FOLDER as TORCH_FILES

PICTURE_SUFFIXES = {".png", ".jpg", ".jpeg"}


class NotationTarget:
    """A small data set in one notation, one of whose files is what the fuzzer says.

    The first byte chooses the file, the others are its content.
    """

    def __init__(self, notation):
        self.notation = notation
        self.folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{notation}-", dir=_memory()))
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        module = importlib.import_module(f"tests.datasets.readers.notations.{notation}")
        module.write(self.folder, PICTURES)
        files = sorted(path for path in self.folder.rglob("*") if path.is_file())
        self.files = [f for f in files if f.suffix.lower() not in PICTURE_SUFFIXES]
        self.good = [path.read_bytes() for path in self.files]
        self.rules = Rules(Decode.HEADER)

    def seeds(self):
        """Good files, to begin with."""
        return [bytes([index]) + data for index, data in enumerate(self.good)]

    def __call__(self, data):
        index = data[0] % len(self.files) if data else 0
        self.files[index].write_bytes(data[1:])
        try:
            self._read()
        finally:
            self.files[index].write_bytes(self.good[index])

    def _read(self):
        with contextlib.suppress(InputError):
            recognise(self.folder)
        try:
            source = Source(self.folder, self.notation, rules=self.rules, num_workers=1)
            plan = plan_source(source)
        except InputError:
            return
        pictures = itertools.chain.from_iterable(plan.splits.values())
        for picture in itertools.islice(pictures, 10):
            try:
                plan.readers[picture.reader].read(picture.key)
            except InvalidExample as error:
                for finding in error.findings:
                    finding.to_dict()


class PictureTarget:
    """The decoder of pictures."""

    def seeds(self):
        return [PICTURES[0].png(), *(_encoded(name) for name in _FORMATS)]

    def __call__(self, data):
        for trust in (False, True):
            try:
                image.standard_form(data, trust)
            except image.ImageError as error:
                assert error.code


class TorchFileTarget:
    """Files of weights; or only the pickle in an archive, so that its checksum fits.

    The first byte chooses between the two.
    """

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="fuzz-weights-", dir=_memory()))
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)

    def seeds(self):
        """What PyTorch wrote, and what runs code where it is run."""
        written = TORCH_FILES.glob("*.pth")
        yield from (b"\0" + path.read_bytes() for path in sorted(written))
        yield from (b"\1" + hand_made.pickle(body) for body in CODE.values())
        yield b"\1" + hand_made.GOOD

    def __call__(self, data):
        content = data[1:]
        if data[:1] == b"\1":
            content = hand_made.zip_file(content)
        path = self.folder / "weights"
        path.write_bytes(content)
        with contextlib.suppress(InputError):
            for array in read_state(path).values():
                array.sum()


_FORMATS = ("JPEG", "GIF", "BMP", "WEBP")


def _encoded(file_format):
    picture = Image.open(io.BytesIO(PICTURES[0].png()))
    file = io.BytesIO()
    picture.save(file, file_format)
    return file.getvalue()


def _memory():
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def make_target(name):
    """The target of a notation's name, "picture" or "torch_file"."""
    others = {"picture": PictureTarget, "torch_file": TorchFileTarget}
    return others[name]() if name in others else NotationTarget(name)
