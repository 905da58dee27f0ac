"""A capture played again: the same bridge, on the capture's own clock.

Owns: handing every captured moment to a fresh hub and fresh profiles at its own
time, and comparing what leaves with what left then.  Does not own: the file, or
how a difference is shown.

Rule: the hub and the sessions are the ones that run rigs; only the clock and
the far ends of the links are the capture's.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Final

from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.session import Session, SurfaceSession, TargetSession
from surfacebridge.bridge.supervisor import Place, SurfacePlace
from surfacebridge.errors import LinkLost, SurfaceBridgeError
from surfacebridge.protocols.capture import Moment
from surfacebridge.routing.plan import Plan
from surfacebridge.routing.running import Effect, Event

# A loaded machine wakes late, and the capture says when; a timer that it does
# not know of is one of another version, and due by itself.
_LATE: Final = 2.0

Observer = Callable[[Moment, str, Event | Effect | bytes], None]
"""Called with a cause, an endpoint's name, and what it said, was told, or was sent."""

# Nobody reads more; the rest is counted.
MOST_DIFFERENCES: Final = 200

# A timer that is due at once, again and again, would stop time.
_MOST_AT_ONCE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Difference:
    """After ``cause``, ``name`` was sent ``replayed`` where the capture has ``recorded``."""

    cause: Moment
    name: str
    recorded: tuple[bytes, ...]
    replayed: tuple[bytes, ...]


@dataclass(slots=True)
class Replayed:
    """How a replay went.

    ``moments`` were played and ``chunks`` of output compared; of ``different``
    causes the first ones are in ``differences``.  ``ignored`` moments fit nothing
    that was there, because lines before them are missing or the rig is another;
    ``notes`` say in sentences what else should be known.
    """

    moments: int = 0
    chunks: int = 0
    different: int = 0
    ignored: int = 0
    differences: list[Difference] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class _Timer:
    __slots__ = ("callback", "is_over", "when")

    def __init__(self, when: float, callback: Callable[[], object]) -> None:
        self.when = when
        self.callback = callback
        self.is_over = False

    def cancel(self) -> None:
        self.is_over = True

    @property
    def owner(self) -> str:
        whose = getattr(self.callback, "__self__", None)
        return whose.name if isinstance(whose, Session) else ""


class _Clock:
    """The time of the moment that is played."""

    def __init__(self) -> None:
        self.now = 0.0
        self._timers: list[_Timer] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: Callable[[], object], /) -> _Timer:
        timer = _Timer(when, callback)
        self._timers.append(timer)
        return timer

    def waiting(self) -> list[_Timer]:
        """Return what is still to come, the next first; there are a few at a time."""
        self._timers = sorted(
            (one for one in self._timers if not one.is_over), key=lambda one: one.when
        )
        return self._timers


class Tape:
    """The near end of a captured link: keeps what is sent, and hands on what it is given."""

    def __init__(self, address: str, name: str, sent: list[tuple[str, bytes]]) -> None:
        self.address = address
        self.received = self.sent = self.dropped = self.strangers = 0
        self._name = name
        self._sent = sent
        self.arrived: Callable[[bytes], None] = lambda _: None
        self.rested: Callable[[], None] = lambda: None

    def listen(
        self,
        arrived: Callable[[bytes], None],
        lost: Callable[[LinkLost], None],
        rested: Callable[[], None] = lambda: None,
    ) -> None:
        """Call ``arrived`` and ``rested`` as whoever plays it says."""
        del lost
        self.arrived, self.rested = arrived, rested

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield nothing: a tape is listened to."""
        nothing: tuple[bytes, ...] = ()
        for data in nothing:
            yield data

    def send(self, data: bytes) -> None:
        """Keep ``data`` under the link's name."""
        self._sent.append((self._name, data))

    def send_many(self, chunks: Sequence[bytes]) -> None:
        """Keep each of ``chunks``, in order."""
        for data in chunks:
            self.send(data)

    async def close(self) -> None:
        """Hand on nothing any more."""
        self.arrived = lambda _: None


