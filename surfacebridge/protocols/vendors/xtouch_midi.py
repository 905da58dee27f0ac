"""Behringer X-Touch, Extender and One in their MIDI mode.

Owns: every control of that mode, both roles.
Does not own: their Mackie Control and HUI modes (``mcu``, ``hui``), Xctl (``xctl``).

Source: Behringer's MIDI mode implementation sheets; an older one misprints the
Extender's model as 42.  Buttons and lamps have no names there, only numbers.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi import encoder
from surfacebridge.protocols.midi.messages import ControlChange, MidiMessage, NoteOff, NoteOn, SysEx
from surfacebridge.protocols.midi.relative import ticks, value_of
from surfacebridge.protocols.vendors.frames import after, fixed, framed, refused, small

X_TOUCH: Final = 0x14
EXTENDER: Final = 0x15
ONE: Final = 0x41

LampState: TypeAlias = Literal["off", "blink", "on"]

_BEHRINGER: Final = bytes.fromhex("00 20 32")
_MODELS: Final = frozenset({X_TOUCH, EXTENDER, ONE})
_STRIP_DISPLAY: Final = 0x4C
_SEGMENTS: Final = 0x37
_TEXT: Final = 7
_DIGITS: Final = 12
_INVERT_UPPER: Final = 0x10
_INVERT_LOWER: Final = 0x20

_BUTTONS: Final = range(104)
_TOUCH: Final = range(0x6E, 0x77)
_FADERS: Final = range(0x46, 0x4F)
_ENCODERS: Final = range(0x50, 0x58)
_JOG: Final = 0x58
_METERS: Final = range(0x5A, 0x63)
_LAMP_VALUES: Final[dict[LampState, int]] = {"off": 0x00, "blink": 0x40, "on": 0x7F}


@dataclass(frozen=True, slots=True)
class StripDisplay:
    """A whole scribble strip: two rows of seven, colour bits red, green, blue."""

    strip: int
    colour: int
    upper: str
    lower: str
    invert_upper: bool = False
    invert_lower: bool = False
    model: int = X_TOUCH


@dataclass(frozen=True, slots=True)
class Segments:
    """All twelve seven-segment digits as bits, a (top) lowest; ``dots`` are 1..12."""

    bits: tuple[int, ...]
    dots: tuple[int, ...] = ()
    model: int = X_TOUCH


@dataclass(frozen=True, slots=True)
class FaderMoved:
    """A fader (8 the master) is at, or shall go to, 0..127."""

    strip: int
    value: int


@dataclass(frozen=True, slots=True)
class FaderTouched:
    """A finger is on a fader or has left it."""

    strip: int
    touched: bool


@dataclass(frozen=True, slots=True)
class ButtonChanged:
    """Button ``number`` (0..103) went down or up."""

    number: int
    pressed: bool


@dataclass(frozen=True, slots=True)
class EncoderTurned:
    """An encoder turned, where it is set to relative."""

    encoder: int
    ticks: int


@dataclass(frozen=True, slots=True)
class JogTurned:
    """The jog wheel turned."""

    ticks: int


@dataclass(frozen=True, slots=True)
class LampSet:
    """The lamp of button ``number`` is off, blinking or on."""

    number: int
    state: LampState


@dataclass(frozen=True, slots=True)
class RingSet:
    """An encoder's ring shows 0..127."""

    encoder: int
    value: int


@dataclass(frozen=True, slots=True)
class MeterSet:
    """A meter (8 the master) shows 0..127, by one lamp."""

    strip: int
    value: int


Said: TypeAlias = FaderMoved | FaderTouched | ButtonChanged | EncoderTurned | JogTurned
Told: TypeAlias = FaderMoved | LampSet | RingSet | MeterSet | StripDisplay | Segments


def from_surface(message: MidiMessage) -> Said | None:
    """Return what the surface said; None for MIDI that is not of this mode."""
    match message:
        case NoteOn(0, note, value):
            return _key(note, down=value > 0)
        case NoteOff(0, note):
            return _key(note, down=False)
        case ControlChange(0, controller, value) if controller in _FADERS:
            return FaderMoved(controller - _FADERS.start, value)
        case ControlChange(0, controller, value) if controller in _ENCODERS:
            return EncoderTurned(controller - _ENCODERS.start, ticks("bit6_up", value))
        case ControlChange(0, controller, value) if controller == _JOG:
            return JogTurned(ticks("bit6_up", value))
        case _:
            return None


