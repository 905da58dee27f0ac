"""Where sessions meet the engine: events in, effects out, in the same call.

Owns: which endpoint an effect belongs to, the engine's one timer, and what is
counted on the way.  Does not own: bytes (``session``), opening (``supervisor``).

Rule: nothing waits between a surface and its target.  A chunk of bytes is
decoded, decided and sent before the loop turns.

Rule: what leaves depends on nothing but what arrived and when, so that a
capture can be replayed.  All of one call happens at one time, read once.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from time import perf_counter
from typing import Final, Protocol

from surfacebridge.bridge.latency import Latencies
from surfacebridge.bridge.why import Say, Why
from surfacebridge.model.lifecycle import ClockTicked, Gone
from surfacebridge.model.parameters import Follow, Write
from surfacebridge.routing.engine import Engine
from surfacebridge.routing.plan import Plan
from surfacebridge.routing.running import Effect, Event
from surfacebridge.routing.wiring import Wiring

Observer = Callable[[str, Event | Effect], None]
"""Called with an endpoint's name and what it said, or was told."""


Tap = Callable[[str, str, bytes, float], None]
"""Called with an endpoint's name, what happens there, its bytes and the time.

What happens is a word of ``protocols.capture``: ``in`` or ``out`` for bytes
that arrived or left, ``with`` for those that arrived together with the ones
before, ``open``, ``close`` and ``lost`` for the link, ``resync`` when it is asked to begin
anew, ``wake`` for a timer.  The
engine's own timer and the clock (``tick``) have the empty name.
"""


class Timer(Protocol):
    """What a clock gives for a call that is to come."""

    def cancel(self) -> None:
        """Forget the call."""
        ...


class Clock(Protocol):
    """What the bridge needs of an event loop."""

    def time(self) -> float:
        """Return the time in seconds, from any beginning."""
        ...

    def call_at(self, when: float, callback: Callable[[], object], /) -> Timer:
        """Call ``callback`` at ``when`` or soon after."""
        ...


class Peer(Protocol):
    """What the hub needs of a session."""

    name: str

    def tell(self, effect: Effect, now: float) -> None:
        """Queue what ``effect`` asks for."""
        ...

    def flush(self, now: float) -> bool:
        """Send what is queued; return whether there was anything."""
        ...

    def begin_again(self, now: float) -> None:
        """Take nothing for known or shown."""
        ...


class Hub:
    """One engine and the sessions around it.

    Without ``writes`` targets are read and followed and never written to.
    ``clock`` is the running loop unless another one is given.
    """

    def __init__(self, plan: Plan, *, writes: bool = True, clock: Clock | None = None) -> None:
        self.clock: Final[Clock] = asyncio.get_running_loop() if clock is None else clock
        self.taps: Final[list[Tap]] = []
        self.engine: Final = Engine(plan)
        self.latency: Final = Latencies()
        self.heard: Final[Counter[str]] = Counter()
        self.said: Final[Counter[str]] = Counter()
        self.resyncs = 0
        """Times a link was read or painted anew on request."""
        self.observers: Final[list[Observer]] = []
        self._writes = writes
        self._peers: dict[str, Peer] = {}
        self._dirty: dict[str, Peer] = {}
        self.why: Why | None = None
        """Who says of each event why what follows follows, if anybody asked."""
        self._timer: Timer | None = None
        self._due = float("inf")

    def explain(self, names: Collection[str], say: Say) -> None:
        """Say of each event about ``names`` (empty: of all) why what follows follows."""
        self.why = Why(self.engine, names, say)

    def peer(self, name: str) -> Peer | None:
        """Return who ``name`` is, if it takes part and may be written to."""
        return self._peers.get(name) if self._writes else None

    def join(self, peer: Peer) -> None:
        """Let ``peer`` take part from now on."""
        self._peers[peer.name] = peer

    def leave(self, name: str, now: float) -> None:
        """Take ``name`` out; whatever it held is let go."""
        if self._peers.pop(name, None) is not None:
            self.take(name, (Gone(name),), now)

    def is_present(self, name: str) -> bool:
        """Return whether ``name`` counts as there."""
        return name in self.engine.present

    def take(self, origin: str, events: Sequence[Event], now: float) -> None:
        """Decide on ``events`` from ``origin``, and send what follows at once."""
        self.decide(origin, events, now)
        self.flush(now, origin)

    def decide(self, origin: str, events: Sequence[Event], now: float) -> None:
        """Decide on ``events`` from ``origin``; what follows leaves with the next ``flush``."""
        self.heard[origin] += len(events)
        if self.why is None and not self.observers:
            self._spread(self.engine.handle_all(events, now), now)
            return
        handle = self.engine.handle if self.why is None else self.why.handle
        for event in events:
            for observer in self.observers:
                observer(origin, event)
            self._spread(handle(event, now), now)

    def flush(self, now: float, origin: str = "", since: float | None = None) -> None:
        """Send what was decided by ``now``.

        ``since`` is the ``perf_counter`` time at which the bytes of ``origin``
        arrived that led to it.
        """
        if self._dirty:
            dirty, self._dirty = self._dirty, {}
            crossed = False
            for name, peer in dirty.items():
                if peer.flush(now) and name != origin:
                    crossed = True
            if crossed and since is not None:
                self.latency[origin].add(perf_counter() - since)
        self._arm()

    def adopt(self, wiring: Wiring, now: float) -> None:
        """Run what the engine has prepared from now on; only the differences are sent."""
        self._spread(self.engine.adopt(wiring, now), now)
        self.flush(now)

    def resync(self, name: str) -> bool:
        """Read ``name`` again or paint it again, as its kind is; return whether it is there."""
        peer = self._peers.get(name)
        if peer is None or name not in self.engine.present:
            return False
        self.resyncs += 1
        now = self.clock.time()
        for tap in self.taps:
            tap(name, "resync", b"", now)
        if name not in self.engine.plan.targets:
            peer.begin_again(now)
            self._dirty[name] = peer
        self._spread(self.engine.resync(name, now), now)
        self.flush(now)
        return True

    def tick_clock(self, hours: int, minutes: int, seconds: int) -> None:
        """Let displays that show the time of day show another second."""
        now = self.clock.time()
        for tap in self.taps:
            tap("", "tick", b"%02d:%02d:%02d" % (hours, minutes, seconds), now)
        self.take("", (ClockTicked(hours, minutes, seconds),), now)

    def close(self) -> None:
        """Stop the timer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _spread(self, effects: list[Effect], now: float) -> None:
        peers, dirty = self._peers, self._dirty
        for effect in effects:
            name = effect.target if isinstance(effect, Write | Follow) else effect.surface
            peer = peers.get(name)
            if peer is None:
                continue
            self.said[name] += 1
            for observer in self.observers:
                observer(name, effect)
            if self._writes or type(effect) is not Write:
                dirty[name] = peer
                peer.tell(effect, now)

    def _arm(self) -> None:
        due = self.engine.next_wakeup()
        if due is None or (self._timer is not None and self._due <= due):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._due = due
        self._timer = self.clock.call_at(due, self._wake)

    def _wake(self) -> None:
        self._timer = None
        self._due = float("inf")
        now = self.clock.time()
        for tap in self.taps:
            tap("", "wake", b"", now)
        self._spread(self.engine.wake(now), now)
        self.flush(now)
