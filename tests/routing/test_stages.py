import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.mapping.arrows import read_stages
from surfacebridge.mapping.lines import Stage
from surfacebridge.mapping.nodes import Piece, Scalar
from surfacebridge.mapping.problems import Problem
from surfacebridge.mapping.source import Span
from surfacebridge.model.laws import LAWS
from surfacebridge.model.values import Value
from surfacebridge.routing.stages import (
    STAGE_NAMES,
    Code,
    Decibels,
    KeyStyle,
    Limit,
    Mapped,
    Pick,
    Relative,
    Shape,
    Transform,
    guarded,
    lacks_a_way,
    read_stage,
)
from tests.helpers.rigs import problems_of, rig


def stage(text: str) -> Stage:
    """Return the one stage that ``text`` says, read by the mapping's own parser."""
    problems: list[Problem] = []
    scalar = Scalar(text, False, Span("bench.yaml", 1, 1), (Piece(0, 1, 1),), 1)
    (one,) = read_stages(scalar, problems)
    assert problems == []
    return one


def read(text: str) -> Transform:
    transform, problems = read_stage(stage(text))
    assert problems == []
    assert transform is not None
    return transform


def problem(text: str) -> str:
    _, problems = read_stage(stage(text))
    assert problems
    return problems[0].message


def both_ways(text: str, values: dict[float, Value]) -> None:
    transform = read(text)
    assert isinstance(transform, Mapped)
    assert transform.to_target is not None
    for value, there in values.items():
        assert transform.to_target(value) == pytest.approx(there)
        if transform.to_surface is not None:
            assert transform.to_surface(there) == pytest.approx(value)


def test_scale_is_a_straight_line_both_ways() -> None:
    both_ways("scale(0..1, 0..127)", {0.0: 0.0, 0.5: 63.5, 1.0: 127.0})
    both_ways("scale(0..1, 10..-10)", {0.0: 10.0, 0.25: 5.0, 1.0: -10.0})


def test_invert_turns_numbers_and_switches_round() -> None:
    both_ways("invert", {0.0: 1.0, 0.25: 0.75})
    transform = read("invert")
    assert isinstance(transform, Mapped)
    assert transform.to_target is not None
    assert transform.to_target(True) is False
    assert transform.to_target(False) is True


def test_clamp_holds_a_value_inside_both_ways() -> None:
    transform = read("clamp(0.9..0.1)")
    assert isinstance(transform, Mapped)
    assert transform.to_target is not None
    assert transform.to_surface is not None
    assert [transform.to_target(v) for v in (0.0, 0.5, 1.0)] == [0.1, 0.5, 0.9]
    assert transform.to_surface(1.0) == 0.9


def test_a_curve_goes_through_its_points_and_back() -> None:
    both_ways("curve(0:0, 50:20, 100:100)", {0.0: 0.0, 0.5: 0.2, 0.75: 0.6, 1.0: 1.0})
    both_ways("curve(0:100, 100:0)", {0.0: 1.0, 0.25: 0.75, 1.0: 0.0})


@given(position=st.floats(0.0, 1.0))
@settings(max_examples=30)
def test_a_logarithmic_curve_comes_back_to_where_it_was(position: float) -> None:
    transform = read("curve(log 2)")
    assert isinstance(transform, Mapped)
    assert transform.to_target is not None
    assert transform.to_surface is not None
    there = transform.to_target(position)
    assert transform.to_surface(there) == pytest.approx(position, abs=1e-9)
    assert transform.to_target(0.0) == 0.0
    assert transform.to_target(1.0) == pytest.approx(1.0)


def test_a_curve_that_turns_has_no_way_back() -> None:
    transform = read("curve(0:0, 50:100, 100:0)")
    assert isinstance(transform, Mapped)
    assert transform.to_surface is None
    assert lacks_a_way(transform) == "<"


def test_steps_take_the_nearest_detent_both_ways() -> None:
    transform = read("steps(0, 0.25, 0.5, 1)")
    assert isinstance(transform, Mapped)
    assert transform.to_target is not None
    assert transform.to_surface is not None
    assert [transform.to_target(v) for v in (0.1, 0.2, 0.6, 0.9)] == [0.0, 0.25, 0.5, 1.0]
    assert transform.to_surface(0.3) == 0.25


def test_steps_of_words_share_the_travel() -> None:
    both_ways("steps(pre, mid, post)", {0.0: "pre", 0.5: "mid", 1.0: "post"})
    transform = read("steps(pre, mid, post)")
    assert isinstance(transform, Mapped)
    assert transform.to_surface is not None
    assert transform.to_surface("unheard") == 0.0


