"""The bridge as a Mackie Control: what a host says, and what hands make us say."""

from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.sheets import ParameterSpec, TargetSheet, emulated
from surfacebridge.model.values import EIGHT_COLOURS, OFF, Value
from surfacebridge.profiles.daws.mcu_device import MackieDevice
from surfacebridge.profiles.mackie_meters import FALL
from tests.profiles.shipped import shipped

QUERY = bytes.fromhex("f000006614 00 f7")
ANNOUNCEMENT = bytes.fromhex("f000006614 01") + b"SBR0001" + bytes.fromhex("01020304 f7")
VERSION_REQUEST = bytes.fromhex("f000006614 1300 f7")
HEARTBEAT = bytes.fromhex("f000006614 1a00 f7")


def p(name: str) -> ParameterId:
    return ParameterId(f"logic.{name}")


def made(**facts: object) -> MackieDevice:
    sheet = emulated(shipped().device("behringer/x-touch"))
    named = {name.replace("_", " "): value for name, value in facts.items()}
    known = {**sheet.facts, "device id": 0x14, "serial": "SBR0001", **named}
    device = MackieDevice(
        "logic", TargetSheet("e", "mcu_device", "E", sheet.parameters, facts=known)
    )
    device.open(0.0)
    return device


def opened(**facts: object) -> MackieDevice:
    device = made(**facts)
    device.wake(0.0)
    device.data_to_send()
    return device


def is_alive(device: MackieDevice) -> bool:
    return device.health.alive


def written(device: MackieDevice, name: str, value: Value) -> str:
    device.send(Write("logic", p(name), value), 1.0)
    return b"".join(device.data_to_send()).hex()


@pytest.mark.parametrize(
    ("name", "value", "data"),
    [
        ("fader.1", 1.0, "e07f7f"),
        ("fader.1", 0.0, "e00000"),
        ("fader.8", 0.5, "e70040"),
        ("main.fader", 7.0, "e87f7f"),
        ("fader.1.touch", True, "90687f"),
        ("fader.1.touch", False, "906800"),
        ("main.fader.touch", True, "90707f"),
        ("mute.1", True, "90107f"),
        ("mute.1", False, "901000"),
        ("vpot.2.push", 1.0, "90217f"),
        ("f1", True, "90367f"),
        ("bank.right", True, "902f7f"),
        ("vpot.1", 3.0, "b01003"),
        ("vpot.8", -2.0, "b01742"),
        ("vpot.1", 20.0, "b0100fb01005"),
        ("vpot.1", 0.0, ""),
        ("jog", -1.0, "b03c41"),
        ("pedal", 1.0, "b02e7f"),
    ],
)
def test_what_a_hand_does_is_what_a_mackie_says(name: str, value: Value, data: str) -> None:
    assert written(opened(), name, value) == data


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fader.1", True),
        ("fader.1", nan),
        ("fader.1", "up"),
        ("vpot.1", nan),
        ("vpot.1", 1e9),
        ("vpot.1", True),
        ("pedal", "down"),
    ],
)
def test_values_of_the_wrong_kind_say_nothing(name: str, value: Value) -> None:
    assert written(opened(), name, value) == ""


def test_what_a_unit_cannot_say_is_counted() -> None:
    device = opened()
    for name in ("lcd.1.top", "ring.1", "rude.solo", "fader.99"):
        assert written(device, name, 1.0) == ""
    assert device.health.unknown == 4


