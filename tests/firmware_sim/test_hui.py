import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_sim.device import PoweredDevice, Surface
from firmware_sim.hands import Hands
from firmware_sim.hui import BUTTONS, SCROLL, Hui

VECTORS = Path(__file__).parent.parent / "vectors" / "protocols.jsonl"
ROWS = [
    row for row in map(json.loads, VECTORS.read_text().splitlines()) if row["protocol"] == "hui"
]
PING = b"\x90\x00\x00"


def rows(kind: str, direction: str) -> list[Any]:
    found = [
        pytest.param(bytes.fromhex(row["bytes"]), row["meaning"], id=row["id"])
        for row in ROWS
        if row["meaning"]["type"] == kind and row["direction"] == direction
    ]
    assert found
    return found


def name_of(meaning: dict[str, Any]) -> str:
    place = (meaning["zone"], meaning["port"])
    return next(name for name, at in BUTTONS.items() if at == place)


@pytest.fixture
def surface() -> Hui:
    """Return a HUI that is pinged just now."""
    hui = Hui()
    hui.receive(PING)
    hui.take_output()
    return hui


@pytest.mark.parametrize(("wire", "meaning"), rows("switch", "device_to_host"))
def test_a_switch_says_what_the_documents_say(wire: bytes, meaning: dict[str, Any]) -> None:
    surface = Hui()
    if meaning["pressed"]:
        surface.press(name_of(meaning))
    else:
        surface.release_button(name_of(meaning))
    assert surface.take_output() == [wire]


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("solo.5", (4, 3)),
        ("auto.1", (0, 4)),
        ("vpot.8.push", (7, 5)),
        ("rec.3", (2, 7)),
        ("undo", (8, 3)),
        ("save", (8, 7)),
        ("bank.left", (0x0A, 1)),
        ("bank.right", (0x0A, 3)),
        ("loop", (0x0F, 3)),
        ("forward", (0x0E, 2)),
        ("auto.trim", (0x18, 0)),
        ("auto.read", (0x18, 2)),
        ("auto.touch", (0x18, 5)),
        ("auto.latch", (0x18, 1)),
        ("auto.write", (0x18, 4)),
        ("numpad.times", (0x15, 7)),
        ("footswitch.2", (0x1D, 1)),
    ],
)
def test_a_name_is_where_the_table_has_it(name: str, place: tuple[int, int]) -> None:
    assert BUTTONS[name] == place
    assert len(set(BUTTONS.values())) == len(BUTTONS) == 8 * 7 + 132


@pytest.mark.parametrize(("wire", "meaning"), rows("led", "host_to_device"))
def test_a_lamp_does_what_the_documents_say(wire: bytes, meaning: dict[str, Any]) -> None:
    surface = Hui()
    name = name_of(meaning)
    surface.receive(bytes((0xB0, 0x0C, meaning["zone"], 0xB0, 0x2C, 0x40 | meaning["port"])))
    assert surface.lamp(name) == "lit"
    surface.receive(wire)
    assert surface.lamp(name) == ("lit" if meaning["on"] else "dark")


def test_a_zone_stays_chosen_over_running_status(surface: Hui) -> None:
    surface.receive(bytes.fromhex("B0 0C 08 2C 40 2C 41 2C 42"))
    assert [surface.lamp(name) for name in ("ctrl", "shift", "edit.mode")] == ["lit"] * 3


def test_a_port_without_a_zone_and_a_state_of_two_are_ignored(surface: Hui) -> None:
    surface.receive(bytes.fromhex("B0 2C 43"))
    surface.receive(bytes.fromhex("B0 0C 18 B0 2C 23"))
    assert surface.counts.ignored == 2
    assert surface.lamp("auto.off") == "dark"


@pytest.mark.parametrize(("wire", "meaning"), rows("vpot", "device_to_host"))
def test_a_knob_turns_as_the_documents_say(wire: bytes, meaning: dict[str, Any]) -> None:
    surface = Hui()
    surface.turn(meaning["index"] + 1, meaning["delta"])
    said = surface.take_output()
    total = sum((m[2] & 0x3F) * (1 if m[2] & 0x40 else -1) for m in said)
    assert total == meaning["delta"]
    assert said == [wire] or abs(meaning["delta"]) > 0x2D


