"""Thinning moves out."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.profiles.moves import PACE, REST, Moves


def test_the_first_value_leaves_at_once_and_the_next_ones_wait_their_turn() -> None:
    moves: Moves[str, float] = Moves()
    assert moves.put("a", 1.0, 0.0)
    assert not moves.put("a", 2.0, 0.005)
    assert not moves.put("a", 3.0, 0.010)
    assert moves.due(0.015) == []
    assert moves.due(PACE) == [("a", 3.0, False)]


def test_a_value_that_stays_is_said_once_more_as_final() -> None:
    moves: Moves[str, float] = Moves()
    moves.put("a", 1.0, 0.0)
    assert moves.due(PACE) == []
    assert moves.due(REST) == [("a", 1.0, True)]
    assert moves.next_due() is None


def test_things_do_not_wait_for_each_other() -> None:
    moves: Moves[str, float] = Moves()
    moves.put("a", 1.0, 0.0)
    assert moves.put("b", 2.0, 0.019)
    assert moves.due(REST) == [("a", 1.0, True)]
    assert moves.due(REST + PACE) == [("b", 2.0, True)]


def test_what_was_dropped_is_not_said() -> None:
    moves: Moves[str, float] = Moves()
    moves.put("a", 1.0, 0.0)
    moves.drop("a")
    assert moves.due(1.0) == []


def test_at_the_end_all_that_moves_is_final() -> None:
    moves: Moves[str, float] = Moves()
    moves.put("a", 1.0, 0.0)
    assert moves.finish() == [("a", 1.0, True)]
    assert moves.next_due() is None


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0.0, 0.3)), max_size=60))
def test_the_last_value_always_leaves_and_the_pace_is_kept(steps: list[tuple[str, float]]) -> None:
    moves: Moves[str, int] = Moves()
    now = 0.0
    last: dict[str, int] = {}
    said: dict[str, int] = {}
    times: dict[str, list[float]] = {}

    def take(until: float) -> None:
        while (due := moves.next_due()) is not None and due <= until:
            for key, item, final in moves.due(due):
                said[key] = item
                if not final:
                    times.setdefault(key, []).append(due)

    for number, (key, wait) in enumerate(steps):
        now += wait
        take(now)
        last[key] = number
        if moves.put(key, number, now):
            said[key] = number
    take(now + 1.0)
    assert said == last
    assert moves.next_due() is None
    for at in times.values():
        assert all(b - a > PACE * 0.99 for a, b in pairwise(at))
