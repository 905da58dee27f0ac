"""The supervisor over links in memory and on loopback."""

import asyncio
import logging
import os
import pty
import tty
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from firmware_sim import qu, x32
from firmware_sim.daw_host import DawHost
from firmware_sim.sockets.pty import PtySocket
from firmware_sim.sockets.tcp import TcpServer
from firmware_sim.sockets.udp import UdpServer
from firmware_sim.xtouch import XTouch
from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.supervisor import Place, Supervisor, SurfacePlace, TargetPlace
from surfacebridge.profiles.consoles.qu import Qu
from surfacebridge.profiles.consoles.x32 import X32
from surfacebridge.profiles.daws.mcu_device import MackieDevice
from surfacebridge.profiles.surfaces.mcu import MackieSurface
from surfacebridge.routing.plan import Plan
from tests.helpers.waiting import until
from tests.helpers.written import loaded

RIG = """
surfacebridge: 1
name: one and one
surfaces: {x: {device: behringer/x-touch}}
targets:
  desk: {profile: behringer/x32, host: 127.0.0.1}
banks: {all: {items: "desk.ch.{1..8}"}}
strip: {map: [fader <> .fader | db]}
"""


def surface(plan: Plan, address: str) -> SurfacePlace:
    return SurfacePlace("x", address, partial(MackieSurface, "x", plan.surfaces["x"]))


def desk(plan: Plan, address: str) -> TargetPlace:
    return TargetPlace("desk", address, partial(X32, "desk", plan.targets["desk"]))


@asynccontextmanager
async def running(plan: Plan, *places: Place) -> AsyncIterator[Supervisor]:
    supervisor = Supervisor(Hub(plan), places)
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(supervisor.run(stop))
        try:
            yield supervisor
        finally:
            stop.set()


async def test_what_is_not_there_is_waited_for_and_found_when_it_comes(tmp_path: Path) -> None:
    plan = loaded(RIG)
    path = tmp_path / "x"
    async with running(plan, surface(plan, f"pty:{path}")) as supervisor:
        health = supervisor.health["x"]
        await until(lambda: health.state == "waiting")
        assert str(path) in health.reason
        async with PtySocket(XTouch(), path):
            await until(lambda: health.state == "connected")


async def test_a_link_that_dies_takes_nobody_with_it_and_comes_back(tmp_path: Path) -> None:
    plan = loaded(RIG)
    path = tmp_path / "x"
    async with PtySocket(XTouch(), path) as plug:
        places = (surface(plan, f"pty:{path}"), desk(plan, "udp://127.0.0.1:9"))
        async with running(plan, *places) as supervisor:
            await until(lambda: set(supervisor.sessions) == {"x", "desk"})
            other = supervisor.sessions["desk"]
            for times in range(1, 4):
                first = supervisor.sessions["x"]
                plug.unplug()
                await until(lambda: "x" not in supervisor.sessions)
                plug.plug()
                await until(lambda: "x" in supervisor.sessions)
                assert supervisor.sessions["x"] is not first
                assert supervisor.sessions["x"].endpoint is not first.endpoint
                assert supervisor.health["x"].reopened == times
            assert supervisor.sessions["desk"] is other


async def test_what_never_answers_is_not_called_connected() -> None:
    plan = loaded(RIG)
    async with running(plan, desk(plan, "udp://127.0.0.1:9")) as supervisor:
        health = supervisor.health["desk"]
        await until(lambda: health.state == "silent", within=6)
        assert "not answered" in health.reason


async def test_a_unit_that_may_stay_silent_is_used_and_not_called_connected_before_it_speaks() -> (
    None
):
    plan = loaded(RIG)
    near, far = pty.openpty()
    tty.setraw(far)
    try:
        async with running(plan, surface(plan, f"pty:{os.ttyname(far)}")) as supervisor:
            health = supervisor.health["x"]
            await until(lambda: health.state == "silent")
            assert "silent until a control is touched" in health.reason
            assert supervisor.counts["x sent"] > 0
            os.write(near, b"\x90\x68\x7f")
            await until(lambda: health.state == "connected")
    finally:
        os.close(near)
        os.close(far)


