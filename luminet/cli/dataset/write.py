"""Write the TFRecords of a plan, and say what became of it."""

import click

from luminet.cli.dataset.composition import composition
from luminet.cli.dataset.progress import progress_bars, show_faults, show_warnings


def write(plan, output_dir, command, sources, shard_size, **options) -> None:
    """Convert with a bar for each split; faults and warnings on stderr, a table then.

    Args:
        plan: `conversion.plan.Plan`.
        output_dir: the folder to make.
        command: for the manifest.
        sources: folders that are read.
        shard_size: mebibytes; None: as usual.
        **options: of `conversion.convert.convert`.
    """
    from luminet.datasets.conversion.convert import convert
    from luminet.datasets.findings import InvalidDataset

    options["sources"] = sources
    if shard_size is not None:
        options["shard_bytes"] = int(shard_size * 2**20)
    try:
        with progress_bars() as progress:
            summary = convert(plan, output_dir, command, progress=progress, **options)
    except InvalidDataset as error:
        show_faults(error.findings)
        raise
    show_warnings(summary.findings, summary.warnings)
    click.echo(composition(summary.store))
    listed = " (listed in skipped.jsonl)" if summary.faults else ""
    click.echo(f"{summary}{listed}, in {output_dir}")
