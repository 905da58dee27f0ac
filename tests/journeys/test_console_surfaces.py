"""Consoles as surfaces: a simulated X32 drives a simulated Ardour or REAPER, and two share a mix.

Real OSC on UDP; the simulated peers share no code with the bridge.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from socket import AF_INET, SOCK_DGRAM, socket

import pytest

from firmware_sim.ardour_osc import ArdourOsc, to_decibels
from firmware_sim.device import Console
from firmware_sim.reaper import Reaper
from firmware_sim.reaper import to_decibels as slider_to_db
from firmware_sim.sockets.udp import UdpServer
from firmware_sim.x32 import X32
from surfacebridge.bridge.supervisor import Supervisor
from tests.helpers.bridged import running
from tests.helpers.waiting import until


@asynccontextmanager
async def served(rig: str, consoles: Mapping[str, Console]) -> AsyncIterator[Supervisor]:
    """Run ``rig`` between these consoles, and yield once every link is connected."""
    async with AsyncExitStack() as stack:
        at = {}
        for place, console in consoles.items():
            server = await stack.enter_async_context(UdpServer(console))
            at[place] = f"udp://127.0.0.1:{server.address[1]}"
        yield await stack.enter_async_context(running(rig, at))


def level(daw: ArdourOsc, track: int) -> float:
    return to_decibels(daw.session.tracks[track].position)


async def test_an_x32_drives_ardour_and_ardour_moves_the_x32() -> None:
    desk, daw = X32(), ArdourOsc()
    desk.set_from_desk("/ch/01/mix/fader", 0.1)
    daw.session.tracks[0].position = 0.7818
    async with served("x32-ardour", {"desk": desk, "daw": daw}):
        # At the start the desk goes to where Ardour is.
        await until(lambda: desk.value("/ch/01/mix/fader") == pytest.approx(0.75, abs=0.003))
        await until(lambda: desk.value("/ch/01/config/name") == "Kick")
        assert level(daw, 0) == pytest.approx(0.0, abs=0.02)
        # A hand on the desk.
        for step in range(20):
            desk.set_from_desk("/ch/02/mix/fader", 0.3 + step * 0.01)
            await asyncio.sleep(0.01)
        desk.set_from_desk("/ch/02/mix/fader", 0.5)
        await until(lambda: level(daw, 1) == pytest.approx(-10.0, abs=0.05))
        desk.set_from_desk("/ch/03/mix/on", 0)
        await until(lambda: daw.session.tracks[2].mute)
        # A hand in front of Ardour.
        await asyncio.sleep(1.2)
        assert desk.value("/ch/02/mix/fader") == 511 / 1023
        daw.move(3, 0.7818)
        daw.set(4, mute=True)
        await until(lambda: desk.value("/ch/04/mix/fader") == pytest.approx(0.75, abs=0.003))
        await until(lambda: desk.value("/ch/05/mix/on") == 0)


async def test_an_x32_drives_reaper_and_reaper_moves_the_x32() -> None:
    desk = X32()
    desk.set_from_desk("/ch/01/mix/fader", 0.1)
    with socket(AF_INET, SOCK_DGRAM) as ours:
        # REAPER sends to one port, whoever asked: the bridge gets a free one.
        ours.bind(("127.0.0.1", 0))
        port = ours.getsockname()[1]
    daw = Reaper(("127.0.0.1", port))
    daw.move(0, -10.0)
    async with UdpServer(desk) as at_desk, UdpServer(daw) as at_daw:
        at = {
            "desk": f"udp://127.0.0.1:{at_desk.address[1]}",
            "daw": f"udp://127.0.0.1:{at_daw.address[1]}?listen={port}",
        }
        async with running("x32-reaper", at):
            # At the start the desk goes to where REAPER is.
            await until(lambda: desk.value("/ch/01/mix/fader") == pytest.approx(0.5, abs=0.001))
            await until(lambda: desk.value("/ch/01/config/name") == "Kick")
            desk.set_from_desk("/ch/02/mix/fader", 0.5)
            tracks = daw.session.tracks
            await until(lambda: slider_to_db(tracks[1].position) == pytest.approx(-10.0, abs=0.05))
            assert daw.touched(1)
            await until(lambda: not daw.touched(1))
            desk.set_from_desk("/ch/03/mix/on", 0)
            await until(lambda: tracks[2].mute)
            daw.move(3, 0.0)
            await until(lambda: desk.value("/ch/04/mix/fader") == pytest.approx(0.75, abs=0.003))


@pytest.mark.timeout(60)
async def test_two_desks_share_a_mix_and_fall_silent_within_a_second() -> None:
    front, side = X32("Front"), X32("Side")
    chance = random.Random(6)  # noqa: S311 - reproducible moves
    shared = [
        *(f"/ch/{n:02}/mix/{leaf}" for n in range(1, 33) for leaf in ("fader", "on", "pan")),
        *(f"/dca/{n}/{leaf}" for n in range(1, 9) for leaf in ("fader", "on")),
    ]
    front.set_from_desk("/headamp/000/gain", 0.5)
    async with served("x32-mirror", {"side": side, "front": front}):
        for step in range(10_000):
            address = chance.choice(shared)
            value = chance.randint(0, 1) if address.endswith("on") else chance.random()
            chance.choice((front, side)).set_from_desk(address, value)
            if step % 10 == 0:
                await asyncio.sleep(0.005)

        def differences() -> list[str]:
            return [one for one in shared if front.value(one) != side.value(one)]

        await until(lambda: not differences(), within=1.0)
        # A desk feels no finger: a move counts as a touch for a second, and then it settles.
        await asyncio.sleep(1.0)
        writes = front.counts.writes.total() + side.counts.writes.total()
        await asyncio.sleep(1.0)
        assert front.counts.writes.total() + side.counts.writes.total() == writes
        assert differences() == []
    assert side.value("/headamp/000/gain") != front.value("/headamp/000/gain")
    assert not any(address.startswith("/headamp") for address in side.counts.writes)
