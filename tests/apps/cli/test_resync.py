"""Resync from another terminal, with everything in processes of their own."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.helpers.commands import Running, started, surfacebridge


@pytest.fixture
def bridge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        desk = f"udp://127.0.0.1:{free.getsockname()[1]}"
    with ExitStack() as stack:
        stack.enter_context(started(tmp_path / "desk", "sim", "x32", "--at", desk)).wait_for("X32")
        at = ("--at", f"x=pty:{tmp_path}/none", "--at", f"desk={desk}")
        one = stack.enter_context(started(tmp_path / "log", "run", "xtouch-x32", *at))
        one.wait_for("desk is connected")
        yield one


def test_a_target_is_read_again_and_a_surface_that_is_away_is_said_to_be(bridge: Running) -> None:
    assert surfacebridge("resync").stdout == "desk is read again.\n"
    bridge.wait_for("Asked to resync: desk.")
    away = surfacebridge("resync", "x")
    assert away.stdout == "x is not there now; it will be painted when it is.\n"
    assert away.returncode == 0


def test_a_link_that_is_not_in_the_rig_is_said_with_those_that_are(bridge: Running) -> None:
    del bridge
    done = surfacebridge("resync", "mixer")
    assert done.returncode == 2
    assert "There is no link 'mixer'" in done.stderr
    assert "there are: x, desk." in done.stderr
