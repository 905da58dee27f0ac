"""Fader laws: position on the travel to decibels, and back.

Pure functions.  Every law maps position 0 to ``-inf`` and back, is rising,
and is exact at its own named points (0 dB in particular).
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from math import inf, isnan, log2
from typing import Final, Protocol

from surfacebridge.model.values import OFF
from surfacebridge.value import as_value


class Law(Protocol):
    """Both ways between a position (0…1, clamped) and a level in dB."""

    @property
    def top(self) -> float:
        """The level at position 1."""
        ...

    def to_db(self, position: float) -> float:
        """Return the level at ``position``; -inf at 0."""
        ...

    def from_db(self, level: float) -> float:
        """Return the position of ``level``; levels out of reach give 0 or 1."""
        ...

    def __hash__(self) -> int:
        """Laws are values."""
        ...


@as_value
class StraightLines:
    """Straight lines in decibels between ``points``, (position, dB), rising in both.

    The first point is at position 0: its level is where the lowest line would
    arrive, while position 0 itself is off.
    """

    positions: tuple[float, ...]
    levels: tuple[float, ...]

    @classmethod
    def through(cls, points: Sequence[tuple[float, float]]) -> "StraightLines":
        """Build the law; ``ValueError`` unless points rise from position 0 to 1."""
        positions = tuple(position for position, _ in points)
        levels = tuple(level for _, level in points)
        rising = all(a < b for line in (positions, levels) for a, b in pairwise(line))
        if len(points) < 2 or not rising or positions[0] != 0.0 or positions[-1] != 1.0:
            raise ValueError("a law's points must rise in position, from 0 to 1, and in level")
        return cls(positions, levels)

    @property
    def top(self) -> float:
        """The level at position 1."""
        return self.levels[-1]

    def to_db(self, position: float) -> float:
        """Return the level at ``position``; -inf at 0."""
        if position <= 0.0 or isnan(position):
            return OFF
        if position >= 1.0:
            return self.levels[-1]
        at = bisect_right(self.positions, position) - 1
        left, low = self.positions[at], self.levels[at]
        return low + (position - left) * (self.levels[at + 1] - low) / (
            self.positions[at + 1] - left
        )

    def from_db(self, level: float) -> float:
        """Return the position of ``level``; levels out of reach give 0 or 1."""
        if level >= self.levels[-1]:
            return 1.0
        if not level > self.levels[0]:
            return 0.0
        at = bisect_right(self.levels, level) - 1
        low, left = self.levels[at], self.positions[at]
        return left + (level - low) * (self.positions[at + 1] - left) / (self.levels[at + 1] - low)


@as_value
class ArdourLaw:
    """Ardour's gain-to-position curve, up to ``top`` dB.

    Source: Ardour ``libs/pbd/pbd/control_math.h``:
    p = ((6 log2 g + 192) / 198)^8 with g scaled so that the top is 2.
    """

    top: float = 6.020599913279624

    def to_db(self, position: float) -> float:
        """Return the level at ``position``; -inf at 0."""
        if position <= 0.0 or isnan(position):
            return OFF
        exponent = (198.0 * min(position, 1.0) ** 0.125 - 192.0) / 6.0
        return self._decibels(exponent)

    def from_db(self, level: float) -> float:
        """Return the position of ``level``; levels out of reach give 0 or 1."""
        exponent = (level - self.top) / _DB_PER_OCTAVE + 1.0
        # Below 2^-32 the base turns negative and the even power would rise again.
        if not exponent > -32.0:
            return 0.0
        return float(min(((6.0 * exponent + 192.0) / 198.0) ** 8, 1.0))

    def _decibels(self, exponent: float) -> float:
        return (exponent - 1.0) * _DB_PER_OCTAVE + self.top


@as_value
class PowerLaw:
    """Gain as a power of position: level = ``top`` + 20 ``power`` log10(position)."""

    top: float
    power: float

    def to_db(self, position: float) -> float:
        """Return the level at ``position``; -inf at 0."""
        if position <= 0.0 or isnan(position):
            return OFF
        return self.top + self.power * _DB_PER_OCTAVE * log2(min(position, 1.0))

    def from_db(self, level: float) -> float:
        """Return the position of ``level``; levels out of reach give 0 or 1."""
        if level >= self.top:
            return 1.0
        if level == -inf or isnan(level):
            return 0.0
        return float(2.0 ** ((level - self.top) / (self.power * _DB_PER_OCTAVE)))


_DB_PER_OCTAVE: Final = 6.020599913279624

_X32_POINTS: Final = ((0.0, -90.0), (0.0625, -60.0), (0.25, -30.0), (0.5, -10.0), (1.0, 10.0))

LAWS: Final[dict[str, Law]] = {
    # Four lines; MAILLOT, "Unofficial X32/M32 OSC Remote Protocol", fader law.
    "x32": StraightLines.through(_X32_POINTS),
    # The scale printed beside an X-Touch fader has the X32's marks (assumed exact).
    "x-touch": StraightLines.through(_X32_POINTS),
    # The Mackie's printed scale has no dimensioned source; hosts and makers use
    # Ardour's curve for it (protocols.md, section 8, point 17).
    "mcu": ArdourLaw(),
    "ardour": ArdourLaw(),
    # Fitted to the published anchors: unity at slider 716.2 of 1000, top +12 dB
    # (assumed: measure in REAPER before trusting it below -60 dB).
    "reaper": PowerLaw(top=12.0, power=4.1376),
    # Gain is the third power of the travel, twice at the top (assumed: measure in
    # Bitwig before trusting it below -60 dB).
    "bitwig": PowerLaw(top=6.020599913279624, power=3.0),
    # 40 dB per unit of travel down to -18 dB, then the measured table
    # (protocols.md, 1.12, Ableton Live column).
    "live": StraightLines.through(
        (
            (0.0, -70.0), (0.0346, -60.0), (0.1035, -48.0), (0.187, -36.0), (0.2384, -30.0),
            (0.3024, -24.0), (0.4, -18.0), (0.85, 0.0), (1.0, 6.0),
        )
    ),
    # The meter scale of IEC 60268-18, as studios use it for faders too.
    "iec60268-18": StraightLines.through(
        (
            (0.0, -70.0), (0.025, -60.0), (0.075, -50.0), (0.15, -40.0), (0.3, -30.0),
            (0.5, -20.0), (1.0, 0.0),
        )
    ),
}  # fmt: skip
"""Laws by name, as mappings and sheets say them."""


# Faders of the same two laws share one way: what one brought into the caches serves all.
@lru_cache(maxsize=64)
def from_one_to_other(one: Law, other: Law) -> Callable[[float], float]:
    """Return the way from a position on ``one`` to the position on ``other`` of the same level.

    Two laws of straight lines make one of straight lines, and a move then costs one look
    into a table instead of two; 0 dB, and every other named point of either, stays exact.
    """
    if isinstance(one, StraightLines) and isinstance(other, StraightLines):
        return _straight(one, other)
    return lambda position: other.from_db(one.to_db(position))


def _straight(one: StraightLines, other: StraightLines) -> Callable[[float], float]:
    places = dict(zip(one.positions, map(other.from_db, one.levels), strict=True))
    inner = zip(other.positions, other.levels, strict=True)
    low, high = one.levels[0], one.levels[-1]
    places |= {one.from_db(level): place for place, level in inner if low < level < high}
    starts = tuple(sorted(places))
    ends = tuple(places[start] for start in starts)
    slopes = tuple(
        (d - c) / (b - a) for (a, b), (c, d) in zip(pairwise(starts), pairwise(ends), strict=True)
    )
    top = ends[-1]

    def other_place(position: float) -> float:
        if not 0.0 < position < 1.0:
            return top if position >= 1.0 else 0.0
        at = bisect_right(starts, position) - 1
        return ends[at] + (position - starts[at]) * slopes[at]

    return other_place


_LINEAR: Final = re.compile(r"linear-db\((-?\d+(?:\.\d+)?)\.\.([+-]?\d+(?:\.\d+)?)\)")


def law_named(text: str) -> Law | None:
    """Return the law called ``x32`` or ``linear-db(-60..10)``; ``None`` if there is none."""
    straight = _LINEAR.fullmatch(text)
    if straight is not None and float(straight[1]) < float(straight[2]):
        return linear_db(float(straight[1]), float(straight[2]))
    return LAWS.get(text)


def law_through(points: Sequence[tuple[float, float]]) -> Law:
    """Return the law through ``points``, (percent, dB), in any order; ``ValueError`` as above.

    Where 0 % is off (``-inf``), the lowest line goes on down to it.
    """
    rising = sorted((place / 100.0, level) for place, level in points)
    if len(rising) > 2 and rising[0] == (0.0, OFF):
        (left, low), (right, high) = rising[1:3]
        rising[0] = (0.0, low - left * (high - low) / (right - left))
    if any(level == OFF for _, level in rising):
        raise ValueError("a law is off at 0% only, and needs two levels above that")
    return StraightLines.through(rising)


def linear_db(low: float, high: float) -> Law:
    """Return the law that is one straight line from ``low`` to ``high`` dB; 0 is off."""
    return StraightLines.through(((0.0, low), (1.0, high)))
