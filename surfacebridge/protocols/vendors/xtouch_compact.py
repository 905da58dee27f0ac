"""Behringer X-Touch Compact and Mini in their standard mode.

Owns: what a host tells them; from them come plain controllers and notes.
Does not own: the global channel people set on the unit; the caller gives it.

Source: the Compact's manual (page 32), the Mini's receive data table.  Both
redraw a ring themselves when its encoder turns: send it again after each turn.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.midi import encoder
from surfacebridge.protocols.midi.messages import ControlChange, MidiMessage, NoteOn, ProgramChange

Style: TypeAlias = Literal["single", "pan", "fan", "spread", "trim"]
Pattern: TypeAlias = Literal["off", "on", "blink", "all_on", "all_blink"]
LampState: TypeAlias = Literal["off", "on", "blink"]

_MODE: Final = 0x7F
_STYLES: Final[tuple[Style, ...]] = ("single", "pan", "fan", "spread", "trim")
_LAMP_STATES: Final[tuple[LampState, ...]] = ("off", "on", "blink")
_RING_LAMPS: Final = 13
_ALL_ON: Final = 27
_ALL_BLINK: Final = 28


@dataclass(frozen=True, slots=True)
class Unit:
    """Which controllers and notes a model listens to."""

    faders: range
    styles: range
    rings: range
    lamps: range


COMPACT: Final = Unit(range(1, 10), range(10, 26), range(26, 42), range(39))
MINI: Final = Unit(range(0), range(1, 9), range(9, 17), range(16))


@dataclass(frozen=True, slots=True)
class ModeSet:
    """The unit shall speak Mackie Control, or its standard mode."""

    mackie: bool


@dataclass(frozen=True, slots=True)
class LayerSet:
    """The unit shall show layer 0 (A) or 1 (B)."""

    layer: int


@dataclass(frozen=True, slots=True)
class FaderMoved:
    """A fader (8 the master) shall go to 0..127."""

    strip: int
    value: int


@dataclass(frozen=True, slots=True)
class RingStyled:
    """How an encoder draws its own ring."""

    encoder: int
    style: Style


@dataclass(frozen=True, slots=True)
class RingSet:
    """What a ring shows: ``lamp`` 1..13 where the pattern is on or blink, else 0."""

    encoder: int
    pattern: Pattern
    lamp: int = 0


@dataclass(frozen=True, slots=True)
class LampSet:
    """The lamp of a button is off, on or blinking."""

    number: int
    state: LampState


Told: TypeAlias = ModeSet | LayerSet | FaderMoved | RingStyled | RingSet | LampSet


def decode(unit: Unit, message: MidiMessage) -> Told | None:
    """Return what the host said on any channel; None for other MIDI."""
    match message:
        case ControlChange(_, controller, value):
            return _controlled(unit, controller, value)
        case NoteOn(_, note, velocity) if note in unit.lamps and velocity < len(_LAMP_STATES):
            return LampSet(note, _LAMP_STATES[velocity])
        case ProgramChange(_, program) if program < 2:
            return LayerSet(program)
        case _:
            return None


def _controlled(unit: Unit, controller: int, value: int) -> Told | None:
    if controller == _MODE:
        return ModeSet(value > 0)
    if controller in unit.faders:
        return FaderMoved(controller - unit.faders.start, value)
    if controller in unit.styles and value < len(_STYLES):
        return RingStyled(controller - unit.styles.start, _STYLES[value])
    if controller in unit.rings and value <= _ALL_BLINK:
        return _ring(controller - unit.rings.start, value)
    return None


def _ring(ring: int, value: int) -> RingSet:
    if value == 0:
        return RingSet(ring, "off")
    if value >= _ALL_ON:
        return RingSet(ring, "all_on" if value == _ALL_ON else "all_blink")
    blink, lamp = divmod(value - 1, _RING_LAMPS)
    return RingSet(ring, "blink" if blink else "on", lamp + 1)


def encode(unit: Unit, message: Told, channel: int = 0) -> bytes:
    """Return the bytes of ``message``; raise ProtocolMisuse for what cannot be said."""
    match message:
        case ModeSet(mackie):
            return encoder.encode(ControlChange(channel, _MODE, int(mackie)))
        case LayerSet(layer):
            return encoder.encode(ProgramChange(channel, layer))
        case FaderMoved(strip, value):
            return encoder.encode(ControlChange(channel, _place(unit.faders, strip), value))
        case RingStyled(ring, style):
            value = _STYLES.index(style)
            return encoder.encode(ControlChange(channel, _place(unit.styles, ring), value))
        case RingSet(ring):
            value = _pattern_value(message)
            return encoder.encode(ControlChange(channel, _place(unit.rings, ring), value))
        case LampSet(number, state):
            velocity = _LAMP_STATES.index(state)
            return encoder.encode(NoteOn(channel, _place(unit.lamps, number), velocity))


def _pattern_value(ring: RingSet) -> int:
    match ring.pattern:
        case "off":
            return 0
        case "all_on":
            return _ALL_ON
        case "all_blink":
            return _ALL_BLINK
        case "on" | "blink":
            if not 1 <= ring.lamp <= _RING_LAMPS:
                raise ProtocolMisuse(f"a ring has thirteen lamps, none is {ring.lamp}")
            return ring.lamp + (_RING_LAMPS if ring.pattern == "blink" else 0)


def _place(places: range, index: int) -> int:
    if not 0 <= index < len(places):
        raise ProtocolMisuse(f"there are {len(places)} of these, none is {index}")
    return places[index]
