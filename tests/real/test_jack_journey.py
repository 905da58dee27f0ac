"""The bridge between a surface on real JACK MIDI and a desk on real UDP.

The surface is a bare pair of JACK ports; every byte is written here by hand.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from firmware_sim.sockets.udp import UdpServer
from firmware_sim.x32 import X32
from surfacebridge.apps.mapping_files import load_rig
from surfacebridge.bridge.assembly import places_of
from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.supervisor import Supervisor
from tests.helpers.jack import JackDevice
from tests.helpers.waiting import until

STEP = 1.6 / 1023
TOUCH = b"\x90\x68\x7f"
LET_GO = b"\x90\x68\x00"


def pitch_bend(position: float) -> bytes:
    value = round(position * 16380)
    return bytes((0xE0, value & 0x7F, value >> 7))


@asynccontextmanager
async def bridge(desk: X32) -> AsyncIterator[Supervisor]:
    """Run the shipped rig, its surface found by its JACK name, its desk at a free port."""
    rig = load_rig("xtouch-x32", {"desk_ip": "127.0.0.1"})
    assert rig.plan is not None
    assert rig.document is not None
    async with UdpServer(desk) as server:
        at = {"desk": f"udp://127.0.0.1:{server.address[1]}"}
        supervisor = Supervisor(Hub(rig.plan), places_of(rig.document, rig.plan, at))
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(supervisor.run(stop))
            try:
                yield supervisor
            finally:
                stop.set()


def motors(device: JackDevice) -> list[bytes]:
    return [message for message in device.listen() if message[0] == 0xE0]


async def heard(device: JackDevice, wanted: Callable[[list[bytes]], object]) -> None:
    await until(lambda: wanted(device.listen()), within=8)


@pytest.mark.usefixtures("jack")
async def test_a_surface_on_jack_drives_a_desk_and_is_driven_by_it() -> None:
    desk = X32()
    with JackDevice("X-Touch INT") as device:
        async with bridge(desk) as supervisor:
            states = supervisor.health
            await until(lambda: states["desk"].state == "connected", within=8)
            await until(lambda: "x" in supervisor.sessions, within=8)
            await heard(device, lambda said: any(one[:1] == b"\xf0" for one in said))

            device.say(TOUCH)
            device.say(pitch_bend(0.75))
            await until(
                lambda: desk.value("/ch/01/mix/fader") == pytest.approx(0.75, abs=STEP), within=8
            )

            device.listen()
            device.heard.clear()
            desk.set_from_desk("/ch/01/mix/fader", 0.5)
            desk.set_from_desk("/ch/01/config/name", "Kick")
            await heard(device, lambda said: any(b"Kick" in one for one in said))
            assert motors(device) == []

            device.say(LET_GO)
            await heard(device, lambda _: motors(device))
            await asyncio.sleep(0.3)
            assert len(motors(device)) == 1
            low, high = motors(device)[0][1:]
            assert (high << 7 | low) / 16380 == pytest.approx(0.5, abs=STEP)


@pytest.mark.usefixtures("jack")
async def test_a_surface_that_goes_from_jack_is_found_again_by_its_name() -> None:
    desk = X32()
    async with bridge(desk) as supervisor:
        health = supervisor.health["x"]
        await until(lambda: health.state == "waiting", within=8)
        assert "No MIDI port matches" in health.reason
        for _ in range(2):
            with JackDevice("X-Touch INT") as device:
                await until(lambda: "x" in supervisor.sessions, within=10)
                await heard(device, lambda said: said)
            await until(lambda: health.state in {"lost", "waiting"}, within=8)
