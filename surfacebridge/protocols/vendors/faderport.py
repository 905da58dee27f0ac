"""PreSonus FaderPort 8 and 16 in their native mode.

Owns: text, strip modes, value bars, coloured lamps, meters, faders, encoders and
the keep-alive.
Does not own: their Mackie Control and HUI modes, button names (a sheet has
them; strips 9 to 16 are scattered).

Source: Ardour (libs/surfaces/faderport8), REAPER, CSI.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi import encoder
from surfacebridge.protocols.midi.messages import (
    ChannelPressure,
    ControlChange,
    KeyPressure,
    MidiMessage,
    NoteOff,
    NoteOn,
    PitchBend,
    ProgramChange,
    SysEx,
)
from surfacebridge.protocols.midi.relative import ticks, value_of
from surfacebridge.protocols.vendors.frames import after, framed, plain, refused, small

FADERPORT_8: Final = 0x02
FADERPORT_16: Final = 0x16

FADER_TOP: Final = 0x3FF0
"""The fader's 1024 steps end here, not at 3FFF."""

KEEP_ALIVE: Final = 1.0
"""How often a FaderPort 16 wants to hear ``KeepAlive``."""

Component: TypeAlias = Literal["red", "green", "blue"]
LampState: TypeAlias = Literal["off", "blink", "on"]
BarStyle: TypeAlias = Literal["normal", "bipolar", "fill", "spread", "off"]

_PRESONUS: Final = bytes.fromhex("00 01 06")
_MODELS: Final = {FADERPORT_8: 8, FADERPORT_16: 16}
_TEXT: Final = 0x12
_STRIP_MODE: Final = 0x13
_LONGEST_TEXT: Final = 30
_COMPONENTS: Final[tuple[Component, ...]] = ("red", "green", "blue")
_STATES: Final[dict[LampState, int]] = {"off": 0x00, "blink": 0x01, "on": 0x7F}
_STATE_AT: Final = {value: state for state, value in _STATES.items()}
# Eight strips, and eight more on a FaderPort 16.
_HALF: Final = 8
_BARS: Final = (range(0x30, 0x38), range(0x40, 0x48))
_BAR_STYLES: Final = (range(0x38, 0x40), range(0x48, 0x50))
_STYLES: Final[tuple[BarStyle, ...]] = ("normal", "bipolar", "fill", "spread", "off")
_TOUCH: Final = {
    FADERPORT_8: range(0x68, 0x70),
    FADERPORT_16: range(0x68, 0x78),
}
_ENCODERS: Final = (0x3C, 0x10)


@dataclass(frozen=True, slots=True)
class StripText:
    """One line of a strip's display, about nine characters wide; ``align`` 0 is centred."""

    strip: int
    line: int
    text: str
    align: int = 0
    model: int = FADERPORT_8


@dataclass(frozen=True, slots=True)
class StripMode:
    """How a strip's display is laid out."""

    strip: int
    mode: int
    model: int = FADERPORT_8


@dataclass(frozen=True, slots=True)
class LampColour:
    """One component of a lamp's colour, 0..127."""

    note: int
    component: Component
    value: int


@dataclass(frozen=True, slots=True)
class LampSet:
    """A lamp is off, blinking or on."""

    note: int
    state: LampState


@dataclass(frozen=True, slots=True)
class MeterLevel:
    """A strip's level, 0..127; it falls by itself."""

    strip: int
    level: int


@dataclass(frozen=True, slots=True)
class ReductionLevel:
    """How much a strip's gain is reduced, 0..127."""

    strip: int
    level: int


@dataclass(frozen=True, slots=True)
class BarSet:
    """The bar under a strip's text shows 0..127."""

    strip: int
    value: int


@dataclass(frozen=True, slots=True)
class BarStyled:
    """How the bar under a strip's text is drawn."""

    strip: int
    style: BarStyle


@dataclass(frozen=True, slots=True)
class FaderMoved:
    """A fader is at, or shall go to, 0..16368."""

    strip: int
    value: int


@dataclass(frozen=True, slots=True)
class KeepAlive:
    """The host is there."""


@dataclass(frozen=True, slots=True)
class FaderTouched:
    """A finger is on a fader or has left it."""

    strip: int
    touched: bool


@dataclass(frozen=True, slots=True)
class ButtonChanged:
    """The button of a note went down or up."""

    note: int
    pressed: bool


@dataclass(frozen=True, slots=True)
class EncoderTurned:
    """An encoder turned: 0 below the faders' right end, 1 beside the parameters."""

    encoder: int
    ticks: int


Told: TypeAlias = (
    StripText
    | StripMode
    | LampColour
    | LampSet
    | MeterLevel
    | ReductionLevel
    | BarSet
    | BarStyled
    | FaderMoved
    | KeepAlive
)
Said: TypeAlias = FaderMoved | FaderTouched | ButtonChanged | EncoderTurned


def to_surface(message: MidiMessage) -> Told | Malformed | None:
    """Return what the host said; None for other MIDI."""
    match message:
        case PitchBend(strip, value):
            return FaderMoved(strip, value)
        case ChannelPressure(place, level):
            return _level(place, level, 0)
        case ProgramChange(place, level):
            return _level(place, level, _HALF)
        case ControlChange(0, controller, value):
            return _bar(controller, value)
        case NoteOn(0, note, velocity):
            return LampSet(note, _STATE_AT.get(velocity, "on"))
        case NoteOn(channel, note, value) if channel <= len(_COMPONENTS):
            return LampColour(note, _COMPONENTS[channel - 1], value)
        case KeyPressure(0, 0, 0):
            return KeepAlive()
        case SysEx():
            return _display(message)
        case _:
            return None


