"""Raw MIDI patterns, both ways."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.mapping.midi_words import MACHINE_WORDS
from surfacebridge.model.lifecycle import Arrived
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.values import Value
from surfacebridge.profiles.plain_midi import PlainMidi, said_midi


def p(text: str) -> ParameterId:
    return ParameterId(f"kbd:{text}")


def opened(*watched: str) -> PlainMidi:
    port = PlainMidi("kbd")
    port.open(0.0)
    port.wake(0.0)
    port.watch([p(text) for text in watched], 0.0)
    return port


def said(text: str, value: Value) -> str:
    port = opened()
    port.send(Write("kbd", p(text), value), 1.0)
    return " | ".join(data.hex(" ") for data in port.data_to_send())


MESSAGES = [
    ("cc 1 74", 64, "b0 4a 40"),
    ("cc14 2 7", 8193, "b1 07 40 | b1 27 01"),
    ("note 16 60", 127, "9f 3c 7f"),
    ("pb 1", 16_383, "e0 7f 7f"),
    ("pressure 3", 5, "d2 05"),
    ("keypressure 1 60", 9, "a0 3c 09"),
    ("nrpn 1 900", 300, "b0 63 07 | b0 62 04 | b0 06 02 | b0 26 2c"),
    ("nrpn 1 900 {v:7}", 100, "b0 63 07 | b0 62 04 | b0 06 64"),
    ("rpn 1 0", 1536, "b0 65 00 | b0 64 00 | b0 06 0c | b0 26 00"),
    ("sysex F0 00 20 {v:7} 33 F7", 17, "f0 00 20 11 33 f7"),
    ("sysex F0 00 {v:14} F7", 300, "f0 00 02 2c f7"),
    ("spp", 300, "f2 2c 02"),
    ("song", 5, "f3 05"),
]


@pytest.mark.parametrize(("text", "value", "wire"), MESSAGES)
def test_a_value_is_said_in_the_messages_own_numbers(text: str, value: int, wire: str) -> None:
    assert said(text, value) == wire


@pytest.mark.parametrize(("text", "value", "wire"), MESSAGES)
def test_what_is_said_is_recognised_when_it_comes_back(text: str, value: int, wire: str) -> None:
    port = opened(text)
    heard = port.receive(bytes.fromhex(wire.replace("|", "")), 1.0)
    assert heard[-1] == Report(p(text), value)
    assert port.health.unknown == 0
    assert port.health.alive


@pytest.mark.parametrize(
    ("text", "value", "wire"),
    [
        ("cc 1 74", True, "b0 4a 7f"),
        ("note 1 60", False, "90 3c 00"),
        ("cc 1 74 {v:10..20}", True, "b0 4a 14"),
        ("cc 1 74 {v:10..20}", 99, "b0 4a 14"),
        ("cc 1 74", -inf, "b0 4a 00"),
        ("cc 1 74", 63.6, "b0 4a 40"),
    ],
)
def test_a_value_is_kept_within_the_pattern(text: str, value: Value, wire: str) -> None:
    assert said(text, value) == wire


@pytest.mark.parametrize("value", [nan, "loud"])
def test_what_is_no_number_is_counted_and_not_said(value: Value) -> None:
    port = opened()
    port.send(Write("kbd", p("cc 1 74"), value), 1.0)
    assert (port.data_to_send(), port.health.unknown) == ([], 1)


def test_a_message_without_a_value_is_sent_on_press_only() -> None:
    assert said("pc 1 5", True) == "c0 05"
    assert said("pc 1 5", False) == ""


def test_a_message_without_a_value_is_recognised_too() -> None:
    port = opened("pc 1 5", "sysex F0 7E F7")
    assert port.receive(b"\xc0\x05", 1.0) == [Report(p("pc 1 5"), True)]
    assert port.receive(b"\xc0\x06", 1.0) == []
    assert port.receive(b"\xf0\x7e\xf7", 1.0) == [Report(p("sysex F0 7E F7"), True)]


def test_a_note_off_is_a_note_at_nothing() -> None:
    port = opened("note 1 60")
    assert port.receive(b"\x80\x3c\x40", 1.0) == [Report(p("note 1 60"), 0)]


def test_channels_and_numbers_are_told_apart() -> None:
    port = opened("cc 1 74", "cc 2 74", "cc 1 75")
    assert port.receive(b"\xb1\x4a\x05", 1.0) == [Report(p("cc 2 74"), 5)]
    port.receive(b"\xb5\x4a\x05", 1.0)
    assert port.health.unknown == 1


def test_a_port_is_there_from_the_start_and_says_that_it_promises_nothing() -> None:
    port = PlainMidi("kbd")
    port.open(0.0)
    assert list(port.wake(0.0)) == [Arrived("kbd")]
    assert not port.health.alive
    assert "no sign of life" in port.health.reason


def test_a_pattern_that_is_none_is_noted_and_harmless() -> None:
    port = opened("cc 99 1")
    port.send(Write("kbd", p("cc 99 1"), 1.0), 1.0)
    assert port.data_to_send() == []
    assert "a channel is a number" in port.health.notes[0]


def test_a_story_may_say_a_whole_message() -> None:
    assert said_midi("cc 1 74 127") == b"\xb0\x4a\x7f"
    with pytest.raises(ProtocolMisuse, match="needs a value"):
        said_midi("cc 1 74")


@given(st.lists(st.binary(max_size=12), max_size=12))
def test_whatever_comes_nothing_raises(chunks: list[bytes]) -> None:
    port = opened("cc 1 74", "cc14 1 7", "nrpn 1 900", "sysex F0 {v:7} F7", "note 1 60")
    for chunk in chunks:
        for heard in port.receive(chunk, 1.0):
            assert isinstance(heard, Report)
    port.receive(b"\xf7\xb0\x4a\x11", 1.0)
    assert port.receive(b"\xb0\x4a\x05", 2.0) == [Report(p("cc 1 74"), 5)]


def reports(port: PlainMidi, data: str, now: float = 1.0) -> list[object]:
    return [one for one in port.receive(bytes.fromhex(data), now) if isinstance(one, Report)]


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        ("start", "fa"),
        ("continue", "fb"),
        ("stop", "fc"),
        ("spp 16", "f2 10 00"),
        ("song 3", "f3 03"),
        ("mmc play", "f0 7f 7f 06 02 f7"),
        ("mmc record", "f0 7f 7f 06 06 f7"),
        ("mmc rewind", "f0 7f 7f 06 05 f7"),
    ],
)
def test_transport_is_said_by_keys_and_heard_as_keys(text: str, wire: str) -> None:
    assert said(text, True) == wire
    assert said(text, False) == ""
    port = opened(text)
    assert reports(port, wire) == [Report(p(text), True)]
    assert port.health.unknown == 0


def test_every_word_of_machine_control_can_be_said() -> None:
    assert len({said(f"mmc {word}", True) for word in MACHINE_WORDS}) == len(MACHINE_WORDS)


def test_machine_control_is_heard_from_any_device_and_several_at_once() -> None:
    port = opened("mmc play", "mmc record", "mmc stop")
    assert reports(port, "f0 7f 10 06 02 06 f7") == [
        Report(p("mmc play"), True),
        Report(p("mmc record"), True),
    ]


def test_a_position_in_the_song_is_a_number() -> None:
    assert reports(opened("spp"), "f2 2c 02") == [Report(p("spp"), 300)]
    assert reports(opened("spp 16"), "f2 11 00") == []


# 02:03:04:06 at 24 frames a second; after the next piece 0 two frames have gone by.
QUARTERS = "f1 06 f1 10 f1 24 f1 30 f1 43 f1 50 f1 62 f1 70"


def test_running_time_code_is_a_text() -> None:
    port = opened("mtc")
    assert reports(port, "f1 00 f1 10 f1 24 f1 30 f1 43 f1 50 f1 62 f1 70") == []
    assert reports(port, QUARTERS)[0] == Report(p("mtc"), "02:03:04:02")
    assert reports(port, "f1 08") == [Report(p("mtc"), "02:03:04:08")]


def test_a_full_frame_tells_where_a_machine_stands() -> None:
    assert reports(opened("mtc"), "f0 7f 7f 01 01 01 02 03 04 f7") == [
        Report(p("mtc"), "01:02:03:04")
    ]


def test_real_time_inside_a_message_disturbs_neither() -> None:
    port = opened("cc 1 74", "start")
    assert reports(port, "b0 4a fa 40 4a f8 41") == [
        Report(p("start"), True),
        Report(p("cc 1 74"), 0x40),
        Report(p("cc 1 74"), 0x41),
    ]


def test_a_clock_has_a_tempo_once_a_beat() -> None:
    port = opened("clock")
    told = [one for tick in range(49) for one in reports(port, "f8", tick / 48)]
    assert told == [Report(p("clock"), 120.0)] * 2


def test_time_code_and_clock_are_only_heard() -> None:
    port = opened("mtc", "clock")
    port.send(Write("kbd", p("mtc"), "01:02:03:04"), 1.0)
    port.send(Write("kbd", p("clock"), 120.0), 1.0)
    assert port.data_to_send() == []
    assert port.health.unknown == 2


def test_a_story_says_where_a_machine_stands() -> None:
    assert said_midi("mtc 01:02:03:04").hex(" ") == "f0 7f 7f 01 01 61 02 03 04 f7"
    with pytest.raises(ProtocolMisuse, match="a time is written"):
        said_midi("mtc 1:2")
