import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.hui.messages import (
    FaderMoved,
    LampSet,
    LargeText,
    MeterLevel,
    Ping,
    RingSet,
    SmallText,
    TimeDigits,
    ToSurface,
)
from surfacebridge.protocols.hui.to_surface import HostDecoder, encode
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi.decoder import MidiDecoder
from surfacebridge.protocols.midi.messages import MidiMessage
from tests.protocols.hui import strategies
from tests.protocols.midi.strategies import midi_messages


def told(text: str) -> list[ToSurface | Malformed]:
    decoder = HostDecoder()
    heard: list[ToSurface | Malformed] = []
    for midi in MidiDecoder().receive(bytes.fromhex(text)):
        message = midi if isinstance(midi, Malformed) else decoder.receive(midi)
        if message is not None:
            heard.append(message)
    return heard


def test_a_zone_stays_chosen_for_several_lamps() -> None:
    assert told("B0 0C 08 2C 40 2C 41 2C 02") == [
        LampSet("control", None, lit=True),
        LampSet("shift", None, lit=True),
        LampSet("edit.mode", None, lit=False),
    ]


def test_lamps_of_strips_carry_their_strip() -> None:
    assert told("B0 0C 02 B0 2C 47") == [LampSet("rec", 2, lit=True)]


def test_relays_and_sounds_are_lamps_and_foot_switches_are_not() -> None:
    assert told("B0 0C 1D 2C 40 2C 43") == [
        LampSet("relay.1", None, lit=True),
        LampSet("beep", None, lit=True),
    ]


def test_a_ping_may_come_as_a_real_note_off() -> None:
    assert told("90 00 00 80 00 40") == [Ping(), Ping()]


def test_what_is_past_the_last_lamp_shows_the_last() -> None:
    assert told("B0 10 0F A0 00 1F") == [RingSet(0, "dot", 11), MeterLevel(0, 1, 12)]


def test_a_blank_digit_may_have_a_dot() -> None:
    digits = ((" ", False), (" ", True), ("F", True))
    assert told("F0 00 00 66 05 00 11 20 30 1F F7") == [TimeDigits(digits)]


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "10",
        "10 00 41 42 43",
        "10 09 41 42 43 44",
        "12 00 41",
        "12 08 41 41 41 41 41 41 41 41 41 41",
        "11",
        "11 00 00 00 00 00 00 00 00 00",
    ],
)
def test_a_broken_display_message_is_reported(payload: str) -> None:
    data = bytes.fromhex("F0 00 00 66 05 00" + payload + "F7")
    assert told(data.hex()) == [Malformed(data, "HUI display with a wrong payload")]


@pytest.mark.parametrize(
    "text",
    [
        *("90 00 7F", "90 01 00", "A0 08 00", "A0 00 20", "A1 00 00", "B0 40 41", "B1 10 01"),
        *("B0 0C 1F 2C 40", "F0 00 00 66 05 00 13 F7", "F0 00 00 66 14 12 00 F7", "FE"),
    ],
)
def test_other_midi_is_passed_over(text: str) -> None:
    assert told(text) == []


def test_a_port_without_a_zone_is_reported() -> None:
    assert told("B0 2C 43") == [Malformed(bytes.fromhex("B0 2C 43"), "port without a zone")]


@pytest.mark.parametrize(
    "message",
    [
        FaderMoved(9, 0),
        LampSet("foot.1", None, lit=True),
        LampSet("play", 1, lit=True),
        RingSet(12, "dot", 1),
        RingSet(0, "dot", 12),
        MeterLevel(8, 0, 0),
        MeterLevel(0, 2, 0),
        MeterLevel(0, 0, 13),
        SmallText(()),
        SmallText(((0, "Kic"),)),
        SmallText(((9, "Kick"),)),
        SmallText(((0, "Flöt"),)),
        LargeText(((8, "0123456789"),)),
        TimeDigits(()),
        TimeDigits((("0", False),) * 9),
        TimeDigits((("G", False),)),
        TimeDigits((("12", False),)),
    ],
)
def test_what_a_host_cannot_say_is_our_own_mistake(message: ToSurface) -> None:
    with pytest.raises(ProtocolMisuse):
        encode(message)


@given(st.lists(strategies.to_surface, max_size=5))
@settings(max_examples=150)
def test_what_a_host_says_arrives(messages: list[ToSurface]) -> None:
    assert told(b"".join(map(encode, messages)).hex()) == messages


@given(st.lists(midi_messages, max_size=8))
@settings(max_examples=100)
def test_any_midi_is_read_without_raising(messages: list[MidiMessage]) -> None:
    decoder = HostDecoder()
    for message in messages:
        decoder.receive(message)
