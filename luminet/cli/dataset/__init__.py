"""`lumi dataset`: annotated pictures of any notation, checked, shown and converted."""

import click

from luminet.cli.dataset.export import export
from luminet.cli.dataset.info import info
from luminet.cli.dataset.merge import merge
from luminet.cli.dataset.sample import sample
from luminet.cli.dataset.show import show
from luminet.cli.dataset.transform import transform
from luminet.cli.dataset.validate import validate


@click.group()
def dataset():
    """Prepare data sets: check, show, convert, unite and write them back."""


for _command in (validate, info, show, transform, merge, export, sample):
    dataset.add_command(_command)
