"""A desk of this bridge that others see and control over a broker.

Owns: what is known of the desk and by whom it was made so, whose a parameter is
now, which orders are carried out, and what the broker is told.
Does not own: the broker's connection (``house``), the lease (``lease``), rights
(``rights``).

It stands between the engine and the desk's profile, so that nothing reaches the
desk past it: neither an order from afar nor a hand at this bridge.

Rules: whoever holds a parameter owns it, first come first served.  An order of
another epoch, of an old session, or older than the last one is dropped and
counted.  What is refused is answered with the truth.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Final

from surfacebridge.bridge.studio.discovery import entities
from surfacebridge.bridge.studio.lease import Lease
from surfacebridge.bridge.studio.rights import Rights
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.sheets import OWNER, ParameterSpec, TargetSheet, is_owner
from surfacebridge.model.values import OFF, Value
from surfacebridge.profiles.base import Health, TargetEndpoint
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
# Guests renew a wish for meters three times in this.
WATCHED_FOR: Final = 12.0
# Enough for a control room's worth of surfaces; a broker's users can come no faster than this.
MOST_GUESTS: Final = 256
# A touch may be known a little later than the first move of its hand.  What is
# not touched at all, a key or an encoder, may be used again after this.
UNTOUCHED: Final = 0.2
# Sessions of one guest that are remembered as over.
MOST_OLD_SESSIONS: Final = 16
# Who is at the desk itself, or on its tablets.
AT_DESK: Final = "desk"

Party = tuple[str, str]
"""A user and his bridge."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a parameter, and with which surface."""

    party: Party
    surface: str

    @property
    def text(self) -> str:
        """What others are told."""
        return "/".join((*self.party, self.surface))


@dataclass(slots=True)
class _Known:
    value: Value
    by: str
    session: str = ""
    of: int = 0
    seq: int = 0
    at: float = 0.0


