"""The pretend X-Touch Compact and Mini speak and obey as their tables say."""

import pytest

from firmware_sim.device import PoweredDevice, Surface
from firmware_sim.xtouch_standard import (
    StandardRing,
    StandardXTouch,
    XTouchCompact,
    XTouchMini,
)

BOTH = pytest.mark.parametrize("unit", [XTouchCompact(), XTouchMini()], ids=["compact", "mini"])


def said(unit: StandardXTouch) -> str:
    return b"".join(unit.take_output()).hex(" ").upper()


@BOTH
def test_it_is_a_surface_with_a_switch(unit: StandardXTouch) -> None:
    assert isinstance(unit, Surface)
    assert isinstance(unit, PoweredDevice)
    with pytest.raises(ValueError, match="no wheel"):
        unit.jog(1)


def test_a_compacts_hands_have_their_numbers() -> None:
    unit = XTouchCompact()
    unit.touch(9)
    unit.move(9, 1.0)
    unit.release(9)
    for name in ("row1.1", "select.8", "main.select", "rewind", "play", "right.8.push"):
        unit.press(name)
    unit.release_button("play")
    unit.turn(1, 3)
    unit.turn(16, 200)
    assert said(unit) == (
        "B0 6D 7F B0 09 7F B0 6D 00"
        " 90 10 7F 90 2F 7F 90 30 7F 90 31 7F 90 36 7F 90 0F 7F 80 36 00 B0 0A 03 B0 19 7F"
    )


def test_a_minis_hands_have_other_numbers_in_each_layer() -> None:
    unit = XTouchMini()
    for layer in (0, 1):
        unit.choose_layer(layer)
        unit.move(1, 1.0 - layer)
        unit.tap("top.1")
        unit.press("bottom.8")
        unit.press("knob.8.push")
        unit.turn(1, 1)
    assert said(unit) == (
        "BA 09 7F 9A 08 7F 8A 08 00 9A 17 7F 9A 07 7F BA 01 01"
        " BA 0A 00 9A 20 7F 8A 20 00 9A 2F 7F 9A 1F 7F BA 0B 02"
    )


def test_lamps_take_three_velocities_and_a_note_off() -> None:
    unit = XTouchMini()
    unit.receive(bytes.fromhex("90 00 01 90 0F 02 90 01 03 90 10 01"))
    assert (unit.lamp("top.1"), unit.lamp("bottom.8"), unit.lamp("top.2")) == (
        "lit",
        "blink",
        "dark",
    )
    assert unit.counts.ignored == 2
    unit.receive(bytes.fromhex("80 00 00"))
    assert unit.lamp("top.1") == "dark"


def test_what_comes_on_another_channel_than_the_global_one_is_not_for_it() -> None:
    unit = XTouchMini(global_channel=3)
    unit.receive(bytes.fromhex("90 00 01 92 01 01"))
    assert (unit.lamp("top.1"), unit.lamp("top.2")) == ("dark", "lit")
    assert unit.counts.ignored == 1


@pytest.mark.parametrize(
    ("value", "ring"),
    [
        (0, StandardRing()),
        (1, StandardRing((1,))),
        (13, StandardRing((13,))),
        (14, StandardRing((1,), blinks=True)),
        (26, StandardRing((13,), blinks=True)),
        (27, StandardRing(tuple(range(1, 14)))),
        (28, StandardRing(tuple(range(1, 14)), blinks=True)),
    ],
)
def test_a_ring_shows_what_the_host_asks_for(value: int, ring: StandardRing) -> None:
    unit = XTouchCompact()
    unit.receive(bytes((0xB0, 26, value)))
    assert unit.ring(1) == ring
    unit.receive(bytes((0xB0, 26, 29)))
    assert unit.ring(1) == ring
    assert unit.counts.ignored == 1


def test_an_encoder_that_turns_draws_over_what_the_host_showed() -> None:
    unit = XTouchCompact()
    unit.receive(bytes.fromhex("B0 22 0D"))
    assert unit.ring(9).lamps == (13,)
    unit.turn(9, 1)
    assert unit.value(9) == 1
    assert unit.ring(9).lamps == (1,)


@pytest.mark.parametrize(
    ("behaviour", "lamps"),
    [(0, (7,)), (1, (7,)), (2, (1, 2, 3, 4, 5, 6, 7)), (3, (4, 5, 6, 7, 8, 9, 10)), (4, (7,))],
)
def test_how_a_ring_draws_can_be_chosen(behaviour: int, lamps: tuple[int, ...]) -> None:
    unit = XTouchMini()
    unit.turn(2, 64)
    unit.receive(bytes((0xB0, 2, behaviour)))
    assert unit.ring(2).lamps == lamps


def test_only_a_compact_has_motors() -> None:
    compact, mini = XTouchCompact(), XTouchMini()
    compact.receive(bytes.fromhex("B0 09 7F"))
    mini.receive(bytes.fromhex("B0 0F 7F"))
    compact.advance(1.0)
    assert compact.fader_position(9) == 1.0
    assert said(compact) == ""
    assert compact.counts.motor_moves[9] == 1
    mini.receive(bytes.fromhex("B0 00 7F"))
    assert mini.counts.ignored == 2


@BOTH
def test_the_host_may_choose_the_layer_and_no_mode_that_is_not_played(
    unit: StandardXTouch,
) -> None:
    unit.receive(bytes.fromhex("C0 01"))
    assert unit.layer == 1
    unit.receive(bytes.fromhex("C0 02 B0 7F 00"))
    assert unit.counts.ignored == 1
    unit.receive(bytes.fromhex("B0 7F 01"))
    assert unit.counts.ignored == 2
    unit.power_cycle()
    assert unit.layer == 0
