"""What one Mackie unit's displays should show, and the bytes that are missing.

Owns: the cells of its displays, the seven-segment digits and the scribble-strip
colours: wanted, shown, and the shortest way from one to the other; and which
maker's messages say so.
Does not own: lamps, rings and meters, or when bytes may leave.

Rule: only what changed is written, and neighbouring changes share a message.
"""

from collections.abc import Callable, Mapping
from typing import Final, Literal

from surfacebridge.errors import ProtocolMisuse
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
from surfacebridge.protocols.vendors import icon, texts
from surfacebridge.value import as_value

# A message around a run of cells costs eight bytes: unchanged cells between
# two runs are cheaper to repeat than to leave out, up to that many.
_GAP: Final = 8

_TIME_DIGITS: Final = len(layout.TIME_DIGIT)
_ASSIGNMENT_DIGITS: Final = len(layout.ASSIGNMENT_DIGIT)

# The ten time digits stand in groups (hours, minutes, seconds, frames).
_TIME_GROUPS: Final = (3, 2, 2, 3)
_TIME_SEPARATORS: Final = str.maketrans(":;,|", "....")

_BLACK: Final = EIGHT_COLOURS[0]
_WHITE: Final = EIGHT_COLOURS[7]
_BLANK: Final = ord(" ")
_ROWS: Final = 2
LCD_CELLS: Final = layout.LCD_PER_STRIP
ASPARION_CELLS: Final = 12
"""How many cells a strip has on either kind of display."""


@as_value
class Second:
    """A second display: its maker's header, how wide a strip is on it and where the first begins.

    ``main`` is the column of the text beside the strips.
    """

    maker: bytes
    pitch: int
    first: int
    main: int


SECONDS: Final[Mapping[str, Second]] = {
    # Ardour, libs/surfaces/mackie: a blank, then six cells a strip, then seven.
    "qcon": Second(icon.QCON, 6, 1, 49),
    # bjoluc/cubase-mcu-midiremote: the grid of the first display, another header.
    "v1m": Second(icon.V1M, 7, 0, 49),
}


@as_value
class Look:
    """Which displays a unit has, and in whose messages they are told.

    ``texts`` is ``mackie``, ``asparion`` or empty; ``colours`` is ``x-touch``,
    ``icon`` or empty; ``second`` is one of ``SECONDS`` or empty.
    """

    texts: Literal["", "mackie", "asparion"] = "mackie"
    colours: Literal["", "x-touch", "icon"] = ""
    second: str = ""
    digits: bool = False

    @property
    def cells(self) -> int:
        """How many cells a strip has on the first display."""
        return ASPARION_CELLS if self.texts == "asparion" else LCD_CELLS


def look_of(facts: Mapping[str, object], *, named: bool, coloured: bool, digits: bool) -> Look:
    """Return what ``facts`` of a sheet say of a unit that has ``named`` and ``coloured`` strips.

    Raises ProtocolMisuse for a word that is none.
    """
    said = facts.get("texts", "mackie"), facts.get("colours", "x-touch"), facts.get("second", "")
    match said:
        case (("mackie" | "asparion") as words, ("x-touch" | "icon") as colours, str(second)) if (
            not second or second in SECONDS
        ):
            return Look(words if named else "", colours if coloured else "", second, digits)
        case _:
            raise ProtocolMisuse(
                f"no unit has texts, colours and a second display like {said}; "
                "there are mackie and asparion, x-touch and icon, "
                f"{' and '.join(SECONDS)}"
            )


class CellGrid:
    """Two rows of characters; ``tell`` makes the message for a run of them.

    A run begins and ends at a multiple of ``grain`` cells of its row.
    """

    def __init__(self, columns: int, tell: Callable[[int, str], bytes], grain: int = 1) -> None:
        self._columns = columns
        self._tell = tell
        self._grain = grain
        self._wanted = bytearray(b" " * _ROWS * columns)
        self.forget()

    def forget(self) -> None:
        """Take nothing for shown."""
        self._shown = bytearray(len(self._wanted))

    def write(self, row: int, column: int, text: str, width: int) -> None:
        """Want ``text`` in ``width`` cells, blank after it."""
        start = row * self._columns + column
        self._wanted[start : start + width] = lcd_text(text)[:width].ljust(width).encode()

    def fill(self, text: str) -> None:
        """Want ``text`` on the upper row and nothing else."""
        self._wanted[:] = lcd_text(text)[: self._columns].ljust(len(self._wanted)).encode()

    def is_blank(self, column: int, width: int) -> bool:
        """Return whether both rows want nothing there."""
        return all(
            self._wanted[at] == _BLANK
            for start in (0, self._columns)
            for at in range(start + column, start + column + width)
        )

    def changes(self) -> list[bytes]:
        """Return the messages for all cells that changed, and take them for shown."""
        messages = [
            self._tell(first, self._wanted[first:end].decode("ascii"))
            for row in range(_ROWS)
            for first, end in self._runs(row * self._columns)
        ]
        self._shown[:] = self._wanted
        return messages

    def _runs(self, start: int) -> list[tuple[int, int]]:
        runs: list[tuple[int, int]] = []
        for place in range(start, start + self._columns, self._grain):
            end = place + self._grain
            if self._wanted[place:end] == self._shown[place:end]:
                continue
            if self._grain == 1 and runs and place - runs[-1][1] <= _GAP:
                runs[-1] = runs[-1][0], end
            else:
                runs.append((place, end))
        return runs


