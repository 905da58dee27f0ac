"""A whole rig without hardware: the real engine and profiles on a clock that moves when told.

Owns: virtual cables, the clock, and a log of all that was sent and shown.
Does not own: what a story expects (``runner``), or what peers answer (``peers``).

Rule: bytes go through the same profiles as in a running bridge.  Gestures go
to the engine directly, so that a surface without a profile can be rehearsed;
shows become bytes where the surface has one.
"""

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final, Protocol

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.model.controls import ControlId, Gesture
from surfacebridge.model.feedback import Show
from surfacebridge.model.lifecycle import Arrived, ClockTicked, Gone
from surfacebridge.model.parameters import Follow, ParameterId, Report, Write
from surfacebridge.model.sheets import TargetSheet
from surfacebridge.profiles.base import BeginsAgain, Health, SurfaceEndpoint, TargetEndpoint
from surfacebridge.rehearsal.chance import Chance
from surfacebridge.rehearsal.peers import Peer, default_of
from surfacebridge.routing.bindings import Out, VerbIn
from surfacebridge.routing.engine import Engine
from surfacebridge.routing.plan import Plan, PlanLine, ToText
from surfacebridge.routing.running import Effect, Event
from surfacebridge.routing.state import Binding

# A local network answers in about that time; it only has to be more than nothing.
LATENCY: Final = 0.002

# A console is read in well under a second; one that is silent for longer stays absent.
START_PATIENCE: Final = 5.0

# Displays that are drawn anew drop what they are told for most of a second.
START_REST: Final = 1.0

# No story makes so many things happen in one moment; going on would be for ever.
_MOST_AT_ONCE: Final = 20_000


@dataclass(frozen=True, slots=True)
class Wired:
    """``endpoint`` was sent these bytes: one message, or one datagram."""

    at: float
    endpoint: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Shown:
    """A surface was told to show something."""

    at: float
    show: Show


@dataclass(frozen=True, slots=True)
class Written:
    """A target was asked for something, in the bridge's own words."""

    at: float
    write: Write


Happening = Wired | Shown | Written


class Cast(Protocol):
    """Who plays: a fresh profile for each time a cable is plugged in, and its peer.

    ``None`` instead of a profile means that the dialect has none yet: its
    endpoint is rehearsed in gestures, shows and writes, without bytes.
    """

    def surface(self, name: str) -> SurfaceEndpoint | None:
        """Return a new profile for surface ``name``."""
        ...

    def target(self, name: str) -> TargetEndpoint | None:
        """Return a new profile for target ``name``."""
        ...

    def peer(self, name: str) -> Peer:
        """Return whoever stands at the other end of the cable of ``name``."""
        ...


class WordlessTarget:
    """A target without bytes: it is there at once and holds defaults."""

    def __init__(self, name: str, sheet: TargetSheet) -> None:
        self.health = Health(alive=True, synced=True, reason="")
        self._name = name
        self._sheet = sheet
        self._pending: list[Report | Arrived | Gone] = []
        self._known: set[ParameterId] = set()
        self._now = 0.0

    def open(self, now: float) -> None:
        """Be there."""
        self._now = now
        self._pending.append(Arrived(self._name))

    def receive(self, data: bytes, now: float) -> Sequence[Report | Arrived | Gone]:
        """Understand nothing."""
        del data, now
        return ()

    def send(self, item: Write, now: float) -> None:
        """Take it in silence, as a console takes what it is told."""
        del item, now

    def watch(self, parameters: Sequence[ParameterId], now: float) -> None:
        """Report the default of each parameter not reported before."""
        self._now = now
        for parameter in parameters:
            name = parameter.partition(".")[2]
            spec = self._sheet.parameters.get(ParameterId(name))
            if spec is not None and spec.kind != "trigger" and parameter not in self._known:
                self._known.add(parameter)
                self._pending.append(Report(parameter, default_of(name, spec)))

    def wake(self, now: float) -> Sequence[Report | Arrived | Gone]:
        """Return what is to be said."""
        del now
        said, self._pending = self._pending, []
        return said

    def next_wakeup(self) -> float | None:
        """Return at once while there is something to say."""
        return self._now if self._pending else None

    def data_to_send(self) -> list[bytes]:
        """Return nothing: there are no bytes."""
        return []

    def close(self, now: float) -> None:
        """Leave without a word."""
        del now


