"""The plugin in somebody else's suite: a pytest of its own, in a folder of its own."""

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

from tests.rehearsal.stage import rig_text

GOOD = rig_text(
    "- mute <> daw:/mute {n:i} {v:i}: {test: [press -> 1]}",
    more="""tests:
  mute is sent:
    - tap x.mute.1
    - expect daw:/mute 1 1
""",
)
BAD = GOOD.replace("expect daw:/mute 1 1", "expect daw:/mute 2 1")


def run(folder: Path, *args: str) -> tuple[int, str]:
    """Run pytest in ``folder`` with nothing but our plugin; return its status and output."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--color=no", *args]
    plugin = ["-p", "surfacebridge.apps.pytest_plugin"] if _is_loaded_by_hand() else []
    done = subprocess.run(  # noqa: S603 - our own interpreter, on our own files
        [*command, *plugin], cwd=folder, capture_output=True, text=True, check=False, timeout=18
    )
    return done.returncode, done.stdout + done.stderr


def _is_loaded_by_hand() -> bool:
    """Return whether this installation is older than the entry point."""
    return not any(point.name == "surfacebridge" for point in entry_points(group="pytest11"))


def test_rig_files_are_collected_beside_other_tests(tmp_path: Path) -> None:
    (tmp_path / "mine.rig.yaml").write_text(GOOD)
    (tmp_path / "other.yaml").write_text("no rig")
    (tmp_path / "test_own.py").write_text("def test_own(): pass\n")
    status, said = run(tmp_path, "-v")
    assert status == 0, said
    assert "mine.rig.yaml::mute is sent PASSED" in said
    assert "mine.rig.yaml::mute <> daw:/mute {n:i} {v:i}: press -> 1 PASSED" in said
    assert "3 passed" in said


def test_a_story_that_fails_is_told_in_sentences_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "mine.rig.yaml").write_text(BAD)
    status, said = run(tmp_path)
    assert status == 1
    assert "mine.rig.yaml:14:7: expect daw:/mute 2 1" in said
    assert "Expected daw to be sent /mute 2 1 within 500 ms." in said
    assert "It was sent /mute 1 1." in said
    assert "Traceback" not in said
    assert "1 failed, 1 passed" in said


def test_a_rig_with_errors_is_an_error_of_the_collection(tmp_path: Path) -> None:
    (tmp_path / "broken.rig.yaml").write_text(GOOD.replace("- mute", "- mut"))
    (tmp_path / "wrong.rig.yaml").write_text(GOOD.replace("tap", "tip"))
    status, said = run(tmp_path)
    assert status == 2
    assert "no control 'mut'; did you mean 'mute'" in said
    assert "no step 'tip'; did you mean 'tap'" in said


def test_other_files_are_rigs_when_they_are_named(tmp_path: Path) -> None:
    (tmp_path / "desk.yaml").write_text(GOOD)
    (tmp_path / "test_own.py").write_text("def test_own(): pass\n")
    status, said = run(tmp_path, "--rig", "desk.yaml")
    assert status == 0, said
    assert "3 passed" in said
    (tmp_path / "pytest.ini").write_text("[pytest]\nrigs = desk.yaml\n")
    assert "3 passed" in run(tmp_path)[1]
    assert "1 passed" in run(tmp_path, "test_own.py")[1]


def test_a_rig_nobody_knows_is_a_usage_error(tmp_path: Path) -> None:
    status, said = run(tmp_path, "--rig", "nobodys")
    assert status == 4
    assert "There is no rig 'nobodys'; those that come with us: " in said
