import pytest

from surfacebridge.mapping.source import Source
from surfacebridge.mapping.structure import (
    Anything,
    Either,
    Items,
    Key,
    Kind,
    Maybe,
    OneOf,
    Schema,
    Shape,
    Table,
    Text,
    check_shape,
)
from surfacebridge.mapping.yaml_reader import read_yaml

TEXT = Text({"type": "string"})
EVEN = Text({"type": "integer"}, lambda text: None if text in {"2", "4"} else f"{text} is odd")


def check(kind: Kind, text: str) -> list[str]:
    root, problems = read_yaml(Source("f", f"a: {text}\n"))
    assert problems == []
    assert root is not None
    return [str(one) for one in check_shape(Table(kind), root)]


@pytest.mark.parametrize(
    ("kind", "fits", "wrong", "said"),
    [
        (TEXT, "12", "[b]", "f:1:4: a text is expected here, not a list"),
        (TEXT, "'{b: c}'", "~", "f:1:4: a text is expected here, not nothing"),
        (EVEN, "4", "3", "f:1:4: 3 is odd"),
        (OneOf("x", "y"), "y", "z", "f:1:4: 'x' or 'y' is expected here, not 'z'"),
        (OneOf("x", "y", "z"), "x", "~", "f:1:4: 'x', 'y' or 'z' is expected here, not nothing"),
        (OneOf("x"), "x", "{b: c}", "f:1:4: 'x' is expected here, not a mapping"),
        (Items(TEXT), "[]", "b", "f:1:4: a list is expected here, not 'b'"),
        (Items(EVEN), "[2, 4]", "[2, 3]", "f:1:8: 3 is odd"),
        (Table(TEXT), "{b: c}", "b", "f:1:4: a mapping is expected here, not 'b'"),
        (Table(TEXT, EVEN), "{2: b}", "{3: b}", "f:1:5: 3 is odd"),
        (Maybe(EVEN), "", "5", "f:1:4: 5 is odd"),
        (Either(EVEN, Items(TEXT)), "[b]", "b", "f:1:4: b is odd"),
        (Either(TEXT, mapping=Table(EVEN)), "{b: 2}", "{b: 1}", "f:1:8: 1 is odd"),
    ],
)
def test_each_kind_takes_its_own_and_says_what_does_not_fit(
    kind: Kind, fits: str, wrong: str, said: str
) -> None:
    assert check(kind, fits) == []
    assert check(kind, wrong) == [said]


def test_a_list_where_only_a_text_has_a_way_is_told_that_a_text_is_expected() -> None:
    assert check(Either(TEXT), "[b]") == ["f:1:4: a text is expected here, not a list"]


def test_a_pair_has_two_texts() -> None:
    assert check(Items(TEXT, pair=True), "[b, c]") == []
    assert check(Items(TEXT, pair=True), "[b, c, d]") == [
        "f:1:4: two texts are expected here: for the page before, and for the one after"
    ]


def test_a_text_that_begins_with_a_brace_is_told_to_be_quoted() -> None:
    assert check(TEXT, "{b: c}") == [
        "f:1:4: a text is expected here, not a mapping; quote a text that starts with '{'"
    ]


def test_a_shape_says_all_that_is_wrong_in_it_at_once() -> None:
    shape = Shape("S", "A shape.", {"b": Key(TEXT, needed=True), "c": EVEN, "d": TEXT})

    assert check(shape, "{b: x, c: , d: y}") == []
    assert check(shape, "{c: 3, dd: z}") == [
        "f:1:8: 3 is odd",
        "f:1:11: no key 'dd' can stand here; did you mean 'd'?",
        "f:1:4: the key 'b' is missing here",
    ]
    assert check(shape, "{b: x, other: z}") == [
        "f:1:11: no key 'other' can stand here; these can: b, c, d"
    ]


def test_a_key_with_a_default_or_a_need_is_not_left_empty() -> None:
    shape = Shape("S", "A shape.", {"b": Key(TEXT, default="x"), "c": Key(TEXT, needed=True)})

    assert check(shape, "{b: , c: }") == [
        "f:1:6: a text is expected here, not nothing",
        "f:1:11: a text is expected here, not nothing",
    ]


def test_editors_are_told_the_same() -> None:
    inner = Shape("Inner", "Inside.", {"b": TEXT})
    shape = Shape(
        "Outer",
        "Outside.",
        {
            "one": Key(inner, needed=True),
            "two": Key(OneOf("x", "y"), "which", default="x"),
            "three": Items(EVEN, pair=True),
            "four": Table(Anything({})),
        },
    )
    named: Schema = {}

    assert shape.schema(named) == {"$ref": "#/$defs/Outer"}
    assert named["Outer"] == {
        "title": "Outer",
        "description": "Outside.",
        "type": "object",
        "properties": {
            "one": {"$ref": "#/$defs/Inner"},
            "two": {
                "type": "string", "enum": ["x", "y"], "default": "x", "description": "which",
            },
            "three": {
                "type": ["array", "null"],
                "items": {"type": "integer"}, "minItems": 2, "maxItems": 2,
            },
            "four": {"type": ["object", "null"], "additionalProperties": {}},
        },
        "additionalProperties": False,
        "required": ["one"],
    }  # fmt: skip
    assert named["Inner"]["properties"] == {"b": {"type": ["string", "null"]}}
