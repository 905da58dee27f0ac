"""Packets on a serial line: SLIP (RFC 1055), with END before and after as OSC 1.1 asks.

Owns: finding packets in a stream, and escaping.  Does not own: what is in one.

Rule: two ENDs with nothing between them are no packet, so that noise before a
packet is cut off by its first END and spoils nothing.
"""

from typing import Final

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed

END: Final = b"\xc0"
ESC: Final = b"\xdb"
_ESC_END: Final = b"\xdb\xdc"
_ESC_ESC: Final = b"\xdb\xdd"

# Our own boxes stop at 128 bytes (docs/protocols/serial.md); a bundle with a
# reading of each of 32 strips fits into this.
LONGEST_PACKET: Final = 1024
# Each byte may come as two.
_LONGEST_STUFFED: Final = 2 * LONGEST_PACKET
EXCERPT: Final = 32


class SlipReader:
    """Turn chunks into packets, for one port."""

    def __init__(self) -> None:
        self._open = bytearray()
        self._overlong = False

    def receive(self, data: bytes) -> list[bytes | Malformed]:
        """Return the packets ``data`` completes, in order; never raise."""
        found: list[bytes | Malformed] = []
        *whole, rest = data.split(END)
        for piece in whole:
            self._add(piece)
            if self._open:
                found.append(self._take())
        self._add(rest)
        return found

    def _add(self, piece: bytes) -> None:
        room = _LONGEST_STUFFED - len(self._open)
        self._overlong |= len(piece) > room
        self._open += piece[:room]

    def _take(self) -> bytes | Malformed:
        stuffed, overlong = bytes(self._open), self._overlong
        self._open.clear()
        self._overlong = False
        packet = _unescaped(stuffed)
        if packet is None:
            return Malformed(stuffed[:EXCERPT], "an escape before a byte that needs none")
        if overlong or len(packet) > LONGEST_PACKET:
            return Malformed(packet[:EXCERPT], f"a packet longer than {LONGEST_PACKET} bytes")
        return packet


def encode(packet: bytes) -> bytes:
    """Return the bytes of ``packet`` on the line; ProtocolMisuse if it is empty or too long."""
    if not 0 < len(packet) <= LONGEST_PACKET:
        raise ProtocolMisuse(f"a packet has 1 to {LONGEST_PACKET} bytes, not {len(packet)}")
    return END + packet.replace(ESC, _ESC_ESC).replace(END, _ESC_END) + END


def _unescaped(stuffed: bytes) -> bytes | None:
    first, *rest = stuffed.split(ESC)
    pieces = [first]
    for piece in rest:
        plain = {_ESC_END[1:]: END, _ESC_ESC[1:]: ESC}.get(piece[:1])
        if plain is None:
            return None
        pieces += (plain, piece[1:])
    return b"".join(pieces)
