from surfacebridge.mapping.problems import Problem, did_you_mean, near_misses
from surfacebridge.mapping.source import Span


def test_a_problem_reads_like_a_compiler_s() -> None:
    span = Span("a.yaml", 3, 7)
    assert str(Problem(span, "no control 'fadr'", "control")) == "a.yaml:3:7: no control 'fadr'"
    assert str(Problem(span, "odd", "x", "warning")) == "a.yaml:3:7: warning: odd"


def test_near_misses_are_offered_and_far_ones_are_not() -> None:
    known = ["fader", "mute", "meter"]
    assert near_misses("fadr", known) == ["fader"]
    assert did_you_mean("fadr", known) == "; did you mean 'fader'?"
    assert did_you_mean("xyzzy", known) == ""


def test_of_several_as_near_the_first_is_meant_and_case_does_not_matter() -> None:
    faders = [f"x.fader.{n}" for n in range(1, 9)]
    assert near_misses("x.fadr.3", faders) == ["x.fader.3", "x.fader.1"]
    assert near_misses("x.fader", faders) == ["x.fader.1", "x.fader.2"]
    assert near_misses("DB", ["rate", "db"]) == ["db"]
