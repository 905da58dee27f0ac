"""Words to bytes and back, against the vectors of docs/protocols/serial.md."""

from typing import Any

import pytest

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.profiles.box_speech import (
    SPEECHES,
    Cobs,
    Deej,
    Gap,
    RawMidi,
    SlipOsc,
    speech_of,
)
from surfacebridge.protocols.framing.cobs import Frame, encode
from surfacebridge.protocols.framing.fields import LinePattern, line_of
from surfacebridge.protocols.malformed import Malformed
from tests.helpers.streams import assert_stream
from tests.protocols.framing.boxes import rows

# What each message of the document is as a line, by framing.
LINES = {
    "lines": {
        "fader": "F{strip} {value}",
        "touch": "T{strip} {value}",
        "button": "B{strip} {value}",
        "hello": "FADERBOX {protocol} {strips} {serial}",
        "alive": "!",
        "calibration": "C{strip} {low} {high}",
        "setting": "S {name} {value}",
        "error": "E {about}",
        "comment": "# {text}",
        "motor": "M{strip} {value}",
        "lamp": "L{strip} {value}",
        "hello?": "ID?",
        "alive?": "?",
        "refresh": "R",
        "calibration?": "C?",
        "calibrate": "C!",
        "settings?": "S?",
    },
    "slip-osc": {
        "fader": "/fader {strip} {value}",
        "touch": "/touch {strip} {value}",
        "button": "/button {strip} {value}",
        "hello": "/id FADERBOX {protocol} {strips} {serial}",
        "alive": "/pong",
        "calibration": "/calibration {strip} {low} {high}",
        "setting": "/setting {name} {value}",
        "motor": "/motor {strip} {value}",
        "lamp": "/lamp {strip} {value}",
        "hello?": "/id",
        "alive?": "/ping",
        "refresh": "/refresh",
        "calibration?": "/calibration",
        "calibrate": "/calibrate",
        "settings?": "/settings",
    },
    "cobs": {
        "fader": "fader {strip} {value}",
        "touch": "touch {strip} {value}",
        "button": "button {strip} {value}",
        "hello": "hello {protocol} {strips} {why} {serial}",
        "alive": "alive",
        "calibration": "calibration {strip} {low} {high}",
        "setting": "setting {key} {value}",
        "motor": "motor {strip} {value}",
        "lamp": "lamp {strip} {value}",
        "hello?": "hello?",
        "alive?": "alive?",
        "refresh": "refresh",
        "calibration?": "calibration 0",
        "calibrate": "calibration 1",
        "settings?": "settings?",
    },
}
KEYS = {"deadband": 1, "touch": 2, "watch": 3, "kp": 4, "kd": 5}


def spoken(direction: str) -> list[Any]:
    return [
        pytest.param(row, id=row["id"])
        for framing, lines in LINES.items()
        for row in rows(framing, direction)
        if row["meaning"]["type"] in lines
    ]


def line(row: dict[str, Any]) -> str:
    meaning = row["meaning"]
    key = KEYS.get(meaning.get("name", ""))
    return LINES[row["framing"]][meaning["type"]].format(**meaning, key=key)


@pytest.mark.parametrize("row", spoken("box_to_host"))
def test_what_a_box_says_is_a_line(row: dict[str, Any]) -> None:
    assert list(speech_of(row["framing"]).receive(row["data"])) == [line(row)]


@pytest.mark.parametrize("row", spoken("host_to_box"))
def test_what_a_box_is_told_has_these_bytes(row: dict[str, Any]) -> None:
    speech = speech_of(row["framing"])
    for _ in range(row["meaning"].get("number", 0)):
        speech.say(("alive?",))
    said = speech.say(speech.pattern(line(row)).words(0, 0.0))
    # A host may end a line as it likes, and clears the line with an empty frame first.
    assert said.lstrip(b"\x00") == row["data"].replace(b"\r\n", b"\n")


MIDI = {
    "fader": "pb {strip} {0}",
    "motor": "pb {strip} {0}",
    "touch": "note 1 {1} {2}",
    "button": "note 1 {3} {2}",
    "lamp": "note 1 {3} {2}",
    "alive": "sensing",
}


