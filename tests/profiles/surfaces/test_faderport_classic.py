"""The FaderPort of 2006, at the level of bytes and with times."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from surfacebridge.model.feedback import ShowLamp, ShowMotor
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.profiles.surfaces.faderport_classic import FaderPortClassicSurface
from tests.profiles.shipped import shipped

NATIVE = "91 00 64"
ME = bytes.fromhex("F0 7E 7F 06 02 00 01 06 02 00 01 00 00 00 00 00 F7")
RIGHT, LEFT = bytes.fromhex("E0 01 00"), bytes.fromhex("E0 7F 7F")


def surface() -> FaderPortClassicSurface:
    one = FaderPortClassicSurface("fp", shipped().device("presonus/faderport"))
    one.open(0.0)
    said(one)
    return one


def on(name: str) -> ControlId:
    return ControlId(f"fp.{name}")


def said(one: FaderPortClassicSurface) -> str:
    return " ".join(data.hex(" ") for data in one.data_to_send()).upper()


def heard(one: FaderPortClassicSurface, data: bytes, now: float = 1.0) -> list[object]:
    return list(one.receive(data, now))


@pytest.mark.parametrize(
    ("data", "gesture"),
    [
        ("A0 06 01", Pressed(on("play"))),
        ("A0 06 00", Released(on("play"))),
        ("A0 08 01", Pressed(on("auto.touch"))),
        ("A0 15 01", Pressed(on("channel.right"))),
        ("A0 7E 01", Pressed(on("foot"))),
        ("A0 7F 01", Touched(on("fader"))),
        ("A0 7F 00", LetGo(on("fader"))),
        ("B0 00 7F B0 20 7F", Moved(on("fader"), 1.0)),
        ("B0 00 00 B0 20 00", Moved(on("fader"), 0.0)),
    ],
)
def test_what_hands_do_arrives(data: str, gesture: Gesture) -> None:
    one = surface()
    assert heard(one, bytes.fromhex(data)) == [gesture]
    assert one.health.unknown == 0


def test_half_a_move_waits_for_the_other_half() -> None:
    one = surface()
    assert heard(one, bytes.fromhex("B0 00 40")) == []
    assert heard(one, bytes.fromhex("B0 20 00")) == [Moved(on("fader"), 8192 / 16383)]


def test_the_motor_has_ten_bits_and_lamps_have_their_own_numbers() -> None:
    one = surface()
    one.send(ShowMotor("fp", on("fader"), 1.0), 1.0)
    assert said(one) == "B0 00 07 B0 20 7F"
    one.send(ShowLamp("fp", on("mute"), "lit"), 1.0)
    one.send(ShowLamp("fp", on("play"), "blink"), 1.0)
    one.send(ShowLamp("fp", on("play"), "dark"), 1.0)
    assert said(one) == "A0 15 01 A0 01 01 A0 01 00"


def test_it_is_asked_for_its_native_mode_whenever_it_starts() -> None:
    one = FaderPortClassicSurface("fp", shipped().device("presonus/faderport"))
    one.open(0.0)
    assert NATIVE in said(one)
    heard(one, ME, 0.1)
    lost = [list(one.wake(float(second))) for second in (2, 4, 6, 8)]
    assert lost[-1] == [Gone("fp")]
    said(one)
    assert heard(one, ME, 9.0) == [Arrived("fp")]
    assert said(one).startswith(NATIVE)


def test_a_turn_is_a_step_and_bursts_are_not_more_turns() -> None:
    one = surface()
    assert heard(one, RIGHT + RIGHT, 1.0) == [Turned(on("pan"), 1)]
    assert heard(one, RIGHT, 1.005) == []
    assert heard(one, RIGHT, 1.02) == [Turned(on("pan"), 1)]


def test_a_step_backwards_while_spinning_is_none_unless_it_goes_on() -> None:
    one = surface()
    heard(one, RIGHT, 1.0)
    assert heard(one, LEFT, 1.02) == []
    assert heard(one, RIGHT, 1.04) == [Turned(on("pan"), 1)]
    assert heard(one, LEFT, 1.06) == []
    assert heard(one, LEFT, 1.08) == []
    assert heard(one, LEFT, 1.10) == [Turned(on("pan"), -1)]


def test_a_step_the_other_way_after_a_rest_is_meant() -> None:
    one = surface()
    heard(one, RIGHT, 1.0)
    assert heard(one, LEFT, 1.5) == [Turned(on("pan"), -1)]


@given(st.binary(max_size=40))
def test_any_bytes_are_taken_without_raising(data: bytes) -> None:
    one = surface()
    one.receive(data, 1.0)
    assert Pressed(on("play")) in heard(one, bytes.fromhex("F7 A0 06 01"), 1.2)
