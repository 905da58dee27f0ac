"""Text lines in a stream of bytes, bounded.

Owns: cutting a stream at its line ends.  Does not own: what a line says
(``fields``).

Rules: LF, CR and both end a line.  A line that is too long, or holds other
bytes than printable ASCII, is dropped whole, so that garbage at boot costs one
line and no more (docs/protocols/serial.md, lines).
"""

from typing import Final

from surfacebridge.protocols.malformed import Malformed

# A box says at most 64 bytes a line; some of them greet at length.
LONGEST_LINE: Final = 256
EXCERPT: Final = 32


class LineReader:
    """Turn chunks into lines, for one port.

    ``longest`` bounds a line in bytes; with ``unicode`` lines are UTF-8, and what
    is not is replaced.
    """

    def __init__(self, longest: int = LONGEST_LINE, *, unicode: bool = False) -> None:
        self._longest = longest
        self._unicode = unicode
        self._line = bytearray()
        self._overlong = False

    def receive(self, data: bytes) -> list[str | Malformed]:
        """Return the lines ``data`` completes, in order, empty ones left out; never raise."""
        found: list[str | Malformed] = []
        *whole, rest = data.replace(b"\r", b"\n").split(b"\n")
        for piece in whole:
            self._add(piece)
            line = self._take()
            if line is not None:
                found.append(line)
        self._add(rest)
        return found

    def _add(self, piece: bytes) -> None:
        room = self._longest - len(self._line)
        self._overlong |= len(piece) > room
        self._line += piece[:room]

    def _take(self) -> str | Malformed | None:
        line, overlong = bytes(self._line), self._overlong
        self._line.clear()
        self._overlong = False
        if overlong:
            return Malformed(line[:EXCERPT], f"a line longer than {self._longest} bytes")
        if not line:
            return None
        if self._unicode:
            return line.decode("utf-8", "replace")
        if any(byte < 0x20 or byte > 0x7E for byte in line):
            return Malformed(line[:EXCERPT], "a line with bytes that are no text")
        return line.decode("ascii")
