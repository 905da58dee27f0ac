"""MQTT control packets: what a profile says to a broker, one packet a datagram.

Owns: PUBLISH, SUBSCRIBE and UNSUBSCRIBE of MQTT 3.1.1 (OASIS, 2014: 2.2.3 the
remaining length, 3.3, 3.8, 3.10).  Does not own: the connection, packet
identifiers and acknowledgements; the client in ``transports`` has those, so an
identifier here is always 0.
"""

from dataclasses import dataclass
from typing import Final

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed

LONGEST_TOPIC: Final = 65_535
# A state, an order or a whole list of touched faders; more is no message of ours.
LONGEST_PAYLOAD: Final = 262_144

_PUBLISH: Final = 0x30
_SUBSCRIBE: Final = 0x82
_UNSUBSCRIBE: Final = 0xA2
_RETAIN: Final = 0x01
_EXCERPT: Final = 64


@dataclass(frozen=True, slots=True)
class Publish:
    """``payload`` on ``topic``; ``qos`` is 0 or 1, ``retain`` asks the broker to keep it.

    Towards us ``retain`` says that the broker had kept it.
    """

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Ask for what is published on ``filters``, with this quality at most."""

    filters: tuple[str, ...]
    qos: int = 1


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """Ask for nothing more on ``filters``."""

    filters: tuple[str, ...]


Packet = Publish | Subscribe | Unsubscribe


def encode(packet: Packet) -> bytes:
    """Return the bytes of ``packet``; ProtocolMisuse for what MQTT cannot say."""
    match packet:
        case Publish(topic, payload, qos, retain):
            if not is_topic(topic) or qos not in {0, 1} or len(payload) > LONGEST_PAYLOAD:
                raise ProtocolMisuse(f"{topic!r} with quality {qos} is no message to publish")
            identifier = b"\0\0" if qos else b""
            first = _PUBLISH | qos << 1 | (_RETAIN if retain else 0)
            return _framed(first, _text(topic) + identifier + payload)
        case Subscribe(filters, qos):
            _check_filters(filters)
            parts = (_text(one) + bytes((qos,)) for one in filters)
            return _framed(_SUBSCRIBE, b"\0\0" + b"".join(parts))
        case Unsubscribe(filters):
            _check_filters(filters)
            return _framed(_UNSUBSCRIBE, b"\0\0" + b"".join(map(_text, filters)))


def decode(data: bytes) -> Packet | Malformed:
    """Return the one packet that ``data`` is; never raise."""
    body = _body(data)
    if body is None:
        return _malformed(data, "no whole packet")
    first = data[0]
    if first & 0xF0 == _PUBLISH:
        return _publish(data, body)
    if first not in {_SUBSCRIBE, _UNSUBSCRIBE}:
        return _malformed(data, "a packet that is not of this kind of link")
    filters: list[str] = []
    qos, at = 0, 2
    while at < len(body):
        text, at = _read_text(body, at)
        if text is None or not is_filter(text):
            return _malformed(data, "a filter that cannot be read")
        filters.append(text)
        if first == _SUBSCRIBE:
            if at >= len(body) or body[at] > 2:
                return _malformed(data, "a filter without its quality")
            qos, at = body[at], at + 1
    if not filters:
        return _malformed(data, "no filter")
    kept = tuple(filters)
    return Subscribe(kept, qos) if first == _SUBSCRIBE else Unsubscribe(kept)


def is_topic(text: str) -> bool:
    """Return whether something can be published on ``text``."""
    return is_filter(text) and "+" not in text and "#" not in text


def is_filter(text: str) -> bool:
    """Return whether ``text`` is a topic, or one with ``+`` for a level or ``#`` for the rest."""
    levels = text.split("/")
    return (
        "\0" not in text
        and 0 < _size(text) <= LONGEST_TOPIC
        and all(level == "+" or "+" not in level for level in levels)
        and all("#" not in level for level in levels[:-1])
        and (levels[-1] == "#" or "#" not in levels[-1])
    )


def _size(text: str) -> int:
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        return 0


def _publish(data: bytes, body: bytes) -> Publish | Malformed:
    qos = data[0] >> 1 & 3
    topic, at = _read_text(body, 0)
    if topic is None or qos > 2 or not is_topic(topic):
        return _malformed(data, "a topic that cannot be read")
    at += 2 if qos else 0
    if at > len(body) or len(body) - at > LONGEST_PAYLOAD:
        return _malformed(data, "a payload that is cut short or too long")
    return Publish(topic, body[at:], min(qos, 1), bool(data[0] & _RETAIN))


def _check_filters(filters: tuple[str, ...]) -> None:
    if not filters or not all(is_filter(one) for one in filters):
        raise ProtocolMisuse(f"{filters!r} are no topics to ask for")


def _framed(first: int, body: bytes) -> bytes:
    length, left = bytearray(), len(body)
    while True:
        left, digit = left >> 7, left & 0x7F
        length.append(digit | (0x80 if left else 0))
        if not left:
            return bytes((first, *length)) + body


def _body(data: bytes) -> bytes | None:
    """Return what follows the fixed header, if its length is right."""
    length = 0
    for place, byte in enumerate(data[1:5]):
        length |= (byte & 0x7F) << 7 * place
        if not byte & 0x80:
            body = data[place + 2 :]
            return body if len(body) == length else None
    return None


def _text(text: str) -> bytes:
    raw = text.encode()
    return len(raw).to_bytes(2) + raw


def _read_text(body: bytes, at: int) -> tuple[str | None, int]:
    end = at + 2 + int.from_bytes(body[at : at + 2])
    if at + 2 > len(body) or end > len(body):
        return None, end
    try:
        return body[at + 2 : end].decode(), end
    except UnicodeDecodeError:
        return None, end


def _malformed(data: bytes, reason: str) -> Malformed:
    return Malformed(data[:_EXCERPT], reason)
