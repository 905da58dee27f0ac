"""Doubts about what a console holds; what the X32 does with them is in ``consoles/test_x32``."""

import pytest

from surfacebridge.profiles.confirming import (
    ANSWER_WITHIN,
    CONFIRM_AFTER,
    REST_AFTER,
    SWEEP_AT_ONCE,
    SWEEP_AT_REST,
    SWEEP_EVERY,
    TRIES,
    Confirming,
)

A = "/a"


def holding(place: int = 1) -> Confirming:
    doubts = Confirming()
    assert doubts.heard(A, place, 0.0) == "news"
    return doubts


def test_a_ride_is_asked_about_once_at_its_end() -> None:
    doubts = holding()
    asked = []
    for step in range(100):
        now = step / 100
        doubts.wrote(A, step, b"", now)
        asked += doubts.due(now)
    assert asked == []
    wakes = [doubts.next_wakeup()]
    while not (asked := doubts.due(wakes[-1])):
        wakes.append(doubts.next_wakeup())
    assert asked == [A]
    assert wakes[-1] == 0.99 + CONFIRM_AFTER
    assert len(wakes) <= 2


def test_any_value_of_a_ride_in_the_answer_means_that_the_rest_was_lost() -> None:
    for held in (1, 5, 8):
        doubts = holding()
        for step in range(5, 10):
            doubts.wrote(A, step, bytes((step,)), 0.0)
        doubts.due(1.0)
        assert doubts.heard(A, held, 1.1) == "lost"
        assert doubts.again(A) == b"\x09"


def test_a_write_that_an_older_one_overran_is_written_again() -> None:
    doubts = holding()
    doubts.wrote(A, 5, b"older", 0.0)
    doubts.wrote(A, 6, b"newer", 0.01)
    doubts.asked(A, 0.02)
    assert doubts.heard(A, 6, 0.03) == "news"
    # The older of the two lands only now.
    assert doubts.due(0.01 + CONFIRM_AFTER) == [A]
    assert doubts.heard(A, 5, 0.2) == "lost"
    assert doubts.again(A) == b"newer"


def test_a_push_of_another_value_ends_the_right_to_write_again() -> None:
    doubts = holding()
    doubts.wrote(A, 5, b"", 0.0)
    assert doubts.heard(A, 7, 0.01) == "news"
    doubts.due(1.0)
    assert doubts.heard(A, 1, 1.1) == "news"


def test_a_push_of_a_value_that_only_we_had_written_is_somebody_elses_and_stays() -> None:
    doubts = holding()
    doubts.wrote(A, 5, b"older", 0.0)
    doubts.wrote(A, 6, b"newer", 0.01)
    # A tablet put it where the hand had come by.
    assert doubts.heard(A, 5, 0.05) == "news"
    assert doubts.due(0.01 + CONFIRM_AFTER) == [A]
    assert doubts.heard(A, 5, 0.2) == "news"


def test_a_push_of_what_was_there_long_before_is_somebody_elses_and_stays() -> None:
    doubts = holding()
    doubts.asked(A, 0.12)
    assert doubts.heard(A, 1, 0.13) == "news"
    # A hand mutes what somebody at the desk opens again a moment later.
    doubts.wrote(A, 0, b"muted", 0.14)
    assert doubts.heard(A, 1, 0.16) == "news"
    assert doubts.due(0.14 + CONFIRM_AFTER) == [A]
    assert doubts.heard(A, 1, 0.3) == "news"


def test_a_late_push_of_what_was_there_before_leaves_the_right_to_write_again() -> None:
    doubts = holding()
    doubts.wrote(A, 6, b"mine", 0.0)
    doubts.heard(A, 1, 0.02)
    doubts.due(CONFIRM_AFTER)
    assert doubts.heard(A, 1, 0.2) == "lost"


def test_an_answer_that_the_network_doubled_is_nobodys_change() -> None:
    doubts = holding()
    doubts.wrote(A, 5, b"5", 1.0)
    doubts.wrote(A, 9, b"9", 1.01)
    doubts.due(1.2)
    assert doubts.heard(A, 5, 1.21) == "lost"
    assert doubts.heard(A, 5, 1.23) == "old"
    doubts.due(1.4)
    assert doubts.heard(A, 5, 1.41) == "lost"


def test_an_answer_to_an_old_question_that_the_network_doubled_is_nobodys_change() -> None:
    doubts = holding()
    doubts.asked(A, 1.0)
    doubts.wrote(A, 5, b"5", 1.001)
    doubts.wrote(A, 9, b"9", 1.002)
    assert doubts.heard(A, 5, 1.01) == "old"
    doubts.wrote(A, 12, b"12", 1.015)
    assert doubts.heard(A, 5, 1.02) == "old"
    doubts.due(1.4)
    assert doubts.heard(A, 5, 1.41) == "lost"


def test_what_was_set_back_right_after_an_answer_and_our_write_is_somebody_elses() -> None:
    doubts = Confirming()
    doubts.heard(A, 1, 0.0)
    doubts.asked(A, 1.0)
    doubts.heard(A, 1, 1.01)
    doubts.wrote(A, 9, b"9", 1.015)
    assert doubts.heard(A, 1, 1.05) == "news"
    doubts.due(1.2)
    assert doubts.heard(A, 1, 1.21) == "news"


def test_a_console_that_takes_nothing_is_believed_in_the_end() -> None:
    doubts = holding()
    doubts.wrote(A, 5, b"", 0.0)
    said = []
    for attempt in range(1, TRIES + 2):
        doubts.due(float(attempt))
        said.append(doubts.heard(A, 1, attempt + 0.1))
    assert said == ["lost"] * TRIES + ["news"]


