"""The font of everything that is drawn: DejaVu Sans, which comes with Matplotlib.

It has the letters of Europe, and more. Matplotlib itself is not imported for it.
"""

import functools
import importlib.util
from pathlib import Path

from PIL import ImageFont

_FILE = "mpl-data/fonts/ttf/DejaVuSans.ttf"
_CHECK_SIZE = 20


@functools.lru_cache
def load_font(size: int) -> ImageFont.FreeTypeFont:
    """Load the font at a size, in pixels."""
    try:
        return ImageFont.truetype(_path(), size)
    except OSError:  # Some distributions keep Matplotlib's fonts elsewhere.
        return ImageFont.load_default(size)


def drawable(text: str) -> str:
    r"""Escape what cannot be drawn as Python does: line breaks, "\u732b" for a cat."""
    return "".join(c if _has_glyph(c) else ascii(c)[1:-1] for c in text)


def _path() -> Path:
    package = importlib.util.find_spec("matplotlib")
    if package is None or package.origin is None:
        raise FileNotFoundError("matplotlib")
    return Path(package.origin).parent / _FILE


@functools.lru_cache(4096)
def _has_glyph(letter: str) -> bool:
    if letter.isascii() or not letter.isprintable():
        return letter.isprintable()
    return _pixels(letter) != _pixels("\uffff")  # which no font has


def _pixels(letter: str) -> tuple:
    mask = load_font(_CHECK_SIZE).getmask(letter)
    return mask.size, bytes(mask)
