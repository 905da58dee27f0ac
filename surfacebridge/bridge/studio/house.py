"""The place of this bridge in a studio: its broker, its shared desks, its presence.

Owns: the connection to the broker and what is carried between it, the shared
desks and the hub.  Does not own: decisions (``shared``, ``lease``, ``rights``).

Rule: the broker is never in the way.  Without it, and while it comes and goes,
everything at this bridge works as if there were no studio.
"""

import asyncio
import logging
import random
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Final

from surfacebridge import __version__
from surfacebridge.bridge.backoff import LONGEST, Backoff
from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.session import Session
from surfacebridge.bridge.studio.guest import KEEPALIVE, identity_of
from surfacebridge.bridge.studio.holds import held_parameters
from surfacebridge.bridge.studio.rights import Rights
from surfacebridge.bridge.studio.shared import SharedDesk, Sharing
from surfacebridge.bridge.studio.shared_endpoint import SharedEndpoint
from surfacebridge.bridge.supervisor import LinkHealth, Place, Supervisor, TargetPlace
from surfacebridge.errors import LinkError, LinkLost
from surfacebridge.mapping.document import Document, StudioDecl
from surfacebridge.profiles.studio_desk import StudioDesk
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.mqtt.packet import Publish, Subscribe, Unsubscribe, decode, encode
from surfacebridge.protocols.studio import payloads
from surfacebridge.protocols.studio.payloads import Presence
from surfacebridge.protocols.studio.topics import Topic, levels, presences, read_topic
from surfacebridge.routing.plan import Plan
from surfacebridge.transports.address import LastWill
from surfacebridge.transports.link import Link
from surfacebridge.transports.opener import open_link

log = logging.getLogger(__name__)

# Hands are looked at, and values thinned out, so often.
LOOK_EVERY: Final = 0.02
# What the broker kept of an earlier time comes within this.
SWEEP_FOR: Final = 2.0
# How often the states of links are compared, and said if they changed.
PRESENCE_EVERY: Final = 0.5


