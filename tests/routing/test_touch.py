import pytest

from surfacebridge.model.controls import LetGo, Moved, Touched
from surfacebridge.model.feedback import ShowMotor
from surfacebridge.model.lifecycle import Gone
from tests.helpers.rigs import Bench, control, report, rig

FADER = control("x.fader.1")
LINES = "- fader <> .fader | db"


def bench(device: str = "bench/eight", strip: str = LINES) -> Bench:
    made = Bench(rig(strip, device=device))
    made.know(ch_1_fader=-10.0, ch_2_fader=-20.0)
    return made


def test_a_move_without_a_finger_is_not_a_hand() -> None:
    rigged = bench()
    rigged.do(Moved(FADER, 0.9))
    assert rigged.told == []
    assert rigged.engine.counts["untouched"] == 1


def test_a_cap_that_was_moved_without_a_finger_is_put_back_once_it_rests() -> None:
    rigged = bench()
    for step in range(5):
        rigged.do(Moved(FADER, 0.6 + step / 100))
        rigged.wait(0.1)
    assert rigged.told == []
    rigged.wait(1.0)
    assert rigged.shown("x.fader.1") == [pytest.approx(0.5, abs=0.001)]


def test_an_order_that_a_hand_overtook_may_not_leave() -> None:
    rigged = bench()
    (order,) = rigged.do(report("desk.ch.1.fader", 0.0))
    assert isinstance(order, ShowMotor)
    assert rigged.engine.may_drive(order)
    rigged.do(Touched(FADER))
    assert not rigged.engine.may_drive(order)


def test_a_servo_may_not_be_sent_where_it_was_ordered_before_the_hand_came() -> None:
    rigged = bench("bench/servo")
    (order,) = rigged.do(report("desk.ch.1.fader", 0.0))
    rigged.do(Touched(FADER))
    assert isinstance(order, ShowMotor)
    assert not rigged.engine.may_drive(order)
    rigged.forget()
    rigged.do(LetGo(FADER))
    rigged.wait(0.1)
    assert rigged.shown("x.fader.1") == [order.position]


def test_a_cap_whose_way_home_a_hand_overtook_is_sent_home_again() -> None:
    rigged = bench()
    rigged.wait(1.0)
    rigged.do(Moved(FADER, 0.9))
    rigged.wait(0.3)
    assert rigged.shown("x.fader.1") == [pytest.approx(0.5, abs=0.001)]
    rigged.forget()
    # The order did not leave: the finger came with the same bytes.
    rigged.do(Touched(FADER), LetGo(FADER))
    rigged.wait(0.1)
    assert rigged.shown("x.fader.1") == [pytest.approx(0.5, abs=0.001)]


def test_a_servo_that_a_bouncing_finger_kept_from_its_place_is_told_it_when_the_finger_goes() -> (
    None
):
    rigged = bench("bench/servo")
    # One late chunk brings the hand's last move, its release and the bounce of its finger.
    *_, own = rigged.do(Touched(FADER), Moved(FADER, 0.4), LetGo(FADER), Touched(FADER))
    assert isinstance(own, ShowMotor)
    assert not rigged.engine.may_drive(own)
    rigged.forget()
    rigged.do(LetGo(FADER))
    rigged.wait(0.1)
    assert rigged.shown("x.fader.1") == [pytest.approx(0.4, abs=0.001)]


def test_a_motor_waits_until_a_release_is_no_bounce_before_it_goes_where_the_desk_went() -> None:
    rigged = bench()
    rigged.do(Touched(FADER), Moved(FADER, 0.4))
    rigged.wait(1.0)
    rigged.forget()
    rigged.do(LetGo(FADER), report("desk.ch.1.fader", 0.0))
    rigged.wait(0.015)
    assert rigged.shown("x.fader.1") == []
    rigged.wait(0.1)
    assert rigged.shown("x.fader.1") == [pytest.approx(0.75, abs=0.001)]


def test_a_servo_may_be_told_where_the_hand_is() -> None:
    rigged = bench("bench/servo")
    (old,) = rigged.do(report("desk.ch.1.fader", 0.0))
    _, own = rigged.do(Touched(FADER), Moved(FADER, 0.4))
    assert isinstance(old, ShowMotor)
    assert isinstance(own, ShowMotor)
    assert rigged.engine.may_drive(own)
    assert not rigged.engine.may_drive(old)


def test_a_flicker_of_a_resting_cap_is_nothing() -> None:
    rigged = bench()
    rigged.do(Moved(FADER, 0.501), Moved(FADER, 0.5))
    rigged.wait(1.0)
    assert rigged.told == []


