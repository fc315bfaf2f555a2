"""The options of a command that makes a folder."""

import click

from luminet.cli.options import FolderPath

output_dir = click.option(
    "--output-dir",
    type=FolderPath(),
    required=True,
    help="The folder to make. May be gs://.",
)
overwrite = click.option(
    "--overwrite",
    is_flag=True,
    help="Replace the folder if it exists, once the new one is complete.",
)


def check_shards(num_shards, shard_size) -> None:
    """Refuse both the number of files and their size.

    Raises:
        click.UsageError: both are given.
    """
    if num_shards is not None and shard_size is not None:
        raise click.UsageError("--shards and --shard-size exclude each other")


shards = click.option(
    "--shards",
    "num_shards",
    type=click.IntRange(1),
    help="Files of each split.  [default: as many as --shard-size needs]",
)
shard_size = click.option(
    "--shard-size",
    type=click.FloatRange(0, min_open=True),
    metavar="MIB",
    help="Mebibytes of a file at most, unless it is one picture that is larger.  "
    "[default: 1024]",
)
shares = click.option(
    "--splits",
    "shares",
    metavar="SHARES",
    help="Divide the pictures anew, like train=.8,val=.1,test=.1: each split gets its "
    "share of every class; near duplicates stay together.",
)
seed = click.option("--seed", default=0, show_default=True, help="Of --splits.")
on_invalid = click.option(
    "--on-invalid",
    type=click.Choice(["error", "skip"]),
    default="error",
    show_default=True,
    help="If a picture has a fault: write nothing, or leave it out and list it in "
    "skipped.jsonl.",
)
trust_images = click.option(
    "--trust-images",
    is_flag=True,
    help="Do not decode the pictures to check them: faster, but finds no damage.",
)
