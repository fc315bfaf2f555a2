"""`lumi checkpoint`: models that were trained before."""

import click

from luminet.cli.checkpoint.import_ import import_
from luminet.cli.checkpoint.info import info
from luminet.cli.checkpoint.list import list_


@click.group()
def checkpoint():
    """See which trained models there are, and take over others."""


checkpoint.add_command(import_)
checkpoint.add_command(info)
checkpoint.add_command(list_)
