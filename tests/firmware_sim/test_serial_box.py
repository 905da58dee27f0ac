import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_sim.device import PoweredDevice, Surface
from firmware_sim.faults import FAULTS, FaultyLink
from firmware_sim.hands import Hands
from firmware_sim.motor import WORN, Build
from firmware_sim.sensing import Converter, Touch
from firmware_sim.serial_box import BOOT, SerialBox
from firmware_sim.serial_framing import FRAMINGS, frame


def booted(framing: str = "lines", **options: object) -> SerialBox:
    box = SerialBox(framing, **options)  # type: ignore[arg-type]
    box.advance(BOOT)
    box.take_output()
    return box


def lines(box: SerialBox) -> list[str]:
    return b"".join(box.take_output()).decode("latin-1").split("\n")[:-1]


def ask(box: SerialBox, *questions: str) -> list[str]:
    box.take_output()
    box.receive("".join(f"{question}\n" for question in questions).encode())
    return lines(box)


def test_a_box_boots_deaf_and_says_hello_unasked() -> None:
    box = SerialBox()
    box.receive(b"ID?\n")
    box.advance(BOOT - 0.01)
    assert box.take_output() == []
    box.advance(0.01)
    assert lines(box) == ["", "# boot power", "FADERBOX 2 8 SBR0001"]


def test_garbage_at_boot_comes_first_and_is_ended_by_a_line() -> None:
    box = SerialBox(garbage=40, seed=3)
    box.advance(BOOT)
    said = b"".join(box.take_output())
    assert said[40:] == b"\n# boot power\nFADERBOX 2 8 SBR0001\n"
    again = SerialBox(garbage=40, seed=3)
    assert again.take_output() == [said[:40]]


def test_questions_are_answered() -> None:
    box = booted(strips=2)
    assert ask(box, "ID?", "?") == ["FADERBOX 2 2 SBR0001", "!"]
    assert ask(box, "R") == ["F1 0", "T1 0", "B1 0", "F2 0", "T2 0", "B2 0"]
    assert ask(box, "S?") == [
        *("S deadband 2", "S touch 3", "S watch 3000", "S kp 2500", "S kd 75"),
    ]
    assert ask(box, "C?") == ["C1 0 1023", "C2 0 1023"]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("M9 5", "E value"),
        ("M1 1024", "E value"),
        ("L1 2", "E value"),
        ("S volume 11", "E setting"),
        ("S deadband 0", "E value"),
        ("make coffee", "E line"),
    ],
)
def test_what_is_not_understood_is_said(line: str, answer: str) -> None:
    assert ask(booted(), line) == [answer]


def test_a_ride_is_touch_readings_and_let_go() -> None:
    box = booted()
    Hands(box).perform("ride 3 to 0.5 in 200ms", after=0.3)
    said = lines(box)
    assert (said[0], said[-1]) == ("T3 1", "T3 0")
    assert said[-2] == "F3 512"
    readings = [int(line.split()[1]) for line in said[1:-1]]
    assert readings == sorted(readings)
    assert 10 < len(readings) < 22


def test_the_last_reading_is_exact_though_the_deadband_is_wide() -> None:
    box = booted()
    ask(box, "S deadband 20")
    box.move(1, 100 / 1023)
    box.move(1, 110 / 1023)
    assert lines(box) == ["F1 100"]
    box.advance(0.12)
    assert lines(box) == ["F1 110"]


def test_a_motor_goes_where_it_is_told_without_a_word() -> None:
    box = booted()
    box.receive(b"M3 512\n")
    assert box.motor_powered(3)
    box.advance(0.8)
    assert abs(box.reading(3) - 512) <= 3
    assert (box.motor_powered(3), lines(box)) == (False, [])
    assert box.counts.motor_moves[3] == 1


def test_a_motor_may_report_where_it_went() -> None:
    box = booted(reports_motor=True)
    box.receive(b"M3 512\n")
    box.advance(0.8)
    assert abs(int(lines(box)[-1].split()[1]) - 512) <= 3


def test_a_position_under_a_hand_waits_and_the_hands_last_movement_wins() -> None:
    box = booted()
    box.touch(2)
    box.receive(b"M2 300\n")
    box.move(2, 0.5)
    box.release(2)
    box.advance(0.5)
    assert box.reading(2) == 512
    box.touch(2)
    box.receive(b"M2 300\n")
    box.advance(0.5)
    assert box.reading(2) == 512
    box.release(2)
    box.advance(0.8)
    assert abs(box.reading(2) - 300) <= 3
    assert box.counts.fought[2] == 2


def test_buttons_and_lamps() -> None:
    box = booted()
    box.tap("mute.8")
    assert lines(box) == ["B8 1", "B8 0"]
    box.receive(b"L8 1\n")
    assert (box.lamp("mute.8"), box.lamp("mute.1")) == ("lit", "dark")
    for name in ("mute.9", "solo.1", "mute"):
        with pytest.raises(KeyError):
            box.press(name)


def test_there_are_no_knobs() -> None:
    with pytest.raises(ValueError, match="no knob"):
        Hands(booted()).perform("turn 1 by 1")
    with pytest.raises(ValueError, match="no wheel"):
        booted().jog(1)


def test_calibration_runs_to_both_ends_and_spreads_the_readings() -> None:
    box = booted(build=Build(converter=Converter(low=6, high=1000, offset=3.0)), strips=2)
    box.move(1, 1.0)
    assert box.reading(1) < 1010
    assert ask(box, "C!") == []
    box.advance(2.0)
    said = lines(box)
    ends = [[int(word) for word in line[1:].split()] for line in said]
    assert [strip for strip, _, _ in ends] == [1, 2]
    assert all(3 <= low <= 9 and 997 <= high <= 1003 for _, low, high in ends)
    box.move(1, 1.0)
    assert box.reading(1) == 1023
    box.power_cycle()
    assert box.reading(1) == 1023


