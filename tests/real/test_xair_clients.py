"""Programs by other people meet the simulated XR18, alone and beside our bridge."""

import asyncio
from typing import Any

import pytest

from firmware_sim.sockets.udp import UdpServer
from firmware_sim.xair import XAir
from tests.helpers.bridged import running
from tests.helpers.mixer_clients import basics, behringer_mixer, script
from tests.helpers.waiting import until


def use(mixer: Any) -> dict[str, Any]:
    seen = {**basics(mixer), "main": mixer.lr.mix.fader}
    mixer.strip[0].eq.on = True
    mixer.lr.mix.fader = 0.0
    mixer.auxreturn.mix.fader = -10.0
    # Its writes go out one after the other: the others are there when this was read.
    seen["aux"] = mixer.auxreturn.mix.fader
    return seen


async def test_xair_api_reads_and_writes_the_mixer() -> None:
    mixer = XAir(name="Stage")
    mixer.set_from_desk("/ch/03/mix/fader", 0.75)
    mixer.set_from_desk("/ch/03/mix/on", 0)
    mixer.set_from_desk("/ch/03/config/name", "Snare")
    mixer.set_from_desk("/lr/mix/fader", 0.5)
    async with UdpServer(mixer) as server:
        seen = await script("XR18", server.address[1], use)
    assert seen == {
        "model": "XR18",
        "fader": pytest.approx(0.0, abs=0.05),
        "muted": True,
        "name": "Snare",
        "main": pytest.approx(-10.0, abs=0.05),
        "written": (pytest.approx(-10.0, abs=0.05), True, False),
        "aux": pytest.approx(-10.0, abs=0.05),
    }
    held = {
        "/ch/01/mix/fader": 511 / 1023,
        "/ch/01/config/name": "Kick",
        "/ch/16/mix/04/level": 60 / 160,
        "/bus/6/mix/fader": 255 / 1023,
        "/lr/mix/fader": 767 / 1023,
        "/rtn/aux/mix/fader": 511 / 1023,
        "/ch/01/eq/on": 1,
    }
    assert {address: mixer.value(address) for address in held} == held
    assert (mixer.counts.unknown, mixer.counts.malformed, mixer.counts.refused_values) == (0, 0, 0)


async def test_behringer_mixer_reads_and_writes_the_mixer() -> None:
    desk = XAir(name="Stage")
    desk.set_from_desk("/ch/07/mix/fader", 0.5)
    desk.set_from_desk("/ch/07/config/name", "Bass")
    async with (
        UdpServer(desk) as server,
        behringer_mixer("XR18", server.address[1], "channels", "dcas", "mains") as mixer,
    ):
        assert (mixer.name(), mixer.firmware()) == ("Stage", "1.18")
        await mixer.reload()
        await until(lambda: mixer.state("/ch/7/mix_fader_db") == -10.0)
        assert mixer.state("/ch/7/config_name") == "Bass"
        await mixer.set_value("/ch/1/mix_fader_db", -10.0)
        await mixer.set_value("/dca/4/mix_on", False)
        await until(lambda: desk.value("/dca/4/on") == 0)
        assert desk.value("/ch/01/mix/fader") == 511 / 1023
    assert desk.counts.refused_values == 0


async def test_the_bridge_and_xair_api_on_one_mixer_never_oscillate() -> None:
    desk = XAir(name="Stage")
    async with UdpServer(desk) as server:
        at = {"x": "memory:nobody", "mixer": f"udp://127.0.0.1:{server.address[1]}"}
        async with running("xtouch-xr18", at, ["mixer"]):
            await script("XR18", server.address[1], use)
            writes = desk.counts.writes.total()
            await asyncio.sleep(0.5)
            assert desk.counts.writes.total() == writes
    assert desk.value("/ch/01/mix/fader") == 511 / 1023
    assert desk.counts.writes["/ch/01/mix/fader"] == 1
