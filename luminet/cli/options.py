"""Options that several commands share."""

import sys
from pathlib import Path

import click

from luminet import published


class FolderPath(click.ParamType):
    """A folder of this machine, or a remote one like gs://bucket/folder."""

    name = "folder"

    def convert(self, value, param, ctx):
        """See `remote.any_path`."""
        from luminet.cli.start import start_tensorflow
        from luminet.remote import any_path, is_remote

        if not isinstance(value, str):
            return value
        if not value:
            self.fail("the name of a folder is empty", param, ctx)
        path = any_path(value)
        if is_remote(path):
            # It brings the file systems, and would chatter.
            start_tensorflow()
        return path


override = click.option(
    "-o",
    "--override",
    "overrides",
    metavar="KEY=VALUE",
    multiple=True,
    help="Change one setting, like -o train.epochs=3. Can be given again.",
)

checkpoint = click.option(
    "--checkpoint",
    type=click.Path(path_type=Path),
    help="Folder of a training run or of a checkpoint, or a published detector: "
    f"{', '.join([*published.ALIASES, *published.SOURCES])}. "
    "[default: the newest run in the folder jobs]",
)


def choose_checkpoint(chosen: Path | None) -> Path:
    """What was given, or the newest run; a published detector may be downloaded.

    Raises:
        InputError: nothing was given, and there is no run.
    """
    if chosen is None:
        return newest_run()
    name = published.detector_of(chosen)
    if name and not chosen.exists() and not published.is_here(name):
        _offer(name)
    return chosen


def _offer(name):
    # Elsewhere nobody answers; it is told then that there is no such checkpoint.
    if sys.stdin.isatty() and sys.stderr.isatty():
        from luminet.cli.checkpoint.fetch import fetch_checkpoint

        source = published.SOURCES[name]
        question = f"{name} is not here; download {source.megabytes} MB from the net?"
        if click.confirm(question, default=True, err=True):
            fetch_checkpoint(name)


def newest_run(jobs: Path = Path("jobs")) -> Path:
    """The run in `jobs` that has the newest checkpoint; says on stderr which it is.

    Raises:
        InputError: there is none.
    """
    from luminet.errors import InputError

    found = sorted(
        jobs.glob("*/checkpoints/*/metadata.json"),
        key=lambda path: path.stat().st_mtime,
    )
    if not found:
        raise InputError(
            f"--checkpoint: must be given: no trained model in {jobs.absolute()}; "
            "`lumi train` makes one, and --checkpoint "
            f"{' or '.join(published.ALIASES)} takes a published one for COCO's classes"
        )
    run = found[-1].parents[2]
    click.echo(f"using the model in {run}", err=True)
    return run


def progress_bar(label: str, **kwargs):
    """A bar on stderr for a person who watches; nothing where stderr is a file."""
    return click.progressbar(
        label=label, file=sys.stderr, hidden=not sys.stderr.isatty(), **kwargs
    )


def one_line(message: str) -> str:
    """The message with its line breaks written out: a file's name may have some."""
    return "\\n".join(message.splitlines())
