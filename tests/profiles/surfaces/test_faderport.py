"""FaderPorts with many faders, at the level of bytes and with times."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_sim.faderport import FaderPort
from surfacebridge.model.controls import (
    ControlId,
    Gesture,
    LetGo,
    Moved,
    Pressed,
    Released,
    Touched,
    Turned,
)
from surfacebridge.model.feedback import (
    Show,
    ShowColour,
    ShowLamp,
    ShowMeter,
    ShowMotor,
    ShowRing,
    ShowText,
)
from surfacebridge.model.values import Colour
from surfacebridge.profiles.surfaces.faderport import FaderPortSurface
from tests.profiles.shipped import shipped


def surface(model: str = "faderport-8") -> FaderPortSurface:
    one = FaderPortSurface("fp", shipped().device(f"presonus/{model}"))
    one.open(0.0)
    said(one)
    one.wake(1.0)
    said(one)
    return one


def on(name: str) -> ControlId:
    return ControlId(f"fp.{name}")


def said(one: FaderPortSurface) -> str:
    return " ".join(data.hex(" ") for data in one.data_to_send()).upper()


def shown(one: FaderPortSurface, item: Show, now: float = 1.0) -> str:
    one.send(item, now)
    return said(one)


@pytest.mark.parametrize(
    ("data", "gesture"),
    [
        ("E3 70 7F", Moved(on("fader.4"), 1.0)),
        ("E0 00 00", Moved(on("fader.1"), 0.0)),
        ("90 6F 7F", Touched(on("fader.8"))),
        ("90 6F 00", LetGo(on("fader.8"))),
        ("90 18 7F", Pressed(on("select.1"))),
        ("90 18 00", Released(on("select.1"))),
        ("80 17 40", Released(on("mute.8"))),
        ("90 5E 7F", Pressed(on("play"))),
        ("B0 3C 42", Turned(on("encoder"), -2)),
        ("B0 10 01", Turned(on("param"), 1)),
    ],
)
def test_what_hands_do_arrives(data: str, gesture: Gesture) -> None:
    one = surface()
    assert list(one.receive(bytes.fromhex(data), 1.0)) == [gesture]
    assert one.health.alive


@pytest.mark.parametrize(
    ("data", "gesture"),
    [
        ("EF 70 7F", Moved(on("fader.16"), 1.0)),
        ("90 77 7F", Touched(on("fader.16"))),
        ("90 07 7F", Pressed(on("select.9"))),
        ("90 27 7F", Pressed(on("select.16"))),
        ("90 58 7F", Pressed(on("solo.12"))),
        ("90 59 7F", Pressed(on("solo.15"))),
        ("90 78 7F", Pressed(on("mute.9"))),
    ],
)
def test_the_scattered_keys_of_the_larger_unit_arrive(data: str, gesture: Gesture) -> None:
    assert list(surface("faderport-16").receive(bytes.fromhex(data), 1.0)) == [gesture]


@pytest.mark.parametrize(
    ("item", "data"),
    [
        (ShowMotor("fp", on("fader.4"), 1.0), "E3 70 7F"),
        (ShowMotor("fp", on("fader.1"), 0.5), "E0 00 40"),
        (ShowLamp("fp", on("mute.2"), "lit"), "90 11 7F"),
        (ShowLamp("fp", on("mute.2"), "blink"), "90 11 01"),
        (ShowLamp("fp", on("mute.2"), "dark"), "90 11 00"),
        (
            ShowColour("fp", on("select.1.color"), Colour(255, 128, 0)),
            "91 18 7F 92 18 40 93 18 00",
        ),
        (ShowMeter("fp", on("meter.3"), 0.0), "D2 7F"),
        (ShowMeter("fp", on("meter.3"), -20.0), "D2 57"),
        (ShowMeter("fp", on("meter.3"), float("-inf")), "D2 00"),
        (ShowRing("fp", on("ring.2"), 0.5, "pan"), "B0 39 01 B0 31 40"),
        (ShowText("fp", on("lcd.1.top"), "Kick"), "F0 00 01 06 02 12 00 00 00 4B 69 63 6B F7"),
        (ShowText("fp", on("lcd.2.third"), "-6.0"), "F0 00 01 06 02 12 01 02 00 2D 36 2E 30 F7"),
        (ShowLamp("fp", on("nothing"), "lit"), ""),
    ],
)
def test_what_is_shown_leaves(item: Show, data: str) -> None:
    assert shown(surface(), item) == data


def test_the_larger_unit_has_a_header_and_meters_of_its_own() -> None:
    one = surface("faderport-16")
    assert shown(one, ShowMeter("fp", on("meter.9"), 0.0)) == "C0 7F"
    assert shown(one, ShowText("fp", on("lcd.16.bottom"), "Pad")).startswith(
        "F0 00 01 06 16 12 0F 01 00"
    )


def test_a_bar_is_styled_once_and_goes_dark_with_its_value() -> None:
    one = surface()
    shown(one, ShowRing("fp", on("ring.1"), 0.0, "fill"))
    assert shown(one, ShowRing("fp", on("ring.1"), 1.0, "fill")) == "B0 30 7F"
    assert shown(one, ShowRing("fp", on("ring.1"), None, "fill")) == "B0 38 04"


def test_a_time_stands_over_four_strips() -> None:
    one = surface()
    one.send(ShowText("fp", on("timecode"), "01.02.03.04"), 1.0)
    texts = [data for now in range(1, 6) for data in waited(one, float(now))]
    assert [data[6:-1].hex(" ") for data in texts] == [
        "02 02 00 30 31",
        "03 02 00 30 32",
        "04 02 00 30 33",
        "05 02 00 30 34",
    ]


def waited(one: FaderPortSurface, now: float) -> list[bytes]:
    one.wake(now)
    return [data for data in one.data_to_send() if data[:1] == b"\xf0" and data[5:6] == b"\x12"]


def test_text_leaves_no_faster_than_the_unit_takes_it_and_nothing_else_waits() -> None:
    one = surface()
    for strip in range(1, 9):
        one.send(ShowText("fp", on(f"lcd.{strip}.top"), "Nine char"), 1.0)
    one.send(ShowMotor("fp", on("fader.1"), 0.0), 1.0)
    first = one.data_to_send()
    assert first[0] == bytes.fromhex("E0 00 00")
    assert len(first) == 2
    times, left = [1.0], 7
    while left:
        due = one.next_wakeup()
        assert due is not None
        texts = waited(one, due)
        left -= len(texts)
        times += [due] * len(texts)
    # Nineteen bytes at 2500 a second.
    assert all(b - a >= 19 / 2500 - 1e-9 for a, b in pairwise(times))


def test_of_texts_that_wait_for_one_place_only_the_last_is_sent() -> None:
    one = surface()
    one.send(ShowText("fp", on("lcd.1.top"), "Other"), 1.0)
    assert len(one.data_to_send()) == 1
    one.send(ShowText("fp", on("lcd.2.top"), "Old"), 1.0)
    one.send(ShowText("fp", on("lcd.2.top"), "New"), 1.0)
    one.send(ShowText("fp", on("lcd.3.top"), "Third"), 1.0)
    one.send(ShowText("fp", on("lcd.2.top"), "Newest"), 1.0)
    # In its turn: a level that is written anew all the time is not put off for ever.
    assert [data[9:-1] for data in waited(one, 2.0)] == [b"Newest"]
    assert [data[9:-1] for data in waited(one, 2.5)] == [b"Third"]
    assert waited(one, 3.0) == []


def test_only_the_larger_unit_is_told_each_second_that_its_host_is_there() -> None:
    for model, beats in (("faderport-8", 0), ("faderport-16", 3)):
        one = FaderPortSurface("fp", shipped().device(f"presonus/{model}"))
        one.open(0.0)
        told = one.data_to_send()
        for now in (0.5, 1.0, 1.5, 2.0):
            one.wake(now)
            told += one.data_to_send()
        assert told.count(bytes.fromhex("A0 00 00")) == beats


def test_it_begins_clear_dark_and_in_its_own_colours() -> None:
    one = FaderPortSurface("fp", shipped().device("presonus/faderport-8"))
    one.open(0.0)
    told = said(one)
    assert "F0 00 01 06 02 13 07 15 F7" in told
    # Write is red, and dark.
    assert "91 4B 7F 92 4B 00 93 4B 00" in told
    assert "90 4B 00" in told
    assert "90 4B 7F" not in told


def test_a_unit_without_displays_is_told_of_none() -> None:
    one = FaderPortSurface("fp", shipped().device("presonus/faderport-2"))
    one.open(0.0)
    one.close(1.0)
    assert [data.hex(" ") for data in one.data_to_send() if data[0] == 0xF0] == [
        "f0 7e 7f 06 01 f7"
    ]
    assert list(one.receive(bytes.fromhex("90 68 7F B0 10 01"), 1.0)) == [
        Touched(on("fader.1")),
        Turned(on("pan"), 1),
    ]


def test_it_leaves_with_dark_lamps_and_empty_strips_and_motors_where_they_are() -> None:
    one = surface()
    one.close(5.0)
    told = one.data_to_send()
    assert bytes.fromhex("90 5E 00") in told
    assert bytes.fromhex("F0 00 01 06 02 12 07 00 00 F7") in told
    assert not any(data[0] & 0xF0 == 0xE0 for data in told)


def test_with_a_simulated_unit_each_understands_the_other() -> None:
    one, unit = surface(), FaderPort()
    unit.touch(2)
    unit.move(2, 0.5)
    assert unit.wire(2) == 8192
    unit.press("play")
    unit.turn(1, -3)
    heard = [gesture for data in unit.take_output() for gesture in one.receive(data, 1.0)]
    assert heard == [
        Touched(on("fader.2")),
        Moved(on("fader.2"), unit.wire(2) / 16368),
        Pressed(on("play")),
        Turned(on("encoder"), -3),
    ]
    for item in (
        ShowMotor("fp", on("fader.1"), 0.75),
        ShowLamp("fp", on("auto.write"), "lit"),
        ShowText("fp", on("lcd.8.top"), "Kick"),
        ShowRing("fp", on("ring.8"), 1.0, "pan"),
        ShowMeter("fp", on("meter.8"), -10.0),
        ShowColour("fp", on("select.8.color"), Colour(0, 0, 255)),
    ):
        one.send(item, 2.0)
    for data in one.data_to_send():
        unit.receive(data)
    unit.advance(1.0)
    assert unit.fader_position(1) == pytest.approx(0.75, abs=0.001)
    assert unit.lamp("auto.write") == "lit"
    assert unit.line(8, 0) == "Kick"
    assert unit.bar(8) == (127, 1)
    assert unit.meter(8) == 107
    assert unit.colour("select.8") == (0, 0, 127)
    assert unit.counts.ignored == 0


@given(st.binary(max_size=40))
def test_any_bytes_are_taken_without_raising(data: bytes) -> None:
    one = surface()
    one.receive(data, 1.0)
    one.receive(bytes.fromhex("F7 90 5E 00"), 1.1)
    assert list(one.receive(bytes.fromhex("90 5E 7F"), 1.2)) == [Pressed(on("play"))]