def _level(place: int, level: int, first: int) -> Told:
    if place < _HALF:
        return MeterLevel(first + place, level)
    return ReductionLevel(first + place - _HALF, level)


def _bar(controller: int, value: int) -> Told | None:
    for half in (0, 1):
        first = half * _HALF
        if controller in _BARS[half]:
            return BarSet(first + controller - _BARS[half].start, value)
        if controller in _BAR_STYLES[half] and value < len(_STYLES):
            return BarStyled(first + controller - _BAR_STYLES[half].start, _STYLES[value])
    return None


def from_surface(message: MidiMessage, model: int = FADERPORT_8) -> Said | None:
    """Return what a unit of ``model`` said; None for other MIDI."""
    match message:
        case PitchBend(strip, value):
            return FaderMoved(strip, value)
        case NoteOn(0, note, velocity):
            return _key(note, model, down=velocity > 0)
        case NoteOff(0, note):
            return _key(note, model, down=False)
        case ControlChange(0, controller, value) if controller in _ENCODERS:
            return EncoderTurned(_ENCODERS.index(controller), ticks("bit6_down", value))
        case _:
            return None


def _key(note: int, model: int, *, down: bool) -> Said:
    touch = _TOUCH[model]
    return FaderTouched(note - touch.start, down) if note in touch else ButtonChanged(note, down)


def _display(message: SysEx) -> Told | Malformed | None:
    data = after(_PRESONUS, message)
    if data is None or len(data) < 2 or data[0] not in _MODELS:
        return None
    model, command, rest = data[0], data[1], data[2:]
    if command == _TEXT:
        if len(rest) < 3 or rest[0] >= _MODELS[model]:
            return refused(message, "FaderPort text without a place")
        text = rest[3 : 3 + _LONGEST_TEXT].decode("ascii")
        return StripText(rest[0], rest[1], text, rest[2], model)
    if command == _STRIP_MODE:
        if len(rest) != 2 or rest[0] >= _MODELS[model]:
            return refused(message, "FaderPort strip mode with a wrong length")
        return StripMode(rest[0], rest[1], model)
    return None


def encode(message: Said | Told) -> bytes:
    """Return the bytes of ``message``; raise ProtocolMisuse for what cannot be said."""
    match message:
        case FaderMoved(strip, value):
            return encoder.encode(PitchBend(strip, value))
        case FaderTouched() | ButtonChanged() | EncoderTurned():
            return _said(message)
        case BarSet() | BarStyled():
            return _bar_bytes(message)
        case MeterLevel(strip, level):
            return _meter(strip, level, 0)
        case ReductionLevel(strip, level):
            return _meter(strip, level, _HALF)
        case _:
            return _told(message)


def _said(message: FaderTouched | ButtonChanged | EncoderTurned) -> bytes:
    match message:
        case FaderTouched(strip, touched):
            note = _TOUCH[FADERPORT_16][_strip(strip, FADERPORT_16)]
            return encoder.encode(NoteOn(0, note, 0x7F if touched else 0))
        case ButtonChanged(note, pressed):
            return encoder.encode(NoteOn(0, note, 0x7F if pressed else 0))
        case EncoderTurned(number, turned):
            if not 0 <= number < len(_ENCODERS):
                raise ProtocolMisuse(f"a FaderPort has two encoders, none is {number}")
            value = value_of("bit6_down", turned)
            return encoder.encode(ControlChange(0, _ENCODERS[number], value))


def _bar_bytes(message: BarSet | BarStyled) -> bytes:
    half, place = divmod(_strip(message.strip, FADERPORT_16), _HALF)
    match message:
        case BarSet(value=value):
            return encoder.encode(ControlChange(0, _BARS[half][place], value))
        case BarStyled(style=style):
            value = _STYLES.index(style)
            return encoder.encode(ControlChange(0, _BAR_STYLES[half][place], value))


def _told(message: StripText | StripMode | LampColour | LampSet | KeepAlive) -> bytes:
    match message:
        case StripText(strip, line, text, align, model):
            place = small(model, _TEXT, _strip(strip, model), line, align)
            return framed(_PRESONUS, place, plain(text, _LONGEST_TEXT))
        case StripMode(strip, mode, model):
            return framed(_PRESONUS, small(model, _STRIP_MODE, _strip(strip, model), mode))
        case LampColour(note, component, value):
            return encoder.encode(NoteOn(1 + _COMPONENTS.index(component), note, value))
        case LampSet(note, state):
            return encoder.encode(NoteOn(0, note, _STATES[state]))
        case KeepAlive():
            return encoder.encode(KeyPressure(0, 0, 0))


def _meter(strip: int, level: int, first: int) -> bytes:
    half, place = divmod(_strip(strip, FADERPORT_16), _HALF)
    kind = ProgramChange if half else ChannelPressure
    return encoder.encode(kind(first + place, level))


def _strip(strip: int, model: int) -> int:
    if not 0 <= strip < _MODELS.get(model, 0):
        raise ProtocolMisuse(f"FaderPort model {model:02X} has no strip {strip}")
    return strip