def test_a_question_nobody_answers_is_asked_a_few_times() -> None:
    doubts = holding()
    doubts.wrote(A, 5, b"", 0.0)
    asked = [doubts.due(CONFIRM_AFTER + attempt * ANSWER_WITHIN) for attempt in range(10)]
    assert sum(map(len, asked)) == TRIES + 1
    assert doubts.next_wakeup() == float("inf")


@pytest.mark.parametrize(("count", "turns"), [(3, 3), (40, 6), (120, 6), (121, 7)])
def test_a_round_asks_no_more_at_a_time_than_its_time_needs(count: int, turns: int) -> None:
    doubts = Confirming()
    addresses = [f"/{place}" for place in range(count)]
    for address in addresses:
        doubts.heard(address, 0, 0.0)
    doubts.follow(addresses, 0.0)
    doubts.take(0.6)
    missing, turn = set(addresses), 0
    while missing:
        turn += 1
        now = turn * (SWEEP_EVERY + 1e-6)
        asked = doubts.due(now)
        assert len(asked) <= SWEEP_AT_ONCE
        for address in asked:
            doubts.heard(address, 0, now)
        missing -= set(asked)
    assert turn == turns


def test_the_round_goes_through_everything_in_its_order_and_begins_again() -> None:
    doubts = Confirming()
    addresses = [f"/{place}" for place in range(2 * SWEEP_AT_ONCE + 1)]
    for address in addresses:
        doubts.heard(address, 0, 0.0)
    doubts.follow(addresses, 0.0)
    asked = []
    for turn in range(1, 4):
        now = turn * SWEEP_EVERY + 1e-6
        for address in doubts.due(now):
            asked.append(address)
            doubts.heard(address, 0, now)
    assert asked == [*addresses, *addresses[: len(asked) - len(addresses)]]
    assert not doubts.missed


def test_an_answer_that_a_push_overtook_is_asked_about_again_at_once() -> None:
    doubts = Confirming()
    others = [f"/{place}" for place in range(100)]
    for address in (A, *others):
        doubts.heard(address, 1, 0.0)
    doubts.follow([A, *others], 0.0)
    assert A in doubts.due(SWEEP_EVERY)
    # Somebody set 2 as the answer 1 was under way, and the network swapped them.
    assert doubts.heard(A, 2, SWEEP_EVERY + 0.01) == "news"
    assert doubts.heard(A, 1, SWEEP_EVERY + 0.02) == "news"
    asked = doubts.due(2 * SWEEP_EVERY)
    assert asked[0] == A
    assert len(asked) == SWEEP_AT_ONCE


def test_a_push_long_after_an_answer_is_not_doubted() -> None:
    doubts = holding()
    doubts.follow([A], 0.0)
    assert doubts.due(SWEEP_EVERY) == [A]
    doubts.heard(A, 2, SWEEP_EVERY)
    doubts.follow(["/b"], SWEEP_EVERY)
    doubts.heard(A, 1, SWEEP_EVERY + ANSWER_WITHIN + 0.01)
    assert doubts.due(1.0) == []


def test_what_never_answered_is_left_to_the_first_reading() -> None:
    doubts = Confirming()
    doubts.follow([A], 0.0)
    assert doubts.due(1.0) == []


def test_a_question_without_an_answer_is_noticed() -> None:
    doubts = holding()
    doubts.follow([A], 0.0)
    assert doubts.due(SWEEP_EVERY) == [A]
    doubts.due(SWEEP_EVERY + ANSWER_WITHIN + SWEEP_EVERY)
    assert doubts.missed


def test_a_console_that_is_gone_is_not_doubted() -> None:
    doubts = holding()
    doubts.follow([A], 0.0)
    doubts.wrote(A, 5, b"", 0.0)
    doubts.forget()
    assert doubts.next_wakeup() == float("inf")
    assert doubts.due(9.0) == []


def sweeps(doubts: Confirming, start: float, seconds: float) -> int:
    """Return how often something was asked in ``seconds``, all answered with what was known."""
    count, end = 0, start + seconds
    while (now := doubts.next_wakeup()) < end:
        asked = doubts.due(now)
        count += bool(asked)
        for address in asked:
            doubts.heard(address, 1, now)
    return count


def following() -> Confirming:
    doubts = Confirming()
    doubts.heard(A, 1, 0.0)
    doubts.follow([A], 0.0)
    return doubts


def test_where_nobody_mixes_all_is_gone_through_at_a_quarter_of_the_pace() -> None:
    doubts = following()

    busy = sweeps(doubts, 0.0, 10.0)
    sweeps(doubts, 10.0, REST_AFTER)
    at_rest = sweeps(doubts, 10.0 + REST_AFTER, 10.0)

    assert busy == pytest.approx(10.0 / SWEEP_EVERY, abs=2)
    assert at_rest == pytest.approx(10.0 / SWEEP_AT_REST, abs=2)


@pytest.mark.parametrize("what", ["a write", "a change", "a lost answer"])
def test_whatever_stirs_brings_the_full_pace_back_at_once(what: str) -> None:
    doubts = following()
    now = 2 * REST_AFTER
    sweeps(doubts, 0.0, now)

    match what:
        case "a write":
            doubts.wrote(A, 1, b"", now)
        case "a change":
            doubts.heard(A, 2, now)
            doubts.heard(A, 1, now)
        case _:
            doubts.due(doubts.next_wakeup())
            now += 2 * SWEEP_AT_REST
            doubts.due(now)

    assert doubts.next_wakeup() <= now + 2 * SWEEP_EVERY
    assert sweeps(doubts, now, 10.0) >= 0.9 * 10.0 / SWEEP_EVERY
