"""A shared desk with all that is around it: its profile, the engine's side, a broker's words."""

from collections.abc import Sequence
from typing import Any

from surfacebridge.bridge.studio.lease import LOOK_FIRST
from surfacebridge.bridge.studio.parties import Identity
from surfacebridge.bridge.studio.rights import Rights
from surfacebridge.bridge.studio.shared import SharedDesk, Sharing
from surfacebridge.bridge.studio.shared_endpoint import SharedEndpoint
from surfacebridge.mapping.document import RightsDecl
from surfacebridge.model.lifecycle import Arrived
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.sheets import with_owners
from surfacebridge.profiles.base import Health
from surfacebridge.protocols.mqtt.packet import Publish
from surfacebridge.protocols.mqtt.packet import decode as decode_packet
from surfacebridge.protocols.studio.payloads import (
    Desk,
    Guest,
    Meters,
    Order,
    Owned,
    Payload,
    Refused,
    State,
    decode,
    encode,
)
from surfacebridge.protocols.studio.topics import Topic, read_topic
from tests.helpers.rigs import target_sheet

KINDS: dict[str, Any] = {
    "value": State, "desk": Desk, "owned": Owned, "meters": Meters, "refused": Refused,
    "set": Order, "guest": Guest,
}  # fmt: skip
FOLLOWED = [ParameterId(f"desk.ch.{n}.{what}") for n in (1, 2) for what in ("fader", "on", "owner")]


class Console:
    """The profile of a desk, at the byte boundary: it notes what it is told."""

    def __init__(self) -> None:
        self.health = Health(alive=True, synced=True)
        self.written: list[tuple[str, Any]] = []
        self.watched: list[str] = []
        self.heard: list[Any] = []

    def open(self, now: float) -> None:
        del now

    def close(self, now: float) -> None:
        del now

    def receive(self, data: bytes, now: float) -> Sequence[Any]:
        del data, now
        heard, self.heard = self.heard, []
        return heard

    def send(self, item: Write, now: float) -> None:
        del now
        self.written.append((item.parameter, item.value))

    def watch(self, parameters: Sequence[ParameterId], now: float) -> None:
        del now
        self.watched = list(parameters)

    def wake(self, now: float) -> Sequence[Any]:
        return self.receive(b"", now)

    def next_wakeup(self) -> float | None:
        return None

    def data_to_send(self) -> list[bytes]:
        return []


class Place:
    """One bridge with the desk, and what is said around it."""

    def __init__(
        self, bridge: str = "foh", *, users: dict[str, RightsDecl] | None = None, **how: Any
    ) -> None:
        self.now = 100.0
        self.console = Console()
        self.desk = SharedDesk(
            "desk", with_owners(target_sheet()), Identity("house", bridge, "desks"),
            Rights(users or {}), Sharing(**how), clock=lambda: 1e9 + self.now,
        )  # fmt: skip
        self.endpoint = SharedEndpoint(self.console, self.desk)
        self.endpoint.open(self.now)
        self.endpoint.watch(FOLLOWED, self.now)
        self.from_desk(Arrived("desk"))

    def from_desk(self, *events: Any) -> Sequence[Any]:
        self.console.heard = list(events)
        return self.endpoint.receive(b"", self.now)

    def report(self, name: str, value: Any) -> Sequence[Any]:
        return self.from_desk(Report(ParameterId(f"desk.{name}"), value))

    def lead(self) -> None:
        """Have the lease, as from a broker that kept nothing."""
        self.desk.connected("s1", self.now)
        self.run(LOOK_FIRST + 0.1)
        self.said()

    def run(self, seconds: float) -> None:
        """Let time pass; what this bridge says of the lease comes back to it."""
        end = self.now + seconds
        while self.now < end:
            self.now += 0.01
            self.desk.tend("connected", self.now)
            for data in self.desk._out:
                packet = decode_packet(data)
                assert isinstance(packet, Publish)
                if packet.topic.endswith("/$desk"):
                    self.desk.hear(Topic("desk", "house", "desk"), packet, self.now)

    def said(self, kind: str = "") -> list[Any]:
        """Return what was said since: (parameter or kind, payload, quality)."""
        self.desk.tend("connected", self.now)
        found = []
        for data in self.desk.take():
            packet = decode_packet(data)
            assert isinstance(packet, Publish)
            topic = read_topic(packet.topic)
            if topic is None or (kind and topic.kind != kind):
                continue
            payload = decode(KINDS[topic.kind], packet.payload) if packet.payload else None
            found.append((topic.parameter or topic.kind, payload, packet.qos))
        return found

    def hear(self, kind: Any, payload: Payload | bytes, name: str = "", **more: Any) -> list[Any]:
        who = {"user": more.pop("user", "anna"), "bridge": more.pop("bridge", "stage")}
        data = payload if isinstance(payload, bytes) else encode(payload)
        topic = Topic(kind, "house", "desk", parameter=name, **who)
        return self.desk.hear(topic, Publish(topic.text, data, 1, **more), self.now)

    def guest(self, *touched: str, user: str = "anna", session: str = "g1") -> None:
        self.hear("guest", Guest(True, session, dict.fromkeys(touched, "x")), user=user)

    def order(self, name: str, value: Any, seq: int, **more: Any) -> list[Any]:
        session, epoch = more.pop("session", "g1"), more.pop("epoch", self.desk.epoch)
        return self.hear("set", Order(value, session, seq, epoch), name, **more)


def leading(**how: Any) -> Place:
    place = Place(**how)
    place.report("ch.1.fader", -20.0)
    place.lead()
    return place
