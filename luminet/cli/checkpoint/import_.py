"""`lumi checkpoint import`."""

from pathlib import Path

import click

from luminet import published
from luminet.spelling import did_you_mean


class _Source(click.Choice):
    """One of the detectors; near names are offered for what is none."""

    def __init__(self):
        super().__init__([f"torchvision:{name}" for name in published.SOURCES])

    def convert(self, value, param, ctx):
        if value not in self.choices:
            name = value.rpartition(":")[2]
            name = published.ALIASES.get(name, name)
            hint = did_you_mean(f"torchvision:{name}", self.choices)
            known = "" if hint else f"; there are {', '.join(self.choices)}"
            self.fail(f"{value!r} is no detector{hint}{known}", param, ctx)
        return value


@click.command("import")
@click.option(
    "--from",
    "source",
    required=True,
    type=_Source(),
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
@click.option(
    "--classes",
    "classes_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="NAMES_FILE",
    help="The names of its classes, one a line, in the order of their numbers, without "
    "the background.  [default: COCO's]",
)
def import_(source, file, output_dir, batch_norm_epsilon, classes_file):
    """Make a checkpoint of weights that were trained with torchvision.

    The published weights know the 80 classes of COCO. They are downloaded once, from
    https://download.pytorch.org/models/, into the cache folder (LUMINET_CACHE, by
    default ~/.cache/luminet). Weights that were trained on for other classes are a
    --file, and --classes names these.

    \b
    Example:
      lumi checkpoint import --from torchvision:fasterrcnn_resnet50_fpn
      lumi predict photo.jpg --checkpoint fasterrcnn_resnet50_fpn
    """
    from luminet.cli.checkpoint.fetch import fetch_weights
    from luminet.cli.start import start_tensorflow

    if classes_file is not None and file is None:
        raise click.UsageError("--classes: is for the weights in a --file")
    class_names = None if classes_file is None else _read_names(classes_file)
    name = source.partition(":")[2]
    if file is output_dir is batch_norm_epsilon is None and _is_whole(name):
        click.echo("it is there already", err=True)
        click.echo(published.checkpoint_folder(name))
        return
    file = file or fetch_weights(name)
    start_tensorflow()
    from luminet.torchvision_import import import_checkpoint

    click.echo(
        import_checkpoint(name, file, output_dir, batch_norm_epsilon, class_names)
    )


def _read_names(file):
    """The lines of a file, each of which is the name of a class."""
    from luminet.datasets.readers.class_name import is_plain
    from luminet.errors import InputError
    from luminet.text_file import read_text

    text = read_text(file).removeprefix("\ufeff")
    names = [line.strip() for line in text.rstrip().splitlines()]
    for number, name in enumerate(names, start=1):
        if not name or name in names[: number - 1]:
            fault = "is there twice" if name else "is empty"
            raise InputError(f"{file}:{number}: {name!r} {fault}; one name a line")
        if not is_plain(name):
            raise InputError(
                f"{file}:{number}: {ascii(name)} has a character that cannot be written"
            )
    if not names:
        raise InputError(f"{file}: is empty; one name a line")
    return names


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
