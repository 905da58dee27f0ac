"""The pretend X-Touch in Xctl mode speaks and obeys as its facts say."""

import pytest

from firmware_sim.device import PoweredDevice, Surface
from firmware_sim.mcu import MAIN
from firmware_sim.xctl import ALIVE, ANSWER, IDENTITY, LOOKING, Label, XctlPort, XTouchXctl

HOST = ("10.0.0.2", 10111)


def met() -> XTouchXctl:
    unit = XTouchXctl()
    unit.advance(0.1)
    unit.receive_datagram(ANSWER)
    unit.take_output()
    return unit


def said(unit: XTouchXctl) -> str:
    return b"".join(unit.take_output()).hex(" ").upper()


def test_it_is_a_surface_with_a_switch() -> None:
    assert isinstance(XTouchXctl(), Surface)
    assert isinstance(XTouchXctl(), PoweredDevice)


def test_it_looks_for_its_host_every_two_seconds_also_when_it_has_one() -> None:
    unit = XTouchXctl()
    unit.advance(5.0)
    assert unit.take_output() == [LOOKING] * 3
    unit.receive_datagram(ANSWER)
    assert unit.take_output() == [IDENTITY]
    unit.advance(2.0)
    assert unit.take_output() == [LOOKING]


def test_without_a_host_its_hands_are_not_heard_and_eight_silent_seconds_lose_it() -> None:
    unit = XTouchXctl()
    unit.tap("play")
    assert said(unit) == ""
    unit.receive_datagram(ALIVE)
    unit.advance(7.9)
    assert unit.connected
    unit.receive_datagram(ALIVE)
    unit.advance(7.9)
    assert unit.connected
    unit.advance(0.2)
    assert not unit.connected


def test_hands_have_a_mackie_controls_numbers() -> None:
    unit = met()
    unit.touch(MAIN)
    unit.move(MAIN, 1.0)
    unit.release(MAIN)
    unit.tap("rec.1")
    unit.turn(8, -17)
    unit.jog(1)
    assert said(unit) == ("90 70 7F E8 7F 7F 90 70 00 90 00 7F 90 00 00 B0 17 4F B0 17 42 B0 3C 01")


def test_many_messages_of_one_status_fit_into_a_datagram_and_not_into_two() -> None:
    unit = met()
    unit.receive_datagram(bytes.fromhex("90 5E 02 5D 01 D0 18 27"))
    assert (unit.lamp("play"), unit.lamp("stop"), unit.lamp("record")) == ("lit", "blink", "dark")
    assert (unit.meter(2), unit.meter(3)) == (8, 7)
    unit.receive_datagram(bytes.fromhex("38"))
    assert unit.counts.malformed == 1
    unit.receive_datagram(bytes.fromhex("80 5E 00"))
    assert unit.lamp("play") == "dark"


def test_a_ring_is_two_halves_of_lamps_from_left_to_right() -> None:
    unit = met()
    unit.receive_datagram(bytes.fromhex("B0 30 01 38 00"))
    assert unit.ring(1) == (1,)
    unit.receive_datagram(bytes.fromhex("B0 30 60 38 01"))
    assert unit.ring(1) == (6, 7, 8)
    unit.receive_datagram(bytes.fromhex("B0 37 00 3F 20"))
    assert unit.ring(8) == (13,)


def test_digits_are_segments_with_or_without_a_dot() -> None:
    unit = met()
    unit.receive_datagram(bytes.fromhex("B0 60 06 61 5B 72 3F 63 40 64 7E"))
    assert unit.assignment() == "12"
    assert unit.timecode() == "0.-?       "


@pytest.mark.parametrize(
    ("data", "label"),
    [
        (
            "F0 00 00 66 58 20 41 43 68 20 31 00 00 00 20 20 20 20 61 42 33 F7",
            Label("Ch 1   ", "    aB3", "red", inverted=True),
        ),
        ("F0 00 00 66 58 20 81 F7", Label()),
    ],
)
def test_a_strips_display_is_written_whole(data: str, label: Label) -> None:
    unit = met()
    unit.receive_datagram(bytes.fromhex(data))
    assert unit.label(1) == label


def test_a_meter_falls_within_a_second_and_a_bit() -> None:
    unit = met()
    unit.receive_datagram(b"\xd0\x08")
    unit.advance(0.6)
    assert 0 < unit.meter(1) < 8
    unit.advance(0.6)
    assert unit.meter(1) == 0


def test_a_motor_goes_where_it_is_told_and_says_nothing_of_it() -> None:
    unit = met()
    unit.receive_datagram(b"\xe0\x7f\x7f")
    unit.advance(1.0)
    assert unit.fader_position(1) == 1.0
    assert said(unit) == ""


def test_what_it_does_not_know_is_counted() -> None:
    unit = met()
    for data in ("B0 07 00", "C0 01", "F0 00 00 66 58 28 00 F7"):
        unit.receive_datagram(bytes.fromhex(data))
    assert unit.counts.ignored == 3


def test_switched_off_and_on_it_is_dark_and_looks_for_a_host() -> None:
    unit = met()
    unit.receive_datagram(b"\x90\x5e\x7f")
    unit.power_cycle()
    unit.advance(0.1)
    assert unit.lamp("play") == "dark"
    assert not unit.connected
    assert unit.take_output() == [LOOKING]


def test_on_a_network_it_speaks_to_its_host_and_hears_nobody_else() -> None:
    port = XctlPort(XTouchXctl(), HOST)
    port.advance(0.1)
    assert port.take_output() == [(LOOKING, HOST)]
    port.receive(ANSWER, ("10.0.0.9", 10111))
    assert not port.unit.connected
    assert port.counts.ignored == 1
    port.receive(ANSWER, HOST)
    assert port.unit.connected
