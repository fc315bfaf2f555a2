"""The options that say which data sets are read together, and how all of them are."""

import functools

import click

from luminet.cli.dataset.source_options import (
    CLASSES,
    READING,
    RULES,
    find_type,
    reader_options,
    rules_of,
    selection_of,
)
from luminet.cli.options import FolderPath
from luminet.errors import InputError

_OPTIONS = (
    click.argument(
        "folders", nargs=-1, required=True, type=FolderPath(), metavar="DIR..."
    ),
    click.option(
        "--type",
        "types",
        multiple=True,
        help="How all of them are annotated; or given once for each, in their order.  "
        "[default: auto]",
    ),
    *READING,
    *CLASSES,
    *RULES,
)
_NAMES = ("types", "splits", "options", "columns", "relative", "only_classes", "rename")
_NAMES += ("drop_empty", "ignore_exif", "clip_boxes", "ignore_unknown_classes")


def several_options(command):
    """Give a command the options of several data sets.

    Instead of them it gets `folders`; `open_sources`, a function that opens the data
    sets with a given `Decode`, by their names; and `num_workers`.
    """

    @functools.wraps(command)
    def wrapped(folders, num_workers, **arguments):
        values = {name: arguments.pop(name) for name in _NAMES}
        opener = functools.partial(_open, folders, values, num_workers)
        return command(
            folders=folders, open_sources=opener, num_workers=num_workers, **arguments
        )

    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


def _open(folders, values, num_workers, decode):
    from luminet.datasets.source.several import names_of, one_for_each, open_sources
    from luminet.remote import local_copy

    names = names_of(folders)
    types = one_for_each(values["types"], len(folders))
    # Copies of remote folders last as long as the command.
    keep = click.get_current_context().with_resource
    copies = [keep(local_copy(folder)) for folder in folders]
    options = reader_options(values)
    types = [
        _find_type(type, copy, folder, options)
        for type, copy, folder in zip(types, copies, folders, strict=True)
    ]
    sources = open_sources(
        copies,
        types,
        values["splits"],
        _options_of_each(types, folders, options),
        selection_of(values),
        rules_of(values, decode),
        num_workers,
    )
    return dict(zip(names, sources, strict=True))


def _find_type(type, copy, folder, options):
    """Options of tables do not say that all data sets are tables."""
    try:
        return find_type(type, copy, folder, {})
    except InputError:
        return find_type(type, copy, folder, options)


def _options_of_each(types, folders, options):
    """The options that each reader has; for which there are none is said."""
    from luminet.datasets.readers import option_names

    known = [option_names(type) for type in types]
    for option in options:
        lacking = [i for i, names in enumerate(known) if option not in names]
        if len(lacking) == len(known):
            all_types = ", ".join(dict.fromkeys(types))
            raise InputError(f"-o {option}: none of the readers {all_types} has it")
        for index in lacking:
            message = f"the reader '{types[index]}' has no option '{option}'"
            click.echo(f"{folders[index]}: read without it: {message}", err=True)
    return [{n: v for n, v in options.items() if n in names} for names in known]
