"""Characters of Mackie Control's displays.

Owns: the seven-segment code, the display's 2 x 56 cells, and turning any text
into what those can show.
Does not own: abbreviating names to fit, or when a cell is sent.

Source: Logic Control MIDI Implementation, appendix B; the display's character
set is ASCII as on HD44780 parts (TouchMCU).
"""

import unicodedata
from typing import Final

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.mcu import layout
from surfacebridge.protocols.mcu.messages import Digit, LcdText

_DOT: Final = 0x40
_SEGMENT_BITS: Final = 0x3F

# Letters Unicode does not take apart, and marks people put into track names.
# The display's 5C is a yen sign and its 7E and 7F are arrows.
_SPELLINGS: Final = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
        "ø": "o",
        "Ø": "O",
        "ð": "d",
        "Ð": "D",
        "þ": "th",
        "Þ": "Th",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{MINUS SIGN}": "-",
        "\N{BULLET}": "*",
        "\N{MULTIPLICATION SIGN}": "x",
        "∞": "oo",
        "\N{FRACTION SLASH}": "/",
        "♯": "#",
        "♭": "b",
        "\t": " ",
        "\n": " ",
        "\\": "/",
        "~": "-",
    }
)


def segment_digit(code: int) -> Digit:
    """Return the character and dot a seven-segment ``code`` shows."""
    low = code & _SEGMENT_BITS
    # Code 0 would be "@", which seven segments cannot draw: units stay blank.
    char = " " if low == 0 else chr(low if low >= 0x20 else low + 0x40)
    return char, bool(code & _DOT)


def segment_code(char: str, *, dot: bool = False) -> int:
    """Return the code of one of the characters from space to underscore.

    Raises ProtocolMisuse for any other and for "@", which has no shape.
    """
    if len(char) != 1 or not " " <= char <= "_" or char == "@":
        raise ProtocolMisuse(f"seven segments cannot show {char!r}")
    return (ord(char) & _SEGMENT_BITS) | (_DOT if dot else 0)


def segment_digits(text: str, width: int) -> tuple[Digit, ...]:
    """Return ``width`` digits of ``text`` from the right, its full stops as dots.

    What does not fit is cut on the left; what cannot be shown is blank.
    """
    digits: list[Digit] = []
    for char in lcd_text(text).upper():
        if char == "." and digits and not digits[-1][1]:
            digits[-1] = digits[-1][0], True
        elif char == ".":
            digits.append((" ", True))
        else:
            digits.append((char if " " <= char <= "_" and char != "@" else " ", False))
    digits.reverse()
    digits.extend([(" ", False)] * (width - len(digits)))
    return tuple(digits[:width])


def lcd_text(text: str) -> str:
    """Return ``text`` in the display's characters, ASCII 20..7D; "?" for the rest."""
    plain = unicodedata.normalize("NFKD", text.translate(_SPELLINGS)).translate(_SPELLINGS)
    return "".join(
        char if " " <= char <= "}" else "?" for char in plain if not unicodedata.combining(char)
    )


def lcd_cell(row: int, strip: int, text: str, device_id: int) -> LcdText:
    """Return the message that fills a strip's seven cells, blank after ``text``."""
    if row not in {0, 1} or not 0 <= strip < layout.STRIPS:
        raise ProtocolMisuse(f"the display has no row {row}, strip {strip}")
    width = layout.LCD_PER_STRIP
    shown = lcd_text(text)[:width].ljust(width)
    return LcdText(row * layout.LCD_COLUMNS + strip * width, shown, device_id)


class LcdScreen:
    """What a display of two rows by 56 cells shows now."""

    def __init__(self) -> None:
        self._cells = [" "] * layout.LCD_CELLS

    def write(self, message: LcdText) -> None:
        """Write from the message's offset on; the first row continues on the second."""
        room = self._cells[message.offset :]
        text = message.text[: len(room)]
        self._cells[message.offset : message.offset + len(text)] = text

    def row(self, row: int) -> str:
        """Return all 56 cells of row 0 or 1."""
        start = row * layout.LCD_COLUMNS
        return "".join(self._cells[start : start + layout.LCD_COLUMNS])

    def cell(self, row: int, strip: int) -> str:
        """Return the seven cells of one strip."""
        start = strip * layout.LCD_PER_STRIP
        return self.row(row)[start : start + layout.LCD_PER_STRIP]
