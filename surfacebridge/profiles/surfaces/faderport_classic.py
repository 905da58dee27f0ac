"""The FaderPort of 2006 as a surface: one fader, one encoder, in its native mode.

Owns: gestures out of its bytes, bytes out of shows, and which turns of its
encoder were meant.
Does not own: who it is and whether it is there (``midi_surface``).

Rule: it wakes in another mode, so each greeting says the native one; it then
shows nothing.  Its encoder says more steps than a hand turned, some of them
backwards (Ardour, libs/surfaces/faderport).
"""

from collections.abc import Sequence
from typing import Final

from surfacebridge.model.controls import Gesture, Moved, Turned
from surfacebridge.model.feedback import Show, ShowLamp, ShowMotor
from surfacebridge.model.sheets import ControlSpec, DeviceSheet
from surfacebridge.profiles.midi_surface import MidiSurface, Number, Place
from surfacebridge.protocols.midi.messages import ControlChange, MidiMessage
from surfacebridge.protocols.vendors import faderport_classic as classic

_TOP: Final = 0x3FFF
_MOTOR_TOP: Final = 1023
# A step that soon after another is none; one the other way that soon must come
# thrice in a row to be meant.
_JITTER: Final = 0.010
_SPINNING: Final = 0.100
_MEANT: Final = 3
# The halves of a fader's place come as two messages.
_HALVES: Final = frozenset((0x00, 0x20))


class FaderPortClassicSurface(MidiSurface):
    """One FaderPort on one port."""

    def __init__(self, name: str, sheet: DeviceSheet) -> None:
        """Build every table."""
        super().__init__(name, sheet)
        self._unit = classic.SurfaceDecoder()
        self._way = 0
        self._run = 0
        self._turned_at = float("-inf")

    def number_of(self, spec: ControlSpec, strip: int | None) -> Number:
        """Return the name of a key or lamp: it goes by that on the wire too."""
        if spec.kind in {"key", "lamp"}:
            return spec.name
        return super().number_of(spec, strip)

    # The unit speaks.

    def hear(self, message: MidiMessage) -> Sequence[Gesture] | None:
        """Return the gestures in ``message``; None for one that means nothing here."""
        match self._unit.receive(message):
            case classic.ButtonChanged("touch", down):
                return self.touched(self.at("fader", 0), down=down)
            case classic.ButtonChanged(button, down):
                return self.pressed(self.at("key", button), down=down)
            case classic.FaderMoved(value):
                fader = self.at("fader", 0)
                return (Moved(fader, value / _TOP),) if fader else None
            case classic.EncoderTurned(ticks):
                return self._turn(ticks)
            case None:
                is_half = isinstance(message, ControlChange) and message.controller in _HALVES
                return () if is_half else None

    def _turn(self, way: int) -> Sequence[Gesture] | None:
        knob = self.at("vpot", 0)
        if knob is None:
            return None
        since, spun = self.now - self._turned_at, self._way
        self._run = self._run + way if self._run * way > 0 else way
        if since < _JITTER or (since < _SPINNING and way != spun and abs(self._run) < _MEANT):
            return ()
        self._way, self._turned_at = way, self.now
        return (Turned(knob, way),)

    # The bridge speaks.

    def greet(self) -> None:
        """Ask for the native mode."""
        self.out.append(classic.encode(classic.NativeMode()))

    def show(self, item: Show, place: Place) -> None:
        """Queue what shows ``item`` at ``place``; its lamps cannot blink."""
        match item:
            case ShowMotor(position=position):
                spot = round(min(max(position, 0.0), 1.0) * _MOTOR_TOP)
                self.out.append(classic.encode(classic.MotorMoved(spot)))
            case ShowLamp(state=state):
                lamp = classic.LampSet(str(place.number), state != "dark")
                self.out.append(classic.encode(lamp))
            case _:
                pass