@pytest.mark.parametrize(("wire", "meaning"), rows("jog", "device_to_host"))
def test_the_wheel_turns_as_the_documents_say(wire: bytes, meaning: dict[str, Any]) -> None:
    surface = Hui()
    surface.jog(meaning["delta"])
    assert surface.take_output() == [wire]


@pytest.mark.parametrize(("wire", "meaning"), rows("touch", "device_to_host"))
def test_a_touch_is_port_zero_of_its_strip(wire: bytes, meaning: dict[str, Any]) -> None:
    surface = Hui()
    if meaning["touched"]:
        surface.touch(meaning["fader"] + 1)
    else:
        surface.release(meaning["fader"] + 1)
    assert surface.take_output() == [wire]


@pytest.mark.parametrize(("wire", "meaning"), rows("fader", "host_to_device"))
def test_a_motor_goes_where_the_documents_say(
    surface: Hui, wire: bytes, meaning: dict[str, Any]
) -> None:
    surface.receive(wire)
    surface.advance(0.4)
    n = meaning["channel"] + 1
    assert surface.fader_position(n) == pytest.approx(meaning["value14"] / 16383, abs=0.002)
    assert surface.counts.motor_moves[n] == 1
    assert surface.take_output() == []


@pytest.mark.parametrize(("wire", "meaning"), rows("fader", "device_to_host"))
def test_a_fader_speaks_nine_bits_in_halves(
    surface: Hui, wire: bytes, meaning: dict[str, Any]
) -> None:
    n = meaning["channel"] + 1
    surface.move(n, meaning["value14"] / (0x1FF << 5))
    assert surface.take_output() == [wire]


@pytest.mark.parametrize("wire", ["B0 20 10", "B0 00 40"])
def test_half_a_position_moves_nothing(surface: Hui, wire: str) -> None:
    surface.receive(bytes.fromhex(wire))
    surface.advance(0.3)
    assert surface.fader_position(1) == 0.0


@pytest.mark.parametrize(("wire", "meaning"), rows("ring", "host_to_device"))
def test_a_ring_shows_what_the_documents_say(wire: bytes, meaning: dict[str, Any]) -> None:
    surface = Hui()
    surface.receive(wire)
    ring = surface.ring(meaning["index"] + 1)
    mode = {"single": "dot", "boost_cut": "boost", "left_to": "wrap", "spread": "spread"}
    assert ring.mode == mode[meaning["mode"]]
    assert (ring.value, ring.lower) == (meaning["position"], meaning["lower_led"])


@pytest.mark.parametrize(("wire", "meaning"), rows("small_display", "host_to_device"))
def test_a_scribble_shows_what_the_documents_say(wire: bytes, meaning: dict[str, Any]) -> None:
    surface = Hui()
    surface.receive(wire)
    for entry in meaning["entries"]:
        assert surface.scribble(entry["index"] + 1) == entry["text"]


@pytest.mark.parametrize(("wire", "meaning"), rows("large_display", "host_to_device"))
def test_the_display_shows_what_the_documents_say(wire: bytes, meaning: dict[str, Any]) -> None:
    surface = Hui()
    surface.receive(wire)
    for piece in meaning["slices"]:
        line = surface.lcd_lines()[piece["row"]]
        assert line[piece["col"] : piece["col"] + 10] == piece["text"]
        assert len(line) == 40


@pytest.mark.parametrize(("wire", "meaning"), rows("timecode", "host_to_device"))
def test_the_time_shows_what_the_documents_say(wire: bytes, meaning: dict[str, Any]) -> None:
    surface = Hui()
    surface.receive(wire)
    shown = surface.timecode().lstrip()
    assert shown.startswith(meaning["text"][:2]) or shown == meaning["text"]
    assert shown.replace(".", "") == meaning["text"].replace(".", "")


def test_a_time_has_its_points(surface: Hui) -> None:
    surface.receive(bytes.fromhex("F0 00 00 66 05 00 11 04 00 13 00 12 00 11 00 F7"))
    assert surface.timecode() == "01.02.03.04"


@pytest.mark.parametrize(("wire", "meaning"), rows("meter", "host_to_device"))
def test_a_meter_shows_what_it_is_told_and_stays(wire: bytes, meaning: dict[str, Any]) -> None:
    surface = Hui()
    surface.receive(wire)
    surface.advance(5.0)
    side = ("left", "right").index(meaning["side"])
    assert surface.meter(meaning["channel"] + 1)[side] == meaning["level"]


