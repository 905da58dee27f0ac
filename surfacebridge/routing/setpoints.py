"""What is due when: values that wait for their turn, touches that end by themselves.

Rule: a thing that waits is not copied.  It is looked up when its turn comes,
so the newest value wins and the last one always goes out.
"""

import heapq
from typing import Literal

from surfacebridge.routing.state import Binding, Control, Parameter

Due = Literal[
    "write", "show", "rest", "echo", "travel", "limit", "hold", "astray", "fade", "adopted"
]
Subject = Control | Parameter | Binding | None


class Schedule:
    """A queue by time; each entry says what to look at, not what to send."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Due, Subject]] = []
        self._count = 0

    def add(self, due: float, what: Due, subject: Subject = None) -> None:
        """Ask to look at ``subject`` at ``due``."""
        self._count += 1
        heapq.heappush(self._heap, (due, self._count, what, subject))

    def take(self, now: float) -> tuple[Due, Subject] | None:
        """Return and forget the next entry that is due at ``now``, or ``None``."""
        if not self._heap or self._heap[0][0] > now:
            return None
        _, _, what, subject = heapq.heappop(self._heap)
        return what, subject

    def next_due(self) -> float | None:
        """Return when the next entry is due."""
        return self._heap[0][0] if self._heap else None
