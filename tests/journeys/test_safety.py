"""What a desk sees when the bridge stops, however it stops: no fader moves.

The bridge is the installed command in a process of its own.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from firmware_sim.sockets.pty import PtySocket
from firmware_sim.sockets.udp import UdpServer
from firmware_sim.x32 import X32
from firmware_sim.xtouch import XTouch
from tests.helpers.commands import Running, is_traceback, started
from tests.helpers.waiting import until

STEP = 1.6 / 1023
# LCM: "faders to minimum", "all lamps off" and "reset"; a PA behind a DAW would jump.
RESETS = [bytes.fromhex(f"F0 00 00 66 14 {command}") for command in ("61", "62", "63")]


class Heard(XTouch):
    """An X-Touch that keeps every byte it is sent."""

    def __init__(self) -> None:
        self.bytes = bytearray()
        super().__init__()

    def receive(self, data: bytes) -> None:
        self.bytes += data
        super().receive(data)


@dataclass
class Scene:
    desk: X32
    surface: Heard
    at: tuple[str, ...]
    log: Path

    @contextmanager
    def bridge(self, *words: str) -> Iterator[Running]:
        with started(self.log, "run", "xtouch-x32", *self.at, *words) as running:
            yield running

    def faders(self) -> list[object]:
        return [self.desk.value(f"/ch/{n:02}/mix/fader") for n in range(1, 33)]

    async def is_shown(self) -> None:
        def shows() -> bool:
            return all(
                abs(self.surface.fader_position(n) - float(self.desk.value(f"/ch/0{n}/mix/fader")))
                < STEP
                for n in range(1, 9)
            )

        await until(shows, within=15)


@pytest.fixture
async def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    desk, surface = X32(), Heard()
    for n in range(1, 33):
        desk.set_from_desk(f"/ch/{n:02}/mix/fader", 0.3 + n / 100)
    async with PtySocket(surface, tmp_path / "x"), UdpServer(desk) as server:
        at = ("--at", f"x=pty:{tmp_path}/x", "--at", f"desk=udp://127.0.0.1:{server.address[1]}")
        yield Scene(desk, surface, at, tmp_path / "log")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
async def test_however_it_stops_no_fader_of_the_desk_moves(scene: Scene, how: int) -> None:
    with scene.bridge() as running:
        await scene.is_shown()
        before = scene.faders()
        scene.surface.touch(1)
        scene.surface.move(1, 0.9)
        await until(lambda: scene.faders()[0] != before[0])
        held = scene.faders()
        running.process.send_signal(how)
        await asyncio.to_thread(running.process.wait, 10)
        scene.surface.move(1, 0.1)
        scene.surface.release(1)
        await asyncio.sleep(0.5)
        assert scene.faders() == held
        assert not is_traceback(running.said())


async def test_a_bridge_that_was_killed_and_started_again_takes_the_desks_word(
    scene: Scene,
) -> None:
    with scene.bridge() as running:
        await scene.is_shown()
        running.process.send_signal(signal.SIGKILL)
        await asyncio.to_thread(running.process.wait, 10)
    for n in range(1, 9):
        scene.desk.set_from_desk(f"/ch/0{n}/mix/fader", 0.9 - n / 50)
    changed = scene.faders()
    scene.desk.counts.writes.clear()
    with scene.bridge() as running:
        await scene.is_shown()
        assert scene.faders() == changed
        assert not scene.desk.counts.writes
        assert await asyncio.to_thread(running.stop) == 0


async def test_a_clean_stop_tells_the_surface_and_leaves_the_desk_alone(scene: Scene) -> None:
    with scene.bridge() as running:
        await scene.is_shown()
        scene.desk.set_from_desk("/ch/02/mix/on", 0)
        await until(lambda: scene.surface.lamp("mute.2") == "lit")
        scene.desk.counts.writes.clear()
        assert await asyncio.to_thread(running.stop) == 0
    await until(lambda: "surfacebridge stopped" in "".join(scene.surface.lcd_lines()))
    assert scene.surface.lamp("mute.2") == "dark"
    assert not scene.desk.counts.writes


async def test_no_reset_is_ever_sent(scene: Scene) -> None:
    with scene.bridge() as running:
        await scene.is_shown()
        assert await asyncio.to_thread(running.stop) == 0
    assert not [reset.hex() for reset in RESETS if reset in scene.surface.bytes]


async def test_a_rehearsal_shows_the_desk_and_writes_nothing_to_it(scene: Scene) -> None:
    with scene.bridge("--rehearse") as running:
        await scene.is_shown()
        before = scene.faders()
        scene.surface.touch(1)
        scene.surface.move(1, 0.9)
        scene.surface.press("mute.1")
        scene.surface.release_button("mute.1")
        await asyncio.sleep(0.3)
        scene.surface.release(1)
        await asyncio.sleep(0.3)
        assert scene.faders() == before
        assert not scene.desk.counts.writes
        assert await asyncio.to_thread(running.stop) == 0
