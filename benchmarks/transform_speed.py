"""Time `lumi dataset transform` beside the least that such a conversion has to do.

    .venv/bin/python benchmarks/transform_speed.py --pictures 5000
    .venv/bin/python benchmarks/transform_speed.py --data-dir data/BCCD

on a machine with nothing else to do. The least is two processes that only read the
pictures, decode them fully and write their bytes to one file each; with
`--trust-images`, they only read and write. Runs take turns, and every figure is a
median. Prints one line of JSON for each figure.

Both sides fork their processes from this one, where all modules are loaded, and wait
for their end: that counts on both. What the disk takes to have the files for certain
counts on ours alone. `..._cpu` compares the time of the processors, all processes
together, instead of seconds on the clock: there other programs matter less.
"""

import argparse
import io
import json
import multiprocessing
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

LUMI = Path(sys.executable).parent / "lumi"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=5000, help="to draw")
    parser.add_argument("--data-dir", type=Path, help="VOC data set instead of them")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source = options.data_dir or draw(Path(folder) / "voc", options.pictures)
        files = sorted(source.rglob("*.jpg"))
        for trust in (False, True):
            compare(Path(folder), source, files, trust, options.rounds)


def compare(folder, source, files, trust, rounds):
    """Ours beside the least, in turns; the first round fills the disk's cache."""
    ours, whole, least = [], [], []
    for _ in range(rounds + 1):
        ours.append(seconds(convert, source, folder / "ours", trust))
        whole.append(seconds(command, source, folder / "command", trust))
        least.append(seconds(read_and_write, files, folder / "least", not trust))
        for name in ("ours", "command", "least"):
            shutil.rmtree(folder / name)
    cpu = median(least, 1) / median(ours, 1)
    ours, whole, least = (median(runs, 0) for runs in (ours, whole, least))
    rates = {
        "pictures": len(files),
        "transform_per_s": round(len(files) / ours),
        "command_per_s": round(len(files) / whole),
        "least_per_s": round(len(files) / least),
        "transform_to_least": round(least / ours, 3),
        "transform_to_least_cpu": round(cpu, 3),
        "command_to_least": round(least / whole, 3),
    }
    print(json.dumps({"checked_by": "header" if trust else "full decode", **rates}))


def seconds(work, *arguments):
    """What it takes: on the clock, and of the processors."""
    start, cpu = time.perf_counter(), processor_seconds()
    work(*arguments)
    return time.perf_counter() - start, processor_seconds() - cpu


def processor_seconds():
    """Of this process and of those that it waited for."""
    each = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = [resource.getrusage(who) for who in each]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def median(runs, index):
    """Of all runs but the first."""
    return statistics.median(run[index] for run in runs[1:])


def convert(source, output, trust):
    """The library's conversion, in this process and its workers."""
    from luminet.datasets.conversion.convert import convert
    from luminet.datasets.conversion.plan import plan_source
    from luminet.datasets.example_reader import Decode, Rules
    from luminet.datasets.source.source import Source

    rules = Rules(Decode.TRUST if trust else Decode.FULL)
    plan = plan_source(Source(source, "pascal", rules=rules))
    convert(plan, output, "benchmark", on_invalid="skip", num_workers=2)


def command(source, output, trust):
    """The command as it is typed, its start included."""
    arguments = [LUMI, "dataset", "transform", source, "--output-dir", output]
    arguments += ["--type", "pascal", "--on-invalid", "skip", "--workers", "2"]
    arguments += ["--trust-images"] if trust else []
    subprocess.run(arguments, check=True, capture_output=True)


def read_and_write(files, output, decode):
    """The least: two processes, half of the files each, no annotations."""
    output.mkdir()
    halves = [(files[part::2], output / str(part), decode) for part in (0, 1)]
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=_copy, args=half) for half in halves]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


def _copy(files, output, decode):
    with open(output, "wb") as file:
        for path in files:
            data = path.read_bytes()
            if decode:
                Image.open(io.BytesIO(data)).load()
            file.write(data)


def draw(folder, count):
    """JPEGs of 640x480 with an annotation each, VOC layout without lists."""
    rng = np.random.default_rng(0)
    folder = folder / "train"
    folder.mkdir(parents=True)
    for index in range(count):
        # Smooth noise is about as hard to decode as a photograph.
        coarse = rng.integers(0, 255, [48, 64, 3], np.uint8)
        image = Image.fromarray(coarse).resize((640, 480), Image.Resampling.BICUBIC)
        noisy = np.asarray(image, np.int16) + rng.integers(-12, 12, [480, 640, 3])
        noisy = Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))
        noisy.save(folder / f"{index:05}.jpg", quality=90)
        objects = "".join(_object(rng) for _ in range(5))
        size = "<size><width>640</width><height>480</height></size>"
        annotation = f"<annotation>{size}{objects}</annotation>"
        (folder / f"{index:05}.xml").write_text(annotation)
    return folder.parent


def _object(rng):
    x, y = rng.integers(1, 300, 2)
    width, height = rng.integers(20, 170, 2)
    return (
        f"<object><name>thing</name><bndbox><xmin>{x}</xmin><ymin>{y}</ymin>"
        f"<xmax>{x + width}</xmax><ymax>{y + height}</ymax></bndbox></object>"
    )


if __name__ == "__main__":
    main()
