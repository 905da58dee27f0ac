"""How fast a device may be fed.

Owns: what waits to leave, how many bytes a second may, and the rest a device
gets after a SysEx.
Does not own: what is worth sending (the engine), packets (``stream``).

Rules: of several bends of one channel that wait, the newest is enough, unless a
note came between: that may be a touch, and whose move it was matters.  Meters
(channel and key pressure) leave when nothing else waits, the newest of each.
All else keeps its order and is never left out; only when more waits than a
device could take in twenty seconds does the oldest go, and is counted.
Source: X-Touch over rtpMIDI loses data when fed too fast, rtpmidid issue 125.
"""

from collections import OrderedDict
from typing import Final

# What a DIN cable carries, in bytes a second: every MIDI device takes that.
DIN_RATE: Final = 3_125
# What may leave at once after a pause: a bank of nine faders, 27 bytes, or a hand's moves.
_BURST: Final = 48
# The rest after a SysEx, as bytes of the same rate (5 ms of a DIN cable): the
# device copies it to its display meanwhile.
_REST_AFTER_SYSEX: Final = 16
_MOST_SECONDS: Final = 20


_NOTES: Final = frozenset((0x80, 0x90))
_BEND: Final = 0xE0
_KEY_PRESSURE, _CHANNEL_PRESSURE = 0xA0, 0xD0


class Pace:
    """Messages on their way to one device, ``rate`` bytes a second."""

    def __init__(self, rate: int = DIN_RATE) -> None:
        self.dropped = 0
        self.overtaken = 0
        """Bends and meters that a newer one made needless before they left."""
        self._rate = rate
        self._room = rate * _MOST_SECONDS
        # By number, in order; what was overtaken is no longer there.
        self._waiting: OrderedDict[int, bytes] = OrderedDict()
        self._count = 0
        self._bends: dict[int, int] = {}
        # At most one for each of 16 channels and 128 keys.
        self._meters: OrderedDict[tuple[int, int], bytes] = OrderedDict()
        self._size = 0
        self._free_at = float("-inf")

    def __len__(self) -> int:
        return len(self._waiting) + len(self._meters)

    def put(self, message: bytes) -> None:
        """Keep ``message`` as the last of its kind to leave."""
        kind = message[0] & 0xF0
        if kind in {_KEY_PRESSURE, _CHANNEL_PRESSURE}:
            self._put_meter(message, kind)
            return
        if kind in _NOTES:
            self._bends.clear()
        elif kind == _BEND:
            self._overtake(message[0])
        self._count += 1
        self._waiting[self._count] = message
        self._size += len(message)
        while self._size > self._room and len(self._waiting) > 1:
            self._size -= len(self._waiting.popitem(last=False)[1])
            self.dropped += 1

    def _overtake(self, status: int) -> None:
        older = self._waiting.pop(self._bends.get(status, 0), None)
        if older is not None:
            self._size -= len(older)
            self.overtaken += 1
        self._bends[status] = self._count + 1

    def _put_meter(self, message: bytes, kind: int) -> None:
        # A Mackie's meters share a channel: the high half of the value is the strip.
        place = message[1] >> 4 if kind == _CHANNEL_PRESSURE else message[1]
        if self._meters.pop((message[0], place), None) is not None:
            self.overtaken += 1
        self._meters[message[0], place] = message

    def take(self, now: float) -> bytes | None:
        """Return the next message if it may leave at ``now``."""
        if now < self._free_at:
            return None
        if self._waiting:
            message = self._waiting.popitem(last=False)[1]
            self._size -= len(message)
        elif self._meters:
            message = self._meters.popitem(last=False)[1]
        else:
            return None
        took = len(message)
        start = max(self._free_at, now - _BURST / self._rate)
        if message[0] == 0xF0:
            start, took = max(start, now), took + _REST_AFTER_SYSEX
        self._free_at = start + took / self._rate
        return message

    def free_at(self) -> float:
        """Return when the next message may leave; infinity when none waits."""
        return self._free_at if self._waiting or self._meters else float("inf")
