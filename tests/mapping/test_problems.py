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
