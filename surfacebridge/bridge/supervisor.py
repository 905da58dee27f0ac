"""Open, run, lose, wait, reopen: every endpoint of a rig, in one task group.

Owns: that a link which fails takes nobody with it, and that people are told
once, in a sentence, what is missing.  Does not own: what flows (``session``).
"""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from surfacebridge.bridge.backoff import LONGEST, Backoff
from surfacebridge.bridge.hub import Hub, Tap
from surfacebridge.bridge.identifying import open_place
from surfacebridge.bridge.session import Session, SurfaceSession, TargetSession
from surfacebridge.bridge.waking import Waking
from surfacebridge.errors import LinkError, LinkLost, LinkUnavailable, SurfaceBridgeError
from surfacebridge.model.feedback import ShowMotor
from surfacebridge.profiles.base import SurfaceEndpoint, TargetEndpoint
from surfacebridge.routing.ownership import holders
from surfacebridge.transports.address import Address
from surfacebridge.transports.link import Link
from surfacebridge.value import as_value

log = logging.getLogger(__name__)

# How often a link's health is looked at, to tell people when it changed.
LOOK_EVERY: Final = 0.5

# The way to a silent network peer may have changed: another network card, another
# number behind its name.  A fresh socket finds the way anew.
GIVE_UP_AFTER: Final = 10.0
GIVEN_UP: Final = LinkLost("", "It was silent for long.")

# A peer that is there answers its first question well within this.
PATIENCE: Final = 2.0


@as_value
class SurfacePlace:
    """A surface to keep running: where it is, and how to make its profile."""

    name: str
    address: str
    profile: Callable[[], SurfaceEndpoint]
    farewell: tuple[ShowMotor, ...] = ()
    """What its motors are told when the bridge stops."""

    @property
    def opened(self) -> str | Address:
        """What is opened to reach it."""
        return self.address


@as_value
class TargetPlace:
    """A target to keep running; ``link`` adds to its address what people do not write."""

    name: str
    address: str
    profile: Callable[[], TargetEndpoint]
    link: Address | None = None

    @property
    def opened(self) -> str | Address:
        """What is opened to reach it."""
        return self.address if self.link is None else self.link


Place = SurfacePlace | TargetPlace


@dataclass(slots=True)
class LinkHealth:
    """How one endpoint is doing, in words for people."""

    name: str
    address: str
    state: str = "opening"
    reason: str = ""
    since: float = 0.0
    opened: float = 0.0
    reopened: int = 0


