"""How long the bridge takes, bytes in to bytes out.

Owns: a bounded memory of recent figures and their percentiles.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

# Some minutes of riding faders; enough for a 99th percentile that means something.
MOST_REMEMBERED: Final = 20_000
# Enough for a figure to look at now, and quick to put in order while faders move.
LATELY: Final = 1_000


class Latency:
    """Durations in seconds, the newest ``MOST_REMEMBERED`` of them."""

    def __init__(self) -> None:
        # All of its memory at once, so that a bridge that runs does not grow.
        self._recent = array("d", bytes(8 * MOST_REMEMBERED))
        self.count = 0

    def add(self, seconds: float) -> None:
        """Remember one passage."""
        self._recent[self.count % MOST_REMEMBERED] = seconds
        self.count += 1

    def newest(self, most: int = MOST_REMEMBERED) -> list[float]:
        """Return up to ``most`` of the durations, the newest first."""
        start = max(self.count - min(most, MOST_REMEMBERED), 0)
        return [self._recent[at % MOST_REMEMBERED] for at in range(self.count - 1, start - 1, -1)]


class Latencies(defaultdict[str, Latency]):
    """The same by who spoke: where the bytes came from that led to others."""

    def __init__(self) -> None:
        super().__init__(Latency)

    @property
    def count(self) -> int:
        """How many passages there were."""
        return sum(one.count for one in self.values())

    def newest(self, most: int = MOST_REMEMBERED) -> list[float]:
        """Return up to ``most`` durations of each."""
        return [seconds for one in self.values() for seconds in one.newest(most)]

    def percentiles(self, *wanted: float) -> list[float]:
        """Return the given percentiles (0…100) in seconds; zeros while there are none."""
        return percentiles(self.newest(), *wanted)


def percentiles(durations: Iterable[float], *wanted: float) -> list[float]:
    """Return the given percentiles (0…100) of ``durations``; zeros where there are none."""
    ranked = sorted(durations)
    last = len(ranked) - 1
    return [ranked[round(percent / 100 * last)] if ranked else 0.0 for percent in wanted]
