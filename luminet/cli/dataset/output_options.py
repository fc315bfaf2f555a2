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
shards = click.option(
    "--shards",
    "num_shards",
    type=click.IntRange(1),
    help="Files of each split.  [default: as many as --shard-size needs]",
)
shard_size = click.option(
    "--shard-size",
    type=click.FloatRange(0, min_open=True),
    default=1024.0,
    show_default=True,
    metavar="MIB",
    help="A file of a split ends when it has as many mebibytes.",
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