@pytest.mark.parametrize("row", rows("midi"), ids=lambda row: row["id"])
def test_midi_is_a_line_too(row: dict[str, Any]) -> None:
    meaning = row["meaning"]
    strip, value = meaning.get("strip", 1), meaning.get("value", 0)
    places = (value * 16, 103 + strip, 127 * value, 15 + strip)
    wanted = MIDI[meaning["type"]].format(*places, **meaning)
    (said,) = RawMidi().receive(row["data"])
    if row["id"] == "s047":
        # More than the top reading: the pattern cuts it off.
        assert said == "pb 1 16383"
        return
    assert said == wanted
    if row["direction"] == "host_to_box" and row["id"] != "s054":
        assert RawMidi().say(LinePattern.read(wanted).words(0, 0.0)) == row["data"]


@pytest.mark.parametrize(
    ("text", "strip", "line"),
    [
        ("pb {s}", 3, "pb 3 16383"),
        ("note 16+{s-1}", 3, "note 1 18 127"),
        ("note 2 60", 1, "note 2 60 127"),
        ("cc {s} 60 {v:0..100}", 4, "cc 4 60 100"),
        ("cc 7", 1, "cc 1 7 127"),
        ("cc 3 20+{s}", 2, "cc 3 22 127"),
        ("pressure {s}", 2, "pressure 2 127"),
        ("keypressure 1 60", 1, "keypressure 1 60 127"),
        ("pc 1", 1, "pc 1 127"),
        ("sysex 7E 7F 06 01", 1, "sysex 7E 7F 06 01"),
    ],
)
def test_a_midi_pattern_is_written_out(text: str, strip: int, line: str) -> None:
    speech = RawMidi()
    words = speech.pattern(text).words(strip, 1.0)
    assert line_of(words) == line
    assert list(RawMidi().receive(speech.say(words))) == [line]


@pytest.mark.parametrize(
    ("text", "strip", "line"),
    [
        ("cc14 1 {s}", 3, "cc14 1 3 16383"),
        ("nrpn {s} 900", 16, "nrpn 16 900 16383"),
        ("rpn 1 0", 1, "rpn 1 0 16383"),
    ],
)
def test_what_takes_several_messages_comes_back_whole_in_the_end(
    text: str, strip: int, line: str
) -> None:
    speech = RawMidi()
    words = speech.pattern(text).words(strip, 1.0)
    assert line_of(words) == line
    assert list(speech.receive(speech.say(words)))[-1] == line


def test_midi_that_nobody_maps_is_still_a_line() -> None:
    said = RawMidi().receive(bytes.fromhex("FE F8 B1 07 05 C0 05"))
    assert list(said) == ["sensing", "other Clock", "cc 2 7 5", "pc 1 5"]


def test_a_pair_or_a_parameter_is_heard_only_where_a_pattern_names_it() -> None:
    said = bytes.fromhex("B0 07 40 B0 27 01 B0 63 07 B0 62 04 B0 06 02 B0 26 2C")
    plain = ["cc 1 7 64", "cc 1 39 1", "cc 1 99 7", "cc 1 98 4", "cc 1 6 2", "cc 1 38 44"]
    assert list(RawMidi().receive(said)) == plain
    speech = RawMidi()
    speech.pattern("cc14 1 7")
    speech.pattern("nrpn 1 900")
    assert list(speech.receive(said)) == [
        "cc14 1 7 8192", "cc14 1 7 8193", "nrpn 1 900 256", "nrpn 1 900 300",
    ]  # fmt: skip


def test_arguments_of_all_types_are_words_and_bundles_are_opened() -> None:
    message = "2F 61 00 00 2C 69 66 73 54 46 4E 00 00 00 00 07 3F 00 00 00 68 69 00 00"
    assert list(SlipOsc().receive(bytes.fromhex(f"C0 {message} C0"))) == ["/a 7 0.500000 hi 1 0 ?"]
    head = "23 62 75 6E 64 6C 65 00 00 00 00 00 00 00 00 01 00 00 00 08"
    bundle = f"{head} 2F 61 00 00 2C 00 00 00 00 00 00 08 2F 62 00 00 2C 00 00 00"
    assert list(SlipOsc().receive(bytes.fromhex(f"C0 {bundle} C0"))) == ["/a", "/b"]


