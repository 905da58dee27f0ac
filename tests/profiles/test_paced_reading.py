"""Reading many things from a lossy peer."""

from surfacebridge.profiles.paced_reading import (
    LATER,
    RETRY_AFTER,
    TRIES,
    WINDOW,
    PacedReading,
)

MANY = [f"/{place}" for place in range(300)]


def test_the_most_urgent_is_asked_first_and_never_more_than_the_window() -> None:
    reading = PacedReading()
    reading.want(MANY)
    assert reading.due(0.0) == MANY[:WINDOW]
    assert reading.due(0.0) == []


def test_every_answer_makes_room_for_one_more_question() -> None:
    reading = PacedReading()
    reading.want(MANY)
    reading.due(0.0)
    reading.answered("/5")
    reading.answered("/9")
    assert reading.due(0.01) == ["/64", "/65"]


def test_a_lost_question_is_asked_again_after_a_quarter_of_a_second() -> None:
    reading = PacedReading()
    reading.want(["/a", "/b"])
    reading.due(0.0)
    reading.answered("/b")
    assert reading.due(RETRY_AFTER - 0.01) == []
    assert reading.next_wakeup() == RETRY_AFTER
    assert reading.due(RETRY_AFTER) == ["/a"]


def test_what_never_answers_is_left_and_then_asked_again_later_for_ever() -> None:
    reading = PacedReading()
    reading.want(["/a"])
    asked = [at for at in range(2000) if reading.due(at * 0.01)]
    assert asked[:TRIES] == [0, 25, 50, 75]
    assert asked[TRIES] == 100 + 500
    assert len(asked) > 2 * TRIES
    assert not reading.complete


def test_what_is_missing_is_told_and_a_late_answer_ends_it() -> None:
    reading = PacedReading()
    reading.want(["/a"])
    for at in range(TRIES + 1):
        reading.due(at * RETRY_AFTER)
    assert reading.missing == ("/a",)
    assert reading.next_wakeup() == TRIES * RETRY_AFTER + LATER
    reading.answered("/a")
    assert not list(reading.missing)
    assert reading.complete
    assert reading.next_wakeup() is None


def test_missing_ones_do_not_hold_up_the_rest() -> None:
    reading = PacedReading(window=2)
    reading.want(["/a", "/b", "/c"])
    for at in range(TRIES + 1):
        asked = reading.due(at * RETRY_AFTER)
    assert asked == ["/c"]


def test_a_new_wish_replaces_the_old_one_and_keeps_what_is_on_its_way() -> None:
    reading = PacedReading(window=2)
    reading.want(["/a", "/b", "/c"])
    reading.due(0.0)
    reading.want(["/d", "/b"])
    assert reading.due(0.0) == ["/d"]
    assert reading.due(RETRY_AFTER) == ["/b", "/d"]


def test_nothing_wanted_is_complete() -> None:
    reading = PacedReading()
    reading.want(MANY)
    reading.due(0.0)
    reading.forget()
    assert reading.complete
    assert reading.due(9.0) == []


def test_what_is_asked_again_stays_missing_until_it_answers() -> None:
    reading = PacedReading()
    reading.want(["/a"])
    now = 0.0
    while not reading.missing:
        reading.due(now)
        now += RETRY_AFTER
    asked = 0
    for _ in range(200):
        asked += len(reading.due(now))
        assert reading.missing == ("/a",)
        now += RETRY_AFTER
    assert asked > TRIES

    reading.answered("/a")
    assert reading.complete