def _key(note: int, *, down: bool) -> Said | None:
    if note in _TOUCH:
        return FaderTouched(note - _TOUCH.start, down)
    return ButtonChanged(note, down) if note in _BUTTONS else None


def to_surface(message: MidiMessage) -> Told | Malformed | None:
    """Return what the host said; None for MIDI that is not of this mode."""
    match message:
        case NoteOn(0, note, value) if note in _BUTTONS:
            return LampSet(note, "off" if value < 0x40 else "blink" if value == 0x40 else "on")
        case NoteOff(0, note) if note in _BUTTONS:
            return LampSet(note, "off")
        case ControlChange(0, controller, value) if controller in _FADERS:
            return FaderMoved(controller - _FADERS.start, value)
        case ControlChange(0, controller, value) if controller in _ENCODERS:
            return RingSet(controller - _ENCODERS.start, value)
        case ControlChange(0, controller, value) if controller in _METERS:
            return MeterSet(controller - _METERS.start, value)
        case SysEx():
            return _display(message)
        case _:
            return None


def _display(message: SysEx) -> Told | Malformed | None:
    data = after(_BEHRINGER, message)
    if data is None or len(data) < 2 or data[0] not in _MODELS:
        return None
    model, command, rest = data[0], data[1], data[2:]
    if command == _STRIP_DISPLAY and len(rest) == 2 + 2 * _TEXT:
        upper, lower = (rest[at : at + _TEXT].decode("ascii") for at in (2, 2 + _TEXT))
        inverted = bool(rest[1] & _INVERT_UPPER), bool(rest[1] & _INVERT_LOWER)
        return StripDisplay(rest[0], rest[1] & 7, upper, lower, *inverted, model)
    if command == _SEGMENTS and len(rest) == _DIGITS + 2:
        lit = rest[_DIGITS] | rest[_DIGITS + 1] << 7
        dots = tuple(digit for digit in range(1, _DIGITS + 1) if lit >> (digit - 1) & 1)
        return Segments(tuple(rest[:_DIGITS]), dots, model)
    if command in {_STRIP_DISPLAY, _SEGMENTS}:
        return refused(message, "X-Touch display with a wrong length")
    return None


def encode(message: Said | Told) -> bytes:
    """Return the bytes of ``message``; raise ProtocolMisuse for what cannot be said."""
    match message:
        case StripDisplay(strip, colour, upper, lower, invert_upper, invert_lower, model):
            look = colour | invert_upper * _INVERT_UPPER | invert_lower * _INVERT_LOWER
            head = small(model, _STRIP_DISPLAY, strip, look)
            return framed(_BEHRINGER, head, fixed(upper, _TEXT), fixed(lower, _TEXT))
        case Segments(bits, dots, model):
            return _segments(bits, dots, model)
        case FaderTouched(strip, on):
            return _note(_place(_TOUCH, strip), 0x7F if on else 0)
        case ButtonChanged(number, on):
            return _note(_place(_BUTTONS, number), 0x7F if on else 0)
        case LampSet(number, state):
            return _note(_place(_BUTTONS, number), _LAMP_VALUES[state])
        case _:
            return _control(message)


def _control(message: FaderMoved | RingSet | MeterSet | EncoderTurned | JogTurned) -> bytes:
    match message:
        case FaderMoved(strip, value):
            controller = _place(_FADERS, strip)
        case RingSet(ring, value):
            controller = _place(_ENCODERS, ring)
        case MeterSet(strip, value):
            controller = _place(_METERS, strip)
        case EncoderTurned(turned, turn):
            controller, value = _place(_ENCODERS, turned), value_of("bit6_up", turn)
        case JogTurned(turn):
            controller, value = _JOG, value_of("bit6_up", turn)
    return encoder.encode(ControlChange(0, controller, value))


def _note(note: int, velocity: int) -> bytes:
    return encoder.encode(NoteOn(0, note, velocity))


def _place(places: range, index: int) -> int:
    if not 0 <= index < len(places):
        raise ProtocolMisuse(f"there are {len(places)} of these, none is {index}")
    return places[index]


def _segments(bits: tuple[int, ...], dots: tuple[int, ...], model: int) -> bytes:
    if len(bits) != _DIGITS or not all(1 <= dot <= _DIGITS for dot in dots):
        raise ProtocolMisuse(f"the display has twelve digits, not {len(bits)} with dots {dots}")
    lit = sum(1 << (dot - 1) for dot in set(dots))
    return framed(_BEHRINGER, small(model, _SEGMENTS, *bits, lit & 0x7F, lit >> 7))