@dataclass(slots=True)
class _Guest:
    session: str
    touched: Mapping[str, str] = field(default_factory=dict)
    seqs: dict[str, int] = field(default_factory=dict)
    over: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class _Bar:
    """Somebody was refused because ``holder`` held it; a touch that is known ends with itself."""

    holder: str
    until: float


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this bridge is to a studio: its site, its name, and the broker's user."""

    site: str
    bridge: str
    user: str

    @property
    def who(self) -> str:
        """The user and the bridge, in one text."""
        return f"{self.user}/{self.bridge}"


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
        how: "Sharing | None" = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.name: Final = name
        self.sheet: Final = sheet
        self.lease: Final = Lease(identity.who)
        self.counts: Final[Counter[str]] = Counter()
        self.look: Callable[[], Mapping[str, str]] = lambda: self._local
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
        self._endpoint: SharedEndpoint | None = None
        self._session = ""
        self._arrivals = 0
        self._seq = 0
        self._is_there = False
        self._known: dict[str, _Known] = {}
        self._levels: dict[str, float] = {}
        self._unsaid: dict[str, None] = {}
        self._moves: Moves[str, None] = Moves()
        self._guests: dict[Party, _Guest] = {}
        self._local: Mapping[str, str] = {}
        self._owners: dict[str, Owner] = {}
        self._barred: dict[tuple[Party, str], _Bar] = {}
        self._watches: dict[Party, tuple[float, tuple[str, ...]]] = {}
        self._orders: Orders | None = None
        self._is_guest = False
        self._said_desk: Desk | None = None
        self._batch_at: float | None = None
        self._meters_at: float | None = None
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

    # The desk speaks, and the engine (see ``SharedEndpoint``).

    def plugged(self, endpoint: "SharedEndpoint") -> None:
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
                    self._levels.clear()

    def _hear(self, name: str, value: Value, now: float) -> None:
        spec = self._spec(name)
        if spec.kind == "meter":
            if isinstance(value, float):
                self._levels[name] = value
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
        owner = self._owners.get(name)
        if owner is not None and owner.party != self._us:
            # Whether a hand is on it now matters, and the last look may be too long ago.
            self.touched(self.look(), now)
        if self._holder_beside(self._us, name, now):
            self.counts["refused"] += 1
            self._correct(name)
            return False
        self._hold(name, write.value, self._by(self._us, self._local.get(name, "")), now)
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
        guest = self._guests.get(who)
        if not online and guest is not None and guest.session == session:
            del self._guests[who]
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
            if not self._is_in_time(party, topic.parameter, order):
                return []
        else:
            plain = payloads.decode_plain(packet.payload)
            if not isinstance(plain, tuple):
                self.counts["malformed"] += 1
                return []
            # A dashboard's: it has no session, so what comes last counts.
            order = Order(plain[0], "", 0, self.epoch)
        return self._carry_out(party, topic.parameter, order, now)

    def _is_in_time(self, party: Party, name: str, order: Order) -> bool:
        guest = self._guests.get(party)
        if guest is None:
            self.counts["stranger"] += 1
        elif order.session != guest.session:
            self.counts["old session"] += 1
        elif order.epoch != self.epoch:
            self.counts["old epoch"] += 1
        elif order.seq <= guest.seqs.get(name, 0):
            self.counts["late"] += 1
        else:
            guest.seqs[name] = order.seq
            return True
        return False

    def _carry_out(self, party: Party, name: str, order: Order, now: float) -> list[Report]:
        spec = self.sheet.parameters.get(ParameterId(name))
        why = self._why_not(party, name, spec, now)
        value = None if spec is None or why else from_wire(order.value, spec)
        if value is None or spec is None or self._endpoint is None:
            self._refuse(party, name, order, why or "This is no value it can have.")
            return []
        value = spec.snap(value)
        guest = self._guests.get(party)
        by = self._by(party, "" if guest is None else guest.touched.get(name, ""))
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
        holder = self._holder_beside(party, name, now)
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
        guest = self._guests.get(party)
        if said is None or not said.online:
            if guest is not None and (said is None or said.session in {guest.session, ""}):
                del self._guests[party]
                self._watches.pop(party, None)
        elif guest is not None and said.session == guest.session:
            guest.touched = said.touched
        elif guest is not None and said.session in guest.over:
            self.counts["old session"] += 1
        elif len(self._guests) < MOST_GUESTS or guest is not None:
            fresh = _Guest(said.session, said.touched)
            if guest is not None:
                over = [*guest.over, guest.session][-MOST_OLD_SESSIONS:]
                fresh.over = dict.fromkeys(over)
            self._guests[party] = fresh
        self._settle_owners(now)

    def _note_watch(self, party: Party, packet: Publish, now: float) -> None:
        watch = payloads.decode(Watch, packet.payload)
        if packet.retain or not isinstance(watch, Watch) or party not in self._guests:
            return
        before = self.wanted_meters
        self._watches[party] = now + WATCHED_FOR, watch.meters
        if self._meters_at is None and self._how.meters_every:
            self._meters_at = now + self._how.meters_every
        if self.wanted_meters != before and self._endpoint is not None:
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
        guest = Guest(online, self._session, self._local)
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
        if local == self._local:
            return
        for name in self._local:
            if self._orders is not None and name not in local:
                self._orders.settle(name, now)
        self._local = dict(local)
        self._settle_owners(now)
        if self._is_guest:
            self._say_guest(online=True)

    @property
    def _us(self) -> Party:
        return self._identity.user, self._identity.bridge

    def _by(self, party: Party, surface: str) -> str:
        return "/".join((*party, surface)) if surface else "/".join(party)

    def _holder_beside(self, party: Party, name: str, now: float) -> str:
        """Return who but ``party`` holds a parameter; empty if nobody does.

        A hand that was refused stays so until it lets go: or the fader would
        jump to it at the moment in which the owner's hand lets go.
        """
        owner = self._owners.get(name)
        if owner is not None and owner.party != party:
            until = inf if name in self._touched_by(party) else now + UNTOUCHED
            self._barred[party, name] = _Bar(owner.text, until)
            return owner.text
        bar = self._barred.get((party, name))
        return bar.holder if bar is not None and now < bar.until else ""

    def _touched_by(self, party: Party) -> Mapping[str, str]:
        if party == self._us:
            return self._local
        guest = self._guests.get(party)
        return {} if guest is None else guest.touched

    def _settle_owners(self, now: float) -> None:
        """Who holds it already keeps it; what nobody owns goes to who holds it now."""
        for (party, name), bar in list(self._barred.items()):
            if now < bar.until and name in self._touched_by(party):
                bar.until = inf
            elif bar.until == inf or bar.until <= now:
                del self._barred[party, name]
        wishes: dict[str, list[Owner]] = {}
        held = [(self._us, self._local)]
        held += [(party, guest.touched) for party, guest in self._guests.items()]
        for party, touched in held:
            for name, surface in touched.items():
                if (party, name) not in self._barred and self._may_hold(party, name):
                    wishes.setdefault(name, []).append(Owner(party, surface))
        before = self._owners
        self._owners = {
            name: before[name] if before.get(name) in wanting else wanting[0]
            for name, wanting in wishes.items()
        }
        if self._owners != before:
            self._tell_owners(before)
            if self._speaks:
                self._say_owned()

    def _may_hold(self, party: Party, name: str) -> bool:
        """Return whether a touch is worth something: what may not be controlled is not owned."""
        if party == self._us:
            return True
        known = ParameterId(name) in self.sheet.parameters
        return known and not self._rights.why_not(*party, full_name(name, self.name))

    def _tell_owners(self, before: Mapping[str, Owner]) -> None:
        subjects = {name.rpartition(".")[0] for name in (*before, *self._owners)}
        for subject in subjects:
            name = f"{subject}.{OWNER}"
            if self._endpoint is not None and ParameterId(name) in self.sheet.parameters:
                report = Report(full_name(name, self.name), self.owner_of(subject))
                self._endpoint.tell(report)

    def owner_of(self, subject: str) -> str:
        """Return who but this bridge's own hands holds something of ``subject``."""
        for name, owner in self._owners.items():
            if name.rpartition(".")[0] == subject and owner.party != self._us:
                return called(owner.text)
        return ""

    @property
    def owners(self) -> dict[str, str]:
        """Who holds what."""
        return {name: owner.text for name, owner in self._owners.items()}

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
            self._meters_at if self._watches else None,
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
        if self._meters_at is None or now < self._meters_at:
            return
        self._meters_at = now + self._how.meters_every if self._watches else None
        wanted = self.wanted_meters
        levels: dict[str, float | None] = {
            name: None if level == OFF else round(level, 1)
            for name, level in self._levels.items()
            if name in wanted
        }
        self._levels.clear()
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

    @property
    def wanted_meters(self) -> frozenset[str]:
        """The meters somebody asked for."""
        return frozenset(name for _, names in self._watches.values() for name in names)

    def followed(self) -> Iterable[ParameterId]:
        """Yield what is read of the desk for others, beside what the engine follows."""
        for name in self._mirrored:
            yield full_name(name, self.name)
        for wanted in sorted(self.wanted_meters):
            spec = self.sheet.parameters.get(ParameterId(wanted))
            if spec is not None and spec.kind == "meter":
                yield full_name(wanted, self.name)

    @property
    def _mirrored_specs(self) -> dict[str, ParameterSpec]:
        return {str(name): self.sheet.parameters[name] for name in self._mirrored}

    def _end_watches(self, now: float) -> None:
        over = [party for party, (until, _) in self._watches.items() if until <= now]
        for party in over:
            del self._watches[party]
        if over and self._endpoint is not None:
            self._endpoint.watch_again(now)

    def _spec(self, name: str) -> ParameterSpec:
        return self.sheet.parameters.get(ParameterId(name)) or ParameterSpec(
            ParameterId(name), "plain"
        )


