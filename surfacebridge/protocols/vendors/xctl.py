"""Behringer's Xctl, where it differs from Mackie Control.

Owns: probe and answer, scribble strips, rings and digits as bits, meters.
Does not own: faders, buttons, V-Pots and the jog wheel, which are Mackie
Control's (``mcu``); the UDP port (10111), or the clock behind ``KEEP_ALIVE``.

Source: "Xctl Protocol for X-Touch V1.0" (firmware 1.15), x-touch-xctl.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi import encoder
from surfacebridge.protocols.midi.messages import ChannelPressure, ControlChange, MidiMessage, SysEx
from surfacebridge.protocols.vendors.frames import after, fixed, framed, refused, small

KEEP_ALIVE: Final = 6.0
"""Send Mackie's device query to 14 this often; the unit gives up after 7 to 8 s."""

Side: TypeAlias = Literal["left", "right"]

_PROBE: Final = bytes.fromhex("00 20 32 58 54")
_SCRIBBLE: Final = bytes.fromhex("00 00 66 58")
_STRIPS: Final = range(0x20, 0x28)
_TEXT: Final = 7
_INVERT_LOWER: Final = 0x40
_LEFT: Final = range(0x30, 0x38)
_RIGHT: Final = range(0x38, 0x40)
_DIGITS: Final = range(0x60, 0x6C)
_DOTTED: Final = range(0x70, 0x7C)
_LOUDEST: Final = 8


@dataclass(frozen=True, slots=True)
class Probe:
    """The unit looks for a host, every two seconds."""


@dataclass(frozen=True, slots=True)
class ProbeReply:
    """The host is there."""


@dataclass(frozen=True, slots=True)
class Scribble:
    """A whole scribble strip: two rows of seven, colour bits red, green, blue.

    A zero character is left out and centres the rest of its row.
    """

    strip: int
    colour: int
    upper: str
    lower: str
    invert_lower: bool = False


@dataclass(frozen=True, slots=True)
class RingHalf:
    """Half a ring as bits, both from the left to the right.

    Left: bit 0 is the outermost lamp (L6), bit 5 the one next to the middle (L1),
    bit 6 the middle itself.  Right: bit 0 is next to the middle (R1).
    Two public programs count them so: dewiweb/XCTL_ and xn--nding-jua/XFBAPE.
    """

    encoder: int
    side: Side
    bits: int


@dataclass(frozen=True, slots=True)
class DigitSet:
    """One digit as bits, a (top) lowest to g: 0 and 1 assignment, 2..11 time from the left."""

    digit: int
    bits: int
    dot: bool = False


@dataclass(frozen=True, slots=True)
class MeterLevel:
    """A strip's level, 0..8; it falls fast, so repeat it within 1.2 s."""

    strip: int
    level: int


Told: TypeAlias = ProbeReply | Scribble | RingHalf | DigitSet | MeterLevel


def from_surface(message: MidiMessage) -> Probe | None:
    """Return the unit's probe; None for MIDI that Mackie Control explains."""
    return Probe() if message == SysEx(_PROBE + b"\x00") else None


def to_surface(message: MidiMessage) -> Told | Malformed | None:
    """Return what the host said; None for MIDI that Mackie Control explains."""
    match message:
        case SysEx():
            return ProbeReply() if message.data == _PROBE + b"\x01" else _scribble(message)
        case ChannelPressure(0, pressure) if pressure & 0xF <= _LOUDEST:
            return MeterLevel(pressure >> 4, pressure & 0xF)
        case ControlChange(0, controller, value):
            return _controlled(controller, value)
        case _:
            return None


def _controlled(controller: int, value: int) -> Told | None:
    if controller in _LEFT:
        return RingHalf(controller - _LEFT.start, "left", value)
    if controller in _RIGHT:
        return RingHalf(controller - _RIGHT.start, "right", value & 0x3F)
    if controller in _DIGITS:
        return DigitSet(controller - _DIGITS.start, value)
    if controller in _DOTTED:
        return DigitSet(controller - _DOTTED.start, value, dot=True)
    return None


def _scribble(message: SysEx) -> Told | Malformed | None:
    data = after(_SCRIBBLE, message)
    if not data or data[0] not in _STRIPS:
        return None
    if len(data) != 2 + 2 * _TEXT:
        return refused(message, "Xctl scribble strip with a wrong length")
    upper, lower = (data[at : at + _TEXT].decode("ascii") for at in (2, 2 + _TEXT))
    inverted = bool(data[1] & _INVERT_LOWER)
    return Scribble(data[0] - _STRIPS.start, data[1] & 7, upper, lower, inverted)


def encode(message: Probe | Told) -> bytes:
    """Return the bytes of ``message``; raise ProtocolMisuse for what cannot be said."""
    match message:
        case Probe():
            return framed(_PROBE, b"\x00")
        case ProbeReply():
            return framed(_PROBE, b"\x01")
        case Scribble(strip, colour, upper, lower, invert_lower):
            look = small(_place(_STRIPS, strip), colour | invert_lower * _INVERT_LOWER)
            return framed(_SCRIBBLE, look, fixed(upper, _TEXT), fixed(lower, _TEXT))
        case RingHalf(ring, side, bits):
            controller = _place(_LEFT if side == "left" else _RIGHT, ring)
            return encoder.encode(ControlChange(0, controller, bits))
        case DigitSet(digit, bits, dot):
            controller = _place(_DOTTED if dot else _DIGITS, digit)
            return encoder.encode(ControlChange(0, controller, bits))
        case MeterLevel(strip, level):
            place = _place(range(8), strip) << 4 | _place(range(_LOUDEST + 1), level)
            return encoder.encode(ChannelPressure(0, place))


def _place(places: range, index: int) -> int:
    if not 0 <= index < len(places):
        raise ProtocolMisuse(f"there are {len(places)} of these, none is {index}")
    return places[index]
