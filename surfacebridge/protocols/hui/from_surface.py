"""HUI, surface to host: both directions of the codec.

A host decodes it; a bridge that plays the surface encodes it.
"""

from typing import Final

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.hui import layout
from surfacebridge.protocols.hui.messages import (
    FaderMoved,
    FaderReleased,
    FaderTouched,
    FromSurface,
    JogTurned,
    PingAnswered,
    SurfaceReset,
    SwitchPressed,
    SwitchReleased,
    VPotTurned,
)
from surfacebridge.protocols.hui.pairs import Pairs, fader_pair, port_pair
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi import encoder
from surfacebridge.protocols.midi.messages import ControlChange, MidiMessage, NoteOn, SystemReset

_MOST_TICKS: Final = 63
# The other way round than on a Mackie Control.
_CLOCKWISE: Final = 0x40
_PING_ANSWER: Final = NoteOn(0, 0, 0x7F)


class SurfaceDecoder:
    """What one surface says; remembers the halves of its pairs."""

    def __init__(self) -> None:
        self._pairs = Pairs()

    def receive(self, message: MidiMessage) -> FromSurface | Malformed | None:
        """Return what ``message`` completes; None for a first half and other MIDI."""
        match message:
            case ControlChange(0):
                return self._controller(message)
            case NoteOn() if message == _PING_ANSWER:
                return PingAnswered()
            case SystemReset():
                self._pairs = Pairs()
                return SurfaceReset()
            case _:
                return None

    def _controller(self, message: ControlChange) -> FromSurface | Malformed | None:
        match message.controller:
            case layout.SWITCH_ZONE:
                self._pairs.choose_zone(message.value)
            case layout.SWITCH_PORT:
                return self._switch(message)
            case layout.JOG:
                ticks = _ticks(message.value)
                return JogTurned(ticks) if ticks else None
            case controller if controller in layout.FADER_HIGH:
                self._pairs.high(controller, message.value)
            case controller if controller in layout.FADER_LOW:
                return self._pairs.low(controller - layout.FADER_LOW.start, message)
            case controller if controller in layout.VPOT:
                ticks = _ticks(message.value)
                return VPotTurned(controller - layout.VPOT.start, ticks) if ticks else None
            case _:
                pass
        return None

    def _switch(self, message: ControlChange) -> FromSurface | Malformed | None:
        heard = self._pairs.port(message)
        if heard is None or isinstance(heard, Malformed):
            return heard
        (zone, port), down = heard
        if zone < layout.STRIPS and port == layout.TOUCH_PORT:
            return FaderTouched(zone) if down else FaderReleased(zone)
        name = layout.SWITCH_AT.get((zone, port))
        if name is None:
            return None
        return SwitchPressed(*name) if down else SwitchReleased(*name)


def _ticks(value: int) -> int:
    ticks = value & _MOST_TICKS
    return ticks if value & _CLOCKWISE else -ticks


def encode(message: FromSurface) -> bytes:
    """Return the bytes of ``message``, both halves of a pair together.

    Raises ProtocolMisuse for what a HUI cannot say.
    """
    match message:
        case FaderMoved():
            return fader_pair(message)
        case FaderTouched(strip) | FaderReleased(strip):
            return _touch(strip, touched=isinstance(message, FaderTouched))
        case SwitchPressed(name, strip) | SwitchReleased(name, strip):
            return _switch(name, strip, down=isinstance(message, SwitchPressed))
        case VPotTurned(knob, ticks):
            if not 0 <= knob < len(layout.VPOT):
                raise ProtocolMisuse(f"a HUI has no knob {knob}")
            return encoder.encode(ControlChange(0, layout.VPOT[knob], _turn(ticks)))
        case JogTurned(ticks):
            return encoder.encode(ControlChange(0, layout.JOG, _turn(ticks)))
        case PingAnswered():
            return encoder.encode(_PING_ANSWER)
        case SurfaceReset():
            return encoder.encode(SystemReset())


def _touch(strip: int, *, touched: bool) -> bytes:
    if not 0 <= strip < layout.STRIPS:
        raise ProtocolMisuse(f"a HUI senses no touch on fader {strip}")
    place = strip, layout.TOUCH_PORT
    return port_pair(layout.SWITCH_ZONE, layout.SWITCH_PORT, place, on=touched)


def _switch(name: str, strip: int | None, *, down: bool) -> bytes:
    place = layout.place_in(layout.SWITCHES, name, strip)
    return port_pair(layout.SWITCH_ZONE, layout.SWITCH_PORT, place, on=down)


def _turn(ticks: int) -> int:
    if not 1 <= abs(ticks) <= _MOST_TICKS:
        raise ProtocolMisuse(f"one message turns by 1 to 63 ticks, not {ticks}")
    return _CLOCKWISE | ticks if ticks > 0 else -ticks
