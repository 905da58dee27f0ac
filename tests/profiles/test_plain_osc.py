"""Raw OSC patterns, both ways."""

from math import inf, nan
from struct import pack

import pytest

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.values import OFF, Colour, Value
from surfacebridge.profiles.plain_osc import SILENCE, Pattern, PlainOsc, pattern_of
from surfacebridge.protocols.osc.messages import Bundle, OscMessage, OscValue
from surfacebridge.protocols.osc.packet import encode

HELLO = ("/set_surface 16 159 8411 1 0 0 8000",)
HELLO_BYTES = encode(OscMessage("/set_surface", (16, 159, 8411, 1, 0, 0, 8000)))
BEAT = encode(OscMessage("/heartbeat", (1.0,)))


def p(text: str) -> ParameterId:
    return ParameterId(f"daw:{text}")


def message(address: str, *args: OscValue, tags: str = "") -> bytes:
    return encode(OscMessage(address, args, tags))


def is_alive(daw: PlainOsc) -> bool:
    return daw.health.alive


def opened(*watched: str) -> PlainOsc:
    daw = PlainOsc("daw", (), None)
    daw.open(0.0)
    daw.wake(0.0)
    daw.watch([p(text) for text in watched], 0.0)
    return daw


def beating() -> PlainOsc:
    daw = PlainOsc("daw", HELLO, ("/heartbeat", 3.0))
    daw.open(0.0)
    return daw


# Patterns.


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("/play", Pattern("/play", ())),
        ("/strip/fader 3 {v:f}", Pattern("/strip/fader", (3,), "f", 1)),
        ("/strip/fader 3.0 {v}", Pattern("/strip/fader", (3.0,), "f", 1)),
        ("/send {v:i} 1 -2 +3", Pattern("/send", (1, -2, 3), "i", 0)),
        ('/name 1 "Lead Vocal" {v:s}', Pattern("/name", (1, "Lead Vocal"), "s", 2)),
        ("/x true false word 1.5e 2e3 .5", Pattern("/x", (True, False, "word", "1.5e", 2e3, 0.5))),
    ],
)
def test_a_pattern_is_an_address_constants_and_one_value(text: str, pattern: Pattern) -> None:
    read = pattern_of(text)
    assert read == pattern
    assert [type(value) for value in read.constants] == [type(v) for v in pattern.constants]


@pytest.mark.parametrize("text", ["", "play", "/x {v:f} {v:i}", "/x {v:q}"])
def test_what_is_no_pattern_is_refused(text: str) -> None:
    with pytest.raises(ProtocolMisuse):
        pattern_of(text)


# Writing.


@pytest.mark.parametrize(
    ("text", "value", "data"),
    [
        ("/strip/fader 3 {v:f}", 0.5, message("/strip/fader", 3, 0.5)),
        ("/strip/mute 3 {v:f}", True, message("/strip/mute", 3, 1.0)),
        ("/track/1/mute {v:i}", True, message("/track/1/mute", 1)),
        ("/track/1/mute {v:i}", 2.6, message("/track/1/mute", 3)),
        ("/big {v:h}", 5.0, message("/big", 5, tags="h")),
        ("/fine {v:d}", 0.1, message("/fine", 0.1, tags="d")),
        ("/on {v:T}", True, message("/on", True)),
        ("/on {v:T}", 0.0, message("/on", False)),
        ("/name {v:s}", "Kick", message("/name", "Kick")),
        ("/name {v:s}", 0.5, message("/name", "0.5")),
        ("/name {v:s}", False, message("/name", "0")),
        ("/blob {v:b}", "ab", message("/blob", b"ab")),
        ("/volume/db {v:f}", OFF, message("/volume/db", -200.0)),
        ("/middle {v:f} 7", 0.5, message("/middle", 0.5, 7)),
        ("/bank_up 1", True, message("/bank_up", 1)),
        ("/play", 1.0, message("/play")),
    ],
)
def test_a_value_is_sent_in_the_patterns_own_type(text: str, value: Value, data: bytes) -> None:
    daw = opened()
    for _ in range(2):
        daw.send(Write("daw", p(text), value), 1.0)
        assert daw.data_to_send() == [data]


def test_letting_go_of_a_key_sends_no_trigger() -> None:
    daw = opened()
    daw.send(Write("daw", p("/bank_up 1"), value=False), 1.0)
    assert daw.data_to_send() == []
    assert daw.health.unknown == 0


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("/x {v:f}", "loud"),
        ("/x {v:f}", nan),
        ("/x {v:f}", inf),
        ("/x {v:i}", inf),
        ("/x {v:i}", 1e12),
        ("/x {v:f}", 1e300),
        ("/x {v:s}", Colour(1, 2, 3)),
        ("x", 1.0),
    ],
)
def test_what_cannot_be_said_is_counted(text: str, value: Value) -> None:
    daw = opened()
    for count in (1, 2):
        daw.send(Write("daw", p(text), value), 1.0)
        assert daw.data_to_send() == []
        assert daw.health.unknown == count


