"""Programs by other people meet the simulated X32: what they believe, our bridge may believe."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import xair_api
from behringer_mixer import mixer_api

from firmware_sim.sockets.udp import UdpServer
from firmware_sim.x32 import X32


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(2):
        while True:
            if condition():
                return
            await asyncio.sleep(0.005)


def use_xair_api(port: int) -> dict[str, Any]:
    """Read and write as a script would; it blocks, so it runs in a thread of its own."""
    mixer = xair_api.connect("X32", ip="127.0.0.1", port=port, delay=0.02)
    with mixer:
        seen = {
            "model": mixer.info_response[2],
            "fader": mixer.strip[2].mix.fader,
            "muted": mixer.strip[2].mute,
            "name": mixer.strip[2].config.name,
            "dca": mixer.dca[0].name,
        }
        mixer.strip[0].mix.fader = -10.0
        mixer.strip[0].mute = True
        mixer.strip[0].config.name = "Kick"
        mixer.bus[15].mix.fader = -30.0
        mixer.mainst.mix.fader = 0.0
        mixer.dca[7].on = False
        mixer.strip[31].send[3].level = -20.0
        mixer.headamp[0].phantom = True
        seen["written"] = (mixer.strip[0].mix.fader, mixer.strip[0].mute, mixer.dca[7].on)
    mixer.worker.join(timeout=2)
    mixer.server.server_close()
    assert not mixer.worker.is_alive()
    return seen


async def test_xair_api_reads_and_writes_the_desk() -> None:
    desk = X32(name="Stage")
    desk.set_from_desk("/ch/03/mix/fader", 0.75)
    desk.set_from_desk("/ch/03/mix/on", 0)
    desk.set_from_desk("/ch/03/config/name", "Snare")
    desk.set_from_desk("/dca/1/config/name", "Drums")
    async with UdpServer(desk) as server:
        seen = await asyncio.to_thread(use_xair_api, server.address[1])
    assert seen == {
        "model": "X32",
        "fader": pytest.approx(0.0, abs=0.05),
        "muted": True,
        "name": "Snare",
        "dca": "Drums",
        "written": (pytest.approx(-10.0, abs=0.05), True, False),
    }
    assert desk.value("/ch/01/mix/fader") == 511 / 1023
    assert desk.value("/ch/01/mix/on") == 0
    assert desk.value("/ch/01/config/name") == "Kick"
    assert desk.value("/bus/16/mix/fader") == 255 / 1023
    assert desk.value("/main/st/mix/fader") == 767 / 1023
    assert desk.value("/dca/8/on") == 0
    assert desk.value("/ch/32/mix/04/level") == 60 / 160
    assert desk.value("/headamp/001/phantom") == 1
    assert desk.counts.malformed == 0
    assert desk.counts.refused_values == 0


@pytest.fixture
async def served() -> AsyncIterator[tuple[X32, Any]]:
    desk = X32(name="Stage")
    async with UdpServer(desk) as server:
        mixer = mixer_api.create(
            "X32", ip="127.0.0.1", port=server.address[1], include=["channels", "dcas", "show"]
        )
        assert await mixer.start()
        yield desk, mixer
        await mixer.stop()
        await asyncio.sleep(0)


async def test_behringer_mixer_knows_the_desk(served: tuple[X32, Any]) -> None:
    _, mixer = served
    assert (mixer.name(), mixer.firmware()) == ("Stage", "4.06")


async def test_behringer_mixer_loads_the_whole_desk(served: tuple[X32, Any]) -> None:
    desk, mixer = served
    desk.set_from_desk("/ch/07/mix/fader", 0.5)
    desk.set_from_desk("/ch/07/mix/on", 0)
    desk.set_from_desk("/ch/07/config/name", "Bass")
    desk.set_from_desk("/ch/07/config/color", 4)
    await mixer.reload()
    await until(lambda: "/scene/current" in mixer.state())
    assert mixer.state("/ch/7/mix_fader_db") == -10.0
    assert mixer.state("/ch/7/mix_on") is False
    assert mixer.state("/ch/7/config_name") == "Bass"
    assert mixer.state("/ch/7/config_color_name") == "BL"
    assert mixer.state("/dca/1/mix_fader_db") == 0.0
    assert desk.counts.unknown == 0


async def test_behringer_mixer_writes_the_desk(served: tuple[X32, Any]) -> None:
    desk, mixer = served
    await mixer.set_value("/ch/1/mix_fader_db", -10.0)
    await mixer.set_value("/ch/1/mix_on", False)
    await mixer.set_value("/ch/1/config_name", "Kick")
    await until(lambda: desk.value("/ch/01/config/name") == "Kick")
    assert desk.value("/ch/01/mix/fader") == 511 / 1023
    assert desk.value("/ch/01/mix/on") == 0
    assert desk.counts.refused_values == 0


async def test_behringer_mixer_hears_a_hand_on_the_desk(served: tuple[X32, Any]) -> None:
    desk, mixer = served
    heard: dict[str, Any] = {}
    worker = asyncio.create_task(
        mixer.subscribe(lambda row: heard.update({row["property"]: row["value"]}))
    )
    await until(lambda: len(desk.clients) == 1)
    desk.set_from_desk("/ch/02/mix/fader", 0.75)
    desk.set_from_desk("/ch/02/mix/on", 0)
    await until(lambda: "/ch/2/mix_on" in heard)
    worker.cancel()
    with pytest.raises(asyncio.CancelledError):
        await worker
    assert heard["/ch/2/mix_fader"] == pytest.approx(767 / 1023)
    assert heard["/ch/2/mix_on"] is False
