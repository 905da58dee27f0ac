"""Behringer's values, both ways, for any value at all."""

from math import isnan

from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.model.laws import LAWS
from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.sheets import ParameterKind, ParameterSpec
from surfacebridge.model.values import OFF, Colour
from surfacebridge.profiles.behringer_values import from_wire, to_wire

KINDS: tuple[tuple[ParameterKind, str], ...] = (
    ("level", "f"),
    ("pan", "f"),
    ("number", "f"),
    ("number", "i"),
    ("switch", "i"),
    ("trigger", "i"),
    ("text", "s"),
    ("colour", "i"),
    ("choice", "i"),
    ("meter", "f"),
)


def spec(kind: ParameterKind, steps: int = 0) -> ParameterSpec:
    return ParameterSpec(
        ParameterId("x"), kind, LAWS["x32"], steps, -18.0, 18.0, choices=("a", "b"), length=12
    )


values = st.one_of(
    st.floats(), st.booleans(), st.text(), st.builds(Colour, *[st.integers(0, 255)] * 3)
)
raws = st.one_of(st.floats(), st.integers(), st.text(), st.binary(), st.none(), st.booleans())


@settings(max_examples=100)
@given(values, st.sampled_from(KINDS))
def test_any_value_has_a_wire_form_inside_its_range_or_none(
    value: float | str | Colour, kind: tuple[ParameterKind, str]
) -> None:
    raw = to_wire(spec(kind[0]), kind[1], value)
    if isinstance(raw, float):
        assert 0.0 <= raw <= 1.0
    elif isinstance(raw, int):
        assert -18 <= raw <= 18
    elif isinstance(raw, str):
        assert len(raw) <= 12
        assert raw.isascii()
        assert "\x00" not in raw
    else:
        assert raw is None


@settings(max_examples=100)
@given(raws, st.sampled_from(KINDS))
def test_any_wire_value_has_a_meaning_or_none(
    raw: float | str | bytes | None, kind: tuple[ParameterKind, str]
) -> None:
    value = from_wire(spec(kind[0]), kind[1], raw)
    assert not (isinstance(value, float) and isnan(value))


@given(st.integers(0, 144))
def test_every_step_of_a_number_comes_back_as_itself(step: int) -> None:
    trim = spec("number", 145)
    value = trim.from_position(step / 144)
    assert to_wire(trim, "f", value) == step / 144
    assert from_wire(trim, "f", step / 144) == value


def test_a_level_just_below_the_lowest_step_is_still_that_step_or_off() -> None:
    level = spec("level", 1024)
    assert to_wire(level, "f", OFF) == 0.0
    assert to_wire(level, "f", -89.6) == 1 / 1023
    assert from_wire(level, "f", 0.0) == OFF
