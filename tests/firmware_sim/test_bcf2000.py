"""The pretend BCF2000 speaks and obeys as its facts say."""

import pytest

from firmware_sim.bcf2000 import Bcf2000
from firmware_sim.device import PoweredDevice, Surface


def said(unit: Bcf2000) -> str:
    return b"".join(unit.take_output()).hex(" ").upper()


def test_it_is_a_surface_with_a_switch() -> None:
    assert isinstance(Bcf2000(), Surface)
    assert isinstance(Bcf2000(), PoweredDevice)


def test_a_hand_says_seven_bits_and_no_touch() -> None:
    unit = Bcf2000()
    unit.touch(1)
    unit.move(1, 1.0)
    unit.release(1)
    assert said(unit) == "B0 51 7F"


def test_keys_and_encoders_have_their_numbers() -> None:
    unit = Bcf2000()
    for name in ("knob.1.push", "solo.1", "mute.8", "play", "forward"):
        unit.tap(name)
    unit.turn(8, 5)
    unit.turn(8, -9)
    unit.turn(8, -1)
    assert said(unit) == (
        "B0 21 7F B0 21 00 B0 41 7F B0 41 00 B0 50 7F B0 50 00 B0 59 7F B0 59 00 B0 5C 7F B0 5C 00"
        " B0 08 05 B0 08 00"
    )
    with pytest.raises(ValueError, match="no wheel"):
        unit.jog(1)


@pytest.mark.parametrize("reports", [False, True])
def test_a_motor_says_where_it_went_only_where_a_preset_makes_it(reports: bool) -> None:
    unit = Bcf2000(reports_motor=reports)
    unit.receive(bytes.fromhex("B0 51 7F"))
    unit.advance(1.0)
    assert unit.fader_position(1) == 1.0
    assert bool(unit.take_output()) is reports


def test_it_shows_what_it_is_told_and_counts_the_rest() -> None:
    unit = Bcf2000()
    unit.receive(bytes.fromhex("B0 59 40 5A 3F 01 70 B0 7E 01 90 00 7F"))
    assert (unit.lamp("play"), unit.lamp("stop")) == ("lit", "dark")
    assert unit.ring(1) == 112
    assert unit.counts.ignored == 2
    unit.power_cycle()
    assert unit.lamp("play") == "dark"
