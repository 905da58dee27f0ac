"""OSC datagrams to packets and back.

Owns: the fast path (flat messages of i f s T F N) and bundles; the rarer types
are read and written by python-osc's functions for them.
Does not own: what time a bundle is due; everything here happens now.

Why not python-osc for whole packets: it drops type tags, refuses addresses
without a slash (the X32's ``node``), lets UnicodeDecodeError out, and 1.10.2
never returns from a bundle whose element has a negative size.
"""

import struct
from collections.abc import Callable
from struct import Struct
from typing import Any, Final

from pythonosc.parsing import osc_types

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.osc.messages import Bundle, OscMessage, OscPacket, OscValue, tags_for

# The largest UDP datagram carries 65,507 bytes; streams keep to the same.
LARGEST: Final = 65_536

# The longest message in use has some dozens; so many are read in a fifth of a millisecond.
MOST_ARGUMENTS: Final = 1024

# Nobody nests bundles on purpose; the bound keeps a hostile one off our stack.
DEEPEST: Final = 8

_EXCERPT: Final = 32
BUNDLE: Final = b"#bundle\x00"
_INT: Final = Struct(">i")
_FLOAT: Final = Struct(">f")
_TIME: Final = Struct(">Q")
# What the writers say of a value that is not theirs.
_UNFIT: Final = (struct.error, OverflowError, TypeError, AttributeError, osc_types.BuildError)
_PADDING: Final = b"\x00\x00\x00\x00"

_Read = Callable[[bytes, int], tuple[Any, int]]
_Write = Callable[[Any], bytes]


class _Unreadable(Exception):
    """Why these bytes are no packet; never leaves this module."""


def decode(data: bytes) -> OscMessage | Bundle | Malformed:
    """Return the packet in one datagram; never raise.

    A message without a type tag string has no arguments; if data follows all
    the same, it is one blob.
    """
    if len(data) > LARGEST:
        return _malformed(data, f"datagram longer than {LARGEST} bytes")
    return _packet(data, 0)


def _packet(data: bytes, depth: int) -> OscPacket | Malformed:
    try:
        if data.startswith(BUNDLE):
            return _bundle(data, depth)
        return _message(data)
    except _Unreadable as unreadable:
        return _malformed(data, str(unreadable))


def _malformed(data: bytes, reason: str) -> Malformed:
    return Malformed(data[:_EXCERPT], reason)


def _bundle(data: bytes, depth: int) -> Bundle:
    if depth == DEEPEST:
        raise _Unreadable(f"bundles nested deeper than {DEEPEST}")
    start = len(BUNDLE) + _TIME.size
    if len(data) < start:
        raise _Unreadable("bundle without a time")
    (time,) = _TIME.unpack_from(data, len(BUNDLE))
    elements: list[OscPacket | Malformed] = []
    while start < len(data):
        (size,) = _INT.unpack_from(data, start) if len(data) - start >= _INT.size else (0,)
        start += _INT.size
        if not 0 < size <= len(data) - start:
            elements.append(_malformed(data[start - 4 :], "bundle element of impossible size"))
            break
        elements.append(_packet(data[start : start + size], depth + 1))
        start += size
    return Bundle(tuple(elements), time)


def _message(data: bytes) -> OscMessage:
    address, start = _string(data, 0)
    if not address or not address.isprintable() or "\ufffd" in address:
        raise _Unreadable("not an address")
    if start >= len(data):
        return OscMessage(address)
    if data[start] != ord(","):
        return OscMessage(address, (data[start:],), "b")
    tags, start = _string(data, start)
    if len(tags) - 1 > MOST_ARGUMENTS:
        raise _Unreadable(f"more than {MOST_ARGUMENTS} arguments")
    args: list[OscValue] = []
    for tag in tags[1:]:
        read = _READERS.get(tag)
        if read is not None:
            value, start = read(data, start)
            args.append(value)
        elif tag not in "[]":
            raise _Unreadable(f"unknown type tag {tag!r}")
    return OscMessage(address, tuple(args), tags[1:])


def _string(data: bytes, start: int) -> tuple[str, int]:
    end = data.find(b"\x00", start)
    if end < 0:
        raise _Unreadable("string without an end")
    # Text is UTF-8 by custom; a name in another encoding is still a name.
    return data[start:end].decode("utf-8", "replace"), (end + 4) & ~3


def _number(shape: Struct, data: bytes, start: int) -> tuple[Any, int]:
    end = start + shape.size
    if end > len(data):
        raise _Unreadable("argument cut short")
    return shape.unpack_from(data, start)[0], end