@pytest.mark.parametrize(
    ("data", "name", "value"),
    [
        ("e20040", "fader.3", 512 / 1023),
        ("e07f7f", "fader.1", 1.0),
        ("e0707f", "fader.1", 1.0),
        ("e80000", "main.fader", 0.0),
        ("90107f", "mute.1", True),
        ("901001", "mute.1", True),
        ("901000", "mute.1", False),
        ("801000", "mute.1", False),
        ("90737f", "rude.solo", True),
        ("b03006", "ring.1", 0.5),
        ("b03136", "ring.2", 1.0),
        ("b03000", "ring.1", "dark"),
        ("d00c", "meter.1", 0.0),
        ("d070", "meter.8", OFF),
        ("d017", "meter.2", -10.0),
        ("f00000661412004b69636bf7", "lcd.1.top", "Kick"),
        ("f0000066141246 2d31302e30 f7", "lcd.3.bottom", "-10.0"),
        ("b04a4eb04b10", "assignment", "PN."),
    ],
)
def test_what_the_host_shows_is_reported(data: str, name: str, value: Value) -> None:
    device = opened()
    heard = list(device.receive(bytes.fromhex(data), 1.0))
    assert heard[-1] == Report(p(name), value)
    assert is_alive(device)


@pytest.mark.parametrize(
    ("top", "wire"), [(16_383, "e07f7f"), (16_368, "e0707f"), (16_340, "e0547f")]
)
def test_the_top_of_a_fader_is_what_its_host_calls_the_top(top: int, wire: str) -> None:
    device = opened(host_top=top)
    assert written(device, "fader.1", 1.0) == wire
    assert list(device.receive(bytes.fromhex(wire), 1.0)) == [Report(p("fader.1"), 1.0)]
    # Beyond it there is nothing.
    assert list(device.receive(b"\xe0\x7f\x7f", 1.0)) == [Report(p("fader.1"), 1.0)]


def test_nought_decibels_of_fl_studio_are_eight_tenths_of_its_fader() -> None:
    (heard,) = opened(host_top=16_340).receive(bytes.fromhex("e01066"), 1.0)  # 13072
    assert isinstance(heard, Report)
    assert heard.value == pytest.approx(0.8, abs=0.001)


def test_a_bar_stands_and_then_falls_by_itself_as_on_a_real_unit() -> None:
    device = opened()
    device.wake(0.9)
    device.receive(bytes.fromhex("d01b"), 1.0)  # -2 dB
    assert device.next_wakeup() == 1.0 + FALL
    assert list(device.wake(1.0 + FALL - 0.01)) == []
    assert list(device.wake(1.0 + FALL)) == [Report(p("meter.2"), -4.0)]
    levels = []
    while (due := device.next_wakeup()) is not None:
        levels += [one.value for one in device.wake(due) if isinstance(one, Report)]
    assert levels == [-6.0, -8.0, -10.0, -14.0, -20.0, -30.0, -40.0, -50.0, -60.0, OFF]


def test_an_overload_is_a_bar_at_its_end() -> None:
    device = opened()
    assert list(device.receive(bytes.fromhex("d02e"), 1.0)) == [Report(p("meter.3"), 0.0)]
    assert list(device.receive(bytes.fromhex("d02f"), 1.1)) == []


def test_a_blank_cell_is_reported_so_that_an_old_name_goes() -> None:
    device = opened()
    blank = bytes.fromhex("f0000066141207") + b" " * 7 + b"\xf7"
    assert list(device.receive(blank, 1.0)) == [Report(p("lcd.2.top"), "")]


def test_a_text_over_the_end_of_a_row_touches_the_cells_on_both_rows() -> None:
    device = opened()
    heard = device.receive(bytes.fromhex("f000006614 12 31") + b"Master Volume \xf7", 1.0)
    assert list(heard) == [
        Report(p("lcd.8.top"), "Master"),
        Report(p("lcd.1.bottom"), "Volume"),
    ]


@pytest.mark.parametrize("beginning", ["0800", "63"])
def test_a_host_that_resets_its_surface_after_painting_has_started_anew(beginning: str) -> None:
    device = opened()
    device.receive(bytes.fromhex("90107f"), 1.0)
    heard = device.receive(bytes.fromhex(f"f000006614{beginning}f7"), 2.0)
    assert list(heard) == [Arrived("logic")]


def test_colours_of_all_strips_are_reported() -> None:
    heard = opened().receive(bytes.fromhex("f0000066147201020304050607 00f7"), 1.0)
    assert heard[0] == Report(p("lcd.1.color"), EIGHT_COLOURS[1])
    assert len(heard) == 8


