"""A console as a surface, against a scripted console profile, and against the simulated X32."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from firmware_sim import dlive, qu, rcp, sq, wing, x32, xair
from firmware_sim.device import Console, StreamConsole
from firmware_sim.wire import encode_osc
from surfacebridge.model.controls import ControlId, Gesture, Moved, Pressed, Released
from surfacebridge.model.feedback import ShowColour, ShowLamp, ShowMotor, ShowText
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.sheets import surfaced
from surfacebridge.model.values import OFF, Colour, Value
from surfacebridge.profiles.base import Health
from surfacebridge.profiles.registry import surface_endpoint
from surfacebridge.profiles.surfaces.console import BELIEVE_FOR, ECHO_FOR, ConsoleSurface
from tests.profiles.shipped import shipped

X32 = shipped().target("behringer/x32")
SHEET = surfaced(X32)
FADER = ControlId("desk.fader.1")
MUTE = ControlId("desk.mute.1")
SELECT = ControlId("desk.select.1")


class ScriptedConsole:
    """A target's profile that says what it is told to."""

    def __init__(self) -> None:
        self.health = Health(alive=True, synced=True)
        self.written: list[tuple[str, Value]] = []
        self.watched: Sequence[ParameterId] = ()
        self.says: list[Report | Arrived | Gone] = []

    def open(self, now: float) -> None:
        """Be there."""

    def receive(self, data: bytes, now: float) -> Sequence[Report | Arrived | Gone]:
        said, self.says = self.says, []
        return said

    def send(self, item: Write, now: float) -> None:
        self.written.append((item.parameter.removeprefix("desk."), item.value))

    def watch(self, parameters: Sequence[ParameterId], now: float) -> None:
        self.watched = parameters

    def wake(self, now: float) -> Sequence[Report | Arrived | Gone]:
        return ()

    def next_wakeup(self) -> float | None:
        return None

    def data_to_send(self) -> list[bytes]:
        return []

    def close(self, now: float) -> None:
        """Leave."""


class Desk:
    """A console surface whose console has been read: faders down, everything on."""

    def __init__(self, *, synced: bool = True) -> None:
        self.console = ScriptedConsole()
        self.console.health.synced = synced
        self.surface = ConsoleSurface("desk", SHEET, self.console)
        self.surface.open(0.0)
        self.says(Arrived("desk"))
        if synced:
            self.reports("ch.1.fader", OFF)
            self.reports("ch.1.on", value=True)
            self.reports("ch.1.selected", value=False)
            self.console.written.clear()

    def says(self, said: Report | Arrived | Gone, at: float = 1.0) -> list[object]:
        self.console.says.append(said)
        return list(self.surface.receive(b"", at))

    def reports(self, name: str, value: Value, at: float = 1.0) -> list[object]:
        return self.says(Report(ParameterId(f"desk.{name}"), value), at)

    def written(self) -> list[tuple[str, Value]]:
        written, self.console.written = self.console.written, []
        return written


def lamp(control: ControlId, state: str) -> ShowLamp:
    return ShowLamp("desk", control, state)  # type: ignore[arg-type]


# What it offers.


def test_channels_are_strips_and_everything_else_is_a_control_by_its_name() -> None:
    assert SHEET.strips == 32
    assert {name for name, one in SHEET.controls.items() if one.per_strip} == {
        "fader", "mute", "pan", "solo", "select", "lcd.top", "lcd.color",
    }  # fmt: skip
    assert {"main.st.fader", "dca.8.mute", "bus.16.pan", "mtx.6.lcd.top"} <= set(SHEET.controls)
    assert not any("send" in name or "headamp" in name for name in SHEET.controls)


def test_the_console_is_asked_for_everything_a_hand_can_move() -> None:
    desk = Desk()
    assert {"desk.ch.32.fader", "desk.main.st.on", "desk.dca.1.name"} <= set(desk.console.watched)
    assert "desk.ch.1.send.1.level" not in desk.console.watched


# Hands.


def test_a_moved_fader_is_a_move_by_the_desks_own_law() -> None:
    assert Desk().reports("ch.1.fader", 0.0) == [Moved(FADER, 0.75)]


def test_a_key_is_pressed_and_let_go_at_once() -> None:
    assert Desk().reports("ch.1.on", value=False) == [Pressed(MUTE), Released(MUTE)]


def test_selecting_presses_the_one_and_lets_the_other_be() -> None:
    desk = Desk()
    assert desk.reports("ch.1.selected", value=True) == [Pressed(SELECT), Released(SELECT)]
    assert desk.reports("ch.1.selected", value=False) == []


def test_a_pan_is_a_fader_with_its_middle_in_the_middle() -> None:
    desk = Desk()
    desk.reports("ch.1.pan", 1.0)
    assert desk.reports("ch.1.pan", 0.0) == [Moved(ControlId("desk.pan.1"), 0.5)]