def test_db_takes_the_laws_of_the_sheets_unless_named() -> None:
    assert read("db") == Decibels(None, None)
    assert read("db(x32, reaper)") == Decibels(LAWS["x32"], LAWS["reaper"])
    assert read("db(x32)") == Decibels(LAWS["x32"], None)


def test_rel_reads_fractions_decibels_and_acceleration() -> None:
    assert read("rel(1/64)") == Relative(1 / 64, False, False)
    assert read("rel(1/100, accel)") == Relative(0.01, False, True)
    assert read("rel(0.5dB)") == Relative(0.5, True, False)
    assert read("rel(-1/64)") == Relative(-1 / 64, False, False)


def test_keys_have_four_styles() -> None:
    assert read("toggle") == KeyStyle("toggle")
    assert read("trigger") == KeyStyle("trigger")
    assert read("momentary") == KeyStyle("momentary")
    assert read("radio") == KeyStyle("radio")
    assert read("radio(read=1, write=2)") == KeyStyle("radio", (("read", "1"), ("write", "2")))


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("deadband(3)", Limit("deadband", 3.0)),
        ("smooth(20ms)", Limit("smooth", 0.02)),
        ("slew(2/s)", Limit("slew", 2.0)),
        ("rate(50/s)", Limit("rate", 50.0)),
        ("delay(0.5s)", Limit("delay", 0.5)),
        ("< slew(2/s)", Limit("slew", 2.0, "<")),
    ],
)
def test_limits_read_their_own_units(text: str, limit: Limit) -> None:
    assert read(text) == limit


def test_display_stages_only_shape() -> None:
    assert read("text(7)") == Shape("text", 7)
    assert read("text(4, abbreviate)") == Shape("text", 4, abbreviate=True)
    assert read("ring(pan)") == Shape("ring", mode="pan")
    assert read("meter(peak, 300ms/step)") == Shape("meter", fall=0.3)


def test_pick_maps_words_with_a_rest() -> None:
    transform = read("pick(armed=blink, recording=on, else=off)")
    assert transform == Pick((("armed", "blink"), ("recording", "on")), "off")
    assert isinstance(transform, Pick)
    assert transform.one_to_one
    assert lacks_a_way(read("pick(a=on, b=on)")) == ">"


def test_code_has_a_way_back_only_when_it_names_one() -> None:
    assert read("py(mod:fn, inverse=mod:gn)") == Code("mod:fn", "mod:gn")
    assert lacks_a_way(read("py(mod:fn)")) == "<"
    assert lacks_a_way(read("py(mod:fn, inverse=mod:gn)")) is None


def test_ticks_pass_towards_the_target_only() -> None:
    assert lacks_a_way(read("ticks")) == "<"


@pytest.mark.parametrize("name", ["text(7)", "meter()"])
def test_shaping_for_displays_has_no_way_to_the_target(name: str) -> None:
    assert lacks_a_way(read(name)) == ">"


@pytest.mark.parametrize(
    "text", ["db", "scale(0..1, 0..9)", "invert", "rel(1/64)", "toggle", "smooth(20ms)"]
)
def test_most_stages_have_both_ways(text: str) -> None:
    assert lacks_a_way(read(text)) is None


def test_a_stage_for_one_way_only_lacks_none() -> None:
    assert lacks_a_way(read("< text(7)")) is None
    assert lacks_a_way(read("> curve(0:0, 50:100, 100:0)")) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("db(x33)", "there is no law 'x33'; did you mean 'x32'"),
        ("scale(0..1)", "has 1 argument"),
        ("scale(1, 0..1)", "is not a range"),
        ("scale(0..0, 0..1)", "has no extent"),
        ("scale(0..x, 0..1)", "is not a number"),
        ("clamp(0.5..0.5)", "has no extent"),
        ("curve(0:0)", "has 1 argument"),
        ("curve(0:0, 0:50)", "rise from left to right"),
        ("curve(log 0)", "must be above 0"),
        ("steps(1)", "has 1 argument"),
        ("pick(armed)", "needs a word before it"),
        ("rel(0)", "would do nothing"),
        ("rel(1/0)", "is not a number"),
        ("rel(1/64, acel)", "did you mean 'accel'"),
        ("radio(read)", "radio(read=1, write=2)"),
        ("toggle(1)", "has 1 argument"),
        ("deadband(0)", "above 0"),
        ("smooth(20)", "needs a unit"),
        ("smooth(-1ms)", "above 0"),
        ("text(7, abreviate)", "did you mean 'abbreviate'"),
        ("ring(pam)", "did you mean 'pan'"),
        ("rell(1/64)", "no stage 'rell'; did you mean 'rel'"),
    ],
)
def test_a_wrong_argument_is_refused_with_a_hint(text: str, message: str) -> None:
    assert message in problem(text)


