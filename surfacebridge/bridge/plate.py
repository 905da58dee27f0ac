"""What came and is too much for one wake-up: taken bite by bite, in its order.

Owns: how much is a bite, and how much may wait.  Does not own: how a chunk is cut (the
profile), or when the next bite is taken (``session``).
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Final

# Some seventy messages that mean something, and a few milliseconds of the loop.
BITE: Final = 2048
# Sixteen of the longest datagrams there are: who sends more is not heard in time anyway.
MOST_WAITING: Final = 1024 * 1024


class Plate:
    """``cut`` makes chunks that mean the same of one."""

    def __init__(self, cut: Callable[[bytes], Iterator[bytes]]) -> None:
        self._cut = cut
        self._chunks: deque[bytes] = deque()
        self._waiting = 0
        self._pieces: Iterator[bytes] = iter(())
        self._next: bytes | None = None
        self.waits = False
        """Whether there is anything to take."""

    def put(self, chunks: Sequence[bytes]) -> int:
        """Add what came; return how many of the oldest chunks had to go for it."""
        for data in chunks:
            self._chunks.append(data)
            self._waiting += len(data)
        gone = 0
        while self._waiting > MOST_WAITING:
            self._waiting -= len(self._chunks.popleft())
            gone += 1
        if self._next is None:
            self._go_on()
        return gone

    def bite(self) -> list[bytes]:
        """Return as much as one wake-up takes."""
        taken: list[bytes] = []
        size = 0
        while self._next is not None and size < BITE:
            taken.append(self._next)
            size += len(self._next)
            self._go_on()
        return taken

    def clear(self) -> int:
        """Throw away what waits; return how many chunks that were, a begun one counted too."""
        gone = len(self._chunks) + (self._next is not None)
        self._chunks.clear()
        self._waiting = 0
        self._pieces, self._next = iter(()), None
        self.waits = False
        return gone

    def _go_on(self) -> None:
        """Make the next piece ready."""
        self._next = next(self._pieces, None)
        while self._next is None and self._chunks:
            data = self._chunks.popleft()
            self._waiting -= len(data)
            self._pieces = self._cut(data)
            self._next = next(self._pieces, None)
        self.waits = self._next is not None