def test_a_text_stays_a_text_however_it_looks() -> None:
    speech = SlipOsc()
    said = speech.say(speech.pattern("/name  {s} {v:s}").words(2, "42"))
    assert b",is\x00\x00\x00\x00\x0242\x00\x00" in said
    assert speech.say(speech.pattern("/name {s} {v:s}").words(2, ""))


def test_sliders_are_believed_once_two_lines_agree_on_their_number() -> None:
    data = b"12|0\n512|0|9\n512|1|9\n51512|1|9\n3|2|1\n512|1|9\n"
    wanted = [
        "slider 1 512",
        "slider 2 1",
        "slider 3 9",
        Malformed(b"51512|1|9", "not a line of readings"),
        "slider 1 3",
        "slider 2 2",
        "slider 3 1",
        "slider 1 512",
        "slider 2 1",
        "slider 3 9",
    ]
    assert_stream(Deej, data, wanted)


def test_numbers_of_frames_tell_what_is_missing() -> None:
    def fader(number: int) -> bytes:
        return encode(Frame(number, 2, b"\x03\x02\x00"))

    speech = Cobs()
    assert list(speech.receive(fader(250) + fader(251) + fader(251))) == ["fader 3 512"] * 2
    assert list(speech.receive(fader(0))) == [Gap(), "fader 3 512"]
    assert list(speech.receive(encode(Frame(1, 15, b"\x05\x09")))) == [Gap()]


@pytest.mark.parametrize("body", [b"", b"\x01", b"\x01\x02\x03\x04"])
def test_a_frame_with_a_body_of_the_wrong_length_is_malformed(body: bytes) -> None:
    (said,) = Cobs().receive(encode(Frame(0, 2, body)))
    assert isinstance(said, Malformed)
    (said,) = Cobs().receive(encode(Frame(0, 0x7F, body)))
    assert isinstance(said, Malformed)


def test_asking_who_is_there_begins_the_numbers_anew() -> None:
    speech = Cobs()
    for _ in range(3):
        speech.say(("alive?",))
    assert speech.say(("hello?",)) == encode(Frame(0, 0x81))
    assert speech.say(("alive?",)) == encode(Frame(1, 0x85))


def test_there_are_five_framings_and_no_other() -> None:
    assert list(SPEECHES) == ["lines", "deej", "midi", "slip-osc", "cobs"]
    with pytest.raises(ProtocolMisuse, match="deej"):
        speech_of("morse")


def midi_lines(*patterns: str, data: str) -> list[object]:
    speech = RawMidi()
    for pattern in patterns:
        speech.pattern(pattern)
    return list(speech.receive(bytes.fromhex(data)))


def test_transport_messages_are_lines_of_their_own() -> None:
    assert midi_lines(data="FA FC FB F2 10 00 F3 05") == [
        "start",
        "stop",
        "continue",
        "spp 16",
        "song 5",
    ]


def test_machine_control_is_heard_where_it_is_wanted_and_else_is_an_exclusive() -> None:
    assert midi_lines("mmc play", data="F0 7F 7F 06 02 06 F7") == ["mmc play", "mmc record"]
    assert midi_lines(data="F0 7F 7F 06 02 F7") == ["sysex 7F 7F 06 02"]


def test_an_exclusive_is_written_with_or_without_the_bytes_around_it() -> None:
    speech = RawMidi()
    framed, bare = speech.pattern("sysex F0 7F 7F 06 02 F7"), speech.pattern("sysex 7F 7F 06 02")
    assert framed == bare


@pytest.mark.parametrize(
    ("pattern", "wire"),
    [("mmc stop", "f0 7f 7f 06 01 f7"), ("continue", "fb"), ("spp 16", "f2 10 00")],
)
def test_transport_messages_can_be_said(pattern: str, wire: str) -> None:
    speech = RawMidi()
    assert speech.say(speech.pattern(pattern).words(0, 1.0)).hex(" ") == wire
