"""The demo's stage at work: a simulated X-Touch, the bridge and a simulated X32."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from surfacebridge.apps.cli.demo_stage import Stage, set_stage
from tests.helpers.waiting import until

STEP = 1.6 / 1023


@asynccontextmanager
async def running() -> AsyncIterator[Stage]:
    """Yield the stage once everything is connected and the surface shows the desk."""
    async with set_stage() as stage:
        await until(lambda: all(h.state == "connected" for h in stage.supervisor.health.values()))
        await until(lambda: not stage.differences())
        yield stage


async def ride(stage: Stage, fader: int, to: float) -> None:
    stage.surface.touch(fader)
    stage.surface.move(fader, to, 0.15)
    await asyncio.sleep(0.25)
    stage.surface.release(fader)


def fader_of(stage: Stage, channel: int) -> float:
    return float(stage.desk.value(f"/ch/{channel:02}/mix/fader"))
