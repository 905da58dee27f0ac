"""How fast a device may be fed.

Owns: what waits to leave, how many bytes a second may, and the rest a device
gets after a SysEx.
Does not own: what is worth sending (the engine), packets (``stream``).

Rule: nothing overtakes and nothing is left out.  Only when more waits than a
device could take in twenty seconds does the oldest go, and is counted.
Source: X-Touch over rtpMIDI loses data when fed too fast, rtpmidid issue 125.
"""

from collections import deque
from typing import Final

# What a DIN cable carries, in bytes a second: every MIDI device takes that.
DIN_RATE: Final = 3_125
# What may leave at once after a pause: a bank of nine faders, 27 bytes, or a hand's moves.
_BURST: Final = 48
# The rest after a SysEx, as bytes of the same rate (5 ms of a DIN cable): the
# device copies it to its display meanwhile.
_REST_AFTER_SYSEX: Final = 16
_MOST_SECONDS: Final = 20


class Pace:
    """Messages on their way to one device, ``rate`` bytes a second."""

    def __init__(self, rate: int = DIN_RATE) -> None:
        self.dropped = 0
        self._rate = rate
        self._room = rate * _MOST_SECONDS
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._free_at = float("-inf")

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, message: bytes) -> None:
        """Keep ``message`` as the last to leave."""
        self._waiting.append(message)
        self._size += len(message)
        while self._size > self._room and len(self._waiting) > 1:
            self._size -= len(self._waiting.popleft())
            self.dropped += 1

    def take(self, now: float) -> bytes | None:
        """Return the next message if it may leave at ``now``."""
        if not self._waiting or now < self._free_at:
            return None
        message = self._waiting.popleft()
        self._size -= len(message)
        took = len(message)
        start = max(self._free_at, now - _BURST / self._rate)
        if message[0] == 0xF0:
            start, took = max(start, now), took + _REST_AFTER_SYSEX
        self._free_at = start + took / self._rate
        return message

    def free_at(self) -> float:
        """Return when the next message may leave; infinity when none waits."""
        return self._free_at if self._waiting else float("inf")
