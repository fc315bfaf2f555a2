"""`lumi predict`."""

import contextlib
import json
import sys
from pathlib import Path

import click

from luminet.cli import options
from luminet.errors import LuminetError

DEFAULT_MIN_PROB = 0.5
USUAL_MAX_DETECTIONS = 100


@click.command()
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
    metavar="PATHS...",
)
@options.checkpoint
@click.option(
    "-f",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the JSON lines to this file.  [default: stdout]",
)
@click.option(
    "-d",
    "--save-media-to",
    "media_dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the pictures with their boxes into this folder.",
)
@click.option(
    "--min-prob",
    type=click.FloatRange(0, 1),
    default=DEFAULT_MIN_PROB,
    show_default=True,
    help="Leave out what is less certain.",
)
@click.option(
    "--max-detections",
    type=click.IntRange(1),
    help="For each picture.  [default: as many as the model gives, usually 100]",
)
@click.option("-k", "--only-class", "only", multiple=True, help="Keep this class only.")
@click.option("-K", "--ignore-class", "ignore", multiple=True, help="Leave it out.")
@options.override
def predict(
    paths,
    checkpoint,
    output,
    media_dir,
    min_prob,
    max_detections,
    only,
    ignore,
    overrides,
):
    """Find objects on pictures: files, or folders of them.

    Prints one line of JSON for each picture, with boxes [xmin, ymin, xmax, ymax] in
    pixels of the picture. Without --checkpoint and without a run in the folder jobs, a
    published detector is used, or offered at a terminal: it finds COCO's 80 classes.

    \b
    Example:
      lumi predict photo.jpg pictures/ --checkpoint jobs/bccd -d drawn
    """
    from luminet.datasets.image import ImageError
    from luminet.picture_files import drawn_paths, find_pictures

    if only and ignore:
        raise click.UsageError(
            "-k/--only-class and -K/--ignore-class exclude each other"
        )
    files, num_others = find_pictures(paths)
    if num_others:
        click.echo(f"left out {num_others} that are no pictures", err=True)
    drawn = drawn_paths(files, media_dir) if media_dir else [None] * len(files)
    checkpoint = options.choose_checkpoint(checkpoint)
    from luminet.cli.start import start_tensorflow

    start_tensorflow()
    from luminet import checkpoints
    from luminet.predict import Predictor

    limits = _wider_limits(min_prob, max_detections)
    predictor = Predictor(checkpoints.load(checkpoint, [*limits, *overrides]))
    wanted = {
        "min_prob": min_prob,
        "max_detections": max_detections,
        "only": predictor.class_indices(only) if only else None,
        "ignore": predictor.class_indices(ignore),
    }
    failures = 0
    with _output(output) as out, _progress(files) as pictures:
        for file, copy in zip(pictures, drawn, strict=True):
            try:
                line = _predict_one(predictor, file, wanted, copy)
            except ImageError as error:
                failures += 1
                click.echo(f"warning: {options.one_line(str(error))}", err=True)
                continue
            out.write(line + "\n")
            out.flush()
    if failures:
        raise LuminetError(f"{failures} of {len(files)} pictures could not be read")


def _wider_limits(min_prob, max_detections):
    """Overrides that let a model give more than it would by its own config."""
    limits = []
    if min_prob < DEFAULT_MIN_PROB:
        # The model's limit is exclusive.
        limits.append(f"model.rcnn.detection.min_score={0.99 * min_prob}")
    if max_detections and max_detections > USUAL_MAX_DETECTIONS:
        limits.append(f"model.rcnn.detection.max_detections={max_detections}")
    return limits


def _predict_one(predictor, file, wanted, copy):
    from luminet import vis
    from luminet.datasets import image

    pixels = image.load(file)
    found = predictor.predict(pixels).select(**wanted)
    if copy:
        _save(vis.draw_detections(pixels, found, predictor.class_names), copy)
    objects = found.to_dicts(predictor.class_names)
    # In ASCII: a file's name may be no Unicode, and a terminal may know none.
    return json.dumps({"file": str(file), "objects": objects})


def _save(picture, path):
    from luminet import atomic

    with atomic.open_file(path, "wb") as file:
        if path.suffix == ".png":
            picture.save(file, "PNG")
        else:
            picture.save(file, "JPEG", quality=92)


def _output(path):
    """Where the lines go: stdout, or a file that appears when all are written."""
    from luminet import atomic

    return atomic.open_file(path) if path else contextlib.nullcontext(sys.stdout)


def _progress(files):
    return options.progress_bar("predicting", iterable=files, show_pos=True)
