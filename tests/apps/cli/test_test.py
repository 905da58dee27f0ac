from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from surfacebridge.apps.cli.test import command
from tests.helpers.commands import surfacebridge
from tests.rehearsal.stage import rig_text

LINES = """
- mute <> daw:/mute {n:i} {v:i}: {test: [press -> 1]}
- solo <> daw:/solo {n:i} {v:i}
"""
GOOD = """tests:
  mute goes both ways:
    - tap x.mute.1
    - expect daw:/mute 1 1
    - recv daw:/mute 1 0
    - expect x.mute.1 dark
    - recv daw:/mute 1 1
    - expect x.mute.1 lit
"""
BAD = (
    GOOD
    + """  solo is wrong:
    - tap x.solo.1
    - expect daw:/solo 2 1
"""
)


@pytest.fixture
def rig(tmp_path: Path) -> Path:
    path = tmp_path / "mine.rig.yaml"
    path.write_text(rig_text(LINES, more=GOOD))
    return path


def run(*args: object) -> Result:
    return CliRunner().invoke(command, [str(arg) for arg in args])


def test_stories_that_come_true_are_named_and_counted(rig: Path) -> None:
    result = run(rig)
    assert result.exit_code == 0
    assert "pass  mute goes both ways" in result.output
    assert "pass  mute <> daw:/mute {n:i} {v:i}: press -> 1" in result.output
    assert "2 of 2 came true." in result.output


def test_a_story_that_does_not_says_where_what_and_what_came(rig: Path) -> None:
    rig.write_text(rig_text(LINES, more=BAD))
    result = run(rig)
    assert result.exit_code == 1
    assert "FAIL  solo is wrong" in result.output
    assert f"{rig}:" in result.output
    assert "expect daw:/solo 2 1" in result.output
    assert "Expected daw to be sent /solo 2 1 within 500 ms." in result.output
    assert "It was sent /solo 1 1." in result.output
    assert "2 of 3 came true." in result.output


def test_a_wrong_step_is_a_wrong_rig(rig: Path) -> None:
    rig.write_text(rig_text(LINES, more=GOOD.replace("tap x.mute.1", "tip x.mute.1")))
    result = run(rig)
    assert result.exit_code == 2
    assert "no step 'tip'; did you mean 'tap'?" in result.stderr


def test_a_rig_with_errors_is_not_run(rig: Path) -> None:
    rig.write_text(rig_text("- mut <> daw:/mute {n:i} {v:i}"))
    result = run(rig)
    assert result.exit_code == 2
    assert "no control 'mut'" in result.stderr


def test_one_line_and_one_random_thing_are_said_so(rig: Path) -> None:
    rig.write_text(rig_text("- select > daw:/select {n:i}"))
    result = run(rig, "--coverage", "--mutate", "--fuzz", 1)
    assert "Reached 0 of 1 line (0%)." in result.output
    assert "1 random thing broke no rule" in result.output


def test_lines_no_story_reaches_are_listed_when_asked(rig: Path) -> None:
    result = run(rig, "--coverage")
    assert result.exit_code == 0
    assert "Reached 1 of 2 lines (50%)." in result.output
    assert "no story reaches this: solo <> daw:/solo" in result.output


def test_changes_no_story_notices_are_listed_when_asked(rig: Path) -> None:
    result = run(rig, "--mutate")
    assert result.exit_code == 0
    assert "no story notices when\n      the line is gone: solo <>" in result.output
    assert "the line is gone: mute" not in result.output
    assert "changes (" in result.output


def test_random_things_are_done_when_asked(rig: Path) -> None:
    result = run(rig, "--fuzz", 120, "--seed", 5)
    assert result.exit_code == 0
    assert "120 random things broke no rule (seed 5)." in result.output


def test_a_broken_rule_is_told_with_its_steps(rig: Path) -> None:
    text = rig_text("- fader > .fader\n- fader < .fader | smooth(5 s)").replace(
        '{osc: "udp://127.0.0.1:9", listen: 8000}', "{profile: behringer/x32, host: 127.0.0.1}"
    )
    rig.write_text(text.replace('"1..16"', '"daw.ch.{1..8}"'))
    result = run(rig, "--fuzz", 100)
    assert result.exit_code == 1
    assert "FAIL  motors must come to rest within a second: x.fader." in result.output
    assert "report x.fader." in result.output


def test_verdicts_are_written_for_other_tools(rig: Path, tmp_path: Path) -> None:
    result = run(rig, "--junit", tmp_path / "out.xml")
    assert result.exit_code == 0
    root = ET.fromstring((tmp_path / "out.xml").read_text())  # noqa: S314 - our own
    assert (root.get("tests"), root.get("failures")) == ("2", "0")


def test_a_rig_without_stories_says_so(rig: Path) -> None:
    rig.write_text(rig_text("- mute <> daw:/mute {n:i} {v:i}"))
    result = run(rig)
    assert result.exit_code == 0
    assert "There is no story and no test on a line yet." in result.output


def test_a_story_is_made_only_of_a_capture(tmp_path: Path) -> None:
    (tmp_path / "a.sbcap").write_text("no capture\n")
    done = surfacebridge("test", "--from", "a.sbcap", cwd=tmp_path)
    assert done.returncode == 2
    assert "is no capture" in done.stderr
    assert not (tmp_path / "a").exists()


def test_without_a_rig_it_says_what_to_name() -> None:
    done = surfacebridge("test")
    assert done.returncode == 2
    assert "Name a RIG, or a capture with --from." in done.stderr
