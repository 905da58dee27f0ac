import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi.decoder import MidiDecoder
from surfacebridge.protocols.midi.messages import MidiMessage, SysEx
from surfacebridge.protocols.vendors.xctl import (
    DigitSet,
    MeterLevel,
    Probe,
    ProbeReply,
    RingHalf,
    Scribble,
    Told,
    encode,
    from_surface,
    to_surface,
)
from tests.protocols.midi.strategies import midi_messages

texts = st.text(st.characters(max_codepoint=0x7F), min_size=7, max_size=7)
strips = st.integers(0, 7)
told: st.SearchStrategy[Told] = st.one_of(
    st.just(ProbeReply()),
    st.builds(Scribble, strips, strips, texts, texts, st.booleans()),
    st.builds(RingHalf, strips, st.sampled_from(["left", "right"]), st.integers(0, 0x3F)),
    st.builds(DigitSet, st.integers(0, 11), st.integers(0, 127), st.booleans()),
    st.builds(MeterLevel, strips, st.integers(0, 8)),
)


def one(data: bytes) -> MidiMessage:
    (message,) = MidiDecoder().receive(data)
    assert not isinstance(message, Malformed)
    return message


@given(told)
@settings(max_examples=80)
def test_what_a_host_says_arrives(message: Told) -> None:
    assert to_surface(one(encode(message))) == message


def test_a_probe_arrives() -> None:
    assert from_surface(one(encode(Probe()))) == Probe()
    assert to_surface(one(encode(Probe()))) is None


@given(midi_messages)
@settings(max_examples=60)
def test_any_midi_is_read_without_raising(message: MidiMessage) -> None:
    from_surface(message)
    to_surface(message)


def test_the_right_half_of_a_ring_has_six_lamps() -> None:
    assert to_surface(one(bytes.fromhex("B0 38 7F"))) == RingHalf(0, "right", 0x3F)


def test_a_scribble_strip_of_a_wrong_length_is_reported() -> None:
    assert isinstance(to_surface(SysEx(bytes.fromhex("00 00 66 58 20 41 43"))), Malformed)


def test_mackie_control_s_own_messages_are_passed_over() -> None:
    assert to_surface(one(bytes.fromhex("E0 00 64"))) is None
    assert to_surface(one(bytes.fromhex("D0 09"))) is None
    assert to_surface(SysEx(bytes.fromhex("00 00 66 58 01 30"))) is None


@pytest.mark.parametrize(
    "message",
    [
        Scribble(8, 0, "       ", "       "),
        Scribble(0, 0, "short", "       "),
        RingHalf(8, "left", 0),
        DigitSet(12, 0),
        DigitSet(0, 128),
        MeterLevel(8, 0),
        MeterLevel(0, 9),
    ],
)
def test_what_cannot_be_said_is_our_own_mistake(message: Told) -> None:
    with pytest.raises(ProtocolMisuse):
        encode(message)
