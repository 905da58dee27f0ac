"""An X-Touch over the network, by Behringer's Xctl, as a surface.

Owns: the keep-alive both ways, gestures out of the unit's bytes, bytes out of
shows, scribble strips, rings and digits.
Does not own: the link: ``udp://ADDRESS:10111``, raw MIDI in
datagrams, heard on the same port.

Rules: the unit looks for a host every two seconds and gives up on one that it
does not hear for seven.  A unit that looks for the first time long after the
link opened was switched on meanwhile, and is painted then.  Meters fall within
a second and a bit, so each that is not dark is told again.
"""

from collections.abc import Sequence
from math import inf
from typing import Final

from surfacebridge.model.controls import Gesture, Moved, Turned, plain_control
from surfacebridge.model.feedback import (
    LampState,
    RingMode,
    Show,
    ShowColour,
    ShowLamp,
    ShowMeter,
    ShowMotor,
    ShowRing,
    ShowText,
)
from surfacebridge.model.sheets import ControlSpec, DeviceSheet
from surfacebridge.profiles.mackie_display import time_places
from surfacebridge.profiles.mackie_scale import FULL, bar_of
from surfacebridge.profiles.midi_surface import ASK_EVERY, MidiSurface, Number, Place
from surfacebridge.profiles.scribble import ScribbleStrip, blank_strips
from surfacebridge.protocols.mcu import from_surface, layout, messages
from surfacebridge.protocols.mcu.text import segment_digits
from surfacebridge.protocols.mcu.to_surface import encode as mackie
from surfacebridge.protocols.midi.messages import MidiMessage, NoteOff, NoteOn, PitchBend
from surfacebridge.protocols.vendors import xctl
from surfacebridge.protocols.vendors.segments import segments_of

_COARSE: Final = 4
_METER_TOP: Final = 8
# They fall in 1.2 s.
_METERS_EVERY: Final = 1.0
# Programs that drive it send up to 283 bytes at once (xn--nding-jua/XFBAPE).
_DATAGRAM: Final = 256
_RING_LAMPS: Final = 13
_MIDDLE: Final = 7
_ASSIGNMENT: Final = 2
_TIME: Final = 10
_LAMPS: Final[dict[LampState, messages.LampState]] = {"dark": "off", "lit": "on", "blink": "blink"}


