from pathlib import Path

from tests.helpers.commands import surfacebridge

RAGGED = """\
surfacebridge: 1   # keep me
name:   x



strip:
   map:
      -   fader <> .fader | db
"""


def test_a_file_is_rewritten_once_and_keeps_its_comments(tmp_path: Path) -> None:
    path = tmp_path / "rig.yaml"
    path.write_text(RAGGED, encoding="utf-8")
    assert surfacebridge("fmt", "--check", str(path)).returncode == 1
    assert path.read_text(encoding="utf-8") == RAGGED
    assert surfacebridge("fmt", str(path)).returncode == 0
    assert "# keep me" in path.read_text(encoding="utf-8")
    again = surfacebridge("fmt", "--check", str(path))
    assert (again.returncode, again.stdout) == (0, "")


def test_what_cannot_be_read_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "rig.yaml"
    path.write_text("{[", encoding="utf-8")
    assert surfacebridge("fmt", str(path)).returncode == 2
    assert path.read_text(encoding="utf-8") == "{["
    assert surfacebridge("fmt", str(tmp_path / "none.yaml")).returncode == 2
