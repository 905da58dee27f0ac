"""A serial box at the level of lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.apps.mapping_files import load_rig
from surfacebridge.errors import ProtocolMisuse
from surfacebridge.model.controls import ControlId, LetGo, Moved, Pressed, Released, Touched
from surfacebridge.model.feedback import ShowLamp, ShowMotor, ShowText
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.sheets import ControlSpec, DeviceSheet
from surfacebridge.profiles.surfaces.serial_box import SerialBox

HELLO = b"FADERBOX 2 8 SBR0001\n"


def on(name: str) -> ControlId:
    return ControlId(f"box.{name}")


def box() -> SerialBox:
    plan = load_rig("serial-box-logic", {}).plan
    assert plan is not None
    one = SerialBox("box", plan.surfaces["box"])
    one.open(0.0)
    return one


def greeted() -> SerialBox:
    one = box()
    one.receive(HELLO, 0.1)
    one.data_to_send()
    return one


def test_it_asks_until_the_box_greets() -> None:
    one = box()
    assert one.data_to_send() == [b"ID?\n"]
    assert one.health.reason.startswith("It has not said hello")
    one.wake(1.0)
    assert one.data_to_send() == [b"ID?\n"]
    assert list(one.receive(b"\x00\x80junk\n# boot power\n" + HELLO, 1.4)) == [Arrived("box")]
    assert one.health.alive
    assert one.health.malformed == 1
    one.wake(2.0)
    assert one.data_to_send() == [b"?\n"]


def test_half_a_line_of_a_booting_board_proves_nothing() -> None:
    one = box()
    assert list(one.receive(b"T1 1\nF1 512\n", 0.2)) == []
    assert not one.health.alive


def test_a_greeting_nobody_asked_for_means_it_forgot_everything() -> None:
    one = greeted()
    assert list(one.receive(HELLO, 5.0)) == [Arrived("box")]


def test_silence_is_noticed_and_the_next_word_is_a_new_start() -> None:
    one = greeted()
    heard: list[object] = []
    now = 1.0
    while now < 6.0 and not heard:
        heard += one.wake(now)
        now += 0.5
    assert heard == [Gone("box")]
    assert 3.0 <= now <= 5.0
    assert not one.health.alive
    assert list(one.receive(b"!\n", 7.0)) == [Arrived("box")]


def test_answers_keep_it_alive() -> None:
    one = greeted()
    for second in range(1, 20):
        assert list(one.wake(float(second))) == []
        one.receive(b"!\n", second + 0.01)
    assert one.health.alive


def test_lines_are_gestures() -> None:
    one = greeted()
    said = b"T1 1\nF1 1023\nF1 0\nT1 0\nB3 1\nB3 0\n"
    assert list(one.receive(said, 1.0)) == [
        Touched(on("fader.1")),
        Moved(on("fader.1"), 1.0),
        Moved(on("fader.1"), 0.0),
        LetGo(on("fader.1")),
        Pressed(on("mute.3")),
        Released(on("mute.3")),
    ]


def test_a_cap_that_trembles_at_rest_says_nothing_and_under_a_finger_everything() -> None:
    one = greeted()
    one.receive(b"F1 500\n", 1.0)
    assert list(one.receive(b"F1 501\nF1 499\nF1 502\n", 1.1)) == []
    assert len(one.receive(b"T1 1\nF1 501\nF1 502\n", 1.2)) == 3


def test_what_nobody_mapped_is_counted_and_talk_for_people_is_not() -> None:
    one = greeted()
    one.receive(b"F99 5\nS deadband 2\n# hello\n", 1.0)
    assert one.health.unknown == 2


def test_shows_are_lines() -> None:
    one = greeted()
    one.send(ShowMotor("box", on("fader.3"), 0.5), 1.0)
    one.send(ShowLamp("box", on("mute.1"), "lit"), 1.0)
    one.send(ShowLamp("box", on("mute.1"), "dark"), 1.0)
    one.send(ShowText("box", on("lcd.1"), "no display"), 1.0)
    assert one.data_to_send() == [b"M3 512\n", b"L1 1\n", b"L1 0\n"]


def deej() -> SerialBox:
    fader = ControlSpec("fader", "fader", per_strip=True, wire={"in": "{v}"})
    sheet = DeviceSheet("d", "serial_box", "deej", 3, {"fader": fader}, {"framing": "deej"})
    one = SerialBox("box", sheet)
    one.open(0.0)
    return one


def test_a_deej_box_says_all_its_sliders_and_only_moves_count() -> None:
    one = deej()
    assert list(one.receive(b"512|1023|0\r\n", 0.0)) == [
        Moved(on("fader.1"), pytest.approx(512 / 1023)),  # type: ignore[arg-type]
        Moved(on("fader.2"), 1.0),
        Moved(on("fader.3"), 0.0),
    ]
    assert list(one.receive(b"513|1022|1\r\n", 0.1)) == []
    assert [type(each) for each in one.receive(b"513|1022|90\r\n", 0.2)] == [Moved]
    one.receive(b"5x|1\r\n", 0.3)
    assert one.health.malformed == 1


def test_a_framing_it_does_not_speak_is_refused() -> None:
    with pytest.raises(ProtocolMisuse, match="morse"):
        SerialBox("box", DeviceSheet("d", "serial_box", "d", 1, {}, {"framing": "morse"}))


@given(st.binary(max_size=100))
def test_any_bytes_never_raise_and_the_next_line_is_understood(data: bytes) -> None:
    one = greeted()
    one.receive(data, 1.0)
    assert list(one.receive(b"\nB3 1\n", 1.1))[-1:] == [Pressed(on("mute.3"))]
