import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi.decoder import MidiDecoder
from surfacebridge.protocols.midi.messages import MidiMessage, SysEx
from surfacebridge.protocols.vendors.faderport import (
    FADERPORT_16,
    FaderMoved,
    KeepAlive,
    LampColour,
    LampSet,
    MeterLevel,
    StripMode,
    StripText,
    Told,
    encode,
    from_surface,
    to_surface,
)
from tests.protocols.midi.strategies import midi_messages

values = st.integers(0, 127)
texts = st.text(st.characters(max_codepoint=0x7F), max_size=30)
told: st.SearchStrategy[Told] = st.one_of(
    st.builds(StripText, st.integers(0, 7), values, texts, values),
    st.builds(StripText, st.integers(0, 15), values, texts, values, st.just(FADERPORT_16)),
    st.builds(StripMode, st.integers(0, 7), values),
    st.builds(LampColour, values, st.sampled_from(["red", "green", "blue"]), values),
    st.builds(LampSet, values, st.sampled_from(["off", "blink", "on"])),
    st.builds(MeterLevel, st.integers(0, 7), values),
    st.builds(FaderMoved, st.integers(0, 15), st.integers(0, 16383)),
    st.just(KeepAlive()),
)


def one(data: bytes) -> MidiMessage:
    (message,) = MidiDecoder().receive(data)
    assert not isinstance(message, Malformed)
    return message


@given(told)
@settings(max_examples=80)
def test_what_a_host_says_arrives(message: Told) -> None:
    assert to_surface(one(encode(message))) == message


def test_a_fader_speaks_in_both_directions() -> None:
    assert from_surface(one(bytes.fromhex("E3 70 7F"))) == FaderMoved(3, 16368)
    assert from_surface(one(bytes.fromhex("90 68 7F"))) is None


@given(midi_messages)
@settings(max_examples=60)
def test_any_midi_is_read_without_raising(message: MidiMessage) -> None:
    to_surface(message)


@pytest.mark.parametrize("text", ["02 12 00 00", "02 12 08 00 00 41", "02 13 00", "16 13 10 00"])
def test_a_broken_message_is_reported(text: str) -> None:
    assert isinstance(to_surface(SysEx(bytes.fromhex("00 01 06" + text))), Malformed)


@pytest.mark.parametrize("text", ["00 01 06 02 14 00", "00 01 06 03 12 00 00 00", "00 00 66 14 00"])
def test_other_messages_are_passed_over(text: str) -> None:
    assert to_surface(SysEx(bytes.fromhex(text))) is None


@pytest.mark.parametrize(
    "message",
    [
        StripText(8, 0, "Kick"),
        StripText(16, 0, "Kick", model=FADERPORT_16),
        StripText(0, 0, "Kick", model=3),
        StripText(0, 0, "K" * 31),
        StripMode(-1, 0),
        MeterLevel(8, 0),
        FaderMoved(16, 0),
    ],
)
def test_what_cannot_be_said_is_our_own_mistake(message: Told) -> None:
    with pytest.raises(ProtocolMisuse):
        encode(message)
