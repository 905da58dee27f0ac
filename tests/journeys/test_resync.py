"""Resync as a verb: everything unknown, a full paced read, and only the differences painted."""

import asyncio

import pytest

from surfacebridge.apps.cli.demo_stage import Stage
from tests.helpers.stage import STEP, fader_of, running
from tests.helpers.waiting import until


def change_unheard(stage: Stage) -> None:
    """Let the desk change while every datagram it sends about it is lost."""
    stage.desk.drop_every(1)
    stage.desk.set_from_desk("/ch/02/mix/fader", 0.9)
    stage.desk.set_from_desk("/ch/03/mix/on", 0)
    stage.desk.set_from_desk("/ch/04/config/name", "Cowbell")
    stage.desk.drop_every(0)


async def messages_a_second(stage: Stage) -> float:
    """Return how much the surface is told while nothing happens but the music."""
    loop = asyncio.get_running_loop()
    started, messages = loop.time(), stage.surface.counts.messages_in
    await asyncio.sleep(0.5)
    return (stage.surface.counts.messages_in - messages) / (loop.time() - started)


async def test_a_resync_finds_what_was_lost_and_paints_only_the_differences() -> None:
    async with running() as stage:
        meters = await messages_a_second(stage)
        started = asyncio.get_running_loop().time()
        moves, messages = dict(stage.surface.counts.motor_moves), stage.surface.counts.messages_in
        change_unheard(stage)
        await asyncio.sleep(0.02)
        assert stage.differences()
        assert stage.hub.resync("desk")
        await until(lambda: not stage.differences())
        await until(lambda: stage.supervisor.sessions["desk"].health.synced)
        moved = {n for n, count in stage.surface.counts.motor_moves.items() if count != moves[n]}
        assert moved == {2}
        # Text, one lamp, one motor; the meters go on beside it.
        lasted = asyncio.get_running_loop().time() - started
        painted = stage.surface.counts.messages_in - messages - meters * lasted
        assert painted < 50 + 0.2 * meters * lasted


async def test_a_resync_in_mid_ride_loses_no_last_value_and_moves_no_motor() -> None:
    async with running() as stage:
        stage.surface.touch(1)
        before = stage.surface.counts.motor_moves[1]
        stage.surface.move(1, 0.15, 0.6)
        for _ in range(6):
            await asyncio.sleep(0.1)
            stage.hub.resync("desk")
            stage.hub.resync("x")
        await until(lambda: fader_of(stage, 1) == pytest.approx(0.15, abs=STEP))
        assert stage.surface.counts.motor_moves[1] == before
        assert stage.surface.touched(1)
        stage.surface.release(1)
        await until(lambda: not stage.differences())
        assert not any(stage.surface.counts.fought.values())


async def test_a_surface_that_lost_bytes_is_painted_again() -> None:
    async with running() as stage:
        stage.surface.receive(b"\xf0\x00\x00\x66\x14\x12\x00" + b"rubbish" * 16 + b"\xf7")
        stage.surface.receive(b"\x90\x10\x7f\xe1\x00\x00")
        await asyncio.sleep(0.4)
        assert stage.differences()
        assert stage.hub.resync("x")
        await until(lambda: not stage.differences())


async def test_what_is_not_there_cannot_be_resynced() -> None:
    async with running() as stage:
        assert not stage.hub.resync("nobody")
        stage.plug.unplug()
        await until(lambda: not stage.hub.is_present("x"))
        assert not stage.hub.resync("x")
