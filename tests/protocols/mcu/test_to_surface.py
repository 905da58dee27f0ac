import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.mcu.messages import (
    AssignmentDigit,
    BacklightSaver,
    ConnectionReply,
    FaderMoved,
    LampSet,
    LcdText,
    MasterMeterLevel,
    MeterLevel,
    MeterMode,
    MeterOverload,
    RingSet,
    StripColours,
    TimeDigit,
    TimeDigits,
    ToSurface,
    TouchSensitivity,
    TransportClick,
    VersionRequest,
)
from surfacebridge.protocols.mcu.to_surface import decode, encode
from surfacebridge.protocols.midi.decoder import MidiDecoder
from surfacebridge.protocols.midi.messages import MidiMessage, SysEx
from tests.protocols.mcu import strategies
from tests.protocols.midi.strategies import midi_messages


def told(text: str) -> list[ToSurface | Malformed | None]:
    heard = MidiDecoder().receive(bytes.fromhex(text))
    return [each if isinstance(each, Malformed) else decode(each) for each in heard]


def test_lamps_are_off_blinking_or_on() -> None:
    assert told("90 10 00 90 10 01 90 10 7F 80 10 40") == [
        LampSet("mute", 0, "off"),
        LampSet("mute", 0, "blink"),
        LampSet("mute", 0, "on"),
        LampSet("mute", 0, "off"),
    ]


def test_an_undefined_lamp_state_lights_it() -> None:
    assert told("90 73 02 90 73 7E") == [LampSet("rude.solo", None, "on")] * 2


def test_both_relay_notes_are_heard_and_one_is_sent() -> None:
    assert told("90 74 7F 90 76 7F") == [LampSet("relay", None, "on")] * 2
    assert encode(LampSet("relay", None, "on")) == bytes.fromhex("90 74 7F")


def test_fader_touch_notes_have_no_lamp() -> None:
    assert told("90 68 7F") == [None]


def test_a_ring_past_its_last_lamp_shows_the_last() -> None:
    assert told("B0 34 2F") == [RingSet(4, "wrap", 11)]


def test_time_digits_come_on_any_channel_and_rings_on_the_first() -> None:
    assert told("BF 46 78 BF 30 01") == [TimeDigit(6, "8", dot=True, channel=15), None]


def test_text_past_the_last_cell_is_cut() -> None:
    assert told("F0 00 00 66 14 12 6E 41 42 43 F7") == [LcdText(110, "AB")]


def test_text_after_the_display_is_refused() -> None:
    (malformed,) = told("F0 00 00 66 14 12 70 41 F7")
    assert isinstance(malformed, Malformed)


def test_colours_keep_their_three_bits() -> None:
    assert told("F0 00 00 66 15 72 47 00 01 02 03 04 05 06 F7") == [
        StripColours((7, 0, 1, 2, 3, 4, 5, 6), 0x15)
    ]


def test_fl_studio_clicks_with_any_number() -> None:
    assert told("F0 00 00 66 14 0A 02 F7") == [TransportClick(on=True)]


@pytest.mark.parametrize(
    "payload",
    [
        *("00 00", "02 41", "0A", "0B 01 02", "0C", "0E 09 03", "0E 00 06", "0E 00", "0F 00"),
        *("10", "11 20", "12", "13 01", "20 08 07", "20 00", "21", "61 00", "63 01", "72 01 02"),
        "10" + " 20" * 11,
    ],
)
def test_a_broken_command_is_reported(payload: str) -> None:
    data = bytes.fromhex("00 00 66 14" + payload)
    refused = decode(SysEx(data))
    assert isinstance(refused, Malformed)
    assert refused.data == b"\xf0" + data + b"\xf7"


@pytest.mark.parametrize(
    "text",
    [
        *("F8", "E9 00 00", "91 5E 7F", "D1 20", "D2 00", "B0 10 01", "F0 00 20 32 58 54 00 F7"),
        # Asparion's text, a HUI's display, firmware updates: not Mackie Control's.
        "F0 00 00 66 14 1A 0C 01 4C F7",
        "F0 00 00 66 05 00 12 00 F7",
        "F0 00 00 66 14 18 00 F7",
    ],
)
def test_other_midi_is_passed_over(text: str) -> None:
    assert told(text) == [None]


@pytest.mark.parametrize(
    "message",
    [
        FaderMoved(9, 0),
        LampSet("mute", None, "on"),
        LampSet("nothing", 0, "on"),
        LampSet("smpte", 1, "on"),
        RingSet(8, "dot", 1),
        RingSet(0, "dot", 12),
        MeterLevel(8, 0),
        MeterLevel(0, 14),
        MeterOverload(8, lit=True),
        MasterMeterLevel(2, 0),
        MeterMode(8, signal_lamp=True, peak_hold=True, lcd_bar=True),
        TimeDigit(10, "1"),
        TimeDigit(0, "a"),
        TimeDigits(()),
        AssignmentDigit(2, "1"),
        LcdText(112, ""),
        LcdText(106, "1234567"),
        LcdText(-1, "x"),
        LcdText(0, "é"),
        StripColours((1, 2, 3)),
        StripColours((8,) * 8),
        ConnectionReply(b"SERIAL7", b"123"),
        ConnectionReply(b"SERIAL", b"12345"),
        BacklightSaver(128),
        TouchSensitivity(9, 0),
        TouchSensitivity(0, 6),
        VersionRequest(0x80),
    ],
)
def test_what_a_host_cannot_say_is_our_own_mistake(message: ToSurface) -> None:
    with pytest.raises(ProtocolMisuse):
        encode(message)


@given(strategies.to_surface)
@settings(max_examples=250)
def test_what_a_host_says_arrives(message: ToSurface) -> None:
    (midi,) = MidiDecoder().receive(encode(message))
    assert not isinstance(midi, Malformed)
    assert decode(midi) == message


@given(midi_messages)
@settings(max_examples=150)
def test_any_midi_is_read_without_raising(message: MidiMessage) -> None:
    decode(message)


@given(st.lists(st.integers(0, 127), max_size=20).map(bytes))
@settings(max_examples=150)
def test_whatever_is_read_from_a_frame_can_be_written(payload: bytes) -> None:
    message = decode(SysEx(b"\x00\x00\x66\x14" + payload))
    if message is not None and not isinstance(message, Malformed):
        encode(message)
