from pathlib import Path

from click.testing import CliRunner

from surfacebridge.apps.cli.expand import command
from tests.rehearsal.stage import rig_text


def test_every_binding_has_a_line_of_its_own(tmp_path: Path) -> None:
    rig = tmp_path / "mine.rig.yaml"
    rig.write_text(rig_text(more="map:\n  - x.play > daw:/play {v:i}\n"))
    result = CliRunner().invoke(command, [str(rig)])
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert "x.fader.1          <> daw:/fader 9 {v:f}  [tracks, page 2]" in lines
    assert "x.fader.8          <> daw:/pan 8 {v:f}  [tracks, page 1]  when flip" in lines
    assert "x.play             >  daw:/play {v:i}" in lines
    assert lines[-1].startswith(f"{len(lines) - 1} bindings from ")


def test_a_rig_with_errors_is_not_listed(tmp_path: Path) -> None:
    rig = tmp_path / "mine.rig.yaml"
    rig.write_text("surfacebridge: 1\nmap: [nothing]\n")
    assert CliRunner().invoke(command, [str(rig)]).exit_code == 2