def test_what_is_heard_in_the_first_reading_is_no_hand() -> None:
    desk = Desk(synced=False)
    assert desk.reports("ch.1.fader", -10.0) == []
    assert desk.reports("ch.1.fader", -5.0) == []


def test_what_it_says_twice_is_one_move() -> None:
    desk = Desk()
    assert len(desk.reports("ch.1.fader", 0.0)) == 1
    assert desk.reports("ch.1.fader", 0.0) == []


# Shows.


@pytest.mark.parametrize(
    ("show", "written"),
    [
        (ShowMotor("desk", FADER, 0.75), ("ch.1.fader", pytest.approx(0.0, abs=0.02))),
        (lamp(MUTE, "lit"), ("ch.1.on", False)),
        (lamp(ControlId("desk.solo.1"), "blink"), ("ch.1.solo", True)),
        (lamp(SELECT, "lit"), ("ch.1.selected", True)),
        (ShowText("desk", ControlId("desk.lcd.1.top"), "Kick   "), ("ch.1.name", "Kick")),
        (
            ShowColour("desk", ControlId("desk.lcd.1.color"), Colour(255, 0, 0)),
            ("ch.1.color", Colour(255, 0, 0)),
        ),
        (ShowMotor("desk", ControlId("desk.dca.1.fader"), 0.0), ("dca.1.fader", OFF)),
    ],
)
def test_a_show_is_written(show: ShowMotor, written: tuple[str, Value]) -> None:
    desk = Desk()
    desk.surface.send(show, 2.0)
    assert desk.written() == [written]


def test_what_the_console_holds_already_is_not_written() -> None:
    desk = Desk()
    desk.reports("ch.1.fader", 0.0)
    desk.surface.send(ShowMotor("desk", FADER, 0.75), 2.0)
    desk.surface.send(lamp(MUTE, "dark"), 2.0)
    assert desk.written() == []


def test_nothing_is_written_to_a_console_that_does_not_answer() -> None:
    desk = Desk()
    desk.console.health.alive = False
    desk.surface.send(ShowMotor("desk", FADER, 0.75), 2.0)
    assert desk.written() == []


def test_after_the_first_reading_the_console_is_where_it_was_shown_to_be() -> None:
    desk = Desk(synced=False)
    desk.surface.send(ShowMotor("desk", FADER, 0.75), 1.0)
    assert len(desk.written()) == 1
    desk.reports("ch.1.fader", -40.0)
    desk.console.health.synced = True
    assert desk.reports("ch.2.fader", OFF) == []
    ((name, value),) = desk.written()
    assert name == "ch.1.fader"
    assert value == pytest.approx(0.0, abs=0.02)


# Echoes.


def test_an_echo_of_a_show_is_no_hand_however_late() -> None:
    desk = Desk()
    desk.surface.send(ShowMotor("desk", FADER, 0.75), 2.0)
    assert desk.reports("ch.1.fader", 0.0, at=2.0 + 10 * ECHO_FOR) == []


def test_an_echo_that_the_console_rounded_is_no_hand() -> None:
    desk = Desk()
    desk.surface.send(ShowMotor("desk", FADER, 0.75), 2.0)
    assert desk.reports("ch.1.fader", 40 * 766 / 1023 - 30, at=2.1) == []
    assert desk.reports("ch.1.fader", 40 * 766 / 1023 - 30, at=2.1 + ECHO_FOR) != []


def test_a_hand_right_after_a_show_is_heard() -> None:
    desk = Desk()
    desk.surface.send(ShowMotor("desk", FADER, 0.75), 2.0)
    assert desk.reports("ch.1.fader", 5.0, at=2.05) != []


# Keys that are not followed.


def test_a_key_pressed_right_after_it_was_shown_otherwise_is_pressed() -> None:
    desk = Desk()
    desk.surface.send(lamp(MUTE, "lit"), 2.0)
    desk.written()
    assert desk.reports("ch.1.on", value=True, at=2.01) == [Pressed(MUTE), Released(MUTE)]


def test_a_lamp_that_is_late_does_not_make_the_mute_flicker() -> None:
    desk = Desk()
    desk.reports("ch.1.on", value=False, at=2.0)
    desk.surface.send(lamp(MUTE, "dark"), 2.0)
    desk.surface.send(lamp(MUTE, "lit"), 2.1)
    assert list(desk.surface.wake(2.0 + BELIEVE_FOR)) == []
    assert desk.written() == []