def test_only_cells_that_changed_are_reported() -> None:
    device = opened()
    row = b"\xf0\x00\x00\x66\x14\x12\x00" + b"Kick   Snare  ".ljust(56) + b"\xf7"
    device.receive(row, 1.0)
    changed = device.receive(row.replace(b"Snare", b"Piano"), 1.1)
    assert list(changed) == [Report(p("lcd.2.top"), "Piano")]
    assert list(device.receive(row.replace(b"Snare", b"Piano"), 1.2)) == []


def test_the_time_is_read_with_its_dots() -> None:
    device = opened()
    heard = device.receive(bytes.fromhex("f000006614 10 36323171307230793031 f7"), 1.0)
    assert list(heard) == [Report(p("timecode"), "109.02.01.126")]
    assert list(device.receive(bytes.fromhex("bf4037"), 1.0)) == [
        Report(p("timecode"), "109.02.01.127")
    ]


def test_all_lamps_and_all_faders_go_down_together() -> None:
    device = opened()
    lamps = device.receive(bytes.fromhex("f000006614 62 f7"), 1.0)
    assert Report(p("mute.8"), value=False) in lamps
    assert Report(p("rude.solo"), value=False) in lamps
    faders = device.receive(bytes.fromhex("f000006614 61 f7"), 1.0)
    assert [each for each in faders if isinstance(each, Report) and each.value != 0.0] == []
    assert len(faders) == 9


def test_a_unit_announces_itself_and_is_used_at_once() -> None:
    device = made()
    assert device.data_to_send() == [ANNOUNCEMENT]
    assert device.next_wakeup() == 0.0
    assert list(device.wake(0.0)) == [Arrived("logic")]
    assert not is_alive(device)
    assert "choose this port as a Mackie Control" in device.health.reason


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (QUERY, ANNOUNCEMENT),
        (VERSION_REQUEST, bytes.fromhex("f000006614 14 56332e3020 f7")),
        (HEARTBEAT, bytes.fromhex("f000006614 1b") + bytes(11) + b"\xf7"),
        # The answer to the challenge is wrong, and confirmed all the same.
        (
            bytes.fromhex("f000006614 02") + b"SBR0001" + bytes.fromhex("00000000 f7"),
            bytes.fromhex("f000006614 03") + b"SBR0001" + b"\xf7",
        ),
    ],
)
def test_a_hosts_questions_are_answered(question: bytes, answer: bytes) -> None:
    device = opened()
    assert list(device.receive(question, 1.0)) == []
    assert device.data_to_send() == [answer]


@pytest.mark.parametrize(
    ("response", "now", "word"),
    [("05057b2f", 0.1, None), ("050f7b2f", 0.1, "wrongly"), ("05057b2f", 0.9, "late")],
)
def test_a_wrong_or_late_answer_to_the_challenge_is_noted_once(
    response: str, now: float, word: str | None
) -> None:
    device = opened()
    reply = bytes.fromhex("f000006614 02") + b"SBR0001" + bytes.fromhex(f"{response} f7")
    for _ in range(2):
        device.receive(QUERY, 0.0)
        device.receive(reply, now)
    notes = device.health.notes
    assert is_alive(device)
    assert [word in note for note in notes if word] == ([True] if word else [])
    assert len(notes) == (1 if word else 0)


def test_a_host_that_never_asks_who_we_are_is_used() -> None:
    device = opened()
    device.wake(1.0)
    assert list(device.receive(bytes.fromhex("90107f"), 60.0)) == [Report(p("mute.1"), value=True)]
    assert is_alive(device)
    assert device.health.notes == []


def test_a_host_that_is_read_again_hears_the_unit_announce_itself() -> None:
    device = opened()
    device.begin_again(1.0)
    assert device.data_to_send() == [ANNOUNCEMENT]
    assert list(device.wake(1.0)) == []