class XctlSurface(MidiSurface):
    """One X-Touch in Xctl mode."""

    questions = inf

    def __init__(self, name: str, sheet: DeviceSheet) -> None:
        """Build every table; ProtocolMisuse if the sheet names a key the unit lacks."""
        super().__init__(name, sheet)
        self.health.reason = (
            "It has not looked for us yet; set its mode to Xctl, its interface to Network, "
            "its slave IP to this machine, and let UDP port 10111 through the firewall."
        )
        top = int(self.fact("top", layout.FADER_TOP))
        self._top, self._steps = top, top >> _COARSE
        self._assignment = plain_control(name, "assignment")
        self._strips: dict[int, ScribbleStrip] = {}
        self._levels: dict[int, int] = {}
        self._digits: dict[int, xctl.DigitSet] = {}
        self._opened = 0.0
        self._looked = False

    def number_of(self, spec: ControlSpec, strip: int | None) -> Number:
        """Return the number Mackie Control gives a control; keys and lamps go by notes."""
        match spec.kind:
            case "key":
                return layout.button_note(spec.name, strip)
            case "lamp":
                return layout.lamp_note(spec.name, strip)
            case "fader":
                return layout.MASTER if strip is None else strip
            case _:
                return super().number_of(spec, strip)

    # The unit speaks.

    def hear(self, message: MidiMessage) -> Sequence[Gesture] | None:
        """Return the gestures in ``message``; None for one that means nothing here."""
        match message:
            case PitchBend(channel, value):
                fader = self.at("fader", channel)
                place = min((value >> _COARSE) / self._steps, 1.0)
                return (Moved(fader, place),) if fader else None
            case NoteOn(0, note, velocity):
                return self._key(note, down=velocity > 0)
            case NoteOff(0, note):
                return self._key(note, down=False)
            case _ if xctl.from_surface(message):
                self._answer()
                return ()
            case _:
                return self._turn(from_surface.decode(message))

    def _key(self, note: int, *, down: bool) -> Sequence[Gesture] | None:
        if note in layout.TOUCH:
            return self.touched(self.at("fader", note - layout.TOUCH.start), down=down)
        return self.pressed(self.at("key", note), down=down)

    def _turn(self, said: object) -> Sequence[Gesture] | None:
        match said:
            case messages.VPotTurned(strip, ticks):
                knob = self.at("vpot", strip)
            case messages.JogTurned(ticks):
                knob = self.at("jog", 0)
            case messages.ConnectionQuery():
                # Its serial number; nothing is asked with it.
                return ()
            case _:
                return None
        return (Turned(knob, ticks),) if knob else None

    def _answer(self) -> None:
        self.out.append(xctl.encode(xctl.ProbeReply()))
        if not self._looked:
            self._looked = self.answers = True
            # Twice its own pace: no first look comes later from one that was there.
            if self.now - self._opened > 2 * ASK_EVERY:
                self.return_later()

    # Time.

    def open(self, now: float) -> None:
        """Begin to be there for the unit."""
        self._opened = now
        super().open(now)

    def question(self) -> bytes:
        """Return the sign of life a unit wants from its host."""
        return mackie(messages.DeviceQuery())

    def beat(self, now: float) -> float | None:
        """Tell meters again that would fall."""
        for strip, level in self._levels.items():
            if level:
                self.out.append(xctl.encode(xctl.MeterLevel(strip, level)))
        return now + _METERS_EVERY

    def greet(self) -> None:
        """Make the displays blank and their colours white."""
        self._levels.clear()
        self._digits.clear()
        self._strips = blank_strips(self.places("text", "colour"))
        for strip in self._strips:
            self._draw(strip)
        for place in self.places("ring"):
            self.show(ShowRing(self.name, place.control, None, "dot"), place)

    # The bridge speaks.

    def data_to_send(self) -> list[bytes]:
        """Return what is queued as datagrams of many messages.

        A surface that is painted in one for each message outruns the unit's socket.
        """
        datagrams: list[bytes] = []
        for message in super().data_to_send():
            if datagrams and len(datagrams[-1]) + len(message) <= _DATAGRAM:
                datagrams[-1] += message
            else:
                datagrams.append(message)
        return datagrams

    def show(self, item: Show, place: Place) -> None:
        """Queue what shows ``item`` at ``place``."""
        number = int(place.number)
        match item:
            case ShowMotor(position=position):
                spot = round(min(max(position, 0.0), 1.0) * self._steps)
                value = self._top if spot == self._steps else spot << _COARSE
                self.out.append(mackie(messages.FaderMoved(number, value)))
            case ShowLamp(state=state):
                name = place.spec.name
                strip = number - layout.lamp_note(name, 0) if place.spec.per_strip else None
                self.out.append(mackie(messages.LampSet(name, strip, _LAMPS[state])))
            case ShowMeter(level=level):
                self._levels[number] = round(bar_of(level) * _METER_TOP / FULL)
                self.out.append(xctl.encode(xctl.MeterLevel(number, self._levels[number])))
            case ShowRing(position=position, mode=mode):
                self._show_ring(number, position, mode)
            case ShowText(text=text) if not place.spec.per_strip:
                self._write_digits(place, text)
            case ShowText() | ShowColour():
                self._strips[number].take(item, place.spec.name)
                self._draw(number)

    def _show_ring(self, ring: int, position: float | None, mode: RingMode) -> None:
        lamps = ring_lamps(position, mode)
        left = sum(1 << (lamp - 1) for lamp in lamps if lamp <= _MIDDLE)
        right = sum(1 << (lamp - _MIDDLE - 1) for lamp in lamps if lamp > _MIDDLE)
        self.out.append(xctl.encode(xctl.RingHalf(ring, "left", left)))
        self.out.append(xctl.encode(xctl.RingHalf(ring, "right", right)))

    def _write_digits(self, place: Place, text: str) -> None:
        first, count = _ASSIGNMENT, _TIME
        if place.control == self._assignment:
            first, count = 0, _ASSIGNMENT
        digits = segment_digits(text if first == 0 else time_places(text), count)
        for at, (char, dot) in enumerate(reversed(digits), first):
            told = xctl.DigitSet(at, segments_of(char), dot)
            if self._digits.get(at) != told:
                self._digits[at] = told
                self.out.append(xctl.encode(told))

    def _draw(self, strip: int) -> None:
        shown = self._strips[strip]
        told = xctl.Scribble(strip, shown.colour, shown.upper, shown.lower, shown.inverted)
        self.write(strip, xctl.encode(told))


def ring_lamps(position: float | None, mode: RingMode) -> frozenset[int]:
    """Return which of thirteen lamps (1 on the left) show ``position`` 0…1."""
    if position is None:
        return frozenset()
    position = min(max(position, 0.0), 1.0)
    lamp = 1 + round(position * (_RING_LAMPS - 1))
    match mode:
        case "dot":
            return frozenset((lamp,))
        case "fill":
            return frozenset(range(1, lamp + 1))
        case "pan":
            return frozenset(range(min(lamp, _MIDDLE), max(lamp, _MIDDLE) + 1))
        case "spread":
            reach = round(position * (_MIDDLE - 1))
            return frozenset(range(_MIDDLE - reach, _MIDDLE + reach + 1))
