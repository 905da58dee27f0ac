from surfacebridge.mapping.lists import expand
from surfacebridge.mapping.nodes import scalar_at
from surfacebridge.mapping.problems import Problem
from surfacebridge.mapping.source import Span


def texts(text: str) -> list[str]:
    problems: list[Problem] = []
    found = [one.scalar.text for one in expand(scalar_at(text, Span("f", 1, 1)), problems)]
    return [str(one) for one in problems] or found


def test_a_range_counts_up_or_down() -> None:
    assert texts("x.f{1..3}") == ["x.f1", "x.f2", "x.f3"]
    assert texts("x.f{3..1}") == ["x.f3", "x.f2", "x.f1"]


def test_a_leading_nought_keeps_the_width() -> None:
    assert texts("/ch/{08..11}") == ["/ch/08", "/ch/09", "/ch/10", "/ch/11"]


def test_words_are_taken_in_turn() -> None:
    assert texts("auto.{read, write}") == ["auto.read", "auto.write"]


def test_equal_lists_go_in_step_and_a_single_word_goes_with_all() -> None:
    assert texts("a{1..2} > b{3..4}.{x,}") == [
        "f:1:19: a list is written {1..8} or {one,two}, up to 1024 long"
    ]
    assert texts("a{1..2} > b{3..4}.{7..7}") == ["a1 > b3.7", "a2 > b4.7"]


def test_place_and_word_stand_for_the_line_s_own_list() -> None:
    assert texts("m.{8..9} > f{i} /{i:02}/{value}/{value:i}") == [
        "m.8 > f1 /01/8/8",
        "m.9 > f2 /02/9/9",
    ]


def test_a_text_without_a_list_is_left_alone() -> None:
    for text in ("plain", "{n} {n:02} {v:f} {v:0..1023} {v:0|1} {.name|.id:7} {i} {value}"):
        assert texts(text) == [text]


def test_what_came_out_of_a_list_stands_where_the_list_does() -> None:
    (one, _) = expand(scalar_at("a.{10..11}.b%", Span("f", 1, 1)), [])
    assert one.scalar.text == "a.10.b%"
    assert one.scalar.at(6) == Span("f", 1, 13)
    assert (one.place, one.word) == (1, "10")
