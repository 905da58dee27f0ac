"""PreSonus FaderPort 8 and 16 in their native mode.

Owns: text, strip modes, coloured lamps, meters, faders and the keep-alive.
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
    KeyPressure,
    MidiMessage,
    NoteOn,
    PitchBend,
    SysEx,
)
from surfacebridge.protocols.vendors.frames import after, framed, plain, refused, small

FADERPORT_8: Final = 0x02
FADERPORT_16: Final = 0x16

FADER_TOP: Final = 0x3FF0
"""The fader's 1024 steps end here, not at 3FFF."""

KEEP_ALIVE: Final = 1.0
"""How often a FaderPort 16 wants to hear ``KeepAlive``."""

Component: TypeAlias = Literal["red", "green", "blue"]
LampState: TypeAlias = Literal["off", "blink", "on"]

_PRESONUS: Final = bytes.fromhex("00 01 06")
_MODELS: Final = {FADERPORT_8: 8, FADERPORT_16: 16}
_TEXT: Final = 0x12
_STRIP_MODE: Final = 0x13
_LONGEST_TEXT: Final = 30
_COMPONENTS: Final[tuple[Component, ...]] = ("red", "green", "blue")
_STATES: Final[dict[LampState, int]] = {"off": 0x00, "blink": 0x01, "on": 0x7F}
_STATE_AT: Final = {value: state for state, value in _STATES.items()}
_METERS: Final = 8


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
    """A strip's level, 0..127."""

    strip: int
    level: int


@dataclass(frozen=True, slots=True)
class FaderMoved:
    """A fader is at, or shall go to, 0..16368."""

    strip: int
    value: int


@dataclass(frozen=True, slots=True)
class KeepAlive:
    """The host is there."""


Told: TypeAlias = StripText | StripMode | LampColour | LampSet | MeterLevel | FaderMoved | KeepAlive


def to_surface(message: MidiMessage) -> Told | Malformed | None:
    """Return what the host said; None for other MIDI."""
    match message:
        case PitchBend(strip, value):
            return FaderMoved(strip, value)
        case ChannelPressure(strip, level) if strip < _METERS:
            return MeterLevel(strip, level)
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


def from_surface(message: MidiMessage) -> FaderMoved | None:
    """Return a fader's move; buttons and touch are notes, encoders Mackie's."""
    match message:
        case PitchBend(strip, value):
            return FaderMoved(strip, value)
        case _:
            return None


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


def encode(message: Told) -> bytes:
    """Return the bytes of ``message``; raise ProtocolMisuse for what cannot be said."""
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
        case MeterLevel(strip, level):
            if strip >= _METERS:
                raise ProtocolMisuse(f"there is no meter {strip}")
            return encoder.encode(ChannelPressure(strip, level))
        case FaderMoved(strip, value):
            return encoder.encode(PitchBend(strip, value))
        case KeepAlive():
            return encoder.encode(KeyPressure(0, 0, 0))


def _strip(strip: int, model: int) -> int:
    if not 0 <= strip < _MODELS.get(model, 0):
        raise ProtocolMisuse(f"FaderPort model {model:02X} has no strip {strip}")
    return strip
