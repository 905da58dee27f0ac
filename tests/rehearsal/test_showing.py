"""What controls show, against what is written, and how it is said."""

from math import inf

import pytest

from surfacebridge.mapping.lines import Constant
from surfacebridge.mapping.nodes import scalar_at
from surfacebridge.mapping.source import Span
from surfacebridge.mapping.words import read_constant
from surfacebridge.model.controls import ControlId
from surfacebridge.model.feedback import (
    Show,
    ShowColour,
    ShowLamp,
    ShowMeter,
    ShowMotor,
    ShowRing,
    ShowText,
)
from surfacebridge.model.laws import LAWS
from surfacebridge.model.sheets import ControlSpec
from surfacebridge.model.values import EIGHT_COLOURS, Colour
from surfacebridge.rehearsal.showing import (
    fader_position,
    show_text,
    shows,
)

C = ControlId("x.one")
FADER = ControlSpec("fader", "fader", True, law=LAWS["x32"])
KEY = ControlSpec("mute", "key", True, lamp=True)
TEXT = ControlSpec("lcd", "text", True, cells=7)


def constant(text: str) -> Constant:
    read = read_constant(scalar_at(text, Span("rig.yaml", 1, 1)), [])
    assert read is not None
    return read


@pytest.mark.parametrize(
    ("text", "place"),
    [("0dB", 0.75), ("-10dB", 0.5), ("-oo", 0.0), ("75%", 0.75), ("0.3", 0.3), ("lit", None)],
)
def test_a_place_is_decibels_by_the_surfaces_law_or_a_share_of_the_travel(
    text: str, place: float | None
) -> None:
    assert fader_position(constant(text), FADER) == place


@pytest.mark.parametrize(
    ("show", "text", "spec", "expected"),
    [
        (ShowMotor("x", C, 0.75), "0dB", FADER, True),
        (ShowMotor("x", C, 0.7504), "0.75", FADER, True),
        (ShowMotor("x", C, 0.752), "0.75", FADER, False),
        (ShowLamp("x", C, "blink"), "blink", KEY, True),
        (ShowLamp("x", C, "blink"), "lit", KEY, False),
        (ShowText("x", C, "Kick "), '"Kick"', TEXT, True),
        (ShowText("x", C, "   12"), "12", TEXT, True),
        (ShowText("x", C, "12"), "12", TEXT, True),
        (ShowText("x", C, "Kick"), '"Snare"', TEXT, False),
        (ShowColour("x", C, EIGHT_COLOURS[4]), "blue", TEXT, True),
        (ShowColour("x", C, Colour(0, 0, 255, inverted=True)), "blue", TEXT, True),
        (ShowRing("x", C, None, "pan"), "dark", KEY, True),
        (ShowRing("x", C, 0.52, "pan"), "0.5", KEY, True),
        (ShowRing("x", C, 0.6, "pan"), "0.5", KEY, False),
        (ShowMeter("x", C, -20.3), "-20", KEY, True),
        (ShowMeter("x", C, -inf), "-oo", KEY, True),
        (ShowMeter("x", C, -60.0), "-oo", KEY, False),
        (None, "dark", KEY, True),
        (None, "lit", KEY, False),
        (None, "0.5", FADER, False),
    ],
)
def test_a_show_is_what_is_written_or_it_is_not(
    show: Show | None, text: str, spec: ControlSpec, expected: bool
) -> None:
    assert shows(show, constant(text), None, spec) is expected


def test_shows_are_said_as_a_story_would_write_them() -> None:
    shown: list[Show] = [
        ShowMotor("x", C, 0.5),
        ShowLamp("x", C, "lit"),
        ShowRing("x", C, None, "pan"),
        ShowRing("x", C, 0.5, "pan"),
        ShowMeter("x", C, -inf),
        ShowColour("x", C, Colour(1, 2, 3)),
    ]
    assert [show_text(one) for one in shown] == [
        "0.5000", "lit", "dark", "0.500 as a pan", "-oo dB",
        "Colour(red=1, green=2, blue=3, inverted=False)",
    ]  # fmt: skip