def test_a_finger_that_was_there_before_the_surface_came_leaves_its_cap_where_it_belongs() -> None:
    rigged = bench()
    rigged.do(LetGo(FADER))
    rigged.wait(0.1)
    assert rigged.shown("x.fader.1") == [pytest.approx(0.5, abs=0.001)]


def test_a_held_fader_waits_and_then_follows_once() -> None:
    rigged = bench()
    rigged.do(Touched(FADER))
    for level in (-20.0, -30.0, -5.0):
        rigged.do(report("desk.ch.1.fader", level))
        rigged.wait(0.1)
    assert rigged.shown("x.fader.1") == []
    rigged.do(LetGo(FADER))
    rigged.wait(1.0)
    assert rigged.shown("x.fader.1") == [pytest.approx(0.625, abs=0.001)]


def test_a_touch_alone_moves_nothing() -> None:
    rigged = bench()
    rigged.do(Touched(FADER))
    rigged.wait(1.0)
    rigged.do(LetGo(FADER))
    rigged.wait(1.0)
    assert rigged.told == []


def test_other_surfaces_follow_while_one_is_held() -> None:
    text = rig(LINES, more="rig: [x, y]\npaging: {edge: wrap}\n", banks="{a: {items: [desk.ch.1]}}")
    text = text.replace("surfaces: {", "surfaces: {y: {device: bench/two, port: y}, ")
    rigged = Bench(text)
    rigged.know(ch_1_fader=-10.0)
    rigged.do(Touched(FADER), Moved(FADER, 0.75))
    rigged.wait(0.1)
    assert rigged.shown("y.fader.1") == [pytest.approx(0.75, abs=0.001)]
    assert rigged.shown("x.fader.1") == []


def test_touch_lines_hear_the_finger_before_and_after_the_values() -> None:
    strip = "- fader <> .fader | db\n- fader.touch > desk.talk"
    rigged = bench(strip=strip)
    rigged.do(Touched(FADER), Moved(FADER, 0.75), LetGo(FADER))
    assert [(one.parameter, one.value) for one in rigged.writes()] == [
        ("desk.talk", True),
        ("desk.ch.1.fader", 0.0),
        ("desk.talk", False),
    ]


def test_the_last_value_goes_out_before_the_finger_is_reported_gone() -> None:
    strip = "- fader <> .fader | db\n- fader.touch > desk.talk"
    rigged = Bench(rig(strip, target="profile: bench/slow, host: 127.0.0.1"))
    rigged.know(ch_1_fader=-10.0)
    rigged.do(Touched(FADER), Moved(FADER, 0.6), Moved(FADER, 0.7), Moved(FADER, 0.75))
    rigged.do(LetGo(FADER))
    assert [one.value for one in rigged.writes()][-2:] == [0.0, False]


def test_an_unplugged_surface_lets_go_of_everything() -> None:
    strip = "- fader <> .fader | db\n- fader.touch > desk.talk"
    rigged = bench(strip=strip)
    rigged.do(Touched(FADER), Moved(FADER, 0.75))
    rigged.forget()
    rigged.do(Gone("x"))
    assert rigged.written() == [False]
    rigged.wait(1.0)
    assert rigged.shown("x.fader.1") == []


# A fader that senses no touch


def test_motion_stands_for_a_touch_and_ends_by_itself() -> None:
    strip = "- fader <> .fader | db\n- fader.touch > desk.talk"
    rigged = bench("bench/blind", strip)
    rigged.do(Moved(FADER, 0.6))
    rigged.wait(0.2)
    rigged.do(Moved(FADER, 0.61))
    rigged.wait(0.2)
    assert rigged.written("desk.talk") == [True]
    rigged.wait(0.1)
    assert rigged.written("desk.talk") == [True, False]


def test_reports_wait_until_a_moved_fader_has_come_to_rest() -> None:
    rigged = bench("bench/blind")
    rigged.do(Moved(FADER, 0.6))
    rigged.do(report("desk.ch.1.fader", -30.0))
    rigged.wait(0.24)
    assert rigged.shown("x.fader.1") == []
    rigged.wait(0.5)
    assert rigged.shown("x.fader.1") == [pytest.approx(0.25, abs=0.001)]


def test_a_motors_own_travel_is_not_a_hand() -> None:
    rigged = bench("bench/blind")
    rigged.do(report("desk.ch.1.fader", 10.0))
    rigged.forget()
    for position in (0.6, 0.8, 1.0, 0.99, 1.0):
        rigged.wait(0.03)
        rigged.do(Moved(FADER, position))
    rigged.wait(1.0)
    assert rigged.told == []


def test_the_first_order_after_a_power_up_may_cross_the_whole_travel() -> None:
    rigged = bench("bench/blind")
    # Nobody knows where the cap of channel 3 stands; it runs down from the top.
    rigged.do(report("desk.ch.3.fader", -30.0))
    rigged.forget()
    for position in (0.9, 0.6, 0.3, 0.25):
        rigged.wait(0.04)
        rigged.do(Moved(control("x.fader.3"), position))
    rigged.wait(1.0)
    assert rigged.written() == []


