import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi.decoder import MidiDecoder
from surfacebridge.protocols.midi.messages import MidiMessage, SysEx
from surfacebridge.protocols.vendors.xtouch_midi import (
    ButtonChanged,
    EncoderTurned,
    FaderMoved,
    FaderTouched,
    JogTurned,
    LampSet,
    MeterSet,
    RingSet,
    Said,
    Segments,
    StripDisplay,
    Told,
    encode,
    from_surface,
    to_surface,
)
from tests.protocols.midi.strategies import midi_messages

values = st.integers(0, 127)
turns = st.integers(-63, 63).filter(bool)
texts = st.text(st.characters(max_codepoint=0x7F), min_size=7, max_size=7)

said: st.SearchStrategy[Said] = st.one_of(
    st.builds(FaderMoved, st.integers(0, 8), values),
    st.builds(FaderTouched, st.integers(0, 8), st.booleans()),
    st.builds(ButtonChanged, st.integers(0, 103), st.booleans()),
    st.builds(EncoderTurned, st.integers(0, 7), turns),
    st.builds(JogTurned, turns),
)
told: st.SearchStrategy[Told] = st.one_of(
    st.builds(FaderMoved, st.integers(0, 8), values),
    st.builds(LampSet, st.integers(0, 103), st.sampled_from(["off", "blink", "on"])),
    st.builds(RingSet, st.integers(0, 7), values),
    st.builds(MeterSet, st.integers(0, 8), values),
    st.builds(
        StripDisplay,
        st.integers(0, 7),
        st.integers(0, 7),
        texts,
        texts,
        st.booleans(),
        st.booleans(),
        st.sampled_from([0x14, 0x15, 0x41]),
    ),
    st.builds(
        Segments,
        st.lists(values, min_size=12, max_size=12).map(tuple),
        st.sets(st.integers(1, 12)).map(lambda dots: tuple(sorted(dots))),
    ),
)


def one(data: bytes) -> MidiMessage:
    (message,) = MidiDecoder().receive(data)
    assert not isinstance(message, Malformed)
    return message


@given(said)
@settings(max_examples=60)
def test_what_a_surface_says_arrives(message: Said) -> None:
    assert from_surface(one(encode(message))) == message


@given(told)
@settings(max_examples=60)
def test_what_a_host_says_arrives(message: Told) -> None:
    assert to_surface(one(encode(message))) == message


@given(midi_messages)
@settings(max_examples=60)
def test_any_midi_is_read_without_raising(message: MidiMessage) -> None:
    from_surface(message)
    to_surface(message)


def test_a_release_may_be_a_real_note_off() -> None:
    assert from_surface(one(b"\x80\x10\x40")) == ButtonChanged(16, pressed=False)
    assert to_surface(one(b"\x80\x10\x40")) == LampSet(16, "off")


def test_a_display_of_a_wrong_length_is_reported() -> None:
    assert isinstance(to_surface(SysEx(bytes.fromhex("00 20 32 14 4C 00 07 41"))), Malformed)
    assert isinstance(to_surface(SysEx(bytes.fromhex("00 20 32 14 37 00"))), Malformed)


@pytest.mark.parametrize("text", ["00 20 32 14 50", "00 20 32 58 54 00", "00 20 32", "7E"])
def test_other_messages_are_passed_over(text: str) -> None:
    assert to_surface(SysEx(bytes.fromhex(text))) is None


@pytest.mark.parametrize(
    "message",
    [
        FaderMoved(9, 0),
        FaderMoved(0, 128),
        FaderTouched(9, touched=True),
        ButtonChanged(104, pressed=True),
        EncoderTurned(8, 1),
        EncoderTurned(0, 64),
        MeterSet(-1, 0),
        StripDisplay(0, 7, "short", "       "),
        StripDisplay(0, 0x80, "       ", "       "),
        Segments((0,) * 11),
        Segments((0,) * 12, (13,)),
    ],
)
def test_what_cannot_be_said_is_our_own_mistake(message: Said | Told) -> None:
    with pytest.raises(ProtocolMisuse):
        encode(message)
