from dataclasses import replace

import pytest

from surfacebridge.mapping.lines import Constant
from surfacebridge.mapping.nodes import scalar_at
from surfacebridge.mapping.problems import Problem
from surfacebridge.mapping.source import Span
from surfacebridge.mapping.words import read_constant
from surfacebridge.model.laws import LAWS
from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.sheets import ParameterKind, ParameterSpec
from surfacebridge.model.values import OFF, Colour, Value
from surfacebridge.routing.verbs import constant_of_text, constant_value, refuse_constant


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


def constant(text: str) -> Constant:
    problems: list[Problem] = []
    read = read_constant(scalar_at(text, Span("rig", 1, 1)), problems)
    assert read is not None, problems
    return read


LEVEL, SWITCH = spec("level"), spec("switch")
CHOICE = replace(spec("choice"), choices=("pre", "post"))


@pytest.mark.parametrize(
    ("text", "spec", "message"),
    [
        ("0.7x", LEVEL, "'0.7x' is no value of this; a level is written -10dB, -oo, 75%"),
        ("onn", SWITCH, "'onn' is no value of this; a switch is on or off, 1 or 0"),
        ("pots", CHOICE, "'pots' is no value of this; did you mean 'post'?"),
        ("later", CHOICE, "'later' is no value of this; it is one of pre, post"),
    ],
)
def test_a_word_that_is_no_value_is_told_what_is_one(
    text: str, spec: ParameterSpec, message: str
) -> None:
    assert refuse_constant(constant(text), spec).startswith(message)


@pytest.mark.parametrize(
    ("text", "spec"),
    [("-oo", LEVEL), ("0.5", LEVEL), ("50%", LEVEL), ("on", SWITCH), ("{value}", CHOICE)],
)
def test_what_is_a_value_is_not_refused(text: str, spec: ParameterSpec) -> None:
    assert refuse_constant(constant(text), spec) == ""
