"""`lumi dataset`: convert annotated images, or draw some to begin with."""

import contextlib
from pathlib import Path

import click

_output_dir = click.option(
    "--output-dir",
    type=click.Path(path_type=Path),
    required=True,
    help="The folder to make.",
)
_overwrite = click.option(
    "--overwrite",
    is_flag=True,
    help="Replace the folder if it exists, once the new one is complete.",
)


@click.group()
def dataset():
    """Prepare data sets."""


@dataset.command()
@click.option(
    "--type",
    "reader_type",
    default="pascal",
    show_default=True,
    help="How the images are annotated.",
)
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    required=True,
    help="The folder of images and annotations.",
)
@_output_dir
@click.option(
    "--split",
    "splits",
    multiple=True,
    required=True,
    help="Which split to convert, like train. Can be given again.",
)
@click.option(
    "--on-invalid",
    type=click.Choice(["error", "skip"]),
    default="error",
    show_default=True,
    help="If an image has a fault: write nothing, or leave the image out and list it.",
)
@_overwrite
def transform(reader_type, data_dir, output_dir, splits, on_invalid, overwrite):
    """Convert annotated images into TFRecords.

    All images are checked first: either the new folder is complete, or there is none.

    \b
    Example:
      lumi dataset transform --type pascal --data-dir VOCdevkit/VOC2007 \\
          --output-dir data/voc --split train --split val
    """
    from luminet.cli.start import start_tensorflow

    start_tensorflow()
    from luminet.datasets.convert import convert
    from luminet.datasets.findings import InvalidDataset

    try:
        with _progress_bars() as progress:
            summary = convert(
                reader_type,
                data_dir,
                output_dir,
                splits,
                on_invalid=on_invalid,
                overwrite=overwrite,
                progress=progress,
            )
    except InvalidDataset as error:
        for finding in error.findings:
            if finding.fatal:
                click.echo(finding, err=True)
        raise
    _show_warnings(summary.findings)
    click.echo(_table(summary.store))
    listed = " (listed in skipped.jsonl)" if summary.num_skipped else ""
    click.echo(f"{summary}{listed}, in {output_dir}")


@dataset.command()
@_output_dir
@click.option("--seed", default=0, show_default=True, help="Another one, other images.")
@click.option("--num-train", default=300, show_default=True, help="Images to train on.")
@click.option("--num-val", default=60, show_default=True, help="Images to check with.")
@_overwrite
def sample(output_dir, seed, num_train, num_val, overwrite):
    """Draw a small annotated data set of shapes, to try everything with.

    \b
    Example:
      lumi dataset sample --output-dir shapes
      lumi dataset transform --data-dir shapes --output-dir data/shapes \\
          --split train --split val
    """
    from luminet.datasets.sample import CLASS_NAMES, draw_sample

    with _progress_bars() as progress:
        draw_sample(
            output_dir,
            seed=seed,
            num_train=num_train,
            num_val=num_val,
            overwrite=overwrite,
            progress=progress,
        )
    click.echo(
        f"drew {num_train} images to train on and {num_val} to check with, of "
        f"{', '.join(CLASS_NAMES)}, in {output_dir}"
    )


@contextlib.contextmanager
def _progress_bars():
    """Yield a function (split, done, total) that shows a bar for each split."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    hidden = not console.is_terminal
    with Progress(console=console, transient=True, disable=hidden) as bars:
        tasks = {}

        def progress(split, done, total):
            if split not in tasks:
                tasks[split] = bars.add_task(split, total=total)
            bars.update(tasks[split], completed=done)

        yield progress


def _show_warnings(findings):
    """One line for each kind of warning: the first of it, and how many there are."""
    kinds = {}
    for finding in findings:
        if not finding.fatal:
            kinds.setdefault(finding.code, []).append(finding)
    for same in kinds.values():
        more = f" (and {len(same) - 1} more)" if len(same) > 1 else ""
        click.echo(f"warning: {same[0]}{more}", err=True)


def _table(store):
    """Images and boxes for each split, boxes for each class."""
    splits = list(store.splits.values())
    rows = [
        ["", *(split.name for split in splits)],
        ["images", *(split.num_examples for split in splits)],
        ["boxes", *(split.num_objects for split in splits)],
    ]
    for name in store.class_names:
        rows.append([f"  {name}", *(split.class_counts[name] for split in splits)])
    widths = [
        max(len(str(cell)) for cell in column) for column in zip(*rows, strict=True)
    ]
    return "\n".join(_row(cells, widths) for cells in rows)


def _row(cells, widths):
    name, *counts = (str(cell) for cell in cells)
    counts = (
        count.rjust(width) for count, width in zip(counts, widths[1:], strict=True)
    )
    return "  ".join([name.ljust(widths[0]), *counts])
