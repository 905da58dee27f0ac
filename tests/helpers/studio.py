"""A studio in one process: bridges with simulated surfaces, one simulated desk, a real broker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from firmware_sim.sockets.pty import PtySocket
from firmware_sim.sockets.udp import UdpServer
from firmware_sim.x32 import X32
from firmware_sim.xtouch import XTouch
from surfacebridge.bridge.assembly import places_of
from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.studio.house import House
from surfacebridge.bridge.studio.shared import SharedDesk
from surfacebridge.bridge.supervisor import Supervisor
from surfacebridge.profiles.studio_desk import StudioDesk
from tests.helpers.mosquitto import Mosquitto, mosquitto
from tests.helpers.waiting import until
from tests.helpers.written import load

LINES = """
banks: {inputs: {items: "desk.ch.{1..8}"}}
strip:
  map:
    - fader <> .fader | db
    - mute <> .on | invert
    - lcd.top < "{.owner|.name|.id:7}"
"""

STEP = 2.1 / 1023
"""How far apart a cap and a desk's fader are that show the same: both their grids."""


MIRROR = "['desk.ch.[1-8].fader', 'desk.ch.[1-8].on', 'desk.ch.[1-8].name', 'desk.ch.[1-8].id']"

START = 15.0
"""How long processes and connections may take to begin, on a machine that does much else."""


def holder_rig(broker: str, bridge: str = "foh", more: str = "", mirror: str = MIRROR) -> str:
    """Return the rig of a bridge that has the desk."""
    return f"""
surfacebridge: 1
name: {bridge}
surfaces: {{x: {{device: behringer/x-touch}}}}
targets: {{desk: {{profile: behringer/x32, host: 127.0.0.1}}}}
studio: {{site: house, broker: "{broker}", bridge: {bridge}, mirror: {mirror}{more}}}
{LINES}"""


def guest_rig(broker: str, bridge: str = "stage") -> str:
    """Return the rig of a bridge that has a surface and reaches the desk over the broker."""
    return f"""
surfacebridge: 1
name: {bridge}
surfaces: {{x: {{device: behringer/x-touch}}}}
targets: {{desk: {{studio: house/desk, profile: behringer/x32}}}}
studio: {{site: house, broker: "{broker}", bridge: {bridge}}}
{LINES}"""


@dataclass(slots=True)
class Room:
    """One bridge and its surface."""

    surface: XTouch
    hub: Hub
    supervisor: Supervisor
    house: House

    @property
    def desk(self) -> SharedDesk:
        """The desk as this bridge shares it."""
        return self.house.desks["desk"]

    @property
    def guest(self) -> StudioDesk:
        """The desk as this bridge reaches it."""
        endpoint = self.supervisor.sessions["desk"].endpoint
        assert isinstance(endpoint, StudioDesk)
        return endpoint

    def is_connected(self) -> bool:
        """Whether everything answers."""
        states = [health.state for health in self.supervisor.health.values()]
        return all(state == "connected" for state in states)

    def health_of_studio(self) -> str:
        """How the broker is reached."""
        return self.house.health.state

    def cap(self, strip: int) -> float:
        """Where the cap of a strip is."""
        return self.surface.fader_position(strip)


@asynccontextmanager
async def desk_of() -> AsyncIterator[tuple[X32, str]]:
    """Run a simulated X32; yield it and its address."""
    desk = X32()
    for channel in range(1, 9):
        desk.set_from_desk(f"/ch/{channel:02}/mix/fader", 0.5)
        desk.set_from_desk(f"/ch/{channel:02}/config/name", f"Ch{channel}")
    async with UdpServer(desk) as server:
        yield desk, f"udp://127.0.0.1:{server.address[1]}"


@asynccontextmanager
async def room(text: str, folder: Path, desk: str | None = None) -> AsyncIterator[Room]:
    """Run one bridge with a simulated X-Touch; ``desk`` is the desk's address if it has it."""
    rig = load(text)
    assert rig.plan is not None
    assert rig.document is not None
    assert rig.document.studio is not None
    surface = XTouch()
    folder.mkdir(exist_ok=True)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(PtySocket(surface, folder / "x"))
        hub = Hub(rig.plan)
        at = {"x": f"pty:{folder / 'x'}"} | ({"desk": desk} if desk else {})
        house = House(rig.document.studio, rig.document, rig.plan, hub)
        supervisor = Supervisor(hub, house.places(places_of(rig.document, rig.plan, at)))
        house.join(supervisor)
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            running = group.create_task(supervisor.run(stop))
            studio = group.create_task(house.run())
            try:
                yield Room(surface, hub, supervisor, house)
            finally:
                stop.set()
                await running
                studio.cancel()
                with suppress(asyncio.CancelledError):
                    await studio


@asynccontextmanager
async def two_rooms(
    folder: Path, more: str = ""
) -> AsyncIterator[tuple[Mosquitto, X32, Room, Room]]:
    """Run a broker, a desk, its bridge and one far away, all of which agree."""
    async with (
        mosquitto(folder) as broker,
        desk_of() as (desk, where),
        room(holder_rig(broker.address, more=more), folder / "foh", where) as foh,
        room(guest_rig(broker.address), folder / "stage") as stage,
    ):
        await until(lambda: foh.is_connected() and stage.is_connected(), START)
        await agree(desk, foh, stage)
        yield broker, desk, foh, stage


def fader(desk: X32, channel: int) -> float:
    """Where the desk's own fader is."""
    value = desk.value(f"/ch/{channel:02}/mix/fader")
    assert isinstance(value, float)
    return value


async def agree(
    desk: X32, *rooms: Room, channels: range = range(1, 9), within: float = 5.0
) -> None:
    """Return once every surface shows what the desk holds."""

    def differences() -> list[str]:
        return [
            f"{number}: {channel} is {room.cap(channel):.4f} and not {fader(desk, channel):.4f}"
            for number, room in enumerate(rooms)
            for channel in channels
            if abs(room.cap(channel) - fader(desk, channel)) > STEP
        ]

    try:
        await until(lambda: not differences(), within)
    except AssertionError:
        raise AssertionError(differences()) from None
