"""What consoles that speak OSC share, on a console with nothing of its own."""

from collections.abc import Sequence
from typing import ClassVar

import pytest

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.model.lifecycle import Arrived
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.sheets import ParameterSpec, TargetSheet
from surfacebridge.model.values import Value
from surfacebridge.profiles.console import Heard, Renewal
from surfacebridge.profiles.osc_console import OscConsole
from surfacebridge.protocols.osc.messages import OscMessage, OscValue
from surfacebridge.protocols.osc.packet import encode

PING = Renewal(encode(OscMessage("/ping")), every=2.0)
PONG = encode(OscMessage("/pong"))


class PlainConsole(OscConsole):
    renewals: ClassVar[tuple[Renewal, ...]] = (PING,)

    def __init__(self, sheet: TargetSheet) -> None:
        self.others: dict[ParameterId, ParameterSpec] = {}
        self.followed: list[Sequence[ParameterId]] = []
        super().__init__("desk", sheet)

    def to_wire(self, spec: ParameterSpec, tag: str, value: Value) -> OscValue:
        return value if isinstance(value, float | str) else None

    def from_wire(self, spec: ParameterSpec, tag: str, value: OscValue) -> Value | None:
        return value if isinstance(value, float | str) else None

    def hear_other(self, message: OscMessage, now: float) -> Sequence[Heard] | None:
        return () if message.address == "/pong" else None

    def add_other(self, parameter: ParameterId, spec: ParameterSpec) -> None:
        self.others[parameter] = spec

    def watch_others(self, parameters: Sequence[ParameterId], now: float) -> None:
        self.followed.append(parameters)


def sheet(**wires: dict[str, object]) -> TargetSheet:
    parameters = {
        name: ParameterSpec(ParameterId(name), "plain", wire=wire) for name, wire in wires.items()
    }
    return TargetSheet("a/b", "b", "B", parameters)


def test_a_wire_of_the_consoles_own_kind_is_handed_to_it() -> None:
    desk = PlainConsole(sheet(a={"osc": "/a", "tag": "f"}, b={"pipe": 7}))
    assert list(desk.others) == ["desk.b"]
    desk.watch([ParameterId("desk.b"), ParameterId("desk.a")], 1.0)
    assert desk.followed == [["desk.b", "desk.a"]]


def test_a_selector_without_a_number_is_our_mistake() -> None:
    with pytest.raises(ProtocolMisuse, match=r"desk\.a selects 'one'"):
        PlainConsole(sheet(a={"index_of": "/sel", "index": "one"}))


def test_what_must_not_be_read_is_never_asked_for() -> None:
    desk = PlainConsole(sheet(a={"osc": "/a", "tag": "f", "read": False}))
    desk.open(0.0)
    desk.receive(PONG, 0.1)
    desk.data_to_send()
    desk.watch([ParameterId("desk.a")], 0.2)
    assert desk.data_to_send() == []
    assert desk.health.synced


def test_streams_are_asked_for_at_once_renewed_and_dropped() -> None:
    desk = PlainConsole(sheet())
    desk.open(0.0)
    desk.receive(PONG, 0.0)
    desk.data_to_send()
    stream = Renewal(encode(OscMessage("/stream")), every=3.0)
    wanted = stream.data
    desk.stream([stream], 1.0)
    assert desk.data_to_send() == [wanted]
    desk.stream([stream], 2.0)
    assert wanted not in desk.data_to_send()
    desk.receive(PONG, 3.9)
    desk.wake(3.9)
    assert wanted not in desk.data_to_send()
    desk.wake(4.0)
    assert wanted in desk.data_to_send()
    desk.stream([], 4.5)
    desk.receive(PONG, 7.0)
    desk.wake(7.0)
    assert wanted not in desk.data_to_send()


def test_renewals_go_on_however_often_streams_change() -> None:
    desk = PlainConsole(sheet())
    desk.open(0.0)
    desk.data_to_send()
    pings = 0
    for tick in range(100):
        desk.stream([Renewal(encode(OscMessage(f"/stream/{tick}")), every=9.0)], tick * 0.1)
        pings += desk.data_to_send().count(PING.data)
    assert pings == 4


def test_an_answer_after_a_silence_begins_anew_and_tells_the_consoles_own_part() -> None:
    desk = PlainConsole(sheet(a={"osc": "/a", "tag": "f"}))
    desk.open(0.0)
    desk.watch([ParameterId("desk.a")], 0.0)
    answer = encode(OscMessage("/a", (0.5,)))
    assert list(desk.receive(answer, 1.0)) == [
        Arrived("desk"),
        Report(ParameterId("desk.a"), 0.5),
    ]
    assert desk.followed[-1] == ("desk.a",)


def test_a_text_is_written_and_read_through_the_consoles_values() -> None:
    desk = PlainConsole(sheet(a={"osc": "/a", "tag": "s"}))
    desk.send(Write("desk", ParameterId("desk.a"), "Kick"), 0.0)
    assert desk.data_to_send() == [encode(OscMessage("/a", ("Kick",)))]
    desk.send(Write("desk", ParameterId("desk.a"), value=True), 0.0)
    assert desk.data_to_send() == []
    assert desk.health.unknown == 1