def test_a_problem_points_at_the_argument() -> None:
    found = problems_of(rig("- fader <> .fader | db(x33)"))
    assert next(one for one in found if "x33" in one).startswith("9:28:")


def test_every_stage_is_named() -> None:
    assert {"db", "scale", "invert", "rel", "radio", "slew", "text", "py"} <= set(STAGE_NAMES)
    assert Span("f", 1, 1) < Span("f", 1, 2)


def test_a_fault_in_somebodys_code_never_reaches_a_fader() -> None:
    results: list[object] = [0.5, None, float("nan"), 0.25]

    def unsteady(value: Value) -> Value:
        if not results:
            raise RuntimeError("no more")
        return results.pop(0)  # type: ignore[return-value]

    call = guarded(unsteady)
    assert [call(0.9) for _ in range(5)] == [0.5, 0.5, 0.5, 0.25, 0.25]
    assert guarded(lambda _: 1 / 0)(0.9) == 0.9


# Files of numbers


FILES = {
    "up.csv": ((0.0, 0.0), (50.0, 20.0), (100.0, 100.0)),
    "down.csv": ((0.0, 100.0), (100.0, 0.0)),
    "bent.csv": ((0.0, 0.0), (50.0, 20.0), (100.0, 10.0)),
    "back.csv": ((50.0, 0.0), (0.0, 20.0)),
    "law.csv": ((0.0, float("-inf")), (50.0, -20.0), (100.0, 10.0)),
}


def from_files(text: str) -> tuple[Transform | None, list[Problem]]:
    return read_stage(stage(text), lambda name: FILES.get(name, "there is no such file"))


def test_a_curve_may_stand_in_a_file() -> None:
    curve, problems = from_files("curve(up.csv)")
    assert isinstance(curve, Mapped)
    assert problems == []
    assert curve.to_target is not None
    assert curve.to_surface is not None
    assert curve.to_target(0.5) == pytest.approx(0.2)
    assert curve.to_surface(0.2) == pytest.approx(0.5)
    falling, _ = from_files("curve(down.csv)")
    assert isinstance(falling, Mapped)
    assert falling.to_surface is not None
    bent, _ = from_files("curve(bent.csv)")
    assert isinstance(bent, Mapped)
    assert bent.to_surface is None


def test_a_law_may_stand_in_a_file() -> None:
    decibels, problems = from_files("db(table(law.csv), x32)")
    assert isinstance(decibels, Decibels)
    assert problems == []
    assert decibels.surface is not None
    assert decibels.surface.to_db(0.5) == -20.0
    assert decibels.surface.to_db(0.0) == float("-inf")
    assert decibels.surface.to_db(0.25) == pytest.approx(-35.0)
    assert decibels.target is LAWS["x32"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("curve(none.csv)", "the table 'none.csv': there is no such file"),
        ("curve(back.csv)", "must rise from left to right"),
        ("db(table(none.csv))", "the table 'none.csv': there is no such file"),
        ("db(table(back.csv))", "the table 'back.csv': a law's points must rise"),
        ("db(linear-db(10..-60))", "no law 'linear-db(10..-60)'"),
    ],
)
def test_a_table_that_is_none_is_refused_by_name(text: str, said: str) -> None:
    transform, problems = from_files(text)
    assert transform is None or problems
    assert said in problems[0].message


def test_without_a_folder_there_are_no_tables() -> None:
    assert "has no 'x.csv' beside it" in problem("curve(x.csv)")


@pytest.mark.parametrize(
    ("text", "fall"),
    [("meter", 0.3), ("meter(peak)", 0.3), ("meter(peak, 100ms/step)", 0.1), ("meter(1s/step)", 1)],
)
def test_a_meter_says_how_it_falls(text: str, fall: float) -> None:
    shape = read(text)
    assert isinstance(shape, Shape)
    assert shape.fall == pytest.approx(fall)


def test_a_meter_of_another_kind_is_refused() -> None:
    assert "meter(peak, 300ms/step), not 'rms'" in problem("meter(rms)")
