"""What could not leave yet.

Owns: the order of waiting chunks and the bound on them.
Does not own: when to try again (the link that holds it).

Rule: when there is no room the oldest goes, because on a control path the
last value is the one that must arrive.
"""

from collections import deque
from typing import Final


class Outbox:
    """Chunks waiting to leave, at most ``room`` bytes of them (one may be longer)."""

    def __init__(self, room: int) -> None:
        self._room = room
        self.waiting: Final[deque[bytes]] = deque()
        """What waits, the oldest first: to be looked at."""
        self._size = 0

    def __len__(self) -> int:
        return len(self.waiting)

    def put(self, data: bytes) -> int:
        """Keep ``data`` as the newest; return how many older chunks were dropped for it."""
        self.waiting.append(data)
        self._size += len(data)
        dropped = 0
        while self._size > self._room and len(self.waiting) > 1:
            self._size -= len(self.waiting.popleft())
            dropped += 1
        return dropped

    def first(self) -> bytes:
        """Return the oldest chunk without taking it."""
        return self.waiting[0]

    def take(self) -> bytes:
        """Take the oldest chunk."""
        data = self.waiting.popleft()
        self._size -= len(data)
        return data
