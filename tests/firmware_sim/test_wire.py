import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_sim.wire import (
    SYSEX_LIMIT,
    MidiParser,
    OscMessage,
    decode_osc,
    encode_bundle,
    encode_osc,
    unbundle,
)

STREAM = bytes.fromhex("B0 10 01 10 02 F8 11 F8 41 F0 00 00 66 14 FE 13 00 F7 E8 7F 7F D0 7C F6")
MESSAGES = [
    "b01001",
    "b01002",
    "f8",
    "f8",
    "b01141",
    "fe",
    "f0000066141300f7",
    "e87f7f",
    "d07c",
    "f6",
]


def feed(parser: MidiParser, *chunks: bytes) -> list[str]:
    return [message.hex() for chunk in chunks for message in parser.feed(chunk)]


def test_running_status_and_clock_inside_messages_are_taken_apart() -> None:
    assert feed(MidiParser(), STREAM) == MESSAGES


@pytest.mark.parametrize("cut", range(len(STREAM)))
def test_a_message_may_arrive_in_two_pieces(cut: int) -> None:
    assert feed(MidiParser(), STREAM[:cut], STREAM[cut:]) == MESSAGES


def test_a_message_may_arrive_byte_by_byte() -> None:
    assert feed(MidiParser(), *(bytes((byte,)) for byte in STREAM)) == MESSAGES


@pytest.mark.parametrize(
    ("garbage", "malformed"),
    [
        ("01 02", 2),
        ("F0 01 02 90 10 7F", 1),
        ("90 10 E0 00 00", 1),
        ("F4", 1),
        ("F7", 0),
        ("F0 7E F7 F7", 0),
        ("F3 01 02", 1),
    ],
)
def test_what_cannot_be_read_is_counted_and_the_next_message_survives(
    garbage: str, malformed: int
) -> None:
    parser = MidiParser()
    parser.feed(bytes.fromhex(garbage))
    assert parser.malformed == malformed
    assert feed(parser, b"\x90\x5e\x7f") == ["905e7f"]


def test_a_sysex_without_an_end_stays_bounded() -> None:
    parser = MidiParser()
    parser.feed(b"\xf0" + bytes(10 * SYSEX_LIMIT))
    assert feed(parser, b"\xf7\x90\x5e\x00") == ["905e00"]
    assert parser.malformed == 1


@settings(max_examples=60)
@given(st.binary(max_size=80))
def test_any_midi_bytes_never_raise_and_the_next_message_survives(noise: bytes) -> None:
    parser = MidiParser()
    parser.feed(noise)
    assert feed(parser, b"\xf7\xe0\x40\x55")[-1] == "e04055"


def test_an_osc_message_reads_as_the_standard_says() -> None:
    datagram = b"/ch/01/mix/fader\0\0\0\0,f\0\0" + struct.pack(">f", 0.5)
    assert encode_osc("/ch/01/mix/fader", 0.5) == datagram
    assert decode_osc(datagram) == OscMessage("/ch/01/mix/fader", (0.5,))


def test_every_type_survives_the_wire() -> None:
    arguments = (-7, 0.25, "four", b"12345", "", b"", "three")
    assert decode_osc(encode_osc("/x", *arguments)) == OscMessage("/x", arguments)


def test_a_missing_type_tag_string_means_no_arguments() -> None:
    assert decode_osc(b"/info\0\0\0") == OscMessage("/info")
    assert decode_osc(b"/xremote\0\0\0\0") == OscMessage("/xremote")


def test_the_node_reply_has_no_leading_slash() -> None:
    assert encode_osc("node", "/dca/1 ON -oo\n").startswith(b"node\0\0\0\0,s\0\0/dca/1")


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"/abc",
        b"/ab\0,f\0\0\0\0",
        b"/ab\0,i\0\0\0\0\0\1extra",
        b"/ab\0,b\0\0\xff\xff\xff\xff",
        b"/ab\0,b\0\0\0\0\0\x09abcd",
        b"/ab\0,s\0\0abcd",
        b"/ab\0,Q\0\0\0\0\0\0",
        b"/ab\0abc\0",
        b"#bundle\0\0\0\0\0\0\0\0\1",
        b"/ab\0,\0",
    ],
)
def test_a_broken_datagram_is_none(datagram: bytes) -> None:
    assert decode_osc(datagram) is None


@settings(max_examples=60)
@given(st.binary(max_size=40))
def test_any_datagram_never_raises(noise: bytes) -> None:
    decode_osc(noise)
    decode_osc(b"/ab\0," + noise)


def test_a_bundle_is_opened_one_level_deep() -> None:
    messages = [encode_osc("/a", 1), encode_osc("/b")]
    assert unbundle(encode_bundle(messages)) == messages
    assert unbundle(messages[0]) == [messages[0]]
    assert unbundle(encode_bundle([])) == []


def test_a_damaged_bundle_gives_what_came_before_the_damage() -> None:
    whole = encode_bundle([encode_osc("/a", 1), encode_osc("/b")])
    assert unbundle(whole[:-1]) == [encode_osc("/a", 1)]
