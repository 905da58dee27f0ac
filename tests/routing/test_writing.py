import pytest

from surfacebridge.model.controls import LetGo, Moved, Pressed, Released, Touched, Turned
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import Follow, ParameterId
from surfacebridge.model.values import OFF
from tests.helpers.rigs import Bench, control, report, rig

FADER = control("x.fader.1")
LINES = "- fader <> .fader | db"
SLOW = "profile: bench/slow, host: 127.0.0.1"
CHATTY = "profile: bench/chatty, host: 127.0.0.1"
COARSE = "profile: bench/coarse, host: 127.0.0.1"


def bench(target: str = "profile: bench/desk, host: 127.0.0.1", strip: str = LINES) -> Bench:
    made = Bench(rig(strip, target=target))
    made.know(ch_1_fader=-10.0)
    made.do(Touched(FADER))
    return made


def test_a_position_becomes_the_targets_decibels() -> None:
    rigged = bench()
    rigged.do(Moved(FADER, 0.75), Moved(FADER, 1.0), Moved(FADER, 0.0))
    assert rigged.written() == [0.0, 10.0, OFF]


def test_what_the_target_holds_already_is_not_sent_again() -> None:
    rigged = bench()
    rigged.do(Moved(FADER, 0.5), Moved(FADER, 0.75), Moved(FADER, 0.75), Moved(FADER, 0.7501))
    assert rigged.written() == [0.0]


def test_equal_means_equal_on_the_targets_own_grid() -> None:
    rigged = bench(COARSE)
    rigged.do(*(Moved(FADER, 0.75 + step / 1000) for step in range(10)))
    # 161 places: nine thousandths of the travel cross one and a half of them.
    assert len(rigged.written()) == 2


def test_an_external_change_makes_the_same_position_news_again() -> None:
    rigged = bench()
    rigged.do(Moved(FADER, 0.75), report("desk.ch.1.fader", -30.0), Moved(FADER, 0.75))
    assert rigged.written() == [0.0, 0.0]


def test_a_slow_target_hears_the_newest_value_and_always_the_last() -> None:
    rigged = bench(SLOW)
    for step in range(100):
        rigged.do(Moved(FADER, step / 100))
        rigged.wait(0.01)
    rigged.wait(1.0)
    written = rigged.written()
    assert written[-1] == pytest.approx(9.6)
    assert 9 <= len(written) <= 12


def test_writes_to_one_slow_parameter_do_not_delay_another() -> None:
    rigged = bench(SLOW)
    rigged.do(Moved(FADER, 0.6), Moved(FADER, 0.7))
    rigged.do(Touched(control("x.fader.2")), Moved(control("x.fader.2"), 0.75))
    assert rigged.written("desk.ch.2.fader") == [0.0]


def test_going_back_before_a_slow_write_left_sends_nothing() -> None:
    rigged = bench(SLOW)
    rigged.do(Moved(FADER, 0.75), Moved(FADER, 0.8), Moved(FADER, 0.75))
    rigged.wait(1.0)
    assert rigged.written() == [0.0]


def test_ticks_that_wait_for_a_slow_target_add_up() -> None:
    rigged = Bench(rig("- vpot <> .trim | rel(1/36)", target=SLOW))
    rigged.know(ch_1_trim=0.0)
    for _ in range(5):
        rigged.do(Turned(control("x.vpot.1"), 1))
    rigged.wait(1.0)
    assert rigged.written() == [pytest.approx(1.0), pytest.approx(5.0)]


def test_presses_that_wait_for_a_slow_target_each_count() -> None:
    rigged = Bench(rig("- mute <> .on | invert", target=SLOW))
    rigged.know(ch_1_on=True)
    key = control("x.mute.1")
    for _ in range(3):
        rigged.do(Pressed(key), Released(key))
    rigged.wait(1.0)
    assert rigged.written()[-1] is False


