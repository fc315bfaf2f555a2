"""The folder for what was fetched and can be fetched again."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """`LUMINET_CACHE`, or `luminet` in `XDG_CACHE_HOME`, by default `~/.cache`."""
    chosen = os.environ.get("LUMINET_CACHE")
    if chosen:
        return Path(chosen).expanduser().absolute()
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    # The standard says that a relative one does not count.
    return (base if base.is_absolute() else Path.home() / ".cache") / "luminet"
