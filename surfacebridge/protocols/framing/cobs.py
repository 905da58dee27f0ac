"""Numbered, checked frames on a serial line: COBS, CRC-16, sequence numbers.

Owns: stuffing, the check, and whether a number follows the last one
(docs/protocols/serial.md, cobs).  Does not own: what kinds of frames there are.

Rule: a frame that is not right in every bit is dropped whole; the next zero
byte begins anew, and the gap in the numbers tells what is missing.
"""

from binascii import crc_hqx
from dataclasses import dataclass
from typing import Final, Literal

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed

ZERO: Final = b"\x00"
LONGEST_FRAME: Final = 64
SHORTEST_FRAME: Final = 4
LONGEST_BODY: Final = LONGEST_FRAME - SHORTEST_FRAME
# Frames shorter than 254 bytes grow by exactly one byte.
_LONGEST_STUFFED: Final = LONGEST_FRAME + 1
_NUMBERS: Final = 256
_START: Final = 0xFFFF
EXCERPT: Final = 32


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: its sequence ``number`` (0…255), its ``kind`` and its ``body`` (0…60 bytes)."""

    number: int
    kind: int
    body: bytes = b""


class FrameReader:
    """Turn chunks into frames, for one port."""

    def __init__(self) -> None:
        self._open = bytearray()
        self._overlong = False

    def receive(self, data: bytes) -> list[Frame | Malformed]:
        """Return the frames ``data`` completes, in order, empty ones left out; never raise."""
        found: list[Frame | Malformed] = []
        *whole, rest = data.split(ZERO)
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

    def _take(self) -> Frame | Malformed:
        stuffed, overlong = bytes(self._open), self._overlong
        self._open.clear()
        self._overlong = False
        if overlong:
            return Malformed(stuffed[:EXCERPT], f"a frame longer than {LONGEST_FRAME} bytes")
        frame = _unstuffed(stuffed)
        if frame is None:
            return Malformed(stuffed[:EXCERPT], "a length byte that points past its frame")
        if len(frame) < SHORTEST_FRAME:
            return Malformed(frame, f"a frame shorter than {SHORTEST_FRAME} bytes")
        content, check = frame[:-2], frame[-2:]
        if crc16(content) != int.from_bytes(check, "big"):
            return Malformed(frame[:EXCERPT], "a frame whose check is wrong")
        return Frame(content[0], content[1], content[2:])


class Numbering:
    """The sequence numbers of one side; the first is expected, whatever it is."""

    def __init__(self) -> None:
        self._last: int | None = None

    def take(self, number: int) -> Literal["next", "again", "gap"]:
        """Return how ``number`` follows the last one, and count on from it."""
        last, self._last = self._last, number
        if last == number:
            return "again"
        return "next" if last is None or number == (last + 1) % _NUMBERS else "gap"

    def restart(self) -> None:
        """Expect any number next."""
        self._last = None


def encode(frame: Frame) -> bytes:
    """Return the bytes of ``frame`` and its end; ProtocolMisuse if they do not fit."""
    if len(frame.body) > LONGEST_BODY:
        raise ProtocolMisuse(f"a body has at most {LONGEST_BODY} bytes, not {len(frame.body)}")
    try:
        content = bytes((frame.number, frame.kind)) + frame.body
    except ValueError as error:
        raise ProtocolMisuse(f"{frame}: number and kind are bytes") from error
    whole = content + crc16(content).to_bytes(2, "big")
    # Cut at its zeros, the frame's imaginary last one included.
    return b"".join(bytes((len(run) + 1,)) + run for run in whole.split(ZERO)) + ZERO


def crc16(data: bytes) -> int:
    """Return the CRC-16/CCITT-FALSE of ``data``; ``123456789`` gives 29B1."""
    return crc_hqx(data, _START)


def _unstuffed(stuffed: bytes) -> bytes | None:
    out = bytearray()
    at = 0
    while at < len(stuffed):
        end = at + stuffed[at]
        if end > len(stuffed):
            return None
        out += stuffed[at + 1 : end] + ZERO
        at = end
    return bytes(out[:-1])
