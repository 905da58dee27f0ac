"""``record``, typed as a user would; what it writes is played by the journeys."""

import socket
from pathlib import Path

from surfacebridge.apps.captures import read_capture
from tests.helpers.commands import is_traceback, started, surfacebridge


def test_a_run_is_recorded_until_it_is_stopped(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        at = ("--at", f"desk=udp://127.0.0.1:{silent.getsockname()[1]}", "--at", "x=pty:/no/such")
        for words in (("record", "-o"), ("run", "--record")):
            file = tmp_path / f"{words[0]}.sbcap"
            with started(tmp_path / "log", words[0], "xtouch-x32", words[1], str(file), *at) as run:
                run.wait_for("x is waiting")
                run.wait_for(f"All that goes over the links is written to {file}")
                assert run.stop() == 0
                assert "moments. It was stopped." in run.said()
                assert not is_traceback(run.said())
            capture = read_capture(file)
            assert capture.end is not None
            assert any(one.what == "out" and one.name == "desk" for one in capture.moments)
            assert "devices/behringer/x-touch.yaml" in capture.files


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "bug.sbcap").write_text("mine")
    done = surfacebridge("record", "xtouch-x32", "-o", "bug.sbcap", cwd=tmp_path)
    assert done.returncode == 2
    assert "bug.sbcap is there already; name a new file" in done.stderr
    assert not is_traceback(done.stderr)
    assert (tmp_path / "bug.sbcap").read_text() == "mine"
