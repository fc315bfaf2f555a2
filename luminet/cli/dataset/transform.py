"""`lumi dataset transform`."""

import click

from luminet.cli.dataset import output_options
from luminet.cli.dataset.source_options import manifest_command, source_options
from luminet.cli.dataset.write import write


@click.command()
@source_options
@output_options.output_dir
@output_options.shares
@output_options.seed
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
    from luminet.datasets.conversion.plan import plan_source
    from luminet.datasets.example_reader import Decode
    from luminet.datasets.source.divide import parse_shares

    output_options.check_shards(num_shards, shard_size)
    shares = parse_shares(shares) if shares else None
    source = open_source(Decode.TRUST if trust_images else Decode.FULL)
    plan = plan_source(source, shares, seed, num_workers)
    write(
        plan,
        output_dir,
        manifest_command(click.get_current_context().params),
        [source.given],
        shard_size,
        on_invalid=on_invalid,
        overwrite=overwrite,
        num_shards=num_shards,
        num_workers=num_workers,
    )
