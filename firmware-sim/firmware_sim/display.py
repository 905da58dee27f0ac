"""What can be read on a surface: the LCD, its colours, and the seven-segment digits.

Owns: display memory, and the characters a person would see.
Does not own: the messages that write it; ``mcu`` and ``xtouch`` do.
"""

from typing import Final

LINE: Final = 56
CELL: Final = 7
_BLANK: Final = 0x20

# Behringer's colour bits: 1 red, 2 green, 4 blue.
COLOURS: Final = ("off", "red", "green", "yellow", "blue", "magenta", "cyan", "white")


class Lcd:
    """Two lines of 56 characters in one memory of 112, seven to a strip."""

    def __init__(self) -> None:
        self._memory = bytearray()
        self.clear()

    def clear(self) -> None:
        """Blank both lines."""
        self._memory = bytearray([_BLANK]) * (2 * LINE)

    def write(self, offset: int, text: bytes) -> bool:
        """Put ``text`` at ``offset``; return False when it starts past the memory.

        The upper line runs on into the lower one; what runs past the end is cut (documented for
        the first, assumed for the second).
        """
        if offset >= len(self._memory):
            return False
        fits = text[: len(self._memory) - offset]
        self._memory[offset : offset + len(fits)] = fits
        return True

    def lines(self) -> tuple[str, str]:
        """Return both lines as a person reads them, 56 characters each."""
        return self._text(0, LINE), self._text(LINE, 2 * LINE)

    def cell(self, strip: int) -> tuple[str, str]:
        """Return the two seven-character texts above strip 1…8."""
        start = (strip - 1) * CELL
        return self._text(start, start + CELL), self._text(LINE + start, LINE + start + CELL)

    def _text(self, start: int, end: int) -> str:
        shown = self._memory[start:end].decode("latin-1")
        if shown.isascii() and shown.isprintable():
            return shown
        return "".join(char if " " <= char < "\x7f" else " " for char in shown)


class Digits:
    """A row of seven-segment digits, each with a decimal point."""

    def __init__(self, count: int) -> None:
        self._codes = [_BLANK] * count

    def clear(self) -> None:
        """Blank every digit."""
        self._codes = [_BLANK] * len(self._codes)

    def write(self, digit: int, code: int) -> None:
        """Set one digit, counted from the right, to a Mackie character code."""
        self._codes[digit] = code & 0x7F

    def text(self) -> str:
        """Return the digits from left to right, a dot after each digit that shows one."""
        return "".join(_character(code) for code in reversed(self._codes))


def _character(code: int) -> str:
    # Codes 00…1F are ASCII 40…5F and 20…3F are themselves; bit 6 is the point (Logic Control
    # MIDI implementation). Code 00 shows nothing.
    value = code & 0x3F
    shown = " " if value == 0 else chr(value + 0x40 if value < 0x20 else value)
    return shown + ("." if code & 0x40 else "")
