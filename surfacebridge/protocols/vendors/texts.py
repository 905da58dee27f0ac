"""Displays that only want text at a place: AlphaTrack, TranzPort, Asparion.

Owns: those three messages.
Does not own: the rest of these units, which is Mackie Control's (``mcu``).

Source: REAPER (AlphaTrack, TranzPort), DrivenByMoss (Asparion D700).
"""

from typing import Final, TypeAlias

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi.messages import MidiMessage, SysEx
from surfacebridge.protocols.vendors.frames import after, fixed, framed, plain, refused, small
from surfacebridge.value import as_value

_ALPHATRACK: Final = bytes.fromhex("00 01 40 20 00")
_TRANZPORT: Final = bytes.fromhex("00 01 40 10 00")
_ASPARION: Final = bytes.fromhex("00 00 66 14 1A")
_ASPARION_WIDTH: Final = 12
# The widest of the three displays; also the most text one message may bring.
_CELLS: Final = 0x80


@as_value
class AlphaTrackText:
    """Text from a cell of Frontier's AlphaTrack on."""

    offset: int
    text: str


@as_value
class TranzPortText:
    """Text from a cell of Frontier's TranzPort (2 x 20) on."""

    offset: int
    text: str


@as_value
class AsparionText:
    """Twelve characters on row 1 or 2 of a strip (0..7) of Asparion's D700."""

    strip: int
    row: int
    text: str


Text: TypeAlias = AlphaTrackText | TranzPortText | AsparionText


def to_surface(message: MidiMessage) -> Text | Malformed | None:
    """Return the text a host wrote; None for other MIDI."""
    if not isinstance(message, SysEx):
        return None
    asparion = after(_ASPARION, message)
    # One byte is Steinberg's heartbeat, which has the same command.
    if asparion is not None and len(asparion) > 1:
        return _asparion(message, asparion)
    for header, kind in ((_ALPHATRACK, AlphaTrackText), (_TRANZPORT, TranzPortText)):
        data = after(header, message)
        if data is not None:
            if not data or len(data) > 1 + _CELLS:
                return refused(message, "text without a place")
            return kind(data[0], data[1:].decode("ascii"))
    return None


def _asparion(message: SysEx, data: bytes) -> AsparionText | Malformed:
    strip, rest = divmod(data[0], _ASPARION_WIDTH)
    if rest or data[1] not in {1, 2} or len(data) != 2 + _ASPARION_WIDTH:
        return refused(message, "Asparion text with a wrong length")
    return AsparionText(strip, data[1], data[2:].decode("ascii"))


def encode(message: Text) -> bytes:
    """Return the bytes of ``message``; raise ProtocolMisuse for what cannot be said."""
    match message:
        case AlphaTrackText(offset, text):
            return framed(_ALPHATRACK, small(offset), plain(text, _CELLS))
        case TranzPortText(offset, text):
            return framed(_TRANZPORT, small(offset), plain(text, _CELLS))
        case AsparionText(strip, row, text):
            if row not in {1, 2} or not 0 <= strip < 8:
                raise ProtocolMisuse(f"a D700 has no row {row} on strip {strip}")
            place = small(strip * _ASPARION_WIDTH, row)
            return framed(_ASPARION, place, fixed(text, _ASPARION_WIDTH))
