"""A studio's payloads, both ways."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.studio.payloads import (
    LONGEST_TEXT,
    MOST_ENTRIES,
    Desk,
    Guest,
    Lead,
    Meters,
    Order,
    Owned,
    Presence,
    Refused,
    State,
    Watch,
    decode,
    decode_plain,
    encode,
)

TEXT = st.text(max_size=20)
NUMBER = st.floats(-1e6, 1e6)
COUNT = st.integers(0, 2**53)
BYTE = st.integers(0, 255)
SCALAR = st.none() | st.booleans() | NUMBER | TEXT | st.tuples(BYTE, BYTE, BYTE, st.booleans())
TEXTS = st.dictionaries(TEXT, TEXT, max_size=5)
PAYLOADS: st.SearchStrategy[Any] = st.one_of(
    st.builds(State, SCALAR, TEXT, st.none() | NUMBER, TEXT, TEXT, COUNT, TEXT, COUNT, NUMBER),
    st.builds(Desk, TEXT, TEXT, COUNT, TEXT, TEXT, TEXT),
    st.builds(Presence, st.booleans(), TEXT, TEXTS, TEXT),
    st.builds(Owned, TEXTS, TEXT),
    st.builds(Meters, st.dictionaries(TEXT, st.none() | NUMBER, max_size=5)),
    st.builds(Order, SCALAR, TEXT, COUNT, TEXT),
    st.builds(Guest, st.booleans(), TEXT, TEXTS),
    st.builds(Watch, st.lists(TEXT, max_size=5).map(tuple)),
    st.builds(Refused, TEXT, TEXT, TEXT, COUNT, st.booleans(), SCALAR),
    st.builds(Lead, TEXT),
)
KINDS: list[Any] = [State, Desk, Presence, Owned, Meters, Order, Guest, Watch, Refused, Lead]


@given(PAYLOADS)
def test_every_payload_comes_back(payload: Any) -> None:
    data = encode(payload)
    assert decode(type(payload), data) == payload
    assert json.loads(data)["v"] == 1


@given(st.binary(max_size=80), st.sampled_from(KINDS))
def test_no_bytes_raise(data: bytes, kind: Any) -> None:
    assert isinstance(decode(kind, data), Malformed | kind)
    decode_plain(data)


@given(
    PAYLOADS,
    st.recursive(
        st.none() | st.booleans() | NUMBER | TEXT,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
        max_leaves=8,
    ),
    st.data(),
)
def test_no_json_raises_whatever_stands_in_a_field(
    payload: Any, odd: object, chance: st.DataObject
) -> None:
    said = json.loads(encode(payload))
    said[chance.draw(st.sampled_from(sorted(said)))] = odd
    decode(type(payload), json.dumps(said).encode())


ORDER = {"v": 1, "value": -7.5, "session": "s", "seq": 3, "epoch": "e"}


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"v": None},
        {"value": float("nan")},
        {"value": float("inf")},
        {"value": 10**400},
        {"value": [1]},
        {"value": {"red": 256, "green": 0, "blue": 0}},
        {"value": {"red": 1, "green": 0}},
        {"value": "x" * (LONGEST_TEXT + 1)},
        {"value": "half \ud83c"},
        {"session": "\udc00"},
        {"session": None},
        {"seq": -1},
        {"seq": 1.5},
        {"seq": True},
        {"seq": 2**60},
        {"epoch": 7},
    ],
)
def test_a_field_that_is_not_right_makes_the_whole_malformed(change: dict[str, object]) -> None:
    assert isinstance(decode(Order, json.dumps(ORDER).encode()), Order)
    assert isinstance(decode(Order, json.dumps(ORDER | change).encode()), Malformed)


@pytest.mark.parametrize("name", ["value", "session", "seq", "epoch"])
def test_a_field_that_is_missing_makes_the_whole_malformed(name: str) -> None:
    said = {key: value for key, value in ORDER.items() if key != name}
    found = decode(Order, json.dumps(said).encode())
    assert isinstance(found, Malformed)
    assert name in found.reason


def test_fields_of_a_later_version_are_passed_over() -> None:
    assert decode(Order, json.dumps(ORDER | {"colour": 1}).encode()) == Order(-7.5, "s", 3, "e")


def test_tables_have_a_bound() -> None:
    many = {str(number): "x" for number in range(MOST_ENTRIES + 1)}
    assert isinstance(decode(Owned, encode(Owned(many, "e"))), Malformed)
    assert isinstance(decode(Watch, encode(Watch(tuple(many)))), Malformed)


@pytest.mark.parametrize("touched", [{"ch.1.fader": "\ud800"}, {"\ud800": "desk"}])
def test_a_table_with_half_a_character_is_malformed(touched: dict[str, str]) -> None:
    said = {"v": 1, "online": True, "session": "s", "touched": touched}
    assert isinstance(decode(Guest, json.dumps(said).encode()), Malformed)


@pytest.mark.parametrize(
    ("data", "value"),
    [(b"-10.5", -10.5), (b"true", True), (b"null", None), (b'"post"', "post"), (b" 1 ", 1.0)],
)
def test_a_dashboard_says_a_bare_value(data: bytes, value: object) -> None:
    assert decode_plain(data) == (value,)


@pytest.mark.parametrize("data", [b"", b"ON", b"NaN", b"[1]", b'{"red":1,"green":1,"blue":1}'])
def test_what_is_no_bare_value_is_malformed(data: bytes) -> None:
    assert isinstance(decode_plain(data), Malformed)


def test_a_level_that_is_off_is_null_and_a_colour_an_object() -> None:
    assert json.loads(encode(Order(None, "s", 1, "e")))["value"] is None
    said = json.loads(encode(Order((255, 0, 0, True), "s", 1, "e")))
    assert said["value"] == {"red": 255, "green": 0, "blue": 0, "inverted": True}