def test_an_impossible_value_is_counted_on_the_fast_path_too() -> None:
    daw = opened()
    daw.send(Write("daw", p("/x {v:f}"), 0.5), 1.0)
    daw.data_to_send()
    daw.send(Write("daw", p("/x {v:f}"), "loud"), 1.0)
    assert daw.data_to_send() == []
    assert daw.health.unknown == 1


# Reading back.


@pytest.mark.parametrize(
    ("text", "data", "value"),
    [
        ("/strip/fader 3 {v:f}", message("/strip/fader", 3, 0.5), 0.5),
        ("/strip/fader 3 {v:f}", message("/strip/fader", 3.0, 0.5), 0.5),
        ("/strip/fader 3 {v:f}", message("/strip/fader", 3, 1), 1.0),
        ("/middle {v:f} 7", message("/middle", 0.5, 7), 0.5),
        ("/mute {v:i}", message("/mute", True), True),
        ("/name 1 {v:s}", message("/name", 1, "Lead Vocal"), "Lead Vocal"),
        ("/name 1 {v:s}", message("/name", 1, 5), "5"),
        ("/name 1 {v:s}", message("/name", 1, b"abc"), "abc"),
        ("/play", message("/play"), True),
        ("/bank_up 1", message("/bank_up", 1), True),
    ],
)
def test_a_message_is_reported_as_the_pattern_it_fits(text: str, data: bytes, value: Value) -> None:
    daw = opened(text)
    for _ in range(2):
        (report,) = daw.receive(data, 1.0)
        assert report == Report(p(text), value)
        assert isinstance(report, Report)
        assert type(report.value) is type(value)


def test_strips_are_told_apart_by_their_constants() -> None:
    daw = opened(*(f"/strip/fader {n} {{v:f}}" for n in range(1, 17)))
    for n in (16, 1, 16):
        (report,) = daw.receive(message("/strip/fader", n, 0.25), 1.0)
        assert report == Report(p(f"/strip/fader {n} {{v:f}}"), 0.25)
    assert list(daw.receive(message("/strip/fader", 17, 0.25), 1.0)) == []
    assert daw.health.unknown == 1


def test_two_patterns_on_one_message_are_both_reported() -> None:
    daw = opened("/sel {v:i}", "/sel {v:f}", "/sel 3")
    for _ in range(2):
        heard = daw.receive(message("/sel", 3), 1.0)
        assert set(heard) == {
            Report(p("/sel {v:i}"), 3.0),
            Report(p("/sel {v:f}"), 3.0),
            Report(p("/sel 3"), value=True),
        }


def test_a_bundle_is_read_message_by_message() -> None:
    daw = opened("/a {v:f}", "/b {v:f}")
    for first, second in ((0.5, 1.0), (0.5, 0.25), (0.5, 0.0)):
        bundle = Bundle((OscMessage("/a", (first,)), OscMessage("/b", (second,))))
        heard = daw.receive(encode(bundle), 1.0)
        assert list(heard) == [Report(p("/a {v:f}"), first), Report(p("/b {v:f}"), second)]


def test_a_new_watch_forgets_what_the_old_one_recognised() -> None:
    daw = opened("/a {v:f}")
    daw.receive(message("/a", 0.5), 1.0)
    daw.watch([p("/b {v:f}")], 1.0)
    assert list(daw.receive(message("/a", 0.5), 1.0)) == []


@pytest.mark.parametrize(
    "data",
    [
        message("/a", "loud"),
        message("/a", None),
        message("/a", b"\x00"),
        message("/a", nan),
        b"/a",
        b"",
    ],
)
def test_nonsense_is_counted_and_the_next_message_survives(data: bytes) -> None:
    daw = opened("/a {v:f}")
    assert list(daw.receive(data, 1.0)) == []
    assert daw.health.malformed == 1
    assert list(daw.receive(message("/a", 0.5), 1.0)) == [Report(p("/a {v:f}"), 0.5)]


