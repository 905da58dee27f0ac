"""X-Touch Compact and Mini in their standard mode, at the level of bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_sim.midi_unit import MidiUnit
from firmware_sim.xtouch_standard import XTouchCompact, XTouchMini
from surfacebridge.model.controls import (
    ControlId,
    Gesture,
    LetGo,
    Moved,
    Pressed,
    Released,
    Touched,
)
from surfacebridge.model.feedback import Show, ShowLamp, ShowMotor, ShowRing
from surfacebridge.profiles.surfaces.xtouch_compact import XTouchCompactSurface
from tests.profiles.shipped import shipped


def surface(model: str) -> XTouchCompactSurface:
    one = XTouchCompactSurface("x", shipped().device(f"behringer/x-touch-{model}"))
    one.open(0.0)
    one.data_to_send()
    return one


def on(name: str) -> ControlId:
    return ControlId(f"x.{name}")


def said(one: XTouchCompactSurface) -> str:
    return " ".join(data.hex(" ") for data in one.data_to_send()).upper()


@pytest.mark.parametrize(
    ("model", "data", "gesture"),
    [
        ("compact", "B0 01 7F", Moved(on("fader.1"), 1.0)),
        ("compact", "B0 09 00", Moved(on("main.fader"), 0.0)),
        ("compact", "B0 65 7F", Touched(on("fader.1"))),
        ("compact", "B0 6D 00", LetGo(on("main.fader"))),
        ("compact", "B0 11 7F", Moved(on("knob.8"), 1.0)),
        ("compact", "B0 19 7F", Moved(on("right.8"), 1.0)),
        ("compact", "90 0F 7F", Pressed(on("right.8.push"))),
        ("compact", "90 28 7F", Pressed(on("select.1"))),
        ("compact", "80 36 00", Released(on("play"))),
        ("mini", "BA 01 7F", Moved(on("knob.1"), 1.0)),
        ("mini", "BA 12 00", Moved(on("knob.8.b"), 0.0)),
        ("mini", "9A 07 7F", Pressed(on("knob.8.push"))),
        ("mini", "9A 08 7F", Pressed(on("top.1"))),
        ("mini", "8A 17 00", Released(on("bottom.8"))),
        ("mini", "9A 20 7F", Pressed(on("top.1.b"))),
        ("mini", "BA 09 7F", Moved(on("main.fader"), 1.0)),
    ],
)
def test_what_hands_do_arrives(model: str, data: str, gesture: Gesture) -> None:
    assert list(surface(model).receive(bytes.fromhex(data), 1.0)) == [gesture]


def test_what_comes_on_another_channel_is_not_from_its_hands() -> None:
    one = surface("mini")
    assert list(one.receive(bytes.fromhex("B0 01 7F 90 08 7F"), 1.0)) == []
    assert one.health.unknown == 2


@pytest.mark.parametrize(
    ("model", "item", "data"),
    [
        ("compact", ShowMotor("x", on("fader.8"), 1.0), "B0 08 7F"),
        ("compact", ShowMotor("x", on("main.fader"), 0.5), "B0 09 40"),
        ("compact", ShowLamp("x", on("select.1"), "lit"), "90 18 01"),
        ("compact", ShowLamp("x", on("play"), "blink"), "90 26 02"),
        ("compact", ShowRing("x", on("ring.1"), 0.0, "dot"), "B0 1A 01"),
        ("compact", ShowRing("x", on("right.8.ring"), 1.0, "dot"), "B0 29 0D"),
        ("compact", ShowRing("x", on("right.8.ring"), None, "dot"), "B0 29 00"),
        # Hands speak on channel 11, lamps are told on channel 1.
        ("mini", ShowLamp("x", on("top.8"), "lit"), "90 07 01"),
        ("mini", ShowLamp("x", on("bottom.8"), "dark"), "90 0F 00"),
        ("mini", ShowRing("x", on("ring.8"), 0.5, "pan"), "B0 10 07"),
    ],
)
def test_what_is_shown_leaves(model: str, item: Show, data: str) -> None:
    one = surface(model)
    one.send(item, 1.0)
    assert said(one) == data


@pytest.mark.parametrize(
    ("model", "ring", "turn", "again"),
    [
        ("mini", "ring.2", "BA 02 30", "B0 0A 0D"),
        ("compact", "ring.2", "B0 0B 30", "B0 1B 0D"),
        ("compact", "right.3.ring", "B0 14 30", "B0 24 0D"),
    ],
)
def test_a_ring_is_told_again_after_each_turn_for_the_unit_redraws_it(
    model: str, ring: str, turn: str, again: str
) -> None:
    one = surface(model)
    one.receive(bytes.fromhex(turn), 1.0)
    assert said(one) == ""
    one.send(ShowRing("x", on(ring), 1.0, "dot"), 1.0)
    said(one)
    one.receive(bytes.fromhex(turn), 1.1)
    assert said(one) == again


def test_it_begins_in_its_standard_mode() -> None:
    one = XTouchCompactSurface("x", shipped().device("behringer/x-touch-mini"))
    one.open(0.0)
    assert said(one).startswith("F0 7E 7F 06 01 F7 B0 7F 00 B0 01 00 B0 02 00")


def heard(one: XTouchCompactSurface, unit: MidiUnit) -> list[object]:
    return [event for data in unit.take_output() for event in one.receive(data, 1.0)]


def test_with_a_simulated_compact_each_understands_the_other() -> None:
    one, unit = surface("compact"), XTouchCompact()
    unit.touch(9)
    unit.move(9, 1.0)
    unit.release(9)
    unit.tap("select.8")
    unit.tap("play")
    unit.tap("right.2.push")
    unit.turn(1, 64)
    unit.turn(16, 127)
    assert heard(one, unit) == [
        Touched(on("main.fader")),
        Moved(on("main.fader"), 1.0),
        LetGo(on("main.fader")),
        Pressed(on("select.8")),
        Released(on("select.8")),
        Pressed(on("play")),
        Released(on("play")),
        Pressed(on("right.2.push")),
        Released(on("right.2.push")),
        Moved(on("knob.1"), 64 / 127),
        Moved(on("right.8"), 1.0),
    ]
    for item in (
        ShowMotor("x", on("fader.8"), 0.75),
        ShowLamp("x", on("row1.1"), "lit"),
        ShowLamp("x", on("main.select"), "blink"),
        ShowRing("x", on("ring.3"), 0.5, "dot"),
        ShowRing("x", on("right.8.ring"), 1.0, "dot"),
    ):
        one.send(item, 2.0)
    for data in one.data_to_send():
        unit.receive(data)
    unit.advance(1.0)
    assert unit.fader_position(8) == pytest.approx(0.75, abs=0.005)
    assert (unit.lamp("row1.1"), unit.lamp("main.select")) == ("lit", "blink")
    assert unit.lamp("row1.2") == "dark"
    assert (unit.ring(3).lamps, unit.ring(16).lamps) == ((7,), (13,))
    assert unit.counts.ignored == 0


def test_with_a_simulated_mini_each_understands_the_other_in_both_layers() -> None:
    one, unit = surface("mini"), XTouchMini()
    unit.tap("bottom.1")
    unit.turn(8, 127)
    unit.move(1, 1.0)
    unit.choose_layer(1)
    unit.tap("top.8")
    unit.tap("knob.1.push")
    unit.turn(1, 127)
    unit.move(1, 0.0)
    assert heard(one, unit) == [
        Pressed(on("bottom.1")),
        Released(on("bottom.1")),
        Moved(on("knob.8"), 1.0),
        Moved(on("main.fader"), 1.0),
        Pressed(on("top.8.b")),
        Released(on("top.8.b")),
        Pressed(on("knob.1.b.push")),
        Released(on("knob.1.b.push")),
        Moved(on("knob.1.b"), 1.0),
        Moved(on("main.fader.b"), 0.0),
    ]
    for item in (
        ShowLamp("x", on("top.8"), "lit"),
        ShowLamp("x", on("bottom.1"), "blink"),
        ShowRing("x", on("ring.8"), 0.0, "dot"),
    ):
        one.send(item, 2.0)
    for data in one.data_to_send():
        unit.receive(data)
    assert (unit.lamp("top.8"), unit.lamp("bottom.1")) == ("lit", "blink")
    assert unit.ring(8).lamps == (1,)
    assert unit.counts.ignored == 0


def test_a_ring_that_a_simulated_unit_redrew_shows_again_what_it_was_told() -> None:
    one, unit = surface("mini"), XTouchMini()
    one.send(ShowRing("x", on("ring.2"), 1.0, "dot"), 1.0)
    for data in one.data_to_send():
        unit.receive(data)
    unit.turn(2, 1)
    assert unit.ring(2).lamps == (1,)
    heard(one, unit)
    for data in one.data_to_send():
        unit.receive(data)
    assert unit.ring(2).lamps == (13,)


@given(st.binary(max_size=40))
def test_any_bytes_are_taken_without_raising(data: bytes) -> None:
    one = surface("compact")
    one.receive(data, 1.0)
    assert Pressed(on("play")) in list(one.receive(bytes.fromhex("F7 90 36 7F"), 1.2))
