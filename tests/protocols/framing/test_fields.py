import pytest
from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.framing.fields import LinePattern, Word, line_of


@pytest.mark.parametrize(
    ("pattern", "strip", "value", "line"),
    [
        ("F{s} {v:0..1023}", 3, 1.0, "F3 1023"),
        ("F{s} {v:0..1023}", 12, 0.0, "F12 0"),
        ("T{s} {v:0|1}", 1, 1.0, "T1 1"),
        ("T{s} {v:0|1}", 1, 0.0, "T1 0"),
        ("L{s} {v:off|dim|on}", 2, 0.5, "L2 dim"),
        ("L{s} {v:all off|all on}", 2, 1.0, "L2 all on"),
        ("N{s} {v:s}", 4, "Lead Vox", "N4 Lead Vox"),
        ("knob={v:100..0}", 0, 1.0, "knob=0"),
        ("GO", 0, 1.0, "GO"),
        ("a.b*{s}?", 5, 1.0, "a.b*5?"),
        ("/f {s} {v:f}", 2, 0.25, "/f 2 0.25"),
        ("/f {s} {v:-1.0..1}", 2, 0.0, "/f 2 -1.0"),
        ("note 1 {s+103} {v:0..127}", 8, 1.0, "note 1 111 127"),
        ("{s-1}:{v:i}", 1, 1.0, "0:1"),
        ("ch {s:02}  007 {v:0|1}", 3, 1.0, "ch 03  007 1"),
    ],
)
def test_a_pattern_says_and_reads_the_same(
    pattern: str, strip: int, value: float | str, line: str
) -> None:
    one = LinePattern.read(pattern)
    assert line_of(one.words(strip, value)) == line
    assert one.match(line) == (strip if "{s" in pattern else 0, value)


@pytest.mark.parametrize(
    ("pattern", "value", "words"),
    [
        ("/m {s} {v:0..1023}", 0.5, ("/m", 3, 512)),
        ("/m {s} {v:0.0..1.0}", 0.5, ("/m", 3, 0.5)),
        ("/n 2 1.5 1.50 07 {v:s}", "42", ("/n", 2, 1.5, "1.50", "07", "42")),
        ("M{s} {v:0|1}", 1.0, ("M3", 1)),
    ],
)
def test_words_keep_numbers_apart_from_texts(
    pattern: str, value: float | str, words: tuple[Word, ...]
) -> None:
    assert LinePattern.read(pattern).words(3, value) == words
    assert [*map(type, LinePattern.read(pattern).words(3, value))] == [*map(type, words)]


def test_what_does_not_fit_is_nothing() -> None:
    one = LinePattern.read("F{s} {v:0..1023}")
    assert [one.match(line) for line in ("F1", "F1 x", "F1 5 6", "G1 5", " F1 5", "F1  5")] == [
        None
    ] * 6


def test_a_number_beyond_the_ends_is_clamped() -> None:
    one = LinePattern.read("F{s} {v:0..1023}")
    assert one.match("F1 5000") == (1, 1.0)
    assert one.match("F1 -7") == (1, 0.0)


@pytest.mark.parametrize(
    "pattern", ["F{s} {v:x}", "F{s}{s} {v}", "{v:1..2..3}", "{v+1:0..9}", "{s:x}", "{v:0..9} {v}"]
)
def test_a_field_that_cannot_be_is_refused(pattern: str) -> None:
    with pytest.raises(ProtocolMisuse):
        LinePattern.read(pattern)


@given(st.integers(1, 99), st.integers(0, 1023))
def test_every_step_of_a_converter_comes_back(strip: int, step: int) -> None:
    one = LinePattern.read("M{s} {v:0..1023}")
    line = line_of(one.words(strip, step / 1023))
    assert line == f"M{strip} {step}"
    assert one.match(line) == (strip, step / 1023)
