"""Fuzz the parsers: `make fuzz`, or `python -m tests.fuzz.run --seconds 60 coco csv`.

With atheris, which follows the coverage of the code. Each target runs in a process of
its own, under limits of memory and time; what makes one fail is written to a file that
can be given again with --input.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

NAMES = (
    *("coco", "csv", "cvat", "flat", "imagenet", "labelme", "openimages", "pascal"),
    *("taggerine", "tfrecord", "yolo", "picture", "torch_file"),
)
MAX_MEGABYTES = 3072
MAX_SECONDS_EACH = 5


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("targets", nargs="*", help=f"of {', '.join(NAMES)}; all")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--input", type=Path, help="run the target on this file")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    targets = options.targets or NAMES
    if unknown := set(targets) - set(NAMES):
        parser.error(f"no target {', '.join(unknown)}; there are {', '.join(NAMES)}")
    if options.input:
        from tests.fuzz.targets import make_target

        make_target(targets[0])(options.input.read_bytes())
    elif options.inside:
        fuzz(targets[0], options.seconds)
    else:
        failed = [name for name in targets if not passes(name, options.seconds)]
        sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


def passes(name, seconds):
    """Run a target in a process of its own, and show its last lines."""
    command = [sys.executable, "-m", "tests.fuzz.run", name, "--inside"]
    result = subprocess.run(
        [*command, "--seconds", str(seconds)], capture_output=True, text=True
    )
    output = result.stdout + result.stderr
    if result.returncode == 0:
        done = [line for line in output.splitlines() if line.startswith("Done ")]
        print(f"{name}: {done[-1] if done else 'done'}", flush=True)
    else:
        print(f"{name}: FAILED\n{output[-4000:]}", flush=True)
    return result.returncode == 0


def fuzz(name, seconds):
    import atheris

    with atheris.instrument_imports(include=["luminet"]):
        from tests.fuzz.targets import make_target

        target = make_target(name)
    corpus = Path(tempfile.mkdtemp(prefix="fuzz-corpus-"))
    for index, seed in enumerate(target.seeds()):
        (corpus / str(index)).write_bytes(seed)
    arguments = [
        f"-max_total_time={seconds}",
        f"-rss_limit_mb={MAX_MEGABYTES}",
        f"-timeout={MAX_SECONDS_EACH}",
        "-max_len=65536",
        f"-artifact_prefix=fuzz-{name}-",
    ]
    atheris.Setup([sys.argv[0], str(corpus), *arguments], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
