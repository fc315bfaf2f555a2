"""The options that say with which config a network would look at a data set."""

from pathlib import Path

import click

config_files = click.option(
    "-c",
    "--config",
    "config_files",
    type=click.Path(path_type=Path),
    multiple=True,
    help="YAML file of a training. Given again, the later file wins.  "
    "[default: the default settings]",
)
settings = click.option(
    "--set",
    "settings",
    metavar="KEY=VALUE",
    multiple=True,
    help="Change one setting of the config, like --set dataset.resize.min_size=800. "
    "Can be given again. (Here, -o is for options of the reader.)",
)
