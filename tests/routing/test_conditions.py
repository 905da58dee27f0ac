import pytest

from surfacebridge.mapping.conditions import read_condition
from surfacebridge.mapping.lines import Condition, Term
from surfacebridge.mapping.nodes import Piece, Scalar
from surfacebridge.mapping.problems import Problem
from surfacebridge.mapping.source import Span
from surfacebridge.model.values import OFF, Value
from surfacebridge.routing.conditions import (
    Situation,
    compares,
    is_alike_everywhere,
    same,
    terms_of,
    weight_of,
)


def when(text: str, line: int = 1) -> Condition:
    problems: list[Problem] = []
    scalar = Scalar(text, False, Span("bench.yaml", line, 1), (Piece(0, line, 1),), line)
    condition = read_condition(scalar, problems)
    assert problems == []
    assert condition is not None
    return condition


def holds(text: str, *true: tuple[str, str], comparison: bool = False) -> bool:
    situation = Situation()
    for kind, name in true:
        situation.set(kind, name, True)

    def concrete(name: str) -> str:
        return f"x.{name}.3"

    def compare(_: Term) -> bool:
        return comparison

    return situation.holds(when(text), concrete, compare)


SHIFT, FLIP = ("modifier", "shift"), ("modifier", "flip")


def test_a_modifier_holds_while_it_is_on() -> None:
    assert holds("shift", SHIFT)
    assert not holds("shift")
    assert not holds("shift", FLIP)


def test_words_join_terms_as_they_do_in_english() -> None:
    assert holds("shift and flip", SHIFT, FLIP)
    assert not holds("shift and flip", SHIFT)
    assert holds("shift or flip", FLIP)
    assert holds("not shift")
    assert holds("not shift and flip", FLIP)
    assert not holds("not (shift or flip)", FLIP)


def test_layers_and_banks_are_asked_by_name() -> None:
    assert holds("layer sends", ("layer", "sends"))
    assert not holds("layer sends", ("bank", "sends"))
    assert holds("bank dcas", ("bank", "dcas"))


def test_touch_and_hold_speak_about_the_strip_at_hand() -> None:
    assert holds("touched fader", ("touched", "x.fader.3"))
    assert not holds("touched fader", ("touched", "x.fader.2"))
    assert holds("hold mute", ("hold", "x.mute.3"))


def test_comparisons_are_asked_of_the_target() -> None:
    assert holds(".on == 0", comparison=True)
    assert not holds(".on == 0 and shift", comparison=True)


def test_without_a_condition_a_line_always_holds() -> None:
    assert Situation().holds(None, str, lambda _: False)


def test_news_is_told_from_what_was_so_already() -> None:
    situation = Situation()
    assert situation.set("modifier", "shift", True)
    assert not situation.set("modifier", "shift", True)
    assert situation.set("modifier", "shift", False)
    assert not situation.set("modifier", "shift", False)


def test_choosing_one_of_a_kind_ends_the_others_of_that_kind_only() -> None:
    situation = Situation()
    situation.set("modifier", "pan", True)
    situation.choose("layer", "pan")
    situation.choose("layer", "sends")
    assert not situation.has("layer", "pan")
    assert situation.has("layer", "sends")
    assert situation.has("modifier", "pan")


@pytest.mark.parametrize(
    ("stronger", "weaker"),
    [
        ("layer sends and flip", "touched fader"),
        ("touched fader", "hold mute"),
        ("hold mute", "shift"),
        ("double mute", "shift"),
        ("shift", "layer sends"),
        (".on == 0", "layer sends"),
        ("layer sends", "bank dcas"),
    ],
)
def test_more_terms_win_and_then_the_more_passing_kind(stronger: str, weaker: str) -> None:
    assert weight_of(when(stronger)) > weight_of(when(weaker)) > weight_of(None)


def test_two_conditions_are_the_same_wherever_they_stand() -> None:
    assert same(when("shift and flip", 1), when("flip and shift", 9))
    assert same(when(".on == 0", 1), when(".on == 0", 2))
    assert same(None, None)
    assert not same(when("shift"), None)
    assert not same(when("shift"), when("not shift"))
    assert not same(when("shift and flip"), when("shift or flip"))
    assert not same(when(".on == 0"), when(".on == 1"))


def test_terms_come_from_left_to_right() -> None:
    assert [term.name for term in terms_of(when("a and (not b or c)"))] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("value", "operator", "other", "expected"),
    [
        (True, "==", 1.0, True),
        (False, "==", 0.0, True),
        (True, "!=", 0.0, True),
        ("Latch", "==", "latch", True),
        ("Latch", "!=", "read", True),
        (-10.0, "<", 0.0, True),
        (0.0, "<=", 0.0, True),
        (OFF, "<", -100.0, True),
        (3.0, ">", 2.0, True),
        (3.0, ">=", 4.0, False),
        ("3", ">", 2.0, False),
        (None, "==", 0.0, False),
        (None, "!=", 0.0, False),
    ],
)
def test_comparisons_read_as_they_are_written(
    value: Value | None, operator: str, other: Value, expected: bool
) -> None:
    assert compares(value, operator, other) is expected


@pytest.mark.parametrize(
    ("text", "alike"),
    [
        ("shift and not layer pan", True),
        ("bank a or flip", True),
        ("touched fader", False),
        ("shift and hold select", False),
        ("shift and .on", False),
    ],
)
def test_what_speaks_of_no_control_is_alike_on_all(text: str, alike: bool) -> None:
    assert is_alike_everywhere(when(text)) is alike


def test_a_situation_counts_its_changes_and_nothing_else() -> None:
    situation = Situation()
    situation.set("modifier", "shift", True)
    situation.set("modifier", "shift", True)
    assert situation.changes == 1
    situation.choose("layer", "pan")
    assert situation.changes == 2
