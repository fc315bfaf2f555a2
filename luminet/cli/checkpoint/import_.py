"""`lumi checkpoint import`."""

from pathlib import Path

import click

from luminet import published


@click.command("import")
@click.option(
    "--from",
    "source",
    required=True,
    type=click.Choice([f"torchvision:{name}" for name in published.SOURCES]),
    help="Which detector the weights are of.",
)
@click.option(
    "--file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Its state dict, .pth or .safetensors. It is read without running what is in "
    "it.  [default: the published file is downloaded]",
)
@click.option(
    "--output-dir",
    type=click.Path(path_type=Path),
    help="The checkpoint's folder.  [default: of published weights one in the cache "
    "folder, where `--checkpoint NAME` finds it; of others the detector's name]",
)
@click.option(
    "--batch-norm-epsilon",
    type=click.FloatRange(min=0.0),
    help="Added to variances there.  [default: that of the published file, else 1e-5]",
)
def import_(source, file, output_dir, batch_norm_epsilon):
    """Make a checkpoint of weights that were trained with torchvision.

    The published weights know the 80 classes of COCO. They are downloaded once, from
    https://download.pytorch.org/models/, into the cache folder (LUMINET_CACHE, by
    default ~/.cache/luminet).

    \b
    Example:
      lumi checkpoint import --from torchvision:fasterrcnn_resnet50_fpn
      lumi predict photo.jpg --checkpoint fasterrcnn_resnet50_fpn
    """
    from luminet.cli.checkpoint.fetch import fetch_weights
    from luminet.cli.start import start_tensorflow

    name = source.partition(":")[2]
    if file is output_dir is batch_norm_epsilon is None and _is_whole(name):
        click.echo("it is there already", err=True)
        click.echo(published.checkpoint_folder(name))
        return
    file = file or fetch_weights(name)
    start_tensorflow()
    from luminet.torchvision_import import import_checkpoint

    click.echo(import_checkpoint(name, file, output_dir, batch_norm_epsilon))


def _is_whole(name):
    """Whether it was imported before, and nothing happened to it."""
    from luminet import checkpoint_files
    from luminet.errors import InputError

    folder = published.checkpoint_folder(name)
    if not folder.exists():
        return False
    try:
        checksums = checkpoint_files.read_metadata(folder)["sha256"]
        checkpoint_files.check_files(folder, checksums)
    except InputError as error:
        click.echo(f"warning: {error}; importing it again", err=True)
        return False
    return True
