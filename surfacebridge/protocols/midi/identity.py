"""Who are you: the universal identity request and its reply."""

from typing import Final

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi import encoder
from surfacebridge.protocols.midi.messages import SysEx
from surfacebridge.value import as_value

EVERY_DEVICE: Final = 0x7F


@as_value
class IdentityRequest:
    """Asks one device, or every one, who it is."""

    device: int = EVERY_DEVICE


@as_value
class IdentityReply:
    """Maker (one byte, or three beginning with 0), family, member, version."""

    manufacturer: bytes
    family: bytes
    member: bytes
    version: bytes
    device: int = EVERY_DEVICE


def decode(message: SysEx) -> IdentityRequest | IdentityReply | Malformed | None:
    """Return the request or reply in ``message``; None for any other."""
    data = message.data
    if len(data) < 4 or data[0] != 0x7E or data[2] != 0x06 or data[3] not in {1, 2}:
        return None
    device, rest = data[1], data[4:]
    if data[3] == 1 and not rest:
        return IdentityRequest(device)
    size = 3 if rest[:1] == b"\x00" else 1
    if data[3] == 2 and len(rest) == size + 8:
        maker, family, member = rest[:size], rest[size : size + 2], rest[size + 2 : size + 4]
        return IdentityReply(maker, family, member, rest[size + 4 :], device)
    return Malformed((b"\xf0" + data + b"\xf7")[:32], "identity message with a wrong length")


def encode(message: IdentityRequest | IdentityReply) -> bytes:
    """Return the bytes of ``message``; raise ProtocolMisuse for wrong lengths."""
    if message.device & ~0x7F:
        raise ProtocolMisuse(f"{message.device} is no device")
    start = bytes((0x7E, message.device, 0x06))
    match message:
        case IdentityRequest():
            return encoder.encode(SysEx(start + b"\x01"))
        case IdentityReply(maker, family, member, version):
            if len(maker) != (3 if maker[:1] == b"\x00" else 1) or [
                len(family),
                len(member),
                len(version),
            ] != [2, 2, 4]:
                raise ProtocolMisuse(f"{message} has parts of a wrong length")
            return encoder.encode(SysEx(start + b"\x02" + maker + family + member + version))
