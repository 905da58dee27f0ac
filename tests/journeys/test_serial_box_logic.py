"""A serial box becomes a Mackie Control for a DAW: two pseudo-terminals and the bridge."""

import asyncio
from pathlib import Path

import pytest

from firmware_sim.daw_host import DawHost
from firmware_sim.serial_box import SerialBox
from firmware_sim.sockets.pty import PtySocket
from surfacebridge.apps.mapping_files import load_rig
from surfacebridge.bridge.assembly import places_of
from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.supervisor import Supervisor
from tests.helpers.waiting import until


async def test_moves_cross_both_ways_and_a_reset_in_mid_line_is_survived(tmp_path: Path) -> None:
    box, host = SerialBox("lines", garbage=True), DawHost("logic")
    rig = load_rig("serial-box-logic", {})
    assert rig.plan is not None
    assert rig.document is not None
    async with (
        PtySocket(box, tmp_path / "box"),
        PtySocket(host, tmp_path / "host"),
        asyncio.TaskGroup() as group,
    ):
        at = {"box": f"pty:{tmp_path}/box", "logic": f"pty:{tmp_path}/host"}
        supervisor = Supervisor(Hub(rig.plan), places_of(rig.document, rig.plan, at))
        stop = asyncio.Event()
        group.create_task(supervisor.run(stop))
        try:
            await until(lambda: supervisor.health["box"].state == "connected", within=8)
            await until(lambda: supervisor.health["logic"].state == "connected", within=8)

            box.touch(1)
            box.move(1, 0.75, 0.2)
            await until(lambda: host.touched(1))
            await until(lambda: host.session.tracks[0].position == pytest.approx(0.75, abs=0.01))
            box.release(1)
            await until(lambda: not host.touched(1))

            host.move(2, 0.4)  # the host counts tracks from 0
            await until(lambda: box.fader_position(3) == pytest.approx(0.4, abs=0.01))

            box.touch(2)
            box.move(2, 0.9, 0.3)
            await asyncio.sleep(0.1)
            box.watchdog_reset()
            box.release(2)
            await until(lambda: not host.touched(2), within=8)
            host.move(3, 0.6)
            await until(lambda: box.fader_position(4) == pytest.approx(0.6, abs=0.01), within=8)
        finally:
            stop.set()
