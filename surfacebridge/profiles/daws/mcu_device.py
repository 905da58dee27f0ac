"""A DAW that takes us for a Mackie Control.

Owns: what a host tells its surface, as reports, and what hands do, as the
surface's messages; the surface's side of the greeting.
Does not own: banks, names or automation: the host owns all state.

Rules: parameters are named like the controls of the surface we play.  A host
with a wrong or missing answer is used all the same.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.sheets import ParameterSpec, TargetSheet
from surfacebridge.model.values import EIGHT_COLOURS, Value
from surfacebridge.profiles.base import Health
from surfacebridge.profiles.emulation import (
    fraction,
    joined_key,
    shown_digits,
    split_key,
    turns,
)
from surfacebridge.profiles.mackie_meters import FallingBars
from surfacebridge.profiles.mackie_scale import FULL, level_of, ring_value
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.mcu import layout, messages, to_surface
from surfacebridge.protocols.mcu.from_surface import encode
from surfacebridge.protocols.mcu.handshake import SurfaceHandshake
from surfacebridge.protocols.mcu.text import LcdScreen
from surfacebridge.protocols.midi.decoder import MidiDecoder

Heard = Report | Arrived | Gone

# Picky hosts take no more ticks than this from one message.
MOST_TICKS: Final = 15

_COARSE: Final = 4
_PEDAL_TOP: Final = 0x7F
_SERIAL_LENGTH: Final = 7
_ROWS: Final = ("top", "bottom")
_TIME_DIGITS: Final = len(layout.TIME_DIGIT)
_ASSIGNMENT_DIGITS: Final = len(layout.ASSIGNMENT_DIGIT)

_NEVER_SPOKE: Final = (
    "The host has not said anything yet; choose this port as a Mackie Control in its settings."
)
_GOODBYE: Final = "The host sent its surfaces away; it is used again when it speaks."

_NO_HEARTBEAT: Final = (
    "The host has stopped its heartbeat; see that it runs and that this port is still its"
    " Mackie Control. What hands do is still sent to it."
)

# Nobody has published how often Cubase asks: three of the pauses it has shown, and no less.
_BEATS_MISSED: Final = 3
_LEAST_SILENCE: Final = 10.0

_ANSWERS: Final[dict[str, str]] = {
    "wrong": "The host answered the challenge wrongly, as Ardour does; it is used all the same.",
    "late": "The host answered the challenge late; it is used all the same.",
}

# REAPER begins with the vendors' reset, those that greet with a query.
_BEGINNINGS: Final = (messages.DeviceQuery, messages.VendorReset, messages.Reset)

_Orders = list[messages.FromSurface]


class MackieDevice:
    """One emulated unit on one port."""

    def __init__(self, name: str, sheet: TargetSheet) -> None:
        """Build every table; ``serial`` among the sheet's facts names this unit to its host.

        Raises ProtocolMisuse if the sheet has a key no Mackie Control has.
        """
        self.health = Health(reason=_NEVER_SPOKE, synced=True)
        self._name = name
        device_id = sheet.facts.get("device id")
        self._device_id = device_id if isinstance(device_id, int) else layout.MACKIE_CONTROL
        serial = str(sheet.facts.get("serial", "SB00001")).encode("ascii", "replace")
        self._handshake = SurfaceHandshake(
            self._device_id, serial=serial[:_SERIAL_LENGTH].ljust(_SERIAL_LENGTH, b"0")
        )
        self._decoder = MidiDecoder()
        top = sheet.facts.get("host top")
        self._top = top if isinstance(top, int) else layout.FADER_TOP
        self._known: dict[str, ParameterId] = {}
        self._orders: dict[ParameterId, Callable[[Value], _Orders]] = {}
        for key, spec in sheet.parameters.items():
            parameter = ParameterId(f"{name}.{key}")
            self._known[key] = parameter
            self._add(parameter, key, spec)
        self._touched: dict[int, messages.FaderReleased] = {}
        self._beat_at: float | None = None
        self._beat_due: float | None = None
        self._forget()
        self._present = False
        self._pending: list[Heard] = []
        self._out: list[bytes] = []
        self._now = 0.0

    # Tables.

    def _add(self, parameter: ParameterId, key: str, spec: ParameterSpec) -> None:
        name, strip = split_key(key)
        match name:
            case "fader" | "main.fader":
                channel = layout.MASTER if strip is None else strip
                self._orders[parameter] = lambda value: self._move(channel, value)
            case "fader.touch" | "main.fader.touch":
                channel = layout.MASTER if strip is None else strip
                self._orders[parameter] = lambda value: self._touch(channel, value)
            case "vpot" if strip is not None:
                pot = strip
                self._orders[parameter] = lambda value: _turn(
                    value, lambda ticks: messages.VPotTurned(pot, ticks)
                )
            case "jog":
                self._orders[parameter] = lambda value: _turn(value, messages.JogTurned)
            case "pedal":
                self._orders[parameter] = _push_pedal
            case _ if spec.kind == "switch" and name not in layout.LAMPS:
                layout.button_note(name, strip)
                self._orders[parameter] = lambda value: _press(name, strip, value)
            case _:
                pass

    def _forget(self) -> None:
        self._bars = FallingBars()
        self._screen = LcdScreen()
        self._cells: dict[str, str] = {}
        self._time: list[messages.Digit] = [(" ", False)] * _TIME_DIGITS
        self._assignment: list[messages.Digit] = [(" ", False)] * _ASSIGNMENT_DIGITS
        self._painted = False

    # Time.

    def open(self, now: float) -> None:
        """Announce the unit; a host that only listens cannot be told from one that is there."""
        self._now = now
        self._queue(self._handshake.open(now))
        self._present = True
        self._pending.append(Arrived(self._name))

    def begin_again(self, now: float) -> None:
        """Announce the unit as if its power came: hosts that paint then do so now.

        Many never do, so what they told before stays known.
        """
        self._now = now
        self._queue(self._handshake.open(now))

    def wake(self, now: float) -> Sequence[Heard]:
        """Note a challenge nobody answered and a heartbeat that stopped, and let bars fall."""
        self._now = now
        self._handshake.wake(now)
        if self._beat_due is not None and now >= self._beat_due:
            self._beat_at = self._beat_due = None
            self.health.alive = False
            self.health.reason = _NO_HEARTBEAT
        for strip, bar in self._bars.wake(now):
            self._report(f"meter.{strip + 1}", level_of(bar))
        return self._take_pending()

    def next_wakeup(self) -> float | None:
        """Return when ``wake`` is due next."""
        pending = self._now if self._pending else None
        greeting, bars = self._handshake.next_wakeup(), self._bars.next_wakeup()
        timers = (pending, greeting, bars, self._beat_due)
        return min((due for due in timers if due is not None), default=None)

    def close(self, now: float) -> None:
        """Let go of every fader; a surface has no goodbye."""
        self._now = now
        self._queue(self._touched.values())
        self._touched.clear()

    # The host speaks.

    def watch(self, parameters: Sequence[ParameterId], now: float) -> None:
        """Do nothing: a host cannot be asked, and tells everything it changes."""
        self._now = now

    def receive(self, data: bytes, now: float) -> Sequence[Heard]:
        """Return what the host wants shown, as reports."""
        self._now = now
        for message in self._decoder.receive(data):
            said = message if isinstance(message, Malformed) else to_surface.decode(message)
            match said:
                case None:
                    self.health.unknown += 1
                case Malformed():
                    self.health.malformed += 1
                case _ if getattr(said, "device_id", self._device_id) == self._device_id:
                    self._hear(said, now)
                case _:
                    # Meant for another unit of the same host.
                    pass
        return self._take_pending()

    def _hear(self, said: messages.ToSurface, now: float) -> None:
        self.health.answered = now
        self._queue(self._handshake.receive(said, now))
        if isinstance(said, messages.ConnectionReply):
            self._note_answer()
        if isinstance(said, messages.SteinbergQuery):
            self._note_heartbeat(now)
        if isinstance(said, messages.GoOffline):
            self._leave()
            return
        self.health.alive = True
        self.health.reason = ""
        if not self._present or (isinstance(said, _BEGINNINGS) and self._painted):
            # A host that begins again has started again, and will paint again.
            self._present = True
            self._forget()
            self._pending.append(Arrived(self._name))
        self._show(said)

    def _note_answer(self) -> None:
        note = _ANSWERS.get(self._handshake.verdict)
        if note is not None and note not in self.health.notes:
            self.health.notes.append(note)

    def _note_heartbeat(self, now: float) -> None:
        if self._beat_at is not None:
            pause = now - self._beat_at
            self._beat_due = now + max(_BEATS_MISSED * pause, _LEAST_SILENCE)
        self._beat_at = now

    def _leave(self) -> None:
        self.health.alive = False
        self.health.reason = _GOODBYE
        if self._present:
            self._present = False
            self._pending.append(Gone(self._name))

    def _show(self, said: messages.ToSurface) -> None:
        match said:
            case messages.FaderMoved(strip, value):
                name = "main.fader" if strip == layout.MASTER else f"fader.{strip + 1}"
                # Ten bits: hosts call 16368, 16380 or 16383 the top.
                self._report(name, min((value >> _COARSE) / (self._top >> _COARSE), 1.0))
            case messages.LampSet(name, strip, state):
                self._report(joined_key(name, strip), state != "off")
            case messages.RingSet():
                self._report(f"ring.{said.strip + 1}", ring_value(said.position, said.mode))
            case messages.MeterLevel(strip, level):
                self._show_bar(strip, min(level, FULL))
            case messages.MeterOverload(strip, lit=True):
                self._show_bar(strip, FULL)
            case messages.LampsOff():
                self._darken()
            case messages.FadersToMinimum():
                self._report("main.fader", 0.0)
                for strip in range(layout.STRIPS):
                    self._report(f"fader.{strip + 1}", 0.0)
            case _:
                self._show_display(said)

    def _show_display(self, said: messages.ToSurface) -> None:
        match said:
            case messages.LcdText():
                self._screen.write(said)
                self._report_cells(said)
            case messages.StripColours(colours):
                for strip, colour in enumerate(colours):
                    self._report(f"lcd.{strip + 1}.color", EIGHT_COLOURS[colour])
            case messages.TimeDigit(position, char, dot):
                self._time[position] = char, dot
                self._report("timecode", shown_digits(self._time))
            case messages.TimeDigits(digits):
                self._time[: len(digits)] = digits
                self._report("timecode", shown_digits(self._time))
            case messages.AssignmentDigit(position, char, dot):
                self._assignment[position] = char, dot
                self._report("assignment", shown_digits(self._assignment))
            case messages.AssignmentDigits(right, left):
                self._assignment = [right, left]
                self._report("assignment", shown_digits(self._assignment))
            case _:
                pass

    def _darken(self) -> None:
        for name in layout.STRIP_BUTTONS:
            for strip in range(layout.STRIPS):
                self._report(joined_key(name, strip), value=False)
        for name in (*layout.BUTTONS, *layout.LAMPS):
            self._report(name, value=False)

    def _show_bar(self, strip: int, bar: int) -> None:
        self._bars.hear(strip, bar, self._now)
        self._report(f"meter.{strip + 1}", level_of(bar))

    def _report_cells(self, said: messages.LcdText) -> None:
        """Report the strips' texts that ``said`` touched and changed."""
        first = said.offset // layout.LCD_PER_STRIP
        last = (said.offset + max(len(said.text), 1) - 1) // layout.LCD_PER_STRIP
        for place in range(first, last + 1):
            row, strip = divmod(place, layout.STRIPS)
            name = f"lcd.{strip + 1}.{_ROWS[row]}"
            text = self._screen.cell(row, strip).rstrip()
            if self._cells.get(name) != text:
                self._cells[name] = text
                self._report(name, text)

    def _report(self, name: str, value: Value) -> None:
        self._painted = True
        parameter = self._known.get(name)
        if parameter is not None:
            self._pending.append(Report(parameter, value))

    def _take_pending(self) -> Sequence[Heard]:
        pending, self._pending = self._pending, []
        return pending

    # The bridge speaks.

    def send(self, item: Write, now: float) -> None:
        """Queue what a hand on the unit would have made it say; the rest is counted."""
        self._now = now
        orders = self._orders.get(item.parameter)
        if orders is None:
            self.health.unknown += 1
        else:
            self._queue(orders(item.value))

    def _move(self, channel: int, value: Value) -> _Orders:
        position = fraction(value)
        if position is None:
            return []
        # A real fader has ten bits: half way is 8192, all the way what the host calls its top.
        steps = self._top >> _COARSE
        place = round(position * steps)
        wire = self._top if place == steps else place << _COARSE
        return [messages.FaderMoved(channel, wire)]

    def _touch(self, channel: int, value: Value) -> _Orders:
        released = messages.FaderReleased(channel)
        if not value:
            self._touched.pop(channel, None)
            return [released]
        self._touched[channel] = released
        return [messages.FaderTouched(channel)]

    def _queue(self, orders: Iterable[messages.FromSurface]) -> None:
        self._out += map(encode, orders)

    def data_to_send(self) -> list[bytes]:
        """Return and forget the queued messages."""
        out, self._out = self._out, []
        return out


def _press(name: str, strip: int | None, value: Value) -> _Orders:
    down = bool(value)
    return [messages.ButtonPressed(name, strip) if down else messages.ButtonReleased(name, strip)]


def _push_pedal(value: Value) -> _Orders:
    position = fraction(value)
    return [] if position is None else [messages.ExternalMoved(round(position * _PEDAL_TOP))]


def _turn(value: Value, order: Callable[[int], messages.FromSurface]) -> _Orders:
    return [order(ticks) for ticks in turns(value, MOST_TICKS)]
