"""Saying again what was not repeated."""

from surfacebridge.model.parameters import ParameterId, Write
from surfacebridge.profiles.insisting import ANSWER_WITHIN, TRIES, Insisting


def write(value: float, name: str = "daw.fader") -> Write:
    return Write("daw", ParameterId(name), value)


def test_what_is_not_answered_is_said_again_a_few_times_and_given_up() -> None:
    doubts = Insisting()
    doubts.wrote(write(-6.0), 0.0)
    said = []
    now = 0.0
    while (now := doubts.next_wakeup()) < 100.0:
        again, given_up = doubts.due(now)
        said.append((again, given_up))
    assert said == [([write(-6.0)], [])] * TRIES + [([], [write(-6.0)])]


def test_only_the_newest_value_is_insisted_on() -> None:
    doubts = Insisting()
    doubts.wrote(write(-6.0), 0.0)
    doubts.wrote(write(-3.0), 0.1)
    assert doubts.due(ANSWER_WITHIN) == ([], [])
    assert doubts.due(0.1 + ANSWER_WITHIN) == ([write(-3.0)], [])


def test_what_is_settled_or_forgotten_is_not_said_again() -> None:
    doubts = Insisting()
    doubts.wrote(write(-6.0), 0.0)
    doubts.wrote(write(1.0, "daw.mute"), 0.0)
    assert doubts.written("daw.fader") == write(-6.0)
    doubts.settle("daw.fader")
    assert doubts.written("daw.fader") is None
    assert doubts.due(1.0) == ([write(1.0, "daw.mute")], [])
    doubts.forget()
    assert doubts.due(9.0) == ([], [])
    assert doubts.next_wakeup() == float("inf")
