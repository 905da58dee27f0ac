"""Plain MQTT devices, packet by packet."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.mapping.topic_words import read_topic
from surfacebridge.model.lifecycle import Arrived
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.values import OFF, Colour, Value
from surfacebridge.profiles.plain_mqtt import PlainMqtt, payload_of, value_of
from surfacebridge.protocols.mqtt.packet import (
    Packet,
    Publish,
    Subscribe,
    Unsubscribe,
    decode,
    encode,
)


def opened(*, retain: bool = False) -> PlainMqtt:
    hub = PlainMqtt("hub", retain=retain)
    hub.open(0.0)
    assert hub.wake(0.0) == [Arrived("hub")]
    return hub


def said(hub: PlainMqtt) -> list[object]:
    return [decode(data) for data in hub.data_to_send()]


def write(hub: PlainMqtt, topic: str, value: Value, now: float = 0.0) -> list[object]:
    hub.send(Write("hub", ParameterId(f"hub:{topic}"), value), now)
    return said(hub)


def test_a_broker_that_let_us_in_is_there_and_health_says_what_that_means() -> None:
    hub = opened()
    assert hub.health.alive
    assert "no sign of life" in hub.health.reason


def test_what_is_followed_is_asked_for_once_and_what_is_not_any_more_let_go() -> None:
    hub = opened()
    hub.watch([ParameterId("hub:a {v:json}"), ParameterId("hub:b ON")], 0.0)
    assert said(hub) == [Subscribe(("a", "b"))]
    hub.watch([ParameterId("hub:b ON"), ParameterId("hub:c {v:s}")], 0.0)
    assert said(hub) == [Unsubscribe(("a",)), Subscribe(("c",))]


@pytest.mark.parametrize(
    ("topic", "payload", "value"),
    [
        ("a {v:json}", b"0.5", 0.5),
        ("a {v:json}", b"true", True),
        ("a {v:json}", b'"Kick"', "Kick"),
        ("a {v:json}", b"ON", "ON"),
        ("a {v:json}", b'"half \\ud83c"', "half ?"),
        ("a {v:json.state}", b'{"state": "ON", "x": 1}', "ON"),
        ("a {v:json.color.x}", b'{"color": {"x": 1}}', 1.0),
        ("a {v:f}", b" -3.5 ", -3.5),
        ("a {v:i}", b"7", 7.0),
        ("a {v:s}", "Höhe".encode(), "Höhe"),
        ("a {v:onoff}", b"on", True),
        ("a {v:onoff.state}", b'{"state": "OFF"}', False),
        ("a {v:onoff.on}", b'{"on": true}', True),
        ("a {v:onoff}", b"1", True),
        ("a {v:onoff}", b"OFF", False),
        ("a ON", b"ON", True),
    ],
)
def test_a_payload_becomes_the_value_its_topic_says(
    topic: str, payload: bytes, value: Value
) -> None:
    hub = opened()
    hub.watch([ParameterId(f"hub:{topic}")], 0.0)
    heard = hub.receive(encode(Publish("a", payload, retain=True)), 1.0)
    assert heard == [Report(ParameterId(f"hub:{topic}"), value)]
    assert isinstance(heard[0], Report)
    assert type(heard[0].value) is type(value)


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("a {v:json}", b"[1]"),
        ("a {v:json}", b"NaN"),
        ("a {v:json}", b"1e999"),
        ("a {v:json}", b"9" * 400),
        ("a {v:json}", b"\xff"),
        ("a {v:json.state}", b"ON"),
        ("a {v:json.state}", b'{"x": 1}'),
        ("a {v:json}", b"[" * 100_000),
        ("a {v:f}", b"loud"),
        ("a {v:onoff}", b"perhaps"),
    ],
)
def test_a_payload_that_means_nothing_is_counted(topic: str, payload: bytes) -> None:
    hub = opened()
    hub.watch([ParameterId(f"hub:{topic}")], 0.0)
    assert hub.receive(encode(Publish("a", payload)), 1.0) == []
    assert hub.health.malformed == 1


@pytest.mark.parametrize(
    ("topic", "value", "payload"),
    [
        ("a {v:json}", True, b"true"),
        ("a {v:json}", "Kick", b'"Kick"'),
        ("a {v:json.state}", "ON", b'{"state":"ON"}'),
        ("a {v:json.color.x}", True, b'{"color":{"x":true}}'),
        ("a {v:s}", "Kick", b"Kick"),
        ("a {v:i}", True, b"1"),
        ("a {v:onoff}", True, b"ON"),
        ("a {v:onoff.state}", True, b'{"state":"ON"}'),
        ("a {v:onoff}", "off", b"OFF"),
        ("a ON", True, b"ON"),
    ],
)
def test_a_switch_or_a_word_is_sent_at_once_and_acknowledged(
    topic: str, value: Value, payload: bytes
) -> None:
    assert write(opened(), topic, value) == [Publish("a", payload, 1)]


@pytest.mark.parametrize(
    ("topic", "value", "payload"),
    [
        ("a {v:json}", 0.7498, b"0.7498"),
        ("a {v:f}", OFF, b"-200"),
        ("a {v:i}", 12.4, b"12"),
        ("a {v:json.level}", 0.5, b'{"level":0.5}'),
    ],
)
def test_a_move_leaves_at_once_and_its_last_value_again_acknowledged(
    topic: str, value: Value, payload: bytes
) -> None:
    hub = opened(retain=True)
    assert write(hub, topic, value) == [Publish("a", payload, 0, retain=True)]
    due = hub.next_wakeup()
    while due is not None:
        hub.wake(due)
        due = hub.next_wakeup()
    assert said(hub) == [Publish("a", payload, 1, retain=True)]


def test_of_a_fast_move_the_broker_gets_fifty_values_a_second_and_the_last() -> None:
    hub = opened()
    sent: list[Packet] = []
    for step in range(1001):
        now = step / 1000
        if (due := hub.next_wakeup()) is not None and due <= now:
            hub.wake(now)
        hub.send(Write("hub", ParameterId("hub:a {v:f}"), step / 1000), now)
        sent += said(hub)  # type: ignore[arg-type]
    hub.wake(2.0)
    sent += said(hub)  # type: ignore[arg-type]
    assert 45 < len(sent) < 55
    assert sent[-1] == Publish("a", b"1", 1)


def test_what_moves_when_the_bridge_stops_is_said_before_it_goes() -> None:
    hub = opened()
    write(hub, "a {v:f}", 0.25)
    hub.close(0.01)
    assert said(hub) == [Publish("a", b"0.25", 1)]


def test_what_cannot_be_said_is_counted_and_a_release_says_nothing() -> None:
    hub = opened()
    assert write(hub, "a {v:f}", "loud") == []
    assert write(hub, "a {v:json}", Colour(1, 2, 3)) == []
    assert write(hub, "a {v:f}", float("nan")) == []
    assert write(hub, "a/# {v:f}", 1.0) == []
    assert hub.health.unknown == 4
    assert "without + and #" in hub.health.notes[0]
    assert write(hub, "a ON", value=False) == []
    assert hub.health.unknown == 4


@given(st.binary(max_size=60), st.sampled_from(["{v:json}", "{v:json.a}", "{v:f}", "{v:s}", "ON"]))
def test_no_payload_raises(payload: bytes, form: str) -> None:
    hub = opened()
    hub.watch([ParameterId(f"hub:a {form}")], 0.0)
    hub.receive(payload, 0.0)
    hub.receive(encode(Publish("a", payload)), 0.0)


@given(
    st.floats(-1e6, 1e6) | st.booleans() | st.text(max_size=9),
    st.sampled_from(["a", "a {v:json.x}"]),
)
def test_json_says_every_value_both_ways(value: float | bool | str, topic: str) -> None:
    words = read_topic(topic)
    payload = payload_of(value, words)
    assert payload is not None
    json.loads(payload)
    back = value_of(payload, words)
    assert back == (pytest.approx(value, rel=1e-5, abs=1e-6) if type(value) is float else value)
