from math import inf

import pytest

from surfacebridge.mapping.lines import Constant
from surfacebridge.mapping.nodes import Scalar, scalar_at
from surfacebridge.mapping.problems import Problem
from surfacebridge.mapping.source import Span
from surfacebridge.mapping.words import check_name, find_unclosed, read_constant, split, tokens


def scalar(text: str) -> Scalar:
    return scalar_at(text, Span("f", 1, 1))


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("0dB", 0.0, "dB"),
        ("-10.5 dB", -10.5, "dB"),
        ("+3db", 3.0, "dB"),
        ("-oo", -inf, "dB"),
        ("-oodB", -inf, "dB"),
        ("75%", 75.0, "%"),
        (".5", 0.5, ""),
        ("-1", -1.0, ""),
    ],
)
def test_figures_have_a_number_and_a_unit(text: str, number: float, unit: str) -> None:
    constant = read_constant(scalar(text), [])
    assert constant is not None
    assert (constant.number, constant.unit, constant.word) == (number, unit, "")


@pytest.mark.parametrize("text", ["press", "1_000", "0x14", "12:30", "1e3", "-"])
def test_anything_else_is_a_word(text: str) -> None:
    assert read_constant(scalar(text), []) == Constant(text, None, "", text, False, Span("f", 1, 1))


def test_quotes_make_a_text_of_anything() -> None:
    constant = read_constant(scalar('"0 dB"'), [])
    assert constant is not None
    assert (constant.word, constant.quoted, constant.number) == ("0 dB", True, None)


def test_two_words_are_not_one_value() -> None:
    problems: list[Problem] = []
    assert read_constant(scalar("a b"), problems) is None
    assert [str(one) for one in problems] == [
        "f:1:1: one value is expected here, not 'a b'; quote a text with blanks"
    ]


def test_separators_in_quotes_and_brackets_do_not_separate() -> None:
    parts = split(scalar('"a|b" | c(d|e) | {f|g}'), "|")
    assert [(part.text, part.span.column) for part in parts] == [
        ('"a|b"', 1),
        ("c(d|e)", 9),
        ("{f|g}", 18),
    ]


def test_blanks_in_braces_and_quotes_hold_a_word_together() -> None:
    assert [one.text for one in tokens(scalar('/a {v: f} "b c"  d'))] == [
        "/a",
        "{v: f}",
        '"b c"',
        "d",
    ]


def test_an_apostrophe_inside_a_word_is_no_quotation_mark() -> None:
    assert find_unclosed(scalar("it's")) is None


@pytest.mark.parametrize(
    ("text", "place"), [('a "b', 3), ("a (b", 3), ("a) b", 2), ("{(}", 3), ("((a)", 1)]
)
def test_what_is_never_closed_is_found(text: str, place: int) -> None:
    problem = find_unclosed(scalar(text))
    assert problem is not None
    assert problem.span.column == place


@pytest.mark.parametrize(
    "text", ["fader", ".fader", "x.f-1_a", ".send.{send}.level", "{n:02}", "a.{mode.3}"]
)
def test_names_may_hold_placeholders(text: str) -> None:
    assert check_name(scalar(text), "a name", [])


@pytest.mark.parametrize(
    ("text", "place"), [("", 1), ("a..b", 2), ("a.", 2), ("a.%", 3), ("a b", 2), ("a{}", 2)]
)
def test_a_name_is_faulted_at_its_first_wrong_character(text: str, place: int) -> None:
    problems: list[Problem] = []
    assert not check_name(scalar(text), "a name", problems)
    assert [one.span.column for one in problems] == [place]
