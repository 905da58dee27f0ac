import json
from pathlib import Path
from typing import Any

import pytest

from firmware_sim.mcu import MAIN
from firmware_sim.xtouch import XTouch

VECTORS = Path(__file__).parent.parent / "vectors" / "protocols.jsonl"
COLOURS = [
    pytest.param(bytes.fromhex(row["bytes"]), row["meaning"], id=row["id"])
    for row in map(json.loads, VECTORS.read_text().splitlines())
    if row["meaning"].get("type") == "strip_colors"
]


@pytest.mark.parametrize(("wire", "meaning"), COLOURS)
def test_strips_take_the_colours_of_the_documents(wire: bytes, meaning: dict[str, Any]) -> None:
    surface = XTouch(device_id=meaning["device_id"])
    surface.receive(wire)
    assert [surface.colour(n) for n in range(1, 9)] == meaning["colors"]


def test_fewer_than_eight_colours_change_nothing() -> None:
    surface = XTouch()
    surface.receive(bytes.fromhex("F0 00 00 66 14 72 01 02 F7"))
    assert surface.colour(1) == "white"
    assert surface.counts.ignored == 1


def test_a_cap_at_the_top_reads_16380() -> None:
    surface = XTouch()
    surface.move(MAIN, 1.0)
    assert surface.take_output() == [b"\xe8\x7c\x7f"]


@pytest.mark.parametrize("reading", range(0, 1024, 11))
def test_the_upper_ten_bits_of_what_it_says_are_what_it_read(reading: int) -> None:
    surface = XTouch()
    surface.move(1, 0.5)
    surface.take_output()
    surface.move(1, reading / 1023)
    (message,) = surface.take_output()
    assert (message[1] | message[2] << 7) >> 4 == reading


@pytest.mark.parametrize(("servo", "rests_at"), [(False, 0.8), (True, 0.25)])
def test_where_a_cap_rests_after_a_hand_depends_on_its_servo(servo: bool, rests_at: float) -> None:
    surface = XTouch(servo=servo)
    surface.receive(b"\xe0\x00\x20")
    surface.advance(0.3)
    surface.touch(1)
    surface.move(1, 0.8, seconds=0.1)
    surface.advance(0.1)
    surface.release(1)
    surface.advance(0.3)
    assert surface.fader_position(1) == pytest.approx(rests_at, abs=0.001)


def test_a_position_sent_after_the_hand_stopped_is_taken_on_release() -> None:
    surface = XTouch()
    surface.touch(1)
    surface.move(1, 0.8)
    surface.receive(b"\xe0\x00\x20")
    assert surface.fader_position(1) == 0.8
    surface.release(1)
    surface.advance(0.3)
    assert surface.fader_position(1) == pytest.approx(0.25, abs=0.001)
    assert surface.counts.fought[1] == 1


def test_it_keeps_out_of_the_handshake_but_tells_its_version() -> None:
    surface = XTouch()
    surface.receive(bytes.fromhex("F0 00 00 66 14 00 F7 F0 00 00 66 14 13 00 F7"))
    (reply,) = surface.take_output()
    assert reply == b"\xf0\x00\x00\x66\x14\x14V1.22\xf7"


def test_one_that_answers_queries_announces_itself_too() -> None:
    surface = XTouch(answers_query=True)
    surface.receive(bytes.fromhex("F0 00 00 66 14 00 F7"))
    surface_reply = surface.take_output()
    surface.power_cycle()
    assert surface.take_output() == surface_reply
    assert len(surface_reply[0]) == 18


def test_power_turns_the_strips_white() -> None:
    surface = XTouch()
    surface.receive(bytes.fromhex("F0 00 00 66 14 72 01 02 03 04 05 06 07 00 F7"))
    surface.power_cycle()
    assert [surface.colour(n) for n in range(1, 9)] == ["white"] * 8
    assert surface.take_output() == []


def test_its_text_is_never_lost_to_meter_bars() -> None:
    surface = XTouch()
    surface.receive(bytes.fromhex("F0 00 00 66 14 21 01 F7 F0 00 00 66 14 12 00 41 F7"))
    assert surface.lcd_text(1)[0] == "A      "
