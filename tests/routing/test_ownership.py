"""Two hands on one parameter: one has it, the other is shown it."""

import pytest

from surfacebridge.model.controls import LetGo, Moved, Pressed, Released, Touched
from surfacebridge.model.lifecycle import Gone
from surfacebridge.routing.ownership import holders
from tests.helpers.rigs import Bench, control, rig

X, Y = control("x.fader.1"), control("y.fader.1")
LINES = "- x.fader.1 <> desk.ch.1.fader | db\n- y.fader.1 <> desk.ch.1.fader | db"


def both(other: str = "bench/eight", lines: str = LINES, more: str = "") -> Bench:
    text = rig("", lines, more).replace(
        "surfaces: {", f"surfaces: {{y: {{device: {other}, port: y}}, "
    )
    rigged = Bench(text)
    rigged.know(ch_1_fader=-10.0)
    return rigged


def owners(rigged: Bench) -> dict[str, bool]:
    return {c.id: has for c, _, has in holders(rigged.engine.wiring.controls)}


def test_the_second_hand_writes_nothing_while_the_first_has_it() -> None:
    rigged = both()
    rigged.do(Touched(X), Touched(Y))
    rigged.do(Moved(X, 0.75), Moved(Y, 0.25), Moved(X, 0.7), Moved(Y, 0.2))
    assert rigged.written() == pytest.approx([0.0, -2.0])
    assert rigged.engine.counts["owned"] == 2
    assert owners(rigged) == {X: True, Y: False}


def test_who_only_looks_is_shown_what_the_other_hand_does() -> None:
    rigged = both()
    rigged.do(Touched(X), Moved(X, 0.75))
    rigged.wait(0.1)
    assert rigged.shown(Y) == [pytest.approx(0.75, abs=0.001)]
    assert rigged.shown(X) == []


def test_no_motor_moves_under_either_hand() -> None:
    rigged = both()
    rigged.do(Touched(X), Touched(Y), Moved(X, 0.75))
    rigged.wait(1.0)
    assert rigged.shown(X) == rigged.shown(Y) == []


def test_the_hand_that_waited_has_it_next_and_picks_it_up_without_a_jump() -> None:
    rigged = both()
    rigged.do(Touched(X), Touched(Y), Moved(X, 0.75))
    rigged.do(LetGo(X))
    rigged.forget()
    rigged.do(Moved(Y, 0.5), Moved(Y, 0.6))
    assert rigged.written() == []
    assert owners(rigged) == {Y: True}
    rigged.do(Moved(Y, 0.8), Moved(Y, 0.85))
    assert rigged.written() == pytest.approx([2.0, 4.0])


def test_a_hand_that_never_caught_it_is_shown_where_it_stands_on_release() -> None:
    rigged = both()
    rigged.do(Touched(X), Touched(Y), Moved(X, 0.75), LetGo(X), Moved(Y, 0.3))
    rigged.forget()
    rigged.do(LetGo(Y))
    rigged.wait(1.0)
    assert rigged.shown(Y)[-1] == pytest.approx(0.75, abs=0.001)
    assert rigged.written() == []


def test_the_next_touch_of_who_waited_is_free_again() -> None:
    rigged = both()
    rigged.do(Touched(X), Touched(Y), Moved(X, 0.75), LetGo(X), Moved(Y, 0.3), LetGo(Y))
    rigged.wait(1.0)
    rigged.forget()
    rigged.do(Touched(Y), Moved(Y, 0.25))
    assert rigged.written() == [-30.0]


def test_who_has_it_keeps_it_when_the_other_lets_go() -> None:
    rigged = both()
    rigged.do(Touched(X), Touched(Y), Moved(Y, 0.3), LetGo(Y), Moved(X, 0.25))
    assert rigged.written() == [-30.0]


def test_a_surface_that_goes_hands_over() -> None:
    rigged = both()
    rigged.do(Touched(X), Touched(Y), Gone("x"))
    rigged.forget()
    rigged.do(Moved(Y, 0.5), Moved(Y, 0.25))
    assert rigged.written() == [-30.0]


def test_a_hand_whose_fader_means_something_else_now_does_not_keep_it() -> None:
    lines = (
        "- y.fader.1 <> desk.ch.1.fader | db\n- x.fader.1 <> desk.ch.1.fader | db\n"
        "- when shift:\n    - x.fader.1 <> desk.ch.2.fader | db"
    )
    rigged = both(lines=lines, more="modifiers: {shift: x.shift}\n")
    rigged.know(ch_2_fader=-10.0)
    rigged.do(Touched(X), Pressed(control("x.shift")), Touched(Y), Moved(Y, 0.25))
    assert rigged.written() == [-30.0]
    rigged.do(Released(control("x.shift")))


def test_a_fader_that_feels_no_touch_gets_it_a_moment_after_the_other_hand() -> None:
    rigged = both("bench/motorless")
    rigged.do(Moved(Y, 0.5), Moved(Y, 0.5))
    rigged.do(Touched(X), Moved(X, 0.75))
    assert rigged.written() == []
    rigged.wait(0.3)
    rigged.do(Moved(X, 0.4), Moved(X, 0.8))
    assert rigged.written() == pytest.approx([2.0])


def test_a_reload_leaves_it_to_whom_it_was() -> None:
    rigged = both()
    rigged.do(Touched(X), Touched(Y))
    rigged.adopt(rigged.plan)
    rigged.do(Moved(Y, 0.25), Moved(X, 0.75))
    assert rigged.written() == [0.0]


def test_a_fader_without_a_motor_that_waited_catches_the_value_where_it_stands() -> None:
    rigged = both("bench/motorless")
    rigged.do(Moved(Y, 0.5))
    rigged.wait(1.0)
    rigged.do(Touched(X), Moved(Y, 0.6), Moved(Y, 0.9))
    rigged.wait(1.0)
    rigged.do(LetGo(X))
    rigged.wait(1.0)
    rigged.forget()
    rigged.do(Moved(Y, 0.91))
    assert rigged.written() == []
