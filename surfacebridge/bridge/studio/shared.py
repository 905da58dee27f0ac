"""A desk of this bridge that others see and control over a broker.

Owns: what is known of the desk and by whom it was made so, which orders are
carried out, and what the broker is told.
Does not own: the broker's connection (``house``), the lease (``lease``), rights
(``rights``), guests (``parties``), whose a parameter is (``owners``), wishes for
meters (``watches``).

It stands between the engine and the desk's profile, so that nothing reaches the
desk past it: neither an order from afar nor a hand at this bridge (``shared_endpoint``).
An order of another epoch, of an old session, or older than the last one is
dropped and counted.  What is refused is answered with the truth.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from surfacebridge.bridge.studio.discovery import entities
from surfacebridge.bridge.studio.lease import Lease
from surfacebridge.bridge.studio.owners import Owners
from surfacebridge.bridge.studio.parties import Guests, Identity, Party, signature
from surfacebridge.bridge.studio.rights import Rights
from surfacebridge.bridge.studio.watches import Watches
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.sheets import OWNER, ParameterSpec, TargetSheet, is_owner
from surfacebridge.model.values import OFF, Value
from surfacebridge.profiles.base import TargetEndpoint
from surfacebridge.profiles.moves import Moves
from surfacebridge.profiles.studio_desk import called, full_name, relative
from surfacebridge.profiles.studio_orders import Orders
from surfacebridge.profiles.studio_values import from_wire, position_of, to_wire, unit_of
from surfacebridge.protocols.mqtt.packet import Publish, encode
from surfacebridge.protocols.studio import payloads
from surfacebridge.protocols.studio.payloads import (
    Desk,
    Guest,
    Meters,
    Order,
    Owned,
    Refused,
    State,
    Watch,
)
from surfacebridge.protocols.studio.topics import Kind, Topic

Heard = Report | Arrived | Gone

# A broker is given a whole console at some 4,000 values a second.
BATCH: Final = 200
BATCH_EVERY: Final = 0.05
# Who is at the desk itself, or on its tablets.
AT_DESK: Final = "desk"


@dataclass(slots=True)
class _Known:
    value: Value
    by: str
    session: str = ""
    of: int = 0
    seq: int = 0
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Sharing:
    """How a rig shares its desks.

    ``mirrored`` says of a parameter's whole name whether others see it;
    ``meters_every`` is the least time between two rounds of levels, 0 for never;
    ``discovers`` tells Home Assistant, and without ``writes`` this bridge rehearses.
    """

    mirrored: Callable[[str], bool] = lambda _: True
    meters_every: float = 0.1
    discovers: bool = False
    writes: bool = True


class DeskLink(Protocol):
    """What a shared desk needs of its present link: see ``shared_endpoint``."""

    @property
    def inner(self) -> TargetEndpoint:
        """The desk's profile."""

    def tell(self, report: Report) -> None:
        """Let the engine know, as soon as this is woken."""

    def shows(self, parameter: ParameterId) -> bool:
        """Return whether the engine follows ``parameter``."""

    def watch_again(self, now: float) -> None:
        """Follow what others see anew."""


