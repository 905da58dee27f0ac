"""A desk that another bridge holds, reached over a broker.

Owns: what is asked of the broker, who holds the desk now, whose word counts.
Does not own: rights and ownership; the bridge that holds the desk has those.

Rules: the desk is there while its holder is, reaches it, and is online by his
last will.  A value counts only if it is of the present epoch and newer than the
one before; what a broker kept of an earlier epoch is nobody's truth.  When one
bridge takes over from another, nothing is forgotten and what is not known to
have been done is ordered again.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.sheets import OWNER, TargetSheet, is_owner
from surfacebridge.profiles.base import Health
from surfacebridge.profiles.studio_orders import Orders
from surfacebridge.profiles.studio_values import from_wire, to_wire
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.mqtt.packet import Publish, Subscribe, Unsubscribe, encode
from surfacebridge.protocols.mqtt.packet import decode as decode_packet
from surfacebridge.protocols.studio import payloads
from surfacebridge.protocols.studio.payloads import (
    Desk,
    Guest,
    Meters,
    Owned,
    PayloadT,
    Presence,
    Refused,
    State,
    Watch,
)
from surfacebridge.protocols.studio.topics import Topic, presences, read_topic

Heard = Report | Arrived | Gone

# A follower takes over within two seconds; the broker may need one to notice.
GRACE: Final = 4.0
# What was not said a second after it was asked for is asked for again, and then less
# and less often: a broker that is late has enough to do.
ASK_AGAIN: Final = 1.0
ASK_RARELY: Final = 8.0
# Levels are asked for so often, and said for three times as long.
WATCH_EVERY: Final = 4.0


NOBODY: Final = "anyone"
"""The user of somebody whom the broker lets in without a name."""


class StudioDesk:
    """The desk ``target`` of ``site`` as a target of this rig."""

    def __init__(
        self,
        name: str,
        sheet: TargetSheet,
        desk: tuple[str, str],
        *,
        user: str,
        bridge: str,
        session: str,
    ) -> None:
        """Prepare to reach ``desk`` (site and target) as ``user`` on ``bridge``.

        ``session`` is a word that no other connection has.
        """
        self.health = Health(reason="The broker answers; nobody holds the desk yet.")
        self.stale = 0
        """Values of an earlier epoch, or older than what was known, that were dropped."""
        self._name = name
        self._sheet = sheet
        self._site, self._target = desk
        self._user, self._bridge = user, bridge
        self._orders = Orders(self._site, self._target, user, bridge, session)
        self._desk: Desk | None = None
        self._online: dict[str, str] = {}
        self._present = False
        self._leaderless_since: float | None = None
        self._touched: Mapping[str, str] = {}
        self._owners: Mapping[str, str] = {}
        self._watched: dict[str, None] = {}
        self._meters: tuple[str, ...] = ()
        self._seqs: dict[str, tuple[str, int]] = {}
        self._missing_at: float | None = None
        self._ask_every = ASK_AGAIN
        self._watch_at: float | None = None
        self._pending: list[Heard] = []
        self._out: list[bytes] = []
        self._now = 0.0

    @property
    def session(self) -> str:
        """The word that no other connection has."""
        return self._orders.session

    # Time.

    def open(self, now: float) -> None:
        """Ask who holds the desk, and say that we are there."""
        self._now = now
        filters = [self._topic("desk").text, self._topic("owned").text, self._topic("meters").text]
        filters += [self._topic("refused").text, presences(self._site)]
        self._out.append(encode(Subscribe(tuple(filters))))
        self._say_guest(online=True)

    def wake(self, now: float) -> Sequence[Heard]:
        """Order what is due, ask again for what is missing, notice that nobody holds the desk."""
        self._now = now
        self._orders.wake(now)
        since = self._leaderless_since
        if since is not None and now - since >= GRACE:
            self._lose("Nobody holds the desk any more; is its bridge running?")
        if self._missing_at is not None and now >= self._missing_at:
            self._ask_every = min(2 * self._ask_every, ASK_RARELY)
            self._ask_again(now)
        if self._watch_at is not None and now >= self._watch_at:
            self._say_watch(now)
        return self._take_pending()

    def next_wakeup(self) -> float | None:
        """Return when ``wake`` is due next."""
        if self._pending:
            return self._now
        since = self._leaderless_since
        due = (
            self._orders.next_due(),
            None if since is None else since + GRACE,
            self._missing_at,
            self._watch_at,
        )
        return min((one for one in due if one is not None), default=None)

    def close(self, now: float) -> None:
        """Order the last of every move, let go of everything, and say goodbye."""
        self._now = now
        self._orders.finish(now)
        self._touched = {}
        self._say_guest(online=False)

    # The studio speaks.

    def watch(self, parameters: Sequence[ParameterId], now: float) -> None:
        """Ask for the values of ``parameters``."""
        self._now = now
        before, self._watched = self._watched, {}
        meters = []
        for parameter in parameters:
            name = self._relative(parameter)
            spec = self._sheet.parameters.get(ParameterId(name))
            if spec is None:
                continue
            if is_owner(spec):
                self._pending.append(Report(parameter, self._owner_of(_subject(name))))
                continue
            if spec.kind == "meter":
                meters.append(name)
            elif spec.kind != "trigger":
                self._watched[name] = None
        unwanted = tuple(self._value_topic(name) for name in before if name not in self._watched)
        if unwanted:
            self._out.append(encode(Unsubscribe(unwanted)))
        for name in before:
            self._seqs.pop(name, None) if name not in self._watched else None
        self._ask([name for name in self._watched if name not in before])
        self.health.synced = self._present and not self._missing()
        self._missing_at = now + ASK_AGAIN if self._watched else None
        self._meters = tuple(meters)
        self._watch_at = now if meters else None

    def receive(self, data: bytes, now: float) -> Sequence[Heard]:
        """Return what one message means; never raise."""
        self._now = now
        packet = decode_packet(data)
        topic = read_topic(packet.topic) if isinstance(packet, Publish) else None
        if topic is None or not isinstance(packet, Publish):
            self.health.malformed += 1
            return self._take_pending()
        self.health.answered = now
        match topic.kind:
            case "value":
                self._hear_value(topic.parameter, self._read(State, packet))
            case "desk":
                self._hear_desk(self._read(Desk, packet), now)
            case "bridge":
                self._hear_bridge(topic.who, self._read(Presence, packet), now)
            case "owned":
                self._hear_owned(self._read(Owned, packet))
            case "meters":
                self._hear_meters(self._read(Meters, packet))
            case "refused":
                self._hear_refused(self._read(Refused, packet))
            case _:
                self.health.unknown += 1
        return self._take_pending()

    def _read(self, kind: type[PayloadT], packet: Publish) -> PayloadT | None:
        if not packet.payload:
            return None
        found = payloads.decode(kind, packet.payload)
        if isinstance(found, Malformed):
            self.health.malformed += 1
            return None
        return found

    def _hear_value(self, name: str, state: State | None) -> None:
        desk = self._desk
        if state is None or name not in self._watched:
            return
        epoch, seq = self._seqs.get(name, ("", -1))
        if desk is None or state.epoch != desk.epoch or (epoch == desk.epoch and state.seq < seq):
            self.stale += 1
            return
        self._seqs[name] = state.epoch, state.seq
        if not self._orders.was_carried_out(name, state.session, state.of):
            # The echo of an earlier place of a cap that has moved on since.
            return
        self._report(name, state.value)
        self._note_synced()

    def _report(self, name: str, said: payloads.Scalar) -> None:
        spec = self._sheet.parameters.get(ParameterId(name))
        value = None if spec is None else from_wire(said, spec)
        if value is None:
            self.health.malformed += 1
        elif self._present:
            self._pending.append(Report(self._full(name), value))

    def _hear_desk(self, desk: Desk | None, now: float) -> None:
        if desk is not None and self._desk is not None and desk.term < self._desk.term:
            self.stale += 1
            return
        before, self._desk = self._desk, desk
        if desk is not None and before is not None and desk.epoch != before.epoch:
            same_hands = desk.session == before.session
            if same_hands:
                # The desk itself came anew: what it held before counts no more.
                self._lose("The desk came anew and is being read.")
        self._consider(now)

    def _hear_bridge(self, bridge: str, presence: Presence | None, now: float) -> None:
        if presence is not None and presence.online:
            self._online[bridge] = presence.session
        else:
            self._online.pop(bridge, None)
        if self._desk is not None and bridge == self._desk.holder:
            self._consider(now)

    def _consider(self, now: float) -> None:
        """Decide whether the desk is there."""
        desk = self._desk
        if desk is not None and desk.profile != self._sheet.name:
            self._lose(
                f"{self._site}/{self._target} is a {desk.profile}; write 'profile: {desk.profile}'."
            )
            return
        if desk is None or self._online.get(desk.holder) != desk.session:
            if self._leaderless_since is None and self._present:
                self._leaderless_since = now
            return
        self._leaderless_since = None
        if desk.link == "gone":
            self._lose(f"{called(desk.holder)} does not reach the desk.")
            return
        is_news = not self._present or self._orders.epoch != desk.epoch
        if self._orders.epoch != desk.epoch:
            self._orders.turn_to(desk.epoch, now)
        self.health.alive = True
        self.health.reason = ""
        self.health.peer = f"{called(desk.holder)} holds the desk."
        if not self._present:
            self._present = True
            self._pending.append(Arrived(self._name))
        if is_news:
            self._ask_every = ASK_AGAIN
            self._ask_again(now)

    def _lose(self, reason: str) -> None:
        self.health.alive = self.health.synced = False
        self.health.reason = reason
        self._leaderless_since = None
        self._orders.forget_all()
        self._seqs.clear()
        if self._present:
            self._present = False
            self._watched.clear()
            self._pending.append(Gone(self._name))

    def _hear_owned(self, owned: Owned | None) -> None:
        before, self._owners = self._owners, {} if owned is None else owned.owners
        for subject in dict.fromkeys(_subject(name) for name in (*before, *self._owners)):
            name = f"{subject}.{OWNER}"
            if self._present and ParameterId(name) in self._sheet.parameters:
                self._pending.append(Report(self._full(name), self._owner_of(subject)))

    def _owner_of(self, subject: str) -> str:
        ours = f"{self._user}/{self._bridge}/"
        for name, owner in self._owners.items():
            if _subject(name) == subject and not owner.startswith(ours):
                return called(owner)
        return ""

    def _hear_meters(self, meters: Meters | None) -> None:
        for name, level in meters.levels.items() if meters is not None else ():
            if name in self._meters:
                self._report(name, level)

    def _hear_refused(self, refused: Refused | None) -> None:
        if refused is None or refused.session != self._orders.session:
            return
        self._orders.forget(refused.parameter)
        note = f"{refused.parameter}: {refused.reason}"
        if note not in self.health.notes:
            self.health.notes = [*self.health.notes[-9:], note]
        if refused.known:
            self._report(refused.parameter, refused.value)

    # The bridge speaks.

    def send(self, item: Write, now: float) -> None:
        """Order ``item``."""
        self._now = now
        if self._present:
            self._orders.put(self._relative(item.parameter), to_wire(item.value), now)

    def hold(self, touched: Mapping[str, str], now: float) -> None:
        """Say which parameters our surfaces hold: names without the target, and the surface."""
        self._now = now
        if touched != self._touched:
            for name in self._touched:
                if name not in touched:
                    self._orders.settle(name, now)
            # What a hand did comes before the news that it let go.
            self._out += self._orders.take()
            self._touched = dict(touched)
            self._say_guest(online=True)

    def data_to_send(self) -> list[bytes]:
        """Return and forget the queued packets."""
        out, self._out = self._out + self._orders.take(), []
        return out

    def _say_guest(self, *, online: bool) -> None:
        guest = Guest(online, self._orders.session, self._touched)
        packet = Publish(self._topic("guest").text, payloads.encode(guest), 1, retain=True)
        self._out.append(encode(packet))

    def _say_watch(self, now: float) -> None:
        self._watch_at = now + WATCH_EVERY
        packet = Publish(self._topic("watch").text, payloads.encode(Watch(self._meters)), 0)
        self._out.append(encode(packet))

    def _missing(self) -> list[str]:
        epoch = "" if self._desk is None else self._desk.epoch
        return [name for name in self._watched if self._seqs.get(name, ("", 0))[0] != epoch]

    def _note_synced(self) -> None:
        if not self.health.synced:
            self.health.synced = not self._missing()

    def _ask_again(self, now: float) -> None:
        """Ask for what has not been said in this epoch: a broker says again what it kept."""
        missing = self._missing() if self._present else []
        self.health.synced = self._present and not missing
        self._ask(missing)
        self._missing_at = now + self._ask_every if missing else None

    def _ask(self, names: Sequence[str]) -> None:
        if names:
            self._out.append(encode(Subscribe(tuple(map(self._value_topic, names)))))

    def _take_pending(self) -> Sequence[Heard]:
        pending, self._pending = self._pending, []
        return pending

    def _topic(self, kind: str) -> Topic:
        return Topic(kind, self._site, self._target, self._user, self._bridge)  # type: ignore[arg-type]

    def _value_topic(self, name: str) -> str:
        return Topic("value", self._site, self._target, parameter=name).text

    def _relative(self, parameter: str) -> str:
        return relative(parameter, self._name)

    def _full(self, name: str) -> ParameterId:
        return full_name(name, self._name)


def called(owner: str) -> str:
    """Return the short name of an owner, for a display: his user's, or his bridge's without one."""
    user, _, rest = owner.partition("/")
    return rest.partition("/")[0] if user == NOBODY else user


def relative(parameter: str, target: str) -> str:
    """Return a parameter's name without its target: ``ch.1.fader``, ``:/strip/fader 3``."""
    return parameter[len(target) :].removeprefix(".")


def full_name(name: str, target: str) -> ParameterId:
    """Return the name of a target's parameter, as the engine has it."""
    return ParameterId(f"{target}{name}" if name.startswith(":") else f"{target}.{name}")


def _subject(name: str) -> str:
    return name.rpartition(".")[0]
