from dataclasses import replace
from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.model.laws import LAWS
from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.sheets import (
    ControlSpec,
    ParameterKind,
    ParameterSpec,
    emulated,
    is_owner,
    with_owners,
    without_owners,
)
from surfacebridge.model.values import OFF, Colour
from tests.helpers.rigs import surface_sheet, target_sheet


def spec(
    kind: ParameterKind,
    steps: int = 0,
    low: float = 0.0,
    high: float = 1.0,
    *,
    logarithmic: bool = False,
) -> ParameterSpec:
    law = LAWS["x32"] if kind == "level" else None
    return ParameterSpec(ParameterId("p"), kind, law, steps, low, high, logarithmic)


LEVEL = spec("level", 1024)
PAN = spec("pan", 101)
TRIM = spec("number", 145, -18.0, 18.0)
PITCH = spec("number", 201, 20.0, 20000.0, logarithmic=True)


@pytest.mark.parametrize(
    ("parameter", "value", "position"),
    [
        (LEVEL, 0.0, 0.75),
        (LEVEL, OFF, 0.0),
        (LEVEL, 12.0, 1.0),
        (PAN, -1.0, 0.0),
        (PAN, 0.0, 0.5),
        (PAN, 3.0, 1.0),
        (TRIM, 0.0, 0.5),
        (TRIM, -40.0, 0.0),
        (PITCH, 20.0, 0.0),
        (PITCH, 20000.0, 1.0),
        (PITCH, 0.0, 0.0),
        (spec("switch"), True, 1.0),
        (spec("switch"), False, 0.0),
        (spec("text"), "Kick", 0.0),
        (LEVEL, nan, 0.0),
        (spec("number", 10, 5.0, 5.0), 5.0, 0.0),
    ],
)
def test_a_value_has_a_place_in_its_range(
    parameter: ParameterSpec, value: float | bool | str, position: float
) -> None:
    assert parameter.to_position(value) == pytest.approx(position)


def test_the_middle_of_a_logarithmic_range_is_its_geometric_mean() -> None:
    assert PITCH.from_position(0.5) == pytest.approx(632.456, abs=0.001)


@pytest.mark.parametrize("parameter", [LEVEL, PAN, TRIM, PITCH])
@given(position=st.floats(0.0, 1.0))
@settings(max_examples=30)
def test_a_position_survives_the_parameters_own_unit(
    parameter: ParameterSpec, position: float
) -> None:
    value = parameter.from_position(position)
    assert parameter.to_position(value) == pytest.approx(position, abs=1e-9)


@pytest.mark.parametrize("parameter", [LEVEL, PAN, TRIM, PITCH])
@given(position=st.floats(-1.0, 2.0))
@settings(max_examples=30)
def test_a_snapped_value_is_in_range_and_stays_where_it_is(
    parameter: ParameterSpec, position: float
) -> None:
    snapped = parameter.snap(parameter.from_position(position))
    assert parameter.snap(snapped) == snapped
    assert parameter.index(parameter.snap(snapped)) == parameter.index(snapped)
    assert 0.0 <= parameter.to_position(snapped) <= 1.0


def test_a_desk_that_reads_back_its_own_rounding_says_the_same() -> None:
    # The X32 answers 0.7498 to 0.75: both are step 767 of 1023.
    assert LEVEL.index(LEVEL.from_position(0.7498)) == LEVEL.index(0.0)
    assert LEVEL.index(LEVEL.from_position(0.7488)) != LEVEL.index(0.0)


def test_off_is_never_taken_for_the_lowest_step() -> None:
    assert LEVEL.index(OFF) != LEVEL.index(-89.99)


def test_without_a_grid_only_equal_values_are_equal() -> None:
    plain = spec("plain")
    assert plain.index(0.75) == 0.75
    assert plain.index("Kick") == "Kick"
    assert plain.snap(0.123) == 0.123


def test_a_switch_a_text_and_a_colour_are_their_own_places() -> None:
    red = Colour(255, 0, 0)
    assert spec("switch", 2).index(True) is True
    assert spec("text", 5).index("Kick") == "Kick"
    assert spec("colour", 16).index(red) == red
    assert spec("switch", 2).snap(True) is True


@pytest.mark.parametrize("value", [inf, -inf, nan])
def test_odd_numbers_from_a_peer_have_a_place_too(value: float) -> None:
    assert 0.0 <= PAN.to_position(value) <= 1.0
    assert 0.0 <= PITCH.to_position(value) <= 1.0
    assert isinstance(TRIM.index(value), int)


def test_a_level_without_a_law_is_our_own_mistake() -> None:
    lawless = ParameterSpec(ParameterId("p"), "level")
    with pytest.raises(ProtocolMisuse, match="has no law"):
        lawless.to_position(0.0)


def test_an_emulated_surface_offers_its_controls_as_parameters() -> None:
    sheet = emulated(surface_sheet(strips=2))
    kinds = {name: one.kind for name, one in sheet.parameters.items()}
    assert sheet.dialect == "bench_device"
    assert sheet.echo == "all"
    assert kinds["fader.2"] == "number"
    assert kinds["lcd.1.top"] == "text"
    assert kinds["mute.1"] == "switch"
    assert kinds["meter.1"] == "meter"
    assert kinds["lcd.1.color"] == "colour"
    assert kinds["jog"] == "plain"
    assert "fader.3" not in kinds


def test_an_emulated_fader_has_the_steps_of_the_wire_where_those_are_finer() -> None:
    coarse = surface_sheet()
    assert emulated(coarse).parameters["fader.1"].steps == coarse.controls["fader"].steps
    fine = emulated(replace(coarse, facts={"wire steps": 16_384}))
    assert fine.parameters["fader.1"].steps == fine.parameters["main.fader"].steps == 16_384
    assert fine.parameters["lcd.1.top"].steps == 0


def test_the_host_owns_what_is_behind_an_emulated_key() -> None:
    sheet = emulated(surface_sheet())
    assert sheet.parameters["mute.1"].key == "momentary"
    assert sheet.parameters["fader.1.touch"].key == "momentary"
    assert sheet.parameters["main.fader.touch"].key == "momentary"


def test_each_subject_with_a_level_has_an_owner_that_the_desk_knows_nothing_of() -> None:
    sheet = target_sheet(channels=1)
    shared = with_owners(sheet)
    owners = {name for name, spec in shared.parameters.items() if is_owner(spec)}
    assert {"ch.1.owner", "dca.2.owner", "ch.1.send.1.owner", "main.owner"} <= owners
    assert all(not shared.parameters[name].writable for name in owners)
    assert without_owners(shared).parameters == sheet.parameters
    assert without_owners(sheet) is sheet


@pytest.mark.parametrize(
    ("control", "can_show"),
    [
        (ControlSpec("f1", "key", False), False),
        (ControlSpec("mute", "key", True, lamp=True), True),
        (ControlSpec("trim", "fader", True), False),
        (ControlSpec("fader", "fader", True, motor=True), True),
        (ControlSpec("vpot", "vpot", True), False),
        (ControlSpec("ring", "ring", True), True),
        (ControlSpec("smpte", "lamp", False), True),
    ],
)
def test_a_control_shows_by_a_lamp_a_motor_or_a_display(
    control: ControlSpec, can_show: bool
) -> None:
    assert control.can_show is can_show