class Supervisor:
    """Keeps every place of a rig connected until it is stopped."""

    def __init__(self, hub: Hub, places: Sequence[Place]) -> None:
        self.sessions: Final[dict[str, Session]] = {}
        self.health: Final = {place.name: LinkHealth(place.name, place.address) for place in places}
        self.taps: Final[list[Tap]] = []
        self._past: Counter[str] = Counter()
        # A profile has a handful of things to note, and no peer makes up more.
        self._noted: set[tuple[str, str]] = set()
        self._hub = hub
        self._places = tuple(places)
        self._loop = asyncio.get_running_loop()
        self._chance = random.Random()  # noqa: S311 - spreads waits, guards nothing

    @property
    def counts(self) -> Counter[str]:
        """What the links moved and dropped so far, reopened ones included.

        Keys are a name and ``received``, ``sent``, ``dropped`` (chunks), ``strangers``
        (chunks of peers that are not allowed), ``malformed`` (could not be
        understood) or ``unknown`` (nobody mapped it): ``desk sent``.
        """
        total = Counter(self._past)
        for name, session in self.sessions.items():
            total.update(_moved(name, session))
        return total

    async def run(self, stop: asyncio.Event) -> None:
        """Run until ``stop`` is set, then say goodbye to everyone."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._keep(place)) for place in self._places]
            tasks.append(group.create_task(self._watch()))
            await stop.wait()
            for task in tasks:
                task.cancel()
        self._hub.close()

    async def _keep(self, place: Place) -> None:
        backoff = Backoff(self._chance.random)
        while True:
            session = await self._open(place)
            if session is not None:
                try:
                    lost = await session.wait_lost()
                except asyncio.CancelledError:
                    await self._close(session, polite=True)
                    raise
                await self._close(session, polite=False)
                answered = session.health.answered is not None
                if answered or self._loop.time() - session.opened > LONGEST:
                    # One that is turned away at the door each time is not knocked at as often.
                    backoff.reset()
                if lost is not GIVEN_UP:
                    advice = "" if answered else session.health.advice
                    self._tell(place.name, "lost", f"{lost.reason}  {advice}".rstrip())
                    self.health[place.name].reopened += 1
            await asyncio.sleep(backoff.wait())

    async def _close(self, session: Session, *, polite: bool) -> None:
        await session.stop(polite=polite)
        self.sessions.pop(session.name, None)
        self._past.update(_moved(session.name, session))

    async def _open(self, place: Place) -> Session | None:
        try:
            link = await open_place(place.opened)
        except LinkUnavailable as missing:
            self._tell(place.name, "waiting", missing.reason)
            return None
        except LinkError as wrong:
            self._tell(place.name, "refused", wrong.reason)
            return None
        try:
            session = self._start(place, link)
        except SurfaceBridgeError as wrong:
            await link.close()
            self._tell(place.name, "refused", str(wrong))
            return None
        self.sessions[place.name] = session
        # One that was given up is as silent as before until it answers.
        if self.health[place.name].state != "silent":
            self.health[place.name].opened = self._loop.time()
        self._look(place.name, session)
        return session

    def _start(self, place: Place, link: Link) -> Session:
        match place:
            case SurfacePlace():
                session: Session = SurfaceSession(
                    place.name, place.profile(), link, self._hub, place.farewell
                )
            case TargetPlace():
                session = TargetSession(place.name, place.profile(), link, self._hub)
        session.taps.extend(self.taps)
        session.start()
        return session

    async def _watch(self) -> None:
        waking = Waking(LOOK_EVERY)
        with suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(LOOK_EVERY)
                if away := waking.was_away():
                    self._woke(away)
                for name, session in self.sessions.items():
                    self._look(name, session)

    def _look(self, name: str, session: Session) -> None:
        health = session.health
        # A unit that may be silent for ever is used at once, and not said to be connected for it.
        unheard = health.answered is None and bool(health.reason)
        if health.alive and not unheard:
            # Only a target has something to read before it can be trusted.
            reading = isinstance(session, TargetSession) and not health.synced
            trouble = health.trouble or (" ".join(health.notes) if reading else "")
            if trouble:
                self._tell(name, "limited", trouble)
            else:
                self._tell(name, "syncing" if reading else "connected", health.peer)
            if not reading:
                self._pass_on(name, health.notes)
        elif self._loop.time() - self.health[name].opened > PATIENCE:
            self._tell(name, "silent", health.reason)
            if self._is_lost_on_the_way(name, session):
                session.give_up(GIVEN_UP)
        else:
            self._tell(name, "opening", health.reason)

    def _is_lost_on_the_way(self, name: str, session: Session) -> bool:
        """Return whether a silent peer on the network should be looked for on a fresh socket."""
        silent_for = self._loop.time() - max(self.health[name].since, session.opened)
        on_network = session.link.address.startswith("udp:")
        return on_network and not self._hub.is_present(name) and silent_for > GIVE_UP_AFTER

    def _woke(self, away: float) -> None:
        """Begin anew with everybody: nobody knows what was missed, nor who let go meanwhile."""
        log.info("Nothing was done for %.0f s; everything is read and painted again.", away)
        held = {control.surface for control, _, _ in holders(self._hub.engine.wiring.controls)}
        for name, session in list(self.sessions.items()):
            if name in held:
                # That a hand let go may be what was missed.
                session.give_up(LinkLost(session.link.address, "It was held while nobody heard."))
            else:
                self._hub.resync(name)

    def _pass_on(self, name: str, notes: Sequence[str]) -> None:
        """Log what is worth knowing of ``name`` though it works, each thing once."""
        for note in notes:
            if (name, note) not in self._noted:
                self._noted.add((name, note))
                log.info("%s: %s", name, note)

    def _tell(self, name: str, state: str, reason: str) -> None:
        health = self.health[name]
        if (health.state, health.reason) == (state, reason):
            return
        was = health.state
        health.state, health.reason, health.since = state, reason, self._loop.time()
        if was != state or state in {"waiting", "refused"}:
            fine = state in {"opening", "connected", "syncing"}
            level = logging.INFO if fine else logging.WARNING
            log.log(level, "%s is %s. %s", name, state, reason)


def _moved(name: str, session: Session) -> dict[str, int]:
    link, health = session.link, session.health
    return {
        f"{name} received": link.received,
        f"{name} sent": link.sent,
        f"{name} dropped": link.dropped,
        f"{name} strangers": link.strangers,
        f"{name} malformed": health.malformed,
        f"{name} unknown": health.unknown,
    }
