"""X-Touch, its Extender and One in their MIDI mode as surfaces.

Owns: gestures out of their controllers and notes, bytes out of shows, scribble
strips and digits.
Does not own: their Mackie mode (``mcu``), Xctl (``xctl``), or how fast bytes
may leave.

Rules: this mode has seven bits for a fader and one lamp for a meter; for more
choose the Mackie mode.  Encoders must be set to relative (CTRL REL) on the
unit.  A display is told whole, so several changes of one leave as the last.
"""

from collections.abc import Sequence
from typing import Final

from surfacebridge.model.controls import Gesture, Moved, Turned, plain_control
from surfacebridge.model.feedback import (
    LampState,
    Show,
    ShowColour,
    ShowLamp,
    ShowMeter,
    ShowMotor,
    ShowRing,
    ShowText,
)
from surfacebridge.model.sheets import DeviceSheet
from surfacebridge.profiles.mackie_display import time_places
from surfacebridge.profiles.midi_surface import MidiSurface, Place
from surfacebridge.profiles.scribble import ScribbleStrip, blank_strips
from surfacebridge.protocols.mcu.text import segment_digits
from surfacebridge.protocols.midi.messages import MidiMessage
from surfacebridge.protocols.vendors import xtouch_midi as codec
from surfacebridge.protocols.vendors.segments import segments_of

_TOP: Final = 127
_METER_RANGE: Final = 60.0
_DIGITS: Final = 12
_ASSIGNMENT: Final = 2
# One message tells all digits.
_SEGMENTS: Final = -1
_LAMPS: Final[dict[LampState, codec.LampState]] = {"dark": "off", "lit": "on", "blink": "blink"}


class XTouchMidiSurface(MidiSurface):
    """One unit, whichever ``model`` in its sheet says."""

    def __init__(self, name: str, sheet: DeviceSheet) -> None:
        """Build every table."""
        super().__init__(name, sheet)
        self._model = int(self.fact("model", codec.X_TOUCH))
        self._strips: dict[int, ScribbleStrip] = {}
        self._digits = [(" ", False)] * _DIGITS
        self._assignment = plain_control(name, "assignment")

    # The unit speaks.

    def hear(self, message: MidiMessage) -> Sequence[Gesture] | None:
        """Return the gestures in ``message``; None for one that means nothing here."""
        match codec.from_surface(message):
            case codec.FaderMoved(strip, value):
                fader = self.at("fader", strip)
                return (Moved(fader, value / _TOP),) if fader else None
            case codec.FaderTouched(strip, down):
                return self.touched(self.at("fader", strip), down=down)
            case codec.ButtonChanged(number, down):
                return self.pressed(self.at("key", number), down=down)
            case codec.EncoderTurned(number, ticks):
                knob = self.at("vpot", number)
                return (Turned(knob, ticks),) if knob and ticks else None
            case codec.JogTurned(ticks):
                jog = self.at("jog", 0)
                return (Turned(jog, ticks),) if jog and ticks else None
            case None:
                return None

    # The bridge speaks.

    def greet(self) -> None:
        """Make the displays blank and their colours white."""
        self._strips = blank_strips(self.places("text", "colour"))
        self._digits = [(" ", False)] * _DIGITS
        for strip in self._strips:
            self._draw(strip)

    def show(self, item: Show, place: Place) -> None:
        """Queue what shows ``item`` at ``place``."""
        number = int(place.number)
        match item:
            case ShowMotor(position=position):
                self._tell(codec.FaderMoved(number, _seven(position)))
            case ShowLamp(state=state):
                self._tell(codec.LampSet(number, _LAMPS[state]))
            case ShowRing(position=position):
                self._tell(codec.RingSet(number, _seven(position or 0.0)))
            case ShowMeter(level=level):
                self._tell(codec.MeterSet(number, _seven(1.0 + level / _METER_RANGE)))
            case ShowText(text=text) if not place.spec.per_strip:
                self._write_digits(place, text)
            case ShowText() | ShowColour():
                self._strips[number].take(item, place.spec.name)
                self._draw(number)

    def _write_digits(self, place: Place, text: str) -> None:
        first, last = _ASSIGNMENT, _DIGITS
        if place.control == self._assignment:
            first, last = 0, _ASSIGNMENT
        digits = segment_digits(text if first == 0 else time_places(text), last - first)
        self._digits[first:last] = reversed(digits)
        bits = tuple(segments_of(char) for char, _ in self._digits)
        dots = tuple(at for at, (_, dot) in enumerate(self._digits, 1) if dot)
        self.write(_SEGMENTS, codec.encode(codec.Segments(bits, dots, self._model)))

    def _draw(self, strip: int) -> None:
        shown = self._strips[strip]
        told = codec.StripDisplay(
            strip, shown.colour, shown.upper, shown.lower, shown.inverted, shown.inverted,
            self._model,
        )  # fmt: skip
        self.write(strip, codec.encode(told))

    def _tell(self, message: codec.Told) -> None:
        self.out.append(codec.encode(message))


def _seven(position: float) -> int:
    return round(min(max(position, 0.0), 1.0) * _TOP)
