import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi.decoder import MidiDecoder
from surfacebridge.protocols.midi.messages import MidiMessage
from surfacebridge.protocols.vendors.xtouch_compact import (
    COMPACT,
    MINI,
    FaderMoved,
    LampSet,
    LayerSet,
    ModeSet,
    RingSet,
    RingStyled,
    Told,
    Unit,
    decode,
    encode,
)
from tests.protocols.midi.strategies import midi_messages

rings: st.SearchStrategy[Told] = st.one_of(
    st.builds(RingSet, st.integers(0, 7), st.sampled_from(["off", "all_on", "all_blink"])),
    st.builds(RingSet, st.integers(0, 7), st.sampled_from(["on", "blink"]), st.integers(1, 13)),
)
told: st.SearchStrategy[Told] = st.one_of(
    rings,
    st.builds(ModeSet, st.booleans()),
    st.builds(LayerSet, st.integers(0, 1)),
    st.builds(
        RingStyled,
        st.integers(0, 7),
        st.sampled_from(["single", "pan", "fan", "spread", "trim"]),
    ),
    st.builds(LampSet, st.integers(0, 15), st.sampled_from(["off", "on", "blink"])),
)


def one(data: bytes) -> MidiMessage:
    (message,) = MidiDecoder().receive(data)
    assert not isinstance(message, Malformed)
    return message


@given(st.sampled_from([COMPACT, MINI]), told, st.integers(0, 15))
@settings(max_examples=80)
def test_what_a_host_says_arrives_on_any_channel(unit: Unit, message: Told, channel: int) -> None:
    assert decode(unit, one(encode(unit, message, channel))) == message


def test_only_the_compact_has_motors() -> None:
    assert encode(COMPACT, FaderMoved(8, 64)) == bytes.fromhex("B0 09 40")
    assert decode(COMPACT, one(bytes.fromhex("B0 09 40"))) == FaderMoved(8, 64)
    with pytest.raises(ProtocolMisuse):
        encode(MINI, FaderMoved(0, 64))


@given(midi_messages)
@settings(max_examples=60)
def test_any_midi_is_read_without_raising(message: MidiMessage) -> None:
    decode(COMPACT, message)
    decode(MINI, message)


@pytest.mark.parametrize(
    "text", ["B0 0A 05", "B0 1A 1D", "B0 50 00", "90 00 03", "90 27 01", "C0 02"]
)
def test_what_the_unit_ignores_means_nothing(text: str) -> None:
    assert decode(COMPACT, one(bytes.fromhex(text))) is None


@pytest.mark.parametrize(
    "message", [RingSet(0, "on", 0), RingSet(0, "blink", 14), RingSet(16, "off"), LampSet(39, "on")]
)
def test_what_cannot_be_said_is_our_own_mistake(message: Told) -> None:
    with pytest.raises(ProtocolMisuse):
        encode(COMPACT, message)
