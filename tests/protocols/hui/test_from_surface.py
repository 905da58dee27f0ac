import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.hui.from_surface import SurfaceDecoder, encode
from surfacebridge.protocols.hui.messages import (
    FaderMoved,
    FaderReleased,
    FaderTouched,
    FromSurface,
    JogTurned,
    PingAnswered,
    SurfaceReset,
    SwitchPressed,
    SwitchReleased,
    VPotTurned,
)
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi.decoder import MidiDecoder
from surfacebridge.protocols.midi.messages import MidiMessage
from tests.protocols.hui import strategies
from tests.protocols.midi.strategies import midi_messages


def said(text: str) -> list[FromSurface | Malformed]:
    decoder = SurfaceDecoder()
    heard: list[FromSurface | Malformed] = []
    for midi in MidiDecoder().receive(bytes.fromhex(text)):
        message = midi if isinstance(midi, Malformed) else decoder.receive(midi)
        if message is not None:
            heard.append(message)
    return heard


def test_a_hand_on_a_fader() -> None:
    assert said("B0 0F 03 B0 2F 40 B0 03 40 B0 23 00 B0 0F 03 B0 2F 00") == [
        FaderTouched(3),
        FaderMoved(3, 8192),
        FaderReleased(3),
    ]


def test_a_zone_stays_chosen() -> None:
    assert said("B0 0F 0E B0 2F 44 B0 2F 04 B0 2F 43") == [
        SwitchPressed("play"),
        SwitchReleased("play"),
        SwitchPressed("stop"),
    ]


def test_a_port_without_a_zone_is_reported() -> None:
    assert said("B0 2F 43") == [Malformed(bytes.fromhex("B0 2F 43"), "port without a zone")]


def test_a_fader_s_low_byte_completes_the_move() -> None:
    assert said("B0 00 7F") == []
    assert said("B0 20 7F") == [
        Malformed(bytes.fromhex("B0 20 7F"), "fader's low byte without its high byte")
    ]
    assert said("B0 00 10 B0 01 20 B0 20 01 B0 21 02 B0 20 03") == [
        FaderMoved(0, 0x10 << 7 | 1),
        FaderMoved(1, 0x20 << 7 | 2),
        FaderMoved(0, 0x10 << 7 | 3),
    ]


def test_knobs_turn_the_other_way_than_a_mackie_control_s() -> None:
    assert said("B0 40 41 B0 4C 05 B0 0D 4F") == [
        VPotTurned(0, 1),
        VPotTurned(12, -5),
        JogTurned(15),
    ]


def test_a_turn_by_nothing_means_nothing() -> None:
    assert said("B0 40 40 B0 40 00 B0 0D 40") == []


def test_a_power_up_forgets_half_heard_pairs() -> None:
    assert said("B0 0F 0E B0 00 10 FF B0 2F 44 B0 20 00") == [
        SurfaceReset(),
        Malformed(bytes.fromhex("B0 2F 44"), "port without a zone"),
        Malformed(bytes.fromhex("B0 20 00"), "fader's low byte without its high byte"),
    ]


@pytest.mark.parametrize(
    "text", ["90 00 00", "90 00 40", "91 00 7F", "B1 0D 41", "B0 50 01", "B0 0F 1E 2F 40", "FE"]
)
def test_other_midi_is_passed_over(text: str) -> None:
    assert said(text) == []


def test_a_state_that_is_neither_on_nor_off_means_nothing() -> None:
    assert said("B0 0F 18 B0 2F 23") == []


@pytest.mark.parametrize(
    "message",
    [
        FaderMoved(9, 0),
        FaderMoved(0, 16384),
        FaderTouched(8),
        SwitchPressed("touch", 0),
        SwitchPressed("rude.solo"),
        SwitchReleased("mute"),
        VPotTurned(13, 1),
        VPotTurned(0, 0),
        JogTurned(64),
    ],
)
def test_what_a_surface_cannot_say_is_our_own_mistake(message: FromSurface) -> None:
    with pytest.raises(ProtocolMisuse):
        encode(message)


def test_a_ping_is_answered_with_one_note() -> None:
    assert encode(PingAnswered()) == bytes.fromhex("90 00 7F")


@given(st.lists(strategies.from_surface, max_size=5))
@settings(max_examples=150)
def test_what_a_surface_says_arrives(messages: list[FromSurface]) -> None:
    assert said(b"".join(map(encode, messages)).hex()) == messages


@given(st.lists(midi_messages, max_size=8))
@settings(max_examples=100)
def test_any_midi_is_read_without_raising(messages: list[MidiMessage]) -> None:
    decoder = SurfaceDecoder()
    for message in messages:
        decoder.receive(message)