class SharedEndpoint:
    """The profile of one link to a shared desk, with the studio listening at both sides."""

    def __init__(self, inner: TargetEndpoint, desk: SharedDesk) -> None:
        self.inner: Final = inner
        self.health: Health = inner.health
        self._desk = desk
        self._told: list[Heard] = []
        self._watched: dict[ParameterId, None] = {}
        self._now = 0.0

    def open(self, now: float) -> None:
        """Queue the greeting."""
        self._now = now
        self._desk.plugged(self)
        self.inner.open(now)

    def tell(self, report: Report) -> None:
        """Let the engine know, as soon as this is woken."""
        self._told.append(report)

    def receive(self, data: bytes, now: float) -> Sequence[Heard]:
        """Return what ``data`` means."""
        self._now = now
        return self._noted(self.inner.receive(data, now), now)

    def send(self, item: Write, now: float) -> None:
        """Write, if this bridge may; else whoever holds the desk is asked to."""
        self._now = now
        if self._desk.wrote(item, now):
            self.inner.send(item, now)

    def watch(self, parameters: Sequence[ParameterId], now: float) -> None:
        """Follow what the engine needs first, then what others see."""
        self._watched = dict.fromkeys(parameters)
        for parameter in parameters:
            subject, _, last = relative(parameter, self._desk.name).rpartition(".")
            if last == OWNER:
                self._told.append(Report(parameter, self._desk.owner_of(subject)))
        self.watch_again(now)

    def watch_again(self, now: float) -> None:
        """Follow what others see anew."""
        self._now = now
        wanted = dict.fromkeys((*self._watched, *self._desk.followed()))
        self.inner.watch([one for one in wanted if not one.endswith(f".{OWNER}")], now)

    def wake(self, now: float) -> Sequence[Heard]:
        """Do what is due."""
        self._now = now
        heard = self._noted(self.inner.wake(now), now)
        told, self._told = self._told, []
        return [*heard, *told]

    def next_wakeup(self) -> float | None:
        """Return when ``wake`` is due next."""
        return self._now if self._told else self.inner.next_wakeup()

    def data_to_send(self) -> list[bytes]:
        """Return and forget what is queued."""
        return self.inner.data_to_send()

    def close(self, now: float) -> None:
        """Queue the goodbye."""
        self.inner.close(now)

    def shows(self, parameter: ParameterId) -> bool:
        """Return whether the engine follows ``parameter``, rather than only others do."""
        return parameter in self._watched

    def _noted(self, events: Sequence[Heard], now: float) -> Sequence[Heard]:
        if not events:
            return events
        self._desk.heard(events, now)
        return [one for one in events if not isinstance(one, Report) or self.shows(one.parameter)]
