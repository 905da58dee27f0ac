import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi.decoder import MidiDecoder
from surfacebridge.protocols.midi.messages import MidiMessage, SysEx
from surfacebridge.protocols.vendors.faderport import (
    FADERPORT_16,
    BarSet,
    BarStyled,
    ButtonChanged,
    EncoderTurned,
    FaderMoved,
    FaderTouched,
    KeepAlive,
    LampColour,
    LampSet,
    MeterLevel,
    ReductionLevel,
    Said,
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
    st.builds(MeterLevel, st.integers(0, 15), values),
    st.builds(ReductionLevel, st.integers(0, 15), values),
    st.builds(BarSet, st.integers(0, 15), values),
    st.builds(
        BarStyled,
        st.integers(0, 15),
        st.sampled_from(["normal", "bipolar", "fill", "spread", "off"]),
    ),
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


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("E3 70 7F", FaderMoved(3, 16368)),
        ("90 68 7F", FaderTouched(0, True)),
        ("90 6F 00", FaderTouched(7, False)),
        ("90 5E 7F", ButtonChanged(0x5E, True)),
        ("80 5E 40", ButtonChanged(0x5E, False)),
        ("B0 3C 02", EncoderTurned(0, 2)),
        ("B0 10 41", EncoderTurned(1, -1)),
        ("B0 11 41", None),
    ],
)
def test_what_hands_do_is_read(data: str, said: object) -> None:
    heard = from_surface(one(bytes.fromhex(data)))
    assert heard == said
    assert heard is None or from_surface(one(encode(heard))) == said


def test_the_larger_unit_has_touch_where_the_smaller_has_buttons() -> None:
    touched = one(bytes.fromhex("90 70 7F"))
    assert from_surface(touched) == ButtonChanged(0x70, True)
    assert from_surface(touched, FADERPORT_16) == FaderTouched(8, True)


def test_the_second_eight_meters_and_bars_have_messages_of_their_own() -> None:
    said: list[Told] = [MeterLevel(8, 1), ReductionLevel(15, 2), BarSet(9, 3), BarStyled(15, "off")]
    assert b"".join(map(encode, said)).hex(" ") == "c0 01 cf 02 b0 41 03 b0 4f 04"


@given(midi_messages)
@settings(max_examples=60)
def test_any_midi_is_read_without_raising(message: MidiMessage) -> None:
    to_surface(message)
    from_surface(message)


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
        MeterLevel(16, 0),
        ReductionLevel(-1, 0),
        BarSet(16, 0),
        StripText(0, 0, "Kick", 0x80),
        FaderTouched(16, True),
        EncoderTurned(2, 1),
        FaderMoved(16, 0),
    ],
)
def test_what_cannot_be_said_is_our_own_mistake(message: Said | Told) -> None:
    with pytest.raises(ProtocolMisuse):
        encode(message)
