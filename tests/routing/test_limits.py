from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.model.controls import LetGo, Moved, Touched
from surfacebridge.model.values import OFF
from surfacebridge.routing.limits import Falling, Limits
from surfacebridge.routing.stages import Limit
from tests.helpers.rigs import Bench, control, report, rig

FADER = control("x.fader.1")


def run(limits: Limits, until: float, now: float = 0.0) -> list[tuple[float, float]]:
    """Wake ``limits`` whenever they ask for it; return (time, position) of every step."""
    steps: list[tuple[float, float]] = []
    for _ in range(5000):
        due = limits.due()
        if due is None or due > until:
            return steps
        now = max(now, due)
        position = limits.advance(now)
        if position is not None:
            steps.append((now, position))
    raise AssertionError("it never rests")


def test_without_a_limit_a_position_passes_at_once() -> None:
    limits = Limits([], 1024)
    limits.take(0.5, 0.0, 1.0)
    assert limits.advance(1.0) == 0.5
    assert limits.due() is None


def test_a_deadband_swallows_small_moves_until_the_hand_rests() -> None:
    limits = Limits([Limit("deadband", 3)], 101)
    limits.take(0.50, 0.5, 0.0)
    assert limits.advance(0.0) == 0.5
    limits.take(0.52, 0.5, 0.01)
    assert limits.advance(0.01) is None
    limits.take(0.53, 0.5, 0.02)
    assert limits.advance(0.02) == 0.53
    limits.take(0.54, 0.53, 0.03)
    assert limits.advance(0.03) is None
    ((when, position),) = run(limits, 1.0)
    assert when == pytest.approx(0.13)
    assert position == 0.54


def test_a_hand_that_lets_go_is_taken_at_its_word() -> None:
    limits = Limits([Limit("deadband", 10)], 101)
    limits.take(0.5, None, 0.0)
    limits.advance(0.0)
    limits.take(0.52, 0.5, 0.01)
    limits.rest(0.02)
    assert limits.advance(0.02) == 0.52


def test_a_slew_takes_its_time_over_a_jump() -> None:
    limits = Limits([Limit("slew", 2.0)], 1024)
    limits.take(1.0, 0.0, 0.0)
    limits.advance(0.0)
    steps = run(limits, 2.0)
    assert steps[-1][0] == pytest.approx(0.5, abs=0.011)
    assert steps[-1][1] == 1.0
    assert steps[24][1] == pytest.approx(0.5, abs=0.021)
    assert all(b[1] - a[1] <= 0.0201 for a, b in pairwise(steps))


def test_smoothing_nears_its_goal_and_arrives() -> None:
    limits = Limits([Limit("smooth", 0.02)], 1024)
    limits.take(1.0, 0.0, 0.0)
    limits.advance(0.0)
    steps = run(limits, 2.0)
    assert steps[1][1] == pytest.approx(1 - 2.718281828**-1, abs=0.001)
    assert steps[-1][1] == 1.0
    assert steps[-1][0] < 0.2


def test_a_delay_repeats_the_move_later() -> None:
    limits = Limits([Limit("delay", 0.5)], 1024)
    limits.take(0.3, 0.0, 0.0)
    assert limits.advance(0.0) is None
    limits.take(0.6, 0.0, 0.2)
    assert limits.advance(0.2) is None
    assert [step for _, step in run(limits, 0.69, 0.2)] == [0.3]
    assert [step for _, step in run(limits, 2.0, 0.69)] == [0.6]


def test_a_new_move_starts_from_where_the_target_is_by_then() -> None:
    limits = Limits([Limit("slew", 1.0)], 1024)
    limits.take(0.1, 0.0, 0.0)
    limits.advance(0.0)
    run(limits, 2.0)
    limits.take(0.9, 0.8, 5.0)
    limits.advance(5.0)
    assert run(limits, 9.0, 5.0)[0][1] == pytest.approx(0.81)


def test_finishing_jumps_to_the_end() -> None:
    limits = Limits([Limit("slew", 1.0), Limit("delay", 0.1)], 1024)
    limits.take(0.9, 0.0, 0.0)
    limits.advance(0.0)
    assert limits.finish() == 0.9
    assert limits.due() is None
    assert limits.finish() is None


@given(
    kinds=st.lists(
        st.sampled_from(
            [
                Limit("deadband", 5),
                Limit("slew", 4.0),
                Limit("smooth", 0.03),
                Limit("delay", 0.1),
            ]
        ),
        max_size=4,
        unique_by=lambda limit: limit.kind,
    ),
    moves=st.lists(st.tuples(st.floats(0.0, 0.2), st.floats(0.0, 1.0)), min_size=1, max_size=10),
)
@settings(max_examples=50)
def test_no_limit_changes_where_a_value_ends(
    kinds: list[Limit], moves: list[tuple[float, float]]
) -> None:
    limits, now, last = Limits(kinds, 1024), 0.0, None
    for pause, position in moves:
        now += pause
        limits.take(position, last, now)
        at_once = limits.advance(now)
        last = at_once if at_once is not None else last
        for _, step in run(limits, now):
            last = step
    for _, step in run(limits, now + 2.0, now):
        assert 0.0 <= step <= 1.0
        last = step
    assert last == moves[-1][1]
    assert limits.due() is None