class MackieDisplay:
    """The displays of one unit, as ``look`` says."""

    def __init__(self, device_id: int, look: Look) -> None:
        self._device_id = device_id
        self._look = look
        # Whether something was wanted since the last ``changes``.
        self.pending = True
        columns = layout.STRIPS * look.cells
        if look.texts == "asparion":
            self._cells = CellGrid(columns, _asparion, look.cells)
        else:
            self._cells = CellGrid(columns, self._lcd)
        self._second = SECONDS.get(look.second)
        self._more = CellGrid(layout.LCD_COLUMNS, self._second_lcd)
        self._time: tuple[Digit, ...] = ((" ", False),) * _TIME_DIGITS
        self._assignment: tuple[Digit, ...] = ((" ", False),) * _ASSIGNMENT_DIGITS
        self._colours = [_WHITE] * layout.STRIPS
        self.forget()

    def forget(self) -> None:
        """Take nothing for shown: the unit has started anew."""
        self.pending = True
        self._cells.forget()
        self._more.forget()
        self._shown_time: tuple[Digit | None, ...] = (None,) * _TIME_DIGITS
        self._shown_assignment: tuple[Digit | None, ...] = (None,) * _ASSIGNMENT_DIGITS
        self._shown_colours = b""

    def write_cell(self, row: int, strip: int, text: str, width: int) -> None:
        """Want ``text`` in the first ``width`` of a strip's cells, blank after it."""
        self.pending = True
        self._cells.write(row, strip * self._look.cells, text, width)

    def write_second(self, row: int, strip: int | None, text: str) -> None:
        """Want ``text`` on the second display: at a strip, or beside all (``None``)."""
        if self._second is None:
            return
        self.pending = True
        pitch = self._second.pitch
        if strip is None:
            self._more.write(row, self._second.main, text, layout.LCD_PER_STRIP)
        else:
            self._more.write(row, self._second.first + strip * pitch, text, pitch)

    def write_notice(self, text: str) -> None:
        """Want ``text`` on the upper row and nothing else anywhere."""
        self.pending = True
        self._cells.fill(text)
        self._more.fill("")
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
        """Want a colour behind a strip's text, or the nearest the unit has."""
        self.pending = True
        self._colours[strip] = colour

    def changes(self) -> list[bytes]:
        """Return the messages for all that changed, and take it for shown."""
        if not self.pending:
            return []
        self.pending = False
        return [
            *(self._cells.changes() if self._look.texts else ()),
            *(self._more.changes() if self._second is not None else ()),
            *self._digit_changes(),
            *self._colour_changes(),
        ]

    def _lcd(self, offset: int, text: str) -> bytes:
        return encode(LcdText(offset, text, self._device_id))

    def _second_lcd(self, offset: int, text: str) -> bytes:
        maker = icon.QCON if self._second is None else self._second.maker
        return icon.encode(icon.SecondDisplayText(offset, text, maker))

    def _digit_changes(self) -> list[bytes]:
        if not self._look.digits:
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
        if not self._look.colours:
            return []
        colours = [self._readable(strip) for strip in range(layout.STRIPS)]
        if self._look.colours == "icon":
            told = icon.encode(icon.StripColours(tuple(map(_seven_bits, colours))))
        else:
            told = encode(StripColours(tuple(map(_of_eight, colours)), self._device_id))
        if told == self._shown_colours:
            return []
        self._shown_colours = told
        return [told]

    def _readable(self, strip: int) -> Colour:
        # Black switches the light behind the text off: a strip with a name
        # could not be read, so only a blank one goes dark (Ardour: white too).
        colour, width = self._colours[strip], self._look.cells
        is_dark = _of_eight(colour) == _of_eight(_BLACK)
        return _WHITE if is_dark and not self._cells.is_blank(strip * width, width) else colour


def _asparion(offset: int, text: str) -> bytes:
    row, strip = divmod(offset // ASPARION_CELLS, layout.STRIPS)
    return texts.encode(texts.AsparionText(strip, row + 1, text))


def _of_eight(colour: Colour) -> int:
    return nearest_colour(colour, EIGHT_COLOURS)


def _seven_bits(colour: Colour) -> icon.Rgb:
    return colour.red >> 1, colour.green >> 1, colour.blue >> 1


def time_places(text: str) -> str:
    """Return a time with its groups where a unit of ten digits has them; see ``write_time``."""
    text = text.translate(_TIME_SEPARATORS)
    groups = text.split(".")
    # Bars, beats and more ticks than fit: these take the last two places together.
    ticks = len(groups) == 3 and len(groups[2]) > _TIME_GROUPS[2]
    widths = (*_TIME_GROUPS[:2], sum(_TIME_GROUPS[2:])) if ticks else _TIME_GROUPS
    fits = 2 < len(groups) <= len(widths) and all(
        0 < len(group) <= width for group, width in zip(groups, widths, strict=False)
    )
    if not fits:
        return text
    missing = "".join(" " * width for width in widths[len(groups) :])
    placed = (group.rjust(width) for group, width in zip(groups, widths, strict=False))
    return ".".join(placed) + missing


def _changed(shown: tuple[Digit | None, ...], wanted: tuple[Digit, ...]) -> list[tuple[int, Digit]]:
    return [
        (position, digit)
        for position, (was, digit) in enumerate(zip(shown, wanted, strict=True))
        if was != digit
    ]
