"""`lumi dataset export`."""

import click

from luminet.cli.dataset import output_options
from luminet.cli.dataset.progress import progress_bars, show_faults, show_warnings
from luminet.cli.dataset.source_options import manifest_command, source_options


@click.command()
@source_options
@click.option(
    "--format",
    "notation",
    type=click.Choice(["voc", "coco", "yolo"]),
    required=True,
    help="The notation to write.",
)
@output_options.output_dir
@output_options.shares
@output_options.seed
@output_options.on_invalid
@output_options.trust_images
@output_options.overwrite
def export(
    open_source,
    num_workers,
    notation,
    output_dir,
    shares,
    seed,
    on_invalid,
    trust_images,
    overwrite,
):
    """Write a data set in the notation of Pascal VOC, COCO or YOLO.

    Whatever can be read can be written: TFRecords, or annotated pictures themselves.
    Pictures are not changed. What the notation cannot hold is said.

    \b
    Examples:
      lumi dataset export data/voc --format coco --output-dir voc-coco
      lumi dataset export boxes --type csv --format yolo --output-dir boxes-yolo
    """
    from luminet.datasets.conversion.plan import plan_source
    from luminet.datasets.example_reader import Decode
    from luminet.datasets.export.export import export
    from luminet.datasets.findings import InvalidDataset
    from luminet.datasets.source.divide import parse_shares

    shares = parse_shares(shares) if shares else None
    source = open_source(Decode.TRUST if trust_images else Decode.FULL)
    try:
        with progress_bars() as progress:
            summary = export(
                plan_source(source, shares, seed, num_workers),
                output_dir,
                notation,
                manifest_command(click.get_current_context().params),
                sources=[source.given],
                on_invalid=on_invalid,
                overwrite=overwrite,
                num_workers=num_workers,
                progress=progress,
            )
    except InvalidDataset as error:
        show_faults(error.findings)
        raise
    show_warnings(summary.findings, summary.warnings)
    for loss, count in summary.losses.items():
        click.echo(f"warning: {loss}: {count}", err=True)
    listed = " (listed in skipped.jsonl)" if summary.faults else ""
    click.echo(f"{summary}{listed}, in {output_dir}")
