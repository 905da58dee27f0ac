"""An X-Touch in its MIDI mode, at the level of bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.model.controls import (
    ControlId,
    Gesture,
    LetGo,
    Moved,
    Pressed,
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
from surfacebridge.model.values import EIGHT_COLOURS, Colour
from surfacebridge.profiles.surfaces.xtouch_midi import XTouchMidiSurface
from tests.profiles.shipped import shipped

BLANK = b" " * 7


def surface() -> XTouchMidiSurface:
    one = XTouchMidiSurface("x", shipped().device("behringer/x-touch-midi"))
    one.open(0.0)
    one.data_to_send()
    return one


def on(name: str) -> ControlId:
    return ControlId(f"x.{name}")


def sent(one: XTouchMidiSurface, *items: Show) -> list[bytes]:
    for item in items:
        one.send(item, 1.0)
    return one.data_to_send()


def lcd(strip: int, look: int, upper: bytes, lower: bytes = BLANK) -> bytes:
    head = bytes.fromhex("F0 00 20 32 14 4C") + bytes((strip, look))
    return head + upper.ljust(7) + lower.ljust(7) + b"\xf7"


@pytest.mark.parametrize(
    ("data", "gesture"),
    [
        ("B0 46 7F", Moved(on("fader.1"), 1.0)),
        ("B0 4E 00", Moved(on("main.fader"), 0.0)),
        ("90 6E 7F", Touched(on("fader.1"))),
        ("90 76 00", LetGo(on("main.fader"))),
        ("90 00 7F", Pressed(on("vpot.1.push"))),
        ("90 18 7F", Pressed(on("mute.1"))),
        ("90 67 7F", Pressed(on("key.103"))),
        ("B0 50 41", Turned(on("vpot.1"), 1)),
        ("B0 57 01", Turned(on("vpot.8"), -1)),
        ("B0 58 41", Turned(on("jog"), 1)),
    ],
)
def test_what_hands_do_arrives(data: str, gesture: Gesture) -> None:
    assert list(surface().receive(bytes.fromhex(data), 1.0)) == [gesture]


@pytest.mark.parametrize(
    ("item", "data"),
    [
        (ShowMotor("x", on("fader.8"), 1.0), "B0 4D 7F"),
        (ShowLamp("x", on("select.1"), "lit"), "90 20 7F"),
        (ShowLamp("x", on("select.1"), "blink"), "90 20 40"),
        (ShowLamp("x", on("select.1"), "dark"), "90 20 00"),
        (ShowRing("x", on("ring.1"), 0.5, "pan"), "B0 50 40"),
        (ShowRing("x", on("ring.1"), None, "pan"), "B0 50 00"),
        (ShowMeter("x", on("meter.2"), 0.0), "B0 5B 7F"),
        (ShowMeter("x", on("meter.2"), float("-inf")), "B0 5B 00"),
    ],
)
def test_what_is_shown_leaves(item: Show, data: str) -> None:
    assert sent(surface(), item) == [bytes.fromhex(data)]


def test_rows_and_colour_of_a_strip_leave_together() -> None:
    changes = (
        ShowText("x", on("lcd.8.top"), "Hello"),
        ShowText("x", on("lcd.8.bottom"), "World"),
        ShowColour("x", on("lcd.8.color"), EIGHT_COLOURS[1]),
    )
    assert sent(surface(), *changes) == [lcd(7, 1, b"Hello", b"World")]


def test_a_colour_that_puts_the_light_out_leaves_names_readable() -> None:
    one = surface()
    black = ShowColour("x", on("lcd.1.color"), EIGHT_COLOURS[0])
    assert sent(one, black) == [lcd(0, 0, BLANK)]
    assert sent(one, ShowText("x", on("lcd.1.top"), "Kick")) == [lcd(0, 7, b"Kick")]


def test_an_inverted_colour_inverts_both_rows() -> None:
    inverted = ShowColour("x", on("lcd.1.color"), Colour(0, 0, 255, inverted=True))
    assert sent(surface(), inverted) == [lcd(0, 0x34, BLANK)]


def test_digits_are_told_as_segments_with_dots() -> None:
    (data,) = sent(
        surface(),
        ShowText("x", on("timecode"), "01.02.03.04"),
        ShowText("x", on("assignment"), "P2"),
    )
    assert data[:6] == bytes.fromhex("F0 00 20 32 14 37")
    # P2, then 3 + 2 + 2 + 3 places of which the groups take the right ends.
    assert data[6:18].hex(" ") == "73 5b 00 3f 06 3f 5b 3f 4f 00 3f 66"
    assert data[18:].hex(" ") == "50 02 f7"


def test_it_begins_blank_and_white() -> None:
    one = XTouchMidiSurface("x", shipped().device("behringer/x-touch-midi"))
    one.open(0.0)
    assert lcd(0, 7, BLANK) in one.data_to_send()


@given(st.binary(max_size=40))
def test_any_bytes_are_taken_without_raising(data: bytes) -> None:
    one = surface()
    one.receive(data, 1.0)
    assert Pressed(on("mute.1")) in list(one.receive(bytes.fromhex("F7 90 18 7F"), 1.2))
