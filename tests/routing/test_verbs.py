import pytest

from surfacebridge.model.laws import LAWS
from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.sheets import ParameterKind, ParameterSpec
from surfacebridge.model.values import OFF, Colour, Value
from surfacebridge.routing.verbs import constant_of_text, constant_value


def spec(kind: ParameterKind) -> ParameterSpec:
    return ParameterSpec(
        ParameterId("p"), kind, LAWS["x32"] if kind == "level" else None, low=-18.0, high=18.0
    )


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("0dB", "level", 0.0),
        ("-10dB", "level", -10.0),
        ("-oo", "level", OFF),
        ("-oodB", "level", OFF),
        ("75%", "level", 0.0),
        ("0.75", "level", 0.0),
        ("0.5", "pan", 0.0),
        ("50%", "pan", 0.0),
        ("6", "number", 6),
        ("1.5", "number", 1.5),
        ("50%", "number", 0.0),
        ("on", "switch", True),
        ("off", "switch", False),
        ("1", "switch", True),
        ("0", "switch", False),
        ("post", "choice", "post"),
        ("Latch", "plain", "Latch"),
        ("3", "plain", 3),
    ],
)
def test_a_constant_is_in_the_parameters_own_unit(
    text: str, kind: ParameterKind, value: Value
) -> None:
    made = constant_of_text(text, spec(kind))
    assert made == value
    assert isinstance(made, bool) == isinstance(value, bool)


def test_a_colour_is_written_by_its_name() -> None:
    assert constant_value(None, "", "red", spec("colour")) == Colour(255, 0, 0)
    assert constant_value(None, "", "beige", spec("colour")) == "beige"
