"""One endpoint running: a link, a profile and a clock.

Owns: bytes to the profile and back, and the profile's timer.  Does not own:
what anything means, or opening the link again (``supervisor``).

A session lives as long as its link.  The next link gets a new session and a
new profile, so nothing of an old connection can leak into the next.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from time import perf_counter
from typing import Final

from surfacebridge.bridge.hub import Hub, Tap, Timer
from surfacebridge.bridge.lane import Lane
from surfacebridge.bridge.plate import BITE, Plate
from surfacebridge.errors import LinkLost
from surfacebridge.model.controls import ControlId
from surfacebridge.model.feedback import ShowMotor
from surfacebridge.model.lifecycle import Arrived
from surfacebridge.model.parameters import Follow, ParameterId, Write
from surfacebridge.profiles.base import (
    BeginsAgain,
    Health,
    InBatches,
    InBites,
    Pack,
    PacksValues,
    SurfaceEndpoint,
    TargetEndpoint,
    TellsPlaces,
)
from surfacebridge.routing.ownership import holders
from surfacebridge.routing.running import Effect, Event
from surfacebridge.transports.link import Link


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
        self._clock = hub.clock
        self._lost: asyncio.Future[LinkLost] = asyncio.get_running_loop().create_future()
        self.opened = 0.0
        """When the link was taken up, on the hub's clock."""
        self._inbox: list[bytes] = []
        self._plate = Plate(endpoint.bites) if isinstance(endpoint, InBites) else None
        self._is_going_on = False
        self._in_batches = endpoint if isinstance(endpoint, InBatches) else None
        self.packed: list[bytes] = []
        """What lanes made ready to leave here, within one wake-up."""
        self._cut = 0
        self._lanes: dict[bytes, Lane] = {}
        self._is_over = False
        self._timer: Timer | None = None
        self._due = float("inf")

    @property
    def health(self) -> Health:
        """How the profile feels about its peer."""
        return self.endpoint.health

    def start(self) -> None:
        """Greet the peer and listen."""
        now = self._clock.time()
        self.opened = now
        self._tell_taps("open", b"", now)
        self.link.listen(self._inbox.append, self._loss, self._rested)
        self._hub.join(self)
        self.endpoint.open(now)
        self._introduce(now)
        self.flush(now)

    async def wait_lost(self) -> LinkLost:
        """Return why the link went, when it goes."""
        return await self._lost

    def give_up(self, why: LinkLost) -> None:
        """Count the link as lost, so that whoever waits for that closes and opens it anew."""
        self._loss(why)

    @abstractmethod
    def tell(self, effect: Effect, now: float) -> None:
        """Queue what ``effect`` asks for; what the endpoint's kind cannot take is left out."""

    def flush(self, now: float) -> bool:
        """Send what the profile has queued by ``now``; return whether there was anything.

        What it was told may have brought its next waking forward, so the timer
        is set anew.
        """
        self._arm()
        data = self.endpoint.data_to_send()
        if not data:
            return False
        self.link.send_many(data)
        for chunk in data if self.taps else ():
            self._tell_taps("out", chunk, now)
        return True

    async def stop(self, *, polite: bool) -> None:
        """Leave the hub and close the link; ``polite`` says goodbye first."""
        now = self._clock.time()
        if polite:
            self._tell_taps("close", b"", now)
        else:
            self._tell_taps("lost", self._why_lost().encode(), now)
        self._is_over = True
        farewell = self._farewell() if polite else ()
        self._hub.leave(self.name, now)
        if polite:
            for show in farewell:
                self.endpoint.send(show, now)  # type: ignore[arg-type]
            self.endpoint.close(now)
            self.flush(now)
        if self._timer is not None:
            self._timer.cancel()
        await self.link.close()
        # Each lane knows its session: apart they go at once, without the collector.
        self._lanes = {}
        if not self._lost.done():
            self._lost.cancel()

    @property
    def can_begin_again(self) -> bool:
        """Whether the profile can be asked to take nothing for known or shown."""
        return isinstance(self.endpoint, BeginsAgain)

    def begin_again(self, now: float) -> None:
        """Let the profile take nothing for known or shown, where it can."""
        if isinstance(self.endpoint, BeginsAgain):
            self.endpoint.begin_again(now)

    def _farewell(self) -> Sequence[ShowMotor]:
        """Return what is said before the goodbye."""
        return ()

    def _why_lost(self) -> str:
        is_known = self._lost.done() and not self._lost.cancelled()
        return self._lost.result().reason if is_known else ""

    @abstractmethod
    def _introduce(self, now: float) -> None:
        """Say that the endpoint is there, where an open link is enough for that."""

    def _tell_taps(self, what: str, data: bytes, now: float) -> None:
        for tap in self.taps:
            tap(self.name, what, data, now)

    def _rested(self) -> None:
        """Take all that one wake-up brought, and let what it led to leave together."""
        inbox, plate, hub = self._inbox, self._plate, self._hub
        if self._is_over:
            left = 0 if plate is None else plate.clear()
            hub.engine.counts["outdated"] += len(inbox) + left
            inbox.clear()
            return
        lane = self._lanes.get(inbox[0][: self._cut]) if len(inbox) == 1 else None
        # What a lane knows is short; but it does not overtake what came before.
        if plate is not None and (lane is None or plate.waits):
            inbox, lane = self._bite(plate), None
        if not inbox:
            return
        since = perf_counter()
        now = self._clock.time()
        if self.taps:
            for number, data in enumerate(inbox):
                self._tell_taps("with" if number else "in", data, now)
        if not self._lanes or hub.observers or hub.why is not None:
            self._take(inbox, now, since)
        elif lane is not None and lane.follow(inbox[0], now):
            self._leave((lane,), now, since)
        elif len(inbox) == 1:
            self._take(inbox, now, since)
        else:
            self._ride(inbox, now, since)
        inbox.clear()

    def _bite(self, plate: Plate) -> list[bytes]:
        """Return what this wake-up takes; the rest waits until everybody else had a turn."""
        if not plate.waits and max(map(len, self._inbox), default=0) <= BITE:
            return self._inbox
        self.link.dropped += plate.put(self._inbox)
        self._inbox.clear()
        bite = plate.bite()
        if plate.waits and not self._is_going_on:
            self._is_going_on = True
            self._clock.call_at(self._clock.time(), self._go_on)
        return bite

    def _go_on(self) -> None:
        self._is_going_on = False
        self._rested()

    def _take(self, chunks: Sequence[bytes], now: float, since: float) -> None:
        """Let ``chunks`` go the full way: gestures or reports, decisions, orders, bytes."""
        batches = self._in_batches
        receive_all = self._one_by_one if batches is None else batches.receive_all
        events: Sequence[Event] = receive_all(chunks, now)
        if events:
            self._hub.decide(self.name, events, now)
        self._hub.flush(now, self.name, since)
        self.flush(now)
        if self._lanes:
            self._renew_lanes(chunks)

    # The short way

    def _ride(self, chunks: Sequence[bytes], now: float, since: float) -> None:
        """Let chunks that are all plain moves go the short way: of each fader the newest."""
        lanes, cut = self._lanes, self._cut
        newest: dict[Lane, bytes] = {}
        for data in chunks:
            lane = lanes.get(data[:cut])
            if lane is None:
                self._take(chunks, now, since)
                return
            newest[lane] = data
        moved: list[Lane] = []
        for lane, data in newest.items():
            if not lane.follow(data, now):
                break
            moved.append(lane)
        self._leave(moved, now, since)
        if len(moved) < len(newest):
            self._take(list(newest.values())[len(moved) :], now, since)

    def _leave(self, lanes: Sequence[Lane], now: float, since: float) -> None:
        """Send what ``lanes`` packed: each end's in order, the targets' first."""
        crossed = False
        for lane in lanes:
            target = lane.target
            if target is not None and target.packed:
                target.leave(now)
                crossed = True
        for lane in lanes:
            if lane.place is not None:
                lane.serve(now)
        if self.packed:
            self.leave(now)
        hub = self._hub
        hub.heard[self.name] += len(lanes)
        if crossed:
            hub.latency[self.name].add(perf_counter() - since)

    def leave(self, now: float) -> None:
        """Send what lanes packed."""
        packed = self.packed
        if len(packed) == 1:
            self.link.send(packed[0])
        else:
            self.link.send_many(packed)
        if self.taps:
            for data in packed:
                self._tell_taps("out", data, now)
        packed.clear()

    def pack_now(self, item: Write | ShowMotor, now: float) -> None:
        """Add to ``packed`` what ``item`` leads to."""
        self.endpoint.send(item, now)  # type: ignore[arg-type]
        self.packed.extend(self.endpoint.data_to_send())
        self._arm()

    def packer(self, name: str) -> Pack | None:
        """Return the profile's own way to pack values of ``name``, if it has one."""
        return self.endpoint.packer(name) if isinstance(self.endpoint, PacksValues) else None

    def _renew_lanes(self, chunks: Sequence[bytes]) -> None:
        """Work out anew the short ways of what moved, where anything changed since."""
        engine = self._hub.engine
        for data in chunks:
            lane = self._lanes.get(data[: self._cut])
            if lane is not None:
                lane.renew(engine.epoch, engine.ride, self._end)

    def _end(self, name: str) -> "Session | None":
        peer = self._hub.peer(name)
        return peer if isinstance(peer, Session) else None

    def _one_by_one(self, chunks: Sequence[bytes], now: float) -> Sequence[Event]:
        receive = self.endpoint.receive
        if len(chunks) == 1:
            return receive(chunks[0], now)
        events: list[Event] = []
        for data in chunks:
            events += receive(data, now)
        return events

    def _loss(self, lost: LinkLost) -> None:
        self._rested()
        if not self._lost.done():
            self._lost.set_result(lost)

    def _arm(self) -> None:
        due = self.endpoint.next_wakeup()
        if due is None or (self._timer is not None and self._due <= due):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._due = due
        self._timer = self._clock.call_at(due, self._wake)

    def _wake(self) -> None:
        self._timer = None
        self._due = float("inf")
        now = self._clock.time()
        self._tell_taps("wake", b"", now)
        events: Sequence[Event] = self.endpoint.wake(now)
        if events:
            self._hub.take(self.name, events, now)
        self.flush(now)


