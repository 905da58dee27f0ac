import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.mapping.arrows import read_stages
from surfacebridge.mapping.nodes import Piece, Scalar
from surfacebridge.mapping.source import Span
from surfacebridge.model.laws import LAWS
from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.sheets import ControlSpec, ParameterSpec
from surfacebridge.model.values import EIGHT_COLOURS, OFF, Colour, Value
from surfacebridge.routing.bindings import (
    back_of,
    colour_of,
    forward_of,
    is_on,
    lamp_of,
    meter_level,
    on_travel,
    own_value,
    ring_of,
    text_of,
)
from surfacebridge.routing.stages import Transform, read_stage
from surfacebridge.routing.state import Parameter

FADER = ControlSpec("fader", "fader", per_strip=True, law=LAWS["x32"])
KEY = ControlSpec("mute", "key", per_strip=True, lamp=True)
LCD = ControlSpec("lcd", "text", per_strip=True, cells=7)
RING = ControlSpec("ring", "ring", per_strip=True)


def spec(kind: str, **facts: object) -> ParameterSpec:
    return ParameterSpec(ParameterId("p"), kind, **facts)  # type: ignore[arg-type]


LEVEL = spec("level", law=LAWS["x32"], steps=1024)
ARDOUR = spec("level", law=LAWS["ardour"])
PLAIN = spec("plain")
PAN = spec("pan", steps=101)
TRIM = spec("number", low=-18.0, high=18.0)
SWITCH = spec("switch")
CHOICE = spec("choice", choices=("pre", "post", "sub"))
SEVEN_BITS = spec("number", low=0.0, high=127.0, steps=128)
SLIDER = spec("number", law=LAWS["reaper"], steps=1001)


def stages(text: str) -> tuple[Transform, ...]:
    if not text:
        return ()
    scalar = Scalar(text, False, Span("bench.yaml", 1, 1), (Piece(0, 1, 1),), 1)
    made = [read_stage(stage)[0] for stage in read_stages(scalar, [])]
    return tuple(one for one in made if one is not None)


@pytest.mark.parametrize(
    ("text", "parameter", "position", "value"),
    [
        ("db(x32, x32)", SEVEN_BITS, 1.0, 127.0),
        ("db(x32, linear-db(-60..10))", SEVEN_BITS, 0.5, 50 / 70 * 127.0),
        ("db(x32, x32) | scale(0..1, 27..127)", SEVEN_BITS, 0.5, 77.0),
        ("db", LEVEL, 0.75, 0.0),
        ("db", LEVEL, 0.0, OFF),
        ("db", LEVEL, 1.0, 10.0),
        ("db", ARDOUR, 0.75, 0.0),
        ("db", PLAIN, 0.5, -10.0),
        ("db(mcu)", PLAIN, (192 / 198) ** 8, 0.0),
        ("db(x32, reaper)", PLAIN, 0.75, 0.7162),
        ("db", SLIDER, 0.75, 0.7162),
        ("", LEVEL, 0.5, -10.0),
        ("", ARDOUR, 1.0, 6.0206),
        ("", PAN, 0.75, 0.5),
        ("", TRIM, 0.5, 0.0),
        ("", PLAIN, 0.3, 0.3),
        ("invert", TRIM, 0.25, 9.0),
        ("scale(0..1, 0..127)", PLAIN, 0.5, 63.5),
        ("scale(0..1, 2..8)", TRIM, 0.5, 5.0),
        ("curve(0:0, 50:20, 100:100)", PAN, 0.5, -0.6),
        ("steps(0, 0.5, 1)", PAN, 0.6, 0.0),
        ("", CHOICE, 0.5, "post"),
        ("steps(low, high)", PLAIN, 0.9, "high"),
        ("invert | scale(0..1, 0..10)", PLAIN, 0.2, 8.0),
    ],
)
def test_a_position_goes_there_and_back(
    text: str, parameter: ParameterSpec, position: float, value: Value
) -> None:
    there = forward_of(stages(text), FADER, parameter)(position)
    assert there == (pytest.approx(value, abs=0.001) if isinstance(value, float) else value)
    if "steps" not in text:
        back = back_of(stages(text), FADER, parameter)(there)
        assert back == pytest.approx(position, abs=1e-6)


@pytest.mark.parametrize("text", ["", "db", "invert", "db(mcu)"])
@pytest.mark.parametrize("parameter", [LEVEL, ARDOUR])
@given(position=st.floats(0.01, 1.0))
@settings(max_examples=15)
def test_every_level_comes_back_to_its_place(
    text: str, parameter: ParameterSpec, position: float
) -> None:
    # Above the surface's 10 dB and Ardour's 6 dB nothing can come back.
    there = forward_of(stages(text), FADER, parameter)(position)
    back = back_of(stages(text), FADER, parameter)(there)
    again = forward_of(stages(text), FADER, parameter)(back)
    assert again == pytest.approx(there, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "parameter", "position", "value"),
    [
        ("scale(0..1, 0..200)", SEVEN_BITS, 1.0, 127.0),
        ("scale(0..1, -9..200)", SEVEN_BITS, 0.0, 0.0),
        ("scale(0..1, -3..3)", PAN, 0.0, -1.0),
        ("scale(0..1, -90..30)", LEVEL, 1.0, 10.0),
        ("db(reaper)", LEVEL, 1.0, 10.0),
        ("db(reaper)", LEVEL, 0.0, OFF),
    ],
)
def test_nothing_is_said_outside_a_parameters_range(
    text: str, parameter: ParameterSpec, position: float, value: float
) -> None:
    assert forward_of(stages(text), FADER, parameter)(position) == value


