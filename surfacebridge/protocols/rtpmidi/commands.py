"""AppleMIDI's session packets as values, both ways.

Owns: the bytes of invitations and their answers, of goodbyes, clock sync,
receiver feedback and bitrate limits.
Does not own: when they are said (``session``), RTP itself (``payload``).

Source: Apple's MIDI Network Driver Protocol; captures of macOS in pymidi's
tests; rtpmidid and Arduino-AppleMIDI where they differ.
"""

import struct
from typing import Final, TypeAlias

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.value import as_value

SIGNATURE: Final = b"\xff\xff"
VERSION: Final = 2
# A name is for people to read; a datagram of 64 KiB would otherwise be kept.
LONGEST_NAME: Final = 256
_EXCERPT: Final = 32
_EXCHANGE: Final = struct.Struct(">III")
_SYNC: Final = struct.Struct(">IB3xQQQ")
_NUMBERS: Final = struct.Struct(">II")


@as_value
class Invitation:
    """Somebody wants a session; ``token`` is theirs for this one."""

    token: int
    ssrc: int
    name: str


@as_value
class Accepted:
    """The invitation with ``token`` is accepted."""

    token: int
    ssrc: int
    name: str


@as_value
class Rejected:
    """The invitation with ``token`` is turned down; nobody says why."""

    token: int
    ssrc: int


@as_value
class Ended:
    """Goodbye.  ``token`` may be 0 (macOS)."""

    token: int
    ssrc: int


@as_value
class ClockSync:
    """One of the three packets of an exchange; ``count`` is 0..2.

    ``times`` are in units of 100 microseconds: of the asker, of the answerer,
    and of the asker again.  Those not known yet are 0.
    """

    ssrc: int
    count: int
    times: tuple[int, int, int]


@as_value
class Feedback:
    """Every packet up to ``sequence`` has arrived or been repaired."""

    ssrc: int
    sequence: int


@as_value
class BitrateLimit:
    """The peer wants no more than ``limit`` bits a second."""

    ssrc: int
    limit: int


Command: TypeAlias = Invitation | Accepted | Rejected | Ended | ClockSync | Feedback | BitrateLimit


def decode(data: bytes) -> Command | Malformed:
    """Return what ``data`` says.  Never raises; longer packets than we know are fine."""
    if data[:2] != SIGNATURE:
        return _refused(data, "no session packet")
    code, rest = data[2:4], data[4:]
    try:
        if code in {b"IN", b"OK", b"NO", b"BY"}:
            return _exchange(data, code, rest)
        if code == b"CK":
            return _sync(data, rest)
        if code == b"RS":
            return Feedback(*_feedback(rest))
        if code == b"RL":
            return BitrateLimit(*_NUMBERS.unpack_from(rest))
    except struct.error:
        return _refused(data, "session packet cut short")
    return _refused(data, "unknown session packet")


def _exchange(data: bytes, code: bytes, rest: bytes) -> Command | Malformed:
    version, token, ssrc = _EXCHANGE.unpack_from(rest)
    if version != VERSION:
        return _refused(data, f"session protocol {version} and not {VERSION}")
    text = rest[_EXCHANGE.size :].partition(b"\0")[0][:LONGEST_NAME]
    # A byte that is no UTF-8 becomes three: what is kept must fit when it is said again.
    name = text.decode("utf-8", "replace").encode()[:LONGEST_NAME].decode("utf-8", "ignore")
    match code:
        case b"IN":
            return Invitation(token, ssrc, name)
        case b"OK":
            return Accepted(token, ssrc, name)
        case b"NO":
            return Rejected(token, ssrc)
        case _:
            return Ended(token, ssrc)


def _sync(data: bytes, rest: bytes) -> ClockSync | Malformed:
    ssrc, count, *times = _SYNC.unpack_from(rest)
    if count > 2:
        return _refused(data, "clock sync beyond its third packet")
    return ClockSync(ssrc, count, (times[0], times[1], times[2]))


def _feedback(rest: bytes) -> tuple[int, int]:
    ssrc, number = _NUMBERS.unpack_from(rest)
    # rtpmidid writes the sequence as 32 bits, so it sits in the low half.
    return ssrc, number >> 16 or number & 0xFFFF


def encode(command: Command) -> bytes:
    """Return the bytes of ``command``; raise ProtocolMisuse if a number does not fit."""
    try:
        return SIGNATURE + _body(command)
    except struct.error:
        raise ProtocolMisuse(f"{command} has a number out of range") from None


def _body(command: Command) -> bytes:
    match command:
        case Invitation(token, ssrc, name):
            return b"IN" + _EXCHANGE.pack(VERSION, token, ssrc) + _written(name)
        case Accepted(token, ssrc, name):
            return b"OK" + _EXCHANGE.pack(VERSION, token, ssrc) + _written(name)
        case Rejected(token, ssrc):
            return b"NO" + _EXCHANGE.pack(VERSION, token, ssrc)
        case Ended(token, ssrc):
            return b"BY" + _EXCHANGE.pack(VERSION, token, ssrc)
        case ClockSync(ssrc, count, times):
            return b"CK" + _SYNC.pack(ssrc, count, *times)
        case Feedback(ssrc, sequence):
            return b"RS" + struct.pack(">IHxx", ssrc, sequence)
        case BitrateLimit(ssrc, limit):
            return b"RL" + _NUMBERS.pack(ssrc, limit)


def _written(name: str) -> bytes:
    data = name.encode("utf-8", "replace")
    if b"\0" in data or len(data) > LONGEST_NAME:
        raise ProtocolMisuse(f"{name!r} cannot be the name of a session")
    return data + b"\0"


def _refused(data: bytes, reason: str) -> Malformed:
    return Malformed(bytes(data[:_EXCERPT]), reason)
