"""The bytes a pretend device hears and says: MIDI 1.0 streams and flat OSC messages.

Owns: cutting a MIDI byte stream into whole messages; packing and unpacking OSC messages and
bundles of them.
Does not own: what any message means to a device.

Rule: bytes from outside never raise. What cannot be read is dropped and counted.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

# The longest SysEx an MCU surface is sent is a 112 character LCD write (119 bytes); the room
# above that is for other makers' dumps passing by. Without a bound a lost F7 would grow for ever.
SYSEX_LIMIT: Final = 1024

_SYSEX: Final = 0xF0
_SYSEX_END: Final = 0xF7
_CHANNEL_DATA: Final = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}
_COMMON_DATA: Final = {0xF1: 1, 0xF2: 2, 0xF3: 1, 0xF6: 0}


@dataclass(slots=True)
class MidiParser:
    """Cut a stream of MIDI bytes, however it was chunked, into whole messages."""

    malformed: int = 0
    _running: int = 0
    _wanted: int = 0
    _partial: bytearray = field(default_factory=bytearray)
    _in_sysex: bool = False
    _oversized: bool = False

    def feed(self, data: bytes) -> list[bytes]:
        """Return the messages completed by ``data``, each with its status byte in place.

        Real-time bytes come out as messages of their own, at the point where they arrived.
        """
        messages: list[bytes] = []
        for byte in data:
            if byte >= 0xF8:
                messages.append(bytes((byte,)))
            elif byte >= 0x80:
                self._take_status(byte, messages)
            elif self._in_sysex:
                self._take_sysex_data(byte)
            else:
                self._take_data(byte, messages)
        return messages

    def _take_status(self, byte: int, messages: list[bytes]) -> None:
        if byte == _SYSEX_END:
            self._finish_sysex(messages)
            return
        if self._partial:
            self.malformed += 1
        self._partial.clear()
        self._in_sysex = byte == _SYSEX
        self._oversized = False
        self._running, self._wanted = 0, 0
        if self._in_sysex:
            self._partial.append(byte)
        elif byte < 0xF0:
            self._running, self._wanted = byte, _CHANNEL_DATA[byte & 0xF0]
        elif byte not in _COMMON_DATA:
            self.malformed += 1
        elif not _COMMON_DATA[byte]:
            messages.append(bytes((byte,)))
        else:
            self._wanted = _COMMON_DATA[byte]
            self._partial.append(byte)

    def _finish_sysex(self, messages: list[bytes]) -> None:
        # A lone F7 is passed over: at least one host ends its SysEx with two of them.
        if self._in_sysex and not self._oversized:
            messages.append(bytes((*self._partial, _SYSEX_END)))
        elif self._partial:
            self.malformed += 1
        self._partial.clear()
        self._in_sysex = False
        self._running, self._wanted = 0, 0

    def _take_sysex_data(self, byte: int) -> None:
        if len(self._partial) >= SYSEX_LIMIT:
            self._oversized = True
        else:
            self._partial.append(byte)

    def _take_data(self, byte: int, messages: list[bytes]) -> None:
        if not self._wanted:
            self.malformed += 1
            return
        if not self._partial:
            self._partial.append(self._running)
        self._partial.append(byte)
        if len(self._partial) > self._wanted:
            messages.append(bytes(self._partial))
            self._partial.clear()
            if not self._running:
                self._wanted = 0


OscArgument = int | float | str | bytes

_BUNDLE: Final = b"#bundle\0"


@dataclass(frozen=True, slots=True)
class OscMessage:
    """One flat OSC message; an argument's Python type is its type tag (``i f s b``)."""

    address: str
    arguments: tuple[OscArgument, ...] = ()


def encode_osc(address: str, *arguments: OscArgument) -> bytes:
    """Return one OSC datagram.

    The address may lack its leading slash: an X32 answers ``/node`` that way. Text goes out as
    Latin-1, so that any byte a client wrote comes back as it was.
    """
    tags = ","
    body = b""
    for argument in arguments:
        if isinstance(argument, str):
            tags += "s"
            body += _encode_text(argument)
        elif isinstance(argument, bytes):
            tags += "b"
            body += struct.pack(">i", len(argument)) + argument + bytes(-len(argument) % 4)
        elif isinstance(argument, float):
            tags += "f"
            body += struct.pack(">f", argument)
        else:
            tags += "i"
            body += struct.pack(">i", argument)
    return _encode_text(address) + _encode_text(tags) + body


def decode_osc(data: bytes) -> OscMessage | None:
    """Return the message in a datagram, or None for a bundle or bytes that are not OSC.

    A missing type tag string means no arguments (dialects sheet, section 1: ``/info`` may come
    so).
    """
    address, offset = _decode_text(data, 0)
    if not address or not address.isprintable() or address.startswith("#"):
        return None
    if offset == len(data):
        return OscMessage(address)
    tags, offset = _decode_text(data, offset)
    if not tags or tags[0] != ",":
        return None
    arguments: list[OscArgument] = []
    for tag in tags[1:]:
        argument, offset = _decode_argument(tag, data, offset)
        if argument is None:
            return None
        arguments.append(argument)
    return OscMessage(address, tuple(arguments)) if offset == len(data) else None


def encode_bundle(messages: Sequence[bytes]) -> bytes:
    """Return messages as one bundle that means now (time tag 1)."""
    elements = b"".join(struct.pack(">i", len(message)) + message for message in messages)
    return _BUNDLE + struct.pack(">q", 1) + elements


def unbundle(data: bytes) -> list[bytes]:
    """Return the elements of a bundle, one level deep; a message is its own only element.

    What is left of a damaged bundle ends the list.
    """
    if not data.startswith(_BUNDLE):
        return [data]
    elements: list[bytes] = []
    at = len(_BUNDLE) + 8
    while at + 4 <= len(data):
        size: int = struct.unpack_from(">i", data, at)[0]
        if size < 0 or at + 4 + size > len(data):
            break
        elements.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return elements


def _encode_text(text: str) -> bytes:
    raw = text.encode("latin-1", "replace")
    return raw + bytes(4 - len(raw) % 4)


def _decode_text(data: bytes, offset: int) -> tuple[str | None, int]:
    end = data.find(b"\0", offset)
    following = offset + (end - offset) // 4 * 4 + 4
    if end < 0 or following > len(data) or any(data[end:following]):
        return None, offset
    return data[offset:end].decode("latin-1"), following


def _decode_argument(tag: str, data: bytes, offset: int) -> tuple[OscArgument | None, int]:
    if tag == "s":
        return _decode_text(data, offset)
    if offset + 4 > len(data):
        return None, offset
    if tag == "f":
        number: float = struct.unpack_from(">f", data, offset)[0]
        return number, offset + 4
    whole: int = struct.unpack_from(">i", data, offset)[0]
    if tag == "i":
        return whole, offset + 4
    if tag != "b" or whole < 0 or offset + 4 + whole + -whole % 4 > len(data):
        return None, offset
    start = offset + 4
    return data[start : start + whole], start + whole + -whole % 4