class SharedDesk:
    """What is shared of one target, for as long as the bridge runs.

    ``counts`` says what was dropped and why: ``old epoch``, ``old session``,
    ``late``, ``stranger`` (no such guest), ``kept`` (an order the broker had
    kept), ``unknown`` (no such parameter), ``refused``, ``malformed``.
    """

    def __init__(
        self,
        name: str,
        sheet: TargetSheet,
        identity: Identity,
        rights: Rights,
        how: Sharing | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.name: Final = name
        self.sheet: Final = sheet
        self.lease: Final = Lease(identity.who)
        self.counts: Final[Counter[str]] = Counter()
        self.look: Callable[[], Mapping[str, str]] = lambda: self._owned.local
        """Gives what hands at this bridge hold at this moment."""
        self._identity = identity
        self._rights = rights
        self._clock = clock
        self._how = how or Sharing()
        self._is_said: dict[str, bool] = {}
        self._mirrored = tuple(
            ParameterId(key)
            for key, spec in sheet.parameters.items()
            if spec.kind not in {"trigger", "meter"}
            and not is_owner(spec)
            and self._how.mirrored(full_name(key, name))
        )
        self._endpoint: DeskLink | None = None
        self._session = ""
        self._arrivals = 0
        self._seq = 0
        self._is_there = False
        self._known: dict[str, _Known] = {}
        self._unsaid: dict[str, None] = {}
        self._moves: Moves[str, None] = Moves()
        self._guests = Guests()
        self._owned = Owners(identity.party, self._guests, self._may_hold)
        self._watches = Watches(self._how.meters_every)
        self._orders: Orders | None = None
        self._is_guest = False
        self._said_desk: Desk | None = None
        self._batch_at: float | None = None
        self._out: list[bytes] = []

    # The broker comes and goes.

    def connected(self, session: str, now: float) -> None:
        """Begin with a broker that answers; ``session`` is a word no connection had before."""
        self._session = session
        self._said_desk = None
        self._guests.clear()
        self._watches.clear()
        self._is_guest = False
        self._moves = Moves()
        who = self._identity
        self._orders = Orders(who.site, self.name, who.user, who.bridge, session)
        self.lease.connected(session, now)

    def disconnected(self, now: float) -> None:
        """Go on without a broker: nobody from afar holds anything now."""
        self._guests.clear()
        self._watches.clear()
        self._orders = None
        self._out.clear()
        self._unsaid.clear()
        self._batch_at = None
        self.lease.disconnected()
        self._settle_owners(now)

    # The desk speaks, and the engine (see ``shared_endpoint``).

    def plugged(self, endpoint: DeskLink) -> None:
        """Stand before another link's profile from now on."""
        self._endpoint = endpoint

    def heard(self, events: Sequence[Heard], now: float) -> None:
        """Note what the desk says."""
        for event in events:
            match event:
                case Report(parameter=parameter, value=value):
                    self._hear(relative(parameter, self.name), value, now)
                case Arrived():
                    self._arrivals += 1
                    self._known.clear()
                    self._unsaid.clear()
                    self._is_there = True
                case Gone():
                    self._is_there = False
                    self._known.clear()
                    self._unsaid.clear()
                    self._watches.silence()

    def _hear(self, name: str, value: Value, now: float) -> None:
        spec = self._spec(name)
        if spec.kind == "meter":
            if isinstance(value, float):
                self._watches.hear(name, value)
            return
        known = self._known.get(name)
        if known is None and self._speaks and self._is_mirrored(name):
            # It is being read: thousands of values, none of which moves.
            self._unsaid[name] = None
            self._batch_at = now if self._batch_at is None else self._batch_at
        if known is None or spec.index(known.value) != spec.index(value):
            self._hold(name, value, AT_DESK, now)

    def wrote(self, write: Write, now: float) -> bool:
        """Take what a hand at this bridge wants; return whether the desk is told now."""
        name = relative(write.parameter, self.name)
        if not self.lease.may_write:
            # The bridge that holds the desk does it for us.
            if self._orders is not None and self.lease.desk is not None:
                self._orders.epoch = self.lease.desk.epoch
                self._orders.put(name, to_wire(write.value), now)
            return False
        if self._owned.is_elsewhere(name):
            # Whether a hand is on it now matters, and the last look may be too long ago.
            self.touched(self.look(), now)
        if self._owned.holder_beside(self._us, name, now):
            self.counts["refused"] += 1
            self._correct(name)
            return False
        self._hold(name, write.value, signature(self._us, self._owned.local.get(name, "")), now)
        return True

    def _is_mirrored(self, name: str) -> bool:
        said = self._is_said.get(name)
        if said is None:
            said = self._is_said[name] = self._how.mirrored(full_name(name, self.name))
        return said

    def _correct(self, name: str) -> None:
        """Tell the engine what is so: it believes that its write was carried out."""
        known = self._known.get(name)
        if known is not None and self._endpoint is not None:
            self._endpoint.tell(Report(full_name(name, self.name), known.value))

    def _hold(
        self, name: str, value: Value, by: str, now: float, order: tuple[str, int] = ("", 0)
    ) -> None:
        """Note that the desk holds ``value``, and let everybody know."""
        self._seq += 1
        spec = self._spec(name)
        if spec.kind == "trigger":
            return
        self._known[name] = _Known(value, by, *order, self._seq, self._clock())
        if not self._speaks or not self._is_mirrored(name):
            return
        if name in self._unsaid:
            return
        if isinstance(value, bool | str) or not isinstance(value, float | int):
            self._moves.drop(name)
            self._say_value(name, 1)
        elif self._moves.put(name, None, now):
            self._say_value(name, 0)

    # Guests speak.

    def hear(self, topic: Topic, packet: Publish, now: float) -> list[Report]:
        """Take one message; return what the engine is to know of what was done."""
        match topic.kind:
            case "set":
                return self._order(topic, packet, now)
            case "guest":
                self._note_guest((topic.user, topic.bridge), packet, now)
            case "watch":
                self._note_watch((topic.user, topic.bridge), packet, now)
            case "lead":
                self._note_lead(topic, packet, now)
            case "desk":
                self._note_desk(packet, now)
            case "refused":
                return self._note_refused(topic, packet)
            case "value":
                self._sweep(topic.parameter, packet)
            case _:
                pass
        return []

    def hear_bridge(self, who: Party, session: str, *, online: bool, now: float) -> None:
        """Note that a bridge came or went."""
        if not online and self._guests.leave(who, session):
            self._settle_owners(now)
        self.lease.hear_bridge("/".join(who), session, online=online, now=now)

    def _order(self, topic: Topic, packet: Publish, now: float) -> list[Report]:
        if packet.retain:
            self.counts["kept"] += 1
            return []
        if not self._speaks:
            return []
        party = topic.user, topic.bridge
        order = payloads.decode(Order, packet.payload)
        if ParameterId(topic.parameter) not in self.sheet.parameters:
            # Nothing is remembered of names that do not exist: there is no end of them.
            self.counts["unknown"] += 1
            return []
        if isinstance(order, Order):
            why = self._guests.why_late(party, topic.parameter, order, self.epoch)
            if why:
                self.counts[why] += 1
                return []
        else:
            plain = payloads.decode_plain(packet.payload)
            if not isinstance(plain, tuple):
                self.counts["malformed"] += 1
                return []
            # A dashboard's: it has no session, so what comes last counts.
            order = Order(plain[0], "", 0, self.epoch)
        return self._carry_out(party, topic.parameter, order, now)

    def _carry_out(self, party: Party, name: str, order: Order, now: float) -> list[Report]:
        spec = self.sheet.parameters.get(ParameterId(name))
        why = self._why_not(party, name, spec, now)
        value = None if spec is None or why else from_wire(order.value, spec)
        if value is None or spec is None or self._endpoint is None:
            self._refuse(party, name, order, why or "This is no value it can have.")
            return []
        value = spec.snap(value)
        by = signature(party, self._guests.touched(party).get(name, ""))
        known = self._known.get(name)
        full = full_name(name, self.name)
        if known is None or spec.index(known.value) != spec.index(value) or spec.kind == "trigger":
            self._endpoint.inner.send(Write(self.name, full, value), now)
        self._hold(name, value, by, now, (order.session, order.seq))
        return [Report(full, value)] if self._endpoint.shows(full) else []

    def _why_not(self, party: Party, name: str, spec: ParameterSpec | None, now: float) -> str:
        if spec is None or is_owner(spec):
            return "The desk has no such parameter."
        if not spec.writable or spec.kind == "meter":
            return "It cannot be written."
        if not self._how.writes:
            return "This bridge rehearses: nothing is written."
        if not self._is_there:
            return "The desk is not there."
        holder = self._owned.holder_beside(party, name, now)
        if holder:
            return f"{holder} holds it."
        return self._rights.why_not(*party, full_name(name, self.name))

    def _refuse(self, party: Party, name: str, order: Order, reason: str) -> None:
        self.counts["refused"] += 1
        known = self._known.get(name)
        value = None if known is None else to_wire(known.value)
        refused = Refused(name, reason, order.session, order.seq, known is not None, value)
        self._say("refused", payloads.encode(refused), 1, party=party)

    def _note_refused(self, topic: Topic, packet: Publish) -> list[Report]:
        """Hear that what a hand here wanted was not done by the bridge that holds the desk."""
        refused = payloads.decode(Refused, packet.payload)
        ours = (topic.user, topic.bridge) == self._us and isinstance(refused, Refused)
        if not ours or self._orders is None or refused.session != self._orders.session:  # type: ignore[union-attr]
            return []
        self._orders.forget(refused.parameter)  # type: ignore[union-attr]
        self._correct(refused.parameter)  # type: ignore[union-attr]
        return []

    def _note_guest(self, party: Party, packet: Publish, now: float) -> None:
        said = payloads.decode(Guest, packet.payload) if packet.payload else None
        if said is not None and not isinstance(said, Guest):
            self.counts["malformed"] += 1
            return
        why = self._guests.note(party, said)
        if why:
            self.counts[why] += 1
        if party not in self._guests:
            self._watches.forget(party)
        self._settle_owners(now)

    def _note_watch(self, party: Party, packet: Publish, now: float) -> None:
        watch = payloads.decode(Watch, packet.payload)
        if packet.retain or not isinstance(watch, Watch) or party not in self._guests:
            return
        if self._watches.wish(party, watch.meters, now) and self._endpoint is not None:
            self._endpoint.watch_again(now)

    def _note_lead(self, topic: Topic, packet: Publish, now: float) -> None:
        lead = payloads.decode(payloads.Lead, packet.payload)
        if packet.retain or not isinstance(lead, payloads.Lead):
            return
        if self._rights.may_lead(topic.user, topic.bridge):
            self.lease.ask(lead.to, now)
        else:
            self.counts["refused"] += 1

    def _note_desk(self, packet: Publish, now: float) -> None:
        desk = payloads.decode(Desk, packet.payload) if packet.payload else None
        if not isinstance(desk, Desk):
            return
        was = self.lease.is_mine
        if self.lease.hear_desk(desk, now):
            self._said_desk = None
        if self.lease.is_mine and not was:
            self._take_over(now)
        elif was and not self.lease.is_mine:
            self._unsaid.clear()
            self._moves = Moves()
        if self._orders is None or self.lease.may_write:
            return
        # What the hands here do, the bridge that holds the desk does for them.
        if not self._is_guest:
            self._is_guest = True
            self._say_guest(online=True)
        self._orders.turn_to(desk.epoch, now)

    def _say_guest(self, *, online: bool) -> None:
        if self._orders is not None:
            # What a hand did comes before the news that it let go.
            self._out += self._orders.take()
        guest = Guest(online, self._session, self._owned.local)
        self._say("guest", payloads.encode(guest), 1, retain=True, party=self._us)

    def _take_over(self, now: float) -> None:
        """Hold the desk: say all that is so, whatever the broker has kept."""
        if self._is_guest:
            self._is_guest = False
            self._say_guest(online=False)
        self._unsaid = dict.fromkeys(filter(self._is_mirrored, self._known))
        self._batch_at = now
        if self._orders is not None:
            self._orders.forget_all()
        self._say_owned()
        if self._how.discovers:
            for topic, payload in entities(self._identity.site, self.name, self._mirrored_specs):
                self._out.append(encode(Publish(topic, payload, 1, retain=True)))

    def _sweep(self, name: str, packet: Publish) -> None:
        """Take away a value the broker kept that nobody vouches for now."""
        if not (self._speaks and packet.retain and packet.payload):
            return
        state = payloads.decode(State, packet.payload)
        if isinstance(state, State) and state.epoch == self.epoch:
            return
        if name not in self._known or not self._is_mirrored(name):
            self._say("value", b"", 1, retain=True, parameter=name)
        elif name not in self._unsaid:
            self._unsaid[name] = None

    # Whose a parameter is.

    def touched(self, local: Mapping[str, str], now: float) -> None:
        """Note what hands at this bridge hold: names, and the surface."""
        if local == self._owned.local:
            return
        for name in self._owned.local:
            if self._orders is not None and name not in local:
                self._orders.settle(name, now)
        self._owned.local = dict(local)
        self._settle_owners(now)
        if self._is_guest:
            self._say_guest(online=True)

    @property
    def _us(self) -> Party:
        return self._identity.party

    def _settle_owners(self, now: float) -> None:
        names = self._owned.settle(now)
        if not names:
            return
        for subject in {name.rpartition(".")[0] for name in names}:
            name = f"{subject}.{OWNER}"
            if self._endpoint is not None and ParameterId(name) in self.sheet.parameters:
                report = Report(full_name(name, self.name), self.owner_of(subject))
                self._endpoint.tell(report)
        if self._speaks:
            self._say_owned()

    def _may_hold(self, party: Party, name: str) -> bool:
        """Return whether a touch is worth something: what may not be controlled is not owned."""
        if party == self._us:
            return True
        known = ParameterId(name) in self.sheet.parameters
        return known and not self._rights.why_not(*party, full_name(name, self.name))

    def owner_of(self, subject: str) -> str:
        """Return who but this bridge's own hands holds something of ``subject``."""
        owner = self._owned.afar(subject)
        return "" if owner is None else called(owner.text)

    @property
    def owners(self) -> dict[str, str]:
        """Who holds what."""
        return self._owned.texts

    # The broker is told.

    @property
    def epoch(self) -> str:
        """The name of this holding of the desk, since it was last there anew."""
        return f"{self._session}.{self._arrivals}"

    @property
    def _speaks(self) -> bool:
        """Whether this bridge speaks for the desk now."""
        return self._orders is not None and self.lease.is_mine

    def tend(self, link: str, now: float) -> None:
        """Do what is due; ``link`` is how the desk is reached: connected, syncing or gone."""
        if link == "gone" and self._is_there:
            self.heard((Gone(self.name),), now)
        term = self.lease.wake(now)
        if term is not None:
            self._say_desk(self._description(term, link))
        if self._orders is not None:
            self._orders.wake(now)
            self._out += self._orders.take()
        self._end_watches(now)
        if not self._speaks or self.lease.desk is None:
            return
        desk = self._description(self.lease.desk.term, link)
        if desk != self._said_desk:
            if self._said_desk is not None and desk.epoch != self._said_desk.epoch:
                self._unsaid = dict.fromkeys(filter(self._is_mirrored, self._known))
                self._batch_at = now
            self._say_desk(desk)
            self._say_owned()
        for name, _, final in self._moves.due(now):
            self._say_value(name, int(final))
        self._say_batch(now)
        self._say_meters(now)

    def _description(self, term: int, link: str) -> Desk:
        return Desk(self.lease.me, self._session, term, self.epoch, link, self.sheet.name)

    def next_wakeup(self) -> float | None:
        """Return when ``tend`` is due next, ``None`` if nothing waits."""
        due = (
            self.lease.next_wakeup(),
            self._moves.next_due() if self._speaks else None,
            self._batch_at if self._unsaid else None,
            self._watches.due,
            None if self._orders is None else self._orders.next_due(),
        )
        return min((one for one in due if one is not None), default=None)

    def take(self) -> list[bytes]:
        """Return and forget the packets for the broker."""
        out, self._out = self._out, []
        return out

    def _say_batch(self, now: float) -> None:
        if not self._unsaid or (self._batch_at is not None and now < self._batch_at):
            return
        for name in list(self._unsaid)[:BATCH]:
            del self._unsaid[name]
            self._say_value(name, 1)
        self._batch_at = now + BATCH_EVERY if self._unsaid else None

    def _say_value(self, name: str, qos: int) -> None:
        known = self._known.get(name)
        if known is None:
            return
        spec = self._spec(name)
        state = State(
            to_wire(known.value),
            unit_of(spec),
            position_of(known.value, spec),
            known.by,
            known.session,
            known.of,
            self.epoch,
            known.seq,
            round(known.at, 3),
        )
        self._say("value", payloads.encode(state), qos, retain=True, parameter=name)

    def _say_desk(self, desk: Desk) -> None:
        self._said_desk = desk
        self._say("desk", payloads.encode(desk), 1, retain=True)

    def _say_owned(self) -> None:
        self._say("owned", payloads.encode(Owned(self.owners, self.epoch)), 1, retain=True)

    def _say_meters(self, now: float) -> None:
        levels: dict[str, float | None] = {
            name: None if level == OFF else round(level, 1)
            for name, level in self._watches.round(now).items()
        }
        if levels:
            self._say("meters", payloads.encode(Meters(levels)), 0)

    def _say(
        self,
        kind: Kind,
        payload: bytes,
        qos: int,
        *,
        retain: bool = False,
        party: Party = ("", ""),
        parameter: str = "",
    ) -> None:
        topic = Topic(kind, self._identity.site, self.name, *party, parameter)
        self._out.append(encode(Publish(topic.text, payload, qos, retain)))

    # What is followed for others.

    def followed(self) -> Iterable[ParameterId]:
        """Yield what is read of the desk for others, beside what the engine follows."""
        for name in self._mirrored:
            yield full_name(name, self.name)
        for wanted in sorted(self._watches.wanted):
            spec = self.sheet.parameters.get(ParameterId(wanted))
            if spec is not None and spec.kind == "meter":
                yield full_name(wanted, self.name)

    @property
    def _mirrored_specs(self) -> dict[str, ParameterSpec]:
        return {str(name): self.sheet.parameters[name] for name in self._mirrored}

    def _end_watches(self, now: float) -> None:
        if self._watches.end(now) and self._endpoint is not None:
            self._endpoint.watch_again(now)

    def _spec(self, name: str) -> ParameterSpec:
        return self.sheet.parameters.get(ParameterId(name)) or ParameterSpec(
            ParameterId(name), "plain"
        )
