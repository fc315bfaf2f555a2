"""`lumi dataset merge`."""

import click

from luminet.cli.dataset import output_options
from luminet.cli.dataset.source_options import UNTOLD, manifest_command, named_pairs
from luminet.cli.dataset.write import write
from luminet.cli.options import FolderPath


@click.command()
@click.argument("folders", nargs=-1, required=True, type=FolderPath(), metavar="DIR...")
@output_options.output_dir
@click.option(
    "--type",
    "types",
    multiple=True,
    help="How all of them are annotated; or given once for each, in their order.  "
    "[default: auto]",
)
@click.option(
    "--split",
    "splits",
    multiple=True,
    help="Which split to read, like train. Can be given again.  [default: all]",
)
@click.option(
    "--rename",
    metavar="OLD=NEW",
    multiple=True,
    help="Rename a class, wherever it occurs. Can be given again.",
)
@output_options.on_invalid
@output_options.trust_images
@output_options.shards
@output_options.shard_size
@output_options.overwrite
@click.option(
    "--workers",
    "num_workers",
    type=click.IntRange(1),
    help="Processes that read.  [default: one for each core]",
)
def merge(
    folders,
    output_dir,
    types,
    splits,
    rename,
    on_invalid,
    trust_images,
    num_shards,
    shard_size,
    overwrite,
    num_workers,
):
    """Unite data sets into one folder of TFRecords.

    Classes are united by their names, whatever their numbers; those of the first data
    set come first. Splits of one name become one. A picture whose id another data set
    has, too, gets the name of its folder in front.

    \b
    Examples:
      lumi dataset merge data/voc07 data/voc12 --output-dir data/voc0712
      lumi dataset merge data/mine photos --output-dir data/more --rename Person=person
    """
    from luminet.datasets.conversion.merge_plan import plan_merge

    sources = _open(folders, types, splits, trust_images, num_workers)
    plan = plan_merge(sources, named_pairs("--rename", rename))
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


def _open(folders, types, splits, trust_images, num_workers):
    """The data sets by name."""
    from luminet.datasets.example_reader import Decode, Rules
    from luminet.datasets.source.several import names_of, open_sources
    from luminet.remote import local_copy

    names = names_of(folders)
    # Copies of remote folders last as long as the command.
    keep = click.get_current_context().with_resource
    copies = [keep(local_copy(folder)) for folder in folders]
    rules = Rules(Decode.TRUST if trust_images else Decode.FULL)
    sources = open_sources(copies, types, splits, rules, num_workers)
    for folder, source in zip(folders, sources, strict=True):
        if source.reason:
            click.echo(f"{folder}: read as {source.type}: {source.reason}", err=True)
    return dict(zip(names, sources, strict=True))
