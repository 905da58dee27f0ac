"""iCON's additions to Mackie Control: a second display and strip colours.

Owns: both, on both of the headers sources give.
Does not own: master meters, which are in ``mcu`` (MasterMeterLevel).

Source: Ardour, DrivenByMoss, cubase-mcu-midiremote.  Sources disagree about
the second display's header (000067 or 00024E): read both, write what a sheet
says.
"""

from typing import Final, TypeAlias

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi.messages import MidiMessage, SysEx
from surfacebridge.protocols.vendors.frames import after, framed, plain, refused, small
from surfacebridge.value import as_value

QCON: Final = bytes.fromhex("00 00 67")
V1M: Final = bytes.fromhex("00 02 4E")

_SECOND_DISPLAY: Final = bytes.fromhex("15 13")
_COLOURS: Final = V1M + bytes.fromhex("16 14")
_CELLS: Final = 112
_STRIPS: Final = 8

Rgb: TypeAlias = tuple[int, int, int]


@as_value
class SecondDisplayText:
    """Text from a cell on: 0..55 the upper row, 56..111 the lower."""

    offset: int
    text: str
    maker: bytes = QCON


@as_value
class StripColours:
    """Eight colours, red, green and blue 0..127 each."""

    colours: tuple[Rgb, ...]


def to_surface(message: MidiMessage) -> SecondDisplayText | StripColours | Malformed | None:
    """Return what the host said; None for MIDI that Mackie Control explains."""
    if not isinstance(message, SysEx):
        return None
    colours = after(_COLOURS, message)
    if colours is not None:
        if len(colours) != 3 * _STRIPS:
            return refused(message, "iCON colours with a wrong length")
        red, green, blue = colours[0::3], colours[1::3], colours[2::3]
        return StripColours(tuple(zip(red, green, blue, strict=True)))
    for maker in (QCON, V1M):
        data = after(maker + _SECOND_DISPLAY, message)
        if data is not None:
            if not data or data[0] >= _CELLS:
                return refused(message, "iCON text past its display")
            return SecondDisplayText(data[0], data[1:].decode("ascii")[: _CELLS - data[0]], maker)
    return None


def encode(message: SecondDisplayText | StripColours) -> bytes:
    """Return the bytes of ``message``; raise ProtocolMisuse for what cannot be said."""
    match message:
        case SecondDisplayText(offset, text, maker):
            if not 0 <= offset < _CELLS:
                raise ProtocolMisuse(f"the display has 112 cells, none is {offset}")
            return framed(maker + _SECOND_DISPLAY, small(offset), plain(text, _CELLS - offset))
        case StripColours(colours):
            if len(colours) != _STRIPS:
                raise ProtocolMisuse(f"there are eight colours, not {len(colours)}")
            return framed(_COLOURS, *(small(*colour) for colour in colours))
