"""Programs by other people meet the simulated X32, alone and beside our bridge."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from firmware_sim.sockets.udp import UdpServer
from firmware_sim.x32 import X32
from tests.helpers.bridged import running
from tests.helpers.mixer_clients import basics, behringer_mixer, script
from tests.helpers.waiting import until


def use(mixer: Any) -> dict[str, Any]:
    seen = {**basics(mixer), "dca": mixer.dca[0].name}
    mixer.bus[15].mix.fader = -30.0
    mixer.mainst.mix.fader = 0.0
    mixer.strip[31].send[3].level = -20.0
    mixer.headamp[0].phantom = True
    # Its writes go out one after the other: this one is there when it was read.
    seen["main"] = mixer.mainst.mix.fader
    return seen


async def test_xair_api_reads_and_writes_the_desk() -> None:
    desk = X32(name="Stage")
    desk.set_from_desk("/ch/03/mix/fader", 0.75)
    desk.set_from_desk("/ch/03/mix/on", 0)
    desk.set_from_desk("/ch/03/config/name", "Snare")
    desk.set_from_desk("/dca/1/config/name", "Drums")
    async with UdpServer(desk) as server:
        seen = await script("X32", server.address[1], use)
    assert seen == {
        "model": "X32",
        "fader": pytest.approx(0.0, abs=0.05),
        "muted": True,
        "name": "Snare",
        "dca": "Drums",
        "written": (pytest.approx(-10.0, abs=0.05), True, False),
        "main": pytest.approx(0.0, abs=0.05),
    }
    held = {
        "/ch/01/mix/fader": 511 / 1023,
        "/ch/01/mix/on": 0,
        "/ch/01/config/name": "Kick",
        "/bus/06/mix/fader": 255 / 1023,
        "/bus/16/mix/fader": 255 / 1023,
        "/main/st/mix/fader": 767 / 1023,
        "/dca/4/on": 0,
        "/ch/16/mix/04/level": 60 / 160,
        "/ch/32/mix/04/level": 60 / 160,
        "/headamp/001/phantom": 1,
    }
    assert {address: desk.value(address) for address in held} == held
    assert (desk.counts.malformed, desk.counts.refused_values) == (0, 0)


@pytest.fixture
async def served() -> AsyncIterator[tuple[X32, Any]]:
    desk = X32(name="Stage")
    async with (
        UdpServer(desk) as server,
        behringer_mixer("X32", server.address[1], "channels", "dcas", "show") as mixer,
    ):
        yield desk, mixer


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


async def test_the_bridge_and_two_other_programs_on_one_desk_never_oscillate() -> None:
    desk = X32(name="Stage")
    async with UdpServer(desk) as server:
        port = server.address[1]
        at = {"x": "memory:nobody", "desk": f"udp://127.0.0.1:{port}"}
        async with (
            running("xtouch-x32", at, ["desk"]),
            behringer_mixer("X32", port, "channels") as mixer,
        ):
            worker = asyncio.create_task(mixer.subscribe(lambda _: None))
            await until(lambda: len(desk.clients) == 2)
            await script("X32", port, use)
            for step in range(50):
                await mixer.set_value("/ch/9/mix_fader_db", -30.0 + step / 2)
            await until(lambda: desk.value("/ch/09/mix/fader") == 626 / 1023)
            writes = desk.counts.writes.total()
            await asyncio.sleep(1.0)
            assert desk.counts.writes.total() == writes
            worker.cancel()
    assert desk.counts.writes["/ch/01/mix/fader"] == 1
    assert desk.counts.writes["/ch/09/mix/fader"] == 50
