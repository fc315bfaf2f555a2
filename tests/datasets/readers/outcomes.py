"""What comes of reading a picture: examples, or codes of faults."""

import numpy as np
import pytest

from luminet.datasets.example_reader import ExampleReader
from luminet.datasets.findings import InvalidDataset, InvalidExample
from luminet.datasets.readers import make_reader
from luminet.errors import InputError

CLASSES = ("cat", "dog")


def read(reader, key="a", class_names=CLASSES):
    """The example and its findings."""
    return ExampleReader(reader, class_names).read(key)


def faults(reader, key="a"):
    """The codes of what makes a picture unusable."""
    with pytest.raises(InvalidExample) as caught:
        read(reader, key)
    assert all(finding.remedy for finding in caught.value.findings)
    return [finding.code for finding in caught.value.findings if finding.fatal]


def warnings(reader, key="a"):
    """The codes of what is odd about a picture that can be used."""
    _, findings = read(reader, key)
    assert not any(finding.fatal for finding in findings)
    assert all(finding.remedy for finding in findings)
    return [finding.code for finding in findings]


def refusal(*arguments, **options):
    """The error of `make_reader`: one line, with a remedy if it has a code."""
    with pytest.raises(InputError) as caught:
        make_reader(*arguments, **options)
    error = caught.value
    assert len(str(error).splitlines()) == 1
    if isinstance(error, InvalidDataset):
        assert all(finding.remedy for finding in error.findings)
    return str(error)


def objects_of(example, class_names):
    """Class and box of each object, `(name, y1, x1, y2, x2)`, in an order that small
    differences do not change."""
    objects = [
        (class_names[number], *map(float, box))
        for number, box in zip(example.classes, example.boxes, strict=True)
    ]
    return sorted(objects, key=lambda item: (item[0], *map(round, item[1:])))


def mutations(data, count=300, seed=0):
    """A file with a few bytes changed, cut out or doubled, at random."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        mutated = bytearray(data)
        for _ in range(rng.integers(1, 4)):
            start = int(rng.integers(len(mutated) + 1))
            end = start + int(rng.integers(0, 6))
            new = rng.integers(0, 256, int(rng.integers(0, 4)), np.uint8).tobytes()
            choices = (new, b"", bytes(mutated[start:end]) * 2, b"-", b"9", b"\0")
            mutated[start:end] = choices[rng.integers(len(choices))]
        yield bytes(mutated)
