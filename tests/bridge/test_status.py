"""A snapshot of the demo's bridge, while things go well and while they do not."""

import asyncio
import json
from dataclasses import asdict

import pytest

from surfacebridge.apps.cli.demo_stage import Stage
from surfacebridge.bridge.status import BridgeStatus, Identity, LinkStatus, masked, status_of
from tests.helpers.stage import running
from tests.helpers.waiting import until


def look(stage: Stage) -> BridgeStatus:
    now = asyncio.get_running_loop().time()
    who = Identity("demo", "demo.yaml", 1, "0", now - 10.0)
    return status_of(who, stage.hub, stage.supervisor, now)


def link(status: BridgeStatus, name: str) -> LinkStatus:
    return next(one for one in status.links if one.name == name)


async def test_each_link_says_how_it_is_who_is_master_and_who_echoes() -> None:
    async with running() as stage:
        await until(lambda: link(look(stage), "desk").stale == 0)
        status = look(stage)
        x, desk = link(status, "x"), link(status, "desk")
        assert (x.role, x.state, x.master, x.echoes) == (
            "surface", "connected", ("desk",), "settle"
        )  # fmt: skip
        assert (desk.role, desk.state, desk.master, desk.echoes) == (
            "target", "connected", ("desk",), "others"
        )  # fmt: skip
        assert desk.answered is not None
        assert desk.answered < 5.0
        assert desk.received > 100
        assert (status.healthy, status.uptime, status.bank) == (True, 10.0, "inputs")


async def test_who_holds_what_is_said() -> None:
    async with running() as stage:
        stage.surface.touch(3)
        await until(lambda: look(stage).held)
        (hold,) = look(stage).held
        assert (hold.control, hold.parameter, hold.has) == ("x.fader.3", "desk.ch.3.fader", True)
        stage.surface.release(3)
        await until(lambda: not look(stage).held)


async def test_what_nobody_knows_any_more_is_stale_on_both_sides() -> None:
    async with running() as stage:
        stage.desk.mute_for(60.0)
        await until(lambda: link(look(stage), "desk").state == "silent", within=8)
        status = look(stage)
        desk, x = link(status, "desk"), link(status, "x")
        assert not status.healthy
        assert "has not answered for 5 s" in desk.reason
        assert desk.since < 2.0
        assert desk.stale > 100
        assert desk.stale_names[0] == "desk.ch.1.fader"
        assert (len(desk.stale_names), x.state) == (5, "connected")
        assert x.stale >= 8
        assert "x.fader.1" in x.stale_names


async def test_a_snapshot_can_be_said_in_json() -> None:
    async with running() as stage:
        assert json.loads(json.dumps(asdict(look(stage))))["rig"] == "demo"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("mqtt://me:secret@broker:1883", "mqtt://***@broker:1883"),
        ("mqtt://broker?password=secret&x=1", "mqtt://broker?password=***&x=1"),
        ("udp://10.0.0.5:10023?listen=8000", "udp://10.0.0.5:10023?listen=8000"),
        ("midi:/X-Touch@2/", "midi:/X-Touch@2/"),
    ],
)
def test_no_password_is_shown(address: str, shown: str) -> None:
    assert masked(address) == shown
