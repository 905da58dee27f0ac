"""Packets as MQTT 3.1.1 writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.mqtt.packet import (
    LONGEST_PAYLOAD,
    Publish,
    Subscribe,
    Unsubscribe,
    decode,
    encode,
    is_filter,
    is_topic,
)

TOPICS = st.text(min_size=1, max_size=40).filter(is_topic)
FILTERS = st.lists(st.text(min_size=1, max_size=20).filter(is_filter), min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("packet", "written"),
    [
        (Publish("a/b", b"1"), "30 06 00 03 61 2F 62 31"),
        (Publish("a/b", b"1", retain=True), "31 06 00 03 61 2F 62 31"),
        (Publish("a/b", b"1", qos=1), "32 08 00 03 61 2F 62 00 00 31"),
        # The example of 3.8.3, without its packet identifier of 10.
        (Subscribe(("a/b",), 1), "82 08 00 00 00 03 61 2F 62 01"),
        (Unsubscribe(("a/b", "c/d")), "A2 0C 00 00 00 03 61 2F 62 00 03 63 2F 64"),
    ],
)
def test_a_packet_is_the_bytes_the_standard_says(
    packet: Publish | Subscribe | Unsubscribe, written: str
) -> None:
    assert encode(packet) == bytes.fromhex(written)
    assert decode(bytes.fromhex(written)) == packet


def test_a_length_beyond_127_takes_two_bytes() -> None:
    data = encode(Publish("t", b"x" * 318))
    # 2.2.3: 321 is 65 + 2 * 128.
    assert data[:3] == bytes((0x30, 0xC1, 0x02))
    assert decode(data) == Publish("t", b"x" * 318)


@given(TOPICS, st.binary(max_size=300), st.integers(0, 1), st.booleans())
def test_what_is_published_comes_back(topic: str, payload: bytes, qos: int, retain: bool) -> None:
    packet = Publish(topic, payload, qos, retain)
    assert decode(encode(packet)) == packet


@given(FILTERS, st.integers(0, 1))
def test_what_is_asked_for_comes_back(filters: list[str], qos: int) -> None:
    for packet in (Subscribe(tuple(filters), qos), Unsubscribe(tuple(filters))):
        assert decode(encode(packet)) == packet


@given(st.binary(max_size=80))
def test_no_bytes_raise(data: bytes) -> None:
    decode(data)


@given(TOPICS, st.binary(min_size=1, max_size=30), st.data())
def test_a_packet_that_is_cut_short_is_malformed(
    topic: str, payload: bytes, chance: st.DataObject
) -> None:
    data = encode(Publish(topic, payload, 1))
    end = chance.draw(st.integers(0, len(data) - 1))
    assert isinstance(decode(data[:end]), Malformed)


@pytest.mark.parametrize("topic", ["", "a/+", "a/#", "a\0b", "a" * 65_536, "\ud800"])
def test_what_is_no_topic_is_not_published(topic: str) -> None:
    with pytest.raises(ProtocolMisuse):
        encode(Publish(topic, b""))


@pytest.mark.parametrize("written", ["", "a+/b", "#/a", "a#"])
def test_what_is_no_filter_is_not_asked_for(written: str) -> None:
    with pytest.raises(ProtocolMisuse):
        encode(Subscribe((written,)))


def test_a_payload_has_a_bound() -> None:
    with pytest.raises(ProtocolMisuse):
        encode(Publish("t", b"x" * (LONGEST_PAYLOAD + 1)))
