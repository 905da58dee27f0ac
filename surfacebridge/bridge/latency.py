"""How long the bridge takes, bytes in to bytes out.

Owns: a bounded memory of recent figures and their percentiles.
"""

from collections import deque
from typing import Final

# Some minutes of riding faders; enough for a 99th percentile that means something.
MOST_REMEMBERED: Final = 20_000


class Latency:
    """Durations in seconds, the newest ``MOST_REMEMBERED`` of them."""

    def __init__(self) -> None:
        self._recent: deque[float] = deque(maxlen=MOST_REMEMBERED)
        self.count = 0

    def add(self, seconds: float) -> None:
        """Remember one passage."""
        self._recent.append(seconds)
        self.count += 1

    def percentiles(self, *wanted: float) -> list[float]:
        """Return the given percentiles (0…100) in seconds; zeros while there are none."""
        if not self._recent:
            return [0.0 for _ in wanted]
        ranked = sorted(self._recent)
        last = len(ranked) - 1
        return [ranked[round(percent / 100 * last)] for percent in wanted]
