"""A desk that another bridge holds, message by message."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.model.laws import LAWS
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.sheets import ParameterSpec, TargetSheet, with_owners
from surfacebridge.profiles.studio_desk import ASK_AGAIN, GRACE, StudioDesk, called
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.mqtt.packet import Packet, Publish, Subscribe, Unsubscribe
from surfacebridge.protocols.mqtt.packet import decode as decode_packet
from surfacebridge.protocols.mqtt.packet import encode as encode_packet
from surfacebridge.protocols.studio.payloads import (
    Desk,
    Guest,
    Meters,
    Order,
    Owned,
    Payload,
    Presence,
    Refused,
    State,
    Watch,
    decode,
    encode,
)
from surfacebridge.protocols.studio.topics import Topic


def sheet() -> TargetSheet:
    specs = [ParameterSpec(ParameterId(f"ch.{n}.on"), "switch") for n in (1, 2)]
    specs += [
        ParameterSpec(ParameterId(f"ch.{n}.fader"), "level", law=LAWS["x32"], steps=1024)
        for n in (1, 2)
    ]
    specs.append(ParameterSpec(ParameterId("ch.1.meter"), "meter", writable=False))
    return with_owners(TargetSheet("maker/desk", "x", "Desk", {one.id: one for one in specs}))


class Studio:
    """The guest under test and the words of the bridge that holds the desk."""

    def __init__(self) -> None:
        self.guest = StudioDesk(
            "mine", sheet(), ("house", "desk"), user="me", bridge="stage", session="s1"
        )
        self.now = 0.0
        self.term, self.epoch, self.session = 1, "h1.1", "h1"
        self.guest.open(0.0)

    def said(self) -> list[Packet]:
        packets = [decode_packet(data) for data in self.guest.data_to_send()]
        assert not any(isinstance(one, Malformed) for one in packets)
        return packets  # type: ignore[return-value]

    def orders(self) -> list[tuple[str, Order, int]]:
        found = []
        for packet in self.said():
            if isinstance(packet, Publish) and "/$set/" in packet.topic:
                order = decode(Order, packet.payload)
                assert isinstance(order, Order)
                found.append((packet.topic.partition("/stage/")[2], order, packet.qos))
        return found

    def hear(
        self, kind: Any, payload: Payload | None, parameter: str = "", **who: str
    ) -> list[Any]:
        topic = Topic(kind, "house", "desk", parameter=parameter, **who)
        if kind == "bridge":
            topic = Topic("bridge", "house", **who)
        data = b"" if payload is None else encode(payload)
        return list(self.guest.receive(encode_packet(Publish(topic.text, data, 1)), self.now))

    def desk(self, link: str = "connected", profile: str = "maker/desk") -> list[Any]:
        desk = Desk("foh/foh", self.session, self.term, self.epoch, link, profile)
        return self.hear("desk", desk)

    def bridge(self, *, online: bool = True) -> list[Any]:
        return self.hear("bridge", Presence(online, self.session), user="foh", bridge="foh")

    def value(self, name: str, value: Any, seq: int, **more: Any) -> list[Any]:
        facts: dict[str, Any] = {"session": "", "of": 0, "epoch": self.epoch} | more
        state = State(
            value, "dB", 0.5, "desk", facts["session"], facts["of"], facts["epoch"], seq, 0
        )
        return self.hear("value", state, name)

    def arrive(self) -> None:
        self.bridge()
        assert Arrived("mine") in self.desk()
        names = ["ch.1.fader", "ch.1.on", "ch.2.fader", "ch.1.owner"]
        self.guest.watch([ParameterId(f"mine.{name}") for name in names], self.now)
        self.guest.wake(self.now)
        self.said()

    def wake(self, until: float) -> list[Any]:
        heard: list[Any] = []
        while (due := self.guest.next_wakeup()) is not None and due <= until:
            self.now = max(self.now, due)
            heard += self.guest.wake(self.now)
        self.now = until
        return heard


def report(name: str, value: Any) -> Report:
    return Report(ParameterId(f"mine.{name}"), value)


def test_at_first_it_asks_who_holds_the_desk_and_says_that_it_is_there() -> None:
    studio = Studio()
    asked, here = studio.said()
    assert isinstance(asked, Subscribe)
    assert "surfacebridge/house/desk/$desk" in asked.filters
    assert isinstance(here, Publish)
    assert here.retain
    assert here.topic == "surfacebridge/house/desk/$guest/me/stage"
    assert decode(Guest, here.payload) == Guest(online=True, session="s1")


@pytest.mark.parametrize("bridge_first", [True, False])
def test_the_desk_is_there_once_its_holder_is_and_reaches_it(bridge_first: bool) -> None:
    studio = Studio()
    heard = [studio.bridge(), studio.desk()] if bridge_first else [studio.desk(), studio.bridge()]
    assert heard == [[], [Arrived("mine")]]
    assert studio.guest.health.alive
    assert studio.guest.health.peer == "foh holds the desk."


def test_a_holder_that_does_not_reach_the_desk_is_none() -> None:
    studio = Studio()
    studio.bridge()
    assert studio.desk("gone") == []
    assert studio.guest.health.reason == "foh does not reach the desk."
    assert studio.desk() == [Arrived("mine")]
    assert studio.desk("gone") == [Gone("mine")]


def test_a_desk_of_another_kind_is_named() -> None:
    studio = Studio()
    studio.bridge()
    assert studio.desk(profile="maker/other") == []
    assert "write 'profile: maker/other'" in studio.guest.health.reason


def test_values_are_asked_for_once_and_reported() -> None:
    studio = Studio()
    studio.bridge()
    studio.desk()
    studio.said()
    studio.guest.watch([ParameterId("mine.ch.1.fader"), ParameterId("mine.ch.1.on")], 0.0)
    assert studio.said() == [
        Subscribe(("surfacebridge/house/desk/ch/1/fader", "surfacebridge/house/desk/ch/1/on"))
    ]
    assert studio.value("ch.1.fader", -7.5, 1) == [report("ch.1.fader", -7.5)]
    before = studio.guest.health.synced
    assert studio.value("ch.1.on", True, 2) == [report("ch.1.on", True)]
    assert (before, studio.guest.health.synced) == (False, True)
    studio.guest.watch([ParameterId("mine.ch.1.on")], 0.0)
    assert studio.said() == [Unsubscribe(("surfacebridge/house/desk/ch/1/fader",))]


def test_what_was_not_said_is_asked_for_again() -> None:
    studio = Studio()
    studio.arrive()
    studio.value("ch.1.fader", -7.5, 1)
    studio.wake(ASK_AGAIN)
    (again,) = studio.said()
    assert again == Subscribe(
        ("surfacebridge/house/desk/ch/1/on", "surfacebridge/house/desk/ch/2/fader")
    )


def test_a_value_of_another_epoch_or_an_older_one_is_nobodys_truth() -> None:
    studio = Studio()
    studio.arrive()
    assert studio.value("ch.1.fader", 10.0, 99, epoch="h0.1") == []
    assert studio.value("ch.1.fader", -7.5, 5) == [report("ch.1.fader", -7.5)]
    assert studio.value("ch.1.fader", 10.0, 4) == []
    assert studio.guest.stale == 2


def test_a_move_does_not_hear_its_own_earlier_places() -> None:
    studio = Studio()
    studio.arrive()
    for value in (-10.0, -5.0):
        studio.guest.send(Write("mine", ParameterId("mine.ch.1.fader"), value), studio.now)
        studio.wake(studio.now + 0.03)
    sent = studio.orders()
    assert [one.value for _, one, _ in sent] == [-10.0, -5.0]
    assert studio.value("ch.1.fader", -10.0, 1, session="s1", of=sent[0][1].seq) == []
    assert studio.value("ch.1.fader", -5.0, 2, session="s1", of=sent[1][1].seq) == [
        report("ch.1.fader", -5.0)
    ]


def test_when_one_takes_over_nothing_is_forgotten_and_the_rest_is_ordered_again() -> None:
    studio = Studio()
    studio.arrive()
    studio.value("ch.1.fader", -20.0, 1)
    studio.guest.send(Write("mine", ParameterId("mine.ch.1.fader"), -5.0), studio.now)
    studio.orders()
    assert studio.bridge(online=False) == []
    assert studio.wake(1.0) == []
    studio.session, studio.epoch, studio.term = "h2", "h2.1", 2
    assert studio.desk() == []
    assert studio.bridge() == []
    again = [(name, one.value, one.epoch) for name, one, _ in studio.orders()]
    assert ("ch/1/fader", -5.0, "h2.1") in again
    assert studio.guest.health.alive


def test_when_nobody_takes_over_the_desk_is_gone() -> None:
    studio = Studio()
    studio.arrive()
    studio.bridge(online=False)
    assert studio.wake(GRACE - 0.1) == []
    assert studio.wake(GRACE + 0.1) == [Gone("mine")]
    assert "is its bridge running?" in studio.guest.health.reason
    studio.guest.send(Write("mine", ParameterId("mine.ch.1.on"), True), studio.now)
    assert studio.orders() == []


def test_a_desk_that_came_anew_is_forgotten_and_read_again() -> None:
    studio = Studio()
    studio.arrive()
    studio.epoch = "h1.2"
    assert studio.desk("syncing") == [Gone("mine"), Arrived("mine")]


def test_a_lease_of_an_earlier_term_comes_too_late() -> None:
    studio = Studio()
    studio.term = 5
    studio.arrive()
    studio.term, studio.session = 4, "h0"
    assert studio.desk() == []
    assert studio.guest.stale == 1
    assert studio.guest.health.alive


def test_what_is_held_is_said_after_what_the_hand_did() -> None:
    studio = Studio()
    studio.arrive()
    studio.guest.hold({"ch.1.fader": "x"}, 0.0)
    studio.guest.hold({"ch.1.fader": "x"}, 0.0)
    (held,) = studio.said()
    assert isinstance(held, Publish)
    assert decode(Guest, held.payload) == Guest(True, "s1", {"ch.1.fader": "x"})
    studio.guest.send(Write("mine", ParameterId("mine.ch.1.fader"), -5.0), 0.0)
    studio.guest.hold({}, 0.01)
    kinds = [one.topic.split("/")[3] for one in studio.said() if isinstance(one, Publish)]
    assert kinds == ["$set", "$set", "$guest"]


def test_who_holds_what_is_shown_unless_it_is_us() -> None:
    studio = Studio()
    studio.arrive()
    owners = {"ch.1.fader": "anna/foh/x", "ch.2.fader": "me/stage/x"}
    assert report("ch.1.owner", "anna") in studio.hear("owned", Owned(owners, "h1.1"))
    assert studio.hear("owned", Owned({}, "h1.1"))[0].value == ""
    assert called("anyone/foh/x") == "foh"


def test_a_refusal_is_noted_and_the_truth_reported() -> None:
    studio = Studio()
    studio.arrive()
    studio.guest.send(Write("mine", ParameterId("mine.ch.1.fader"), -5.0), 0.0)
    ((_, order, _),) = studio.orders()
    refused = Refused("ch.1.fader", "anna holds it.", "s1", order.seq, known=True, value=-20.0)
    heard = studio.hear("refused", refused, user="me", bridge="stage")
    assert heard == [report("ch.1.fader", -20.0)]
    assert studio.guest.health.notes == ["ch.1.fader: anna holds it."]
    studio.wake(1.0)
    assert studio.orders() == []
    other = Refused("ch.1.fader", "no", "s0", 1, known=True, value=0.0)
    assert studio.hear("refused", other, user="me", bridge="stage") == []


def test_meters_are_asked_for_again_and_again_while_they_are_watched() -> None:
    studio = Studio()
    studio.arrive()
    studio.guest.watch([ParameterId("mine.ch.1.meter")], 0.0)
    studio.wake(5.0)
    wishes = [one for one in studio.said() if isinstance(one, Publish)]
    assert [decode(Watch, one.payload) for one in wishes] == [Watch(("ch.1.meter",))] * 2
    assert studio.hear("meters", Meters({"ch.1.meter": -20.0, "ch.2.meter": 0.0})) == [
        report("ch.1.meter", -20.0)
    ]


def test_a_goodbye_says_the_last_of_a_move_and_holds_nothing() -> None:
    studio = Studio()
    studio.arrive()
    studio.guest.hold({"ch.1.fader": "x"}, 0.0)
    studio.guest.send(Write("mine", ParameterId("mine.ch.1.fader"), -5.0), 0.0)
    studio.said()
    studio.guest.close(0.01)
    said = [one for one in studio.said() if isinstance(one, Publish)]
    guest = next(decode(Guest, one.payload) for one in said if "$guest" in one.topic)
    assert guest == Guest(online=False, session="s1")
    assert any("$set" in one.topic and one.qos == 1 for one in said)


@given(
    st.sampled_from(["value", "desk", "owned", "meters", "refused", "bridge", "guest"]),
    st.binary(max_size=60),
)
def test_no_message_raises(kind: Any, payload: bytes) -> None:
    studio = Studio()
    studio.arrive()
    name = "ch.1.fader" if kind == "value" else ""
    topic = Topic(kind, "house", "desk", "me", "stage", name)
    studio.guest.receive(encode_packet(Publish(topic.text, payload)), 0.0)
    studio.guest.receive(payload, 0.0)


def test_bridges_that_have_nothing_to_do_with_the_desk_cost_nothing() -> None:
    studio = Studio()
    studio.arrive()
    for number in range(50):
        presence = Presence(online=True, session="o")
        studio.hear("bridge", presence, user="other", bridge=f"bridge{number}")
    assert studio.said() == []
