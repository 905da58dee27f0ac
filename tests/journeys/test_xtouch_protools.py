"""An X-Touch drives a DAW that has only HUI: two pseudo-terminals and the bridge between."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from firmware_sim.faults import FaultyLink
from firmware_sim.hui_host import HuiHost
from firmware_sim.sockets.pty import PtySocket
from firmware_sim.xtouch import XTouch
from surfacebridge.apps.mapping_files import load_rig
from surfacebridge.bridge.assembly import places_of
from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.supervisor import Supervisor
from tests.helpers.waiting import until

NEAR = 2 / 1023


@dataclass
class Stage:
    surface: XTouch
    host: HuiHost
    supervisor: Supervisor
    cable: FaultyLink

    def track(self, n: int) -> float:
        """Where the host has track ``n``, from 1."""
        return self.host.session.tracks[n - 1].position

    def name(self, n: int) -> str:
        return self.surface.lcd_text(n)[0].strip()


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Stage]:
    rig = load_rig("mcu-protools", {})
    assert rig.plan is not None, rig.problems
    assert rig.document is not None
    surface, host = XTouch(), HuiHost("protools")
    cable = FaultyLink(host)
    async with (
        PtySocket(surface, folder / "x"),
        PtySocket(cable, folder / "host"),
        asyncio.TaskGroup() as group,
    ):
        at = {"mcu": f"pty:{folder}/x", "protools": f"pty:{folder}/host"}
        supervisor = Supervisor(Hub(rig.plan), places_of(rig.document, rig.plan, at))
        stop = asyncio.Event()
        group.create_task(supervisor.run(stop))
        try:
            for name in at:
                await until(lambda: supervisor.health[name].state == "connected", within=8)  # noqa: B023 - awaited here
            yield Stage(surface, host, supervisor, cable)
        finally:
            stop.set()


async def test_a_hand_on_the_x_touch_mixes_in_the_daw(tmp_path: Path) -> None:
    async with running(tmp_path) as stage:
        await until(lambda: stage.name(1) == "Kick")
        stage.surface.touch(2)
        stage.surface.move(2, 0.4, 0.2)
        await until(lambda: stage.host.touched(2))
        await until(lambda: stage.track(2) == pytest.approx(0.4, abs=NEAR))
        stage.surface.release(2)
        await until(lambda: not stage.host.touched(2))
        stage.host.move(4, 0.9)
        await until(lambda: stage.surface.fader_position(5) == pytest.approx(0.9, abs=NEAR))
        stage.surface.tap("mute.3")
        await until(lambda: stage.surface.lamp("mute.3") == "lit")
        stage.surface.tap("bank.right")
        await until(lambda: stage.name(1) == "Chr1")
        stage.surface.tap("play")
        await until(lambda: stage.surface.lamp("play") == "lit")
        assert stage.host.distrusted == 0
        assert stage.host.counts.malformed == 0


async def test_a_host_that_stops_pinging_is_silent_and_paints_when_it_is_back(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as stage:
        await until(lambda: stage.name(1) == "Kick")
        stage.cable.unplug()
        await until(lambda: stage.supervisor.health["protools"].state == "silent", within=8)
        assert "stopped pinging" in stage.supervisor.health["protools"].reason
        # What is not known any more stays as it is, and no motor moves.
        assert stage.name(1) == "Kick"
        stage.host.set(0, name="Bongo")
        stage.cable.replug()
        await until(lambda: stage.supervisor.health["protools"].state == "connected", within=8)
        await until(lambda: stage.name(1) == "Bong")
