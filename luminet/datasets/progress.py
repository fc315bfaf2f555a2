"""How work on many pictures tells how far it is."""

from collections.abc import Callable

# Is told the split, how many of its pictures are done, and how many there are.
Progress = Callable[[str, int, int], None]
