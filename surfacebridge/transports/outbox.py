"""What could not leave yet.

Owns: the order of waiting chunks and the bound on them.
Does not own: when to try again (the link that holds it).

Rule: when there is no room the oldest goes, because on a control path the
last value is the one that must arrive.
"""

from collections import deque


class Outbox:
    """Chunks waiting to leave, at most ``room`` bytes of them (one may be longer)."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._waiting: deque[bytes] = deque()
        self._size = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, data: bytes) -> int:
        """Keep ``data`` as the newest; return how many older chunks were dropped for it."""
        self._waiting.append(data)
        self._size += len(data)
        dropped = 0
        while self._size > self._room and len(self._waiting) > 1:
            self._size -= len(self._waiting.popleft())
            dropped += 1
        return dropped

    def first(self) -> bytes:
        """Return the oldest chunk without taking it."""
        return self._waiting[0]

    def take(self) -> bytes:
        """Take the oldest chunk."""
        data = self._waiting.popleft()
        self._size -= len(data)
        return data