def test_a_peer_that_varies_its_types_cannot_grow_our_memory() -> None:
    daw = opened("/a 1 {v:f}")
    variants = [message("/a", one, 0.5, tags=f"{tag}f") for one, tag in ((1, "i"), (1.0, "f"))]
    variants += [message("/a", 1, 0.5, tags="hf"), message("/a", 1.0, 0.5, tags="df")]
    variants += [message("/a", True, 0.5), message("/a", 1, 1, tags="hi"), message("/a", 1, 1)]
    for data in variants:
        assert len(daw.receive(data, 1.0)) == 1
    assert len(daw._routes) <= 4


def test_a_pattern_nobody_can_read_is_noted() -> None:
    daw = opened("/x {v:q}")
    assert daw.health.notes == ["'/x {v:q}': OSC has no type 'q'."]


# Being there.


def test_without_a_heartbeat_it_counts_as_there_at_once_and_says_what_that_is_worth() -> None:
    daw = PlainOsc("daw", HELLO, None)
    daw.open(5.0)
    assert daw.data_to_send() == [HELLO_BYTES]
    assert daw.next_wakeup() == 5.0
    assert list(daw.wake(5.0)) == [Arrived("daw")]
    assert daw.next_wakeup() is None
    assert not is_alive(daw)
    assert "promises no sign of life" in daw.health.reason
    assert list(daw.receive(message("/any"), 6.0)) == []
    assert is_alive(daw)
    assert "promises no sign of life" in daw.health.reason


def test_without_a_heartbeat_a_target_heard_after_a_long_silence_is_greeted_again() -> None:
    daw = PlainOsc("daw", HELLO, None)
    daw.open(0.0)
    daw.data_to_send()
    daw.receive(message("/any"), 1.0)
    daw.receive(message("/any"), SILENCE)
    assert daw.data_to_send() == []
    daw.receive(message("/any"), 2 * SILENCE)
    assert daw.data_to_send() == [HELLO_BYTES]


def test_with_a_heartbeat_it_is_there_when_it_speaks() -> None:
    daw = beating()
    assert daw.data_to_send() == [HELLO_BYTES]
    assert list(daw.wake(1.0)) == []
    assert not is_alive(daw)
    assert list(daw.receive(BEAT, 1.0)) == [Arrived("daw")]
    assert is_alive(daw)
    assert daw.health.reason == ""
    assert daw.data_to_send() == []
    assert daw.health.unknown == 0


def test_a_target_that_is_not_there_yet_is_greeted_again_and_again() -> None:
    daw = beating()
    daw.data_to_send()
    for now in (3.0, 6.0, 9.0):
        assert daw.next_wakeup() == now
        assert list(daw.wake(now)) == []
        assert daw.data_to_send() == [HELLO_BYTES]
    assert "/heartbeat has not been heard for 3 s" in daw.health.reason


def test_a_heartbeat_that_stops_is_a_loss_and_its_return_an_arrival_with_a_greeting() -> None:
    daw = beating()
    daw.receive(BEAT, 1.0)
    daw.data_to_send()
    assert list(daw.wake(3.9)) == []
    assert list(daw.wake(4.0)) == [Gone("daw")]
    assert not is_alive(daw)
    assert daw.data_to_send() == [HELLO_BYTES]
    assert list(daw.wake(7.0)) == []
    assert daw.data_to_send() == [HELLO_BYTES]
    assert list(daw.receive(BEAT, 8.0)) == [Arrived("daw")]
    assert daw.data_to_send() == [HELLO_BYTES]


def test_any_message_is_a_sign_of_life() -> None:
    daw = beating()
    daw.watch([p("/a {v:f}")], 0.0)
    assert list(daw.receive(message("/a", 0.5), 1.0)) == [
        Arrived("daw"),
        Report(p("/a {v:f}"), 0.5),
    ]
    daw.receive(message("/a", 0.5), 3.0)
    assert list(daw.wake(5.9)) == []
    assert list(daw.wake(6.0)) == [Gone("daw")]


def test_a_greeting_may_be_bytes_messages_or_text() -> None:
    daw = PlainOsc("daw", (b"raw\x00", OscMessage("/x", (1,)), '/y "two words" 0.5'), None)
    daw.open(0.0)
    assert daw.data_to_send() == [b"raw\x00", message("/x", 1), message("/y", "two words", 0.5)]


def test_leaving_says_nothing() -> None:
    daw = beating()
    daw.data_to_send()
    daw.close(1.0)
    assert daw.data_to_send() == []


def test_a_fast_float_after_a_learned_route_is_exact() -> None:
    daw = opened("/strip/fader 3 {v:f}")
    head = message("/strip/fader", 3, 0.0)[:-4]
    for value in (0.0, 1.0, 0.5):
        (report,) = daw.receive(head + pack(">f", value), 1.0)
        assert report == Report(p("/strip/fader 3 {v:f}"), value)
