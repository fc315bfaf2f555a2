"""`lumi checkpoint import`."""

from pathlib import Path

import click

from luminet.published import SOURCES


@click.command("import")
@click.option(
    "--from",
    "source",
    required=True,
    type=click.Choice([f"torchvision:{name}" for name in SOURCES]),
    help="Which detector the weights are of.",
)
@click.option(
    "--file",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Its state dict, a .pth file. It is read without running what is in it.",
)
@click.option(
    "--output-dir",
    type=click.Path(path_type=Path),
    help="The checkpoint's folder.  [default: the detector's name]",
)
@click.option(
    "--batch-norm-epsilon",
    type=click.FloatRange(min=0.0),
    help="Added to variances there.  [default: 0 for the published file, else 1e-5]",
)
def import_(source, file, output_dir, batch_norm_epsilon):
    """Make a checkpoint of weights that were trained with torchvision.

    The published weights of fasterrcnn_resnet50_fpn know the 80 classes of COCO:
    https://download.pytorch.org/models/fasterrcnn_resnet50_fpn_coco-258fb6c6.pth

    \b
    Example:
      lumi checkpoint import --from torchvision:fasterrcnn_resnet50_fpn \\
          --file fasterrcnn_resnet50_fpn_coco-258fb6c6.pth
      lumi predict photo.jpg --checkpoint fasterrcnn_resnet50_fpn
    """
    from luminet.cli.start import start_tensorflow

    start_tensorflow()
    from luminet.torchvision_import import import_checkpoint

    name = source.partition(":")[2]
    folder = output_dir or Path(name)
    import_checkpoint(name, file, folder, batch_norm_epsilon)
    click.echo(folder)
