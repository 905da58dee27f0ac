"""An OSC peer that its sheet alone describes: Ardour, REAPER, Live, Bitwig and others.

Owns: parameters to patterns and back, what was heard before anybody asked, the
questions that keep a peer talking, and a peer that starts anew.
Does not own: patterns, greeting and sign of life (``plain_osc``), or units
(``wire_values``).

Such programs push what changes, and say each thing once.  So all of it is
remembered, and a bank that comes into view later is known already.  Where the
peer repeats all it is told (``echo: all``), what it does not repeat is said
again.

What a sheet may say under ``facts``:

* ``hello`` and ``bye``: messages to greet and to leave with; ``{strips}`` is
  how many strips the rig has;
* ``heartbeat``: the address of the sign of life, and ``within``, the longest
  time between two of them, in seconds;
* ``question``: what to ask when nothing was heard for ``every`` seconds, one
  message or several;
* ``restarted``: what the peer says when it has started anew;
* ``advice``: what to look at when it does not answer.

Under a parameter's ``wire``: ``osc``, the pattern that is said and heard, or
``say`` and ``hear`` where they differ; ``ask``, a question that makes the peer
tell it; ``press``, what pressing a key says, one after the other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf, isclose
from typing import Final

from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.sheets import ParameterSpec, TargetSheet
from surfacebridge.model.values import Value
from surfacebridge.profiles.insisting import Insisting
from surfacebridge.profiles.paced_reading import PacedReading
from surfacebridge.profiles.plain_osc import PlainOsc, message_of, pattern_of
from surfacebridge.profiles.wire_values import from_wire, to_wire
from surfacebridge.protocols.osc.bites import bites
from surfacebridge.protocols.osc.messages import OscMessage

Heard = Report | Arrived | Gone

# A bank of a surface, for sheets that name strips in a rig that has none.
_STRIPS: Final = 8

# Three questions in the time in which one must be answered.
_QUESTIONS: Final = 3


@dataclass(frozen=True, slots=True)
class Way:
    """One parameter and its patterns; a side that is missing is empty."""

    parameter: ParameterId
    spec: ParameterSpec
    say: str
    hear: str
    ask: str
    press: tuple[Value, ...]

    @property
    def repeats(self) -> bool:
        """Whether it may be said twice and, where the peer repeats all, comes back."""
        absolute = self.spec.key == "toggle" or "is" in self.spec.wire
        return absolute and bool(self.say) and bool(self.hear)


class SheetOsc:
    """One peer, as a target."""

    def __init__(self, name: str, sheet: TargetSheet) -> None:
        """Build the tables of everything in ``sheet``; ProtocolMisuse for a bad greeting."""
        self._name = name
        facts = sheet.facts
        self._strips = _number(facts.get("strips"), _STRIPS) or _STRIPS
        self._question = self._messages(facts.get("question"))
        heartbeat = _text(facts.get("heartbeat"))
        within = _number(facts.get("within"), 3.0)
        self._every = _number(facts.get("every"), within / _QUESTIONS)
        self._plain = PlainOsc(
            name,
            self._messages(facts.get("hello")),
            (heartbeat, within) if heartbeat else None,
            _text(facts.get("advice")),
        )
        self.health = self._plain.health
        self._bye = self._messages(facts.get("bye"))
        self._restarted = self._pattern(_text(facts.get("restarted")))
        self._repeats_own = sheet.echo == "all"
        self._ways: dict[ParameterId, Way] = {}
        self._by_pattern: dict[ParameterId, list[Way]] = {}
        for key, spec in sheet.parameters.items():
            self._add(ParameterId(f"{name}.{key}"), spec)
        # Bounded by the sheet: the newest that was heard, or said where nothing comes back.
        self._known: dict[ParameterId, Value] = {}
        self._watched: dict[ParameterId, None] = {}
        self._reading = PacedReading()
        self._insisting = Insisting()
        self._question_at = inf
        self._pending: list[Heard] = []
        self._now = 0.0

    def _messages(self, texts: object) -> tuple[str, ...]:
        listed = texts if isinstance(texts, tuple) else (texts,)
        return tuple(
            text.replace("{strips}", f"{self._strips:g}") for text in listed if _text(text)
        )

    def _pattern(self, text: str) -> ParameterId:
        return ParameterId(f"{self._name}:{text}" if text else "")

    def _add(self, parameter: ParameterId, spec: ParameterSpec) -> None:
        wire = spec.wire
        both = _text(wire.get("osc"))
        press = wire.get("press")
        way = Way(
            parameter,
            spec,
            say=self._pattern(_text(wire.get("say")) or both) if spec.writable else "",
            hear=self._pattern(_text(wire.get("hear")) or both) if _is_heard(spec) else "",
            ask=_text(wire.get("ask")),
            press=press if isinstance(press, tuple) else (),
        )
        self._ways[parameter] = way
        if way.hear:
            self._by_pattern.setdefault(ParameterId(way.hear), []).append(way)

    # Time.

    def open(self, now: float) -> None:
        """Greet the peer, and ask whether it is there."""
        self._now = now
        heard = (*self._by_pattern, self._restarted)
        self._plain.watch(tuple(pattern for pattern in heard if pattern), now)
        self._plain.open(now)
        self._ask_for_life(now)

    def wake(self, now: float) -> Sequence[Heard]:
        """Ask what is due, and notice a peer that stopped answering."""
        self._now = now
        self._take(self._plain.wake(now), now)
        if now >= self._question_at:
            self._ask_for_life(now)
        self._read(now)
        self._insist(now)
        return self._take_pending()

    def next_wakeup(self) -> float | None:
        """Return when ``wake`` is due next."""
        if self._pending:
            return self._now
        due = [
            self._question_at,
            self._plain.next_wakeup(),
            self._reading.next_wakeup(),
            self._insisting.next_wakeup(),
        ]
        soonest = min(one for one in due if one is not None)
        return soonest if soonest < inf else None

    def begin_again(self, now: float) -> None:
        """Greet again, and take nothing for known: the peer says all there is."""
        self._now = now
        self._plain.begin_again(now)
        if self.health.alive:
            self._forget()
            self._arrive()

    def close(self, now: float) -> None:
        """Say that nothing more is wanted, where the peer has a word for it."""
        self._now = now
        for text in self._bye:
            self._say(text)

    def _ask_for_life(self, now: float) -> None:
        if self._question:
            self._question_at = now + self._every
            for text in self._question:
                self._say(text)

    def _say(self, text: str, value: Value = True) -> None:
        self._plain.send(Write(self._name, self._pattern(text), value), self._now)

    # Reading.

    def watch(self, parameters: Sequence[ParameterId], now: float) -> None:
        """Report and follow ``parameters``, beside those of earlier calls.

        What was heard already is reported from memory.  What was in view once is
        followed on, because the engine does not ask for it a second time.
        """
        self._now = now
        new = [one for one in parameters if one not in self._watched]
        self._watched.update(dict.fromkeys(parameters))
        self._pending += (Report(one, self._known[one]) for one in new if one in self._known)
        unknown = (one for one in self._watched if one not in self._known)
        ways = (self._ways[one] for one in unknown if one in self._ways)
        self._reading.want(way.ask for way in ways if way.ask)
        self.health.synced = False
        self._read(now)

    def read_again(self, now: float) -> None:
        """Ask again for all that is watched and can be asked for; what is known stays so."""
        self._now = now
        ways = (self._ways[one] for one in self._watched if one in self._ways)
        self._reading.want(way.ask for way in ways if way.ask)
        self._read(now)

    def _read(self, now: float) -> None:
        for text in self._reading.due(now):
            self._say(text)
        self._note_progress()

    def _note_progress(self) -> None:
        # What does not answer may not exist there, and is asked again now and then.
        self.health.synced |= self._reading.settled
        missing = self._reading.missing
        self.health.notes[:] = (
            [f"Not answered so far, {len(missing)} in all: {', '.join(missing[:3])}."]
            if missing
            else []
        )

    # The peer speaks.

    def bites(self, data: bytes) -> Iterator[bytes]:
        """Yield a long bundle as short ones."""
        return bites(data)

    def receive(self, data: bytes, now: float) -> Sequence[Heard]:
        """Return the reports in one datagram, after ``Arrived`` if it ends a silence."""
        self._now = now
        self._take(self._plain.receive(data, now), now)
        if self._question:
            self._question_at = now + self._every
        return self._take_pending()

    def _take(self, events: Sequence[Heard], now: float) -> None:
        for event in events:
            match event:
                case Report(parameter=pattern, value=raw) if pattern == self._restarted:
                    self._start_anew(now)
                case Report(parameter=pattern, value=raw):
                    self._hear(pattern, raw)
                case Gone():
                    self._forget()
                    self._pending.append(event)
                case Arrived():
                    self._arrive()

    def _start_anew(self, now: float) -> None:
        self._forget()
        self._pending.append(Gone(self._name))
        self._arrive()
        self._plain.greet(now)

    def _arrive(self) -> None:
        # As far as anybody has asked: what is watched may have to be read.
        self.health.synced = True
        self._pending.append(Arrived(self._name))

    def _forget(self) -> None:
        """Know and follow nothing: whoever watched will say so again."""
        self._known.clear()
        self._watched.clear()
        self._reading.forget()
        self._insisting.forget()
        self.health.synced = False

    def _hear(self, pattern: ParameterId, raw: Value) -> None:
        for way in self._by_pattern[pattern]:
            value = from_wire(way.spec, raw)
            if value is None:
                self.health.malformed += 1
                continue
            if way.ask:
                self._reading.answered(way.ask)
            self._note_answer(way, value)
            self._known[way.parameter] = value
            if way.parameter in self._watched:
                self._pending.append(Report(way.parameter, value))
        if not self.health.synced:
            self._read(self._now)

    def _note_answer(self, way: Way, value: Value) -> None:
        unanswered = self._insisting.written(way.parameter)
        if unanswered is not None and _are_near(way.spec, unanswered.value, value):
            self._insisting.settle(way.parameter)

    def _insist(self, now: float) -> None:
        again, given_up = self._insisting.due(now)
        for write in again:
            self._write(self._ways[write.parameter], write, now)
        for write in given_up:
            # It goes its own way: automation that plays, or a value it does not take.  Or it
            # held that value already, and sees no reason to say so.
            question = self._ways[write.parameter].ask
            if question:
                self._say(question)
            elif write.parameter in self._known:
                self._pending.append(Report(write.parameter, self._known[write.parameter]))

    def _take_pending(self) -> Sequence[Heard]:
        pending, self._pending = self._pending, []
        return pending

    # The bridge speaks.

    def send(self, item: Write, now: float) -> None:
        """Queue what ``item`` says; what the peer lacks is counted."""
        self._now = now
        way = self._ways.get(item.parameter)
        if way is None or not way.say:
            self.health.unknown += 1
        elif way.press:
            self._press(way, item, now)
        else:
            self._write(way, item, now)
            if way.repeats and self._repeats_own:
                self._insisting.wrote(item, now)
            self._let_go(item)

    def _let_go(self, item: Write) -> None:
        """Leave what a hand let go of to the peer's own automation."""
        fader, dot, what = item.parameter.rpartition(".")
        if dot and what == "touch" and not item.value:
            self._insisting.settle(fader)

    def _press(self, way: Way, item: Write, now: float) -> None:
        if item.value:
            for value in way.press:
                self._plain.send(Write(self._name, ParameterId(way.say), value), now)

    def _write(self, way: Way, item: Write, now: float) -> None:
        if way.spec.kind == "trigger" and not item.value:
            return
        raw = to_wire(way.spec, item.value)
        if raw is not None:
            self._plain.send(Write(self._name, ParameterId(way.say), raw), now)
            if way.hear and not self._repeats_own and "is" not in way.spec.wire:
                self._known[way.parameter] = item.value
        elif "is" not in way.spec.wire:
            self.health.unknown += 1

    def data_to_send(self) -> list[bytes]:
        """Return and forget the queued datagrams."""
        return self._plain.data_to_send()

    def spec_of(self, parameter: ParameterId) -> ParameterSpec | None:
        """Return what ``parameter`` is, None if the peer lacks it."""
        way = self._ways.get(parameter)
        return None if way is None else way.spec

    def said_of(self, parameter: ParameterId, value: Value) -> OscMessage | None:
        """Return how the peer says that ``parameter`` is ``value``; None if it does not."""
        way = self._ways.get(parameter)
        raw = to_wire(way.spec, value) if way is not None and way.hear else None
        if way is None or raw is None:
            return None
        return message_of(pattern_of(way.hear.removeprefix(f"{self._name}:")), raw)


def _are_near(spec: ParameterSpec, one: Value, other: Value) -> bool:
    """Return whether two values are the same place, give or take what rounding does."""
    places = spec.index(one), spec.index(other)
    if all(isinstance(place, float | int) for place in places) and spec.steps > 1:
        return abs(float(places[0]) - float(places[1])) <= 1  # type: ignore[arg-type]
    if isinstance(one, float) and isinstance(other, float):
        return isclose(one, other, rel_tol=1e-4, abs_tol=1e-4)
    return one == other


def _is_heard(spec: ParameterSpec) -> bool:
    return spec.kind != "trigger" and spec.wire.get("read", True) is True


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) else otherwise
