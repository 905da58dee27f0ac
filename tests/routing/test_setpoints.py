from surfacebridge.routing.setpoints import Schedule


def test_nothing_is_due_while_nothing_waits() -> None:
    schedule = Schedule()
    assert schedule.next_due() is None
    assert schedule.take(1e9) is None


def test_what_is_due_first_comes_first_and_nothing_comes_early() -> None:
    schedule = Schedule()
    schedule.add(2.0, "show")
    schedule.add(1.0, "write")
    assert schedule.next_due() == 1.0
    assert schedule.take(0.999) is None
    assert schedule.take(1.0) == ("write", None)
    assert schedule.take(1.0) is None
    assert schedule.take(5.0) == ("show", None)


def test_entries_of_one_time_keep_their_order() -> None:
    schedule = Schedule()
    schedule.add(1.0, "rest")
    schedule.add(1.0, "echo")
    schedule.add(1.0, "rest")
    taken = [schedule.take(1.0) for _ in range(3)]
    assert taken == [("rest", None), ("echo", None), ("rest", None)]
