"""Mackie Control and its clones as a surface, by sheet.

Owns: gestures out of a unit's bytes, bytes out of shows, the greeting, and
whether the unit is still there.
Does not own: when a motor may move (``routing``), or how fast bytes may leave.

Rules: many units never answer a question, so silence alone is no fault; a unit
that has answered before is missed when it stops.  Motors stay where they are
when the bridge leaves.
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
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.sheets import ControlSpec, DeviceSheet
from surfacebridge.model.values import Colour, Value
from surfacebridge.profiles.base import Health, Pack, Places
from surfacebridge.profiles.mackie_display import (
    ASPARION_CELLS,
    LCD_CELLS,
    MackieDisplay,
    look_of,
)
from surfacebridge.profiles.mackie_meters import HeldBars
from surfacebridge.profiles.mackie_scale import FULL, RINGS, bar_of, ring_lamp
from surfacebridge.profiles.midi_surface import numbered
from surfacebridge.profiles.overtaken import without_overtaken
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.mcu import from_surface, layout, messages
from surfacebridge.protocols.mcu.handshake import HostHandshake
from surfacebridge.protocols.mcu.to_surface import encode, lamp_bytes
from surfacebridge.protocols.midi.decoder import MidiDecoder
from surfacebridge.protocols.midi.messages import (
    MidiMessage,
    NoteOff,
    NoteOn,
    PitchBend,
)

# A question every so often keeps "alive" true; a unit that answers does so
# within milliseconds, so three lost in a row are a cable or a power supply.
ASK_EVERY: Final = 2.0
MISSED_AFTER: Final = 6.5

# Units that never answer are asked this often and then left in peace.
QUESTIONS: Final = 3

# An overload mark stays long enough to be seen from the other end of a room.
OVERLOAD_HOLD: Final = 2.0

_LAMPS: Final[dict[LampState, messages.LampState]] = {"dark": "off", "lit": "on", "blink": "blink"}
_PEDAL_TOP: Final = 0x7F
# The top ten of a fader's fourteen bits are its position.
_COARSE: Final = 4
_PITCH_BEND: Final = 0xE0

_NEVER_SPOKE: Final = (
    "Nothing has been heard from it yet; many units stay silent until a control is touched."
)
_NO_ANSWER: Final = (
    "It does not answer; check its cable and power, and that it is in Mackie Control mode."
)
_REFUSED: Final = "It refused this host; switch it off and on again."

Heard = Gesture | Arrived | Gone


class MackieSurface:
    """One unit of eight strips, main or extender, on one port."""

    def __init__(self, name: str, sheet: DeviceSheet) -> None:
        """Build every table; ProtocolMisuse if the sheet names a key the unit lacks."""
        self.health = Health(peer=sheet.title, synced=True)
        self._name = name
        self._title = sheet.title
        device_id = int(_number(sheet, "device id", layout.MACKIE_CONTROL))
        self._device_id = device_id
        self._bars = sheet.facts.get("meter bars", "none")
        self._redraw = _number(sheet, "redraw", 0.6)
        self._blinks = bool(sheet.facts.get("blink", True))
        self._dots_only = sheet.facts.get("rings") == "dot"
        self._answers = bool(sheet.facts.get("answers queries", False))
        top = int(_number(sheet, "top", layout.FADER_TOP))
        steps = top >> _COARSE
        self._positions = tuple(min(place / steps, 1.0) for place in range(1024))
        self._steps = steps
        self._top = top

        self._faders: dict[int, ControlId] = {}
        self._down: dict[int, Gesture] = {}
        self._up: dict[int, Gesture] = {}
        self._vpots: dict[int, ControlId] = {}
        self._jog: ControlId | None = None
        self._pedal: ControlId | None = None
        self._motors: dict[ControlId, int] = {}
        self._lamps: dict[ControlId, dict[LampState, bytes]] = {}
        self._texts: dict[ControlId, tuple[int, int, int]] = {}
        self._rings: dict[ControlId, int] = {}
        self._meters: dict[ControlId, int] = {}
        self._colours: dict[ControlId, int] = {}
        self._second: dict[ControlId, tuple[int, int | None]] = {}
        self._sides: dict[ControlId, int] = {}
        self._cells = ASPARION_CELLS if sheet.facts.get("texts") == "asparion" else LCD_CELLS
        for spec in sheet.controls.values():
            self._add(spec, sheet.strips)
        self._time = plain_control(name, "timecode")
        self._assignment = plain_control(name, "assignment")

        self._decoder = MidiDecoder()
        self._handshake = HostHandshake((device_id,))
        self._arrivals = 0
        look = look_of(
            sheet.facts,
            named=bool(self._texts),
            coloured=bool(self._colours),
            digits=bool({"timecode", "assignment"} & sheet.controls.keys()),
        )
        self._display = MackieDisplay(device_id, look)
        self._bars_told = HeldBars()
        self._overloads: dict[int, float] = {}
        self._out: list[bytes] = []
        self._now = 0.0
        self._text_from = 0.0
        self._ask_at: float | None = None
        self._asked = 0
        self._gone = False
        self._fingers: set[ControlId] = set()
        # A unit that answers our first question was there all along, and so was
        # the hand on it: it is painted when the hand is gone.
        self._met_under_a_hand = False

    # Tables.

    def _add(self, spec: ControlSpec, strips: int) -> None:
        places: Iterable[int | None] = range(strips) if spec.per_strip else (None,)
        for strip in places:
            if strip is None:
                control = plain_control(self._name, spec.name)
            else:
                control = strip_control(self._name, spec.name, strip + 1)
            self._add_one(spec, control, strip)

    def _add_one(self, spec: ControlSpec, control: ControlId, strip: int | None) -> None:
        match spec.kind:
            case "fader":
                self._add_fader(control, layout.MASTER if strip is None else strip)
            case "key":
                note = self._note_of(spec, strip)
                self._add_key(control, note)
                self._add_lamp(control, note)
            case "lamp":
                self._add_lamp(control, layout.lamp_note(spec.name, strip))
            case "jog":
                self._jog = control
            case "knob":
                self._pedal = control
            case "text" if spec.name.startswith(("lcd2.", "main.lcd2.")):
                self._second[control] = _row_of(spec), strip
            case "meter" if strip is None:
                self._sides[control] = int(spec.name.endswith("right"))
            case _ if strip is not None:
                self._add_to_strip(spec, control, strip)
            case _:
                pass

    def _add_to_strip(self, spec: ControlSpec, control: ControlId, strip: int) -> None:
        match spec.kind:
            case "vpot":
                self._vpots[strip] = control
            case "ring":
                self._rings[control] = strip
            case "meter":
                self._meters[control] = strip
            case "colour":
                self._colours[control] = strip
            case "text":
                width = min(spec.cells or self._cells, self._cells)
                self._texts[control] = _row_of(spec), strip, width
            case _:
                pass

    def _add_fader(self, control: ControlId, channel: int) -> None:
        self._faders[channel] = control
        self._motors[control] = channel
        touch = layout.TOUCH[channel]
        self._down[touch] = Touched(control)
        self._up[touch] = LetGo(control)

    def _note_of(self, spec: ControlSpec, strip: int | None) -> int:
        """Return a key's note: its sheet's, or the one that Mackie gave its name."""
        note = numbered(spec, "number", strip)
        return note if isinstance(note, int) else layout.button_note(spec.name, strip)

    def _add_key(self, control: ControlId, note: int) -> None:
        self._down[note] = Pressed(control)
        self._up[note] = Released(control)

    def _add_lamp(self, control: ControlId, note: int) -> None:
        self._lamps[control] = {
            state: lamp_bytes(note, self._lamp_state(state)) for state in _LAMPS
        }

    def _lamp_state(self, state: LampState) -> messages.LampState:
        # What cannot blink by itself is better lit than dark.
        return "on" if state == "blink" and not self._blinks else _LAMPS[state]

    # The unit speaks.

    def receive(self, data: bytes, now: float) -> Sequence[Heard]:
        """Return the gestures in ``data``, and ``Arrived`` where the unit started anew."""
        self._now = now
        heard: list[Heard] = []
        for message in self._decoder.receive(data):
            match message:
                case PitchBend(channel, value):
                    fader = self._faders.get(channel)
                    gesture: Gesture | None = (
                        Moved(fader, self._positions[value >> _COARSE]) if fader else None
                    )
                case NoteOn(0, note, velocity):
                    gesture = self._down.get(note) if velocity else self._up.get(note)
                case NoteOff(0, note):
                    # Some drivers turn a Note On with velocity 0 into this.
                    gesture = self._up.get(note)
                case Malformed():
                    self.health.malformed += 1
                    continue
                case _:
                    self._hear_other(message, heard, now)
                    continue
            if gesture is None:
                self.health.unknown += 1
            else:
                self._note_life(heard, now)
                heard.append(gesture)
                if isinstance(gesture, Touched | LetGo):
                    self._note_finger(gesture, heard)
        return heard

    def receive_all(self, chunks: Sequence[bytes], now: float) -> Sequence[Heard]:
        """Return what hands did; of several places of one fader only the last."""
        heard: list[Heard] = []
        for data in without_overtaken(chunks, _fader_of):
            heard += self.receive(data, now)
        return heard

    def plain_places(self) -> Places:
        """Return the plain moves of this unit: the key is the status of a pitch bend."""
        return Places(
            2,
            {
                _status(channel): (control, self._read_place)
                for channel, control in self._faders.items()
            },
        )

    def _read_place(self, data: bytes, now: float) -> float | None:
        """Return the place in one whole pitch bend of a unit that is known to be there."""
        health = self.health
        if not health.alive or health.reason or not self._decoder.passes(data):
            return None
        self._now = health.answered = now
        self._asked = 0
        return self._positions[(data[2] << 7 | data[1]) >> _COARSE]

    def _note_finger(self, gesture: Touched | LetGo, heard: list[Heard]) -> None:
        if isinstance(gesture, Touched):
            self._fingers.add(gesture.control)
            return
        self._fingers.discard(gesture.control)
        if self._met_under_a_hand and not self._fingers:
            self._met_under_a_hand = False
            heard.append(Arrived(self._name))

    def _hear_other(self, message: MidiMessage, heard: list[Heard], now: float) -> None:
        said = from_surface.decode(message)
        match said:
            case None:
                self.health.unknown += 1
                return
            case Malformed():
                self.health.malformed += 1
                return
            case messages.VPotTurned(strip, ticks):
                self._hear_turn(self._vpots.get(strip), ticks, heard, now)
            case messages.JogTurned(ticks):
                self._hear_turn(self._jog, ticks, heard, now)
            case messages.ExternalMoved(value):
                self._note_life(heard, now)
                if self._pedal:
                    heard.append(Moved(self._pedal, value / _PEDAL_TOP))
            case _:
                self._note_life(heard, now)
                self._greet(said, heard, now)

    def _hear_turn(
        self, control: ControlId | None, ticks: int, heard: list[Heard], now: float
    ) -> None:
        if control is None:
            self.health.unknown += 1
            return
        self._note_life(heard, now)
        heard.append(Turned(control, ticks))

    def _greet(self, said: messages.FromSurface, heard: list[Heard], now: float) -> None:
        if isinstance(said, messages.VersionReply):
            self._answers = True
            self.health.peer = f"{self._title}, version {said.version.strip()}"
        self._queue(self._handshake.receive(said, now))
        if self._handshake.state == "refused":
            self.health.alive = False
            self.health.reason = _REFUSED
        self._note_arrival(heard, now)

    def _note_arrival(self, heard: list[Heard], now: float) -> None:
        if self._handshake.arrivals == self._arrivals:
            return
        first = not self._arrivals
        self._arrivals = self._handshake.arrivals
        if self._handshake.state == "online":
            self._asked = 1
            self._ask_at = now + ASK_EVERY
            self._start_anew(now)
            self._met_under_a_hand = first and bool(self._fingers)
            # A unit that was missed may have been announced by the same message.
            if not self._met_under_a_hand and Arrived(self._name) not in heard:
                self._fingers.clear()
                heard.append(Arrived(self._name))

    def _note_life(self, heard: list[Heard], now: float) -> None:
        health = self.health
        health.answered = now
        self._asked = 0
        if health.alive and not health.reason:
            return
        health.alive = True
        health.reason = ""
        if self._gone:
            self._gone = False
            self._start_anew(now)
            heard.append(Arrived(self._name))

    # Time.

    def open(self, now: float) -> None:
        """Ask the unit who it is, and make its lamps dark."""
        self._now = now
        self.health.alive = not self._answers
        self.health.reason = _NO_ANSWER if self._answers else _NEVER_SPOKE
        self._queue(self._handshake.open(now))
        self._queue([messages.VersionRequest(self._device_id)])
        self._asked = 1
        self._ask_at = now + ASK_EVERY
        self._start_anew(now)

    def begin_again(self, now: float) -> None:
        """Take everything for unlit and unwritten, and draw it anew."""
        self._now = now
        self._start_anew(now)

    def wake(self, now: float) -> Sequence[Heard]:
        """Ask again, notice silence, hold up bars, and clear overload marks that stood enough."""
        self._now = now
        heard: list[Heard] = []
        self._queue(self._handshake.wake(now))
        self._note_arrival(heard, now)
        for strip in [strip for strip, until in self._overloads.items() if now >= until]:
            del self._overloads[strip]
            self._queue([messages.MeterOverload(strip, lit=False)])
        self._queue(messages.MeterLevel(*bar) for bar in self._bars_told.wake(now))
        if self._ask_at is not None and now >= self._ask_at:
            self._ask(heard, now)
        return heard

    def next_wakeup(self) -> float | None:
        """Return when ``wake`` is due next."""
        timers = [self._ask_at, self._handshake.next_wakeup(), self._bars_told.next_wakeup()]
        timers += self._overloads.values()
        if self._text_from > self._now and self._display.pending:
            timers.append(self._text_from)
        return min((due for due in timers if due is not None), default=None)

    def _ask(self, heard: list[Heard], now: float) -> None:
        self._ask_at = now + ASK_EVERY
        if self._answers:
            self._note_silence(heard, now)
        elif self._asked >= QUESTIONS:
            self._ask_at = None
            return
        self._asked += 1
        self._queue([messages.VersionRequest(self._device_id)])

    def _note_silence(self, heard: list[Heard], now: float) -> None:
        answered = self.health.answered
        if answered is None or self._gone or now - answered < MISSED_AFTER:
            return
        self._gone = True
        self.health.alive = False
        self.health.reason = _NO_ANSWER
        heard.append(Gone(self._name))

    def _start_anew(self, now: float) -> None:
        """Prepare a unit that shows nothing we know of."""
        self._display.forget()
        self._overloads.clear()
        self._bars_told = HeldBars()
        self._queue_dark()
        self._queue_meter_modes(now)

    def _queue_dark(self) -> None:
        self._out += (states["dark"] for states in self._lamps.values())
        self._queue(messages.RingSet(strip, "dot", 0) for strip in self._rings.values())

    def _queue_meter_modes(self, now: float) -> None:
        bars = self._bars in {"vertical", "horizontal"}
        # Sources disagree about which bit holds peaks and which draws the
        # bar; both or neither is the same by every reading.
        self._queue(
            messages.MeterMode(
                strip, signal_lamp=True, peak_hold=bars, lcd_bar=bars, device_id=self._device_id
            )
            for strip in self._meters.values()
        )
        if bars:
            self._queue([messages.MeterOrientation(self._bars == "vertical", self._device_id)])
            self._text_from = now + self._redraw

    # The bridge speaks.

    def send(self, item: Show, now: float) -> None:
        """Queue what shows ``item``; a control this unit lacks is dropped."""
        self._now = now
        match item:
            case ShowMotor(_, control, position):
                channel = self._motors.get(control)
                place = self._pack_place(position)
                if channel is not None and place is not None:
                    self._out.append(_status(channel) + place)
            case ShowLamp(_, control, state):
                lamp = self._lamps.get(control)
                if lamp is not None:
                    self._out.append(lamp[state])
            case ShowMeter(_, control, level):
                self._show_meter(control, level, now)
            case ShowRing(_, control, position, mode):
                self._show_ring(control, position, mode)
            case ShowText(_, control, text):
                self._show_text(control, text)
            case ShowColour(_, control, colour):
                self._show_colour(control, colour)

    def packer(self, name: str) -> Pack | None:
        """Return how to pack the positions of the motor ``name``."""
        channel = self._motors.get(ControlId(name))
        if channel is None:
            return None
        return _status(channel), self._pack_place

    def _pack_place(self, position: Value) -> bytes | None:
        """Return a pitch bend's two data bytes for a motor's position."""
        if type(position) is not float:
            return None
        place = round(min(max(position, 0.0), 1.0) * self._steps)
        value = self._top if place == self._steps else place << _COARSE
        return bytes((value & 0x7F, value >> 7))

    def _show_ring(self, control: ControlId, position: float | None, mode: RingMode) -> None:
        strip = self._rings.get(control)
        if strip is None:
            return
        mode = "dot" if self._dots_only else mode
        lamp, centred = ring_lamp(position, mode)
        self._queue([messages.RingSet(strip, RINGS[mode], lamp, centred)])

    def _show_colour(self, control: ControlId, colour: Colour) -> None:
        strip = self._colours.get(control)
        if strip is not None:
            self._display.colour(strip, colour)

    def _show_meter(self, control: ControlId, level: float, now: float) -> None:
        bar = bar_of(level)
        side = self._sides.get(control)
        if side is not None:
            self._queue([messages.MasterMeterLevel(side, bar)])
        strip = self._meters.get(control)
        if strip is None:
            return
        if bar == FULL:
            if strip not in self._overloads:
                self._queue([messages.MeterOverload(strip, lit=True)])
            self._overloads[strip] = now + OVERLOAD_HOLD
        if self._bars_told.needs(strip, bar):
            self._queue([messages.MeterLevel(strip, bar)])
        self._bars_told.told(strip, bar, now)

    def _show_text(self, control: ControlId, text: str) -> None:
        cell = self._texts.get(control)
        if cell is not None:
            row, strip, width = cell
            self._display.write_cell(row, strip, text, width)
        elif control in self._second:
            row, place = self._second[control]
            self._display.write_second(row, place, text)
        elif control == self._time:
            self._display.write_time(text)
        elif control == self._assignment:
            self._display.write_assignment(text)

    def _queue(self, orders: Iterable[messages.ToSurface]) -> None:
        self._out += map(encode, orders)

    def data_to_send(self) -> list[bytes]:
        """Return what is queued, and all display changes since the last call at once."""
        out, self._out = self._out, []
        if self._display.pending and self._now >= self._text_from:
            out += self._display.changes()
        return out

    def close(self, now: float) -> None:
        """Say so on the display and make the lamps dark; motors stay where they are."""
        self._now = now
        self._text_from = now
        self._display.write_notice("surfacebridge stopped")
        self._queue_dark()


def _status(channel: int) -> bytes:
    """Return the status of a fader's places, both ways."""
    return bytes((_PITCH_BEND | channel,))


def _row_of(spec: ControlSpec) -> int:
    return 1 if spec.name.endswith("bottom") else 0


def _fader_of(data: bytes) -> int | None:
    """Return whose place a chunk is: a port hands over whole messages, and that is three bytes."""
    return data[0] if len(data) == 3 and data[0] & 0xF0 == _PITCH_BEND else None


def _number(sheet: DeviceSheet, fact: str, default: float) -> float:
    value = sheet.facts.get(fact, default)
    return value if isinstance(value, int | float) else default
