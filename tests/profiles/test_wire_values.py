"""Units of OSC peers whose sheet says everything."""

from math import inf, nan

import pytest

from surfacebridge.model.laws import LAWS
from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.sheets import ParameterKind, ParameterSpec
from surfacebridge.model.values import OFF, Colour, Value
from surfacebridge.profiles.wire_values import from_wire, to_wire


def spec(kind: ParameterKind, **wire: object) -> ParameterSpec:
    law = LAWS["live"] if kind == "level" else None
    return ParameterSpec(ParameterId("p"), kind, law, choices=("off", "read"), wire=wire)


@pytest.mark.parametrize(
    ("one", "value", "wire"),
    [
        (spec("level"), -7.5, -7.5),
        (spec("level"), OFF, -200.0),
        (spec("level", off=-193), OFF, -193.0),
        (spec("level", range=(0, 1)), 0.0, 0.85),
        (spec("level", range=(0, 1)), OFF, 0.0),
        (spec("level", range=(0, 1000)), 6.0, 1000.0),
        (spec("pan"), -1.0, 0.0),
        (spec("pan"), 0.0, 0.5),
        (spec("pan", range=(1, 0)), 1.0, 0.0),
        (spec("pan", range=(-1, 1)), 0.5, 0.5),
        (spec("number"), 0.25, 0.25),
        (spec("number", range=(0, 127)), 0.5, 63.5),
        (spec("text"), "Kick", "Kick"),
        (spec("choice"), "read", 1.0),
        (spec("choice", words=True), "read", "read"),
        (spec("plain"), 3.0, 3.0),
    ],
)
def test_a_value_goes_to_the_wire_and_comes_back_the_same(
    one: ParameterSpec, value: Value, wire: Value
) -> None:
    assert to_wire(one, value) == pytest.approx(wire)
    assert from_wire(one, wire) == pytest.approx(value)


def test_unity_is_unity_and_off_is_off_on_every_scale() -> None:
    for one in (spec("level"), spec("level", range=(0, 1)), spec("level", range=(0, 16383))):
        for level in (0.0, OFF, 6.0):
            wire = to_wire(one, level)
            assert wire is not None
            assert from_wire(one, wire) == level


def test_what_is_below_silence_is_silence() -> None:
    assert from_wire(spec("level", off=-193), -200.0) == OFF
    assert from_wire(spec("meter", off=-193), -193.0) == OFF


def test_a_switch_is_on_for_anything_but_nothing() -> None:
    assert to_wire(spec("switch"), value=True) is True
    assert [from_wire(spec("switch"), raw) for raw in (0.0, 1.0, 2.0, False)] == [
        False,
        True,
        True,
        False,
    ]


def test_one_of_several_is_on_while_the_peer_says_it() -> None:
    touch, word = spec("switch", **{"is": 3}), spec("switch", **{"is": "Touch"})
    assert (to_wire(touch, value=True), to_wire(touch, value=False)) == (3.0, None)
    assert (from_wire(touch, 3.0), from_wire(touch, 2.0)) == (True, False)
    assert (to_wire(word, value=True), from_wire(word, "Touch")) == ("Touch", True)
    assert from_wire(word, "Read") is False


def test_a_meter_has_the_scale_its_sheet_says() -> None:
    scaled = ParameterSpec(
        ParameterId("m"), "meter", low=-60.0, high=0.0, wire={"range": (0.0, 1.0)}
    )
    by_law = ParameterSpec(ParameterId("m"), "meter", LAWS["live"], wire={"range": (0.0, 1.0)})
    assert [from_wire(scaled, raw) for raw in (0.0, 0.5, 2.0)] == [OFF, -30.0, 0.0]
    assert from_wire(by_law, 0.85) == 0.0


def test_a_colour_is_written_as_three_numbers() -> None:
    assert from_wire(spec("colour"), "rgb(255,0,300)") == Colour(255, 0, 255)
    assert from_wire(spec("colour"), "rgb(1,2)") is None
    assert from_wire(spec("colour"), "red") is None


@pytest.mark.parametrize(
    ("one", "raw"),
    [
        (spec("level"), "loud"),
        (spec("level"), nan),
        (spec("level"), inf),
        (spec("switch"), "on"),
        (spec("choice"), 7.0),
        (spec("choice"), "latch"),
        (spec("colour"), 1.0),
    ],
)
def test_what_makes_no_sense_is_nothing(one: ParameterSpec, raw: Value) -> None:
    assert from_wire(one, raw) is None


@pytest.mark.parametrize(
    ("one", "value"),
    [
        (spec("level"), True),
        (spec("level"), "loud"),
        (spec("level"), nan),
        (spec("text"), 1.0),
        (spec("choice"), "latch"),
        (spec("plain"), Colour(1, 2, 3)),
        (spec("colour"), Colour(1, 2, 3)),
    ],
)
def test_what_a_parameter_cannot_be_is_never_written(one: ParameterSpec, value: Value) -> None:
    assert to_wire(one, value) is None


def test_texts_are_bounded_and_a_number_may_be_a_name() -> None:
    assert from_wire(spec("text"), "x" * 4000) == "x" * 64
    assert from_wire(spec("text"), 12.0) == "12"
