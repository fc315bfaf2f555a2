"""`lumi dataset transform`."""

import click

from luminet.cli.dataset import output_options
from luminet.cli.dataset.composition import composition
from luminet.cli.dataset.progress import progress_bars, show_faults, show_warnings
from luminet.cli.dataset.source_options import manifest_command, source_options


@click.command()
@source_options
@output_options.output_dir
@click.option(
    "--splits",
    "shares",
    metavar="SHARES",
    help="Divide the pictures anew, like train=.8,val=.1,test=.1: each split gets its "
    "share of every class; near duplicates stay together.",
)
@click.option("--seed", default=0, show_default=True, help="Of --splits.")
@output_options.on_invalid
@output_options.trust_images
@output_options.shards
@output_options.shard_size
@output_options.overwrite
def transform(
    open_source,
    num_workers,
    output_dir,
    shares,
    seed,
    on_invalid,
    trust_images,
    num_shards,
    shard_size,
    overwrite,
):
    """Convert annotated pictures into TFRecords.

    All of them are checked first: either the new folder is complete, or there is none.

    \b
    Examples:
      lumi dataset transform VOCdevkit/VOC2007 --output-dir data/voc
      lumi dataset transform --type coco --data-dir pictures --output-dir data/mine \\
          --splits train=.8,val=.2
    """
    from luminet.datasets.conversion.convert import convert
    from luminet.datasets.conversion.plan import plan_source
    from luminet.datasets.example_reader import Decode
    from luminet.datasets.findings import InvalidDataset
    from luminet.datasets.source.divide import parse_shares

    shares = parse_shares(shares) if shares else None
    source = open_source(Decode.TRUST if trust_images else Decode.FULL)
    plan = plan_source(source, shares, seed, num_workers)
    try:
        with progress_bars() as progress:
            summary = convert(
                plan,
                output_dir,
                manifest_command(click.get_current_context().params),
                sources=[source.data_dir],
                on_invalid=on_invalid,
                overwrite=overwrite,
                num_shards=num_shards,
                shard_bytes=int(shard_size * 2**20),
                num_workers=num_workers,
                progress=progress,
            )
    except InvalidDataset as error:
        show_faults(error.findings)
        raise
    show_warnings(summary.findings, summary.warnings)
    click.echo(composition(summary.store))
    listed = " (listed in skipped.jsonl)" if summary.num_skipped else ""
    click.echo(f"{summary}{listed}, in {output_dir}")
