"""Configuration: YAML files over defaults, and sections that become constructors.

A section of the YAML is the keyword arguments of one constructor. The defaults are
`config.yml` beside this file, and beside the model. A key that is not in them is
refused, a value that its constructor refuses is reported with its full path.
"""

import copy
import inspect
import math
import os
import types
import typing
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import yaml

from luminet import checkpoint_files, published
from luminet.errors import InputError
from luminet.spelling import did_you_mean
from luminet.yaml_file import parse_value, read_yaml

HERE = Path(__file__).parent
# Where the defaults and the builder of each model live.
MODELS = {"faster_rcnn": "luminet.models.faster_rcnn.build:build"}
# Settings that are paths: in a file they are relative to it.
PATHS = (
    "dataset.dir",
    "dataset.cache",
    "train.job_dir",
    "train.from_checkpoint",
    "model.base_network.weights",
)
# Words that stand where otherwise a path does.
WORDS = {
    "dataset.cache": ["memory"],
    "train.from_checkpoint": [*published.ALIASES, *published.SOURCES],
    "model.base_network.weights": ["imagenet"],
}
# Settings of the past, and what says the same now.
REPLACED = {
    "dataset.flip": "dataset.augmentation: [{flip: {horizontal: true, vertical: false, "
    "prob: 0.5}}]"
}


class SettingError(InputError):
    """A setting has a wrong type or value.

    Attributes:
        path: of the setting, or of its section, such as "train.seed".
    """

    def __init__(self, path: str, message: str):
        super().__init__(message)
        self.path = path


class Config(dict):
    """An effective config that remembers where its settings were given.

    Attributes:
        places: like "voc.yml:12" or "-o", by the path of a setting.
    """

    places: dict[str, str]

    def locate(self, error: SettingError) -> InputError:
        """The same error, with the place of the setting in front, if it was given."""
        path = error.path
        while path and path not in self.places:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return InputError(f"{self.places[path]}: {error}" if path else str(error))


def load_config(
    files: Sequence[Path] = (),
    overrides: Sequence[str] = (),
    option: str = "-o",
    base: dict | None = None,
) -> Config:
    """Merge the defaults, YAML files and single settings; the later wins.

    Args:
        files: YAML files. Relative paths in them start at the file's own folder.
        overrides: "key.path=value", the value as in YAML. Relative paths start at the
            working directory.
        option: of the command line that gives overrides, for messages.
        base: settings between the defaults and the files; see `training_config`.

    Returns:
        The effective config: every key of the defaults is there, paths are absolute.

    Raises:
        InputError: a file cannot be read, a key is unknown, an override is malformed.
    """
    layers = [(base or {}, {})]
    layers += [_read_file(Path(file)) for file in files]
    layers += [_read_override(text, option) for text in overrides]
    model_type = "faster_rcnn"
    for given, _ in layers:
        section = given.get("model")
        if isinstance(section, dict):
            model_type = section.get("type", model_type)
    config = Config(default_config(model_type))
    _make_absolute(config, Path.cwd(), {})
    config.places = {}
    for given, places in layers:
        _merge(config, given, "", places)
        config.places = _replaced(config.places, places)
    if files and config["train"]["run_name"] is None:
        config["train"]["run_name"] = Path(files[-1]).stem
    return config


def default_config(model_type: str = "faster_rcnn") -> dict:
    """The defaults of all settings for one type of model.

    Raises:
        InputError: there is no such type.
    """
    if not isinstance(model_type, str) or model_type not in MODELS:
        raise InputError(
            f"model.type: must be one of {', '.join(MODELS)}. Received: {model_type}"
            f"{did_you_mean(str(model_type), MODELS)}"
        )
    general, _ = read_yaml(HERE / "config.yml")
    model, _ = read_yaml(HERE / "models" / model_type / "config.yml")
    return {**general, **model}


def dump_config(config: dict) -> str:
    """The YAML text of a config: `load_config` reads it back to the same."""
    options = {"sort_keys": False, "default_flow_style": None, "width": 88}
    return yaml.dump(dict(config), Dumper=_Dumper, **options)


class _Dumper(yaml.SafeDumper):
    """Writes out what is there twice: an alias would be refused on reading."""

    def ignore_aliases(self, data):
        return True


def changes(before: dict, after: dict, path: str = "") -> list[str]:
    """What differs between two configs: "train.seed: 0 -> 1" and so on."""
    found = []
    for key in {**before, **after}:
        old, new, key_path = (
            before.get(key),
            after.get(key),
            f"{path}.{key}".lstrip("."),
        )
        if isinstance(old, dict) and isinstance(new, dict):
            found += changes(old, new, key_path)
        elif old != new:
            found.append(f"{key_path}: {old} -> {new}")
    return found


def construct(cls, section: dict, path: str, **parts):
    """Call a constructor with the settings of a section.

    Args:
        cls: class or function; its annotations say what types the settings have.
        section: settings by name. A key that is also in `parts` is left out: it is the
            section of that part.
        path: where the section stands, such as "model.rpn", for messages.
        **parts: arguments that do not come from the config.

    Raises:
        InputError: a setting has a wrong type, or the constructor refused it.
    """
    annotations = typing.get_type_hints(inspect.unwrap(_function(cls)))
    settings = {}
    for key, value in section.items():
        if key not in parts:
            expected = annotations.get(key, Any)
            settings[key] = check(value, expected, f"{path}.{key}")
    try:
        return cls(**settings, **parts)
    except ValueError as error:
        # Our messages begin with the argument that is wrong: `name` must be ...
        name = str(error).partition("`")[2].partition("`")[0]
        wrong = f"{path}.{name}" if name in section else path
        raise SettingError(wrong, f"{path}: {error}") from error