def test_a_ping_is_answered_and_nothing_like_it_is() -> None:
    surface = Hui()
    surface.receive(PING)
    assert surface.take_output() == [b"\x90\x00\x7f"]
    surface.receive(b"\x90\x00\x40")
    assert (surface.take_output(), surface.counts.ignored) == ([], 1)


def test_faders_are_dead_before_the_first_ping_and_two_seconds_after_the_last() -> None:
    surface = Hui()
    move = bytes.fromhex("B0 00 40 B0 20 00")
    surface.receive(move)
    surface.advance(0.5)
    online = [surface.online]
    assert surface.fader_position(1) == 0.0
    surface.receive(PING + move)
    surface.advance(0.5)
    assert surface.fader_position(1) == pytest.approx(0.5, abs=0.002)
    surface.advance(1.45)
    online.append(surface.online)
    surface.advance(0.05)
    surface.receive(bytes.fromhex("B0 00 7F B0 20 7F"))
    surface.advance(0.5)
    assert surface.fader_position(1) == pytest.approx(0.5, abs=0.002)
    assert [*online, surface.online] == [False, True, False]


def test_a_motor_stops_where_it_is_when_the_pings_end(surface: Hui) -> None:
    surface.advance(1.9)
    surface.receive(bytes.fromhex("B0 00 7F B0 20 7F"))
    surface.advance(1.0)
    assert surface.fader_position(1) == pytest.approx(0.5, abs=0.03)


def test_an_offline_surface_is_dumb_about_faders_and_speaks_of_the_rest() -> None:
    surface = Hui()
    Hands(surface).perform("ride 1 to 0.5 in 100ms, tap mute.1")
    assert len(surface.take_output()) == 4
    surface.receive(PING)
    Hands(surface).perform("ride 1 to 0.7 in 100ms")
    assert len(surface.take_output()) > 6


def test_a_servo_runs_back_unless_the_host_said_where_the_cap_is(surface: Hui) -> None:
    surface.receive(bytes.fromhex("B0 00 20 B0 20 00"))
    surface.advance(0.3)
    Hands(surface).perform("ride 1 to 0.8 in 50ms", after=0.4)
    assert surface.fader_position(1) == pytest.approx(0.25, abs=0.002)


def test_a_position_under_a_hand_is_counted_as_fought(surface: Hui) -> None:
    surface.touch(2)
    surface.receive(bytes.fromhex("B0 01 40 B0 21 00"))
    surface.advance(0.3)
    assert (surface.counts.fought[2], surface.fader_position(2)) == (1, 0.0)


def test_power_is_said_with_a_system_reset_and_everything_is_dark(surface: Hui) -> None:
    surface.receive(bytes.fromhex("B0 0C 0E B0 2C 44 A0 02 0C B0 10 06"))
    surface.move(1, 0.5)
    surface.power_cycle()
    assert surface.take_output() == [b"\xff"]
    assert (surface.lamp("play"), surface.online, surface.ring(1).value) == ("dark", False, 0)
    assert surface.fader_position(1) == 0.5


def test_knobs_go_on_to_the_scroll_knob() -> None:
    surface = Hui()
    surface.turn(SCROLL, 2)
    assert surface.take_output() == [b"\xb0\x4c\x42"]


def test_fine_faders_have_ten_bits() -> None:
    surface = Hui(fine=True)
    surface.receive(PING)
    surface.take_output()
    surface.move(1, 1 / 1023)
    assert surface.take_output() == [bytes.fromhex("B0 00 00 B0 20 10")]


def test_a_hui_is_a_surface_with_a_mains_switch() -> None:
    assert isinstance(Hui(), Surface)
    assert isinstance(Hui(), PoweredDevice)


@settings(max_examples=60)
@given(st.binary(max_size=60))
def test_any_bytes_never_raise_and_the_next_ping_is_answered(noise: bytes) -> None:
    surface = Hui()
    surface.receive(noise)
    surface.take_output()
    surface.receive(b"\xf7" + PING)
    assert surface.take_output() == [b"\x90\x00\x7f"]
