"""One endpoint running: a link, a profile and a clock.

Owns: bytes to the profile and back, and the profile's timer.  Does not own:
what anything means, or opening the link again (``supervisor``).

A session lives as long as its link.  The next link gets a new session and a
new profile, so nothing of an old connection can leak into the next.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Final

from surfacebridge.bridge.hub import Hub
from surfacebridge.errors import LinkLost
from surfacebridge.model.lifecycle import Arrived
from surfacebridge.model.parameters import Follow, ParameterId, Write
from surfacebridge.profiles.base import BeginsAgain, Health, SurfaceEndpoint, TargetEndpoint
from surfacebridge.routing.running import Effect, Event
from surfacebridge.transports.link import Link

Tap = Callable[[str, str, bytes, float], None]
"""Called with an endpoint's name, ``in`` or ``out``, the bytes and the time."""


class Session(ABC):
    """What surfaces and targets have in common; see the two kinds below."""

    def __init__(
        self, name: str, endpoint: SurfaceEndpoint | TargetEndpoint, link: Link, hub: Hub
    ) -> None:
        self.name = name
        self.link: Final = link
        self.endpoint: Final = endpoint
        self.taps: Final[list[Tap]] = []
        self._hub = hub
        self._loop = asyncio.get_running_loop()
        self._lost: asyncio.Future[LinkLost] = self._loop.create_future()
        self._since: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._due = float("inf")

    @property
    def health(self) -> Health:
        """How the profile feels about its peer."""
        return self.endpoint.health

    def start(self) -> None:
        """Greet the peer and listen."""
        now = self._loop.time()
        self.link.listen(self._arrived, self._loss, self._rested)
        self._hub.join(self)
        self.endpoint.open(now)
        self._introduce(now)
        self.flush()

    async def wait_lost(self) -> LinkLost:
        """Return why the link went, when it goes."""
        return await self._lost

    @abstractmethod
    def tell(self, effect: Effect, now: float) -> None:
        """Queue what ``effect`` asks for; what the endpoint's kind cannot take is left out."""

    def flush(self) -> bool:
        """Send what the profile has queued; return whether there was anything.

        What it was told may have brought its next waking forward, so the timer
        is set anew.
        """
        self._arm()
        data = self.endpoint.data_to_send()
        if not data:
            return False
        self.link.send_many(data)
        if self.taps:
            now = self._loop.time()
            for tap in self.taps:
                for chunk in data:
                    tap(self.name, "out", chunk, now)
        return True

    async def stop(self, *, polite: bool) -> None:
        """Leave the hub and close the link; ``polite`` says goodbye first."""
        now = self._loop.time()
        self._hub.leave(self.name, now)
        if polite:
            self.endpoint.close(now)
            self.flush()
        if self._timer is not None:
            self._timer.cancel()
        await self.link.close()
        if not self._lost.done():
            self._lost.cancel()

    def begin_again(self, now: float) -> None:
        """Let the profile take nothing for known or shown, where it can."""
        if isinstance(self.endpoint, BeginsAgain):
            self.endpoint.begin_again(now)

    @abstractmethod
    def _introduce(self, now: float) -> None:
        """Say that the endpoint is there, where an open link is enough for that."""

    def _arrived(self, data: bytes) -> None:
        if self._since is None:
            self._since = perf_counter()
        now = self._loop.time()
        for tap in self.taps:
            tap(self.name, "in", data, now)
        events = self.endpoint.receive(data, now)
        if events:
            self._hub.decide(self.name, events, now)

    def _rested(self) -> None:
        """Let everything leave together that one wake-up led to."""
        since, self._since = self._since, None
        self._hub.flush(self.name, since)
        self.flush()

    def _loss(self, lost: LinkLost) -> None:
        if not self._lost.done():
            self._lost.set_result(lost)

    def _arm(self) -> None:
        due = self.endpoint.next_wakeup()
        if due is None or (self._timer is not None and self._due <= due):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._due = due
        self._timer = self._loop.call_at(due, self._wake)

    def _wake(self) -> None:
        self._timer = None
        self._due = float("inf")
        now = self._loop.time()
        events: Sequence[Event] = self.endpoint.wake(now)
        if events:
            self._hub.take(self.name, events, now)
        self.flush()


class SurfaceSession(Session):
    """A surface counts as there from the moment its link opens: many never speak first."""

    endpoint: SurfaceEndpoint  # type: ignore[misc]

    def tell(self, effect: Effect, now: float) -> None:
        """Show ``effect``."""
        if not isinstance(effect, Write | Follow):
            self.endpoint.send(effect, now)

    def _introduce(self, now: float) -> None:
        self._hub.take(self.name, (Arrived(self.name),), now)


class TargetSession(Session):
    """A target counts as there only from the moment its profile says so."""

    endpoint: TargetEndpoint  # type: ignore[misc]

    def __init__(self, name: str, endpoint: TargetEndpoint, link: Link, hub: Hub) -> None:
        super().__init__(name, endpoint, link, hub)
        self._levels: dict[ParameterId, Write] = {}

    def tell(self, effect: Effect, now: float) -> None:
        """Write ``effect``, or follow what it names.

        Of several values for one fader that leave together only the last one
        does; keys and everything else go out one by one, in order.
        """
        if isinstance(effect, Write):
            if isinstance(effect.value, float):
                self._levels.pop(effect.parameter, None)
                self._levels[effect.parameter] = effect
            else:
                self._write(now)
                self.endpoint.send(effect, now)
        elif isinstance(effect, Follow):
            if effect.anew:
                self.begin_again(now)
            self.endpoint.watch(effect.parameters, now)

    def flush(self) -> bool:
        """Send what waits, in order; return whether there was anything."""
        if self._levels:
            self._write(self._loop.time())
        return super().flush()

    def _write(self, now: float) -> None:
        levels, self._levels = self._levels, {}
        for write in levels.values():
            self.endpoint.send(write, now)

    def _introduce(self, now: float) -> None:
        """Wait for the profile: a socket that opened says nothing about the desk."""
