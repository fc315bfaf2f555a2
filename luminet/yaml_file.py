"""Read YAML strictly, and remember on which line each key stands."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from luminet.errors import InputError
from luminet.text_file import read_text

# A config is a page of text: whatever is deeper or larger was not written by hand.
MAX_DEPTH = 20
MAX_NODES = 10_000


def read_yaml(
    path: Path, key_types: tuple[type, ...] = (str,)
) -> tuple[dict, dict[str, str]]:
    """Read a file whose top level is a mapping.

    Args:
        path: the file, UTF-8.
        key_types: what a key may be: words, or whole numbers too.

    Returns:
        The mapping, and for each key by its full path ("train.seed", or "steps[1].size"
        in the second mapping of a list) where it stands ("config.yml:12").

    Raises:
        InputError: no such file, not YAML, a tag, an alias, a key that is given twice,
            or something too deep.
    """
    text = read_text(path)
    lines: dict[str, str] = {}
    content = _parse(
        text, str(path), lambda line: f"{path}:{line + 1}", lines, key_types
    )
    if not isinstance(content, dict):
        raise InputError(f"{path}: must be a mapping of sections, such as `train:`")
    return content, lines


def parse_value(text: str, name: str) -> Any:
    """The value of one setting, written as in YAML, under the rules of `read_yaml`.

    Args:
        text: the YAML.
        name: of the setting, for messages.

    Raises:
        InputError: see `read_yaml`.
    """
    return _parse(text, name, lambda _: name, {})


def _parse(
    text: str,
    name: str,
    place: Callable[[int], str],
    lines: dict,
    key_types: tuple[type, ...] = (str,),
) -> Any:
    """The content of a document; `place` says where a line is, counted from 0."""
    try:
        _check_events(text, name, place)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = place(mark.line) if mark else name
        raise InputError(f"{where}: not YAML: {_reason(error)}") from error
    return None if root is None else _value(root, place, "", lines, key_types)


def _check_events(text, name, place):
    """Refuse tags, aliases and what is too deep to compose, before it is built."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        where = place(event.start_mark.line)
        if isinstance(event, yaml.AliasEvent):
            raise InputError(f"{where}: aliases (*{event.anchor}) are not allowed")
        if getattr(event, "tag", None):
            raise InputError(f"{where}: tags ({event.tag}) are not allowed")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH or count > MAX_NODES:
            raise InputError(
                f"{name}: too complex for a config (at most {MAX_DEPTH} levels and "
                f"{MAX_NODES} values)"
            )


def _value(node, place, key_path, lines, key_types):
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, place, key_path, lines, key_types)
    if isinstance(node, yaml.SequenceNode):
        return _list(node, place, key_path, lines, key_types)
    try:
        return yaml.SafeLoader("").construct_object(node, deep=True)
    except (yaml.YAMLError, ValueError) as error:
        where = place(node.start_mark.line)
        raise InputError(f"{where}: {key_path}: {_reason(error)}") from error


def _list(node, place, key_path, lines, key_types):
    values = []
    for index, item in enumerate(node.value):
        item_path = f"{key_path}[{index}]"
        if isinstance(item, yaml.MappingNode):
            lines[item_path] = place(item.start_mark.line)
        values.append(_value(item, place, item_path, lines, key_types))
    return values


def _mapping(node, place, key_path, lines, key_types):
    mapping = {}
    for key_node, value_node in node.value:
        where = place(key_node.start_mark.line)
        key = _value(key_node, place, key_path, lines, key_types)
        if type(key) not in key_types:
            raise InputError(f"{where}: a key must be a word. Received: {key!r}")
        child_path = f"{key_path}.{key}".lstrip(".")
        if key in mapping:
            raise InputError(
                f"{where}: {child_path} is given twice, first in {lines[child_path]}"
            )
        lines[child_path] = where
        mapping[key] = _value(value_node, place, child_path, lines, key_types)
    return mapping


def _reason(error):
    return getattr(error, "problem", None) or str(error).splitlines()[0]
