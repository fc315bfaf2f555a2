"""Published weights, downloaded while a person watches."""

import contextlib
from pathlib import Path

import click

from luminet import published


def fetch_weights(name: str) -> Path:
    """Download the published weights of a detector, unless they are there.

    Args:
        name: one of `published.SOURCES`.
    """
    from luminet.download import fetch

    url = published.SOURCES[name].url
    with _progress_bar(url) as progress:
        return fetch(url, published.downloads_folder(), progress)


def fetch_checkpoint(name: str) -> Path:
    """The checkpoint of a detector in the cache folder; made where it is missing."""
    if published.is_here(name):
        return published.checkpoint_folder(name)
    file = fetch_weights(name)
    from luminet.cli.start import start_tensorflow

    start_tensorflow()
    from luminet.torchvision_import import import_checkpoint

    return import_checkpoint(name, file)


@contextlib.contextmanager
def _progress_bar(url):
    """Yield a function (done, total): a bar on a terminal, one line elsewhere."""
    from rich import progress as rich_progress
    from rich.console import Console

    console = Console(stderr=True)
    columns = (
        rich_progress.BarColumn(),
        rich_progress.DownloadColumn(),
        rich_progress.TransferSpeedColumn(),
        rich_progress.TimeRemainingColumn(),
    )
    hidden = not console.is_terminal
    with rich_progress.Progress(
        *columns, console=console, transient=True, disable=hidden
    ) as bar:

        def progress(done, total):
            if not bar.tasks:
                click.echo(f"downloading {url}", err=True)
                bar.add_task("")
            bar.update(bar.tasks[0].id, completed=done, total=total)

        yield progress
