"""Simulated hardware in a process of its own, met by what a user would meet it with."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from surfacebridge.transports.address import RtpAddress
from surfacebridge.transports.opener import open_link
from surfacebridge.transports.rtp_midi import open_rtp
from tests.helpers.commands import Running, is_traceback, started, surfacebridge
from tests.helpers.lossy import free_pair
from tests.helpers.waiting import until


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def test_alone_it_lists_what_there_is_and_how_to_begin() -> None:
    done = surfacebridge("sim")
    assert done.returncode == 0
    for words in ("xtouch ", "x32 ", "pty, midi, rtp", "run xtouch-x32 --at x=pty:/tmp/x-touch"):
        assert words in done.stdout


def test_help_and_mistakes_are_those_of_the_command() -> None:
    assert "usage: surfacebridge sim xtouch" in surfacebridge("sim", "xtouch", "--help").stdout
    wrong = surfacebridge("sim", "theremin")
    assert wrong.returncode == 2
    assert "invalid choice: 'theremin'" in wrong.stderr
    assert not is_traceback(wrong.stderr)


def test_a_bridge_meets_both_at_the_addresses_they_were_given(
    tmp_path: Path, stack: ExitStack
) -> None:
    surface, desk = f"pty:{tmp_path}/x", f"udp://127.0.0.1:{free_port()}"

    def start(name: str, *words: str) -> Running:
        return stack.enter_context(started(tmp_path / name, *words))

    start("surface", "sim", "xtouch", "--at", surface).wait_for("X-Touch at")
    start("desk", "sim", "x32", "--at", desk, "--fault", "jitter").wait_for("X32 at")
    bridge = start("bridge", "run", "xtouch-x32", "--at", f"x={surface}", "--at", f"desk={desk}")
    bridge.wait_for("x is connected")
    bridge.wait_for("desk is connected")
    assert bridge.stop() == 0


async def test_a_network_midi_host_meets_a_surface_in_a_process(
    tmp_path: Path, stack: ExitStack
) -> None:
    port = free_pair()
    at = f"rtp://127.0.0.1:{port}"
    hands = ("--hands", "touch 1, move 1 0dB, release 1, wait 50ms")
    running = stack.enter_context(started(tmp_path / "log", "sim", "xtouch", "--at", at, *hands))
    await until(lambda: f"X-Touch at {at}" in running.said(), within=10)
    link = await open_rtp(RtpAddress("127.0.0.1", port))
    heard: list[bytes] = []
    link.listen(heard.append, lambda _: None)
    await until(lambda: b"\x90\x68\x7f" in heard and b"\x90\x68\x00" in heard)
    await link.close()
    assert await asyncio.to_thread(running.stop) == 0


@pytest.mark.usefixtures("jack")
async def test_a_midi_program_meets_a_surface_at_a_virtual_port(
    tmp_path: Path, stack: ExitStack
) -> None:
    at = "midi:Pretend Touch"
    words = ("sim", "xtouch", "--at", at, "--hands", "tap play, wait 100ms")
    running = stack.enter_context(started(tmp_path / "log", *words))
    await until(lambda: f"X-Touch at {at}" in running.said(), within=10)
    link = await open_link(at)
    heard: list[bytes] = []
    link.listen(heard.append, lambda _: None)
    await until(lambda: b"\x90\x5e\x7f" in heard)
    await link.close()
    assert await asyncio.to_thread(running.stop) == 0
