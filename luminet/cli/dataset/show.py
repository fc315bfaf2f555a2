"""`lumi dataset show`."""

from pathlib import Path

import click

from luminet.cli.dataset import config_options
from luminet.cli.dataset.progress import progress_bars
from luminet.cli.dataset.source_options import source_options
from luminet.errors import InputError

_PICTURES, _OBJECTS, _ROWS = 12, 40, 4


@click.command()
@source_options
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.png",
    help="Write one sheet.",
)
@click.option(
    "--output-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write any number of sheets into this folder.",
)
@click.option(
    "--count",
    type=click.IntRange(1, 400),
    help=f"Pictures on a sheet.  [default: {_PICTURES}; {_OBJECTS} objects with "
    f"--by-class; {_ROWS} with --augment]",
)
@click.option(
    "--sheets",
    "num_sheets",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="How many; with --by-class, of each class.",
)
@click.option(
    "--by-class", is_flag=True, help="Cut out objects, a sheet for each class."
)
@click.option("--worst", is_flag=True, help="Show pictures with findings, worst first.")
@click.option("--augment", is_flag=True, help="Show what the network sees in training.")
@config_options.config_files
@config_options.settings
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    default=0,
    show_default=True,
    help="Another one, other pictures.",
)
def show(
    open_source,
    num_workers,
    output,
    output_dir,
    count,
    num_sheets,
    by_class,
    worst,
    augment,
    config_files,
    settings,
    seed,
):
    """Draw sheets of annotated pictures.

    Dashed boxes are difficult objects or crowds. Pictures with faults are passed over,
    but with --worst, which shows them first, what was found under each.

    \b
    Examples:
      lumi dataset show VOCdevkit/VOC2007 --output voc.png
      lumi dataset show pictures --type coco --by-class --output-dir sheets
      lumi dataset show data/voc --augment -c voc.yml --output augmented.png
    """
    _check_output(output, output_dir, is_single=num_sheets == 1 and not by_class)
    if by_class + worst + augment > 1:
        raise click.UsageError("--by-class, --worst and --augment exclude each other")
    if (config_files or settings) and not augment:
        raise click.UsageError("-c and --set are for --augment")
    amounts = {"num_pages": num_sheets, "seed": seed}
    if worst:
        amount = num_sheets * (count or _PICTURES)
        pages = _worst_pages(open_source, num_workers, amount, count or _PICTURES)
    elif by_class:
        amounts["count"] = count or _OBJECTS
        pages = _class_pages(open_source, num_workers, amounts)
    elif augment:
        amounts["count"] = count or _ROWS
        pages = _augmented_pages(open_source, config_files, settings, amounts)
    else:
        amounts["count"] = count or _PICTURES
        pages = _random_pages(open_source, amounts)
    _write(pages, output, output_dir, worst)


def _check_output(output, output_dir, is_single):
    if (output is None) == (output_dir is None):
        raise click.UsageError("give --output FILE.png or --output-dir, one of the two")
    if output is not None and not is_single:
        raise click.UsageError("--output is for one sheet; use --output-dir")
    if output is not None and output.suffix.lower() != ".png":
        raise click.UsageError(f"--output {output}: must end in .png")


def _random_pages(open_source, amounts):
    from luminet.datasets.example_reader import Decode
    from luminet.sheets.random_pages import random_pages

    return random_pages(open_source(Decode.HEADER), **amounts)


def _class_pages(open_source, num_workers, amounts):
    from luminet.datasets.example_reader import Decode
    from luminet.datasets.statistics.gather import gather
    from luminet.sheets.class_pages import class_pages

    source = open_source(Decode.HEADER)
    with progress_bars() as progress:
        gathered = gather(source, num_workers, progress)
    return class_pages(source, gathered, num_workers=num_workers, **amounts)


def _worst_pages(open_source, num_workers, amount, count):
    from luminet.datasets.example_reader import Decode
    from luminet.datasets.worst import find_worst
    from luminet.sheets.worst_pages import worst_pages

    source = open_source(Decode.FULL)
    with progress_bars() as progress:
        worst = find_worst(source, amount, num_workers, progress)
    return worst_pages(source, worst, count)


def _augmented_pages(open_source, config_files, settings, amounts):
    from luminet.cli.start import start_tensorflow
    from luminet.config import SettingError, construct, load_config
    from luminet.datasets.example_reader import Decode

    config = load_config(config_files, settings, option="--set")
    source = open_source(Decode.FULL)
    # Also forks the processes that read, if any, before TensorFlow has threads.
    if not (source.class_names and any(source.keys.values())):
        raise InputError(f"{source.data_dir}: there is nothing to show")
    start_tensorflow()
    from luminet.datasets.augmentation.augmentation import Augmentation
    from luminet.datasets.transforms import Resize
    from luminet.sheets.augmented_pages import augmented_pages

    section = config["dataset"]
    try:
        augmentation = Augmentation(section["augmentation"])
        resize = construct(Resize, section["resize"], "dataset.resize")
    except SettingError as error:
        raise config.locate(error) from error
    splits = list(source.readers)
    if section["train_split"] in splits:
        splits = [section["train_split"]]
    return augmented_pages(source, splits, augmentation, resize, **amounts)


def _write(pages, output, output_dir, worst):
    """Write each sheet when it is drawn; say where."""
    from luminet import atomic

    paths = []
    for name, page in pages:
        paths.append(output or output_dir / f"{name}.png")
        with atomic.open_file(paths[-1], "wb") as file:
            page.save(file, "PNG")
    if not paths and worst:
        click.echo("nothing to show: no picture has a finding")
    elif not paths:
        raise InputError("nothing to show: no picture is usable; --worst shows why")
    else:
        several = f"{len(paths)} sheets in {output_dir}" if len(paths) > 1 else paths[0]
        click.echo(f"drew {several}")
