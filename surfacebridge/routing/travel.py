"""A motor's own way: which moves of a cap are the motor's and not a hand's.

Owns: where a cap may be on its way to where it was ordered, and until when.
Does not own: what a move that is a hand's means (``engine``).

Rule: a cap that stops far from its order was stopped by a hand, and is heard.
"""

from typing import Final

# A cap that runs by motor may overshoot by this much of its travel.
OVERSHOOT: Final = 0.04

# Reports of a motor's own travel may trail the motion by this many seconds.
TAIL: Final = 0.1

# A cap that rests this far from its order is where a hand put it; a worn motor
# ends well inside of it.
ASTRAY: Final = 0.01


class Travel:
    """One cap under way.  ``until`` is when it must have arrived."""

    __slots__ = ("_goal", "_high", "_low", "last", "until")

    def __init__(self) -> None:
        self.until = float("-inf")
        self.last: float | None = None
        """The last place that was taken for the motor's own."""
        self._low, self._high, self._goal = 0.0, 1.0, 0.0

    def order(self, start: float | None, goal: float, full: float, now: float) -> None:
        """Note that the cap was ordered from ``start`` (``None``: nobody knows) to ``goal``.

        ``full`` is how many seconds the whole travel takes.
        """
        low = high = start
        if now <= self.until:
            low, high = self._low, self._high
        if low is None or high is None:
            low, high = 0.0, 1.0
        self._low, self._high, self._goal = min(low, goal), max(high, goal), goal
        way = self._high - self._low
        # Sent to where it is, it does not run: the next move is a hand's.
        self.until = now + way * full + TAIL if way > 0.0 else float("-inf")
        self.last = None

    def is_own(self, position: float, now: float) -> bool:
        """Return whether a cap at ``position`` may be there by motor."""
        if now > self.until:
            return False
        if not self._low - OVERSHOOT <= position <= self._high + OVERSHOOT:
            return False
        # It has come this far, and will not go back.
        self._low, self._high = min(position, self._goal), max(position, self._goal)
        self.last = position
        return True

    def stray(self) -> float | None:
        """Return where the cap came to rest if that is not where it was ordered."""
        last, self.last = self.last, None
        return None if last is None or abs(last - self._goal) <= ASTRAY else last
