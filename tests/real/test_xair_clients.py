"""Programs by other people meet the simulated XR18, alone and beside our profile."""

import asyncio
from typing import Any

import pytest
import xair_api
from behringer_mixer import mixer_api

from firmware_sim.sockets.udp import UdpServer
from firmware_sim.xair import XAir
from surfacebridge.apps.mapping_files import load_rig
from surfacebridge.bridge.assembly import places_of
from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.supervisor import Supervisor
from tests.helpers.waiting import until


def use_xair_api(port: int) -> dict[str, Any]:
    """Read and write as a script would; it blocks, so it runs in a thread of its own."""
    mixer = xair_api.connect("XR18", ip="127.0.0.1", port=port, delay=0.02)
    with mixer:
        seen = {
            "model": mixer.info_response[2],
            "fader": mixer.strip[2].mix.fader,
            "muted": mixer.strip[2].mute,
            "name": mixer.strip[2].config.name,
            "main": mixer.lr.mix.fader,
        }
        mixer.strip[0].mix.fader = -10.0
        mixer.strip[0].mute = True
        mixer.strip[15].send[3].level = -20.0
        mixer.strip[0].eq.on = True
        mixer.bus[5].mix.fader = -30.0
        mixer.lr.mix.fader = 0.0
        mixer.dca[3].on = False
        mixer.auxreturn.mix.fader = -10.0
        seen["written"] = (mixer.strip[0].mix.fader, mixer.strip[0].mute, mixer.dca[3].on)
    mixer.worker.join(timeout=2)
    mixer.server.server_close()
    assert not mixer.worker.is_alive()
    return seen


async def test_xair_api_reads_and_writes_the_mixer() -> None:
    mixer = XAir(name="Stage")
    mixer.set_from_desk("/ch/03/mix/fader", 0.75)
    mixer.set_from_desk("/ch/03/mix/on", 0)
    mixer.set_from_desk("/ch/03/config/name", "Snare")
    mixer.set_from_desk("/lr/mix/fader", 0.5)
    async with UdpServer(mixer) as server:
        seen = await asyncio.to_thread(use_xair_api, server.address[1])
    assert seen == {
        "model": "XR18",
        "fader": pytest.approx(0.0, abs=0.05),
        "muted": True,
        "name": "Snare",
        "main": pytest.approx(-10.0, abs=0.05),
        "written": (pytest.approx(-10.0, abs=0.05), True, False),
    }
    assert mixer.value("/ch/01/mix/fader") == 511 / 1023
    assert mixer.value("/ch/16/mix/04/level") == 60 / 160
    assert mixer.value("/bus/6/mix/fader") == 255 / 1023
    assert mixer.value("/lr/mix/fader") == 767 / 1023
    assert mixer.value("/rtn/aux/mix/fader") == 511 / 1023
    assert mixer.value("/ch/01/eq/on") == 1
    assert (mixer.counts.unknown, mixer.counts.malformed, mixer.counts.refused_values) == (0, 0, 0)


async def test_behringer_mixer_reads_and_writes_the_mixer() -> None:
    desk = XAir(name="Stage")
    desk.set_from_desk("/ch/07/mix/fader", 0.5)
    desk.set_from_desk("/ch/07/config/name", "Bass")
    async with UdpServer(desk) as server:
        mixer = mixer_api.create(
            "XR18", ip="127.0.0.1", port=server.address[1], include=["channels", "dcas", "mains"]
        )
        assert await mixer.start()
        assert (mixer.name(), mixer.firmware()) == ("Stage", "1.18")
        await mixer.reload()
        await until(lambda: mixer.state("/ch/7/mix_fader_db") == -10.0)
        assert mixer.state("/ch/7/config_name") == "Bass"
        await mixer.set_value("/ch/1/mix_fader_db", -10.0)
        await mixer.set_value("/dca/4/mix_on", False)
        await until(lambda: desk.value("/dca/4/on") == 0)
        assert desk.value("/ch/01/mix/fader") == 511 / 1023
        await mixer.stop()
        await asyncio.sleep(0)
    assert desk.counts.refused_values == 0


async def test_the_bridge_and_xair_api_on_one_mixer_never_oscillate() -> None:
    desk = XAir(name="Stage")
    rig = load_rig("xtouch-xr18", {})
    assert rig.document is not None
    assert rig.plan is not None
    async with UdpServer(desk) as server:
        at = {"x": "memory:nobody", "mixer": f"udp://127.0.0.1:{server.address[1]}"}
        supervisor = Supervisor(Hub(rig.plan), places_of(rig.document, rig.plan, at))
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(supervisor.run(stop))
            await until(lambda: supervisor.health["mixer"].state == "connected")
            await asyncio.to_thread(use_xair_api, server.address[1])
            writes = desk.counts.writes.total()
            await asyncio.sleep(0.5)
            assert desk.counts.writes.total() == writes
            stop.set()
    assert desk.value("/ch/01/mix/fader") == 511 / 1023
    assert desk.counts.writes["/ch/01/mix/fader"] == 1
