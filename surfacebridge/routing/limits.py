"""Stages that slow a value down on its way: deadband, delay, slew, smooth.

Owns: where the value is on its way now, and when to look again.  Does not
own: what is written (``engine``) or shown (``painting``); ``rate`` is the
pace of a target (``writing``).

Rule: a limit never changes where a value ends.
"""

from collections import deque
from collections.abc import Sequence
from math import exp
from typing import Final

from surfacebridge.model.values import OFF
from surfacebridge.routing.stages import Limit

# A hundred steps a second: what a fader sends by itself.
STEP: Final = 0.01

# A move inside the deadband counts once the hand has rested this long.
AT_REST: Final = 0.1

# Ten seconds of a fader that sends a hundred positions a second; longer delays
# lose the oldest, never the last.
MOST_DELAYED: Final = 1000

METER_STEP: Final = 5.0
"""dB: twelve steps in the 60 dB that surfaces draw."""

METER_FLOOR: Final = -60.0

_FAR: Final = float("inf")


class Limits:
    """The limits of one line on one control; positions are 0…1 of the travel."""

    def __init__(self, limits: Sequence[Limit], steps: int) -> None:
        amounts = {limit.kind: limit.amount for limit in limits}
        self._grid = 1.0 / max(steps - 1, 1)
        # Half a step of slack: positions come as fractions of the grid.
        self._deadband = max(amounts.get("deadband", 0.0) - 0.5, 0.0) * self._grid
        self._delay = amounts.get("delay", 0.0)
        self._slew = amounts.get("slew", _FAR)
        self._smooth = amounts.get("smooth", 0.0)
        self._taken: float | None = None
        self._nudge: tuple[float, float] | None = None
        self._delayed: deque[tuple[float, float]] = deque(maxlen=MOST_DELAYED)
        self._goal: float | None = None
        self._here = 0.0
        self._at = 0.0

    def take(self, position: float, start: float | None, now: float) -> None:
        """Ask for ``position``; the value at rest is at ``start``, if that is known."""
        if self._goal is None and not self._delayed:
            self._here, self._at = position if start is None else start, now
        if self._taken is not None and abs(position - self._taken) < self._deadband:
            self._nudge = (now + AT_REST, position)
        else:
            self._accept(position, now)

    @property
    def aim(self) -> float | None:
        """The last place that was asked for."""
        return self._taken if self._nudge is None else self._nudge[1]

    def rest(self, now: float) -> None:
        """Take a small move too: the hand has let go."""
        if self._nudge is not None:
            self._accept(self._nudge[1], now)

    def advance(self, now: float) -> float | None:
        """Return where the value is now, ``None`` if it has not moved."""
        if self._nudge is not None and self._nudge[0] <= now:
            self._accept(self._nudge[1], now)
        while self._delayed and self._delayed[0][0] <= now:
            self._goal = self._delayed.popleft()[1]
        if self._goal is None:
            self._at = now
            return None
        elapsed, self._at = now - self._at, now
        way = self._goal - self._here
        step = way * (1.0 - exp(-elapsed / self._smooth)) if self._smooth else way
        most = self._slew * elapsed if self._slew < _FAR else _FAR
        here = self._here + min(max(step, -most), most)
        if abs(self._goal - here) < self._grid / 2:
            here, self._goal = self._goal, None
        moved, self._here = here != self._here, here
        return here if moved or self._goal is None else None

    def finish(self) -> float | None:
        """Return where the value was going, and be there; ``None`` if it was at rest."""
        last = self._goal
        if self._delayed:
            last = self._delayed[-1][1]
        if self._nudge is not None:
            last = self._nudge[1]
        self._goal = self._nudge = None
        self._delayed.clear()
        if last is not None:
            self._here = self._taken = last
        return last

    def due(self) -> float | None:
        """Return when to call ``advance`` next, ``None`` at rest."""
        times = []
        if self._nudge is not None:
            times.append(self._nudge[0])
        if self._delayed:
            times.append(self._delayed[0][0])
        if self._goal is not None:
            times.append(self._at + STEP)
        return min(times, default=None)

    def _accept(self, position: float, now: float) -> None:
        self._taken, self._nudge = position, None
        if self._delay:
            self._delayed.append((now + self._delay, position))
        else:
            self._goal = position


class Falling:
    """A meter that jumps up and comes down step by step; levels in dB below full scale."""

    def __init__(self, seconds: float) -> None:
        """Take ``seconds`` for each step of 5 dB."""
        self._speed = METER_STEP / seconds
        self.aim = OFF
        self._here = OFF
        self._at = 0.0

    def take(self, level: float, now: float) -> None:
        """Aim at ``level``, and be there at once if it is higher."""
        self._fall(now)
        self.aim = level
        self._here = max(self._here, level)

    def advance(self, now: float) -> float:
        """Return the level to show now."""
        self._fall(now)
        return self._here

    @property
    def falls(self) -> bool:
        """Whether the meter is still on its way down."""
        return self._here > self.aim

    def _fall(self, now: float) -> None:
        here = self._here - (now - self._at) * self._speed
        self._here, self._at = max(self.aim, here if here > METER_FLOOR else OFF), now
