"""How long to wait before opening a link again.

Rule: waits grow, so that a dead device costs nothing, and vary, so that ten
links that died together do not come back in step.
"""

from collections.abc import Callable
from typing import Final

# A cable that was just pushed in is found within a blink …
FIRST: Final = 0.25
# … and one that stays out is looked for at a rate nobody notices.
LONGEST: Final = 3.0
GROWTH: Final = 1.6
SPREAD: Final = 0.2


class Backoff:
    """Waits for one link; ``chance`` gives numbers in 0…1."""

    def __init__(self, chance: Callable[[], float]) -> None:
        self._chance = chance
        self._next = FIRST

    def wait(self) -> float:
        """Return how many seconds to wait now, and grow."""
        seconds = self._next * (1.0 + SPREAD * (self._chance() - 0.5))
        self._next = min(self._next * GROWTH, LONGEST)
        return seconds

    def reset(self) -> None:
        """Start small again: the link was open."""
        self._next = FIRST
