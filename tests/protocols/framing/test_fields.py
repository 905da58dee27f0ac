import pytest
from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.framing.fields import LinePattern


@pytest.mark.parametrize(
    ("pattern", "strip", "value", "line"),
    [
        ("F{s} {v:0..1023}", 3, 1.0, "F3 1023"),
        ("F{s} {v:0..1023}", 12, 0.0, "F12 0"),
        ("T{s} {v:0|1}", 1, 1.0, "T1 1"),
        ("T{s} {v:0|1}", 1, 0.0, "T1 0"),
        ("L{s} {v:off|dim|on}", 2, 0.5, "L2 dim"),
        ("N{s} {v:s}", 4, "Lead Vox", "N4 Lead Vox"),
        ("knob={v:100..0}", 0, 1.0, "knob=0"),
        ("GO", 0, 1.0, "GO"),
        ("a.b*{s}?", 5, 1.0, "a.b*5?"),
    ],
)
def test_a_pattern_says_and_reads_the_same(
    pattern: str, strip: int, value: float | str, line: str
) -> None:
    one = LinePattern.read(pattern)
    assert one.format(strip, value) == line
    assert one.match(line) == (strip, value)


def test_what_does_not_fit_is_nothing() -> None:
    one = LinePattern.read("F{s} {v:0..1023}")
    assert [one.match(line) for line in ("F1", "F1 x", "F1 5 6", "G1 5", " F1 5", "F1  5")] == [
        None
    ] * 6


def test_a_number_beyond_the_ends_is_clamped() -> None:
    one = LinePattern.read("F{s} {v:0..1023}")
    assert one.match("F1 5000") == (1, 1.0)
    assert one.match("F1 -7") == (1, 0.0)


@pytest.mark.parametrize("pattern", ["F{s} {v:x}", "F{s}{s} {v}", "{v:1..2..3}"])
def test_a_field_that_cannot_be_is_refused(pattern: str) -> None:
    with pytest.raises(ProtocolMisuse):
        LinePattern.read(pattern)


@given(st.integers(1, 99), st.integers(0, 1023))
def test_every_step_of_a_converter_comes_back(strip: int, step: int) -> None:
    one = LinePattern.read("M{s} {v:0..1023}")
    line = one.format(strip, step / 1023)
    assert line == f"M{strip} {step}"
    assert one.match(line) == (strip, step / 1023)
