"""X-Touch Compact and Mini in their standard mode as surfaces.

Owns: gestures out of controllers and notes, bytes out of shows, and the two
channels such a unit has.
Does not own: their Mackie mode (``mcu``, by a sheet), or layers: each has
controls of its own in the sheet.

Rules: hands are said on ``channel``, lamps and rings are told on the ``global
channel`` (both from 1, both set by people on the unit).  A unit redraws a ring
whenever its encoder turns, so what the ring shows is told again after each.
"""

from collections.abc import Sequence
from typing import Final

from surfacebridge.model.controls import Gesture, Moved
from surfacebridge.model.feedback import LampState, Show, ShowLamp, ShowMotor, ShowRing
from surfacebridge.model.sheets import DeviceSheet
from surfacebridge.profiles.midi_surface import MidiSurface, Place
from surfacebridge.protocols.midi.messages import ControlChange, MidiMessage, NoteOff, NoteOn
from surfacebridge.protocols.vendors import xtouch_compact as codec

_TOP: Final = 127
_RING_LAMPS: Final = 13
_TOUCHED: Final = 64
_LAMPS: Final[dict[LampState, codec.LampState]] = {"dark": "off", "lit": "on", "blink": "blink"}
_UNITS: Final = {"compact": codec.COMPACT, "mini": codec.MINI}


class XTouchCompactSurface(MidiSurface):
    """A Compact or a Mini, whichever ``unit`` in its sheet says."""

    def __init__(self, name: str, sheet: DeviceSheet) -> None:
        """Build every table."""
        super().__init__(name, sheet)
        self._unit = _UNITS.get(str(sheet.facts.get("unit")), codec.COMPACT)
        self._channel = int(self.fact("channel", 1)) - 1
        self._global = int(self.fact("global channel", 1)) - 1
        # A controller that says a finger is that far above the one that says the place.
        self._touch = int(self.fact("touch above", 0))
        # The controller of the first knob; rings are counted as knobs are.
        self._knobs = int(self.fact("first knob", 1))
        # What each ring was last told.
        self._rings: dict[int, bytes] = {}

    # The unit speaks.

    def hear(self, message: MidiMessage) -> Sequence[Gesture] | None:
        """Return the gestures in ``message``; None for one that means nothing here."""
        match message:
            case NoteOn(channel, note, velocity) if channel == self._channel:
                return self.pressed(self.at("key", note), down=velocity > 0)
            case NoteOff(channel, note) if channel == self._channel:
                return self.pressed(self.at("key", note), down=False)
            case ControlChange(channel, controller, value) if channel == self._channel:
                return self._controlled(controller, value)
            case _:
                return None

    def _controlled(self, controller: int, value: int) -> Sequence[Gesture] | None:
        if self._touch and (finger := self.at("fader", controller - self._touch)):
            return self.touched(finger, down=value >= _TOUCHED)
        moved = self.at("fader", controller) or self.at("knob", controller)
        if moved is None:
            return None
        told = self._rings.get(controller - self._knobs)
        if told is not None:
            self.out.append(told)
        return (Moved(moved, value / _TOP),)

    # The bridge speaks.

    def greet(self) -> None:
        """Ask for the standard mode, and for rings that draw one lamp."""
        self._rings.clear()
        self._tell(codec.ModeSet(mackie=False))
        for place in self.places("ring"):
            self._tell(codec.RingStyled(int(place.number), "single"))

    def show(self, item: Show, place: Place) -> None:
        """Queue what shows ``item`` at ``place``."""
        number = int(place.number)
        match item:
            case ShowMotor(position=position):
                value = round(min(max(position, 0.0), 1.0) * _TOP)
                self._tell(codec.FaderMoved(number - self._unit.faders.start, value))
            case ShowLamp(state=state):
                self._tell(codec.LampSet(number, _LAMPS[state]))
            case ShowRing(position=position):
                ring = codec.RingSet(number, "off")
                if position is not None:
                    lamp = 1 + round(min(max(position, 0.0), 1.0) * (_RING_LAMPS - 1))
                    ring = codec.RingSet(number, "on", lamp)
                self._rings[number] = self._tell(ring)
            case _:
                pass

    def _tell(self, message: codec.Told) -> bytes:
        data = codec.encode(self._unit, message, self._global)
        self.out.append(data)
        return data