def test_a_line_may_ask_for_a_rate_of_its_own() -> None:
    for strip in ("- fader <> .fader | db | rate(10/s)", "- fader <> .fader | db: {rate: 10/s}"):
        rigged = bench(strip=strip)
        for step in range(100):
            rigged.do(Moved(FADER, step / 100))
            rigged.wait(0.01)
        rigged.wait(1.0)
        assert 9 <= len(rigged.written()) <= 12
        assert rigged.written()[-1] == pytest.approx(9.6)


def test_nothing_is_written_to_a_target_that_is_not_there() -> None:
    rigged = bench()
    rigged.do(Gone("desk"))
    rigged.do(Moved(FADER, 0.75))
    assert rigged.writes() == []
    assert rigged.engine.counts["absent"] == 1


def test_a_write_that_waits_dies_with_its_target() -> None:
    rigged = bench(SLOW)
    rigged.do(Moved(FADER, 0.6), Moved(FADER, 0.75), Gone("desk"))
    rigged.wait(1.0)
    assert len(rigged.written()) == 1
    assert rigged.engine.counts["absent"] == 1


def test_a_target_that_comes_back_is_asked_for_everything_again() -> None:
    rigged = bench()
    rigged.do(Gone("desk"))
    rigged.forget()
    rigged.do(Arrived("desk"))
    (asked,) = [one for one in rigged.told if isinstance(one, Follow)]
    assert ParameterId("desk.ch.1.fader") in asked.parameters


# A target that echoes what we write


def sweep(rigged: Bench) -> list[float]:
    positions = [0.6, 0.65, 0.7, 0.75]
    rigged.do(*(Moved(FADER, position) for position in positions))
    levels = [value for value in rigged.written() if isinstance(value, float)]
    rigged.forget()
    return levels


def motors(rigged: Bench) -> list[object]:
    return rigged.shown("x.fader.1")


FINAL = [pytest.approx(0.75, abs=0.001)]


def test_after_release_the_motor_waits_for_the_last_echo() -> None:
    rigged = bench(CHATTY)
    levels = sweep(rigged)
    rigged.do(LetGo(FADER))
    for level in levels:
        assert motors(rigged) == []
        rigged.wait(0.02)
        rigged.do(report("desk.ch.1.fader", level))
    rigged.wait(1.0)
    assert motors(rigged) == FINAL


def test_late_echoes_never_pull_the_motor_back() -> None:
    rigged = bench(CHATTY)
    levels = sweep(rigged)
    rigged.do(LetGo(FADER))
    rigged.wait(0.4)
    for level in levels:
        rigged.do(report("desk.ch.1.fader", level))
        rigged.wait(0.05)
    rigged.wait(1.0)
    assert motors(rigged) == FINAL


@pytest.mark.parametrize("order", [(0, 2, 1, 3), (3, 0, 1, 2), (1, 0, 3, 2)])
def test_echoes_out_of_order_never_pull_the_motor_back(order: tuple[int, ...]) -> None:
    rigged = bench(CHATTY)
    levels = sweep(rigged)
    rigged.do(LetGo(FADER))
    for place in order:
        rigged.wait(0.02)
        rigged.do(report("desk.ch.1.fader", levels[place]))
    rigged.wait(1.0)
    assert motors(rigged) == FINAL


@pytest.mark.parametrize("lost", [0, 1, 2, 3])
def test_a_lost_echo_only_costs_patience(lost: int) -> None:
    rigged = bench(CHATTY)
    levels = sweep(rigged)
    rigged.do(LetGo(FADER))
    for place, level in enumerate(levels):
        if place != lost:
            rigged.do(report("desk.ch.1.fader", level))
    rigged.wait(1.0)
    assert motors(rigged) == FINAL


def test_somebody_elses_change_between_echoes_is_believed_once_ours_are_home() -> None:
    rigged = bench(CHATTY)
    levels = sweep(rigged)
    rigged.do(LetGo(FADER))
    for level in (*levels[:2], -30.0, *levels[2:]):
        rigged.do(report("desk.ch.1.fader", level))
    rigged.wait(1.0)
    # The target took our last value after the other one: it says so.
    assert motors(rigged) == FINAL


