"""Comparing what came with what was written, and saying it."""

from math import inf

import pytest

from surfacebridge.model.laws import LAWS
from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.sheets import ParameterSpec
from surfacebridge.model.values import EIGHT_COLOURS, Value
from surfacebridge.rehearsal.expectations import same_value, value_text

LEVEL = ParameterSpec(ParameterId("f"), "level", LAWS["x32"], 1024)
PLAIN = ParameterSpec(ParameterId("p"), "plain")


@pytest.mark.parametrize(
    ("value", "wanted", "spec", "tolerance", "expected"),
    [
        (-0.005, 0.0, LEVEL, None, True),
        (-0.5, 0.0, LEVEL, None, False),
        (-0.5, 0.0, LEVEL, 1.0, True),
        (-inf, -90.0, LEVEL, None, False),
        (True, True, PLAIN, None, True),
        (True, 1, PLAIN, None, True),
        (False, 1, PLAIN, None, False),
        (0.1 + 0.2, 0.3, PLAIN, None, True),
        ("a", "a", PLAIN, 0.1, True),
        ("a", "b", PLAIN, 0.1, False),
    ],
)
def test_values_are_compared_on_the_grid_or_with_the_tolerance_that_is_written(
    value: Value, wanted: Value, spec: ParameterSpec, tolerance: float | None, expected: bool
) -> None:
    assert same_value(value, wanted, spec, tolerance) is expected


def test_values_are_said_as_a_story_would_write_them() -> None:
    values: list[Value] = [True, "Kick", EIGHT_COLOURS[1], -inf, -10.0]
    assert [value_text(one) for one in values] == ["on", '"Kick"', "red", "-oo", "-10"]