def test_a_stage_for_one_way_leaves_the_other_alone() -> None:
    there = stages("> invert")
    assert forward_of(there, FADER, TRIM)(0.25) == 9.0
    assert back_of(there, FADER, TRIM)(9.0) == 0.75
    back = stages("< invert")
    assert forward_of(back, FADER, TRIM)(0.25) == -9.0
    assert back_of(back, FADER, TRIM)(-9.0) == 0.75


def test_a_key_gives_a_switch_on_and_off() -> None:
    assert forward_of((), KEY, SWITCH)(True) is True
    assert forward_of(stages("invert"), KEY, SWITCH)(True) is False


@pytest.mark.parametrize(
    ("text", "parameter", "value", "state"),
    [
        ("", SWITCH, True, "lit"),
        ("", SWITCH, False, "dark"),
        ("invert", SWITCH, False, "lit"),
        ("", LEVEL, OFF, "dark"),
        ("", LEVEL, -30.0, "lit"),
        ("", PLAIN, 0.0, "dark"),
        ("", PLAIN, 1, "lit"),
        ("", PLAIN, "0", "dark"),
        ("", PLAIN, "Touch", "lit"),
        ("radio", PLAIN, "Mute", "lit"),
        ("radio", PLAIN, "solo", "dark"),
        ("radio(mute=3)", PLAIN, 3.0, "lit"),
        ("radio(mute=3)", PLAIN, 2, "dark"),
        ("pick(armed=blink, recording=on, else=off)", PLAIN, "armed", "blink"),
        ("pick(armed=blink, recording=on, else=off)", PLAIN, "recording", "lit"),
        ("pick(armed=blink, recording=on, else=off)", PLAIN, "idle", "dark"),
        ("pick(on=blink)", SWITCH, True, "blink"),
        ("pick(on=blink)", SWITCH, False, "dark"),
    ],
)
def test_a_lamp_shows_what_the_target_says(
    text: str, parameter: ParameterSpec, value: Value, state: str
) -> None:
    made = Parameter(parameter.id, "desk", parameter, "others", 0.0)
    assert lamp_of(stages(text), made, "mute")(value) == state


def test_displays_cut_fit_or_abbreviate() -> None:
    assert text_of(stages("text(6)"), LCD, PLAIN)("Strings L") == "String"
    assert text_of(stages("text(4, abbreviate)"), LCD, PLAIN)("Lead Vocal") == "LdVc"
    assert text_of((), LCD, PLAIN)("Lead Vocal") == "LeadVcl"
    assert text_of((), LCD, LEVEL)(-10.0) == "-10.0"
    assert text_of(stages("pick(pre=Before, else=After)"), LCD, PLAIN)("post") == "After"


def test_rings_have_a_place_and_a_mode() -> None:
    place, mode = ring_of((), RING, PAN)
    assert (place(0.5), mode) == (0.75, "pan")
    assert ring_of((), RING, LEVEL)[1] == "fill"
    assert ring_of((), RING, TRIM)[1] == "dot"
    assert ring_of(stages("ring(spread)"), RING, PAN)[1] == "spread"


@pytest.mark.parametrize(
    ("value", "parameter", "level"),
    [
        (-12.0, spec("meter"), -12.0),
        (1.0, PLAIN, 0.0),
        (0.5, PLAIN, -30.0),
        (0.0, PLAIN, OFF),
        (True, PLAIN, OFF),
        ("loud", PLAIN, OFF),
        (float("nan"), PLAIN, OFF),
    ],
)
def test_meters_are_decibels_below_full(
    value: Value, parameter: ParameterSpec, level: float
) -> None:
    assert meter_level(value, parameter) == level


@pytest.mark.parametrize(
    ("place", "kept"),
    [(0.5, 0.5), (-3.0, 0.0), (7, 1.0), (float("inf"), 1.0), (float("nan"), None), ("x", None)],
)
def test_only_a_place_on_the_travel_reaches_a_motor(place: Value, kept: float | None) -> None:
    assert on_travel(place) == kept


def test_text_from_a_plain_address_is_no_place() -> None:
    assert on_travel(back_of((), FADER, PLAIN)("Kick")) is None


def test_colours_may_come_as_numbers() -> None:
    red = Colour(200, 0, 0)
    assert colour_of(red) == red
    assert colour_of(1.0) == EIGHT_COLOURS[1]
    assert colour_of("red") is None
    assert colour_of(float("inf")) is None


def test_words_of_a_mapping_are_numbers_where_they_look_like_it() -> None:
    assert own_value("3", PLAIN) == 3
    assert isinstance(own_value("3", PLAIN), int)
    assert isinstance(own_value("3.0", PLAIN), float)
    assert own_value("Latch", PLAIN) == "Latch"


def test_a_colour_counts_as_on() -> None:
    assert is_on(Colour(0, 0, 0), spec("colour"))


@pytest.mark.parametrize(("pressed", "word"), [(True, "armed"), (False, "idle")])
def test_a_key_and_its_lamp_speak_of_the_same_words(pressed: bool, word: str) -> None:
    there = forward_of(stages("pick(armed=blink, idle=dark)"), KEY, PLAIN)
    assert there(pressed) == word
    assert there("dark") == "idle"
    assert there("unheard") == "unheard"


def test_several_stages_follow_one_another_and_come_back_in_turn() -> None:
    chained = stages("invert | clamp(0.1..0.9) | curve(0:0, 50:20, 100:100)")
    assert forward_of(chained, FADER, PLAIN)(0.5) == pytest.approx(0.2)
    assert back_of(chained, FADER, PLAIN)(0.2) == pytest.approx(0.5)


def test_numbers_and_words_of_a_radio_do_not_mix() -> None:
    made = Parameter(PLAIN.id, "desk", PLAIN, "others", 0.0)
    assert lamp_of(stages("radio(mute=read)"), made, "mute")(3.0) == "dark"
