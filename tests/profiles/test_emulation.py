"""What a surface we pretend to be has in common with every other."""

from math import inf, nan

import pytest

from surfacebridge.model.values import EIGHT_COLOURS, Value
from surfacebridge.profiles.emulation import (
    MOST_AT_ONCE,
    fraction,
    joined_key,
    shown_digits,
    split_key,
    turns,
)


@pytest.mark.parametrize(
    ("key", "name", "strip"),
    [
        ("mute.3", "mute", 2),
        ("vpot.8.push", "vpot.push", 7),
        ("fader.1.touch", "fader.touch", 0),
        ("main.fader", "main.fader", None),
        ("f1", "f1", None),
        ("assign.send.a", "assign.send.a", None),
    ],
)
def test_a_controls_name_and_strip_are_taken_apart_and_joined(
    key: str, name: str, strip: int | None
) -> None:
    assert split_key(key) == (name, strip)
    assert joined_key(name, strip) == key


@pytest.mark.parametrize(
    ("value", "position"),
    [(0.25, 0.25), (-1.0, 0.0), (inf, 1.0), (nan, None), ("up", None), (True, None)],
)
def test_a_position_is_a_number_from_nought_to_one(value: Value, position: float | None) -> None:
    assert fraction(value) == position


def test_a_long_turn_is_several_short_ones() -> None:
    assert turns(20.0, 15) == [15, 5]
    assert turns(-33.0, 15) == [-15, -15, -3]
    assert turns(0.4, 15) == []


@pytest.mark.parametrize("value", [nan, inf, MOST_AT_ONCE + 1.0, True, "up", EIGHT_COLOURS[1]])
def test_what_no_hand_can_turn_is_no_turn(value: Value) -> None:
    assert turns(value, 15) == []


def test_digits_are_read_from_the_left_with_their_dots() -> None:
    assert shown_digits([("4", False), ("0", False), ("3", True), (" ", False)]) == " 3.04"
    assert shown_digits([(" ", False), ("1", False)]) == "1 "
