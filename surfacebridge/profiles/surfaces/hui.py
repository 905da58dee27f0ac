"""A Mackie HUI console as a surface; the bridge is its host.

Owns: gestures out of zones and ports, bytes out of shows, and the keep-alive.
Does not own: when a motor may move (``routing``), or how fast bytes may leave.

Rules: a HUI's faders are dead without a ping each second, so pings start at
once and never stop.  One that answered is missed after three seconds; when it
answers again it is blank and is painted anew.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from surfacebridge.model.controls import (
    ControlId,
    Gesture,
    LetGo,
    Moved,
    Pressed,
    Released,
    Touched,
    Turned,
    plain_control,
    strip_control,
)
from surfacebridge.model.feedback import (
    RingMode,
    Show,
    ShowColour,
    ShowLamp,
    ShowMeter,
    ShowMotor,
    ShowRing,
    ShowText,
)
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.sheets import ControlSpec, DeviceSheet
from surfacebridge.profiles.base import Health
from surfacebridge.profiles.hui_words import DISPLAYS, KNOBS, PARAM_RINGS, ROWS, SLICE, word_of
from surfacebridge.profiles.mackie_scale import RINGS, bar_of, ring_lamp
from surfacebridge.protocols.hui import layout, messages
from surfacebridge.protocols.hui.from_surface import SurfaceDecoder
from surfacebridge.protocols.hui.ping import PERIOD, HostPing
from surfacebridge.protocols.hui.to_surface import encode
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.mcu.text import lcd_text
from surfacebridge.protocols.midi.decoder import MidiDecoder

FADER_TOP: Final = 0x3FFF
# A lamp that a HUI cannot let blink is better lit than dark.
_LIT: Final = frozenset({"lit", "blink"})
_CELL: Final = 4
_ASSIGN_DISPLAY: Final = 8
_TIME_DIGITS: Final = 8

_NO_ANSWER: Final = (
    "It does not answer pings; check its cable and power, and that it is in HUI mode."
)

Heard = Gesture | Arrived | Gone


class HuiSurface:
    """One HUI, or a clone of one, on one port."""

    def __init__(self, name: str, sheet: DeviceSheet) -> None:
        """Build every table; ProtocolMisuse if the sheet names a switch a HUI lacks."""
        self.health = Health(peer=sheet.title, synced=True, reason=_NO_ANSWER)
        self._name = name
        top = sheet.facts.get("top", FADER_TOP)
        self._top = top if isinstance(top, int) else FADER_TOP
        self._faders: dict[int, ControlId] = {}
        self._switches: dict[tuple[str, int | None], ControlId] = {}
        self._knobs: dict[int, ControlId] = {}
        self._jog: ControlId | None = None
        self._motors: dict[ControlId, int] = {}
        self._lamps: dict[ControlId, tuple[str, int | None]] = {}
        self._cells: dict[ControlId, int] = {}
        self._displays: dict[ControlId, range] = {}
        self._rings: dict[ControlId, int] = {}
        self._meters: dict[ControlId, int] = {}
        for spec in sheet.controls.values():
            for number in range(1, sheet.strips + 1) if spec.per_strip else (0,):
                self._add(spec, number)
        self._midi = MidiDecoder()
        self._decoder = SurfaceDecoder()
        self._ping = HostPing()
        self._arrivals = 0
        self._missed = False
        self._opened = 0.0
        self._time = plain_control(name, "timecode")
        self._out: list[bytes] = []

    def _add(self, spec: ControlSpec, number: int) -> None:
        strip = number - 1 if number else None
        control = (
            strip_control(self._name, spec.name, number)
            if number
            else plain_control(self._name, spec.name)
        )
        match spec.kind:
            case "fader":
                place = strip if strip is not None else layout.STRIPS
                self._faders[place] = control
                self._motors[control] = place
            case "key" | "lamp":
                self._add_switch(spec, control, strip)
            case "vpot":
                self._knobs[KNOBS[spec.name] if strip is None else strip] = control
            case "jog":
                self._jog = control
            case "ring":
                self._rings[control] = PARAM_RINGS[spec.name] if strip is None else strip
            case "meter" if strip is not None:
                self._meters[control] = strip
            case "text":
                self._add_text(spec, control, strip)
            case _:
                pass

    def _add_switch(self, spec: ControlSpec, control: ControlId, strip: int | None) -> None:
        name = word_of(spec.name)
        if spec.kind == "key":
            layout.place_in(layout.SWITCHES, name, strip)
            self._switches[name, strip] = control
        if spec.lamp or spec.kind == "lamp":
            layout.place_in(layout.LAMPS, name, strip)
            self._lamps[control] = (name, strip)

    def _add_text(self, spec: ControlSpec, control: ControlId, strip: int | None) -> None:
        if strip is not None:
            self._cells[control] = strip
        elif spec.name == "assignment":
            self._cells[control] = _ASSIGN_DISPLAY
        elif spec.name in DISPLAYS:
            self._displays[control] = DISPLAYS[spec.name]

    # The console speaks.

    def receive(self, data: bytes, now: float) -> Sequence[Heard]:
        """Return the gestures in ``data``, and ``Arrived`` where the console started anew."""
        heard: list[Heard] = []
        for midi in self._midi.receive(data):
            if isinstance(midi, Malformed):
                self.health.malformed += 1
                continue
            said = self._decoder.receive(midi)
            match said:
                case None:
                    pass
                case Malformed():
                    self.health.malformed += 1
                case messages.PingAnswered() | messages.SurfaceReset():
                    self._ping.receive(said, now)
                    self._note_life(heard, now)
                case _:
                    gesture = self._gesture(said)
                    if gesture is None:
                        self.health.unknown += 1
                    else:
                        heard.append(gesture)
        return heard

    def _gesture(self, said: messages.FromSurface) -> Gesture | None:
        match said:
            case messages.FaderMoved(strip, value):
                fader = self._faders.get(strip)
                return Moved(fader, min(value / self._top, 1.0)) if fader else None
            case messages.FaderTouched(strip):
                fader = self._faders.get(strip)
                return Touched(fader) if fader else None
            case messages.FaderReleased(strip):
                fader = self._faders.get(strip)
                return LetGo(fader) if fader else None
            case messages.SwitchPressed(name, strip):
                key = self._switches.get((name, strip))
                return Pressed(key) if key else None
            case messages.SwitchReleased(name, strip):
                key = self._switches.get((name, strip))
                return Released(key) if key else None
            case messages.VPotTurned(knob, ticks):
                vpot = self._knobs.get(knob)
                return Turned(vpot, ticks) if vpot else None
            case messages.JogTurned(ticks):
                return Turned(self._jog, ticks) if self._jog else None
            case _:
                return None

    def _note_life(self, heard: list[Heard], now: float) -> None:
        health = self.health
        health.alive = self._ping.alive
        if not self._ping.alive:
            health.reason = _NO_ANSWER
            return
        health.answered = now
        health.reason = ""
        if self._ping.arrivals != self._arrivals:
            # The answer to our very first ping: it was there all along and heard
            # everything since.  A later one was switched on meanwhile, or is back.
            was_there = not self._arrivals and now - self._opened < PERIOD
            self._arrivals = self._ping.arrivals
            self._missed = False
            if not was_there:
                heard.append(Arrived(self._name))

    # Time.

    def open(self, now: float) -> None:
        """Send the first ping, and make every lamp dark."""
        self._opened = now
        self._queue(self._ping.open(now))
        self._queue(
            messages.LampSet(name, strip, lit=False) for name, strip in self._lamps.values()
        )

    def wake(self, now: float) -> Sequence[Heard]:
        """Ping, and notice silence."""
        self._queue(self._ping.wake(now))
        self.health.alive = self._ping.alive
        if self._ping.alive or self._missed or not self._arrivals:
            return ()
        self._missed = True
        self.health.reason = _NO_ANSWER
        return (Gone(self._name),)

    def next_wakeup(self) -> float | None:
        """Return when the next ping is due."""
        return self._ping.next_wakeup()

    # The bridge speaks.

    def send(self, item: Show, now: float) -> None:
        """Queue what shows ``item``; a control this console lacks is dropped."""
        del now
        match item:
            case ShowMotor(_, control, position) if control in self._motors:
                value = round(min(max(position, 0.0), 1.0) * self._top)
                self._queue([messages.FaderMoved(self._motors[control], value)])
            case ShowLamp(_, control, state) if control in self._lamps:
                name, strip = self._lamps[control]
                self._queue([messages.LampSet(name, strip, state in _LIT)])
            case ShowRing(_, control, position, mode) if control in self._rings:
                self._show_ring(self._rings[control], position, mode)
            case ShowMeter(_, control, level) if control in self._meters:
                bar = bar_of(level)
                strip = self._meters[control]
                self._queue(messages.MeterLevel(strip, side, bar) for side in (0, 1))
            case ShowText(_, control, text):
                self._show_text(control, text)
            case ShowColour():
                pass  # a HUI has no colours
            case _:
                pass

    def _show_ring(self, strip: int, position: float | None, mode: RingMode) -> None:
        lamp, centred = ring_lamp(position, mode)
        self._queue([messages.RingSet(strip, RINGS[mode], lamp, centred)])

    def _show_text(self, control: ControlId, text: str) -> None:
        if control in self._cells:
            self._queue([messages.SmallText(((self._cells[control], _padded(text, _CELL)),))])
        elif control in self._displays:
            places = self._displays[control]
            line = _padded(text, SLICE * len(places))
            slices = tuple(
                (place, line[at : at + SLICE])
                for place, at in zip(places, range(0, len(line), SLICE), strict=True)
            )
            self._queue([messages.LargeText(slices)])
        elif control == self._time:
            self._queue([messages.TimeDigits(_digits(text))])

    def _queue(self, orders: Iterable[messages.ToSurface]) -> None:
        self._out += map(encode, orders)

    def data_to_send(self) -> list[bytes]:
        """Return and forget the queued messages, both halves of a pair together."""
        out, self._out = self._out, []
        return out

    def close(self, now: float) -> None:
        """Make the lamps dark and say why on the displays; the motors stay."""
        del now
        self._queue(
            messages.LampSet(name, strip, lit=False) for name, strip in self._lamps.values()
        )
        for control in self._cells:
            self._show_text(control, "")
        for name, text in zip(ROWS, ("surfacebridge stopped", ""), strict=True):
            self._show_text(plain_control(self._name, name), text)


def _padded(text: str, width: int) -> str:
    return lcd_text(text)[:width].ljust(width)


def _digits(text: str) -> tuple[messages.Digit, ...]:
    """Return the last eight digits of a time, right-most first; points light their digit's dot."""
    digits: list[messages.Digit] = []
    for char in text.upper():
        if char in ".:;," and digits:
            digits[-1] = (digits[-1][0], True)
        elif char in "0123456789ABCDEF ":
            digits.append((char, False))
    padded = [(" ", False)] * (_TIME_DIGITS - len(digits)) + digits[-_TIME_DIGITS:]
    return tuple(reversed(padded))
