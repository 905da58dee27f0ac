import pytest
from hypothesis import given, settings

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.mcu.from_surface import decode, encode
from surfacebridge.protocols.mcu.messages import (
    ButtonPressed,
    ButtonReleased,
    ConnectionConfirmed,
    ConnectionQuery,
    ExternalMoved,
    FaderMoved,
    FaderReleased,
    FaderTouched,
    FromSurface,
    JogTurned,
    SurfaceReady,
    VersionReply,
    VPotTurned,
)
from surfacebridge.protocols.midi.decoder import MidiDecoder
from surfacebridge.protocols.midi.messages import MidiMessage
from tests.protocols.mcu import strategies
from tests.protocols.midi.strategies import midi_messages


def said(text: str) -> list[FromSurface | Malformed | None]:
    heard = MidiDecoder().receive(bytes.fromhex(text))
    return [each if isinstance(each, Malformed) else decode(each) for each in heard]


def test_a_hand_on_a_fader() -> None:
    assert said("90 68 7F E0 00 40 90 68 00") == [
        FaderTouched(0),
        FaderMoved(0, 8192),
        FaderReleased(0),
    ]


def test_buttons_of_strips_carry_their_strip() -> None:
    assert said("90 12 7F 90 5E 7F") == [ButtonPressed("mute", 2), ButtonPressed("play")]


def test_a_release_may_be_a_real_note_off() -> None:
    assert said("80 5E 40 80 70 00") == [ButtonReleased("play"), FaderReleased(8)]


def test_a_v_pot_turns_by_sign_and_ticks() -> None:
    assert said("B0 10 01 B0 17 47 B0 3C 45") == [
        VPotTurned(0, 1),
        VPotTurned(7, -7),
        JogTurned(-5),
    ]


def test_no_ticks_mean_one() -> None:
    assert said("B0 10 00 B0 10 40") == [VPotTurned(0, 1), VPotTurned(0, -1)]


def test_an_x_touch_compact_announces_itself() -> None:
    assert said("F0 00 00 66 14 06 00 F7") == [SurfaceReady(b"\x00")]


def test_a_version_of_another_length_is_still_read() -> None:
    assert said("F0 00 00 66 14 14 56 31 2E 34 32 31 F7") == [VersionReply("V1.421")]


@pytest.mark.parametrize(
    "text",
    [
        "F0 00 00 66 14 01 58 59 F7",
        "F0 00 00 66 14 03 F7",
        "F0 00 00 66 14 04 01 F7",
        "F0 00 00 66 14 14 F7",
        "F0 00 00 66 14 F7",
        "F0 00 00 66 F7",
    ],
)
def test_a_broken_frame_is_reported(text: str) -> None:
    (malformed,) = said(text)
    assert isinstance(malformed, Malformed)
    assert malformed.data == bytes.fromhex(text)


@pytest.mark.parametrize(
    "text",
    [
        "F8",
        "E9 00 00",
        "91 5E 7F",
        "90 75 7F",
        "B0 07 40",
        "B1 10 01",
        "F0 7E 7F 06 01 F7",
        # A HUI's ping answer and its display message.
        "90 7F 7F",
        "F0 00 00 66 05 00 10 00 4B 69 63 6B F7",
        "F0 00 00 66 14 18 00 F7",
    ],
)
def test_other_midi_is_passed_over(text: str) -> None:
    assert said(text) == [None]


@pytest.mark.parametrize(
    "message",
    [
        FaderMoved(9, 0),
        FaderMoved(-1, 0),
        FaderMoved(0, 16384),
        FaderTouched(9),
        ButtonPressed("smpte"),
        ButtonPressed("play", 1),
        ButtonReleased("mute"),
        ButtonReleased("mute", 8),
        VPotTurned(8, 1),
        VPotTurned(-1, 1),
        VPotTurned(0, 0),
        JogTurned(64),
        ExternalMoved(128),
        ConnectionQuery(b"SHORT", bytes(4)),
        ConnectionQuery(b"SERIAL7", bytes(3)),
        ConnectionConfirmed(b"SERIAL7", 0x80),
        VersionReply("V1"),
        VersionReply("V1.0é"),
    ],
)
def test_what_a_surface_cannot_say_is_our_own_mistake(message: FromSurface) -> None:
    with pytest.raises(ProtocolMisuse):
        encode(message)


@given(strategies.from_surface)
@settings(max_examples=150)
def test_what_a_surface_says_arrives(message: FromSurface) -> None:
    (midi,) = MidiDecoder().receive(encode(message))
    assert not isinstance(midi, Malformed)
    assert decode(midi) == message


@given(midi_messages)
@settings(max_examples=150)
def test_any_midi_is_read_without_raising(message: MidiMessage) -> None:
    decode(message)
