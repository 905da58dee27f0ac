"""What consoles that speak OSC over UDP have in common.

Owns: the tables from parameters to addresses and back, the paced first
reading, renewals, and whether the console is there.
Does not own: how a value looks on the wire, the console's own questions and
streams (``consoles``).

Rules: a console is there when it answered lately, never because a socket
opened.  After a silence nothing it said before counts: all is read again.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from struct import Struct
from types import MappingProxyType
from typing import ClassVar, Final

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.sheets import ParameterSpec, TargetSheet
from surfacebridge.model.values import Value
from surfacebridge.profiles.base import Health
from surfacebridge.profiles.confirming import Confirming
from surfacebridge.profiles.paced_reading import PacedReading
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.osc.messages import OscMessage, OscValue, messages_in
from surfacebridge.protocols.osc.packet import Head, decode, encode

# Consoles must be asked often enough that this holds several questions, so
# that one or two lost datagrams change nothing.
SILENCE: Final = 5.0

# A network that loses much is not to be filled with questions.
GAPS_EVERY: Final = 1.0
_NUMBERS: Final = {"f": Struct(">f"), "i": Struct(">i")}

Heard = Report | Arrived | Gone


@dataclass(slots=True)
class Leaf:
    """One address of the console that stands for one parameter."""

    address: str
    tag: str
    parameter: ParameterId
    spec: ParameterSpec
    readable: bool
    head: Head | None = None

    def place(self, raw: OscValue) -> Value:
        """Return where ``raw`` is on the console's grid; what has none is its own place."""
        if isinstance(raw, float) and self.spec.steps > 1:
            return round(raw * (self.spec.steps - 1))
        return raw if isinstance(raw, str | float | int) else 0


@dataclass(slots=True)
class Selection:
    """An address whose number says which one of several switches is on."""

    address: str
    members: dict[int, ParameterId] = field(default_factory=dict)
    known: int | None = None


@dataclass(frozen=True, slots=True)
class Renewal:
    """A message to repeat ``every`` so many seconds, from the first moment on."""

    message: OscMessage
    every: float


