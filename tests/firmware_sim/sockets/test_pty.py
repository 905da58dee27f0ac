import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from firmware_sim.sockets.pty import PtySocket
from firmware_sim.xtouch import XTouch


def open_host(path: str) -> int:
    return os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(2):
        while True:
            if condition():
                return
            await asyncio.sleep(0)


async def read(host: int, length: int) -> bytes:
    heard = b""
    async with asyncio.timeout(2):
        while len(heard) < length:
            try:
                heard += os.read(host, 4096)
            except BlockingIOError:
                await asyncio.sleep(0)
    return heard


async def test_bytes_go_through_untouched_both_ways() -> None:
    surface = XTouch()
    async with PtySocket(surface) as socket:
        host = open_host(socket.path)
        # 0D, 0A, 11, 13 and 03 are what a terminal in its usual mode would alter or swallow.
        os.write(host, bytes.fromhex("90 0D 7F 90 0A 7F 90 11 01 90 13 7F 90 03 7F"))
        await until(lambda: surface.counts.messages_in == 5)
        assert surface.lamp("solo.6") == "lit"
        assert surface.lamp("mute.2") == "blink"
        surface.tap("solo.3")
        assert await read(host, 6) == b"\x90\x0a\x7f\x90\x0a\x00"
        os.close(host)


async def test_a_motor_moves_in_real_time() -> None:
    surface = XTouch()
    async with PtySocket(surface) as socket:
        host = open_host(socket.path)
        os.write(host, b"\xe0\x00\x20")
        await until(lambda: 0.0 < surface.fader_position(1) < 0.2)
        await until(lambda: abs(surface.fader_position(1) - 0.25) < 0.001)
        os.close(host)


async def test_pulling_the_plug_ends_the_host_and_a_new_plug_is_at_the_same_place(
    tmp_path: Path,
) -> None:
    surface = XTouch()
    link = tmp_path / "x-touch"
    async with PtySocket(surface, link) as socket:
        assert socket.path == str(link)
        host = open_host(str(link))
        socket.unplug()
        assert not socket.plugged
        assert not link.is_symlink()
        with pytest.raises(OSError, match="Input/output error"):
            os.write(host, b"\x90\x5e\x7f")
        os.close(host)
        surface.tap("play")
        await until(lambda: socket.lost == 6)
        socket.plug()
        host = open_host(str(link))
        os.write(host, b"\x90\x5e\x7f")
        await until(lambda: surface.lamp("play") == "lit")
        os.close(host)
    assert not link.is_symlink()


async def test_a_host_may_close_and_come_back() -> None:
    surface = XTouch()
    async with PtySocket(surface) as socket:
        for expected in (1, 2):
            host = open_host(socket.path)
            os.write(host, b"\x90\x5e\x7f")
            await until(lambda: surface.counts.messages_in == expected)  # noqa: B023 (run at once)
            os.close(host)


async def test_a_host_that_never_reads_costs_a_bounded_backlog() -> None:
    surface = XTouch()
    async with PtySocket(surface) as socket:
        for _ in range(4000):
            surface.tap("play")
        await until(lambda: socket.lost > 0)
        assert socket.lost > 24000 - 3 * 4096 * 2


async def test_plugging_and_unplugging_twice_changes_nothing() -> None:
    async with PtySocket(XTouch()) as socket:
        assert socket.plug() == socket.path
        socket.unplug()
        socket.unplug()
