"""Two programs want a WING's one subscription: the bridge says so, and goes on by itself."""

import asyncio
import socket

from firmware_sim.sockets.udp import UdpServer
from firmware_sim.wing import Wing
from firmware_sim.wire import encode_osc
from surfacebridge.apps.mapping_files import load_rig
from surfacebridge.bridge.assembly import places_of
from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.supervisor import Supervisor
from tests.helpers.waiting import until


async def test_a_stolen_subscription_is_shown_by_name_within_five_seconds() -> None:
    desk = Wing()
    rig = load_rig("xtouch-wing", {})
    assert rig.document is not None
    assert rig.plan is not None
    async with UdpServer(desk) as server:
        at = {"x": "memory:nobody", "desk": f"udp://127.0.0.1:{server.address[1]}"}
        supervisor = Supervisor(Hub(rig.plan), places_of(rig.document, rig.plan, at))
        health = supervisor.health["desk"]
        stop = asyncio.Event()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as thief:
            thief.connect(server.address)
            async with asyncio.TaskGroup() as group:
                group.create_task(supervisor.run(stop))
                await until(lambda: health.state == "connected")
                steps = iter(range(10_000))

                def is_said() -> bool:
                    thief.send(encode_osc("/*S"))
                    step = next(steps)
                    desk.set_from_desk(f"/ch/{step % 8 + 1}/fdr", -float(step % 60))
                    return health.state == "limited"

                await until(is_said, within=5.0)
                assert "Another client took the WING's subscription" in health.reason
                desk.set_from_desk("/ch/1/fdr", 3.0)
                desk.set_from_desk("/ch/1/mute", 1)
                engine = supervisor.sessions["desk"]
                await until(lambda: engine.health.synced, within=1.0)
                stop.set()
