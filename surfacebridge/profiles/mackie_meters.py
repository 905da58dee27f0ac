"""A Mackie's meters fall by themselves: what that means for who plays one, and who hosts one.

Owns: when a bar falls, and when it must be told again.  Does not own: bytes, or
which level lights how many segments (``mackie_scale``).

Source: Logic Control MIDI Implementation (hosts send peaks only); one segment
in 300 ms (tttapa/Control-Surface).
"""

from typing import Final

FALL: Final = 0.3
"""Seconds until a bar that is not told again loses a segment."""

# Well before it falls, but seldom enough for a DIN cable beside faders.
REPEAT: Final = 0.2

Bar = tuple[int, int]
"""A strip from 0, and how many of its segments are lit."""


class FallingBars:
    """The bars of a unit that we play: a peak stands, then falls segment by segment."""

    def __init__(self) -> None:
        self._bars: dict[int, int] = {}
        self._due: dict[int, float] = {}

    def hear(self, strip: int, bar: int, now: float) -> None:
        """Take a new peak, higher or lower."""
        self._bars[strip] = bar
        if bar:
            self._due[strip] = now + FALL
        else:
            self._due.pop(strip, None)

    def wake(self, now: float) -> list[Bar]:
        """Return the bars that have fallen, and to where."""
        fallen = []
        for strip in [strip for strip, due in self._due.items() if now >= due]:
            steps = 1 + int((now - self._due[strip]) / FALL)
            bar = max(self._bars[strip] - steps, 0)
            self.hear(strip, bar, self._due[strip] + (steps - 1) * FALL)
            fallen.append((strip, bar))
        return fallen

    def next_wakeup(self) -> float | None:
        """Return when the next bar falls."""
        return min(self._due.values(), default=None)


class HeldBars:
    """The bars of a unit that we host: one that stands is told again before it falls."""

    def __init__(self) -> None:
        self._bars: dict[int, int] = {}
        self._due: dict[int, float] = {}

    def needs(self, strip: int, bar: int) -> bool:
        """Return whether ``bar`` is worth telling: one that has fallen to nought stays there."""
        return bar > 0 or self._bars.get(strip) != 0

    def told(self, strip: int, bar: int, now: float) -> None:
        """Note that the unit was told ``bar``."""
        self._bars[strip] = bar
        if bar:
            self._due[strip] = now + REPEAT
        else:
            self._due.pop(strip, None)

    def wake(self, now: float) -> list[Bar]:
        """Return the bars to tell again; they count as told."""
        due = [(strip, self._bars[strip]) for strip, at in self._due.items() if now >= at]
        for strip, bar in due:
            self.told(strip, bar, now)
        return due

    def next_wakeup(self) -> float | None:
        """Return when the next bar wants telling."""
        return min(self._due.values(), default=None)
