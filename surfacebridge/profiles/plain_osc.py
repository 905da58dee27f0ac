"""Any OSC address a mapping writes out: ``daw:/strip/fader 3 {v:f}``.

Owns: patterns to datagrams and datagrams back to patterns, the greeting, and
the heartbeat a target may have promised.
Does not own: units; values pass as they are, in the pattern's own type.

Rules: constants in a pattern are matched as numbers, so 3 and 3.0 are the
same; a target that promises no sign of life is used from the start, and its
health says so.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite, isnan
from struct import Struct
from typing import Final

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.values import OFF, Colour, Value
from surfacebridge.profiles.base import Health, Pack
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.osc.bites import bites
from surfacebridge.protocols.osc.messages import OscMessage, OscValue, messages_in, tags_for
from surfacebridge.protocols.osc.packet import Head, decode, encode

Heard = Report | Arrived | Gone

# What a level that is off becomes where plain decibels are sent: below what
# any fader shows, and every program can read it, which is not so of -inf.
SILENT: Final = -200.0

# A target without a heartbeat that speaks after this long is greeted again.
SILENCE: Final = 30.0

_WORDS: Final = re.compile(r'"[^"]*"|\S+')
_PLACEHOLDER: Final = re.compile(r"\{v(?::([a-zA-Z]))?\}")
_WHOLE: Final = re.compile(r"[+-]?\d+")
_DECIMAL: Final = re.compile(r"[+-]?(?:\d+\.\d*|\.\d+|\d+[eE][+-]?\d+)")
_VALUE_TAGS: Final = frozenset("fidhsbTF")
# By type, what still fits.
_LARGEST_FLOAT: Final = 3.4e38
_LARGEST: Final = {"f": _LARGEST_FLOAT, "d": 1.7e308, "i": 2.0**31 - 1, "h": 2.0**53}
_NUMBERS: Final = {"f": Struct(">f"), "i": Struct(">i")}
_pack_float: Final = _NUMBERS["f"].pack

_NO_SIGN: Final = "Nothing has been heard from it; it promises no sign of life and is used anyway."
_SPOKE: Final = "It has spoken, but it promises no sign of life."


@dataclass(frozen=True, slots=True)
class Pattern:
    """One message with at most one place for a value: ``tag`` and ``place`` in the arguments.

    ``constants`` are the other arguments, in order; ``tag`` is empty and
    ``place`` -1 where the message has no value.
    """

    address: str
    constants: tuple[OscValue, ...]
    tag: str = ""
    place: int = -1


def pattern_of(text: str) -> Pattern:
    """Return the pattern in ``/address 3 "text" {v:f}``.

    Numbers with a point are floats, without one integers, ``true`` and
    ``false`` booleans, everything else text; ``{v}`` is a float.  Raises
    ProtocolMisuse if there is no address, more than one value, or a type OSC
    does not have.
    """
    address, *words = _WORDS.findall(text) or [""]
    if not address.startswith("/"):
        raise ProtocolMisuse(f"{text!r} does not begin with an address")
    constants: list[OscValue] = []
    tag, place = "", -1
    for number, word in enumerate(words):
        placeholder = _PLACEHOLDER.fullmatch(word)
        if placeholder is None:
            constants.append(_constant(word))
            continue
        if tag:
            raise ProtocolMisuse(f"{text!r} has more than one value")
        tag, place = placeholder[1] or "f", number
        if tag not in _VALUE_TAGS:
            raise ProtocolMisuse(f"{text!r}: OSC has no type {tag!r}")
    return Pattern(address, tuple(constants), tag, place)


def _constant(word: str) -> OscValue:
    if word.startswith('"'):
        return word[1:-1]
    if _WHOLE.fullmatch(word):
        return int(word)
    if _DECIMAL.fullmatch(word):
        return float(word)
    return {"true": True, "false": False}.get(word, word)


class PlainOsc:
    """A target that is nothing but the messages a mapping names."""

    def __init__(
        self,
        name: str,
        hello: Sequence[bytes | str | OscMessage],
        heartbeat: tuple[str, float] | None,
        advice: str = "",
    ) -> None:
        """Prepare the greeting; ProtocolMisuse if one of its messages has no address.

        ``heartbeat`` is the address of the target's sign of life and the
        longest time, in seconds, between two of them; ``advice`` what to look
        at when it does not come.
        """
        self.health = Health(synced=True)
        self._name = name
        self._hello = [_packed(message) for message in hello]
        self._period = heartbeat[1] if heartbeat is not None else None
        self._heartbeat = heartbeat[0] if heartbeat is not None else None
        self._advice = advice or "check that the program runs, and its OSC address and port"
        self._patterns: dict[ParameterId, Pattern | None] = {}
        self._heads: dict[ParameterId, tuple[Head, str]] = {}
        # By address and number of arguments: where the value stands, and the
        # parameters by their constants.
        self._shapes: dict[tuple[str, int], dict[int, dict[tuple[OscValue, ...], _Readers]]] = {}
        # Everything of a message but its last four bytes, once seen and
        # understood, is the key to whom those four bytes concern.
        self._routes: dict[bytes, tuple[Struct, _Readers]] = {}
        self._due: float | None = None
        self._present = False
        self._missed = False
        self._greeted = 0.0
        self._pending: list[Heard] = []
        self._out: list[bytes] = []
        self._now = 0.0

    # Time.

    def open(self, now: float) -> None:
        """Greet; a target without a heartbeat counts as there from now on."""
        self._now = now
        self.greet(now)
        if self._period is None:
            self.health.reason = _NO_SIGN
            self._present = True
            self._pending.append(Arrived(self._name))
        else:
            self.health.reason = f"{self._heartbeat} has not been heard yet; {self._advice}."
            self._due = now + self._period

    def wake(self, now: float) -> Sequence[Heard]:
        """Notice a heartbeat that stopped, and greet until it is back."""
        self._now = now
        if self._due is not None and self._period is not None and now >= self._due:
            self._due = now + self._period
            self._missed = True
            self.greet(now)
            self.health.alive = False
            self.health.reason = (
                f"{self._heartbeat} has not been heard for {self._period:g} s; {self._advice}."
            )
            if self._present:
                self._present = False
                self._pending.append(Gone(self._name))
        return self._take_pending()

    def next_wakeup(self) -> float | None:
        """Return when ``wake`` is due next."""
        return self._now if self._pending else self._due

    def begin_again(self, now: float) -> None:
        """Greet again: a program that tells its state to who greets it does so now."""
        self._now = now
        self.greet(now)

    def close(self, now: float) -> None:
        """Say nothing: plain OSC has no goodbye."""
        self._now = now

    # The target speaks.

    def watch(self, parameters: Sequence[ParameterId], now: float) -> None:
        """Recognise ``parameters`` in what comes; they are patterns after the target's name."""
        self._now = now
        self._shapes.clear()
        self._routes.clear()
        for parameter in dict.fromkeys(parameters):
            pattern = self._pattern(parameter)
            if pattern is not None:
                length = len(pattern.constants) + bool(pattern.tag)
                shapes = self._shapes.setdefault((pattern.address, length), {})
                readers = shapes.setdefault(pattern.place, {})
                readers.setdefault(pattern.constants, []).append((parameter, pattern.tag))

    def bites(self, data: bytes) -> Iterator[bytes]:
        """Yield a long bundle as short ones."""
        return bites(data)

    def receive(self, data: bytes, now: float) -> Sequence[Heard]:
        """Return the reports in one datagram, after ``Arrived`` if it ends a silence."""
        self._now = now
        route = self._routes.get(data[:-4])
        if route is not None:
            number, readers = route
            self._note_life(now)
            self._report(readers, number.unpack_from(data, len(data) - 4)[0])
            return self._take_pending()
        for message in messages_in(decode(data)):
            if isinstance(message, Malformed):
                self.health.malformed += 1
            else:
                self._note_life(now)
                self._hear(message, data)
        return self._take_pending()

    def _hear(self, message: OscMessage, data: bytes) -> None:
        found = False
        args = message.args
        for place, readers in self._shapes.get((message.address, len(args)), {}).items():
            constants = args if place < 0 else args[:place] + args[place + 1 :]
            whom = readers.get(constants)
            if whom is not None:
                found = True
                self._report(whom, True if place < 0 else args[place])
        if not found and message.address != self._heartbeat:
            self.health.unknown += 1
        elif found:
            self._learn(message, data)

    def _learn(self, message: OscMessage, data: bytes) -> None:
        shapes = self._shapes[message.address, len(message.args)]
        last = len(message.args) - 1
        number = _NUMBERS.get(message.tags[-1:])
        # Peers choose the types of constants: a bound, far above what any has.
        room = len(self._routes) < 4 * len(self._patterns)
        if number is None or not room or set(shapes) != {last} or encode(message) != data:
            return
        whom = shapes[last].get(message.args[:last])
        if whom is not None:
            self._routes[data[:-4]] = number, whom

    def _report(self, whom: "_Readers", raw: OscValue) -> None:
        for parameter, tag in whom:
            value = _from_wire(tag, raw)
            if value is None:
                self.health.malformed += 1
            else:
                self._pending.append(Report(parameter, value))

    def _note_life(self, now: float) -> None:
        health = self.health
        heard, health.answered = health.answered, now
        if self._period is None:
            # It may have started, or started again, since it was greeted.
            if now - (self._greeted if heard is None else heard) >= SILENCE:
                self.greet(now)
        else:
            self._due = now + self._period
        if health.alive:
            return
        health.alive = True
        health.reason = "" if self._period is not None else _SPOKE
        if not self._present:
            self._present = True
            self._pending.append(Arrived(self._name))
            if self._missed:
                # What it said while we took it for absent is lost: it shall say all again.
                self._missed = False
                self.greet(now)

    def greet(self, now: float) -> None:
        """Say the greeting again, so that the peer says all again."""
        self._greeted = now
        self._out += self._hello

    def _take_pending(self) -> Sequence[Heard]:
        pending, self._pending = self._pending, []
        return pending

    # The bridge speaks.

    def send(self, item: Write, now: float) -> None:
        """Queue the datagram ``item`` names; what cannot be said is counted."""
        self._now = now
        head = self._heads.get(item.parameter)
        if head is None:
            self._send_new(item)
            return
        packer, tag = head
        raw = _to_wire(tag, item.value)
        if raw is None:
            self.health.unknown += 1
        else:
            self._out.append(packer.pack(raw))

    def packer(self, name: str) -> Pack | None:
        """Return how to pack the values of a parameter whose message ends with a float."""
        pattern = self._pattern(ParameterId(name))
        if pattern is None or pattern.tag != "f" or pattern.place != len(pattern.constants):
            return None
        return Head(pattern.address, "f", pattern.constants).before, _packed_float

    def _send_new(self, item: Write) -> None:
        pattern = self._pattern(item.parameter)
        if pattern is None:
            self.health.unknown += 1
            return
        if not pattern.tag and item.value is False:
            # Nothing but a key that went down sends it.
            return
        message = message_of(pattern, item.value)
        if message is None:
            self.health.unknown += 1
            return
        self._out.append(encode(message))
        if pattern.place == len(pattern.constants) and pattern.tag not in "TF":
            head = Head(pattern.address, pattern.tag, pattern.constants)
            self._heads[item.parameter] = head, pattern.tag

    def _pattern(self, parameter: ParameterId) -> Pattern | None:
        if parameter not in self._patterns:
            try:
                self._patterns[parameter] = pattern_of(parameter.removeprefix(self._name + ":"))
            except ProtocolMisuse as misuse:
                self._patterns[parameter] = None
                self.health.notes.append(f"{misuse}.")
        return self._patterns[parameter]

    def data_to_send(self) -> list[bytes]:
        """Return and forget the queued datagrams."""
        out, self._out = self._out, []
        return out