class Replay:
    """One capture in one fresh bridge.  Make and run it while a loop runs."""

    def __init__(
        self,
        plan: Plan,
        places: Iterable[Place],
        *,
        writes: bool = True,
        reload: Callable[[], Plan | None] = lambda: None,
    ) -> None:
        """Play to ``plan``; ``reload`` returns the next plan at each captured reload."""
        self.result: Final = Replayed()
        self._clock = _Clock()
        self.hub: Final = Hub(plan, writes=writes, clock=self._clock)
        self._places = {place.name: place for place in places}
        self._reload = reload
        self._sessions: dict[str, tuple[Session, Tape]] = {}
        self._resting: str | None = None
        self._sent: list[tuple[str, bytes]] = []
        self._recorded: list[tuple[str, bytes]] = []
        self._cause = Moment(0.0, "open", "")
        self._observers: list[Observer] = []
        self._wakes: dict[str, list[float]] = {}

    def observe(self, observer: Observer) -> None:
        """Call ``observer`` with all that is said, told and sent, and the moment it came of."""
        self.hub.observers.append(lambda name, what: observer(self._cause, name, what))
        self._observers.append(observer)

    async def run(self, moments: Iterable[Moment]) -> Replayed:
        """Play ``moments`` in order; return how it went."""
        played = list(moments)
        for moment in reversed(played):
            if moment.what == "wake":
                self._wakes.setdefault(moment.name, []).append(moment.at)
        for moment in played:
            if moment.what == "out":
                self._recorded.append((moment.name, moment.data))
                continue
            self._settle(moment)
            self._compare()
            self._fire_until(moment.at)
            self._cause = moment
            self._clock.now = max(self._clock.now, moment.at)
            self.result.moments += 1
            await self._play(moment)
        self._settle(None)
        self._compare(is_last=True)
        self._cause = Moment(self._clock.now, "close", "")
        for session, _ in self._sessions.values():
            await session.stop(polite=False)
        self.hub.close()
        return self.result

    async def _play(self, moment: Moment) -> None:
        match moment.what:
            case "open":
                await self._open(moment.name)
            case "in" | "with":
                self._hear(moment)
            case "wake":
                self._wake(moment.name)
            case "resync":
                self.result.ignored += not self.hub.resync(moment.name)
            case "tick":
                self._tick(moment.text)
            case "reload":
                plan = self._reload()
                if plan is not None:
                    self.hub.adopt(self.hub.engine.prepare(plan), self._clock.now)
            case _:
                await self._close(moment.name, polite=moment.what == "close")

    async def _open(self, name: str) -> None:
        place = self._places.get(name)
        if place is None:
            self.result.ignored += 1
            return
        if name in self._sessions:
            await self._close(name, polite=False)
        tape = Tape(place.address, name, self._sent)
        try:
            session: Session
            if isinstance(place, SurfacePlace):
                session = SurfaceSession(name, place.profile(), tape, self.hub, place.farewell)
            else:
                session = TargetSession(name, place.profile(), tape, self.hub)
        except SurfaceBridgeError:
            self.result.ignored += 1
            return
        self._sessions[name] = session, tape
        session.start()

    async def _close(self, name: str, *, polite: bool) -> None:
        entry = self._sessions.pop(name, None)
        if entry is None:
            self.result.ignored += 1
            return
        await entry[0].stop(polite=polite)

    def _hear(self, moment: Moment) -> None:
        entry = self._sessions.get(moment.name)
        if entry is None:
            self.result.ignored += 1
            return
        self._resting = moment.name
        entry[1].arrived(moment.data)

    def _settle(self, following: Moment | None) -> None:
        """Let a link rest, unless ``following`` arrives there together with the last chunk."""
        name = self._resting
        if name is None:
            return
        if following is not None and following.what == "with" and following.name == name:
            return
        self._resting = None
        entry = self._sessions.get(name)
        if entry is not None:
            entry[1].rested()

    def _tick(self, text: str) -> None:
        parts = text.split(":")
        if len(parts) != 3 or not all(part.isdecimal() and len(part) == 2 for part in parts):
            self.result.ignored += 1
            return
        hours, minutes, seconds = map(int, parts)
        self.hub.tick_clock(hours % 24, minutes % 60, seconds % 60)

    # Timers

    def _wake(self, name: str) -> None:
        self._wakes[name].pop()
        for timer in self._clock.waiting():
            if timer.owner == name:
                timer.is_over = True
                timer.callback()
                return
        self.result.ignored += 1

    def _fire_until(self, end: float) -> None:
        """Fire what is due before ``end`` and what the capture knows nothing of."""
        for _ in range(_MOST_AT_ONCE):
            due = next((one for one in self._clock.waiting() if self._is_own(one, end)), None)
            if due is None:
                return
            due.is_over = True
            self._clock.now = max(self._clock.now, due.when)
            self._cause = Moment(self._clock.now, "wake", due.owner)
            due.callback()
            self._compare()

    def _is_own(self, timer: _Timer, end: float) -> bool:
        if timer.when >= end:
            return False
        wakes = self._wakes.get(timer.owner)
        return (wakes[-1] if wakes else inf) > timer.when + _LATE

    # What left, and what should have

    def _compare(self, *, is_last: bool = False) -> None:
        recorded, replayed = _by_link(self._recorded), _by_link(self._sent)
        self.result.chunks += len(self._recorded)
        for observer in self._observers:
            for name, data in self._sent:
                observer(self._cause, name, data)
        for name in dict.fromkeys([*recorded, *replayed]):
            then, again = recorded.get(name, ()), replayed.get(name, ())
            # The end of a capture may be cut off in the middle of a moment.
            if then == again or (is_last and then == again[: len(then)]):
                continue
            self.result.different += 1
            if len(self.result.differences) < MOST_DIFFERENCES:
                self.result.differences.append(Difference(self._cause, name, then, again))
        self._recorded.clear()
        self._sent.clear()


def _by_link(chunks: Sequence[tuple[str, bytes]]) -> Mapping[str, tuple[bytes, ...]]:
    found: dict[str, tuple[bytes, ...]] = {}
    for name, data in chunks:
        found[name] = (*found.get(name, ()), data)
    return found
