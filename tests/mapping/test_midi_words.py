import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.mapping.midi_words import MIDI_KINDS, read_midi


@pytest.mark.parametrize(
    ("text", "range_", "canonical"),
    [
        ("cc 1 74", (0, 127), "cc 1 74 {v:0..127}"),
        ("cc 16 0 {v:10..20}", (10, 20), "cc 16 0 {v:10..20}"),
        ("cc14 1 7", (0, 16_383), "cc14 1 7 {v:0..16383}"),
        ("note 1 60 {v}", (0, 127), "note 1 60 {v:0..127}"),
        ("pb 8", (0, 16_383), "pb 8 {v:0..16383}"),
        ("nrpn 1 900", (0, 16_383), "nrpn 1 900 {v:0..16383}"),
        ("nrpn 1 900 {v:7}", (0, 127), "nrpn 1 900 {v:7}"),
        ("pressure 3", (0, 127), "pressure 3 {v:0..127}"),
        ("keypressure 3 60", (0, 127), "keypressure 3 60 {v:0..127}"),
        ("sysex f0 00 {v:7} f7", (0, 127), "sysex F0 00 {v:7} F7"),
        ("sysex F0 {v:14} 01 F7", (0, 16_383), "sysex F0 {v:14} 01 F7"),
        ("spp", (0, 16_383), "spp"),
        ("song {v}", (0, 127), "song"),
        ("mtc", (0, 0), "mtc"),
        ("clock", (0, 300), "clock"),
    ],
)
def test_a_message_has_the_range_its_bits_can_hold(
    text: str, range_: tuple[int, int], canonical: str
) -> None:
    words = read_midi(text)
    assert ((words.low, words.high), words.text) == (range_, canonical)
    assert read_midi(words.text) == words


@pytest.mark.parametrize(
    "text",
    [
        "pc 1 5", "note 1 60 100", "cc 2 74 127", "sysex F0 7E F7",
        "mmc record-exit", "start", "stop", "continue", "spp 16", "song 3",
    ],
)  # fmt: skip
def test_a_message_without_a_value_is_always_the_same(text: str) -> None:
    words = read_midi(text)
    assert not words.has_value
    assert words.text == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cd 1 7", "'cd' is no MIDI message"),
        ("cc 1", "should be written like 'cc 1 74'"),
        ("pb 1 2 3", "should be written like 'pb 1'"),
        ("cc 0 74", "a channel is a number from 1 to 16, not '0'"),
        ("cc 17 74", "from 1 to 16"),
        ("cc 1 128", "the number of a cc is a number from 0 to 127, not '128'"),
        ("cc14 1 32", "from 0 to 31"),
        ("nrpn 1 16383", "from 0 to 16382"),
        ("note 1 60 128", "the value of a note is a number from 0 to 127"),
        ("cc 1 7 {v:5..200}", "no range within 0..127"),
        ("cc 1 7 {v:9..9}", "no range within 0..127"),
        ("cc 1 7 {v:f}", "a value is written {v}"),
        ("cc 1 {n}", "not '{n}'"),
        ("sysex 00 01", "starts with F0"),
        ("sysex", "starts with F0"),
        ("mmc", "mmc and one of stop, play"),
        ("mmc plai", "'mmc plai' should be mmc and one of"),
        ("start 1", "nothing may follow 'start', not '1'"),
        ("mtc {v}", "nothing may follow 'mtc'"),
        ("spp 16384", "the value of a spp is a number from 0 to 16383"),
        ("song 1 2", "should be written like 'song 16'"),
        ("sysex F0 80 F7", "00 to 7F, not '80'"),
        ("sysex F0 0 F7", "00 to 7F, not '0'"),
        ("sysex F0 {v:7} {v:7} F7", "one value at most"),
        ("sysex F0 {v:8} F7", "one value at most"),
    ],
)
def test_a_message_at_fault_is_refused_with_the_reason(text: str, said: str) -> None:
    with pytest.raises(ProtocolMisuse, match=re.escape(said)):
        read_midi(text)


@given(st.text(max_size=40) | st.builds(" ".join, st.lists(st.sampled_from(
    [*MIDI_KINDS, "1", "16", "127", "{v}", "{v:7}", "F0", "F7", "7F", "x", "-1"]))))  # fmt: skip
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    try:
        words = read_midi(text)
    except ProtocolMisuse:
        return
    assert read_midi(words.text) == words
