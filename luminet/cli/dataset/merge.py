"""`lumi dataset merge`."""

import click

from luminet.cli.dataset import output_options
from luminet.cli.dataset.several_options import several_options
from luminet.cli.dataset.source_options import UNTOLD, manifest_command
from luminet.cli.dataset.write import write


@click.command()
@several_options
@output_options.output_dir
@output_options.shares
@output_options.seed
@output_options.on_invalid
@output_options.trust_images
@output_options.shards
@output_options.shard_size
@output_options.overwrite
def merge(
    folders,
    open_sources,
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
    """Unite data sets into one folder of TFRecords.

    Classes are united by their names, whatever their numbers; those of the first data
    set come first. Splits of one name become one. A picture whose id another data set
    has, too, gets the name of its folder in front. An option of a reader is for those
    data sets whose reader has it.

    \b
    Examples:
      lumi dataset merge data/voc07 data/voc12 --output-dir data/voc0712
      lumi dataset merge data/mine photos --output-dir data/more --rename Person=person
    """
    from luminet.datasets.conversion.merge_plan import plan_merge
    from luminet.datasets.example_reader import Decode
    from luminet.datasets.source.divide import parse_shares

    output_options.check_shards(num_shards, shard_size)
    shares = parse_shares(shares) if shares else None
    sources = open_sources(Decode.TRUST if trust_images else Decode.FULL)
    plan = plan_merge(sources, shares, seed, num_workers)
    write(
        plan,
        output_dir,
        manifest_command(click.get_current_context().params, (*UNTOLD, "folders")),
        folders,
        shard_size,
        on_invalid=on_invalid,
        overwrite=overwrite,
        num_shards=num_shards,
        num_workers=num_workers,
    )
