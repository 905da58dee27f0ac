"""PreSonus FaderPort of 2006, one fader, in its native mode.

Owns: its buttons, lamps, fader and encoder, both roles.
Does not own: who it is (``midi.identity``), or which turns of its encoder were
meant: it says more than a hand did (``profiles``).

Source: Ardour (libs/surfaces/faderport).  A button and its lamp have different
numbers, and the motor understands 10 bits where the fader sends 14.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.midi import encoder
from surfacebridge.protocols.midi.messages import (
    ControlChange,
    KeyPressure,
    MidiMessage,
    NoteOn,
    PitchBend,
)

_NATIVE: Final = NoteOn(1, 0x00, 0x64)
_BUTTONS: Final = {
    "user": 0x00,
    "punch": 0x01,
    "shift": 0x02,
    "rewind": 0x03,
    "forward": 0x04,
    "stop": 0x05,
    "play": 0x06,
    "record": 0x07,
    "auto.touch": 0x08,
    "auto.write": 0x09,
    "auto.read": 0x0A,
    "mix": 0x0B,
    "project": 0x0C,
    "transport": 0x0D,
    "undo": 0x0E,
    "loop": 0x0F,
    "rec": 0x10,
    "solo": 0x11,
    "mute": 0x12,
    "channel.left": 0x13,
    "bank": 0x14,
    "channel.right": 0x15,
    "output": 0x16,
    "auto.off": 0x17,
    "foot": 0x7E,
    "touch": 0x7F,
}
_LAMPS: Final = {
    "record": 0x00,
    "play": 0x01,
    "stop": 0x02,
    "forward": 0x03,
    "rewind": 0x04,
    "shift": 0x05,
    "punch": 0x06,
    "user": 0x07,
    "loop": 0x08,
    "undo": 0x09,
    "transport": 0x0A,
    "project": 0x0B,
    "mix": 0x0C,
    "auto.read": 0x0D,
    "auto.write": 0x0E,
    "auto.touch": 0x0F,
    "auto.off": 0x10,
    "output": 0x11,
    "channel.right": 0x12,
    "bank": 0x13,
    "channel.left": 0x14,
    "mute": 0x15,
    "solo": 0x16,
    "rec": 0x17,
}
_BUTTON_AT: Final = {number: name for name, number in _BUTTONS.items()}
_LAMP_AT: Final = {number: name for name, number in _LAMPS.items()}
_HIGH: Final = 0x00
_LOW: Final = 0x20
_MOTOR_TOP: Final = 1023
_CLOCKWISE: Final = 0x0001
_MIDDLE: Final = 0x2000
_COUNTERCLOCKWISE: Final = 0x3FFF


@dataclass(frozen=True, slots=True)
class NativeMode:
    """The unit shall speak its native mode."""


@dataclass(frozen=True, slots=True)
class ButtonChanged:
    """A button, the foot switch or the fader's touch (``"touch"``) changed."""

    name: str
    pressed: bool


@dataclass(frozen=True, slots=True)
class LampSet:
    """A lamp is on or off."""

    name: str
    lit: bool


@dataclass(frozen=True, slots=True)
class FaderMoved:
    """The fader is at 0..16383."""

    value: int


@dataclass(frozen=True, slots=True)
class MotorMoved:
    """The fader shall go to 0..1023."""

    value: int


@dataclass(frozen=True, slots=True)
class EncoderTurned:
    """The encoder says one step, clockwise positive."""

    ticks: int


Said: TypeAlias = ButtonChanged | FaderMoved | EncoderTurned
Told: TypeAlias = NativeMode | LampSet | MotorMoved


class _Pair:
    """The high half of the fader's place heard last."""

    def __init__(self) -> None:
        self._high: int | None = None

    def receive(self, message: ControlChange) -> int | None:
        if message.controller == _HIGH:
            self._high = message.value
        if message.controller != _LOW or self._high is None:
            return None
        return self._high << 7 | message.value


class SurfaceDecoder:
    """What the unit says."""

    def __init__(self) -> None:
        self._pair = _Pair()

    def receive(self, message: MidiMessage) -> Said | None:
        """Return what ``message`` completes; None for a first half and other MIDI."""
        match message:
            case KeyPressure(0, number, pressed) if number in _BUTTON_AT:
                return ButtonChanged(_BUTTON_AT[number], pressed > 0)
            case ControlChange(0):
                value = self._pair.receive(message)
                return None if value is None else FaderMoved(value)
            case PitchBend(0, value):
                return EncoderTurned(1 if value < _MIDDLE else -1)
            case _:
                return None


class HostDecoder:
    """What a host says."""

    def __init__(self) -> None:
        self._pair = _Pair()

    def receive(self, message: MidiMessage) -> Told | None:
        """Return what ``message`` completes; None for a first half and other MIDI."""
        match message:
            case NoteOn() if message == _NATIVE:
                return NativeMode()
            case KeyPressure(0, number, lit) if number in _LAMP_AT:
                return LampSet(_LAMP_AT[number], lit > 0)
            case ControlChange(0):
                value = self._pair.receive(message)
                return None if value is None else MotorMoved(min(value, _MOTOR_TOP))
            case _:
                return None


def encode(message: Said | Told) -> bytes:
    """Return the bytes of ``message``; raise ProtocolMisuse for what cannot be said."""
    match message:
        case NativeMode():
            return encoder.encode(_NATIVE)
        case ButtonChanged(name, on):
            return _switch(_BUTTONS, name, on=on)
        case LampSet(name, on):
            return _switch(_LAMPS, name, on=on)
        case FaderMoved(value):
            return _pair_bytes(value, 0x3FFF)
        case MotorMoved(value):
            return _pair_bytes(value, _MOTOR_TOP)
        case EncoderTurned(ticks):
            value = _CLOCKWISE if ticks > 0 else _COUNTERCLOCKWISE
            return encoder.encode(PitchBend(0, value))


def _switch(names: dict[str, int], name: str, *, on: bool) -> bytes:
    if name not in names:
        raise ProtocolMisuse(f"a FaderPort has no {name!r}")
    return encoder.encode(KeyPressure(0, names[name], int(on)))


def _pair_bytes(value: int, top: int) -> bytes:
    if not 0 <= value <= top:
        raise ProtocolMisuse(f"{value} is outside 0..{top}")
    high = encoder.encode(ControlChange(0, _HIGH, value >> 7))
    return high + encoder.encode(ControlChange(0, _LOW, value & 0x7F))
