from surfacebridge.routing.travel import TAIL, Travel


def sent(start: float | None, goal: float) -> Travel:
    travel = Travel()
    travel.order(start, goal, 0.2, 10.0)
    return travel


def test_a_cap_between_start_and_goal_is_the_motors() -> None:
    travel = sent(0.2, 0.8)
    assert travel.is_own(0.2, 10.01)
    assert travel.is_own(0.5, 10.05)
    assert travel.is_own(0.83, 10.1)


def test_a_cap_elsewhere_is_a_hands() -> None:
    travel = sent(0.2, 0.8)
    assert not travel.is_own(0.1, 10.05)
    assert not travel.is_own(0.9, 10.05)


def test_a_cap_that_turns_back_is_a_hands() -> None:
    travel = sent(0.2, 0.8)
    assert travel.is_own(0.6, 10.05)
    assert not travel.is_own(0.4, 10.06)


def test_after_its_time_every_move_is_a_hands() -> None:
    travel = sent(0.0, 1.0)
    assert not travel.is_own(0.99, 10.0 + 0.2 + TAIL + 0.01)


def test_a_short_way_takes_a_short_time() -> None:
    assert sent(0.5, 0.6).until < sent(0.0, 1.0).until


def test_a_cap_of_unknown_place_may_come_from_anywhere() -> None:
    travel = sent(None, 0.3)
    assert travel.is_own(0.95, 10.01)
    assert travel.is_own(0.6, 10.05)


def test_a_cap_that_is_sent_to_where_it_is_does_not_run() -> None:
    assert not sent(0.5, 0.5).is_own(0.5, 10.01)


def test_another_order_on_the_way_widens_the_way() -> None:
    travel = sent(0.5, 1.0)
    assert travel.is_own(0.6, 10.02)
    travel.order(1.0, 0.2, 0.2, 10.03)
    assert travel.is_own(0.7, 10.04)
    assert travel.is_own(0.2, 10.1)


def test_a_cap_that_rests_away_from_its_order_was_stopped() -> None:
    travel = sent(0.2, 0.8)
    travel.is_own(0.5, 10.05)
    assert travel.stray() == 0.5
    assert travel.stray() is None


def test_a_cap_that_arrived_did_not_stray() -> None:
    travel = sent(0.2, 0.8)
    travel.is_own(0.5, 10.05)
    travel.is_own(0.795, 10.15)
    assert travel.stray() is None
    assert sent(0.2, 0.8).stray() is None
