"""`lumi train`."""

import json
from pathlib import Path

import click

from luminet.cli import options


@click.command()
@click.option(
    "-c",
    "--config",
    "config_files",
    type=click.Path(path_type=Path),
    required=True,
    multiple=True,
    help="YAML file. Given again, the later file wins.",
)
@options.override
@click.option(
    "--job-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of all runs; each has its own in it.  [default: jobs]",
)
def train(config_files, overrides, job_dir):
    """Train a model.

    Started again with the same run folder, it goes on where it stopped.

    \b
    Example:
      lumi train -c examples/bccd.yml -o train.batch_size=4
    """
    from luminet.cli.start import start_tensorflow
    from luminet.config import SettingError
    from luminet.training_config import load_training_config

    if job_dir is not None:
        # In quotes: YAML would take a folder called 2024 for a number.
        quoted = json.dumps(str(job_dir.absolute()))
        overrides = [*overrides, f"train.job_dir={quoted}"]
    config, taken_over = load_training_config(
        config_files, overrides, options.choose_checkpoint
    )
    for line in taken_over:
        click.echo(line, err=True)
    start_tensorflow()
    from luminet.train import run

    try:
        folder = run(config)
    except SettingError as error:
        raise config.locate(error) from error
    click.echo(f"done: {folder.path}", err=True)