class House:
    """The studio as one running bridge takes part in it."""

    def __init__(
        self, decl: StudioDecl, document: Document, plan: Plan, hub: Hub, *, writes: bool = True
    ) -> None:
        """Share the targets of ``document``; without ``writes`` nobody from afar writes either."""
        self.desks: Final[dict[str, SharedDesk]] = {}
        self.identity, self._address = identity_of(decl)
        self.health: Final = LinkHealth("studio", str(self._address))
        self._hub = hub
        self._writes = writes
        self._loop = asyncio.get_running_loop()
        self._sessions: Mapping[str, Session] = {}
        self._states: Mapping[str, LinkHealth] = {}
        self._chance = random.Random()  # noqa: S311 - spreads waits, guards nothing
        self._link: Link | None = None
        self._lost: asyncio.Future[LinkLost] | None = None
        self._session = ""
        self._presence: Presence | None = None
        self._present_at = 0.0
        self._sweeps: dict[str, float] = {}
        self._holders: dict[str, str] = {}
        for name in _shared(decl, document):
            self.desks[name] = self._desk(name, decl, plan)

    def _desk(self, name: str, decl: StudioDecl, plan: Plan) -> SharedDesk:
        patterns = tuple(one.text for one in decl.mirror)
        desk = SharedDesk(
            name,
            plan.targets[name],
            self.identity,
            Rights(decl.users, tuple(one.text for one in decl.safe)),
            Sharing(
                lambda name: not patterns or any(fnmatchcase(name, one) for one in patterns),
                1.0 / decl.meters if decl.meters else 0.0,
                decl.discovery,
                self._writes,
            ),
        )
        desk.look = lambda: held_parameters(self._hub.engine).get(name, {})
        return desk

    def places(self, places: Sequence[Place]) -> list[Place]:
        """Return ``places`` with the studio between the engine and each shared desk."""
        return [self._place(place) for place in places]

    def _place(self, place: Place) -> Place:
        desk = self.desks.get(place.name)
        if desk is None or not isinstance(place, TargetPlace):
            return place
        make = place.profile
        return replace(place, profile=lambda: SharedEndpoint(make(), desk))

    def join(self, supervisor: Supervisor) -> None:
        """Take part in what ``supervisor`` runs."""
        self._sessions = supervisor.sessions
        self._states = supervisor.health

    async def run(self) -> None:
        """Keep connected to the broker until cancelled; then say goodbye."""
        backoff = Backoff(self._chance.random)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._look())
            while True:
                try:
                    link = await self._open()
                except LinkError as error:
                    self._tell("waiting", error.reason)
                    await asyncio.sleep(backoff.wait())
                    continue
                began = self._loop.time()
                try:
                    lost = await self._begin(link)
                    if self._loop.time() - began > LONGEST:
                        # One that turns us away each time is not knocked at as often: another
                        # bridge may have our name, and each connection ends the other's.
                        backoff.reset()
                    self._end()
                    self._tell("lost", f"{lost.reason} This bridge goes on by itself.")
                except asyncio.CancelledError:
                    self._say_goodbye(link)
                    raise
                finally:
                    self._link = None
                    await link.close()
                await asyncio.sleep(backoff.wait())

    async def _open(self) -> Link:
        self._session = secrets.token_hex(6)
        who = self.identity
        topic = Topic("bridge", who.site, user=who.user, bridge=who.bridge).text
        gone = payloads.encode(Presence(online=False, session=self._session))
        client = f"surfacebridge-{who.site}-{who.bridge}"
        will = LastWill(topic, gone)
        return await open_link(
            replace(self._address, client=client, will=will, keepalive=KEEPALIVE)
        )

    def _begin(self, link: Link) -> "asyncio.Future[LinkLost]":
        now = self._loop.time()
        self._link = link
        self._presence = None
        lost: asyncio.Future[LinkLost] = self._loop.create_future()

        def note(why: LinkLost) -> None:
            if not lost.done():
                lost.set_result(why)

        link.listen(self._arrived, note, self._rested)
        who = self.identity
        filters = [presences(who.site)]
        for name, desk in self.desks.items():
            start = f"{Topic('desk', who.site, name).text.removesuffix('$desk')}"
            filters += [f"{start}{word}" for word in ("$desk", "$set/#", "$guest/#")]
            filters += [f"{start}{word}" for word in ("$watch/#", "$lead/#")]
            filters.append(Topic("refused", who.site, name, who.user, who.bridge).text)
            desk.connected(self._session, now)
        self._say_presence(now)
        link.send(encode(Subscribe(tuple(filters))))
        self._tell("connected", "The broker answers.")
        return lost

    def _end(self) -> None:
        now = self._loop.time()
        for desk in self.desks.values():
            desk.disconnected(now)
        self._sweeps.clear()
        self._flush_desks(now)

    def _say_goodbye(self, link: Link) -> None:
        who = self.identity
        topic = Topic("bridge", who.site, user=who.user, bridge=who.bridge).text
        gone = payloads.encode(Presence(online=False, session=self._session))
        link.send(encode(Publish(topic, gone, 1, retain=True)))

    # What the broker says.

    def _arrived(self, data: bytes) -> None:
        packet = decode(data)
        topic = read_topic(packet.topic) if isinstance(packet, Publish) else None
        if topic is None or not isinstance(packet, Publish):
            return
        now = self._loop.time()
        if topic.kind == "bridge":
            self._hear_bridge(topic, packet, now)
            return
        desk = self.desks.get(topic.target)
        if desk is None:
            return
        reports = desk.hear(topic, packet, now)
        if reports:
            self._hub.decide(topic.target, reports, now)

    def _hear_bridge(self, topic: Topic, packet: Publish, now: float) -> None:
        presence = payloads.decode(Presence, packet.payload) if packet.payload else None
        if isinstance(presence, Malformed):
            return
        online = presence is not None and presence.online
        session = "" if presence is None else presence.session
        for desk in self.desks.values():
            desk.hear_bridge((topic.user, topic.bridge), session, online=online, now=now)

    def _rested(self) -> None:
        now = self._loop.time()
        self._hub.flush(now)
        self._flush_desks(now)
        self._tend(now)

    def _flush_desks(self, now: float) -> None:
        for name in self.desks:
            session = self._sessions.get(name)
            if session is not None:
                session.flush(now)

    # What is said to it.

    async def _look(self) -> None:
        with suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(LOOK_EVERY)
                now = self._loop.time()
                held = held_parameters(self._hub.engine)
                for name, desk in self.desks.items():
                    desk.touched(held.get(name, {}), now)
                for name, session in self._sessions.items():
                    if isinstance(session.endpoint, StudioDesk):
                        session.endpoint.hold(held.get(name, {}), now)
                        session.flush(now)
                self._flush_desks(now)
                self._tend(now)
                if now >= self._present_at:
                    self._say_presence(now)

    def _tend(self, now: float) -> None:
        for name, desk in self.desks.items():
            desk.tend(self._link_of(name), now)
            packets = desk.take()
            if self._link is not None:
                self._link.send_many(packets)
                self._sweep(name, desk, now)
            self._note_holder(name, desk)

    def _link_of(self, name: str) -> str:
        session = self._sessions.get(name)
        if session is None or not self._hub.is_present(name):
            return "gone"
        return "connected" if session.health.synced else "syncing"

    def _sweep(self, name: str, desk: SharedDesk, now: float) -> None:
        """Look once at what the broker kept of a desk that we hold now, and at no more."""
        key = f"{name} {desk.epoch}"
        if desk.lease.is_mine and key not in self._sweeps:
            self._sweeps[key] = now + SWEEP_FOR
            self._send(Subscribe(self._value_filters(name, desk)))
        elif key in self._sweeps and self._sweeps[key] <= now:
            self._sweeps[key] = float("inf")
            self._send(Unsubscribe(self._value_filters(name, desk)))

    def _value_filters(self, name: str, desk: SharedDesk) -> tuple[str, ...]:
        start = Topic("desk", self.identity.site, name).text.removesuffix("$desk")
        words = dict.fromkeys(one.partition(".")[0] for one in desk.sheet.parameters) or {"x": None}
        return tuple(f"{start}{levels(word)}/#" for word in words)

    def _send(self, packet: Subscribe | Unsubscribe) -> None:
        if self._link is not None:
            self._link.send(encode(packet))

    def _say_presence(self, now: float) -> None:
        self._present_at = now + PRESENCE_EVERY
        links = {name: health.state for name, health in self._states.items()}
        presence = Presence(True, self._session, links, __version__)
        if self._link is not None and presence != self._presence:
            self._presence = presence
            who = self.identity
            topic = Topic("bridge", who.site, user=who.user, bridge=who.bridge).text
            self._link.send(encode(Publish(topic, payloads.encode(presence), 1, retain=True)))

    # What people are told.

    def _note_holder(self, name: str, desk: SharedDesk) -> None:
        lease = desk.lease
        if self._link is None or lease.desk is None:
            return
        holder = lease.desk.holder
        if self._holders.get(name) != holder and (lease.is_mine or not lease.is_leading):
            self._holders[name] = holder
            if lease.is_mine:
                log.info("%s: this bridge holds it for the studio.", name)
            else:
                log.info("%s: %s holds it; this bridge follows.", name, holder.partition("/")[2])

    def _tell(self, state: str, reason: str) -> None:
        was, self.health.state, self.health.reason = self.health.state, state, reason
        if was != state:
            level = logging.INFO if state == "connected" else logging.WARNING
            log.log(level, "studio is %s. %s", state, reason)


def _shared(decl: StudioDecl, document: Document) -> list[str]:
    named = [name.text for name in decl.share]
    own = [name for name, target in document.targets.items() if target.studio is None]
    return [name for name in own if not named or name in named]
