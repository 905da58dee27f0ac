"""What makers' SysEx messages have in common: a header, then bytes and text.

Owns: taking a header off and putting it on, and the checks every text needs.
Does not own: what the bytes mean; each maker has a module.
"""

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi import encoder
from surfacebridge.protocols.midi.messages import SysEx

# Enough of a broken message to recognise it in a log.
_EXCERPT = 32


def after(header: bytes, message: SysEx) -> bytes | None:
    """Return what follows ``header``; None if the message has another one."""
    return message.data[len(header) :] if message.data.startswith(header) else None


def framed(header: bytes, *parts: bytes) -> bytes:
    """Return the whole message; raise ProtocolMisuse for bytes above 7F."""
    return encoder.encode(SysEx(header + b"".join(parts)))


def refused(message: SysEx, reason: str) -> Malformed:
    """Return what is said of a message that breaks its maker's rules."""
    return Malformed((b"\xf0" + message.data + b"\xf7")[:_EXCERPT], reason)


def small(*values: int) -> bytes:
    """Return values of 0..127 as bytes; raise ProtocolMisuse for others."""
    if any(value & ~0x7F for value in values):
        raise ProtocolMisuse(f"not all of {values} are in 0..127")
    return bytes(values)


def fixed(text: str, width: int) -> bytes:
    """Return ASCII text of exactly ``width`` characters; raise ProtocolMisuse for other."""
    if len(text) != width or not text.isascii():
        raise ProtocolMisuse(f"{text!r} is not {width} ASCII characters")
    return text.encode()


def plain(text: str, longest: int) -> bytes:
    """Return ASCII text of at most ``longest`` characters; raise ProtocolMisuse for other."""
    if len(text) > longest or not text.isascii():
        raise ProtocolMisuse(f"{text!r} is not ASCII of {longest} characters")
    return text.encode()