class OscConsole(ABC):
    """A target that answers questions address by address; consoles inherit it."""

    renewals: ClassVar[tuple[Renewal, ...]] = ()
    """What keeps the console talking; one of them must be a question it answers."""

    reread_after: ClassVar[Mapping[str, float]] = MappingProxyType({})
    """Addresses after whose change everything watched is read again, and how soon."""

    def __init__(self, name: str, sheet: TargetSheet) -> None:
        self.health = Health(reason=f"{name} has not answered yet.")
        self._name = name
        self._leaves: dict[ParameterId, Leaf] = {}
        self._by_address: dict[str, Leaf] = {}
        self._selections: dict[str, Selection] = {}
        self._selectors: dict[ParameterId, tuple[Selection, int]] = {}
        self._constants: dict[ParameterId, str] = {}
        prefix = name + "."
        for key, spec in sheet.parameters.items():
            self._add(ParameterId(prefix + key), spec)
        # Everything of a plain message but its last four bytes, once seen and
        # understood, is the key to what those four bytes mean.
        self._routes: dict[bytes, tuple[Leaf, Struct]] = {}
        self._reading = PacedReading()
        self._confirming = Confirming()
        self._questions: dict[str, bytes] = {}
        self._watched: dict[ParameterId, None] = {}
        self._addresses: dict[str, None] = {}
        self._known: set[str] = set()
        self._due: dict[Renewal, float] = {}
        self._seen: dict[str, Value] = {}
        self._renew_at = inf
        self._silent_at = inf
        self._reread_at = inf
        self._gap_until = -inf
        self._pending: list[Heard] = []
        self._out: list[bytes] = []
        self._now = 0.0

    # What a console says for itself.

    @abstractmethod
    def to_wire(self, spec: ParameterSpec, tag: str, value: Value) -> OscValue:
        """Return ``value`` on the console's own grid; None for what it cannot take."""

    @abstractmethod
    def from_wire(self, spec: ParameterSpec, tag: str, value: OscValue) -> Value | None:
        """Return what the console's ``value`` means; None for what makes no sense."""

    @abstractmethod
    def hear_other(self, message: OscMessage, now: float) -> Sequence[Heard] | None:
        """Return what a message without a leaf means; None if it is unknown."""

    @abstractmethod
    def add_other(self, parameter: ParameterId, spec: ParameterSpec) -> None:
        """Note a parameter whose ``wire`` is of the console's own kind."""

    @abstractmethod
    def watch_others(self, parameters: Sequence[ParameterId], now: float) -> None:
        """Follow those of ``parameters`` that ``add_other`` was given, and no others."""

    # Tables.

    def _add(self, parameter: ParameterId, spec: ParameterSpec) -> None:
        wire = spec.wire
        address = wire.get("osc")
        if isinstance(address, str):
            readable = wire.get("read", True) is True and spec.kind != "trigger"
            leaf = Leaf(address, str(wire.get("tag", "f")), parameter, spec, readable)
            self._leaves[parameter] = leaf
            self._by_address[address] = leaf
        elif "index_of" in wire:
            self._add_selector(parameter, str(wire["index_of"]), wire.get("index"))
        elif "constant" in wire:
            self._constants[parameter] = str(wire["constant"])
        else:
            self.add_other(parameter, spec)

    def _add_selector(self, parameter: ParameterId, address: str, index: object) -> None:
        if not isinstance(index, int):
            raise ProtocolMisuse(f"{parameter} selects {index!r}, which is no number")
        selection = self._selections.setdefault(address, Selection(address))
        selection.members[index] = parameter
        self._selectors[parameter] = selection, index

    # Time.

    def open(self, now: float) -> None:
        """Ask the console to answer and to push."""
        self._now = now
        self._silent_at = now + SILENCE
        self.stream((), now)

    def wake(self, now: float) -> Sequence[Heard]:
        """Renew, ask again what was lost, and notice silence."""
        self._now = now
        self._renew(now)
        if now >= self._silent_at:
            self._note_silence()
        if now >= self._reread_at:
            self._reread_at = inf
            self._read_again()
        self._read(now)
        if self.health.alive:
            self._ask_all(self._confirming.due(now))
        return self._take_pending()

    def next_wakeup(self) -> float | None:
        """Return when ``wake`` is due next."""
        if self._pending:
            return self._now
        due = min(self._renew_at, self._silent_at, self._reread_at)
        if self.health.alive:
            due = min(due, self._confirming.next_wakeup())
        if not self.health.synced and self.health.alive:
            reading = self._reading.next_wakeup()
            if reading is not None:
                due = min(due, reading)
        return due if due < inf else None

    def close(self, now: float) -> None:
        """Say nothing: what the console was asked to push ends by itself."""
        self._now = now

    def _renew(self, now: float) -> None:
        for renewal, due in self._due.items():
            if now >= due:
                self._due[renewal] = now + renewal.every
                self.ask(renewal.message)
        self._renew_at = min(self._due.values(), default=inf)

    def begin_again(self, now: float) -> None:
        """Read everything again, as after a silence."""
        self._now = now
        if self.health.alive:
            self._arrive(now)

    def _note_silence(self) -> None:
        self._silent_at = inf
        self.health.reason = (
            f"The console {self._name} has not answered for {SILENCE:.0f} s; check its IP address, "
            "network cable and that OSC is reachable."
        )
        if self.health.alive:
            self.health.alive = False
            self.health.synced = False
            self._reading.forget()
            self._confirming.forget()
            self._known.clear()
            self.stream((), self._now)
            self._pending.append(Gone(self._name))

    # Reading.

    def watch(self, parameters: Sequence[ParameterId], now: float) -> None:
        """Read and follow ``parameters``, the most urgent first; replaces earlier calls.

        What was watched before is known and not read again.
        """
        self._now = now
        new = [parameter for parameter in parameters if parameter not in self._watched]
        self._watched = dict.fromkeys(parameters)
        self._addresses = dict.fromkeys(self._addresses_of(parameters))
        self._known.intersection_update(self._addresses)
        self.watch_others(parameters, now)
        if self.health.alive:
            self._report_constants(new)
            self._report_selected(new)
            self._want()
            self._read(now)

    def _addresses_of(self, parameters: Iterable[ParameterId]) -> Iterable[str]:
        for parameter in parameters:
            leaf = self._leaves.get(parameter)
            if leaf is not None:
                if leaf.readable:
                    yield leaf.address
            elif parameter in self._selectors:
                yield self._selectors[parameter][0].address

    def _report_constants(self, parameters: Iterable[ParameterId]) -> None:
        self._pending += (
            Report(parameter, self._constants[parameter])
            for parameter in parameters
            if parameter in self._constants
        )

    def _report_selected(self, parameters: Iterable[ParameterId]) -> None:
        for parameter in parameters:
            if parameter in self._selectors:
                selection, index = self._selectors[parameter]
                if selection.known is not None and selection.address in self._known:
                    self._pending.append(Report(parameter, selection.known == index))

    def _want(self) -> None:
        self._reading.want(address for address in self._addresses if address not in self._known)
        self._confirming.follow(self._addresses, self._now)
        self._note_progress()

    def _read_again(self) -> None:
        if self.health.alive:
            self._known.clear()
            self._want()

    def _read(self, now: float) -> None:
        if self.health.alive:
            asking = self._reading.due(now)
            for address in asking:
                self._confirming.asked(address, now)
            self._ask_all(asking)
            self._note_progress()

    def _ask_all(self, addresses: Iterable[str]) -> None:
        for address in addresses:
            question = self._questions.get(address)
            if question is None:
                question = self._questions[address] = encode(OscMessage(address))
            self._out.append(question)

    def _note_progress(self) -> None:
        self.health.synced = self._reading.complete
        missing = self._reading.missing
        self.health.notes[:] = (
            [f"Not answered so far, {len(missing)} in all: {', '.join(missing[:3])}."]
            if missing
            else []
        )

    # The console speaks.

    def receive(self, data: bytes, now: float) -> Sequence[Heard]:
        """Return the reports in one datagram, after ``Arrived`` if it ends a silence."""
        self._now = now
        route = self._routes.get(data[:-4])
        if route is not None and self.health.alive:
            leaf, number = route
            self._note_life(now)
            self._hear_leaf(leaf, number.unpack_from(data, len(data) - 4)[0])
        else:
            for message in messages_in(decode(data)):
                if isinstance(message, Malformed):
                    self.health.malformed += 1
                else:
                    self._note_life(now)
                    self._hear(message, data, now)
        if not self.health.synced:
            self._read(now)
        return self._take_pending()

    def _take_pending(self) -> Sequence[Heard]:
        pending, self._pending = self._pending, []
        return pending

    def _note_life(self, now: float) -> None:
        self.health.answered = now
        self._silent_at = now + SILENCE
        if self.health.alive:
            if self._confirming.missed:
                self._note_gap(now)
            return
        self.health.alive = True
        self.health.reason = ""
        self._arrive(now)

    def _arrive(self, now: float) -> None:
        """Say that the console is there, know nothing of it, and read all that is watched."""
        self._pending.append(Arrived(self._name))
        self._known.clear()
        self._seen.clear()
        for selection in self._selections.values():
            selection.known = None
        watched = tuple(self._watched)
        self._report_constants(watched)
        self.watch_others(watched, now)
        self._want()

    def _note_gap(self, now: float) -> None:
        """Read all again: where one answer was lost, pushes may have been."""
        if now >= self._gap_until:
            self._gap_until = now + GAPS_EVERY
            self._confirming.missed = False
            self._read_again()

    def _hear(self, message: OscMessage, data: bytes, now: float) -> None:
        leaf = self._by_address.get(message.address)
        if leaf is not None:
            self._hear_typed(leaf, message, data)
        elif message.address in self._selections:
            self._hear_selection(self._selections[message.address], message)
        else:
            heard = self.hear_other(message, now)
            if heard is None:
                self.health.unknown += 1
            else:
                self._pending += heard

    def _hear_typed(self, leaf: Leaf, message: OscMessage, data: bytes) -> None:
        if message.tags != leaf.tag:
            self.health.malformed += 1
            return
        number = _NUMBERS.get(leaf.tag)
        # Not from inside a bundle: there the last four bytes mean another thing.
        if number is not None and encode(message) == data:
            self._routes[data[:-4]] = leaf, number
        self._hear_leaf(leaf, message.args[0])

    def _hear_leaf(self, leaf: Leaf, raw: OscValue) -> None:
        value = self.from_wire(leaf.spec, leaf.tag, raw)
        if value is None:
            self.health.malformed += 1
            return
        self._note_answer(leaf.address)
        if not self._is_news(leaf.address, leaf.place(raw)):
            return
        if leaf.address in self.reread_after:
            self._note_recall(leaf.address, value)
        self._pending.append(Report(leaf.parameter, value))

    def _is_news(self, address: str, place: Value) -> bool:
        """Return whether to believe the console; write again what it did not get."""
        verdict = self._confirming.heard(address, place, self._now)
        if verdict == "lost":
            self._out.append(self._confirming.again(address))
        return verdict == "news"

    def _note_answer(self, address: str) -> None:
        if address in self._addresses:
            self._known.add(address)
        if not self.health.synced:
            self._reading.answered(address)

    def _note_recall(self, address: str, value: Value) -> None:
        # The first answer is no news; a scene that is another one now is.
        if self._seen.setdefault(address, value) != value:
            self._seen[address] = value
            self._reread_at = self._now + self.reread_after[address]

    def _hear_selection(self, selection: Selection, message: OscMessage) -> None:
        if message.tags != "i" or not isinstance(message.args[0], int):
            self.health.malformed += 1
            return
        self._note_answer(selection.address)
        if self._is_news(selection.address, message.args[0]):
            self._report_selection(selection, message.args[0])

    def _report_selection(self, selection: Selection, index: int) -> None:
        was, selection.known = selection.known, index
        if was is None:
            self._pending += (
                Report(member, value=place == index)
                for place, member in selection.members.items()
                if member in self._watched or place == index
            )
            return
        if was != index and was in selection.members:
            self._pending.append(Report(selection.members[was], value=False))
        if index in selection.members:
            self._pending.append(Report(selection.members[index], value=True))

    # The bridge speaks.

    def send(self, item: Write, now: float) -> None:
        """Queue the datagram that writes ``item``; what the console lacks is counted."""
        self._now = now
        leaf = self._leaves.get(item.parameter)
        if leaf is not None and leaf.spec.writable:
            self._write(leaf, item.value, now)
        elif item.parameter in self._selectors:
            if item.value:
                self._select(*self._selectors[item.parameter])
        else:
            self.health.unknown += 1

    def _write(self, leaf: Leaf, value: Value, now: float) -> None:
        if leaf.spec.kind == "trigger" and not value:
            return
        raw = self.to_wire(leaf.spec, leaf.tag, value)
        if raw is None:
            self.health.unknown += 1
            return
        if leaf.head is None:
            leaf.head = Head(leaf.address, leaf.tag)
        datagram = leaf.head.pack(raw)
        self._out.append(datagram)
        if leaf.readable:
            self._confirming.wrote(leaf.address, leaf.place(raw), datagram, now)
        if leaf.address in self.reread_after:
            self._reread_at = now + self.reread_after[leaf.address]

    def _select(self, selection: Selection, index: int) -> None:
        datagram = encode(OscMessage(selection.address, (index,), "i"))
        self._out.append(datagram)
        self._confirming.wrote(selection.address, index, datagram, self._now)
        # The console does not repeat our own choice: what it replaced is off now.
        self._report_selection(selection, index)

    def ask(self, message: OscMessage) -> None:
        """Queue ``message`` as it is."""
        self._out.append(encode(message))

    def stream(self, streams: Iterable[Renewal], now: float) -> None:
        """Keep ``streams`` flowing beside the console's own renewals, and no others."""
        self._due = {renewal: self._due.get(renewal, now) for renewal in (*self.renewals, *streams)}
        self._renew(now)

    def data_to_send(self) -> list[bytes]:
        """Return and forget the queued datagrams."""
        out, self._out = self._out, []
        return out
