import pytest

from surfacebridge.rehearsal.line_tests import refuse_line_tests, run_line_tests
from tests.rehearsal.stage import DESK, HEAD, load, rig_text


def verdicts(line: str, tests: str, *, text: str = "") -> list[str]:
    """Return what is said of each test on ``line``; nothing for one that passes."""
    _, plan = load((text or rig_text("{}")).replace("{}", f"- {line}: {{test: [{tests}]}}"))
    return [str(one.failure or "") for one in run_line_tests(plan)]


DESK_WITH = DESK[: DESK.index("    - fader")] + "    {}\n"


@pytest.mark.parametrize(
    ("line", "tests"),
    [
        ("fader <> .fader | db", "0dB -> 0.75, -10dB -> 0.5, -30dB <- 0.25, -oo <- 0.0"),
        ("fader <> .fader | db", "0dB -> 0dB, 10dB <- 10dB"),
        ("mute <> .on | invert", "press -> 0, lit <- 0, dark <- 1"),
        ("solo <> .solo", "press -> 1, press -> on, lit <- on"),
        ("lcd.top < '{.name:7}'", '\'"Kick" <- "Kick"\''),
        ("ring < .pan | ring(pan)", "0.5 <- 0.5, 1.0 <- 100%"),
    ],
)
def test_a_line_on_a_desk_says_what_its_own_tests_say(line: str, tests: str) -> None:
    assert set(verdicts(line, tests, text=DESK_WITH)) == {""}


@pytest.mark.parametrize(
    ("line", "tests"),
    [
        ("fader <> daw:/f {n:i} {v:f}", "1.0 -> 1.0, 0.5 <- 0.5, 0.25 -> 0.25"),
        ("fader <> daw:/f {n:i} {v:f} | db", "0dB -> 0.0, -10dB <- -10.0"),
        ("fader <> daw:/f {n:i} {v:f} | scale(0..1, 0..127)", "0.5 -> 63.5, 1.0 <- 127"),
        ("mute <> daw:/m {n:i} {v:i}", "press -> 1, lit <- 1, dark <- 0"),
        ("select > daw:/s {n:i} {v:i}", "press -> 1"),
    ],
)
def test_a_line_with_plain_messages_says_what_its_own_tests_say(line: str, tests: str) -> None:
    assert set(verdicts(line, tests)) == {""}


@pytest.mark.parametrize(
    ("line", "test", "message"),
    [
        ("fader <> .fader | db", "0dB -> 0.5", "expected 0dB to send 0.5. It sent "),
        ("fader <> .fader | db", "0dB <- 0.5", "expected 0.5 to be shown as 0dB. It shows 0.50"),
        ("mute <> .on", "press -> 1", "expected press to send 1. It sent off."),
        ("mute <> .on", "lit <- 0", "expected 0 to be shown as lit. It shows dark."),
        ("mute <> .on", "0.5 -> 1", "expected a gesture on a key. '0.5' is no gesture here"),
        ("mute > .on", "lit <- 1", "expected 1 to be shown as lit. It shows "),
        ("solo < .solo", "press -> 1", "expected press to send 1. It sent nothing."),
    ],
)
def test_a_line_that_is_not_so_says_what_came_instead(line: str, test: str, message: str) -> None:
    (said,) = verdicts(line, test, text=DESK_WITH)
    assert message in said


def test_a_line_is_tested_whatever_its_condition_and_whoever_shadows_it() -> None:
    text = rig_text("- fader <> daw:/f {n:i} {v:f}\n- when flip:\n    {}")
    assert verdicts("fader <> daw:/pan {n:i} {v:f} | invert", "1.0 -> 0.0", text=text) == [""]


def test_the_first_subject_that_has_the_parameter_is_taken() -> None:
    text = DESK_WITH.replace('"desk.ch.{1..16}"', '["desk.dca.1", "desk.ch.1"]')
    assert verdicts("vpot.push > .pan 0.5", "press -> 0.5", text=text) == [""]


def test_a_verdict_names_its_line_and_its_place() -> None:
    _, plan = load(rig_text("- mute <> daw:/m {n:i} {v:i}: {test: [press -> 1]}", HEAD))
    (verdict,) = run_line_tests(plan)
    assert verdict.name == "mute <> daw:/m {n:i} {v:i}: press -> 1"
    assert verdict.span.path == "stage.yaml"
    assert verdict.reached == {plan.lines[0].order}


@pytest.mark.parametrize(
    ("line", "test", "message"),
    [
        ("fader <> .fader | db", "0dBB -> 0.75", "'0dBB' is no gesture here; it moves to 0dB, 75%"),
        ("fader <> .fader | db", "0dB -> 0.7x", "'0.7x' is no value of this; a level is written"),
        ("fader <> .fader | db", "0.7x <- 0dB", "'0.7x' is never shown here; a fader is at 0dB"),
        ("mute <> .on", "pres -> 1", "'pres' is no gesture here; write press or release"),
        ("mute <> .on", "press -> off_", "'off_' is no value of this; a switch is on or off"),
        ("mute <> .on", "1 <- 0", "'1' is never shown here; a lamp is lit, dark or blink"),
        ("lcd.color < .color", "red <- rde", "'rde' is no value of this; did you mean 'red'"),
        ("ring < .pan | ring(pan)", "drak <- 0.5", "'drak' is never shown here; a ring is at"),
    ],
)
def test_what_no_line_could_make_true_is_refused_at_its_place(
    line: str, test: str, message: str
) -> None:
    text = DESK_WITH.replace("{}", f"- {line}: {{test: [{test}]}}")
    (problem,) = refuse_line_tests(load(text)[1])
    assert message in problem.message
    blamed = message.split("'")[1]
    wanted = text.splitlines()[problem.span.line - 1]
    assert wanted[problem.span.column - 1 :].startswith(blamed)


def test_a_level_that_was_sent_is_said_in_decibels_and_a_pan_as_its_place() -> None:
    (level,) = verdicts("fader <> .fader | db", "0dB -> 0.5", text=DESK_WITH)
    assert level.endswith("It sent 0dB.")
    (pan,) = verdicts("vpot.push > .pan 0.5", "press -> 0.25", text=DESK_WITH)
    assert pan.endswith("It sent 0.5.")