# On a rig


def test_a_limited_fader_reaches_its_last_place_after_the_hand_is_gone() -> None:
    rigged = Bench(rig("- fader <> .fader | db | slew(2/s)"))
    rigged.know(ch_1_fader=-60.0)
    rigged.do(Touched(FADER), Moved(FADER, 0.75), LetGo(FADER))
    rigged.wait(1.0)
    written = [value for value in rigged.written() if isinstance(value, float)]
    assert written == sorted(written)
    assert len(written) > 20
    assert written[-1] == 0.0
    assert rigged.shown("x.fader.1")[-1] == pytest.approx(0.75, abs=0.001)


def test_a_small_move_in_a_deadband_arrives_on_release() -> None:
    rigged = Bench(rig("- fader <> .fader | db | deadband(20)"))
    rigged.do(Touched(FADER), Moved(FADER, 0.75), Moved(FADER, 0.755))
    assert rigged.written() == [0.0]
    rigged.do(LetGo(FADER))
    assert rigged.written() == [0.0, pytest.approx(0.2)]


def test_a_value_under_way_arrives_even_if_the_plan_changes() -> None:
    text = rig("- fader <> .fader | db | delay(500ms)")
    rigged = Bench(text)
    rigged.know(ch_1_fader=-60.0)
    rigged.do(Touched(FADER), Moved(FADER, 0.75))
    rigged.adopt(text)
    rigged.wait(1.0)
    assert rigged.written() == [0.0]


def slow_motor() -> Bench:
    rigged = Bench(rig("- fader <> .fader | db | < slew(2/s)"))
    rigged.know(ch_1_fader=-60.0)
    rigged.do(report("desk.ch.1.fader", 0.0))
    return rigged


def test_a_limit_towards_the_surface_slows_the_motor_only() -> None:
    rigged = slow_motor()
    rigged.wait(1.0)
    shown = [place for place in rigged.shown("x.fader.1") if isinstance(place, float)]
    assert shown == sorted(shown)
    assert len(shown) > 20
    assert shown[-1] == pytest.approx(0.75, abs=0.001)
    rigged.do(Touched(FADER), Moved(FADER, 0.25))
    assert rigged.written() == [-30.0]


def test_a_slow_motor_that_is_taken_hold_of_stops_and_goes_on_from_the_hand() -> None:
    rigged = slow_motor()
    rigged.wait(0.1)
    rigged.do(Touched(FADER))
    rigged.forget()
    rigged.wait(1.0)
    assert rigged.shown("x.fader.1") == []
    rigged.do(LetGo(FADER))
    rigged.wait(1.0)
    shown = [place for place in rigged.shown("x.fader.1") if isinstance(place, float)]
    assert shown[0] < 0.35
    assert shown[-1] == pytest.approx(0.75, abs=0.001)


def test_finishing_takes_a_small_move_along() -> None:
    limits = Limits([Limit("deadband", 10)], 101)
    limits.take(0.5, None, 0.0)
    limits.advance(0.0)
    limits.take(0.52, 0.5, 0.01)
    assert limits.aim == 0.52
    assert limits.finish() == 0.52


# Meters


def test_a_meter_jumps_up_and_comes_down_step_by_step() -> None:
    meter = Falling(0.3)
    meter.take(-10.0, 0.0)
    assert (meter.advance(0.0), meter.falls) == (-10.0, False)
    meter.take(-40.0, 1.0)
    assert (meter.advance(1.0), meter.falls) == (-10.0, True)
    assert meter.advance(1.3) == pytest.approx(-15.0)
    meter.take(-12.0, 1.6)
    assert meter.advance(1.6) == -12.0
    assert not meter.falls


def test_a_meter_that_is_told_nothing_ends_dark() -> None:
    meter = Falling(0.1)
    meter.take(-55.0, 0.0)
    meter.take(OFF, 0.0)
    assert meter.advance(0.05) == pytest.approx(-57.5)
    assert (meter.advance(0.2), meter.falls) == (OFF, False)


def test_a_peak_between_two_turns_of_a_meter_is_seen() -> None:
    bench = Bench(rig("- meter < .meter | meter(peak, 300ms/step)"))
    bench.know(ch_1_meter=-40.0)
    bench.do(report("desk.ch.1.meter", -30.0))
    bench.forget()
    for level in (-3.0, -31.0):
        bench.wait(0.01)
        bench.do(report("desk.ch.1.meter", level))
    bench.wait(0.05)
    (first, *_) = bench.shown("x.meter.1")
    assert isinstance(first, float)
    assert -4.0 < first < -3.0
    bench.wait(5.0)
    assert bench.shown("x.meter.1")[-1] == -31.0
