"""One RTP packet of MIDI, both ways.

Owns: the RTP header, the list of commands in it (delta times, running status),
long SysEx in segments and their joining.
Does not own: the journal's contents (``journal``), the order of packets
(``stream``), what a command means.

Rule: what is broken in a list is one ``Malformed`` at its end, and the commands
before it stand.  Running status is read and never written.
Source: RFC 6295, sections 2 and 3; the marker bit is as rtpMIDI wants it.
"""

import struct
from collections.abc import Sequence
from typing import Final

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi.decoder import LONGEST_SYSEX
from surfacebridge.value import as_value

# Payload type 97.  RFC 6295 sets the marker bit when there are commands; rtpMIDI
# for Windows takes only packets with the bit clear, so it stays clear.
PAYLOAD_TYPE: Final = 0x61
# Twelve bits of length.
LONGEST_LIST: Final = 0xFFF
# Every segment must fit a packet beside its journal (see ``stream``).
SEGMENT: Final = 240

_EXCERPT: Final = 32
_HEADER: Final = struct.Struct(">BBHII")
_LONG_LIST, _JOURNAL, _FIRST_DELTA = 0x80, 0x40, 0x20

FIRST: Final = 0x80
"""The first byte of a packet without sources, extension and padding."""
PLAIN_LIST: Final = 3
PLAIN_LIST_BITS: Final = 0xAF
"""All flags and lengths but the journal's (and how a status was written): ``PLAIN_LIST`` then is
a short list of one message of three bytes."""
THREE_BYTES: Final = frozenset((*range(0x80, 0xC0), *range(0xE0, 0xF0)))
"""The first bytes of messages that have three."""

_SYSEX, _END, _CANCEL = 0xF0, 0xF7, 0xF4
# The longest delta time has four bytes of seven bits.
_LONGEST_DELTA: Final = 0x0FFF_FFFF


@as_value
class TimedCommand:
    """A command and how long after the one before it comes, in 100 microseconds.

    ``data`` begins with a status.  A segment of a SysEx is as it was on the
    wire: it ends in F0 when more follows, and begins with F7 when some came before.
    """

    data: bytes
    delta: int = 0


@as_value
class Packet:
    """One packet.  ``journal`` is empty when there is none."""

    sequence: int
    timestamp: int
    ssrc: int
    commands: tuple[TimedCommand | Malformed, ...]
    journal: bytes = b""


def decode(data: bytes) -> Packet | Malformed:
    """Return the packet in ``data``.  Never raises."""
    try:
        first, kind, sequence, timestamp, ssrc = _HEADER.unpack_from(data)
        if first >> 6 != 2 or kind & 0x7F != PAYLOAD_TYPE:
            return _refused(data, "no RTP MIDI packet")
        body = _body(data, first)
        flags = body[0]
        at = 2 if flags & _LONG_LIST else 1
        length = (flags & 0xF) << 8 | body[1] if flags & _LONG_LIST else flags & 0xF
    except (struct.error, IndexError):
        return _refused(data, "RTP packet cut short")
    if length > len(body) - at:
        return _refused(data, "MIDI list longer than its packet")
    commands = _ListReader(body[at : at + length]).read(bool(flags & _FIRST_DELTA))
    journal = body[at + length :] if flags & _JOURNAL else b""
    return Packet(sequence, timestamp, ssrc, tuple(commands), journal)


def _body(data: bytes, first: int) -> bytes:
    """Return what follows the sources, the extension and is not padding."""
    start, end = _HEADER.size + 4 * (first & 0xF), len(data)
    if first & 0x10:
        (words,) = struct.unpack_from(">2xH", data, start)
        start += 4 + 4 * words
    if first & 0x20:
        end -= data[-1]
    return data[start:end]


