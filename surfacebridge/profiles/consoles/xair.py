"""Behringer X-Air (XR12, XR16, XR18) and Midas M-Air (MR18).

Owns: what keeps the mixer pushing, and how it writes a meter.
Does not own: addresses and grids (its sheets), meter blocks
(``profiles.behringer_console``), or reading and renewing at all
(``profiles.osc_console``).

Rule: pushes are asked for with ``/xremotenfb``.  ``/xremote`` would send us our
own moves back as well, late, in the middle of the next ones.

Source: Behringer, "X AIR Mixer OSC Remote Protocol", firmware 1.11; the Companion
module behringer-xair for what that leaves open.
"""

from struct import Struct
from types import MappingProxyType
from typing import ClassVar, Final

from surfacebridge.model.values import OFF
from surfacebridge.profiles.behringer_console import QUESTION, BehringerConsole
from surfacebridge.profiles.console import Renewal
from surfacebridge.protocols.osc.messages import OscMessage
from surfacebridge.protocols.osc.packet import encode

# One request is good for ten seconds of pushes.
_PUSHES: Final = Renewal(encode(OscMessage("/xremotenfb")), every=2.5)

_SHORT: Final = Struct("<h")
_PER_DECIBEL: Final = 256.0
# The meters end here; what is below is silence.
_FLOOR: Final = -128.0


class XAir(BehringerConsole):
    """One mixer, as a target."""

    renewals: ClassVar[tuple[Renewal, ...]] = (_PUSHES, QUESTION)
    meter_size = _SHORT.size
    # Not every leaf a recall changes is pushed; the mixer needs a moment for it.
    reread_after = MappingProxyType(
        {
            "/-snap/load": 1.0,
            "/-snap/index": 1.0,
            # Without echo, what our own command changes is pushed to others only.
            "/-action/clearsolo": 0.2,
        }
    )

    def decibels(self, blob: bytes, offset: int) -> float:
        """Return an int16 of 1/256 dB."""
        level = float(_SHORT.unpack_from(blob, offset)[0]) / _PER_DECIBEL
        return level if level > _FLOOR else OFF
