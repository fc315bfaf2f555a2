"""Which feature maps a config asks for, known without building the network."""

from luminet.config import SettingError, check
from luminet.models.architectures import SINGLE_STRIDES, STRIDES, find_architecture


def read_strides(config: dict) -> tuple[int, ...]:
    """Pixels between neighbouring cells of each of the base network's maps.

    Args:
        config: the `model` section.

    Raises:
        InputError: a setting is wrong; the message names its full path.
    """
    section, path = config["base_network"], "model.base_network"
    name = check(section["architecture"], str, f"{path}.architecture")
    given = check(section["strides"], list[int] | None, f"{path}.strides")
    use_fpn = check(config["fpn"]["enabled"], bool, "model.fpn.enabled")
    strides = tuple(given or (STRIDES if use_fpn else SINGLE_STRIDES))
    try:
        find_architecture(name).find_levels(strides)
    except ValueError as error:
        wrong = "architecture" if "`architecture`" in str(error) else "strides"
        raise SettingError(f"{path}.{wrong}", f"{path}.{wrong}: {error}") from error
    if not use_fpn and strides != SINGLE_STRIDES:
        message = f"must be null without model.fpn. Received: {given}"
        raise SettingError(f"{path}.strides", f"{path}.strides: {message}")
    return strides


def pyramid_strides(strides: tuple[int, ...]) -> tuple[int, ...]:
    """Those of a feature pyramid's levels, from those of the maps it joins."""
    return *strides, 2 * strides[-1]
