import pytest

from surfacebridge.rehearsal.programme import Programme
from tests.rehearsal.stage import load, rig_text

TEXT = rig_text(
    "- mute <> daw:/mute {n:i} {v:i}: {test: [press -> 1]}",
    more="""tests:
  it lights:
    - recv daw:/mute 1 1
    - expect x.mute.1 lit
  it does not blink:
    - recv daw:/mute 1 1
    - expect x.mute.1 blink
""",
)


def test_line_tests_come_first_and_stories_in_file_order() -> None:
    programme = Programme(*load(TEXT))
    verdicts = list(programme.verdicts())
    assert [(one.name.rpartition(": ")[2], one.passed) for one in verdicts] == [
        ("press -> 1", True),
        ("it lights", True),
        ("it does not blink", False),
    ]
    assert programme.coverage(verdicts).share == 1.0


def test_a_story_is_run_by_name() -> None:
    programme = Programme(*load(TEXT))
    assert programme.story_names == ["it lights", "it does not blink"]
    assert programme.story("it lights").passed
    with pytest.raises(KeyError):
        programme.story("it sings")


def test_steps_that_are_no_steps_are_its_problems() -> None:
    (problem,) = Programme(*load(TEXT.replace("recv daw:/mute 1 1", "recv dw:/m", 1))).problems
    assert "no target 'dw'; did you mean 'daw'?" in str(problem)


def test_breaking_and_trying_are_offered_whole() -> None:
    programme = Programme(*load(TEXT.replace("blink\n", "lit\n")))
    outcomes = list(programme.survey(programme.mutations()))
    assert any(one.noticed for one in outcomes)
    assert list(programme.fuzz(50, 1)) == [50]
