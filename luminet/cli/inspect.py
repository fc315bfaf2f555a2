"""`lumi inspect`."""

import json
from pathlib import Path

import click

from luminet.cli import options
from luminet.errors import InputError


@click.command()
@click.argument("picture", metavar="PICTURE")
@options.checkpoint
@click.option(
    "-f",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.html",
    help="The page.  [default: inspect.html; with --json, none]",
)
@click.option(
    "--truth",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="An annotated data set that the picture is part of: says where each object "
    "was lost.",
)
@click.option(
    "--type",
    "reader_type",
    default="auto",
    show_default=True,
    help="How it is annotated; see `lumi dataset info --help`.",
)
@click.option(
    "--split", "splits", multiple=True, help="Where to look in it.  [default: all]"
)
@click.option(
    "--min-prob",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="The lowest score of a detection that counts.",
)
@options.override
@click.option("--json", "as_json", is_flag=True, help="Print numbers for programs.")
def inspect(
    picture,
    checkpoint,
    output,
    truth,
    reader_type,
    splits,
    min_prob,
    overrides,
    as_json,
):
    """Draw what each station of a detector makes of a picture, as one HTML page.

    Shows the picture as the network gets it, anchors, objectness, proposals, what is
    said of each region, and detections. With --truth, PICTURE may be the name of a
    picture of that data set, and the page begins with where each object was lost.

    \b
    Examples:
      lumi inspect photo.jpg --checkpoint jobs/bccd -f photo.html
      lumi inspect BloodImage_00007 --truth data/bccd --checkpoint jobs/bccd
    """
    if truth is None and (splits or reader_type != "auto"):
        raise click.UsageError("--type and --split are for --truth")
    if output is not None and output.suffix.lower() not in (".html", ".htm"):
        raise click.UsageError(f"--output {output}: must end in .html")
    pixels = _read_picture(picture, truth)
    checkpoint = options.choose_checkpoint(checkpoint)
    from luminet.cli.start import start_tensorflow

    start_tensorflow()
    from luminet import checkpoints
    from luminet.inspection.inspection import inspect_picture

    loaded = checkpoints.load(checkpoint, overrides)
    example = None
    if truth is not None:
        example, pixels = _find(
            truth, reader_type, splits, picture, pixels, loaded.class_names
        )
    click.echo("looking at the picture", err=True)
    inspection = inspect_picture(loaded, pixels, example, min_prob)
    if not as_json or output is not None:
        output = output or Path("inspect.html")
        _write(output, inspection, Path(picture).name, checkpoint, loaded)
    if as_json:
        from luminet.inspection.numbers import numbers

        page = None if output is None else str(output)
        click.echo(json.dumps({"picture": picture, "page": page} | numbers(inspection)))
    else:
        click.echo(output)


def _read_picture(picture, truth):
    """Its pixels; None where it is only a name in a data set."""
    from luminet.datasets import image

    if truth is not None and not Path(picture).is_file():
        return None
    return image.load(Path(picture))


def _find(truth, reader_type, splits, picture, pixels, class_names):
    from luminet.inspection.truth import TruthSource

    source = TruthSource(truth, class_names, reader_type, splits)
    if source.reason:
        click.echo(f"{truth}: read as {source.type}: {source.reason}", err=True)
    if source.left_out:
        names = ", ".join(source.left_out)
        click.echo(f"left out, for the model does not know them: {names}", err=True)
    example, found = source.find(picture)
    if pixels is not None and pixels.shape != found.shape:
        sizes = [f"{shape[1]}x{shape[0]}" for shape in (pixels.shape, found.shape)]
        raise InputError(
            f"{picture}: is {sizes[0]}, but the picture of that name in {truth} "
            f"{sizes[1]}; give the name alone to take that one"
        )
    return example, found


def _write(output, inspection, name, checkpoint, loaded):
    from luminet import atomic
    from luminet.inspection.figures.all_figures import draw_figures
    from luminet.inspection.page import make_page

    figures = []
    for figure in draw_figures(inspection):
        click.echo(f"drew: {figure.title}", err=True)
        figures.append(figure)
    step = loaded.metadata.get("step")
    lines = [f"Model: {checkpoint}, step {step}, {len(loaded.class_names)} classes"]
    page = make_page(f"Looking inside: {name}", lines, figures)
    with atomic.open_file(output) as file:
        file.write(page)
