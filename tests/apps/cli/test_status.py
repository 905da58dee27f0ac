"""A running bridge asked by others: people, programs, Prometheus and systemd."""

import json
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from surfacebridge.apps.control_socket import running
from tests.helpers.commands import Running, is_traceback, started, surfacebridge


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place of our own for sockets, here and in the commands that are started."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


@pytest.fixture
def silent_port() -> Iterator[int]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        yield int(sock.getsockname()[1])


@pytest.fixture
def bridge(home: Path, silent_port: int) -> Iterator[Running]:
    at = ("--at", f"x=pty:{home}/none", "--at", f"desk=udp://127.0.0.1:{silent_port}")
    with started(home / "log", "run", "xtouch-x32", *at) as one:
        one.wait_until(lambda: list(running([home / "surfacebridge"])))
        one.wait_for("desk is silent")
        yield one


def test_a_bridge_says_of_each_link_how_it_is_and_why(bridge: Running, home: Path) -> None:
    del bridge
    done = surfacebridge("status")
    assert done.returncode == 1
    assert "X-Touch drives a Behringer X32 has run for" in done.stdout
    assert "x        waiting for" in done.stdout
    assert f"There is nothing at {home}/none" in done.stdout
    assert "desk     silent for" in done.stdout
    assert not is_traceback(done.stderr)


def test_programs_are_told_in_json_and_in_metrics(bridge: Running) -> None:
    (status,) = json.loads(surfacebridge("status", "--json").stdout)
    assert status["pid"] == bridge.process.pid
    assert {link["name"]: link["state"] for link in status["links"]} == {
        "x": "waiting",
        "desk": "silent",
    }
    metrics = surfacebridge("status", "x-touch", "--prometheus")
    assert metrics.returncode == 0
    assert 'link="desk",state="silent"} 1' in metrics.stdout


def test_a_bridge_that_does_not_run_is_said_with_what_to_do(home: Path) -> None:
    done = surfacebridge("status")
    assert done.returncode == 2
    assert f"No bridge of yours runs here (looked in {home}/surfacebridge" in done.stderr
    assert "surfacebridge run RIG" in done.stderr


def test_a_name_that_no_bridge_has_is_said_with_those_there_are(bridge: Running) -> None:
    del bridge
    done = surfacebridge("status", "live")
    assert done.returncode == 2
    assert "there are: x-touch-" in done.stderr


def test_its_socket_goes_with_it(bridge: Running, home: Path) -> None:
    assert bridge.stop() == 0
    assert list((home / "surfacebridge").iterdir()) == []


def test_a_bridge_runs_on_where_no_socket_can_be(home: Path, silent_port: int) -> None:
    (home / "surfacebridge").write_text("in the way")
    at = ("--at", f"x=pty:{home}/none", "--at", f"desk=udp://127.0.0.1:{silent_port}")
    with started(home / "log", "run", "xtouch-x32", *at) as one:
        one.wait_for("cannot hold the control socket")
        one.wait_for("desk is silent")
        assert one.stop() == 0
        assert not is_traceback(one.said())


def test_prometheus_is_served_where_it_was_asked_for(home: Path, silent_port: int) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    at = ("--at", f"x=pty:{home}/none", "--at", f"desk=udp://127.0.0.1:{silent_port}")
    with started(home / "log", "run", "xtouch-x32", *at, "--metrics", f"127.0.0.1:{port}") as one:
        one.wait_for("Figures for Prometheus are at")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            assert "surfacebridge_link_state" in answer.read().decode()
        assert one.stop() == 0


def test_a_wrong_place_for_metrics_is_refused() -> None:
    done = surfacebridge("run", "xtouch-x32", "--metrics", "9464")
    assert done.returncode == 2
    assert "as in --metrics 127.0.0.1:9464" in done.stderr


def test_the_service_manager_hears_that_it_is_ready_well_and_stopping(
    home: Path, silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(home / "notify"))
        manager.settimeout(8)
        monkeypatch.setenv("NOTIFY_SOCKET", str(home / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "900000")
        monkeypatch.delenv("WATCHDOG_PID", raising=False)
        at = ("--at", f"x=pty:{home}/none", "--at", f"desk=udp://127.0.0.1:{silent_port}")
        with started(home / "log", "run", "xtouch-x32", *at) as one:
            assert manager.recv(999) == b"READY=1"
            beats = [manager.recv(999) for _ in range(3)]
            assert all(beat.startswith(b"WATCHDOG=1") for beat in beats)
            assert any(b"STATUS=x waiting, desk" in beat for beat in beats)
            assert one.stop() == 0
        while (said := manager.recv(999)) != b"STOPPING=1":
            assert said.startswith(b"WATCHDOG=1")