def test_a_motor_that_is_chased_by_orders_is_still_no_hand() -> None:
    rigged = bench("bench/blind")
    lagging = 0.5
    for step in range(1, 21):
        rigged.do(report("desk.ch.1.fader", -10.0 + step))
        rigged.wait(0.01)
        lagging += 0.01
        rigged.do(Moved(FADER, lagging))
    for _ in range(10):
        rigged.wait(0.01)
        lagging = min(lagging + 0.04, 1.0)
        rigged.do(Moved(FADER, lagging))
    rigged.wait(1.0)
    assert rigged.written() == []


def test_a_hand_against_the_motor_wins() -> None:
    rigged = bench("bench/blind")
    rigged.do(report("desk.ch.1.fader", 10.0))
    rigged.wait(0.05)
    rigged.do(Moved(FADER, 0.2))
    assert len(rigged.written("desk.ch.1.fader")) == 1


def test_a_hand_that_stops_a_motor_on_its_way_is_heard_in_the_end() -> None:
    rigged = bench("bench/blind")
    rigged.do(report("desk.ch.1.fader", 10.0))
    rigged.wait(0.05)
    rigged.do(Moved(FADER, 0.7))
    rigged.wait(1.0)
    assert rigged.written("desk.ch.1.fader")[-1] == pytest.approx(-2.0)


def test_a_nudge_right_after_a_rest_is_heard() -> None:
    rigged = bench("bench/blind")
    rigged.do(Moved(FADER, 0.75))
    rigged.wait(0.3)
    rigged.do(Moved(FADER, 0.76))
    assert rigged.written("desk.ch.1.fader")[-1] == pytest.approx(0.4)


# What a line may ask for


def option(touch: str) -> str:
    return f"- fader <> .fader | db: {{touch: {touch}}}\n- fader.touch > desk.talk"


def test_a_line_may_ask_for_a_touch_made_from_motion() -> None:
    rigged = bench(strip=option("made"))
    rigged.do(Moved(FADER, 0.75))
    assert rigged.written() == [True, 0.0]
    rigged.wait(1.0)
    assert rigged.written() == [True, 0.0, False]


def test_a_sensed_touch_outlasts_the_one_made_from_motion() -> None:
    rigged = bench(strip=option("made"))
    rigged.do(Moved(FADER, 0.75), Touched(FADER), Moved(FADER, 0.76))
    rigged.wait(1.0)
    rigged.do(report("desk.ch.1.fader", -30.0))
    assert rigged.shown("x.fader.1") == []
    rigged.do(LetGo(FADER))
    rigged.wait(0.1)
    assert rigged.shown("x.fader.1") == [pytest.approx(0.25, abs=0.001)]


def test_an_ignored_touch_neither_gates_nor_holds() -> None:
    rigged = bench(strip=option("ignore"))
    rigged.do(Moved(FADER, 0.75))
    rigged.do(Touched(FADER))
    rigged.do(report("desk.ch.1.fader", -30.0))
    assert [(one.parameter, one.value) for one in rigged.writes()] == [
        ("desk.ch.1.fader", 0.0),
        ("desk.talk", True),
    ]
    assert rigged.shown("x.fader.1") == [pytest.approx(0.25, abs=0.001)]
    rigged.do(LetGo(FADER))
    assert rigged.written("desk.talk") == [True, False]


def test_an_unknown_fader_is_counted() -> None:
    rigged = bench()
    rigged.do(
        Moved(control("x.fader.99"), 0.5), Touched(control("x.none")), LetGo(control("x.none"))
    )
    assert rigged.engine.counts["unmapped"] == 3


def test_a_touch_ends_for_conditions_too_when_its_surface_goes() -> None:
    strip = '- fader <> .fader | db\n- when touched fader:\n    - lcd.bottom < "{.fader:dB}"'
    rigged = bench(strip=strip)
    rigged.do(Touched(FADER))
    assert rigged.engine.situation.has("touched", FADER)
    rigged.do(Gone("x"))
    assert not rigged.engine.situation.has("touched", FADER)


def test_a_value_that_waits_goes_out_before_the_touch_of_a_lost_surface_ends() -> None:
    strip = "- fader <> .fader | db\n- fader.touch > desk.talk"
    rigged = Bench(rig(strip, target="profile: bench/slow, host: 127.0.0.1"))
    rigged.do(Touched(FADER), Moved(FADER, 0.6), Moved(FADER, 0.75), Gone("x"))
    assert [one.value for one in rigged.writes()][-2:] == [0.0, False]