class _Cable:
    """One endpoint of the rig: its profile while plugged in, and its peer."""

    __slots__ = ("beat_at", "endpoint", "loss", "name", "peer", "plugged")

    def __init__(self, name: str, peer: Peer) -> None:
        self.name = name
        self.peer = peer
        self.plugged = False
        self.endpoint: SurfaceEndpoint | TargetEndpoint | None = None
        self.loss = 0.0
        self.beat_at = inf


class Rig:
    """Surfaces, targets and the bridge between them, in virtual time."""

    def __init__(
        self, plan: Plan, cast: Cast, seed: int = 1, mind: Callable[[Plan], Engine] = Engine
    ) -> None:
        """Join ``plan`` and ``cast``; ``seed`` decides what a bad cable loses."""
        self.plan: Final = plan
        self.engine: Final = mind(plan)
        self.now = 0.0
        self.log: Final[list[Happening]] = []
        self.shows: Final[dict[ControlId, Show]] = {}
        """What each control was last told to show."""
        self.held: Final[set[ControlId]] = set()
        """The caps a finger of the story is on."""
        self.reached: Final[set[int]] = set()
        """Orders of the lines through which anything passed since the start."""
        self._cast = cast
        self._chance = Chance(seed)
        self._cables = {
            name: _Cable(name, cast.peer(name)) for name in (*plan.surfaces, *plan.targets)
        }
        self._mail: list[tuple[float, int, _Cable, object, bytes]] = []
        self._sent = 0
        self._present: set[str] = set()
        self._gestured: dict[int, Binding] = {}
        self._midnight = 0.0
        self._tick_at = inf

    def start(self) -> None:
        """Plug everything in and wait until all is read and shown; then it is midnight."""
        for name in self._cables:
            self.plug(name)
        self.run_until(self._is_settled, self.now + START_PATIENCE)
        self.advance(self.now + START_REST)
        self.reached.clear()
        self._gestured.clear()
        self._midnight = self.now
        if any(_tells_time(line) for line in self.plan.lines):
            self._tick_at = self.now + 1.0

    def _is_settled(self) -> bool:
        if self._mail or self._present != self._cables.keys():
            return False
        endpoints = (self._cables[name].endpoint for name in self.plan.targets)
        return all(endpoint is None or endpoint.health.synced for endpoint in endpoints)

    def is_present(self, name: str) -> bool:
        """Return whether the bridge takes ``name`` for there."""
        return name in self._present

    def speaks_bytes(self, name: str) -> bool:
        """Return whether the dialect of ``name`` has a profile, so that bytes mean something."""
        endpoint = self._cables[name].endpoint
        return endpoint is not None and not isinstance(endpoint, WordlessTarget)

    def is_plugged(self, name: str) -> bool:
        """Return whether the cable of ``name`` is in."""
        return self._cables[name].plugged

    # What a story does

    def gesture(self, gesture: Gesture) -> None:
        """Let a hand do something on a surface."""
        surface = gesture.control.partition(".")[0]
        cable = self._cables[surface]
        if cable.plugged and not self._is_lost(cable):
            self._handle((gesture,))

    def hear(self, name: str, data: bytes) -> None:
        """Let ``data`` arrive from the peer of ``name``, after all that it said before."""
        cable = self._cables[name]
        under_way = sorted(one for one in self._mail if one[2] is cable)
        self._mail = [one for one in self._mail if one[2] is not cable]
        heapq.heapify(self._mail)
        for _, _, _, endpoint, said in under_way:
            if cable.endpoint is endpoint:
                self._deliver(cable, said)
        self._deliver(cable, data)

    def _deliver(self, cable: _Cable, data: bytes) -> None:
        endpoint = cable.endpoint
        if endpoint is None or self._is_lost(cable):
            return
        heard: Iterable[Event] = endpoint.receive(data, self.now)
        self._take_from(cable, heard)

    def report(self, report: Report) -> None:
        """Let a target say something in the bridge's own words, past its profile."""
        self._handle((report,))

    def unplug(self, name: str) -> None:
        """Pull the cable: whatever is under way on it is gone."""
        cable = self._cables[name]
        if cable.plugged:
            cable.plugged = False
            cable.endpoint = None
            cable.beat_at = inf
            self.held.difference_update([c for c in self.held if c.startswith(f"{name}.")])
            self._handle((Gone(name),))

    def plug(self, name: str) -> None:
        """Put the cable in: a new profile greets the peer."""
        cable = self._cables[name]
        if cable.plugged:
            return
        cable.plugged = True
        cable.peer.plugged()
        is_surface = name in self.plan.surfaces
        if is_surface:
            cable.endpoint = self._cast.surface(name)
        else:
            sheet = self.plan.targets[name]
            cable.endpoint = self._cast.target(name) or WordlessTarget(name, sheet)
        if cable.endpoint is not None:
            cable.endpoint.open(self.now)
        if cable.peer.beat is not None:
            cable.beat_at = self.now + LATENCY
        if is_surface:
            for control in [one for one in self.shows if one.startswith(f"{name}.")]:
                del self.shows[control]
            self._handle((Arrived(name),))
        self._flush(cable)

    def lose(self, name: str, share: float) -> None:
        """Lose ``share`` (0…1) of all that goes over the cable of ``name`` from now on."""
        self._cables[name].loss = share

    def peer(self, name: str) -> Peer:
        """Return who stands at the other end of the cable of ``name``."""
        return self._cables[name].peer

    # Time

    def advance(self, until: float) -> None:
        """Let time pass, doing everything when it is due."""
        self.run_until(lambda: False, until)

    def run_until(self, is_reached: Callable[[], bool], end: float) -> bool:
        """Let time pass until ``is_reached``, or to ``end``; return whether it was."""
        if is_reached():
            return True
        at_once = 0
        while (due := self._next_due()) is not None and due <= end:
            at_once = at_once + 1 if due <= self.now else 0
            if at_once > _MOST_AT_ONCE:
                raise ProtocolMisuse(f"something is due at {self.now} s for ever")
            self.now = max(self.now, due)
            self._wake()
            if is_reached():
                return True
        self.now = max(self.now, end)
        return is_reached()

    def _next_due(self) -> float | None:
        due = [self.engine.next_wakeup(), None if self._tick_at == inf else self._tick_at]
        due += (cable.beat_at for cable in self._cables.values() if cable.beat_at < inf)
        due += (cable.endpoint.next_wakeup() for cable in self._cables.values() if cable.endpoint)
        if self._mail:
            due.append(self._mail[0][0])
        return min((one for one in due if one is not None), default=None)

    def _wake(self) -> None:
        while self._mail and self._mail[0][0] <= self.now:
            _, _, cable, endpoint, data = heapq.heappop(self._mail)
            if cable.endpoint is endpoint:
                self._deliver(cable, data)
        if self._tick_at <= self.now:
            self._tick_at += 1.0
            minutes, seconds = divmod(round(self.now - self._midnight), 60)
            hours, minutes = divmod(minutes, 60)
            self._handle((ClockTicked(hours % 24, minutes, seconds),))
        self._spread(self.engine.wake(self.now))
        for cable in self._cables.values():
            if cable.peer.beat is not None and cable.beat_at <= self.now:
                data, every = cable.peer.beat
                cable.beat_at = self.now + every
                self.hear(cable.name, data)
            if cable.endpoint is None:
                continue
            due = cable.endpoint.next_wakeup()
            if due is not None and due <= self.now:
                heard: Iterable[Event] = cable.endpoint.wake(self.now)
                self._take_from(cable, heard)

    # Events in, effects out

    def _take_from(self, cable: _Cable, events: Iterable[Event]) -> None:
        is_surface = cable.name in self.plan.surfaces
        # A virtual surface is there as long as its cable is, however long it is silent.
        self._handle(event for event in events if not (is_surface and isinstance(event, Gone)))
        self._flush(cable)

    def _handle(self, events: Iterable[Event]) -> None:
        for event in events:
            match event:
                case Arrived(endpoint=name):
                    self._present.add(name)
                case Gone(endpoint=name):
                    self._present.discard(name)
                case Report() | ClockTicked():
                    pass
                case _:
                    self._note_gesture(event)
            self._spread(self.engine.handle(event, self.now))

    def _spread(self, effects: Iterable[Effect]) -> None:
        dirty: dict[str, _Cable] = {}
        for effect in effects:
            name = effect.target if isinstance(effect, Write | Follow) else effect.surface
            cable = self._cables[name]
            if not cable.plugged:
                continue
            dirty[name] = cable
            match effect:
                case Follow():
                    if cable.endpoint is not None and name in self.plan.targets:
                        if effect.anew and isinstance(cable.endpoint, BeginsAgain):
                            cable.endpoint.begin_again(self.now)
                        cable.endpoint.watch(effect.parameters, self.now)  # type: ignore[union-attr]
                        self._mail_from(cable, cable.peer.pushed(effect.parameters))
                    continue
                case Write():
                    self.log.append(Written(self.now, effect))
                    self._note_write(effect)
                case _:
                    self.log.append(Shown(self.now, effect))
                    self.shows[effect.control] = effect
                    self._note_show(effect)
            if cable.endpoint is not None:
                cable.endpoint.send(effect, self.now)  # type: ignore[arg-type]
        for cable in dirty.values():
            self._flush(cable)

    def _flush(self, cable: _Cable) -> None:
        if cable.endpoint is None:
            return
        for data in cable.endpoint.data_to_send():
            if self._is_lost(cable):
                continue
            self.log.append(Wired(self.now, cable.name, data))
            self._mail_from(cable, cable.peer.hear(data))

    def _mail_from(self, cable: _Cable, said: Iterable[bytes]) -> None:
        for data in said:
            self._sent += 1
            entry = (self.now + LATENCY, self._sent, cable, cable.endpoint, data)
            heapq.heappush(self._mail, entry)

    def _is_lost(self, cable: _Cable) -> bool:
        return cable.loss > 0.0 and self._chance.fraction() < cable.loss

    # Which lines took part

    def _note_gesture(self, gesture: Gesture) -> None:
        # A touch has lines of its own, and where none is sensed motion makes it.
        for name in (gesture.control, ControlId(f"{gesture.control}.touch")):
            control = self.engine.wiring.controls.get(name)
            for binding in control.ins if control is not None else ():
                self._gestured[id(binding)] = binding
                if isinstance(binding, VerbIn) and binding.line is not None:
                    self.reached.add(binding.line.order)

    def _note_write(self, write: Write) -> None:
        for binding in self._gestured.values():
            if binding.line is not None and any(
                parameter.id == write.parameter for parameter in binding.parameters
            ):
                self.reached.add(binding.line.order)

    def _note_show(self, show: Show) -> None:
        for binding in self.engine.wiring.controls[show.control].outs:
            if isinstance(binding, Out) and binding.line is not None:
                self.reached.add(binding.line.order)


def _tells_time(line: PlanLine) -> bool:
    return isinstance(line.target, ToText) and any(
        not isinstance(part, str) and "clock" in part.sources for part in line.target.parts
    )
