"""The meter blobs of the pretend X32, and who asked for them until when.

Owns: how many numbers each blob has, which are levels, and when the next is due.
Does not own: sending them.

The blob is an int32 count and that many float32, all little-endian, 1.0 at full scale (dialects
sheet, section 1). Levels follow faders from a made-up signal on every strip: there is no audio.
"""

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from firmware_sim.device import Client

PERIOD: Final = 0.05
LIFETIME: Final = 10.0

# Measured on a third-party emulator: how many 32-bit words each blob holds.
WORDS: Final = {
    0: 70, 1: 96, 2: 49, 3: 22, 4: 82, 5: 27, 6: 4, 7: 16, 8: 6, 9: 32, 10: 32,
    11: 5, 12: 4, 13: 48, 14: 80, 15: 50, 16: 48,
}  # fmt: skip

METERS: Final = {f"/meters/{number}": number for number in WORDS}

_CHANNELS: Final = tuple(f"/ch/{n:02}" for n in range(1, 33))
_RETURNS: Final = tuple(f"/{sort}/{n:02}" for sort in ("auxin", "fxrtn") for n in range(1, 9))
_BUSES: Final = (
    *(f"/bus/{n:02}" for n in range(1, 17)),
    *(f"/mtx/{n:02}" for n in range(1, 7)),
)
_STRIPS: Final = {
    0: (*_CHANNELS, *_RETURNS, *_BUSES),
    1: _CHANNELS,
    2: (*_BUSES, "/main/st", "/main/st", "/main/m"),
    4: (*_CHANNELS, *_RETURNS, *_BUSES),
    5: (*_CHANNELS[:16], *_BUSES[:8], "/main/st", "/main/st", "/main/m"),
    13: (*_CHANNELS, *_RETURNS),
}
# What is behind the strips in blobs 1 and 2 is gain reduction; 1.0 is none.
_NO_REDUCTION: Final = {1: 1.0, 2: 1.0}
# The analyser and the automix pack two int16 in a word, in 1/256 dB; this is -64 dB.
_SHORT_WORDS: Final = (15, 16)
_QUIET: Final = -64 * 256


def signal(strip: int, now: float) -> float:
    """Return a lively level, 0…1, before the fader of a strip; every strip has its own rhythm."""
    return 0.5 * (0.4 + 0.6 * abs(math.sin(math.tau * (0.5 + 0.07 * (strip % 11)) * now + strip)))


@dataclass(slots=True)
class MeterRequest:
    """One client's standing request for one blob under one name."""

    client: Client
    alias: str
    meter: int
    argument: int
    period: float
    due: float
    ends: float


def blob(meter: int, argument: int, level: Callable[[str], float]) -> bytes:
    """Return the blob of a meter request; ``level`` gives the level behind a strip's fader."""
    count = WORDS[meter]
    if meter in _SHORT_WORDS:
        return struct.pack(f"<i{2 * count}h", count, *[_QUIET] * (2 * count))
    if meter == 6:
        strips = _STRIPS[0]
        after = level(strips[argument % len(strips)])
        values = [after, 1.0, 1.0, after]
    else:
        values = [level(strip) for strip in _STRIPS.get(meter, ())]
        values += [_NO_REDUCTION.get(meter, 0.0)] * (count - len(values))
    return struct.pack(f"<i{count}f", count, *values)
