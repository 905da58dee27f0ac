"""A surface on a pseudo-terminal, a desk on UDP, and the whole bridge with its supervisor between.

Owns: the links, what a stage does to them, and whether all is as it should be afterwards.
Does not own: when what breaks, or for how long (``soak``).
"""

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Final

from firmware_sim.faults import FAULTS, FaultyLink
from firmware_sim.network_faults import NETWORK_FAULTS, FaultyNetwork, NetworkFault
from firmware_sim.sockets.pty import PtySocket
from firmware_sim.sockets.udp import UdpServer
from firmware_sim.x32 import X32
from firmware_sim.xtouch import XTouch
from surfacebridge.bridge.assembly import places_of
from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.supervisor import Supervisor
from tests.storms.stage import Rig, rig_for
from tests.storms.verdict import differences, held
from tests.storms.weather import dress
from tests.storms.window import CHANNELS, FADERS, HubWindow

# What is promised after a fault on a real link has ended.
SETTLED_WITHIN: Final = 5.0

_LOOK_EVERY: Final = 0.02


class Complaints(logging.Handler):
    """Keeps whatever was logged as an error, and every exception."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR or record.exc_info:
            self.heard.append(self.format(record))


class Field(HubWindow):
    """Everything of one campaign."""

    def __init__(
        self, rig: Rig, hub: Hub, cable: FaultyLink, plug: PtySocket, network: FaultyNetwork
    ) -> None:
        assert isinstance(cable.device, XTouch)
        assert isinstance(network.console, X32)
        super().__init__(cable.device, network.console, hub)
        self.rig: Final = rig
        self.cable: Final = cable
        self.plug: Final = plug
        self.network: Final = network
        self.complaints: Final = Complaints()
        self.supervisor: Supervisor | None = None
        self.mishaps: Final[list[str]] = []

    # What a stage does

    def desk_changes(self, chance: Random) -> None:
        """Let somebody at the desk do something."""
        at = f"/ch/{chance.randint(1, CHANNELS):02}"
        match chance.randrange(5):
            case 0:
                self.desk.set_from_desk(f"{at}/mix/on", chance.randint(0, 1))
            case 1:
                self.desk.set_from_desk(f"{at}/mix/pan", round(chance.random() * 100) / 100)
            case 2:
                self.desk.set_from_desk("/-stat/selidx", chance.randrange(CHANNELS))
            case _:
                self.desk.set_from_desk(f"{at}/mix/fader", round(chance.random() * 1023) / 1023)

    async def replug(self, chance: Random, out_for: float) -> None:
        """Pull the plug after some byte or other, and put it back."""
        self.cable.unplug_after(chance.randint(1, 60), from_device=chance.random() < 0.5)
        for _ in range(10):
            if not self.cable.plugged:
                break
            await asyncio.sleep(0.005)
        self.cable.unplug()
        self.plug.unplug()
        await asyncio.sleep(out_for)
        self.cable.replug()
        self.plug.plug()

    async def power_cycle(self, chance: Random, off_for: float) -> None:
        """Take the surface's power, and move its caps in the dark."""
        self.cable.power_off()
        self.cable.unplug()
        self.plug.unplug()
        await asyncio.sleep(off_for)
        self.cable.power_on({n: chance.random() for n in range(1, FADERS + 1)})
        self.cable.replug()
        self.plug.plug()

    async def lose(self, share: float, seconds: float) -> None:
        """Let the network lose some of what it carries, or all of it."""
        self.network.fault = NetworkFault(lose=share, reorder=0.1, duplicate=0.1)
        await asyncio.sleep(seconds)
        self.network.fault = NETWORK_FAULTS["none"]

    async def reload(self) -> None:
        """Run the other plan, and this one again, while hands move."""
        for plan in (self.rig.other, self.rig.plan):
            wiring = await asyncio.to_thread(self.hub.engine.prepare, plan)
            self.hub.adopt(wiring, asyncio.get_running_loop().time())
            await asyncio.sleep(0.05)

    # Whether all is well

    def wrongs(self) -> list[str]:
        """Return a sentence for each thing that is not as it should be now."""
        return [*differences(self, "exact"), *held(self)]

    async def settle(self, within: float = SETTLED_WITHIN) -> tuple[float, list[str]]:
        """Wait until all is well; return how long that took, and what is wrong if it never was."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        wrong = self.wrongs()
        for _ in range(int(within / _LOOK_EVERY)):
            if not wrong:
                break
            await asyncio.sleep(_LOOK_EVERY)
            wrong = self.wrongs()
        return loop.time() - start, wrong

    def scandals(self) -> list[str]:
        """Return what must never happen at all: errors logged, and errors in callbacks."""
        return [*self.complaints.heard, *self.mishaps]


@asynccontextmanager
async def opened(seed: int, *, servo: bool = False) -> AsyncIterator[Field]:
    """Open everything on this machine, wait for the first peace, take it all down at the end."""
    rig = rig_for(servo=servo)
    cable = FaultyLink(XTouch(servo=servo, answers_query=servo, seed=seed), FAULTS["none"], seed)
    network = FaultyNetwork(X32(), seed=seed)
    with tempfile.TemporaryDirectory(prefix="surfacebridge-") as folder:
        link = Path(folder) / "surface"
        async with PtySocket(cable, link) as plug, UdpServer(network) as server:
            hub = Hub(rig.plan)
            field = Field(rig, hub, cable, plug, network)
            dress(field.desk, seed)
            at = {"x": f"pty:{link}", "desk": f"udp://127.0.0.1:{server.address[1]}"}
            supervisor = Supervisor(hub, places_of(rig.document, rig.plan, at))
            field.supervisor = supervisor
            asyncio.get_running_loop().set_exception_handler(
                lambda _, context: field.mishaps.append(str(context))
            )
            logging.getLogger().addHandler(field.complaints)
            stop = asyncio.Event()
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(supervisor.run(stop))
                    try:
                        _, wrong = await field.settle()
                        assert not wrong, wrong
                        yield field
                    finally:
                        stop.set()
            finally:
                logging.getLogger().removeHandler(field.complaints)
