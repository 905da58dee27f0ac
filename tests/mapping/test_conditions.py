import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.mapping.conditions import all_of, read_condition
from surfacebridge.mapping.lines import And, Condition, Not, Or, Term
from surfacebridge.mapping.nodes import scalar_at
from surfacebridge.mapping.problems import Problem
from surfacebridge.mapping.source import Span


def written(condition: Condition | None) -> str:
    match condition:
        case None:
            return "?"
        case Term():
            value = condition.value.text if condition.value else ""
            return f"{condition.kind}:{condition.name}{condition.operator}{value}"
        case Not():
            return f"not {written(condition.condition)}"
        case And():
            return f"({' & '.join(written(one) for one in condition.conditions)})"
        case Or():
            return f"({' | '.join(written(one) for one in condition.conditions)})"


def read(text: str) -> Condition | None:
    problems: list[Problem] = []
    condition = read_condition(scalar_at(text, Span("f", 1, 1)), problems)
    assert (condition is None) == bool(problems)
    return condition


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("shift", "modifier:shift"),
        ("layer sends and flip", "(layer:sends & modifier:flip)"),
        ("bank inputs", "bank:inputs"),
        ("touched fader", "touched:fader"),
        ("hold box.mute.8", "hold:box.mute.8"),
        ("double box.mute.8", "double:box.mute.8"),
        (".on == 0", "compare:.on==0"),
        ("daw.playing", "compare:daw.playing"),
        ("send >= 3", "compare:send>=3"),
        ("s == 3", "compare:s==3"),
        ('.name != "Lead Vocal"', 'compare:.name!="Lead Vocal"'),
        (".fader < -10dB", "compare:.fader<-10dB"),
        (".pan > +0.5", "compare:.pan>+0.5"),
        ("a or b and not c", "(modifier:a | (modifier:b & not modifier:c))"),
        ("(a or b) and c", "((modifier:a | modifier:b) & modifier:c)"),
        ("(a and b) and c", "(modifier:a & modifier:b & modifier:c)"),
        ("not not a", "not not modifier:a"),
        (".send.{send}.on", "compare:.send.{send}.on"),
    ],
)
def test_words_and_brackets_become_a_tree(text: str, meaning: str) -> None:
    assert written(read(text)) == meaning


def test_a_term_stands_where_it_begins() -> None:
    condition = read("shift and layer sends")
    assert isinstance(condition, And)
    assert [one.span.column for one in condition.conditions if isinstance(one, Term)] == [1, 11]


def test_joined_conditions_are_flat_and_nothing_adds_nothing() -> None:
    assert all_of(None, None) is None
    assert written(all_of(read("a"), None)) == "modifier:a"
    assert written(all_of(read("a and b"), read("c or d"))) == (
        "(modifier:a & modifier:b & (modifier:c | modifier:d))"
    )


def test_deep_brackets_are_refused_before_they_hurt() -> None:
    assert read("(" * 400 + "a" + ")" * 400) is None
    assert read("not " * 400 + "a") is None


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "a",
                "and",
                "or",
                "not",
                "(",
                ")",
                "layer",
                "==",
                "=",
                "!",
                ".x",
                "3",
                '"',
                "{",
                "}",
                "$",
                " ",
            ]
        )
    )
)
def test_any_words_are_read_or_refused_but_never_raise(words: list[str]) -> None:
    read(" ".join(words))
