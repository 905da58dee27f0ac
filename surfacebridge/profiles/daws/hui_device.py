"""A DAW that takes us for a HUI: Pro Tools first of all.

Owns: what a host tells its HUI, as reports, and what hands do, as the HUI's
messages; the answers to its pings, and what their absence means.
Does not own: banks, names or automation: the host owns all state.

Rules: parameters are named like the controls of the surface we play.  The host
is there while it pings, and only then.  A host paints what its surface lost
only after the surface was switched on, so whenever we have lost a host we say
that we were.  Hosts do not believe a fader that moves without a touch: a move
that nobody's finger made is given a touch of its own.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.sheets import TargetSheet
from surfacebridge.model.values import Value
from surfacebridge.profiles.base import Health
from surfacebridge.profiles.emulation import fraction, joined_key, shown_digits, split_key, turns
from surfacebridge.profiles.hui_words import DISPLAYS, KNOBS, PARAM_RINGS, SLICE, name_of, word_of
from surfacebridge.profiles.mackie_scale import level_of, ring_value
from surfacebridge.protocols.hui import layout, messages
from surfacebridge.protocols.hui.from_surface import encode
from surfacebridge.protocols.hui.ping import SurfacePing
from surfacebridge.protocols.hui.to_surface import HostDecoder
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi.decoder import MidiDecoder

Heard = Report | Arrived | Gone

# The most a knob and a wheel were seen to turn in one message ("theageman").
MOST_TICKS: Final = 0x2D
MOST_JOG_TICKS: Final = 0x0F

# How long a touch of our own outlasts the last move it was made for.
HOLD_AFTER_MOVE: Final = 0.25

FADER_TOP: Final = 0x3FFF
# iCON units have a main fader there; nobody has a touch for it.
_MAIN: Final = layout.STRIPS
_ASSIGN_DISPLAY: Final = 8
_SIDES: Final = 2
_SLICES: Final = 8
_TIME_DIGITS: Final = 8

_NEVER_PINGED: Final = (
    "The host has not pinged yet; choose this port as a HUI in its settings"
    " (Pro Tools: Setup > Peripherals > MIDI Controllers)."
)
_STOPPED: Final = (
    "The host has stopped pinging; see that it runs and that this port is still its HUI."
    " It is used again at its next ping."
)

_Orders = list[messages.FromSurface]
_Order = Callable[[Value], _Orders]
_RING_KEYS: Final = {knob: key for key, knob in PARAM_RINGS.items()}
_LAMPS_ONLY: Final = layout.LAMPS.keys() - layout.SWITCHES.keys()


class HuiDevice:
    """One emulated HUI of eight strips on one port."""

    def __init__(self, name: str, sheet: TargetSheet) -> None:
        """Build every table; ProtocolMisuse if the sheet has a key or a strip no HUI has."""
        self.health = Health(reason=_NEVER_PINGED, synced=True)
        self._name = name
        self._midi = MidiDecoder()
        self._decoder = HostDecoder()
        self._ping = SurfacePing()
        top = sheet.facts.get("host top")
        self._top = top if isinstance(top, int) else FADER_TOP
        self._known: dict[str, ParameterId] = {}
        self._orders: dict[ParameterId, _Order] = {}
        for key, spec in sheet.parameters.items():
            parameter = ParameterId(f"{name}.{key}")
            self._known[key] = parameter
            order = self._switch_of(key) if spec.kind == "switch" else self._order_of(key)
            if order is not None:
                self._orders[parameter] = order
        self._forget()
        self._pending: list[Heard] = []
        self._out: list[bytes] = []
        self._now = 0.0

    # Tables.

    def _order_of(self, key: str) -> _Order | None:
        name, strip = split_key(key)
        if name in {"fader", "main.fader"}:
            place = _MAIN if strip is None else _on_unit(key, strip)
            return lambda value: self._move(place, value)
        if name == "jog":
            return lambda value: [*map(messages.JogTurned, turns(value, MOST_JOG_TICKS))]
        if name == "vpot" and strip is not None:
            knob = _on_unit(key, strip)
        elif key in KNOBS:
            knob = KNOBS[key]
        else:
            return None
        return lambda value: [messages.VPotTurned(knob, t) for t in turns(value, MOST_TICKS)]

    def _switch_of(self, key: str) -> _Order | None:
        name, strip = split_key(key)
        if name == "fader.touch" and strip is not None:
            fader = _on_unit(key, strip)
            return lambda value: self._touch(fader, touched=bool(value))
        word, place = _switch_named(key)
        if name == "main.fader.touch" or (word, place) in _LAMPS_ONLY:
            return None
        layout.place_in(layout.SWITCHES, word, place)
        return lambda value: [_press(word, place, down=bool(value))]

    def _forget(self) -> None:
        self._levels = [[0] * _SIDES for _ in range(layout.STRIPS)]
        self._slices = [" " * SLICE] * _SLICES
        self._time: list[messages.Digit] = [(" ", False)] * _TIME_DIGITS
        self._touched: set[int] = set()
        self._made_touches: dict[int, float] = {}

    # Time.

    def open(self, now: float) -> None:
        """Wait for a ping: a HUI says nothing to a host it does not hear."""
        self._now = now

    def begin_again(self, now: float) -> None:
        """Say that the power came: the host paints everything after its next ping.

        What it told before stays known, for all we know it is still so.
        """
        self._now = now
        if self._ping.online:
            self._queue([messages.SurfaceReset()])

    def wake(self, now: float) -> Sequence[Heard]:
        """Note a host that has stopped pinging, and end the touches that we made."""
        self._now = now
        self._note_silence(now)
        for strip in [strip for strip, end in self._made_touches.items() if now >= end]:
            del self._made_touches[strip]
            self._queue([messages.FaderReleased(strip)])
        return self._take_pending()

    def next_wakeup(self) -> float | None:
        """Return when ``wake`` is due next."""
        due = [*self._made_touches.values()]
        deadline = self._ping.next_wakeup()
        if deadline is not None:
            due.append(deadline)
        if self._pending:
            due.append(self._now)
        return min(due, default=None)

    def close(self, now: float) -> None:
        """Let go of every fader, and say that the power goes; nothing if no host is there."""
        self._now = now
        if not self._ping.online:
            return
        self._queue(
            messages.FaderReleased(strip) for strip in {*self._touched, *self._made_touches}
        )
        self._forget()
        self._queue([messages.SurfaceReset()])

    def _note_silence(self, now: float) -> None:
        was_online = self._ping.online
        self._ping.wake(now)
        if was_online and not self._ping.online:
            self._forget()
            self.health.alive = False
            self.health.reason = _STOPPED
            self._pending.append(Gone(self._name))

    # The host speaks.

    def watch(self, parameters: Sequence[ParameterId], now: float) -> None:
        """Do nothing: a host cannot be asked, and tells everything it changes."""
        self._now = now

    def receive(self, data: bytes, now: float) -> Sequence[Heard]:
        """Return what the host wants shown, as reports; what it says unpinged is counted."""
        self._now = now
        self._note_silence(now)
        for midi in self._midi.receive(data):
            said = midi if isinstance(midi, Malformed) else self._decoder.receive(midi)
            match said:
                case None:
                    # The first half of a pair, or no word of a HUI's host.
                    pass
                case Malformed():
                    self.health.malformed += 1
                case messages.Ping():
                    self._hear_ping(now)
                case _ if self._ping.online:
                    self._show(said)
                case _:
                    self.health.unknown += 1
        return self._take_pending()

    def _hear_ping(self, now: float) -> None:
        if not self._ping.online:
            self._forget()
            self._queue([messages.SurfaceReset()])
            self._pending.append(Arrived(self._name))
        self._queue(self._ping.receive(now))
        self.health.answered = now
        self.health.alive = True
        self.health.reason = ""

    def _show(self, said: messages.ToSurface) -> None:
        match said:
            case messages.FaderMoved(strip, value):
                name = "main.fader" if strip == _MAIN else f"fader.{strip + 1}"
                self._report(name, min(value / self._top, 1.0))
            case messages.LampSet(word, strip, lit):
                self._report(joined_key(name_of(word), strip), lit)
            case messages.RingSet(knob, mode, lamp):
                name = f"ring.{knob + 1}" if knob < layout.STRIPS else _RING_KEYS[knob]
                self._report(name, ring_value(lamp, mode))
            case messages.MeterLevel(strip, side, level):
                self._levels[strip][side] = level
                self._report(f"meter.{strip + 1}", level_of(max(self._levels[strip])))
            case _:
                self._show_display(said)

    def _show_display(self, said: messages.ToSurface) -> None:
        match said:
            case messages.SmallText(cells):
                for place, text in cells:
                    name = "assignment" if place == _ASSIGN_DISPLAY else f"lcd.{place + 1}"
                    self._report(name, text.rstrip())
            case messages.LargeText(slices):
                for place, text in slices:
                    self._slices[place] = text
                written = {place for place, _ in slices}
                for name, places in DISPLAYS.items():
                    if not written.isdisjoint(places):
                        text = "".join(self._slices[place] for place in places)
                        self._report(name, text.rstrip())
            case messages.TimeDigits(digits):
                self._time[: len(digits)] = digits
                self._report("timecode", shown_digits(self._time))
            case _:
                pass

    def _report(self, name: str, value: Value) -> None:
        parameter = self._known.get(name)
        if parameter is not None:
            self._pending.append(Report(parameter, value))

    def _take_pending(self) -> Sequence[Heard]:
        pending, self._pending = self._pending, []
        return pending

    # The bridge speaks.

    def send(self, item: Write, now: float) -> None:
        """Queue what a hand on a HUI would have made it say; the rest is counted."""
        self._now = now
        order = self._orders.get(item.parameter)
        if order is None:
            self.health.unknown += 1
        else:
            self._queue(order(item.value))

    def _move(self, place: int, value: Value) -> _Orders:
        position = fraction(value)
        if position is None:
            return []
        moved = messages.FaderMoved(place, round(position * self._top))
        if place == _MAIN or place in self._touched:
            return [moved]
        is_new = place not in self._made_touches
        self._made_touches[place] = self._now + HOLD_AFTER_MOVE
        return [messages.FaderTouched(place), moved] if is_new else [moved]

    def _touch(self, strip: int, *, touched: bool) -> _Orders:
        self._made_touches.pop(strip, None)
        if touched:
            self._touched.add(strip)
            return [messages.FaderTouched(strip)]
        self._touched.discard(strip)
        return [messages.FaderReleased(strip)]

    def _queue(self, orders: Iterable[messages.FromSurface]) -> None:
        self._out += map(encode, orders)

    def data_to_send(self) -> list[bytes]:
        """Return and forget the queued messages, both halves of a pair together."""
        out, self._out = self._out, []
        return out


def _on_unit(key: str, strip: int) -> int:
    if strip >= layout.STRIPS:
        raise ProtocolMisuse(f"a HUI has eight strips, and no {key!r}")
    return strip


def _switch_named(key: str) -> layout.Name:
    """Return a switch's or lamp's word and strip; ``foot.1`` is beside the strips."""
    plain = word_of(key), None
    if plain in layout.SWITCHES or plain in layout.LAMPS:
        return plain
    name, strip = split_key(key)
    return word_of(name), strip


def _press(word: str, strip: int | None, *, down: bool) -> messages.FromSurface:
    return messages.SwitchPressed(word, strip) if down else messages.SwitchReleased(word, strip)
