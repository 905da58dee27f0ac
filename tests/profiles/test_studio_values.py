"""Values of a desk as a studio says them."""

from math import inf, nan
from typing import Any

import pytest

from surfacebridge.model.laws import LAWS
from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.sheets import ParameterSpec
from surfacebridge.model.values import OFF, Colour, Value
from surfacebridge.profiles.studio_values import from_wire, position_of, to_wire, unit_of
from surfacebridge.protocols.studio.payloads import Scalar


def spec(kind: str, **more: Any) -> ParameterSpec:
    return ParameterSpec(ParameterId("a"), kind, **more)  # type: ignore[arg-type]


LEVEL = spec("level", law=LAWS["x32"], steps=1024)
TRIM = spec("number", low=-18.0, high=18.0)


@pytest.mark.parametrize(
    ("one", "value", "said"),
    [
        (LEVEL, -7.5, -7.5),
        (LEVEL, OFF, None),
        (spec("meter"), OFF, None),
        (spec("switch"), True, True),
        (spec("pan"), -0.5, -0.5),
        (TRIM, 3.0, 3.0),
        (spec("choice", choices=("pre", "post")), "post", "post"),
        (spec("text"), "Kick", "Kick"),
        (spec("colour"), Colour(255, 0, 0, True), (255, 0, 0, True)),
        (spec("plain"), "anything", "anything"),
    ],
)
def test_a_value_comes_back(one: ParameterSpec, value: Value, said: Scalar) -> None:
    assert to_wire(value) == said
    assert from_wire(said, one) == value


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (LEVEL, True),
        (LEVEL, "loud"),
        (LEVEL, nan),
        (spec("switch"), 1.0),
        (spec("switch"), None),
        (spec("pan"), None),
        (spec("text"), 1.0),
        (spec("colour"), 1.0),
        (spec("choice", choices=("pre",)), "post"),
        (spec("plain"), None),
    ],
)
def test_what_a_kind_cannot_be_is_none(one: ParameterSpec, said: Scalar) -> None:
    assert from_wire(said, one) is None


@pytest.mark.parametrize(
    ("one", "said", "value"), [(LEVEL, 99.0, 10.0), (TRIM, -99.0, -18.0), (spec("pan"), 7.0, 1.0)]
)
def test_what_is_out_of_range_is_the_end_of_it(
    one: ParameterSpec, said: Scalar, value: Value
) -> None:
    assert from_wire(said, one) == value


def test_numbers_that_are_none_are_never_said() -> None:
    assert to_wire(nan) is None
    assert to_wire(inf) is None


def test_units_and_positions() -> None:
    assert (unit_of(LEVEL), unit_of(spec("meter")), unit_of(TRIM)) == ("dB", "dBFS", "")
    assert position_of(0.0, LEVEL) == 0.75
    assert position_of(OFF, LEVEL) == 0.0
    assert position_of(True, spec("switch")) is None
    assert position_of("x", LEVEL) is None
