"""Read a YAML mapping strictly, and remember on which line each key stands."""

from collections.abc import Hashable
from pathlib import Path

import yaml

from luminet.errors import InputError

# A config is a page of text: whatever is deeper or larger was not written by hand.
MAX_DEPTH = 20
MAX_NODES = 10_000


def read_yaml(path: Path) -> tuple[dict, dict[str, str]]:
    """Read a file whose top level is a mapping.

    Args:
        path: the file, UTF-8.

    Returns:
        The mapping, and for each key by its full path ("train.seed") where it stands
        ("config.yml:12").

    Raises:
        InputError: no such file, not YAML, a tag, an alias, a key that is given twice,
            or something too deep.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot read it: {error}") from error
    try:
        _check_size(path, text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise InputError(f"{path}{_line(error)}: not YAML: {_reason(error)}") from error
    if not isinstance(root, yaml.MappingNode):
        raise InputError(f"{path}: must be a mapping of sections, such as `train:`")
    lines: dict[str, str] = {}
    return _value(root, path, "", lines), lines


def parse_value(text: str):
    """The value of one setting, written as in YAML.

    Raises:
        InputError: it is not YAML.
    """
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InputError(f"not a value: {text!r}: {_reason(error)}") from error


def _check_size(path, text):
    """Refuse what is too deep to compose, and aliases, before anything is built."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1
            raise InputError(
                f"{path}:{line}: aliases (*{event.anchor}) are not allowed"
            )
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH or count > MAX_NODES:
            raise InputError(
                f"{path}: too complex for a config (at most {MAX_DEPTH} levels and "
                f"{MAX_NODES} values)"
            )


def _value(node, path, key_path, lines):
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, key_path, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, path, key_path, lines) for item in node.value]
    try:
        return yaml.SafeLoader("").construct_object(node, deep=True)
    except (yaml.YAMLError, ValueError) as error:
        line = node.start_mark.line + 1
        raise InputError(f"{path}:{line}: {key_path}: {_reason(error)}") from error


def _mapping(node, path, key_path, lines):
    mapping = {}
    for key_node, value_node in node.value:
        place = f"{path}:{key_node.start_mark.line + 1}"
        key = _value(key_node, path, key_path, lines)
        if not isinstance(key, Hashable) or not isinstance(key, str):
            raise InputError(f"{place}: a key must be a word. Received: {key!r}")
        child_path = f"{key_path}.{key}".lstrip(".")
        if key in mapping:
            raise InputError(
                f"{place}: {child_path} is given twice, first in {lines[child_path]}"
            )
        lines[child_path] = place
        mapping[key] = _value(value_node, path, child_path, lines)
    return mapping


def _line(error):
    mark = getattr(error, "problem_mark", None)
    return f":{mark.line + 1}" if mark else ""


def _reason(error):
    return getattr(error, "problem", None) or str(error).splitlines()[0]
