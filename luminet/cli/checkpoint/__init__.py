"""`lumi checkpoint`: models that were trained before."""

import click

from luminet.cli.checkpoint.import_ import import_


@click.group()
def checkpoint():
    """Take over trained models."""


checkpoint.add_command(import_)
