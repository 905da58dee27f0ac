"""The frame all of Mackie Control's SysEx messages share.

Owns: manufacturer, device id and command around a payload.
Does not own: what a command's payload means (``from_surface``, ``to_surface``).
"""

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.mcu import layout
from surfacebridge.protocols.midi.messages import SysEx
from surfacebridge.value import as_value

# Enough of a broken message to recognise it in a log.
_EXCERPT = 32


@as_value
class Frame:
    """One command to or from the unit ``device_id``."""

    device_id: int
    command: int
    payload: bytes


def frame_of(message: SysEx) -> Frame | Malformed | None:
    """Return the frame in ``message``, or None if it is not Mackie Control's."""
    data = message.data
    if not data.startswith(layout.SYSEX_HEADER) or data[3:4] == bytes((layout.HUI,)):
        return None
    if len(data) < 5:
        return refused(message, "Mackie Control SysEx without a command")
    return Frame(data[3], data[4], data[5:])


def framed(device_id: int, command: int, payload: bytes = b"") -> bytes:
    """Return the whole message; raise ProtocolMisuse for bytes above 7F."""
    if device_id & ~0x7F or not payload.isascii():
        raise ProtocolMisuse(
            f"not 7-bit: command {command:02X} to {device_id:02X} with {payload.hex(' ')}"
        )
    return b"\xf0%b%c%c%b\xf7" % (layout.SYSEX_HEADER, device_id, command, payload)


def refused(message: SysEx, reason: str) -> Malformed:
    """Return what is said of a frame that breaks its own rules."""
    return Malformed((b"\xf0" + message.data + b"\xf7")[:_EXCERPT], reason)
