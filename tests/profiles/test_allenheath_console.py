import pytest

from surfacebridge.model.laws import law_named
from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.sheets import ParameterKind, ParameterSpec
from surfacebridge.model.values import OFF, Colour, Value
from surfacebridge.profiles.allenheath_console import from_seven_bits, to_seven_bits
from tests.profiles.shipped import shipped


def spec(kind: ParameterKind, **more: object) -> ParameterSpec:
    return ParameterSpec(ParameterId("desk.it"), kind, **more)  # type: ignore[arg-type]


HALVES = spec("level", law=law_named("linear-db(-53.5..10)"), steps=128)
QU = shipped().target("allenheath/qu-32").parameters["ch.1.fader"]


@pytest.mark.parametrize(
    ("parameter", "value", "raw"),
    [
        (HALVES, 0.0, 0x6B),
        (HALVES, 10.0, 0x7F),
        (HALVES, OFF, 0),
        (QU, 0.0, 0x62),
        (QU, 10.0, 0x7F),
        (QU, -10.0, 0x3F),
        (QU, -45.0, 0x0C),
        (QU, OFF, 0),
        (spec("pan", steps=75), 0.0, 0x25),
        (spec("number", low=-15.0, high=15.0, steps=127), 0.0, 0x3F),
        (spec("choice", choices=("a", "b")), "b", 1),
        (spec("switch"), True, 0x7F),
        (spec("switch"), False, 0x3F),
        (spec("switch", wire={"inverted": True}), False, 0x7F),
    ],
)
def test_a_value_and_its_seven_bits_are_each_others(
    parameter: ParameterSpec, value: Value, raw: int
) -> None:
    assert to_seven_bits(parameter, value) == raw
    assert from_seven_bits(parameter, raw) == value


@pytest.mark.parametrize("parameter", [HALVES, QU])
def test_every_step_comes_back_as_itself(parameter: ParameterSpec) -> None:
    for raw in range(128):
        value = from_seven_bits(parameter, raw)
        assert value is not None
        assert to_seven_bits(parameter, value) == raw


def test_what_it_cannot_be_is_nothing() -> None:
    assert to_seven_bits(HALVES, "loud") is None
    assert to_seven_bits(HALVES, True) is None
    assert to_seven_bits(spec("choice", choices=("a",)), Colour(0, 0, 0)) is None
    assert from_seven_bits(spec("choice", choices=("a",)), 7) is None
    assert from_seven_bits(spec("pan", steps=75), 0x4B) is None