_Readers = list[tuple[ParameterId, str]]


def _packed_float(value: Value) -> bytes | None:
    if type(value) is float and -_LARGEST_FLOAT <= value <= _LARGEST_FLOAT:
        return _pack_float(value)
    return None


def message_of(pattern: Pattern, value: Value) -> OscMessage | None:
    """Return the message that says ``value``; None for what its type cannot be."""
    if not pattern.tag:
        return OscMessage(pattern.address, pattern.constants)
    raw = _to_wire(pattern.tag, value)
    if raw is None:
        return None
    before = pattern.constants[: pattern.place]
    after = pattern.constants[pattern.place :]
    tag = ("T" if raw else "F") if pattern.tag in "TF" else pattern.tag
    tags = tags_for(before) + tag + tags_for(after)
    return OscMessage(pattern.address, (*before, raw, *after), tags)


def _packed(message: bytes | str | OscMessage) -> bytes:
    if isinstance(message, str):
        pattern = pattern_of(message)
        message = OscMessage(pattern.address, pattern.constants)
    return encode(message) if isinstance(message, OscMessage) else message


def _to_wire(tag: str, value: Value) -> OscValue:
    """Return ``value`` in type ``tag``; None for what it cannot be."""
    if tag == "f" and type(value) is float and -_LARGEST_FLOAT <= value <= _LARGEST_FLOAT:
        return value
    if isinstance(value, Colour):
        return None
    match tag:
        case "s":
            return _text(value)
        case "b":
            return _text(value).encode()
        case "T" | "F":
            return bool(value)
        case _:
            return _number(tag, value)


def _text(value: float | str) -> str:
    if isinstance(value, str):
        return value.replace("\x00", "")
    return f"{int(value)}" if isinstance(value, bool) else f"{value:g}"


def _number(tag: str, value: float | str) -> float | int | None:
    if isinstance(value, str) or isnan(value):
        return None
    if tag in "fd":
        value = SILENT if value == OFF else float(value)
        return value if abs(value) <= _LARGEST[tag] else None
    return round(value) if abs(value) <= _LARGEST[tag] else None


def _from_wire(tag: str, raw: OscValue) -> Value | None:
    """Return what arrived for a pattern of type ``tag``; None if it cannot be."""
    match raw:
        case bool():
            return raw if tag != "s" else str(int(raw))
        case float() | int():
            if not isfinite(raw):
                return None
            return f"{raw:g}" if tag == "s" else float(raw)
        case str():
            return raw if tag in {"s", "b", ""} else None
        case bytes():
            return raw.decode("utf-8", "replace") if tag in {"s", "b"} else None
        case _:
            return None
