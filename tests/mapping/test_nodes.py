from surfacebridge.mapping.nodes import Scalar, plain, scalar_at, span_of
from surfacebridge.mapping.source import Source, Span
from surfacebridge.mapping.yaml_reader import read_yaml


def places(scalar: Scalar) -> list[int]:
    return [scalar.at(offset).column for offset in range(len(scalar.text))]


def test_a_replaced_piece_stands_where_the_old_one_began_and_the_rest_stays() -> None:
    text = scalar_at("x.$name.end", Span("a", 1, 1)).spliced([(2, 7, "longword")])
    assert text.text == "x.longword.end"
    assert places(text) == [1, 2, *[3] * 8, 8, 9, 10, 11]


def test_replacing_twice_keeps_every_place() -> None:
    once = scalar_at("{1..3}.{i}!", Span("a", 1, 5)).spliced([(0, 6, "2"), (7, 10, "$x")])
    twice = once.spliced([(2, 4, "wide")])
    assert twice.text == "2.wide!"
    assert places(twice) == [5, 11, 12, 12, 12, 12, 15]


def test_a_part_keeps_its_places() -> None:
    text = scalar_at("ab$cd", Span("a", 1, 1)).spliced([(2, 3, "LONG")])
    assert places(text.part(1, 7)) == [2, 3, 3, 3, 3, 4]
    assert places(text.part(3, 7)) == [3, 3, 3, 4]


def test_span_of_follows_keys_and_places_and_skips_unknown_steps() -> None:
    root, problems = read_yaml(Source("f", "a:\n  - b: one\n    c: two\n"))
    assert root is not None
    assert problems == []
    assert span_of(root, ("a", 0, "SomeModel", "c")) == Span("f", 3, 8)
    assert span_of(root, ("a", 0, "c", "[key]")) == Span("f", 3, 5)
    assert plain(root) == {"a": [{"b": "one", "c": "two"}]}
