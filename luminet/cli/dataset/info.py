"""`lumi dataset info`."""

import json
from pathlib import Path

import click

from luminet.cli.dataset import config_options
from luminet.cli.dataset.progress import progress_bars
from luminet.cli.dataset.source_options import source_options
from luminet.errors import InputError


@click.command()
@source_options
@config_options.config_files
@config_options.settings
@click.option("--json", "as_json", is_flag=True, help="Print numbers for programs.")
@click.option(
    "--plots",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.png",
    help="Draw a page of plots.",
)
def info(open_source, num_workers, config_files, settings, as_json, plots):
    """Count what is in a data set, and see whether a config suits it.

    Shows pictures, boxes and their sizes by split and class; how many objects the
    anchors of a config cover, at the size that it gives to pictures; and which anchors
    and which size would suit better, as YAML for that config. No picture is decoded.

    \b
    Examples:
      lumi dataset info VOCdevkit/VOC2007 --plots voc.png
      lumi dataset info data/voc -c voc.yml --set dataset.resize.min_size=800
    """
    if plots is not None and plots.suffix.lower() != ".png":
        raise click.UsageError(f"--plots {plots}: must end in .png")
    from luminet.cli.dataset.info_text import info_text
    from luminet.config import SettingError, load_config
    from luminet.datasets.example_reader import Decode
    from luminet.datasets.statistics.cover_numbers import cover_numbers
    from luminet.datasets.statistics.gather import gather
    from luminet.datasets.statistics.suggest import suggest
    from luminet.datasets.statistics.suggest_resize import with_larger_pictures
    from luminet.datasets.statistics.summary import summarise
    from luminet.network_view import read_view, settings_of

    config = load_config(config_files, settings, option="--set")
    try:
        view = read_view(config)
    except SettingError as error:
        raise config.locate(error) from error
    source = open_source(Decode.HEADER)
    with progress_bars() as progress:
        gathered = gather(source, num_workers, progress)
    if not gathered.total.sizes.size:
        raise InputError(
            f"{source.given}: no usable picture; `lumi dataset validate` says why"
        )
    better = suggest(gathered.total, view)
    larger = with_larger_pictures(gathered.total, better)
    if plots is not None:
        from luminet.dataset_plots import plot_dataset

        plot_dataset(gathered, view, source.data_dir.resolve().name, plots)
        click.echo(f"wrote {plots}", err=True)
    _tell_findings(gathered.log)

    def cover(view):
        return cover_numbers(gathered.total, gathered.class_names, view)

    numbers = {
        "data_dir": str(source.given),
        "type": source.type,
        **summarise(gathered),
        "anchors": cover(view),
        "suggestion": {
            "config": settings_of(better),
            "anchors": cover(better),
            "larger_pictures": cover(larger) if larger else None,
        },
    }
    click.echo(json.dumps(numbers) if as_json else info_text(numbers))


def _tell_findings(log) -> None:
    from luminet.datasets.findings import totals

    counts = log.faults + log.warnings
    if counts:
        noun = "finding" if counts.total() == 1 else "findings"
        message = f"{counts.total()} {noun} ({totals(counts)})"
        click.echo(f"{message}; `lumi dataset validate` lists them", err=True)