def test_a_heartbeat_that_stops_is_told_and_hands_go_on() -> None:
    device = opened()
    for now in (1.0, 3.0, 5.0):
        device.receive(HEARTBEAT, now)
    device.data_to_send()
    device.wake(14.9)
    assert is_alive(device)
    assert device.next_wakeup() == 15.0
    assert list(device.wake(15.0)) == []
    assert not is_alive(device)
    assert "stopped its heartbeat" in device.health.reason
    assert written(device, "mute.1", value=True) == "90107f"
    device.receive(HEARTBEAT, 60.0)
    assert is_alive(device)
    assert device.health.reason == ""


def test_a_slow_heartbeat_is_waited_for_three_times_as_long() -> None:
    device = opened()
    for now in (0.0, 8.0):
        device.receive(HEARTBEAT, now)
    device.wake(0.4)
    assert device.next_wakeup() == 8.0 + 24.0


def test_a_host_without_a_heartbeat_is_not_missed() -> None:
    device = opened()
    device.receive(HEARTBEAT, 1.0)
    device.receive(bytes.fromhex("90107f"), 1.1)
    device.wake(9_999.0)
    assert is_alive(device)


def test_leaving_lets_go_of_every_fader_a_finger_is_on() -> None:
    device = opened()
    written(device, "fader.3.touch", value=True)
    written(device, "main.fader.touch", value=True)
    written(device, "main.fader.touch", value=False)
    device.close(2.0)
    assert device.data_to_send() == [bytes.fromhex("906a00")]


@given(st.lists(st.binary(max_size=40), max_size=6))
def test_any_bytes_never_raise_and_the_next_lamp_is_understood(chunks: list[bytes]) -> None:
    device = opened()
    for chunk in chunks:
        device.receive(chunk, 1.0)
    device.receive(b"\xf7", 1.0)
    heard = list(device.receive(bytes.fromhex("90107f"), 1.1))
    assert heard[-1:] == [Report(p("mute.1"), value=True)]


def test_messages_for_another_unit_are_left_alone() -> None:
    device = opened()
    assert list(device.receive(bytes.fromhex("f00000661500f7 f00000661512004bf7"), 1.0)) == []
    assert device.data_to_send() == []
    assert not is_alive(device)


def test_a_host_that_asks_again_after_painting_has_started_anew() -> None:
    device = opened()
    text = bytes.fromhex("f00000661412004bf7")
    assert list(device.receive(QUERY, 1.0)) == []
    assert list(device.receive(text, 1.1)) == [Report(p("lcd.1.top"), "K")]
    assert list(device.receive(QUERY, 5.0)) == [Arrived("logic")]
    assert list(device.receive(QUERY, 5.1)) == []
    assert Report(p("lcd.1.top"), "K") in device.receive(text, 5.2)


def test_a_host_that_says_goodbye_is_gone_until_it_speaks() -> None:
    device = opened()
    device.receive(VERSION_REQUEST, 1.0)
    assert list(device.receive(bytes.fromhex("f0000066140f7ff7"), 2.0)) == [Gone("logic")]
    assert not is_alive(device)
    assert list(device.receive(bytes.fromhex("90107f"), 3.0)) == [
        Arrived("logic"),
        Report(p("mute.1"), value=True),
    ]
    assert is_alive(device)


def test_garbage_is_counted_and_the_next_message_survives() -> None:
    device = opened()
    heard = device.receive(bytes.fromhex("45 f0000066 90107f c001"), 1.0)
    assert list(heard) == [Report(p("mute.1"), value=True)]
    assert device.health.malformed == 2
    assert device.health.unknown == 1


def test_watching_asks_nothing_and_leaving_says_nothing() -> None:
    device = opened()
    device.watch([p("fader.1")], 1.0)
    device.close(2.0)
    assert device.data_to_send() == []


def test_a_sheet_with_a_key_no_mackie_has_is_our_mistake() -> None:
    spec = ParameterSpec(ParameterId("warp"), "switch")
    with pytest.raises(ProtocolMisuse, match="warp"):
        MackieDevice("logic", TargetSheet("e", "mcu_device", "E", {"warp": spec}))
