"""What consoles that can be asked have in common, whatever they speak.

Owns: which parameter lives at which address, the paced first reading,
renewals, and whether the console is there.
Does not own: how a question or a value looks on the wire (``osc_console``,
``consoles``).

Rules: a console is there when it answered lately, never because a path
opened.  After a silence nothing it said before counts: all is read again.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from types import MappingProxyType
from typing import ClassVar, Final, Generic, TypeVar

from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.sheets import ParameterSpec, TargetSheet
from surfacebridge.model.values import Value
from surfacebridge.profiles.base import Health
from surfacebridge.profiles.paced_reading import RETRY_AFTER, WINDOW, PacedReading
from surfacebridge.value import as_value

# Consoles must be asked often enough that this holds several questions, so
# that one or two lost messages change nothing.
SILENCE: Final = 5.0

Heard = Report | Arrived | Gone


@dataclass(slots=True)
class Leaf:
    """One address of the console that stands for one parameter."""

    address: str
    parameter: ParameterId
    spec: ParameterSpec
    readable: bool


LeafT = TypeVar("LeafT", bound=Leaf)


@as_value
class Renewal:
    """A message to repeat ``every`` so many seconds, from the first moment on."""

    data: bytes
    every: float


class Console(ABC, Generic[LeafT]):
    """A target that answers questions address by address; consoles inherit it."""

    renewals: ClassVar[tuple[Renewal, ...]] = ()
    """What keeps the console talking; one of them must be a question it answers."""

    reread_after: ClassVar[Mapping[str, float]] = MappingProxyType({})
    """Addresses after whose change everything watched is read again, and how soon."""

    window: ClassVar[int] = WINDOW
    """How many questions may be on their way at once."""

    retry_after: ClassVar[float] = RETRY_AFTER
    """How long an answer may take before it is asked for again, in seconds."""

    advice: str = "check its IP address, network cable and that its remote control is switched on"
    """What to look at when it does not answer."""

    def __init__(self, name: str, sheet: TargetSheet) -> None:
        self.health = Health(
            reason=f"{name} has not answered yet; is it on, and is this its address?",
            peer=sheet.title,
        )
        self._name = name
        self._leaves: dict[ParameterId, LeafT] = {}
        self._by_address: dict[str, LeafT] = {}
        self._constants: dict[ParameterId, str] = {}
        self._reading = PacedReading(self.window, self.retry_after)
        self._watched: dict[ParameterId, None] = {}
        self._addresses: dict[str, None] = {}
        self._known: set[str] = set()
        self._due: dict[Renewal, float] = {}
        self._seen: dict[str, Value] = {}
        self._renew_at = inf
        self._silent_at = inf
        self._reread_at = inf
        self._pending: list[Heard] = []
        self._out: list[bytes] = []
        self._now = 0.0
        prefix = name + "."
        for key, spec in sheet.parameters.items():
            self._add(ParameterId(prefix + key), spec)

    # What a console says for itself.

    @abstractmethod
    def leaf_of(self, parameter: ParameterId, spec: ParameterSpec) -> LeafT | None:
        """Return where ``parameter`` lives; None where that is no address."""

    @abstractmethod
    def add_other(self, parameter: ParameterId, spec: ParameterSpec) -> None:
        """Note a parameter whose ``wire`` is of the console's own kind."""

    @abstractmethod
    def question(self, address: str) -> bytes:
        """Return what asks for ``address``."""

    @abstractmethod
    def watch_others(self, parameters: Sequence[ParameterId], now: float) -> None:
        """Follow those of ``parameters`` that ``add_other`` was given, and no others."""

    @abstractmethod
    def receive(self, data: bytes, now: float) -> Sequence[Heard]:
        """Return what ``data`` means, after ``Arrived`` if it ends a silence."""

    @abstractmethod
    def write(self, leaf: LeafT, value: Value, now: float) -> bool:
        """Queue what sets ``leaf`` to ``value``; return False where it cannot be that."""

    # Tables.

    def _add(self, parameter: ParameterId, spec: ParameterSpec) -> None:
        leaf = self.leaf_of(parameter, spec)
        if leaf is not None:
            self._leaves[parameter] = leaf
            self._by_address[leaf.address] = leaf
        elif "constant" in spec.wire:
            self._constants[parameter] = str(spec.wire["constant"])
        else:
            self.add_other(parameter, spec)

    def address_of(self, parameter: ParameterId) -> str | None:
        """Return the address that tells of ``parameter`` when it is asked."""
        leaf = self._leaves.get(parameter)
        return leaf.address if leaf is not None and leaf.readable else None

    # Time.

    def open(self, now: float) -> None:
        """Ask the console to answer and to push."""
        self._now = now
        self._silent_at = now + SILENCE
        self.health.advice = f"If it goes on, {self.advice}."
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
        return self._take_pending()

    def next_wakeup(self) -> float | None:
        """Return when ``wake`` is due next."""
        if self._pending:
            return self._now
        due = min(self._renew_at, self._silent_at, self._reread_at)
        if not self.health.synced and self.health.alive:
            reading = self._reading.next_wakeup()
            if reading is not None:
                due = min(due, reading)
        return due if due < inf else None

    def close(self, now: float) -> None:
        """Say nothing: what the console was asked to push ends by itself."""
        self._now = now

    def stream(self, streams: Iterable[Renewal], now: float) -> None:
        """Keep ``streams`` flowing beside the console's own renewals, and no others."""
        self._due = {renewal: self._due.get(renewal, now) for renewal in (*self.renewals, *streams)}
        self._renew(now)

    def _renew(self, now: float) -> None:
        for renewal, due in self._due.items():
            if now >= due:
                self._due[renewal] = now + renewal.every
                self._out.append(renewal.data)
        self._renew_at = min(self._due.values(), default=inf)

    def begin_again(self, now: float) -> None:
        """Read everything again, as after a silence."""
        self._now = now
        if self.health.alive:
            self._arrive(now)

    def _note_silence(self) -> None:
        self._silent_at = inf
        self.health.reason = (
            f"The console {self._name} has not answered for {SILENCE:.0f} s; {self.advice}."
        )
        if self.health.alive:
            self.health.alive = False
            self.health.synced = False
            self._reading.forget()
            self.forget()
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
        addresses = (self.address_of(parameter) for parameter in parameters)
        self._addresses = {address: None for address in addresses if address is not None}
        self._known.intersection_update(self._addresses)
        self.watch_others(parameters, now)
        if self.health.alive:
            self.report_known(new)
            self._want()
            self._read(now)

    def report_known(self, parameters: Iterable[ParameterId]) -> None:
        """Report what need not be asked for."""
        self._pending += (
            Report(parameter, self._constants[parameter])
            for parameter in parameters
            if parameter in self._constants
        )

    def _want(self) -> None:
        self._reading.want(address for address in self._addresses if address not in self._known)
        self._note_progress()

    def _read_again(self) -> None:
        if self.health.alive:
            self._known.clear()
            self._want()

    def _read(self, now: float) -> None:
        if self.health.alive:
            self.put(self._reading.due(now), now)
            self._note_progress()

    def put(self, addresses: Iterable[str], now: float) -> None:
        """Queue the questions for ``addresses``."""
        del now
        self._out += map(self.question, addresses)

    def _note_progress(self) -> None:
        self.health.synced = self._reading.complete
        missing = self._reading.missing
        self.health.notes[:] = (
            [f"Not answered so far, {len(missing)} in all: {', '.join(missing[:3])}."]
            if missing
            else []
        )

    # The console speaks.

    def _take_pending(self) -> Sequence[Heard]:
        pending, self._pending = self._pending, []
        return pending

    def _note_life(self, now: float) -> None:
        self.health.answered = now
        self._silent_at = now + SILENCE
        if self.health.alive:
            return
        self.health.alive = True
        self.health.reason = ""
        self._arrive(now)

    def _arrive(self, now: float) -> None:
        """Say that the console is there, know nothing of it, and read all that is watched."""
        self._pending.append(Arrived(self._name))
        self.forget()
        watched = tuple(self._watched)
        self.report_known(watched)
        self.watch_others(watched, now)
        self._want()

    def forget(self) -> None:
        """Know nothing of what the console holds."""
        self._known.clear()
        self._seen.clear()

    def hear_value(self, leaf: LeafT, value: Value) -> None:
        """Take ``value`` for what the console holds at ``leaf``."""
        self._note_answer(leaf.address)
        if leaf.address in self.reread_after:
            self._note_recall(leaf.address, value)
        self._pending.append(Report(leaf.parameter, value))

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

    # The bridge speaks.

    def send(self, item: Write, now: float) -> None:
        """Queue what writes ``item``; what the console lacks is counted."""
        self._now = now
        leaf = self._leaves.get(item.parameter)
        if leaf is None or not leaf.spec.writable:
            self.health.unknown += 1
        elif leaf.spec.kind != "trigger" or item.value:
            self._write(leaf, item.value, now)

    def _write(self, leaf: LeafT, value: Value, now: float) -> None:
        if not self.write(leaf, value, now):
            self.health.unknown += 1
            return
        if leaf.address in self.reread_after:
            self._reread_at = now + self.reread_after[leaf.address]

    def data_to_send(self) -> list[bytes]:
        """Return and forget what is queued."""
        out, self._out = self._out, []
        return out
