from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from surfacebridge.apps.cli.explain import command
from tests.rehearsal.stage import rig_text


@pytest.fixture
def rig(tmp_path: Path) -> Path:
    path = tmp_path / "mine.rig.yaml"
    path.write_text(rig_text())
    return path


def run(*args: object) -> Result:
    return CliRunner().invoke(command, [str(arg) for arg in args])


def test_a_control_is_explained_line_by_line(rig: Path) -> None:
    result = run(rig, "x.fader.2")
    assert result.exit_code == 0
    assert "x.fader.2 is a fader, standing for 2." in result.output
    assert "live, it has no condition" in result.output
    assert "drives daw:/fader 2 {v:f}" in result.output
    assert "waits for flip" in result.output
    assert "0.0 dB (" in result.output


def test_a_key_of_the_bridge_and_a_control_without_a_line_are_said_to_be_so(rig: Path) -> None:
    assert "It is a key of the bridge itself: latch flip" in run(rig, "x.flip").output
    assert "No line speaks about it." in run(rig, "x.play").output


def test_an_address_is_answered_with_the_controls_behind_it(rig: Path) -> None:
    result = run(rig, "daw:/mute")
    assert result.exit_code == 0
    assert "x.mute.1 <> daw:/mute 1 {v:i} (bank tracks, page 1)" in result.output
    assert "x.mute.1 <> daw:/mute 9 {v:i} (bank tracks, page 2)" in result.output


def test_a_name_nobody_knows_is_answered_with_near_ones(rig: Path) -> None:
    result = run(rig, "x.fadr.1")
    assert result.exit_code == 2
    assert "did you mean 'x.fader.1'" in result.stderr


def test_a_rig_with_errors_is_not_explained(rig: Path) -> None:
    rig.write_text(rig_text("- mut <> daw:/mute {n:i} {v:i}"))
    assert run(rig, "x.mute.1").exit_code == 2
