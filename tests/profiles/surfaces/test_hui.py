"""A HUI console at the level of bytes, and against a simulated one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_sim.hui import Hui
from surfacebridge.model.controls import (
    ControlId,
    LetGo,
    Moved,
    Pressed,
    Released,
    Touched,
    Turned,
)
from surfacebridge.model.feedback import ShowLamp, ShowMeter, ShowMotor, ShowRing, ShowText
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.profiles.surfaces.hui import HuiSurface
from tests.profiles.shipped import shipped

PING = b"\x90\x00\x00"
ANSWER = b"\x90\x00\x7f"


def surface() -> HuiSurface:
    one = HuiSurface("hui", shipped().device("mackie/hui"))
    one.open(0.0)
    return one


def on(name: str) -> ControlId:
    return ControlId(f"hui.{name}")


def said(one: HuiSurface) -> bytes:
    return b"".join(one.data_to_send())


def online() -> HuiSurface:
    one = surface()
    assert list(one.receive(ANSWER, 0.01)) == []
    said(one)
    return one


def test_it_pings_at_once_and_every_second() -> None:
    one = surface()
    assert said(one).startswith(PING)
    assert one.next_wakeup() == 1.0
    one.wake(1.0)
    assert said(one) == PING
    assert one.next_wakeup() == 2.0


def test_it_is_not_alive_until_a_ping_was_answered() -> None:
    one = surface()
    one.receive(b"\xb0\x0f\x00\xb0\x2f\x42", 0.5)
    assert not one.health.alive
    assert "pings" in one.health.reason
    one.receive(ANSWER, 0.6)
    assert one.health.alive


def test_three_seconds_of_silence_are_a_loss_and_the_next_answer_a_new_start() -> None:
    one = online()
    assert [list(one.wake(float(second))) for second in (1, 2, 3)] == [[], [], []]
    assert list(one.wake(4.0)) == [Gone("hui")]
    assert list(one.wake(5.0)) == []
    assert not one.health.alive
    assert list(one.receive(ANSWER, 5.1)) == [Arrived("hui")]


def test_a_console_that_is_switched_on_later_is_painted_then() -> None:
    one = surface()
    one.wake(1.0)
    one.wake(2.0)
    assert list(one.receive(ANSWER, 2.1)) == [Arrived("hui")]


def test_a_console_that_was_switched_on_again_is_painted_anew() -> None:
    one = online()
    one.receive(b"\xff", 0.5)
    assert list(one.receive(ANSWER, 1.0)) == [Arrived("hui")]


@pytest.mark.parametrize(
    ("data", "gesture"),
    [
        ("B0 0F 03 B0 2F 40", Touched(on("fader.4"))),
        ("B0 0F 03 B0 2F 00", LetGo(on("fader.4"))),
        ("B0 02 7F B0 22 7F", Moved(on("fader.3"), 1.0)),
        ("B0 02 00 B0 22 00", Moved(on("fader.3"), 0.0)),
        ("B0 0F 00 B0 2F 42", Pressed(on("mute.1"))),
        ("B0 0F 00 B0 2F 02", Released(on("mute.1"))),
        ("B0 0F 01 B0 2F 45", Pressed(on("vpot.2.push"))),
        ("B0 0F 0A B0 2F 43", Pressed(on("bank.right"))),
        ("B0 0F 18 B0 2F 45", Pressed(on("auto.touch"))),
        ("B0 41 41", Turned(on("vpot.2"), 1)),
        ("B0 41 01", Turned(on("vpot.2"), -1)),
        ("B0 0D 43", Turned(on("jog"), 3)),
        ("B0 4B 02", Turned(on("param.knob.4"), -2)),
        ("B0 4C 41", Turned(on("param.page"), 1)),
        ("B0 0F 15 B0 2F 44", Pressed(on("num.clear"))),
        ("B0 0F 1C B0 2F 42", Pressed(on("param.select.1"))),
    ],
)
def test_a_gesture_is_read_whole_and_byte_by_byte(data: str, gesture: object) -> None:
    one = online()
    assert list(one.receive(bytes.fromhex(data), 1.0)) == [gesture]
    heard = [each for byte in bytes.fromhex(data) for each in one.receive(bytes((byte,)), 2.0)]
    assert heard == [gesture]


@pytest.mark.parametrize(
    ("item", "data"),
    [
        (ShowMotor("hui", on("fader.3"), 1.0), "B0 02 7F B0 22 7F"),
        (ShowMotor("hui", on("fader.3"), 0.0), "B0 02 00 B0 22 00"),
        (ShowLamp("hui", on("mute.1"), "lit"), "B0 0C 00 B0 2C 42"),
        (ShowLamp("hui", on("mute.1"), "blink"), "B0 0C 00 B0 2C 42"),
        (ShowLamp("hui", on("mute.1"), "dark"), "B0 0C 00 B0 2C 02"),
        (ShowRing("hui", on("ring.1"), 0.5, "pan"), "B0 10 56"),
        (ShowRing("hui", on("ring.1"), None, "pan"), "B0 10 10"),
        (ShowMeter("hui", on("meter.2"), 0.0), "A0 01 0C A0 01 1C"),
        (ShowMeter("hui", on("meter.2"), float("-inf")), "A0 01 00 A0 01 10"),
        (ShowText("hui", on("lcd.1"), "Kick"), "F0 00 00 66 05 00 10 00 4B 69 63 6B F7"),
        (ShowText("hui", on("lcd.8"), "Ö"), "F0 00 00 66 05 00 10 07 4F 20 20 20 F7"),
        (ShowText("hui", on("assignment"), "Pan"), "F0 00 00 66 05 00 10 08 50 61 6E 20 F7"),
        (ShowRing("hui", on("param.ring.1"), 0.0, "pan"), "B0 18 11"),
        (ShowLamp("hui", on("smpte"), "lit"), "B0 0C 16 B0 2C 40"),
        (ShowLamp("hui", on("param.compare"), "lit"), "B0 0C 1C B0 2C 47"),
        (
            ShowText("hui", on("display.bottom.2"), "Freq"),
            "F0 00 00 66 05 00 12 05 46 72 65 71 20 20 20 20 20 20 F7",
        ),
        (ShowMotor("hui", on("fader.9"), 1.0), ""),
    ],
)
def test_a_show_leaves_in_the_words_of_the_protocol(item: ShowMotor, data: str) -> None:
    one = online()
    one.send(item, 1.0)
    assert said(one) == bytes.fromhex(data)


def test_a_simulated_console_comes_online_and_shows_what_it_is_told() -> None:
    one, console = HuiSurface("hui", shipped().device("mackie/hui")), Hui()
    heard: list[object] = []
    now = 0.0

    def exchange(seconds: float) -> None:
        nonlocal now
        for _ in range(round(seconds / 0.01)):
            for data in one.data_to_send():
                console.receive(data)
            console.advance(0.01)
            now += 0.01
            for data in console.take_output():
                heard.extend(one.receive(data, now))
            due = one.next_wakeup()
            if due is not None and due <= now:
                heard.extend(one.wake(now))

    one.open(now)
    exchange(0.1)
    assert heard == []
    one.send(ShowMotor("hui", on("fader.2"), 0.75), now)
    one.send(ShowText("hui", on("lcd.2"), "Bass"), now)
    one.send(ShowLamp("hui", on("solo.2"), "lit"), now)
    one.send(ShowText("hui", on("display.top"), "Hello there"), now)
    one.send(ShowText("hui", on("timecode"), "01:02:03:04"), now)
    exchange(1.5)
    assert console.online
    assert console.fader_position(2) == pytest.approx(0.75, abs=1 / 500)
    assert console.scribble(2) == "Bass"
    assert console.lamp("solo.2") == "lit"
    assert console.lcd_lines()[0].startswith("Hello there")
    assert console.timecode().strip() == "01.02.03.04"
    heard.clear()
    console.touch(1)
    console.move(1, 0.5, 0.1)
    exchange(0.3)
    console.release(1)
    exchange(0.1)
    assert heard[0] == Touched(on("fader.1"))
    moves = [each for each in heard if isinstance(each, Moved)]
    assert moves[-1].position == pytest.approx(0.5, abs=1 / 500)
    assert heard[-1] == LetGo(on("fader.1"))


@given(st.binary(max_size=80))
def test_any_bytes_never_raise_and_the_next_gesture_is_understood(data: bytes) -> None:
    one = online()
    one.receive(data, 1.0)
    one.receive(b"\xf7", 1.0)
    heard = list(one.receive(bytes.fromhex("B0 0F 00 B0 2F 42"), 1.1))
    assert heard[-1:] == [Pressed(on("mute.1"))]
