"""What consoles that speak OSC over UDP have in common.

Owns: parameters as OSC addresses with a type, switches of which one is on, and
reading all again where a datagram was lost.
Does not own: reading, renewing and silence (``console``), doubts about what was
written (``confirming``), how a value looks on the wire, the console's own
questions and streams (``consoles``).
"""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import inf
from struct import Struct
from typing import Final

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.sheets import ParameterSpec, TargetSheet
from surfacebridge.model.values import Value
from surfacebridge.profiles.confirming import Confirming
from surfacebridge.profiles.console import Console, Heard, Leaf
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.osc.bites import bites
from surfacebridge.protocols.osc.messages import OscMessage, OscValue, messages_in
from surfacebridge.protocols.osc.packet import Head, decode, encode

# A network that loses much is not to be filled with questions.
GAPS_EVERY: Final = 1.0

# What changed without a word is found, and a motor there, within a second: a
# desk that was switched off and on pushes nothing before it is asked to again.
ROUND: Final = 0.6
_NUMBERS: Final = {"f": Struct(">f"), "i": Struct(">i")}


@dataclass(slots=True)
class OscLeaf(Leaf):
    """A parameter's OSC address and the type it is written with."""

    tag: str
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


class OscConsole(Console[OscLeaf]):
    """A console whose every parameter is an OSC address; consoles inherit it."""

    def __init__(self, name: str, sheet: TargetSheet) -> None:
        self._selections: dict[str, Selection] = {}
        self._selectors: dict[ParameterId, tuple[Selection, int]] = {}
        # Everything of a plain message but its last four bytes, once seen and
        # understood, is the key to what those four bytes mean.
        self._routes: dict[bytes, tuple[OscLeaf, Struct]] = {}
        self._confirming = Confirming()
        self._questions: dict[str, bytes] = {}
        self._gap_until = -inf
        super().__init__(name, sheet)

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

    def value_in(self, leaf: OscLeaf, message: OscMessage) -> OscValue:
        """Return the value that ``message`` gives ``leaf``; None if it has no such value."""
        return message.args[0] if message.tags == leaf.tag else None

    # Tables.

    def _add(self, parameter: ParameterId, spec: ParameterSpec) -> None:
        if "index_of" in spec.wire:
            self._add_selector(parameter, str(spec.wire["index_of"]), spec.wire.get("index"))
        else:
            super()._add(parameter, spec)

    def leaf_of(self, parameter: ParameterId, spec: ParameterSpec) -> OscLeaf | None:
        """Return the OSC address of ``parameter``, where the sheet has one."""
        address = spec.wire.get("osc")
        if not isinstance(address, str):
            return None
        readable = spec.wire.get("read", True) is True and spec.kind != "trigger"
        return OscLeaf(address, parameter, spec, readable, str(spec.wire.get("tag", "f")))

    def _add_selector(self, parameter: ParameterId, address: str, index: object) -> None:
        if not isinstance(index, int):
            raise ProtocolMisuse(f"{parameter} selects {index!r}, which is no number")
        selection = self._selections.setdefault(address, Selection(address))
        selection.members[index] = parameter
        self._selectors[parameter] = selection, index

    def address_of(self, parameter: ParameterId) -> str | None:
        """Return the address that tells of ``parameter``; a switch of a selection shares one."""
        if parameter in self._selectors:
            return self._selectors[parameter][0].address
        return super().address_of(parameter)

    # Time.

    def wake(self, now: float) -> Sequence[Heard]:
        """Also ask what was written back, and go through all that is followed."""
        heard = super().wake(now)
        if self.health.alive:
            self._out += map(self.question, self._confirming.due(now))
        return heard

    def next_wakeup(self) -> float | None:
        """Return when ``wake`` is due next."""
        due = super().next_wakeup()
        if self._pending or not self.health.alive:
            return due
        own = self._confirming.next_wakeup()
        return own if due is None else min(due, own)

    # Reading.

    def question(self, address: str) -> bytes:
        """Return the address alone: that asks for it."""
        question = self._questions.get(address)
        if question is None:
            question = self._questions[address] = encode(OscMessage(address))
        return question

    def put(self, addresses: Iterable[str], now: float) -> None:
        """Queue the questions, and remember how old their answers will be."""
        addresses = tuple(addresses)
        for address in addresses:
            self._confirming.asked(address, now)
        super().put(addresses, now)

    def _want(self) -> None:
        super()._want()
        self._confirming.follow(self._addresses, self._now)
        self._pace()

    def _pace(self) -> None:
        self._confirming.take(ROUND)

    def _note_life(self, now: float) -> None:
        was_alive = self.health.alive
        super()._note_life(now)
        if was_alive and self._confirming.missed and now >= self._gap_until:
            # Where one answer was lost, pushes may have been.
            self._gap_until = now + GAPS_EVERY
            self._confirming.missed = False
            self._read_again()

    def report_known(self, parameters: Iterable[ParameterId]) -> None:
        """Report constants, and switches of a selection that is known."""
        parameters = tuple(parameters)
        super().report_known(parameters)
        for parameter in parameters:
            if parameter in self._selectors:
                selection, index = self._selectors[parameter]
                if selection.known is not None and selection.address in self._known:
                    self._pending.append(Report(parameter, selection.known == index))

    def forget(self) -> None:
        """Know nothing of what the console holds."""
        super().forget()
        self._confirming.forget()
        for selection in self._selections.values():
            selection.known = None

    # The console speaks.

    def bites(self, data: bytes) -> Iterator[bytes]:
        """Yield a long bundle as short ones."""
        return bites(data)

    def receive(self, data: bytes, now: float) -> Sequence[Heard]:
        """Return the reports in one datagram, after ``Arrived`` if it ends a silence."""
        self._now = now
        route = self._routes.get(data[:-4])
        if route is not None and self.health.alive:
            leaf, number = route
            self._note_life(now)
            self.hear_leaf(leaf, number.unpack_from(data, len(data) - 4)[0])
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

    def _hear_typed(self, leaf: OscLeaf, message: OscMessage, data: bytes) -> None:
        raw = self.value_in(leaf, message)
        if raw is None:
            self.health.malformed += 1
            return
        number = _NUMBERS.get(message.tags)
        # Not from inside a bundle: there the last four bytes mean another thing.
        if number is not None and encode(message) == data:
            self._routes[data[:-4]] = leaf, number
        self.hear_leaf(leaf, raw)

    def hear_leaf(self, leaf: OscLeaf, raw: OscValue) -> None:
        """Take ``raw`` for what the console holds at ``leaf``."""
        value = self.from_wire(leaf.spec, leaf.tag, raw)
        if value is None:
            self.health.malformed += 1
            return
        self._note_answer(leaf.address)
        if self._is_news(leaf.address, leaf.place(raw)):
            self.hear_value(leaf, value)

    def _is_news(self, address: str, place: Value) -> bool:
        """Return whether to believe the console; write again what it did not get."""
        verdict = self._confirming.heard(address, place, self._now)
        if verdict == "lost":
            self._out.append(self._confirming.again(address))
        return verdict == "news"

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
        if item.parameter not in self._selectors:
            super().send(item, now)
        elif item.value:
            self._now = now
            self._select(*self._selectors[item.parameter])

    def write(self, leaf: OscLeaf, value: Value, now: float) -> bool:
        """Queue the datagram that sets ``leaf``; return False where it cannot be ``value``."""
        raw = self.to_wire(leaf.spec, leaf.tag, value)
        if raw is None:
            return False
        if leaf.head is None:
            leaf.head = Head(leaf.address, leaf.tag)
        datagram = leaf.head.pack(raw)
        self._out.append(datagram)
        if leaf.readable:
            self._confirming.wrote(leaf.address, leaf.place(raw), datagram, now)
        return True

    def _select(self, selection: Selection, index: int) -> None:
        datagram = encode(OscMessage(selection.address, (index,), "i"))
        self._out.append(datagram)
        self._confirming.wrote(selection.address, index, datagram, self._now)
        # The console does not repeat our own choice: what it replaced is off now.
        self._report_selection(selection, index)

    def ask(self, message: OscMessage) -> None:
        """Queue ``message`` as it is."""
        self._out.append(encode(message))
