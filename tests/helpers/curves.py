"""Levels over time: what a hand did, what a DAW wrote, what a motor followed.

A curve is a list of points, seconds and dB, in order of time; between two points it is a straight
line.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

Curve = Sequence[tuple[float, float]]

# How finely two clocks are laid over each other, in seconds.
_STEP = 0.005


def level_at(curve: Curve, when: float) -> float:
    """Return the level of a curve at a time; before and after it, that of its ends."""
    after = bisect_left(curve, (when,))
    if after == 0:
        return curve[0][1]
    if after == len(curve):
        return curve[-1][1]
    (begin, low), (end, high) = curve[after - 1], curve[after]
    share = (when - begin) / (end - begin) if end > begin else 1.0
    return low + (high - low) * share


def apart(one: Curve, other: Curve, delay: float) -> float:
    """Return how far apart two curves are at most, in dB, wherever either has a point.

    ``other`` is ``delay`` seconds later than ``one``.  Only the time that both cover counts.
    """
    begin = max(one[0][0], other[0][0] - delay)
    end = min(one[-1][0], other[-1][0] - delay)
    ones = (abs(level - level_at(other, at + delay)) for at, level in one if begin <= at <= end)
    others = (
        abs(level - level_at(one, at - delay)) for at, level in other if begin <= at - delay <= end
    )
    return max(max(ones, default=0.0), max(others, default=0.0))


def delay_between(one: Curve, other: Curve) -> float:
    """Return the delay at which ``other`` is closest to ``one``, to 5 ms.

    The search begins where both first rise through the middle of ``one``'s range.
    """
    levels = [level for _, level in one]
    middle = (min(levels) + max(levels)) / 2
    guess = _rise(other, middle) - _rise(one, middle)
    shifts = (guess + step * _STEP for step in range(-60, 61))
    return min(shifts, key=lambda shift: apart(one, other, shift))


def during(curve: Curve, begin: float, end: float) -> Curve:
    """Return a curve from one time to another, both included."""
    inner = [point for point in curve if begin < point[0] < end]
    return [(begin, level_at(curve, begin)), *inner, (end, level_at(curve, end))]


def _rise(curve: Curve, level: float) -> float:
    for (_, before), (at, after) in pairwise(curve):
        if before < level <= after:
            return at
    raise AssertionError(f"this never rises through {level:.1f} dB: {curve}")
