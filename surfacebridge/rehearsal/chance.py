"""Numbers that look like chance and are the same for the same seed."""

from collections.abc import Sequence
from typing import Final, TypeVar

_Item = TypeVar("_Item")

_MASK: Final = (1 << 64) - 1


class Chance:
    """A small generator (splitmix64, Steele and others 2014): no state outside itself."""

    def __init__(self, seed: int) -> None:
        self._state = seed & _MASK

    def below(self, count: int) -> int:
        """Return a whole number from 0 up to ``count``, which is not reached."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return ((mixed ^ (mixed >> 31)) * count) >> 64

    def fraction(self) -> float:
        """Return a number from 0 to 1, both included, on a fine grid."""
        return self.below(1_000_001) / 1_000_000

    def choose(self, items: Sequence[_Item]) -> _Item:
        """Return one of ``items``, which are not empty."""
        return items[self.below(len(items))]
