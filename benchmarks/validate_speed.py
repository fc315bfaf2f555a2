"""Plant faults in 10,000 annotated pictures, and see what `validate` finds, how fast.

    .venv/bin/python benchmarks/validate_speed.py

on a machine with nothing else to do. Prints one line of JSON for each way to check:
faults planted, missed and falsely found, pictures per second.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from luminet.datasets.conversion.validate import validate
from luminet.datasets.example_reader import Decode, Rules
from luminet.datasets.source.source import Source
from tests.datasets.conversion import planted_faults


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=10_000)
    parser.add_argument("--each", type=int, default=20, help="faults of each kind")
    options = parser.parse_args()
    for decode in (Decode.HEADER, Decode.FULL):
        for num_workers in (1, 2):
            with tempfile.TemporaryDirectory() as folder:
                check(Path(folder) / "voc", decode, num_workers, options)


def check(folder, decode, num_workers, options):
    with_pixels = decode is Decode.FULL
    expected = planted_faults.plant(
        folder, options.pictures, options.each, with_pixels=with_pixels
    )
    start = time.perf_counter()
    report = validate(
        lambda: Source(folder, "pascal", rules=Rules(decode)), num_workers
    )
    seconds = time.perf_counter() - start
    found, expected = Counter(planted_faults.found(report)), Counter(expected)
    result = {
        "decode": decode.value,
        "processes": num_workers,
        "pictures": report.num_read,
        "planted": expected.total(),
        "missed": (expected - found).total(),
        "false_alarms": (found - expected).total(),
        "pictures_per_s": round(report.num_read / seconds),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
