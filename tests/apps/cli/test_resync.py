"""Resync from another terminal, with everything in processes of their own."""

import os
import pty
import socket
import tty
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.helpers.commands import Running, started, surfacebridge

RIG = """
surfacebridge: 1
name: a keyboard
surfaces: {x: {device: behringer/x-touch, port: x}}
targets: {kbd: {midi: somewhere}}
strip:
  map:
    - fader <> kbd:cc 1 {n}
banks: {all: {items: "1..8"}}
"""


@pytest.fixture
def bridge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
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


def test_a_target_that_cannot_be_asked_is_said_to_be_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    (tmp_path / "rig.yaml").write_text(RIG)
    near, far = pty.openpty()
    tty.setraw(far)
    at = ("--at", f"x=pty:{tmp_path}/none", "--at", f"kbd=pty:{os.ttyname(far)}")
    with started(tmp_path / "log", "run", str(tmp_path / "rig.yaml"), *at) as one:
        one.wait_until(lambda: "kbd" in surfacebridge("status").stdout)
        said = surfacebridge("resync", "kbd").stdout
        assert said == "kbd cannot be asked what it holds; what it said last stands.\n"
        assert one.stop() == 0
    os.close(near)
    os.close(far)


def test_a_link_that_is_not_in_the_rig_is_said_with_those_that_are(bridge: Running) -> None:
    del bridge
    done = surfacebridge("resync", "mixer")
    assert done.returncode == 2
    assert "There is no link 'mixer'" in done.stderr
    assert "there are: x, desk." in done.stderr
