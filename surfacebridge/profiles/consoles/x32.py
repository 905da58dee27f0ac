"""Behringer X32 and Midas M32.

Owns: what keeps the desk pushing, and how it writes a meter.
Does not own: addresses and grids (its sheet), meter blocks
(``profiles.behringer_console``), or reading and renewing at all
(``profiles.osc_console``).

Source: Patrick-Gilles Maillot, "Unofficial X32/M32 OSC Remote Protocol".
"""

from math import log10
from struct import Struct
from types import MappingProxyType
from typing import ClassVar, Final

from surfacebridge.model.values import OFF
from surfacebridge.profiles.behringer_console import QUESTION, BehringerConsole
from surfacebridge.profiles.console import Renewal
from surfacebridge.protocols.osc.messages import OscMessage
from surfacebridge.protocols.osc.packet import encode

# One request is good for ten seconds of pushes.
_PUSHES: Final = Renewal(encode(OscMessage("/xremote")), every=2.5)

_FLOAT: Final = Struct("<f")
# 1.0 is full scale and the desk's own limit is 8; more is no level.
_LOUDEST: Final = 16.0


class X32(BehringerConsole):
    """One desk, as a target."""

    renewals: ClassVar[tuple[Renewal, ...]] = (_PUSHES, QUESTION)
    meter_size = _FLOAT.size
    # Not every leaf a recall changes is pushed; the desk needs a moment for it.
    reread_after = MappingProxyType(
        {
            "/-action/goscene": 1.0,
            "/-action/gocue": 1.0,
            "/-action/gosnippet": 1.0,
            "/-show/prepos/current": 1.0,
            # What our own command changes is pushed to others only.
            "/-action/clearsolo": 0.2,
        }
    )

    def decibels(self, blob: bytes, offset: int) -> float:
        """Return a linear float32 in dB."""
        (level,) = _FLOAT.unpack_from(blob, offset)
        return 20.0 * log10(level) if 0.0 < level <= _LOUDEST else OFF
