"""The pretend FaderPort 8 speaks and obeys as its facts say."""

from firmware_sim.device import PoweredDevice, Surface
from firmware_sim.faderport import FaderPort


def said(unit: FaderPort) -> str:
    return b"".join(unit.take_output()).hex(" ").upper()


def test_it_is_a_surface_with_a_switch() -> None:
    assert isinstance(FaderPort(), Surface)
    assert isinstance(FaderPort(), PoweredDevice)


def test_a_hand_says_touch_and_ten_bits_in_steps_of_sixteen() -> None:
    unit = FaderPort()
    unit.touch(3)
    unit.move(3, 1.0)
    unit.release(3)
    assert said(unit) == "90 6A 7F E2 70 7F 90 6A 00"


def test_keys_and_encoders_have_their_numbers() -> None:
    unit = FaderPort()
    for name in ("select.1", "mute.8", "solo.1", "play", "auto.off"):
        unit.press(name)
    unit.release_button("play")
    unit.turn(1, 2)
    unit.turn(2, -70)
    assert said(unit) == (
        "90 18 7F 90 17 7F 90 08 7F 90 5E 7F 90 4F 7F 90 5E 00 B0 3C 02 B0 10 7F B0 10 47"
    )


def test_a_motor_goes_where_it_is_told_and_says_nothing_of_it() -> None:
    unit = FaderPort()
    unit.receive(bytes.fromhex("E0 70 7F"))
    unit.advance(1.0)
    assert unit.fader_position(1) == 1.0
    assert said(unit) == ""


def test_it_shows_what_it_is_told() -> None:
    unit = FaderPort()
    unit.receive(bytes.fromhex("91 18 7F 92 18 40 90 18 01 D0 7F B0 31 40 B0 39 01"))
    unit.receive(b"\xf0\x00\x01\x06\x02\x12\x01\x00\x00Overheads L\xf7")
    assert unit.colour("select.1") == (127, 64, 0)
    assert unit.lamp("select.1") == "blink"
    assert unit.meter(1) == 127
    assert unit.bar(2) == (64, 1)
    assert unit.line(2, 0) == "Overheads"
    unit.receive(bytes.fromhex("F0 00 01 06 02 13 01 15 F7"))
    assert unit.line(2, 0) == ""


def test_what_it_does_not_know_is_counted() -> None:
    unit = FaderPort()
    unit.receive(bytes.fromhex("B0 07 00 F0 00 01 06 02 12 09 00 00 F7 F0 00 01 06 02 F7"))
    assert unit.counts.ignored == 3


def test_switched_off_and_on_it_is_dark() -> None:
    unit = FaderPort()
    unit.receive(bytes.fromhex("90 5E 7F"))
    unit.power_cycle()
    assert unit.lamp("play") == "dark"