class _ListReader:
    """Reads one MIDI list from its start to its end, or to where it breaks."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._status = 0

    def read(self, has_first_delta: bool) -> list[TimedCommand | Malformed]:
        out: list[TimedCommand | Malformed] = []
        has_delta = has_first_delta
        while self._at < len(self._data):
            start = self._at
            delta = self._delta() if has_delta else 0
            has_delta = True
            if delta is not None and self._at == len(self._data):
                # RFC 6295: the last command of a list may be empty.
                break
            command = None if delta is None else self._command()
            if delta is None or command is None:
                out.append(_refused(self._data[start:], "broken command in a MIDI list"))
                break
            out.append(TimedCommand(command, delta))
        return out

    def _delta(self) -> int | None:
        value = 0
        for _ in range(4):
            if self._at == len(self._data):
                return None
            byte = self._data[self._at]
            self._at += 1
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                return value
        return None

    def _command(self) -> bytes | None:
        status = self._data[self._at]
        if status < 0x80:
            status = self._status
        else:
            self._at += 1
        if status in {_SYSEX, _END}:
            self._status = 0
            return self._segment(status)
        length = _data_length(status)
        if length is None:
            return None
        if status < 0xF8:
            self._status = status if status < 0xF0 else 0
        data = self._data[self._at : self._at + length]
        self._at += length
        if len(data) < length or not data.isascii():
            return None
        return bytes((status,)) + data

    def _segment(self, status: int) -> bytes | None:
        start = self._at
        while self._at < len(self._data):
            byte = self._data[self._at]
            self._at += 1
            if byte in {_SYSEX, _END, _CANCEL}:
                return bytes((status,)) + self._data[start : self._at]
            if byte >= 0x80:
                return None
        return None


def _data_length(status: int) -> int | None:
    if 0x80 <= status < 0xF0:
        return 1 if 0xC0 <= status < 0xE0 else 2
    if status >= 0xF8:
        return 0
    return {0xF1: 1, 0xF2: 2, 0xF3: 1, 0xF6: 0}.get(status)


def encode(packet: Packet) -> bytes:
    """Return the bytes of ``packet``, every status written out.

    Raises ProtocolMisuse for a broken command, a list above ``LONGEST_LIST`` bytes or a
    number that does not fit.
    """
    parts: list[bytes] = []
    has_first_delta = False
    for index, command in enumerate(packet.commands):
        if isinstance(command, Malformed) or not command.data or command.data[0] < 0x80:
            raise ProtocolMisuse(f"no command to send: {command}")
        if index:
            parts.append(_delta_bytes(command.delta))
        elif command.delta:
            has_first_delta = True
            parts.append(_delta_bytes(command.delta))
        parts.append(command.data)
    commands = b"".join(parts)
    if len(commands) > LONGEST_LIST:
        raise ProtocolMisuse(f"{len(commands)} bytes of MIDI in one packet")
    flags = (_JOURNAL if packet.journal else 0) | (_FIRST_DELTA if has_first_delta else 0)
    if len(commands) < 0x10:
        lead = bytes((flags | len(commands),))
    else:
        lead = struct.pack(">H", (_LONG_LIST | flags) << 8 | len(commands))
    try:
        header = _HEADER.pack(FIRST, PAYLOAD_TYPE, packet.sequence, packet.timestamp, packet.ssrc)
    except struct.error:
        raise ProtocolMisuse(f"{packet} has a number out of range") from None
    return header + lead + commands + packet.journal


def _delta_bytes(delta: int) -> bytes:
    if not 0 <= delta <= _LONGEST_DELTA:
        raise ProtocolMisuse(f"{delta} is no delta time")
    out = [delta & 0x7F]
    while delta := delta >> 7:
        out.append(0x80 | delta & 0x7F)
    return bytes(reversed(out))


def segments(message: bytes, most: int = SEGMENT) -> Sequence[bytes]:
    """Return ``message`` as commands of at most ``most`` bytes; only a SysEx is ever cut."""
    if len(message) <= most or message[0] != _SYSEX:
        return (message,)
    inner, step = message[1:-1], most - 2
    pieces = [inner[start : start + step] for start in range(0, len(inner), step)]
    last = len(pieces) - 1
    return [
        (b"\xf7" if index else b"\xf0") + piece + (b"\xf7" if index == last else b"\xf0")
        for index, piece in enumerate(pieces)
    ]


class SysExJoiner:
    """Puts the segments of one stream together again, up to ``LONGEST_SYSEX`` bytes."""

    def __init__(self) -> None:
        self._kept: bytearray | None = None

    def receive(self, command: bytes) -> bytes | Malformed | None:
        """Return a whole message, or None while segments are missing.

        A message that is no SysEx may come between two segments.
        """
        first, last = command[0], command[-1]
        if first not in {_SYSEX, _END}:
            return command
        if first == _SYSEX:
            return self._begin(command, last)
        if self._kept is None:
            return _refused(command, "end of SysEx without a start")
        if last == _CANCEL:
            self._kept = None
            return None
        if len(self._kept) + len(command) - 2 > LONGEST_SYSEX:
            return self._refuse_kept(f"SysEx longer than {LONGEST_SYSEX} bytes")
        self._kept += command[1:-1]
        if last == _SYSEX:
            return None
        whole, self._kept = bytes(self._kept), None
        return whole + b"\xf7"

    def lose(self) -> Malformed | None:
        """Forget an unfinished SysEx, because a packet is missing; return what there was."""
        return None if self._kept is None else self._refuse_kept("SysEx lost a packet")

    def _begin(self, command: bytes, last: int) -> bytes | Malformed | None:
        broken = self._refuse_kept("SysEx cut short by another") if self._kept is not None else None
        if last == _SYSEX:
            self._kept = bytearray(command[:-1])
            return broken
        # An unfinished one before it is not worth losing a whole one for.
        return None if last == _CANCEL else command

    def _refuse_kept(self, reason: str) -> Malformed:
        kept, self._kept = self._kept, None
        return _refused(bytes(kept or b""), reason)


def _refused(data: bytes, reason: str) -> Malformed:
    return Malformed(bytes(data[:_EXCERPT]), reason)