def check(value, annotation, path: str):
    """`convert`, for the setting at a path.

    Raises:
        InputError: the value has a wrong type.
    """
    try:
        return convert(value, annotation)
    except TypeError as error:
        stop = "" if str(error).endswith("?") else "."
        message = f"{path}: {error}{stop} Received: {value!r}"
        raise SettingError(path, message) from error


def _function(cls):
    return cls.__init__ if inspect.isclass(cls) else cls


def convert(value, annotation):
    """Turn a YAML value into the type that an annotation asks for.

    YAML takes `1e-4` for a word and `1` for an integer: both are fine as a float.

    Raises:
        TypeError: it cannot be; the message says what is allowed.
    """
    if annotation is Any:
        return value
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        return _convert_to_one_of(value, arguments)
    if origin is Literal:
        if value not in arguments:
            raise TypeError(
                f"must be one of {', '.join(map(str, arguments))}"
                f"{did_you_mean(str(value), map(str, arguments))}"
            )
        return value
    if origin is list:
        if not isinstance(value, (list, tuple)):
            raise TypeError(f"must be a list of {_name(arguments[0])}")
        return [convert(item, arguments[0]) for item in value]
    return _convert_scalar(value, annotation)


def _convert_to_one_of(value, annotations):
    if value is None and type(None) in annotations:
        return None
    for annotation in annotations:
        if annotation is not type(None):
            try:
                return convert(value, annotation)
            except TypeError:
                continue
    raise TypeError(f"must be {' or '.join(map(_name, annotations))}")


def _convert_scalar(value, annotation):
    if annotation is float and not isinstance(value, bool):
        number = _number(value)
        if math.isfinite(number):
            return number
    # To Python a bool is an integer; to people it is not.
    elif isinstance(value, annotation) and isinstance(value, bool) == (
        annotation is bool
    ):
        return value
    raise TypeError(f"must be {_name(annotation)}")


def _number(value):
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan


def _name(annotation):
    names = {
        int: "an integer",
        float: "a number",
        bool: "true or false",
        str: "text (quote it if YAML takes it for something else)",
        type(None): "null",
    }
    if typing.get_origin(annotation) is list:
        return "a list"
    return names.get(annotation, str(annotation))


def _read_file(file):
    given, places = read_yaml(file)
    _make_absolute(given, file.absolute().parent, places)
    return given, places


def _make_absolute(given, folder, places):
    """Let the relative paths among settings start at a folder."""
    for path in PATHS:
        *parents, key = path.split(".")
        section = given
        for name in parents:
            section = section.get(name) if isinstance(section, dict) else None
        value = section.get(key) if isinstance(section, dict) else None
        if value is None or _is_word(path, value, folder):
            continue
        if not isinstance(value, str):
            where = f"{places[path]}: " if path in places else ""
            raise InputError(f"{where}{path}: must be {_name(str)}. Received: {value}")
        section[key] = str((folder / os.path.expanduser(value)).resolve())


def _is_word(path, value, folder):
    """Whether a setting that can be a path is something else."""
    if path == "train.from_checkpoint" and checkpoint_files.is_id(value):
        return not (folder / value).exists()
    return value in WORDS.get(path, [])


def _read_override(text, option):
    key_path, equals, value = text.partition("=")
    keys = key_path.strip().split(".")
    if not equals or not all(keys):
        raise InputError(
            f"{option} {text}: must be KEY=VALUE, such as train.epochs=3. "
            f"Received: {text}"
        )
    given: Any = parse_value(value, f"{option} {key_path.strip()}")
    for key in reversed(keys):
        given = {key: given}
    _make_absolute(given, Path.cwd(), {})
    return given, {key_path.strip(): f"{option} {text}"}


def _replaced(before, places):
    """The places of settings after a later layer; a list is replaced as a whole."""
    in_lists = tuple(f"{path}[" for path in places)
    kept = {path: at for path, at in before.items() if not path.startswith(in_lists)}
    return {**kept, **places}


def _merge(config, given, path, places):
    for key, value in given.items():
        key_path = f"{path}.{key}".lstrip(".")
        where = f"{places[key_path]}: " if key_path in places else ""
        if key_path in REPLACED:
            raise InputError(f"{where}{key_path}: is now {REPLACED[key_path]}")
        if key not in config:
            raise InputError(
                f"{where}{key_path}: unknown setting"
                f"{did_you_mean(key, config) or '.'} Allowed here: {', '.join(config)}"
            )
        if isinstance(config[key], dict) != isinstance(value, dict):
            kind = (
                "a section of settings" if isinstance(config[key], dict) else "a value"
            )
            raise InputError(f"{where}{key_path}: must be {kind}. Received: {value!r}")
        if isinstance(value, dict):
            _merge(config[key], value, key_path, places)
        else:
            config[key] = copy.deepcopy(value)
