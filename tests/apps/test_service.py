import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from surfacebridge.apps.service import Service


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(tmp_path / "notify"))
        sock.settimeout(2)
        yield sock


def service(manager: socket.socket, **more: str) -> Service:
    return Service({"NOTIFY_SOCKET": str(manager.getsockname()), **more})


def test_it_says_when_it_is_ready_and_when_it_stops(manager: socket.socket) -> None:
    one = service(manager)
    one.ready()
    one.stopping()
    assert [manager.recv(99), manager.recv(99)] == [b"READY=1", b"STOPPING=1"]


def test_the_watchdog_is_fed_and_a_status_is_said_when_it_changed(manager: socket.socket) -> None:
    one = service(manager, WATCHDOG_USEC="30000000")
    assert one.watchdog == 30.0
    for status in ("desk silent", "desk silent", "desk connected"):
        one.well(status)
    assert [manager.recv(99) for _ in range(3)] == [
        b"WATCHDOG=1\nSTATUS=desk silent",
        b"WATCHDOG=1",
        b"WATCHDOG=1\nSTATUS=desk connected",
    ]


def test_somebody_elses_watchdog_is_left_alone(manager: socket.socket) -> None:
    assert service(manager, WATCHDOG_USEC="30", WATCHDOG_PID=str(os.getpid() + 1)).watchdog is None
    assert service(manager, WATCHDOG_USEC="nonsense").watchdog is None


def test_where_nobody_watches_nothing_is_said(manager: socket.socket) -> None:
    one = service(manager)
    one.well("well")
    one.well("well")
    manager.setblocking(False)
    assert manager.recv(99) == b"STATUS=well"
    with pytest.raises(BlockingIOError):
        manager.recv(99)


@pytest.mark.parametrize("address", ["", "/nowhere/notify", "@nobody-listens-here"])
def test_a_manager_that_is_not_there_is_no_trouble(address: str) -> None:
    one = Service({"NOTIFY_SOCKET": address})
    one.ready()
    one.well("well")
    one.stopping()


def test_an_abstract_address_is_understood() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        name = f"surfacebridge-test-{os.getpid()}"
        manager.bind(f"\0{name}")
        manager.settimeout(2)
        Service({"NOTIFY_SOCKET": f"@{name}"}).ready()
        assert manager.recv(99) == b"READY=1"
