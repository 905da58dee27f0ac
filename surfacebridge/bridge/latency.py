"""How long the bridge takes, bytes in to bytes out.

Owns: a bounded memory of recent figures and their percentiles.
"""

from collections import deque
from collections.abc import Iterable
from itertools import islice
from typing import Final

# Some minutes of riding faders; enough for a 99th percentile that means something.
MOST_REMEMBERED: Final = 20_000
# Enough for a figure to look at now, and quick to put in order while faders move.
MOST_OF_A_ROUTE: Final = 1_000


class Latency:
    """Durations in seconds, the newest ``most`` of them."""

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._recent: deque[float] = deque(maxlen=most)
        self.count = 0

    def add(self, seconds: float) -> None:
        """Remember one passage."""
        self._recent.append(seconds)
        self.count += 1

    def since(self, count: int) -> list[float]:
        """Return what was added after the first ``count`` and is remembered, newest first."""
        return list(islice(reversed(self._recent), max(0, self.count - count)))

    def percentiles(self, *wanted: float) -> list[float]:
        """Return the given percentiles (0…100) in seconds; zeros while there are none."""
        return percentiles(self._recent, *wanted)


def percentiles(durations: Iterable[float], *wanted: float) -> list[float]:
    """Return the given percentiles (0…100) of ``durations``; zeros where there are none."""
    ranked = sorted(durations)
    last = len(ranked) - 1
    return [ranked[round(percent / 100 * last)] if ranked else 0.0 for percent in wanted]
