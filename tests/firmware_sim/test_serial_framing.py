import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_sim.serial_framing import (
    FRAMINGS,
    Cobs,
    Framing,
    Lines,
    RawMidi,
    SlipOsc,
    Word,
    frame,
    open_frame,
)

VECTORS = Path(__file__).parent.parent / "vectors" / "serial.jsonl"
ROWS = [json.loads(line) for line in VECTORS.read_text().splitlines()]
SAID = {"fader", "touch", "button", "hello", "alive", "calibration", "setting", "error"}


def rows(direction: str, *, only: set[str] | None = None) -> list[Any]:
    return [
        pytest.param(row["framing"], bytes.fromhex(row["bytes"]), row["meaning"], id=row["id"])
        for row in ROWS
        if row["direction"] == direction and (only is None or row["meaning"]["type"] in only)
    ]


def word_of(meaning: dict[str, Any]) -> Word:
    return Word(
        meaning["type"],
        strip=meaning.get("strip", 0),
        value=meaning.get("value", meaning.get("low", meaning.get("strips", 0))),
        other=meaning.get("high", 0),
        text=meaning.get("name", meaning.get("serial", meaning.get("about", ""))),
    )


SPOKEN = [row for row in rows("box_to_host", only=SAID) if row.values[:2] != ("midi", b"\xfe")]


@pytest.mark.parametrize(("name", "wire", "meaning"), SPOKEN)
def test_a_box_says_what_the_document_says(name: str, wire: bytes, meaning: dict[str, Any]) -> None:
    framing = FRAMINGS[name]()
    for _ in range(meaning.get("number", 0)):
        framing.say(Word("alive"))
    if meaning.get("why"):
        framing.say(Word("boot", text={1: "power", 2: "watchdog"}[meaning["why"]]))
    assert framing.say(word_of(meaning)) == wire


HEARD = [row for row in rows("host_to_box") if row.values[2]["type"] not in ("dropped", "nothing")]


@pytest.mark.parametrize(("name", "wire", "meaning"), HEARD)
@pytest.mark.parametrize("chunk", [1, 3, 1000])
def test_a_box_hears_what_the_document_says(
    name: str, wire: bytes, meaning: dict[str, Any], chunk: int
) -> None:
    framing = FRAMINGS[name]()
    words = []
    for start in range(0, len(wire), chunk):
        words += framing.hear(wire[start : start + chunk])
    expected = word_of(meaning)
    if meaning["type"] == "unknown":
        expected = Word("unknown", text="line")
    assert words == [expected]
    assert framing.dropped == 0


@pytest.mark.parametrize(
    ("name", "wire", "meaning"), rows("host_to_box", only={"dropped", "nothing"})
)
def test_damage_is_dropped_and_what_follows_is_heard(
    name: str, wire: bytes, meaning: dict[str, Any]
) -> None:
    framing = FRAMINGS[name]()
    assert framing.hear(wire) == []
    assert framing.dropped == (meaning["type"] == "dropped")
    good = {"lines": b"?\n", "slip-osc": bytes.fromhex("C0 2F 70 69 6E 67 00 00 00 2C 00 00 00 C0")}
    assert framing.hear(good.get(name, frame(0, 0x85, b""))) == [Word("alive?")]


def test_the_boot_line_ends_the_garbage_before_it() -> None:
    assert Lines().say(Word("boot", text="power")) == b"\n# boot power\n"


def test_deej_says_readings_and_hears_nothing() -> None:
    deej = FRAMINGS["deej"]()
    assert deej.repeat([512, 1023, 0], silent=True) == b"512|1023|0\r\n"
    assert (deej.hear(b"ID?\n"), deej.say(Word("alive"))) == ([], b"")


def test_midi_senses_actively_only_in_silence() -> None:
    midi = RawMidi()
    assert midi.repeat([], silent=True) == b"\xfe"
    assert midi.repeat([], silent=False) == b""


def test_a_slip_packet_that_is_too_long_is_dropped() -> None:
    slip = SlipOsc()
    assert slip.hear(b"\xc0" + bytes(500) + b"\xc0") == []
    assert slip.dropped == 1


def test_a_gap_in_the_numbers_is_told_and_the_frame_used() -> None:
    cobs = Cobs()
    assert cobs.hear(frame(7, 0x85, b"")) == [Word("alive?")]
    assert cobs.hear(frame(10, 0x85, b"")) == [Word("gap", value=8, other=10), Word("alive?")]
    assert cobs.say(Word("gap", value=8, other=10))[:5] == bytes.fromhex("01 06 0F 08 0A")


def test_a_repeated_frame_is_dropped() -> None:
    cobs = Cobs()
    assert len(cobs.hear(frame(7, 0x85, b"") * 3)) == 1
    assert cobs.dropped == 2


def test_numbers_wrap_and_a_hello_starts_them_anew() -> None:
    cobs = Cobs()
    assert len(cobs.hear(frame(255, 0x85, b"") + frame(0, 0x85, b""))) == 2
    assert cobs.hear(frame(0, 0x81, b"")) == [Word("hello?")]
    assert cobs.hear(frame(0, 0x81, b"") + frame(1, 0x85, b"")) == [Word("hello?"), Word("alive?")]


@settings(max_examples=60)
@given(st.integers(0, 255), st.integers(0, 255), st.binary(max_size=60))
def test_a_frame_has_no_zero_inside_and_opens_again(number: int, kind: int, body: bytes) -> None:
    stuffed = frame(number, kind, body)
    assert stuffed.index(0) == len(stuffed) - 1
    assert open_frame(stuffed[:-1]) == (number, kind, body)


@settings(max_examples=60)
@given(st.sampled_from(sorted(FRAMINGS)), st.binary(max_size=300))
def test_any_bytes_never_raise(name: str, noise: bytes) -> None:
    framing: Framing = FRAMINGS[name]()
    framing.hear(noise)
    framing.reset()
    assert framing.dropped >= 0
