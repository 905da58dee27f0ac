"""An OSC page: the addresses a mapping wrote, both ways."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.model.controls import (
    ControlId,
    LetGo,
    Moved,
    Pressed,
    Released,
    Touched,
    Turned,
)
from surfacebridge.model.feedback import ShowColour, ShowLamp, ShowMeter, ShowMotor, ShowText
from surfacebridge.model.sheets import ControlSpec, DeviceSheet
from surfacebridge.model.values import Colour
from surfacebridge.profiles.surfaces.osc_page import OscPage
from surfacebridge.protocols.osc.messages import OscMessage, OscValue
from surfacebridge.protocols.osc.packet import decode, encode

MUTE = "/m/{s:02} {v:f}"


def page() -> OscPage:
    controls = [
        ControlSpec(
            "fader",
            "fader",
            per_strip=True,
            motor=True,
            wire={"in": "/1/fader{s} {v:f}", "out": "/1/fader{s} {v:f}", "touch": "/1/t{s} {v:i}"},
        ),
        ControlSpec("knob", "knob", per_strip=True, wire={"in": "/knob {s} {v:0..127}"}),
        ControlSpec("mute", "key", per_strip=True, lamp=True, wire={"in": MUTE, "led": MUTE}),
        ControlSpec("jog", "jog", per_strip=False, wire={"in": "/jog {v:i}"}),
        ControlSpec("lcd", "text", per_strip=True, wire={"out": "/name{s} {v:s}"}),
        ControlSpec("color", "colour", per_strip=True, wire={"out": "/color {s} {v:s}"}),
        ControlSpec("meter", "meter", per_strip=True, wire={"out": "/meter{s} {v:f}"}),
    ]
    return OscPage(
        "page", DeviceSheet("page", "osc_page", "Page", 2, {c.name: c for c in controls})
    )


def said(address: str, *args: OscValue) -> bytes:
    return encode(OscMessage(address, args))


def shown(one: OscPage) -> list[OscMessage]:
    packets = [decode(data) for data in one.data_to_send()]
    assert all(isinstance(packet, OscMessage) for packet in packets)
    return [packet for packet in packets if isinstance(packet, OscMessage)]


@pytest.mark.parametrize(
    ("data", "gesture"),
    [
        (said("/1/fader2", 0.25), Moved(ControlId("page.fader.2"), 0.25)),
        (said("/1/fader2", 7.0), Moved(ControlId("page.fader.2"), 1.0)),
        (said("/1/t1", 1), Touched(ControlId("page.fader.1"))),
        (said("/1/t1", 0), LetGo(ControlId("page.fader.1"))),
        (said("/1/t1", 1.0), Touched(ControlId("page.fader.1"))),
        (said("/m/01", 1.0), Pressed(ControlId("page.mute.1"))),
        (said("/m/01", 0.0), Released(ControlId("page.mute.1"))),
        (said("/m/01"), Pressed(ControlId("page.mute.1"))),
        (said("/jog", -2), Turned(ControlId("page.jog"), -2)),
    ],
)
def test_a_message_is_what_the_pattern_says(data: bytes, gesture: object) -> None:
    assert list(page().receive(data, 1.0)) == [gesture]


def test_constants_tell_controls_with_one_address_apart() -> None:
    (gesture,) = page().receive(said("/knob", 2, 127), 0.0)
    assert gesture == Moved(ControlId("page.knob.2"), 1.0)


def test_what_nobody_mapped_is_counted() -> None:
    one = page()
    assert list(one.receive(said("/other", 1.0), 0.0)) == []
    assert list(one.receive(b"/bad", 0.0)) == []
    assert list(one.receive(said("/1/fader1", float("nan")), 0.0)) == []
    assert (one.health.unknown, one.health.malformed) == (1, 1)


def test_it_is_alive_from_its_first_word_and_says_when() -> None:
    one = page()
    assert not one.health.alive
    one.receive(said("/1/fader1", 0.5), 4.0)
    assert (one.health.alive, one.health.answered) == (True, 4.0)


def test_shows_leave_in_the_pattern_of_their_control() -> None:
    one = page()
    one.send(ShowMotor("page", ControlId("page.fader.1"), 0.5), 0.0)
    one.send(ShowLamp("page", ControlId("page.mute.2"), "lit"), 0.0)
    one.send(ShowText("page", ControlId("page.lcd.1"), "Kick"), 0.0)
    one.send(ShowColour("page", ControlId("page.color.2"), Colour(255, 0, 16)), 0.0)
    one.send(ShowMeter("page", ControlId("page.meter.1"), -30.0), 0.0)
    one.send(ShowMotor("page", ControlId("page.knob.1"), 0.5), 0.0)
    assert [(m.address, m.args) for m in shown(one)] == [
        ("/1/fader1", (0.5,)),
        ("/m/02", (1.0,)),
        ("/name1", ("Kick",)),
        ("/color", (2, "#ff0010")),
        ("/meter1", (0.5,)),
    ]


@given(st.binary(max_size=64))
def test_any_bytes_never_raise(data: bytes) -> None:
    one = page()
    one.receive(data, 0.0)
    head = said("/1/fader1", 0.0)[:-4]
    assert list(one.receive(head + struct.pack(">f", 1.0), 0.0)) == [
        Moved(ControlId("page.fader.1"), 1.0)
    ]


def packed(address: str, value: float, tag: str = "f") -> bytes:
    return encode(OscMessage(address, (value,), tag))


def test_of_places_of_one_fader_that_came_together_the_last_counts() -> None:
    chunks = [packed("/1/fader1", place) for place in (0.25, 0.5, 0.75)]
    chunks.insert(1, packed("/1/fader2", 0.125))

    heard = page().receive_all(chunks, 0.0)

    assert heard == [
        Moved(ControlId("page.fader.1"), 0.75),
        Moved(ControlId("page.fader.2"), 0.125),
    ]


def test_the_last_counts_even_if_the_page_says_places_in_two_types() -> None:
    chunks = [packed("/1/fader1", 0.25), packed("/1/fader1", 0, "i"), packed("/1/fader1", 0.75)]
    assert page().receive_all(chunks, 0.0) == [Moved(ControlId("page.fader.1"), 0.75)]


def test_a_fader_moved_before_and_after_a_key_is_told_before_and_after_it() -> None:
    chunks = [
        packed("/1/fader1", 0.25),
        packed("/1/fader1", 0.5),
        packed("/m/01", 1.0),
        packed("/1/fader1", 0.75),
    ]

    assert page().receive_all(chunks, 0.0) == [
        Moved(ControlId("page.fader.1"), 0.5),
        Pressed(ControlId("page.mute.1")),
        Moved(ControlId("page.fader.1"), 0.75),
    ]


def test_every_press_and_every_turn_that_came_together_counts() -> None:
    chunks = [packed("/m/01", 1.0), packed("/m/01", 0.0), packed("/jog", 1, "i")]
    chunks += [packed("/jog", 1, "i"), b"noise"]
    tried = page()

    heard = tried.receive_all(chunks, 0.0)

    assert heard == [
        Pressed(ControlId("page.mute.1")),
        Released(ControlId("page.mute.1")),
        Turned(ControlId("page.jog"), 1),
        Turned(ControlId("page.jog"), 1),
    ]
    assert tried.health.malformed == 1