def test_motors_lose_power_when_the_host_falls_silent() -> None:
    box = booted()
    assert ask(box, "S watch 100") == ["S watch 100"]
    box.receive(b"M1 1023\n")
    box.advance(0.1)
    stopped = box.fader_position(1)
    box.advance(1.0)
    assert 0.1 < stopped == box.fader_position(1) < 0.9
    box.receive(b"?\nM1 1023\n")
    box.advance(0.09)
    assert box.fader_position(1) > stopped


def test_a_box_that_feels_nothing_moves_without_touch() -> None:
    box = booted()
    ask(box, "S touch 0")
    Hands(box).perform("ride 1 to 0.5 in 50ms")
    assert {line[0] for line in lines(box)} == {"F"}


def test_a_stiffer_motor_is_a_setting() -> None:
    soft, stiff = booted(), booted()
    ask(soft, "S kp 300", "S kd 75")
    for box in (soft, stiff):
        box.receive(b"M1 1023\n")
        box.advance(0.15)
    assert soft.fader_position(1) < stiff.fader_position(1) - 0.05


def test_the_watchdog_cuts_a_line_in_two_and_boots() -> None:
    box = booted(garbage=5)
    box.receive(b"L1 1\n?\n")
    box.take_output()
    box.tap("mute.3")
    box.watchdog_reset()
    box.receive(b"?\n")
    cut = b"".join(box.take_output())
    assert cut[:-5] == b"B3 1\nB3"
    box.advance(BOOT)
    assert lines(box) == ["", "# boot watchdog", "FADERBOX 2 8 SBR0001"]
    assert box.lamp("mute.1") == "dark"


def test_a_hung_box_says_nothing_until_the_watchdog_bites() -> None:
    box = booted()
    box.hang()
    box.receive(b"?\n")
    box.tap("mute.1")
    assert (box.take_output(), box.booted) == ([], False)
    box.advance(1.0)
    assert box.take_output() == [b"F1"]
    box.advance(BOOT)
    assert lines(box)[-1].startswith("FADERBOX")


def test_deej_says_every_reading_a_hundred_times_a_second() -> None:
    box = booted("deej", strips=3)
    box.move(2, 1.0)
    box.advance(1.0)
    said = box.take_output()
    assert len(said) == 100
    assert set(said) == {b"0|1023|0\r\n"}


def test_midi_senses_actively_when_quiet() -> None:
    box = booted("midi")
    box.advance(3.0)
    assert box.take_output() == [b"\xfe"] * 10
    box.receive(bytes.fromhex("E2 00 40 90 12 7F"))
    box.tap("mute.1")
    box.advance(0.8)
    assert box.take_output() == [b"\x90\x10\x7f", b"\x90\x10\x00", b"\xfe", b"\xfe"]
    assert abs(box.reading(3) - 512) <= 3
    assert box.lamp("mute.3") == "lit"


def test_cobs_says_why_it_booted_and_what_it_missed() -> None:
    box = SerialBox("cobs")
    box.advance(BOOT)
    assert box.take_output() == [b"\0", frame(0, 0x01, b"\x02\x08\x01SBR0001")]
    box.receive(frame(0, 0x85, b"") + frame(3, 0x82, b"\x01\x02\x00"))
    assert box.take_output() == [frame(1, 0x05, b""), frame(2, 0x0F, b"\x01\x03")]
    box.advance(0.8)
    assert abs(box.reading(1) - 512) <= 3


def test_slip_osc_refreshes_everything() -> None:
    box = booted("slip-osc", strips=1)
    box.receive(b"\xc0/refresh\0\0\0\0,\0\0\0\xc0")
    assert [message[1:7] for message in box.take_output()] == [b"/fader", b"/touch", b"/butto"]


@pytest.mark.parametrize("framing", FRAMINGS)
def test_a_session_is_the_same_however_time_was_handed_out(framing: str) -> None:
    def session(step: float) -> bytes:
        box = SerialBox(framing, build=WORN, seed=4, garbage=8)
        box.advance(1.0)
        box.touch(1)
        box.move(1, 0.7, seconds=0.2)
        for _ in range(round(1.0 / step)):
            box.advance(step)
        box.release(1)
        box.receive(b"M2 700\n")
        for _ in range(round(5.0 / step)):
            box.advance(step)
        return b"".join(box.take_output())

    assert session(1.0) == session(0.01)


def test_a_worn_box_may_feel_twice() -> None:
    box = booted(build=Build(touch=Touch(bounces=1)))
    box.touch(1)
    box.advance(0.1)
    assert lines(box) == ["T1 1", "T1 0", "T1 1"]


def test_a_box_behind_a_bad_cable_goes_on() -> None:
    box = SerialBox(seed=1)
    link = FaultyLink(box, FAULTS["byte-loss"], seed=1)
    link.advance(1.0)
    for n in range(200):
        link.receive(f"M1 {5 * n}\n?\n".encode())
        link.advance(0.01)
    link.advance(1.0)
    said = b"".join(link.take_output()).split(b"\n")
    assert 150 < said.count(b"!") < 200
    assert box.counts.ignored + box.counts.malformed > 0


def test_a_box_is_a_surface_with_a_mains_switch() -> None:
    assert isinstance(SerialBox(), Surface)
    assert isinstance(SerialBox(), PoweredDevice)


@settings(max_examples=40)
@given(st.sampled_from(sorted(FRAMINGS)), st.binary(max_size=80))
def test_any_bytes_never_stop_a_box(framing: str, noise: bytes) -> None:
    box = booted(framing)
    box.receive(noise)
    box.advance(0.5)
    assert box.booted
