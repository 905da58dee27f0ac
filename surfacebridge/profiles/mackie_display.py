"""What one Mackie unit's displays should show, and the bytes that are missing.

Owns: the 2 x 56 cells, the seven-segment digits and the scribble-strip
colours: wanted, shown, and the shortest way from one to the other.
Does not own: lamps, rings and meters, or when bytes may leave.

Rule: only what changed is written, and neighbouring changes share a message.
"""

from typing import Final

from surfacebridge.model.values import EIGHT_COLOURS, Colour, nearest_colour
from surfacebridge.protocols.mcu import layout
from surfacebridge.protocols.mcu.messages import (
    AssignmentDigit,
    Digit,
    LcdText,
    StripColours,
    TimeDigit,
)
from surfacebridge.protocols.mcu.text import lcd_text, segment_digits
from surfacebridge.protocols.mcu.to_surface import encode

# A message around a run of cells costs eight bytes: unchanged cells between
# two runs are cheaper to repeat than to leave out, up to that many.
_GAP: Final = 8

_TIME_DIGITS: Final = len(layout.TIME_DIGIT)
_ASSIGNMENT_DIGITS: Final = len(layout.ASSIGNMENT_DIGIT)

# The ten time digits stand in groups (hours, minutes, seconds, frames).
_TIME_GROUPS: Final = (3, 2, 2, 3)
_TIME_SEPARATORS: Final = str.maketrans({":": ".", ";": ".", ",": "."})

_BLACK: Final = 0
_WHITE: Final = 7
_BLANK: Final = ord(" ")


class MackieDisplay:
    """The displays of one unit: with ``coloured`` strips, with time and assignment ``digits``."""

    def __init__(self, device_id: int, *, coloured: bool, digits: bool) -> None:
        self._device_id = device_id
        self._coloured = coloured
        self._digits = digits
        # Whether something was wanted since the last ``changes``.
        self.pending = True
        self._cells = bytearray(b" " * layout.LCD_CELLS)
        self._time: tuple[Digit, ...] = ((" ", False),) * _TIME_DIGITS
        self._assignment: tuple[Digit, ...] = ((" ", False),) * _ASSIGNMENT_DIGITS
        self._colours = [_WHITE] * layout.STRIPS
        self.forget()

    def forget(self) -> None:
        """Take nothing for shown: the unit has started anew."""
        self.pending = True
        self._shown_cells = bytearray(layout.LCD_CELLS)
        self._shown_time: tuple[Digit | None, ...] = (None,) * _TIME_DIGITS
        self._shown_assignment: tuple[Digit | None, ...] = (None,) * _ASSIGNMENT_DIGITS
        self._shown_colours: tuple[int, ...] = ()

    def write_cell(self, row: int, strip: int, text: str, width: int) -> None:
        """Want ``text`` in the first ``width`` of a strip's seven cells, blank after it."""
        self.pending = True
        start = row * layout.LCD_COLUMNS + strip * layout.LCD_PER_STRIP
        self._cells[start : start + width] = lcd_text(text)[:width].ljust(width).encode()

    def write_notice(self, text: str) -> None:
        """Want ``text`` on the upper row and nothing else anywhere."""
        self.pending = True
        self._cells[:] = lcd_text(text)[: layout.LCD_COLUMNS].ljust(layout.LCD_CELLS).encode()
        self.write_time("")
        self.write_assignment("")
        self._colours = [_WHITE] * layout.STRIPS

    def write_time(self, text: str) -> None:
        """Want ``text`` in the ten digits.

        Three or four groups between full stops or colons, none wider than its
        place, stand in the places hours, minutes, seconds and frames have on
        the unit, from the hours on; any other text stands at the right.
        """
        self.pending = True
        self._time = segment_digits(time_places(text), _TIME_DIGITS)

    def write_assignment(self, text: str) -> None:
        """Want the last two characters of ``text`` in the assignment display."""
        self.pending = True
        self._assignment = segment_digits(text, _ASSIGNMENT_DIGITS)

    def colour(self, strip: int, colour: Colour) -> None:
        """Want the nearest of the eight colours behind a strip's text."""
        self.pending = True
        self._colours[strip] = nearest_colour(colour, EIGHT_COLOURS)

    def changes(self) -> list[bytes]:
        """Return the messages for all that changed, and take it for shown."""
        if not self.pending:
            return []
        self.pending = False
        messages = [
            *self._row(0),
            *self._row(1),
            *self._digit_changes(),
            *self._colour_changes(),
        ]
        self._shown_cells[:] = self._cells
        return messages

    def _row(self, row: int) -> list[bytes]:
        start = row * layout.LCD_COLUMNS
        changed = [
            at
            for at in range(start, start + layout.LCD_COLUMNS)
            if self._cells[at] != self._shown_cells[at]
        ]
        runs: list[tuple[int, int]] = []
        for at in changed:
            if runs and at - runs[-1][1] <= _GAP:
                runs[-1] = runs[-1][0], at + 1
            else:
                runs.append((at, at + 1))
        return [
            encode(LcdText(first, self._cells[first:end].decode("ascii"), self._device_id))
            for first, end in runs
        ]

    def _digit_changes(self) -> list[bytes]:
        if not self._digits:
            return []
        messages = [
            encode(TimeDigit(position, *digit))
            for position, digit in _changed(self._shown_time, self._time)
        ]
        messages += (
            encode(AssignmentDigit(position, *digit))
            for position, digit in _changed(self._shown_assignment, self._assignment)
        )
        self._shown_time, self._shown_assignment = self._time, self._assignment
        return messages

    def _colour_changes(self) -> list[bytes]:
        if not self._coloured:
            return []
        colours = tuple(self._readable(strip) for strip in range(layout.STRIPS))
        if colours == self._shown_colours:
            return []
        self._shown_colours = colours
        return [encode(StripColours(colours, self._device_id))]

    def _readable(self, strip: int) -> int:
        # Black switches the light behind the text off: a strip with a name
        # could not be read, so only a blank one goes dark (Ardour: white too).
        colour = self._colours[strip]
        return _WHITE if colour == _BLACK and self._has_text(strip) else colour

    def _has_text(self, strip: int) -> bool:
        return any(
            self._cells[at] != _BLANK
            for start in (0, layout.LCD_COLUMNS)
            for at in range(
                start + strip * layout.LCD_PER_STRIP, start + (strip + 1) * layout.LCD_PER_STRIP
            )
        )


def time_places(text: str) -> str:
    """Return a time with its groups where a unit of ten digits has them; see ``write_time``."""
    text = text.translate(_TIME_SEPARATORS)
    groups = text.split(".")
    fits = 2 < len(groups) <= len(_TIME_GROUPS) and all(
        0 < len(group) <= width for group, width in zip(groups, _TIME_GROUPS, strict=False)
    )
    if not fits:
        return text
    missing = "".join(" " * width for width in _TIME_GROUPS[len(groups) :])
    placed = (group.rjust(width) for group, width in zip(groups, _TIME_GROUPS, strict=False))
    return ".".join(placed) + missing


def _changed(shown: tuple[Digit | None, ...], wanted: tuple[Digit, ...]) -> list[tuple[int, Digit]]:
    return [
        (position, digit)
        for position, (was, digit) in enumerate(zip(shown, wanted, strict=True))
        if was != digit
    ]
