"""The bridge and a simulated CL5 over real TCP: read, driven, lost and read again."""

import asyncio

import pytest

from firmware_sim.rcp import Rcp
from firmware_sim.sockets.tcp import TcpServer
from surfacebridge.apps.mapping_files import load_rig
from surfacebridge.bridge.assembly import places_of
from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.supervisor import Supervisor
from surfacebridge.model.controls import ControlId, Moved, Touched
from surfacebridge.model.lifecycle import Arrived
from tests.helpers.waiting import until


@pytest.mark.timeout(60)
async def test_a_cl5_is_read_driven_lost_and_read_again() -> None:
    desk = Rcp("CL5", pace=0.004)
    desk.set_from_desk("InCh/Fader/Level", 0, 0, -1000)
    rig = load_rig("xtouch-yamaha", {})
    assert rig.document is not None
    assert rig.plan is not None
    async with TcpServer(desk) as server:
        at = {"x": "memory:nobody", "desk": f"tcp://127.0.0.1:{server.address[1]}"}
        hub = Hub(rig.plan)
        supervisor = Supervisor(hub, places_of(rig.document, rig.plan, at))
        health, stop = supervisor.health["desk"], asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(supervisor.run(stop))
            await until(lambda: health.state == "connected", within=20.0)
            assert desk.counts.overrun == 0
            now = asyncio.get_running_loop().time
            hub.take("x", (Arrived("x"), Touched(ControlId("x.fader.2"))), now())
            for step in range(50):
                hub.take("x", (Moved(ControlId("x.fader.2"), step / 100),), now())
                await asyncio.sleep(0.002)
            hub.take("x", (Moved(ControlId("x.fader.2"), 0.75),), now())
            await until(lambda: desk.value("InCh/Fader/Level", 1) == 0)
            server.hang_up()
            await until(lambda: health.reopened == 1)
            assert "closed the connection" in health.reason or health.state != "lost"
            await until(lambda: health.state == "connected", within=20.0)
            stop.set()
    assert desk.counts.overrun == 0
