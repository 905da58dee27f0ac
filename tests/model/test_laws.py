from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.model.laws import (
    LAWS,
    Law,
    PowerLaw,
    StraightLines,
    from_one_to_other,
    linear_db,
)
from surfacebridge.model.values import OFF

ALL = {**LAWS, "linear": linear_db(-60.0, 12.0), "power": PowerLaw(6.0, 2.0)}
each_law = pytest.mark.parametrize("law", ALL.values(), ids=ALL.keys())
positions = st.floats(0.0, 1.0)


@each_law
def test_the_bottom_is_off_and_off_is_the_bottom(law: Law) -> None:
    assert law.to_db(0.0) == OFF
    assert law.from_db(OFF) == 0.0


@each_law
def test_the_top_is_exact_both_ways(law: Law) -> None:
    assert law.to_db(1.0) == pytest.approx(law.top, abs=1e-9)
    assert law.from_db(law.top) == 1.0
    assert law.from_db(law.top + 100.0) == 1.0
    assert law.from_db(inf) == 1.0


@each_law
def test_unity_survives_a_round_trip(law: Law) -> None:
    assert law.to_db(law.from_db(0.0)) == pytest.approx(0.0, abs=1e-9)


@each_law
def test_positions_out_of_reach_are_clamped(law: Law) -> None:
    assert law.to_db(-0.5) == OFF
    assert law.to_db(nan) == OFF
    assert law.to_db(1.5) == pytest.approx(law.top)
    assert law.from_db(nan) == 0.0


@each_law
@given(one=positions, other=positions)
@settings(max_examples=30)
def test_a_law_rises(law: Law, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert law.to_db(low) <= law.to_db(high)
    if high - low > 1e-6:
        assert law.to_db(low) < law.to_db(high)


@each_law
@given(position=st.floats(0.001, 1.0))
@settings(max_examples=30)
def test_a_position_survives_decibels(law: Law, position: float) -> None:
    assert law.from_db(law.to_db(position)) == pytest.approx(position, abs=1e-9)


@each_law
@given(one=st.floats(-150.0, 15.0), other=st.floats(-150.0, 15.0))
@settings(max_examples=30)
def test_more_decibels_never_mean_less_travel(law: Law, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0.0 <= law.from_db(low) <= law.from_db(high) <= 1.0


@pytest.mark.parametrize(
    ("name", "position", "level"),
    [
        ("x32", 0.75, 0.0),
        ("x32", 0.5, -10.0),
        ("x32", 0.25, -30.0),
        ("x32", 0.0625, -60.0),
        ("x32", 1.0, 10.0),
        ("x-touch", 0.75, 0.0),
        ("live", 0.85, 0.0),
        ("live", 1.0, 6.0),
        ("live", 0.4, -18.0),
        ("reaper", 0.7162, 0.0),
        ("ardour", 0.7818, 0.0),
        ("mcu", 0.7818, 0.0),
    ],
)
def test_the_published_anchors_hold(name: str, position: float, level: float) -> None:
    law = LAWS[name]
    assert law.to_db(position) == pytest.approx(level, abs=0.01)
    assert law.from_db(level) == pytest.approx(position, abs=0.0001)


def test_the_x32_anchors_are_exact_and_not_merely_near() -> None:
    law = LAWS["x32"]
    for position, level in ((0.0625, -60.0), (0.25, -30.0), (0.5, -10.0), (0.75, 0.0), (1.0, 10.0)):
        assert law.to_db(position) == level
        assert law.from_db(level) == position


@pytest.mark.parametrize(
    "points",
    [
        [],
        [(0.0, -90.0)],
        [(0.1, -90.0), (1.0, 10.0)],
        [(0.0, -90.0), (0.9, 10.0)],
        [(0.0, -90.0), (0.5, -90.0), (1.0, 10.0)],
        [(0.0, -90.0), (0.5, -10.0), (0.5, -5.0), (1.0, 10.0)],
    ],
)
def test_points_that_do_not_rise_from_end_to_end_are_refused(
    points: list[tuple[float, float]],
) -> None:
    with pytest.raises(ValueError, match="must rise"):
        StraightLines.through(points)


def test_a_linear_law_is_half_way_in_the_middle() -> None:
    assert linear_db(-60.0, 0.0).to_db(0.5) == -30.0


def _step(law: Law, level: float, places: int = 1024) -> float:
    """Return how far apart two places of a fader are around ``level``, in dB."""
    place = min(max(round(law.from_db(level) * (places - 1)), 1), places - 2)
    return law.to_db((place + 1) / (places - 1)) - law.to_db(max(place - 1, 1) / (places - 1))


def _through(level: float, first: Law, second: Law, places: int = 1024) -> float:
    """Return what is left of ``level`` when it went over two faders of so many places."""
    for law in (first, second):
        level = law.to_db(round(law.from_db(level) * (places - 1)) / (places - 1))
    return level


PAIRS = [(one, other) for one in sorted(LAWS) for other in sorted(LAWS) if one < other]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_laws_agree_within_the_coarser_grid(one: str, other: str) -> None:
    first, second = LAWS[one], LAWS[other]
    for level in (-60.0, -30.0, -10.0, 0.0, min(first.top, second.top)):
        coarser = max(_step(first, level), _step(second, level))
        assert _through(level, first, second) == pytest.approx(level, abs=coarser)
        assert _through(level, second, first) == pytest.approx(level, abs=coarser)


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_off_is_off_and_unity_is_unity_whatever_the_laws(one: str, other: str) -> None:
    first, second = LAWS[one], LAWS[other]
    assert _through(OFF, first, second) == OFF
    assert second.to_db(second.from_db(first.to_db(first.from_db(0.0)))) == pytest.approx(
        0.0, abs=1e-9
    )


PAIRS = [(one, other) for one in LAWS for other in LAWS]


@pytest.mark.parametrize(("one", "other"), PAIRS)
@given(position=st.floats(-0.5, 1.5) | st.just(nan) | st.floats(0.0, 1e-6))
@settings(max_examples=60)
def test_the_way_from_law_to_law_leads_where_decibels_lead(
    one: str, other: str, position: float
) -> None:
    place = from_one_to_other(LAWS[one], LAWS[other])(position)

    assert place == pytest.approx(LAWS[other].from_db(LAWS[one].to_db(position)), abs=1e-9)


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_a_named_point_of_either_law_is_exact_on_the_way_to_the_other(one: str, other: str) -> None:
    here, there = LAWS[one], LAWS[other]
    way = from_one_to_other(here, there)
    levels = [
        level for law in (here, there) if isinstance(law, StraightLines) for level in law.levels[1:]
    ]

    for level in (0.0, *levels):
        if level <= min(here.top, there.top):
            assert way(here.from_db(level)) == pytest.approx(there.from_db(level), abs=1e-12)
    assert way(0.0) == 0.0