def test_somebody_elses_change_after_our_echo_is_shown() -> None:
    rigged = bench(CHATTY)
    levels = sweep(rigged)
    rigged.do(LetGo(FADER))
    for level in (*levels, -30.0):
        rigged.do(report("desk.ch.1.fader", level))
    rigged.wait(1.0)
    assert motors(rigged)[-1] == pytest.approx(0.25, abs=0.001)


def test_a_target_that_rounds_on_its_own_has_the_last_word() -> None:
    rigged = bench(CHATTY)
    rigged.do(Moved(FADER, 0.75), LetGo(FADER))
    rigged.do(report("desk.ch.1.fader", -0.5))
    rigged.wait(1.0)
    assert motors(rigged) == [pytest.approx(0.7375, abs=0.001)]


def test_an_echo_is_known_after_the_wire_rounded_it() -> None:
    text = rig("- fader <> desk:/strip/fader {n:i} {v:f}", target="osc: 'udp://127.0.0.1:3819'",
               banks="{a: {items: '1..8'}}")  # fmt: skip
    rigged = Bench(text)
    name = "desk:/strip/fader 1 {v:f}"
    rigged.do(report(name, 0.5))
    rigged.wait(1.0)
    rigged.do(Touched(FADER), Moved(FADER, 0.1), Moved(FADER, 0.3), LetGo(FADER))
    rigged.forget()
    rigged.do(report(name, 0.10000000149011612))
    assert motors(rigged) == []
    rigged.do(report(name, 0.30000001192092896))
    rigged.wait(1.0)
    assert motors(rigged) == [pytest.approx(0.3, abs=0.001)]


def test_a_target_that_never_echoes_costs_a_moment_and_no_more() -> None:
    rigged = bench(CHATTY)
    sweep(rigged)
    rigged.do(LetGo(FADER))
    rigged.wait(0.2)
    assert motors(rigged) == []
    rigged.wait(0.2)
    assert motors(rigged) == FINAL


def test_a_forgotten_echo_is_a_strangers_word_again() -> None:
    rigged = bench(CHATTY)
    levels = sweep(rigged)
    rigged.do(LetGo(FADER))
    rigged.wait(5.0)
    rigged.forget()
    rigged.do(report("desk.ch.1.fader", levels[0]))
    assert motors(rigged) == [pytest.approx(0.6, abs=0.001)]


def test_an_echo_that_comes_home_settles_the_fader_at_once() -> None:
    rigged = bench(CHATTY)
    levels = sweep(rigged)
    rigged.do(LetGo(FADER))
    rigged.do(*(report("desk.ch.1.fader", level) for level in levels))
    assert motors(rigged) == FINAL


def test_an_echo_that_comes_home_under_another_touch_moves_nothing() -> None:
    rigged = bench(CHATTY)
    levels = sweep(rigged)
    rigged.do(LetGo(FADER))
    rigged.wait(0.05)
    rigged.do(Touched(FADER), Moved(FADER, 0.5))
    rigged.do(*(report("desk.ch.1.fader", level) for level in (*levels, -10.0)))
    rigged.wait(1.0)
    assert motors(rigged) == []


def test_a_write_that_a_release_sent_early_does_not_hurry_the_next() -> None:
    rigged = bench(SLOW)
    rigged.do(Moved(FADER, 0.6))
    rigged.wait(0.01)
    rigged.do(Moved(FADER, 0.65), LetGo(FADER))
    rigged.do(Touched(FADER), Moved(FADER, 0.7))
    assert len(rigged.written()) == 2
    rigged.wait(0.095)
    assert len(rigged.written()) == 2
    rigged.wait(0.01)
    assert rigged.written()[-1] == pytest.approx(-2.0)


def test_an_ignored_touch_never_sends_a_motor_after_its_own_hand() -> None:
    rigged = bench(COARSE, "- fader <> .fader | db: {touch: ignore}")
    rigged.do(*(Moved(FADER, 0.5 + step / 1023) for step in range(20)))
    rigged.wait(1.0)
    assert motors(rigged) == []