def _reading(read: _Read) -> _Read:
    """Return a python-osc reader that says _Unreadable for what it cannot read."""

    def safely(data: bytes, start: int) -> tuple[Any, int]:
        try:
            value, end = read(data, start)
        except osc_types.ParseError as error:
            raise _Unreadable("argument cut short") from error
        if end <= start:
            raise _Unreadable("blob of negative size")
        return value, end

    return safely


_READERS: Final[dict[str, _Read]] = {
    "i": lambda data, start: _number(_INT, data, start),
    "f": lambda data, start: _number(_FLOAT, data, start),
    "s": _string,
    "S": _string,
    "T": lambda _, start: (True, start),
    "F": lambda _, start: (False, start),
    "N": lambda _, start: (None, start),
    # Infinitum, which many call a bang.
    "I": lambda _, start: (True, start),
    "t": lambda data, start: _number(_TIME, data, start),
    "b": _reading(osc_types.get_blob),
    "h": _reading(osc_types.get_int64),
    "d": _reading(osc_types.get_double),
    "c": _reading(osc_types.get_int),
    "r": _reading(osc_types.get_rgba),
    "m": _reading(osc_types.get_midi),
}


def encode(packet: OscPacket) -> bytes:
    """Return the datagram of ``packet``; raise ProtocolMisuse if it has none."""
    if isinstance(packet, Bundle):
        return _bundle_bytes(packet)
    tags = packet.tags
    if len(tags) - tags.count("[") - tags.count("]") != len(packet.args):
        raise ProtocolMisuse(f"{packet}: each argument needs one type tag")
    values = iter(packet.args)
    parts = [_padded(packet.address), _padded("," + tags)]
    parts += [_value_bytes(tag, next(values)) for tag in tags if tag not in "[]"]
    return b"".join(parts)


def _bundle_bytes(bundle: Bundle) -> bytes:
    parts = [BUNDLE, _TIME.pack(bundle.time)]
    for element in bundle.elements:
        if isinstance(element, Malformed):
            raise ProtocolMisuse(f"{element} cannot be sent")
        data = encode(element)
        parts += (_INT.pack(len(data)), data)
    return b"".join(parts)


def _padded(text: str) -> bytes:
    if "\x00" in text:
        raise ProtocolMisuse(f"OSC strings end at a zero byte: {text!r}")
    data = text.encode()
    return data + _PADDING[len(data) % 4 :]


def _blob(data: bytes) -> bytes:
    return _INT.pack(len(data)) + data + bytes(-len(data) % 4)


def _value_bytes(tag: str, value: OscValue) -> bytes:
    write = _WRITERS.get(tag)
    if write is None:
        raise ProtocolMisuse(f"unknown type tag {tag!r}")
    try:
        return write(value)
    except _UNFIT as error:
        raise ProtocolMisuse(f"{value!r} is no OSC {tag!r}") from error


_WRITERS: Final[dict[str, _Write]] = {
    "i": _INT.pack,
    "f": _FLOAT.pack,
    "s": _padded,
    "S": _padded,
    "T": lambda _: b"",
    "F": lambda _: b"",
    "N": lambda _: b"",
    "I": lambda _: b"",
    "t": _TIME.pack,
    # python-osc refuses an empty blob, which is legal.
    "b": _blob,
    "h": osc_types.write_int64,
    "d": osc_types.write_double,
    "c": osc_types.write_int,
    "r": osc_types.write_rgba,
    "m": osc_types.write_midi,
}


class Head:
    """All of a message but its last argument, packed once.

    For the few hundred parameters a surface writes again and again: packing
    the value is then all that is left to do for each event.
    """

    __slots__ = ("_pack", "before")

    def __init__(self, address: str, tag: str, leading: tuple[OscValue, ...] = ()) -> None:
        """Prepare ``address`` with ``leading`` arguments and a last one of type ``tag``."""
        write = _WRITERS.get(tag)
        if write is None:
            raise ProtocolMisuse(f"unknown type tag {tag!r}")
        tags = tags_for(leading)
        values = (_value_bytes(each, value) for each, value in zip(tags, leading, strict=True))
        self.before: Final = b"".join((_padded(address), _padded("," + tags + tag), *values))
        """All that stands before the value."""
        self._pack = write

    def pack(self, value: OscValue) -> bytes:
        """Return the datagram with ``value``; raise ProtocolMisuse if the type is wrong."""
        try:
            return self.before + self._pack(value)
        except _UNFIT as error:
            raise ProtocolMisuse(f"{value!r} has the wrong OSC type") from error