class SurfaceSession(Session):
    """A surface counts as there from the moment its link opens: many never speak first."""

    endpoint: SurfaceEndpoint  # type: ignore[misc]

    def __init__(
        self,
        name: str,
        endpoint: SurfaceEndpoint,
        link: Link,
        hub: Hub,
        farewell: Sequence[ShowMotor] = (),
    ) -> None:
        """Take up ``link``; ``farewell`` is what the motors are told at the end."""
        super().__init__(name, endpoint, link, hub)
        self._parking = farewell
        self._motors: dict[ControlId, ShowMotor] = {}
        if isinstance(endpoint, TellsPlaces):
            places = endpoint.plain_places()
            self._cut = -places.value_length
            self._lanes = {
                key: Lane(control, read, self, hub.said)
                for key, (control, read) in places.faders.items()
            }

    def _farewell(self) -> Sequence[ShowMotor]:
        held = {control.id for control, _, _ in holders(self._hub.engine.wiring.controls)}
        return [show for show in self._parking if show.control not in held]

    def tell(self, effect: Effect, now: float) -> None:
        """Show ``effect``; of several places for one motor that leave together only the last."""
        if isinstance(effect, ShowMotor):
            self._motors[effect.control] = effect
        elif not isinstance(effect, Write | Follow):
            self.endpoint.send(effect, now)

    def flush(self, now: float) -> bool:
        """Send what waits; return whether there was anything.

        A hand may have come after a motor's order was decided and before it left.
        """
        if self._motors:
            motors, self._motors = self._motors, {}
            for motor in motors.values():
                if self._hub.engine.may_drive(motor):
                    self.endpoint.send(motor, now)
        return super().flush(now)

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
        if type(effect) is Write:
            if type(effect.value) is float:
                levels = self._levels
                levels.pop(effect.parameter, None)
                levels[effect.parameter] = effect
            else:
                self._write(now)
                self.endpoint.send(effect, now)
        elif type(effect) is Follow:
            if effect.anew:
                self.begin_again(now)
            self.endpoint.watch(effect.parameters, now)

    def flush(self, now: float) -> bool:
        """Send what waits, in order; return whether there was anything."""
        if self._levels:
            self._write(now)
        return super().flush(now)

    def _write(self, now: float) -> None:
        levels, send = self._levels, self.endpoint.send
        for write in levels.values():
            send(write, now)
        levels.clear()

    def _introduce(self, now: float) -> None:
        """Wait for the profile: a socket that opened says nothing about the desk."""
