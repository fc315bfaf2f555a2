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
    help="Folder of a training run or checkpoint, its id, or a published detector: "
    f"{', '.join([*published.ALIASES, *published.SOURCES])}. "
    "[default: the newest run in the folder jobs]",
)


def choose_checkpoint(chosen: Path | None, or_published: bool = True) -> Path:
    """What was given, else the newest run, else a published detector.

    A published one is downloaded if somebody at a terminal agrees.

    Args:
        chosen: by --checkpoint.
        or_published: whether COCO's classes will do where nothing was given.

    Raises:
        InputError: nothing was given, and there is nothing here.
        LuminetError: a download failed.
    """
    if chosen is None:
        found = newest_run() or (_published_one() if or_published else None)
        if found is None:
            raise _nothing_here(or_published)
        return found
    name = published.detector_of(chosen)
    if name and not chosen.exists() and not published.is_here(name):
        _offer(name)
    return chosen


def _nothing_here(or_published):
    from luminet.errors import InputError

    fetched = " or ".join(
        f"{published.import_command(name)} ({alias}, "
        f"{published.SOURCES[name].megabytes} MB)"
        for alias, name in published.ALIASES.items()
    )
    others = f"{fetched} fetches one"
    if not or_published:
        others = "--checkpoint accurate is one"
    return InputError(
        f"--checkpoint: must be given: no trained model in {Path('jobs').absolute()}; "
        f"`lumi train` makes one; for COCO's 80 classes, {others}"
    )


def _published_one():
    """The published detector that is here, or that somebody chooses now; or None."""
    names = dict.fromkeys([*published.ALIASES.values(), *published.SOURCES])
    name = next(filter(published.is_here, names), None)
    if name is None and _is_somebody_there():
        alias = click.prompt(
            "no trained model here; which published one, for COCO's 80 classes?",
            type=click.Choice([*published.ALIASES]),
            default=next(iter(published.ALIASES)),
            err=True,
        )
        name = published.ALIASES[alias]
        _offer(name)
    if name is None or not published.is_here(name):
        return None
    click.echo(f"using the published {name}, for COCO's 80 classes", err=True)
    return published.checkpoint_folder(name)


def _is_somebody_there():
    return sys.stdin.isatty() and sys.stderr.isatty()


def _offer(name):
    # Elsewhere nobody answers; it is told then that there is no such checkpoint.
    if not _is_somebody_there():
        return
    from luminet.cli.checkpoint.fetch import fetch_checkpoint
    from luminet.errors import LuminetError

    megabytes = published.SOURCES[name].megabytes
    question = f"{name} is not here; download {megabytes} MB from the net?"
    if not click.confirm(question, default=True, err=True):
        return
    try:
        fetch_checkpoint(name)
    except LuminetError as error:
        again = published.import_command(name)
        raise type(error)(f"{error}; to try again: {again}") from error


def newest_run(jobs: Path = Path("jobs")) -> Path | None:
    """The run in `jobs` that has the newest checkpoint; says on stderr which it is."""
    found = sorted(
        jobs.glob("*/checkpoints/*/metadata.json"),
        key=lambda path: path.stat().st_mtime,
    )
    if not found:
        return None
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