def test_a_key_that_nothing_came_of_is_put_right() -> None:
    desk = Desk()
    desk.reports("ch.1.on", value=False, at=2.0)
    desk.surface.send(lamp(MUTE, "dark"), 2.0)
    assert desk.written() == []
    assert desk.surface.next_wakeup() == 2.0 + BELIEVE_FOR
    desk.surface.wake(2.0 + BELIEVE_FOR)
    assert desk.written() == [("ch.1.on", True)]


def test_a_desk_that_went_and_came_back_is_read_and_shown_anew() -> None:
    desk = Desk()
    assert desk.says(Gone("desk")) == [Gone("desk")]
    assert desk.says(Arrived("desk")) == [Arrived("desk")]
    assert desk.reports("ch.1.fader", -10.0) == []
    desk.surface.send(ShowMotor("desk", FADER, 0.5), 3.0)
    assert desk.written() == []


# With the simulated desk.


def test_a_hand_on_the_simulated_x32_is_a_gesture_and_a_show_moves_it() -> None:
    console = x32.X32()
    surface = surface_endpoint("desk", SHEET)
    us, now = ("127.0.0.1", 40001), 0.0
    heard: list[Gesture | Arrived | Gone] = []

    def run(seconds: float) -> None:
        nonlocal now
        end = now + seconds
        while now < end:
            now += 0.005
            console.advance(0.005)
            due = surface.next_wakeup()
            if due is not None and due <= now:
                heard.extend(surface.wake(now))
            for data in surface.data_to_send():
                console.receive(data, us)
            for data, client in console.take_output():
                if client == us:
                    heard.extend(surface.receive(data, now))

    surface.open(0.0)
    run(3.0)
    assert heard == [Arrived("desk")]
    assert surface.health.synced
    console.set_from_desk("/ch/05/mix/fader", 0.5)
    run(0.1)
    assert heard[1:] == [Moved(ControlId("desk.fader.5"), 511 / 1023)]
    surface.send(ShowMotor("desk", ControlId("desk.fader.6"), 0.75), now)
    surface.send(lamp(ControlId("desk.mute.6"), "lit"), now)
    run(3.0)
    assert console.value("/ch/06/mix/fader") == 767 / 1023
    assert console.value("/ch/06/mix/on") == 0
    assert len(heard) == 2
    console.receive(encode_osc("/ch/06/mix/on", 1), ("127.0.0.1", 40002))
    run(0.1)
    assert heard[2:] == [Pressed(ControlId("desk.mute.6")), Released(ControlId("desk.mute.6"))]


@pytest.mark.parametrize(
    ("name", "console", "move"),
    [
        ("behringer/xr18", xair.XAir(), lambda one: one.set_from_desk("/ch/05/mix/fader", 0.5)),
        ("behringer/wing", wing.Wing(), lambda one: one.set_from_desk("/ch/5/fdr", -10.0)),
        (
            "yamaha/ql5",
            rcp.Rcp("QL5"),
            lambda one: one.set_from_desk("InCh/Fader/Level", 4, 0, -1000),
        ),
        ("allenheath/sq", sq.Sq(), lambda one: one.set_from_desk(0x40 << 7 | 4, 14009)),
        ("allenheath/dlive", dlive.DLive(), lambda one: one.set_from_desk(0, 4, 0x57)),
        ("allenheath/qu-24", qu.Qu("Qu-24"), lambda one: one.set_from_desk(0x24, 0x3F)),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_every_console_is_a_surface(
    name: str, console: Console, move: Callable[[Any], None]
) -> None:
    sheet = surfaced(shipped().target(name))
    law = sheet.controls["fader"].law
    assert law is not None
    surface = surface_endpoint("desk", sheet)
    us, now = ("127.0.0.1", 40001), 0.0
    heard: list[Gesture | Arrived | Gone] = []
    if isinstance(console, StreamConsole):
        console.connect(us)

    def run(seconds: float) -> None:
        nonlocal now
        end = now + seconds
        while now < end:
            now += 0.005
            console.advance(0.005)
            due = surface.next_wakeup()
            if due is not None and due <= now:
                heard.extend(surface.wake(now))
            for data in surface.data_to_send():
                console.receive(data, us)
            for data, client in console.take_output():
                if client == us:
                    heard.extend(surface.receive(data, now))

    surface.open(0.0)
    run(6.0)
    assert surface.health.synced
    assert heard == [Arrived("desk")]
    move(console)
    run(0.1)
    moved = heard.pop()
    assert isinstance(moved, Moved)
    assert moved.control == "desk.fader.5"
    assert law.to_db(moved.position) == pytest.approx(-10.0, abs=0.05)
    surface.send(ShowMotor("desk", ControlId("desk.fader.6"), law.from_db(-20.0)), now)
    surface.send(lamp(ControlId("desk.mute.6"), "lit"), now)
    run(3.0)
    # What it was told is no hand, however it comes back.
    assert heard == [Arrived("desk")]
