"""Two links joined in memory.

Owns: ``pair``, for tests and for a simulator in the same process, and
``meet``, which joins two sides that only share a name (``memory:NAME``).

Rule: what is sent arrives on the loop's next turn, never inside ``send``, so
that two ends that answer each other cannot recurse.
"""

import asyncio
from collections import deque
from typing import Final

from surfacebridge.transports.link import MOST_WAITING, OpenLink

# One wake-up hands on at most this many, so that no link starves another.
MOST_AT_ONCE: Final = 256


class MemoryLink(OpenLink):
    """One end of a pair.  When either end goes, the other is lost."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self._other: MemoryLink | None = None
        self._inbox: deque[bytes] = deque()
        self._is_woken = False

    def join(self, other: "MemoryLink") -> None:
        """Send to ``other`` from now on."""
        self._other = other

    def is_here(self) -> bool:
        """Return whether this end is open, and on the loop that runs now."""
        return self.is_open and self._loop is asyncio.get_running_loop()

    def drop(self) -> None:
        """Lose the path, as if the cable was pulled: both ends are told."""
        self.lose("The cable was pulled.")

    def accept(self, data: bytes) -> bool:
        """Take ``data`` from the other end, or return False when there is no room."""
        # The same bound as a reader's queue: past it nobody is reading.
        if not self.is_open or len(self._inbox) >= MOST_WAITING:
            return False
        self._inbox.append(data)
        self._wake()
        return True

    def _start(self) -> None:
        self._wake()

    def _stop(self) -> None:
        self._inbox.clear()
        if self._other is not None:
            self._other.lose("The other end is gone.")

    def _send(self, data: bytes) -> None:
        if self._other is not None and self._other.accept(data):
            self.sent += 1
        else:
            self.dropped += 1

    def _wake(self) -> None:
        if self._inbox and self._is_heard and not self._is_woken:
            self._is_woken = True
            self._loop.call_soon(self._hand_on)

    def _hand_on(self) -> None:
        self._is_woken = False
        for _ in range(min(len(self._inbox), MOST_AT_ONCE)):
            if not self._inbox:
                break
            self.received += 1
            self._arrived(self._inbox.popleft())
        self._rested()
        self._wake()


def pair(address: str = "memory:") -> tuple[MemoryLink, MemoryLink]:
    """Return two joined ends."""
    near, far = MemoryLink(address), MemoryLink(address)
    near.join(far)
    far.join(near)
    return near, far


_waiting_ends: Final[dict[str, MemoryLink]] = {}


def meet(name: str) -> MemoryLink:
    """Return an end for ``name``: every second caller joins the one before."""
    waiting = _waiting_ends.pop(name, None)
    if waiting is not None and waiting.is_here():
        return waiting
    near, _waiting_ends[name] = pair(f"memory:{name}")
    return near
