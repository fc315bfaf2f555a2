"""Options of readers, which are given as text on the command line."""

from luminet.errors import InputError

_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def parse_flag(name: str, value: str | bool) -> bool:
    """Whether an option is switched on.

    Raises:
        InputError: it is neither true nor false.
    """
    flag = _FLAGS.get(str(value).lower())
    if flag is None:
        raise InputError(f"the option {name} must be true or false, not '{value}'")
    return flag
