"""`lumi checkpoint info`."""

import json
from pathlib import Path

import click


@click.command()
@click.argument("checkpoint", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def info(checkpoint, as_json):
    """Say what a checkpoint is, where it comes from, and that its files are whole.

    CHECKPOINT is the folder of a run or of a checkpoint, its id, or the name or alias
    of a published detector that was imported.

    \b
    Example:
      lumi checkpoint info jobs/bccd
    """
    from luminet import checkpoint_files

    folder = checkpoint_files.find(checkpoint)
    told = checkpoint_files.describe(folder)
    checkpoint_files.check_files(folder, told["sha256"])
    click.echo(json.dumps(told) if as_json else _text(told))


def _text(told):
    versions = (f"{name} {number}" for name, number in told["versions"].items())
    lines = {
        "folder": told["folder"],
        "name": told["name"],
        "id": told.get("id"),
        "model": told["model"],
        "classes": f"{len(told['classes'])}: {', '.join(told['classes'])}",
        "metrics": ", ".join(_metrics(told["metrics"])),
        "source": told.get("source"),
        "license": told.get("license"),
        "made by": ", ".join(versions),
        "size": f"{told['bytes'] / 1e6:.1f} MB, all files as their checksums say",
    }
    return "\n".join(f"{key:10}{text}" for key, text in lines.items() if text)


def _metrics(metrics):
    """Those that are one number; not a row for each class, nor what has no value."""
    for name, value in metrics.items():
        if isinstance(value, int | float):
            yield (
                f"{name} {value:.4f}" if isinstance(value, float) else f"{name} {value}"
            )
