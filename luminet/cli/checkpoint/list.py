"""`lumi checkpoint list`."""

from pathlib import Path

import click

from luminet import published


@click.command("list")
@click.option(
    "--jobs",
    type=click.Path(file_okay=False, path_type=Path),
    default="jobs",
    show_default=True,
    help="The folder of one's own runs.",
)
def list_(jobs):
    """List what `--checkpoint` can name here.

    One's own runs, with their best checkpoints; published detectors that were
    imported; and on stderr those that could be.
    """
    from luminet.cli.dataset.table import align
    from luminet.errors import InputError

    rows = []
    for path in [*sorted(jobs.glob("*/")), *_imported()]:
        try:
            rows += _row(path)
        except InputError as error:
            click.echo(f"warning: {error}", err=True)
    if rows:
        header = ["checkpoint", "model", "classes", "step", "AP", "id"]
        click.echo(align([header, *rows]))
    for name in published.SOURCES:
        if not published.is_here(name):
            alias = "".join(
                f" ({alias})" for alias, of in published.ALIASES.items() if of == name
            )
            command = published.how_to_fetch(name)
            click.echo(f"not here: {name}{alias}; {command}", err=True)


def _imported():
    return [Path(name) for name in published.SOURCES if published.is_here(name)]


def _row(path):
    """The row of a run or of an imported detector; none of a run without checkpoint."""
    from luminet import checkpoint_files

    is_run = path.is_dir()
    if is_run and not [*path.glob(f"checkpoints/*/{checkpoint_files.METADATA}")]:
        return []
    told = checkpoint_files.describe(checkpoint_files.find(path))
    average = told["metrics"].get("AP")
    return [
        [
            path,
            told["model"],
            len(told["classes"]),
            told["step"],
            "" if average is None else f"{average:.3f}",
            told.get("id", ""),
        ]
    ]
