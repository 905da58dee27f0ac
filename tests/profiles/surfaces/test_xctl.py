"""An X-Touch over the network, at the level of bytes and with times."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_sim.xctl import XTouchXctl
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
    RingMode,
    Show,
    ShowColour,
    ShowLamp,
    ShowMeter,
    ShowMotor,
    ShowRing,
    ShowText,
)
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.values import EIGHT_COLOURS
from surfacebridge.profiles.surfaces.xctl import XctlSurface, ring_lamps
from tests.profiles.shipped import shipped

LOOKS = bytes.fromhex("F0 00 20 32 58 54 00 F7")
HERE = bytes.fromhex("F0 00 20 32 58 54 01 F7")
ALIVE = bytes.fromhex("F0 00 00 66 14 00 F7")
SERIAL = bytes.fromhex("F0 00 00 66 58 01 30 31 35 36 34 30 36 36 37 34 30 F7")


def opened() -> XctlSurface:
    one = XctlSurface("x", shipped().device("behringer/x-touch-xctl"))
    one.open(0.0)
    return one


def surface() -> XctlSurface:
    one = opened()
    one.receive(LOOKS, 0.5)
    one.data_to_send()
    return one


def on(name: str) -> ControlId:
    return ControlId(f"x.{name}")


def sent(one: XctlSurface, *items: Show) -> str:
    for item in items:
        one.send(item, 1.0)
    return b"".join(one.data_to_send()).hex(" ").upper()


def test_a_unit_that_looks_for_a_host_is_answered() -> None:
    one = opened()
    one.data_to_send()
    assert list(one.receive(LOOKS, 0.5)) == []
    assert one.data_to_send() == [HERE]
    assert one.health.alive


def test_it_hears_of_its_host_often_enough_for_ever() -> None:
    one = opened()
    times = [0.0 for data in one.data_to_send() if ALIVE in data]
    while times[-1] < 60.0:
        due = one.next_wakeup()
        assert due is not None
        one.wake(due)
        times += [due for data in one.data_to_send() if ALIVE in data]
    assert max(later - earlier for earlier, later in pairwise(times)) < 7.0


def test_one_that_stops_looking_is_missed_and_painted_when_it_is_back() -> None:
    one = surface()
    assert [list(one.wake(now)) for now in (2.0, 4.0, 6.0, 8.0)] == [[], [], [], [Gone("x")]]
    assert not one.health.alive
    assert list(one.receive(LOOKS, 9.0)) == [Arrived("x")]


def test_one_that_is_switched_on_later_is_painted_then() -> None:
    one = opened()
    for now in (2.0, 4.0, 6.0):
        one.wake(now)
    assert list(one.receive(LOOKS, 6.1)) == [Arrived("x")]
    assert list(one.receive(LOOKS, 8.1)) == []


def test_its_serial_number_is_no_question() -> None:
    one = surface()
    assert list(one.receive(SERIAL, 1.0)) == []
    assert one.data_to_send() == []
    assert one.health.unknown == 0


@pytest.mark.parametrize(
    ("data", "gesture"),
    [
        ("E0 7F 7F", Moved(on("fader.1"), 1.0)),
        ("E8 00 00", Moved(on("main.fader"), 0.0)),
        ("90 68 7F", Touched(on("fader.1"))),
        ("90 70 00", LetGo(on("main.fader"))),
        ("90 10 7F", Pressed(on("mute.1"))),
        ("90 5E 7F", Pressed(on("play"))),
        ("B0 10 01", Turned(on("vpot.1"), 1)),
        ("B0 3C 41", Turned(on("jog"), -1)),
    ],
)
def test_what_hands_do_arrives(data: str, gesture: Gesture) -> None:
    assert list(surface().receive(bytes.fromhex(data), 1.0)) == [gesture]


def test_a_surface_is_painted_in_few_datagrams_which_its_socket_can_hold() -> None:
    one = surface()
    for strip in range(1, 9):
        for control in ("rec", "solo", "mute", "select"):
            one.send(ShowLamp("x", on(f"{control}.{strip}"), "lit"), 1.0)
        one.send(ShowMotor("x", on(f"fader.{strip}"), 0.5), 1.0)
    datagrams = one.data_to_send()
    assert len(datagrams) == 1
    assert len(datagrams[0]) == 8 * 5 * 3
    for strip in range(1, 9):
        for place in range(8):
            one.send(ShowRing("x", on(f"ring.{strip}"), place / 8, "pan"), 1.0)
    datagrams = one.data_to_send()
    assert len(datagrams) == 2
    assert max(map(len, datagrams)) <= 256


def test_running_status_goes_on_in_the_next_datagram() -> None:
    one = surface()
    assert list(one.receive(bytes.fromhex("90 10 7F 11"), 1.0)) == [Pressed(on("mute.1"))]
    assert list(one.receive(bytes.fromhex("7F"), 1.0)) == [Pressed(on("mute.2"))]


@pytest.mark.parametrize(
    ("item", "data"),
    [
        (ShowMotor("x", on("fader.1"), 1.0), "E0 7F 7F"),
        (ShowMotor("x", on("main.fader"), 0.0), "E8 00 00"),
        (ShowLamp("x", on("mute.2"), "blink"), "90 11 01"),
        (ShowLamp("x", on("vpot.2.push"), "lit"), ""),
        (ShowLamp("x", on("rude.solo"), "lit"), "90 73 7F"),
        (ShowMeter("x", on("meter.2"), 0.0), "D0 18"),
        (ShowMeter("x", on("meter.2"), float("-inf")), "D0 10"),
        (ShowRing("x", on("ring.1"), 0.5, "dot"), "B0 30 40 B0 38 00"),
        (ShowRing("x", on("ring.8"), 1.0, "spread"), "B0 37 7F B0 3F 3F"),
        (ShowRing("x", on("ring.1"), 0.0, "pan"), "B0 30 7F B0 38 00"),
        (ShowRing("x", on("ring.1"), 0.0, "dot"), "B0 30 01 B0 38 00"),
        (ShowRing("x", on("ring.1"), 1.0, "dot"), "B0 30 00 B0 38 20"),
        (ShowRing("x", on("ring.1"), None, "pan"), "B0 30 00 B0 38 00"),
        (ShowText("x", on("assignment"), "12"), "B0 60 06 B0 61 5B"),
    ],
)
def test_what_is_shown_leaves(item: Show, data: str) -> None:
    assert sent(surface(), item) == data


@pytest.mark.parametrize(
    ("position", "mode", "lamps"),
    [
        (0.0, "dot", {1}),
        (1.0, "dot", {13}),
        (0.5, "fill", {1, 2, 3, 4, 5, 6, 7}),
        (0.75, "pan", {7, 8, 9, 10}),
        (0.5, "pan", {7}),
        (0.5, "spread", {4, 5, 6, 7, 8, 9, 10}),
        (None, "dot", set()),
    ],
)
def test_a_ring_of_thirteen_draws_as_one_of_eleven_does(
    position: float | None, mode: RingMode, lamps: set[int]
) -> None:
    assert ring_lamps(position, mode) == lamps


def test_rows_and_colour_of_a_strip_leave_together() -> None:
    changes = (
        ShowText("x", on("lcd.1.top"), "Ch 1"),
        ShowText("x", on("lcd.1.bottom"), "aB3"),
        ShowColour("x", on("lcd.1.color"), EIGHT_COLOURS[1]),
    )
    head = "F0 00 00 66 58 20 01"
    assert sent(surface(), *changes) == f"{head} 43 68 20 31 20 20 20 61 42 33 20 20 20 20 F7"


def test_only_digits_that_change_are_told() -> None:
    one = surface()
    first = sent(one, ShowText("x", on("timecode"), "01.02.03.04"))
    assert first.startswith("B0 62 00 B0 63 3F B0 74 06 B0 65 3F B0 76 5B")
    assert sent(one, ShowText("x", on("timecode"), "01.02.03.05")) == "B0 6B 6D"


def test_a_meter_that_is_not_dark_is_told_again_before_it_falls() -> None:
    one = surface()
    sent(one, ShowMeter("x", on("meter.1"), 0.0), ShowMeter("x", on("meter.2"), -200.0))
    one.wake(1.0)
    assert one.data_to_send() == [bytes.fromhex("D0 08")]
    sent(one, ShowMeter("x", on("meter.1"), -200.0))
    one.wake(2.0)
    assert bytes.fromhex("D0 08") not in one.data_to_send()


def test_with_a_simulated_unit_each_understands_the_other() -> None:
    one, unit = opened(), XTouchXctl()

    def talk(now: float) -> Sequence[object]:
        for data in one.data_to_send():
            unit.receive_datagram(data)
        heard = [event for data in unit.take_output() for event in one.receive(data, now)]
        for data in one.data_to_send():
            unit.receive_datagram(data)
        return heard

    unit.advance(0.1)
    talk(0.1)
    assert unit.connected
    assert one.health.alive
    unit.touch(2)
    unit.move(2, 0.5)
    unit.release(2)
    unit.tap("play")
    unit.turn(8, -3)
    heard = talk(0.2)
    place = next(event.position for event in heard if isinstance(event, Moved))
    assert place == pytest.approx(0.5, abs=0.001)
    assert heard == [
        Touched(on("fader.2")),
        Moved(on("fader.2"), place),
        LetGo(on("fader.2")),
        Pressed(on("play")),
        Released(on("play")),
        Turned(on("vpot.8"), -3),
    ]
    for item in (
        ShowMotor("x", on("fader.1"), 0.75),
        ShowLamp("x", on("mute.3"), "blink"),
        ShowLamp("x", on("play"), "lit"),
        ShowMeter("x", on("meter.4"), 0.0),
        ShowRing("x", on("ring.5"), 0.25, "pan"),
        ShowText("x", on("lcd.6.top"), "Kick"),
        ShowText("x", on("lcd.6.bottom"), "-7.5"),
        ShowColour("x", on("lcd.6.color"), EIGHT_COLOURS[1]),
        ShowText("x", on("assignment"), "12"),
    ):
        one.send(item, 0.3)
    now = 0.3
    while (due := one.next_wakeup()) is not None and due < 1.0:
        talk(now)
        now = due
        one.wake(now)
    talk(now)
    assert unit.meter(4) == 8
    unit.advance(0.5)
    assert unit.fader_position(1) == pytest.approx(0.75, abs=0.001)
    assert (unit.lamp("mute.3"), unit.lamp("play")) == ("blink", "lit")
    assert unit.ring(5) == (4, 5, 6, 7)
    shown = unit.label(6)
    assert (shown.upper.strip(), shown.lower.strip(), shown.colour) == ("Kick", "-7.5", "red")
    assert unit.assignment() == "12"
    assert unit.counts.ignored == unit.counts.malformed == 0


@given(st.binary(max_size=40))
def test_any_bytes_are_taken_without_raising(data: bytes) -> None:
    one = surface()
    one.receive(data, 1.0)
    assert Pressed(on("play")) in list(one.receive(bytes.fromhex("F7 90 5E 7F"), 1.2))
