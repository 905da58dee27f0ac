import pytest
from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.profiles.midi_speech import (
    NUMBERED,
    TOPS,
    MidiHearing,
    Place,
    messages_at,
)
from surfacebridge.protocols.midi import messages as midi


@given(st.sampled_from(sorted(TOPS)), st.integers(1, 16), st.integers(0, 31), st.data())
def test_what_is_put_at_a_place_is_heard_there(
    kind: str, channel: int, number: int, data: st.DataObject
) -> None:
    value = data.draw(st.integers(0, TOPS[kind]))
    place = Place(kind, channel, number if kind in NUMBERED else 0)
    hearing = MidiHearing()
    hearing.want(kind, number)
    heard = [one for message in messages_at(place, value) for one in hearing.places(message)]
    assert heard[-1] == (place, value)


def test_a_parameter_of_seven_bits_has_no_low_half() -> None:
    whole = messages_at(Place("nrpn", 1, 900), 100, bits=14)
    short = messages_at(Place("nrpn", 1, 900), 100, bits=7)
    assert (len(whole), len(short)) == (4, 3)
    assert short[-1] == midi.ControlChange(0, 6, 100)


def test_halves_are_halves_only_where_a_parameter_is_wanted() -> None:
    hearing = MidiHearing()
    half = midi.ControlChange(0, 98, 4)
    assert not hearing.is_half(half)
    hearing.want("nrpn", 900)
    assert hearing.is_half(half)
    assert not hearing.is_half(midi.ControlChange(0, 7, 4))
    assert not hearing.is_half(midi.NoteOn(0, 98, 4))


def test_messages_without_a_value_are_at_no_place() -> None:
    assert list(MidiHearing().places(midi.Clock())) == []


def test_a_kind_that_is_none_is_a_misuse() -> None:
    with pytest.raises(ProtocolMisuse, match="'drum'"):
        messages_at(Place("drum", 1), 5)