async def test_a_peer_that_was_silent_for_long_is_looked_for_on_a_fresh_socket_and_quietly(
    caplog: pytest.LogCaptureFixture,
) -> None:
    plan = loaded(RIG)
    logging.getLogger("surfacebridge").propagate = True
    with caplog.at_level(logging.INFO, "surfacebridge"):
        async with running(plan, desk(plan, "udp://127.0.0.1:9")) as supervisor:
            await until(lambda: supervisor.health["desk"].state == "silent", within=6)
            first = supervisor.sessions["desk"]
            await until(lambda: supervisor.sessions.get("desk") not in {first, None}, within=14)
            assert supervisor.health["desk"].state == "silent"
            assert supervisor.health["desk"].reopened == 0
    said = [one.getMessage() for one in caplog.records if "desk is" in one.getMessage()]
    assert len(said) == 1


async def test_a_peer_that_answers_after_long_is_connected_as_if_nothing_was() -> None:
    plan = loaded(RIG)
    console = x32.X32()
    async with UdpServer(console) as server:
        console.mute_for(3.0)
        async with running(plan, desk(plan, f"udp://127.0.0.1:{server.address[1]}")) as supervisor:
            health = supervisor.health["desk"]
            await until(lambda: health.state == "silent", within=6)
            await until(lambda: health.state == "connected", within=8)


async def test_a_mixer_that_turns_us_away_is_tried_less_and_less_and_the_reason_says_why() -> None:
    plan = loaded(RIG.replace("behringer/x32", "allenheath/qu-16"))
    mixer = qu.Qu("Qu-16")
    mixer.connect(("127.0.0.1", 1))
    async with TcpServer(mixer) as server:
        address = f"tcp://127.0.0.1:{server.address[1]}"
        place = TargetPlace("desk", address, partial(Qu, "desk", plan.targets["desk"]))
        async with running(plan, place) as supervisor:
            health = supervisor.health["desk"]
            await until(lambda: health.reopened >= 2 and health.state == "lost")
            assert "closed the connection" in health.reason
            assert "no other program has its one MIDI connection" in health.reason
            tried = health.reopened
            await asyncio.sleep(2.0)
            assert health.reopened - tried <= 4


async def test_people_are_told_once_what_is_missing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    plan = loaded(RIG)
    logging.getLogger("surfacebridge").propagate = True
    with caplog.at_level(logging.INFO, "surfacebridge"):
        async with running(plan, surface(plan, f"pty:{tmp_path}/none")) as supervisor:
            await until(lambda: supervisor.health["x"].state == "waiting")
            await asyncio.sleep(0.7)
    told = [one.getMessage() for one in caplog.records if "is waiting" in one.getMessage()]
    assert len(told) == 1


async def test_what_is_odd_about_a_peer_that_works_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    plan = loaded(RIG.replace("banks:", "  daw: {emulate: mackie/logic-control, port: M}\nbanks:"))
    path = tmp_path / "daw"
    place = TargetPlace("daw", f"pty:{path}", partial(MackieDevice, "daw", plan.targets["daw"]))
    logging.getLogger("surfacebridge").propagate = True
    with caplog.at_level(logging.INFO, "surfacebridge"):
        async with PtySocket(DawHost("ardour"), path), running(plan, place) as supervisor:
            await until(lambda: supervisor.health["daw"].state == "connected", within=8)
            await asyncio.sleep(0.7)
    told = [one.getMessage() for one in caplog.records if "challenge" in one.getMessage()]
    assert len(told) == 1
    assert "used all the same" in told[0]


async def test_counts_go_on_over_reopened_links(tmp_path: Path) -> None:
    plan = loaded(RIG)
    device = XTouch()
    path = tmp_path / "x"
    async with PtySocket(device, path) as plug:
        async with running(plan, surface(plan, f"pty:{path}")) as supervisor:
            await until(lambda: supervisor.counts["x sent"] > 0)
            before = supervisor.counts["x sent"]
            plug.unplug()
            await until(lambda: "x" not in supervisor.sessions)
            assert supervisor.counts["x sent"] >= before
            plug.plug()
            await until(lambda: supervisor.counts["x sent"] > before)
        assert supervisor.counts["x sent"] > before


async def test_at_the_end_surfaces_are_told_and_no_session_is_left(tmp_path: Path) -> None:
    plan = loaded(RIG)
    device = XTouch()
    path = tmp_path / "x"
    async with PtySocket(device, path):
        async with running(plan, surface(plan, f"pty:{path}")) as supervisor:
            await until(lambda: supervisor.health["x"].state == "connected")
        await until(lambda: "surfacebridge" in "".join(device.lcd_lines()))
        assert supervisor.sessions == {}
