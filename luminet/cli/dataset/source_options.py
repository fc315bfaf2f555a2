"""The options that say which data set is read, how, and what of it is taken."""

import functools
import shlex

import click

from luminet.cli.options import FolderPath
from luminet.errors import InputError

_FOLDER = (
    click.argument(
        "data_dir",
        required=False,
        type=FolderPath(),
        metavar="[DATA_DIR]",
    ),
    click.option(
        "--data-dir",
        "data_dir_option",
        type=FolderPath(),
        help="The folder of pictures and annotations, or of TFRecords; the same as "
        "DATA_DIR. May be gs://.",
    ),
    click.option(
        "--type",
        "reader_type",
        default="auto",
        show_default=True,
        help="How the pictures are annotated: coco, csv, cvat, flat, imagenet, "
        "labelme, openimages, pascal, taggerine, tfrecord, yolo, or a reader of your "
        "own as package.module:Class. auto finds out, and says why.",
    ),
)
READING = (
    click.option(
        "--split",
        "splits",
        multiple=True,
        help="Which split to read, like train. Can be given again.  [default: all]",
    ),
    click.option(
        "-o",
        "--option",
        "options",
        metavar="KEY=VALUE",
        multiple=True,
        help="An option of the reader; docs/datasets.md lists them.",
    ),
    click.option("--columns", help="Names of the columns of a CSV, like a,b,c."),
    click.option(
        "--relative", is_flag=True, help="Boxes of a CSV are in parts of the picture."
    ),
)
CLASSES = (
    click.option(
        "--only-classes", help="Keep objects of these classes only, like cat,dog."
    ),
    click.option(
        "--rename",
        metavar="OLD=NEW",
        multiple=True,
        help="Rename a class; two of one name become one. Can be given again.",
    ),
)
_FEWER_PICTURES = (
    click.option(
        "--only-images",
        help="Take these pictures only, by id, name of the file or path, like a,b.jpg.",
    ),
    click.option("--limit-examples", type=int, help="Pictures of each split at most."),
    click.option(
        "--class-examples",
        type=int,
        help="Take pictures of a split until each class has as many objects.",
    ),
)
RULES = (
    click.option(
        "--drop-empty", is_flag=True, help="Leave pictures without objects out."
    ),
    click.option(
        "--ignore-exif",
        is_flag=True,
        help="Take pictures as they are stored: for boxes drawn on unturned ones.",
    ),
    click.option(
        "--clip-boxes",
        is_flag=True,
        help="Clip boxes that leave their picture; else more than a pixel is a fault.",
    ),
    click.option(
        "--ignore-unknown-classes",
        is_flag=True,
        help="Leave objects out whose class the data set does not list.",
    ),
    click.option(
        "--workers",
        "num_workers",
        type=click.IntRange(1),
        help="Processes that read.  [default: one for each core]",
    ),
)
_OPTIONS = (*_FOLDER, *READING, *CLASSES, *_FEWER_PICTURES, *RULES)


def source_options(command):
    """Give a command the options of a data set.

    Instead of them it gets `open_source`, a function that opens the data set with a
    given `Decode`, and `num_workers`.
    """

    @functools.wraps(command)
    def wrapped(data_dir, data_dir_option, num_workers, **arguments):
        if (data_dir is None) == (data_dir_option is None):
            raise click.UsageError("name the folder of the data set once, as DATA_DIR")
        names = [
            *("reader_type", "splits", "options", "columns", "relative"),
            *("only_classes", "rename", "only_images", "limit_examples"),
            *("class_examples", "drop_empty", "ignore_exif", "clip_boxes"),
            "ignore_unknown_classes",
        ]
        values = {name: arguments.pop(name) for name in names}
        opener = functools.partial(
            _open, data_dir or data_dir_option, values, num_workers
        )
        return command(open_source=opener, num_workers=num_workers, **arguments)

    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


def _open(data_dir, values, num_workers, decode):
    from luminet.datasets.source.source import Source
    from luminet.remote import local_copy

    # A copy of a remote folder lasts as long as the command.
    copy = click.get_current_context().with_resource(local_copy(data_dir))
    options = reader_options(values)
    return Source(
        copy,
        find_type(values["reader_type"], copy, data_dir, options),
        values["splits"],
        options,
        selection_of(values),
        rules_of(values, decode),
        num_workers,
        given=data_dir,
    )


def find_type(reader_type, folder, given, options) -> str:
    """The type of a notation; what auto finds is said at once: the reader may fail.

    Args:
        reader_type: what `--type` says.
        folder: of the data set.
        given: where it really lies.
        options: that the reader is to get.
    """
    from luminet.datasets.readers import AUTO, recognise

    if reader_type != AUTO:
        return reader_type
    reader_type, reason = recognise(folder, options)
    click.echo(f"{given}: read as {reader_type}: {reason}", err=True)
    return reader_type


def rules_of(values, decode):
    """The `Rules` that options say."""
    from luminet.datasets.example_reader import Rules

    return Rules(
        decode,
        ignore_exif=values["ignore_exif"],
        clip_boxes=values["clip_boxes"],
        ignore_unknown_classes=values["ignore_unknown_classes"],
    )


def selection_of(values):
    """The `Selection` that options say; not every command has all of them."""
    from luminet.datasets.source.selection import Selection

    return Selection(
        only_classes=_names(values["only_classes"]),
        rename=named_pairs("--rename", values["rename"]),
        only_images=_names(values.get("only_images")),
        limit_examples=values.get("limit_examples"),
        class_examples=values.get("class_examples"),
        drop_empty=values["drop_empty"],
    )


def reader_options(values) -> dict[str, str]:
    """The options of the reader by name."""
    options = named_pairs("-o", values["options"])
    if values["columns"]:
        options["columns"] = values["columns"]
    if values["relative"]:
        options["relative"] = "true"
    return options


def _names(text) -> tuple[str, ...]:
    if text is None:
        return ()
    names = tuple(name.strip() for name in text.split(","))
    if not all(names):
        raise InputError(f"'{text}': a name between two commas is empty")
    return names


def named_pairs(option, texts) -> dict[str, str]:
    """What an option like `--rename OLD=NEW` says each time.

    Raises:
        InputError: it says something else.
    """
    pairs = {}
    for text in texts:
        key, separator, value = text.partition("=")
        if not (key and separator and value):
            raise InputError(f"{option} {text}: must be two names with = between them")
        if "=" in value and option == "--rename":
            raise InputError(f"{option} {text}: one pair only; give --rename again")
        if pairs.setdefault(key.strip(), value.strip()) != value.strip():
            raise InputError(f"{option} {text}: '{key}' is given twice")
    return pairs


# Folders differ by machine; the number of processes and what was there before do not
# show in the result.
UNTOLD = ("data_dir", "data_dir_option", "output_dir", "num_workers", "overwrite")


def manifest_command(arguments, hidden=UNTOLD):
    """What to type for the same again, but for what differs by machine.

    Args:
        arguments: of the command line, by name; those at their default are left out.
        hidden: names that are not told.
    """
    context = click.get_current_context()
    words = [context.command_path]
    for parameter in context.command.params:
        name = parameter.name
        if name in hidden or name not in arguments or not arguments[name]:
            continue
        source = context.get_parameter_source(name)
        if source is not click.core.ParameterSource.COMMANDLINE:
            continue
        flag, value = parameter.opts[-1], arguments[name]
        if value is True:
            words.append(flag)
        else:
            values = value if isinstance(value, tuple) else (value,)
            words += [f"{flag} {shlex.quote(str(item))}" for item in values]
    return " ".join(words)
