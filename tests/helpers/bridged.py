"""A running bridge between simulated devices, each at the end of a pseudo-terminal or a socket."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from firmware_sim.device import Device
from firmware_sim.sockets.pty import PtySocket
from surfacebridge.apps.mapping_files import load_rig
from surfacebridge.bridge.assembly import places_of
from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.supervisor import Supervisor
from tests.helpers.waiting import until


@asynccontextmanager
async def running(
    rig: str, at: Mapping[str, str], awaited: Collection[str] | None = None
) -> AsyncIterator[Supervisor]:
    """Run ``rig`` with its names at these addresses; yield once all, or ``awaited``, connected."""
    loaded = load_rig(rig, {})
    assert loaded.plan is not None, loaded.problems
    assert loaded.document is not None
    supervisor = Supervisor(Hub(loaded.plan), places_of(loaded.document, loaded.plan, at))
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(supervisor.run(stop))
        try:
            for name in at if awaited is None else awaited:
                health = supervisor.health[name]
                await until(lambda: health.state == "connected", within=8)  # noqa: B023 - awaited here
            yield supervisor
        finally:
            stop.set()


@asynccontextmanager
async def bridged(
    rig: str, folder: Path, devices: Mapping[str, Device]
) -> AsyncIterator[Supervisor]:
    """Run ``rig`` with a device for each of its names, and yield once all are connected."""
    async with AsyncExitStack() as plugs:
        for name, device in devices.items():
            await plugs.enter_async_context(PtySocket(device, folder / name))
        at = {name: f"pty:{folder / name}" for name in devices}
        yield await plugs.enter_async_context(running(rig, at))
