"""A real Ardour 7.3 as host of a Mackie Control: the simulated one, and our own device role."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from firmware_sim.mcu import MackieControl
from firmware_sim.sockets.midi_port import MidiPort
from firmware_sim.sockets.pty import PtySocket
from firmware_sim.xtouch import XTouch
from surfacebridge.apps.mapping_files import load_rig
from surfacebridge.bridge.assembly import places_of
from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.supervisor import Supervisor
from tests.helpers.ardour import TRACKS, Ardour, Osc
from tests.helpers.waiting import until

# The first test waits for Ardour to start.
pytestmark = pytest.mark.timeout(90)

# Measured: unity and -10 dB on Ardour's fader, as positions.
UNITY = 12_808 / 16_383
MINUS_10 = 8_362 / 16_383
STEP = 2 / 1023
PATIENCE = 15.0


@pytest.fixture
def osc(ardour: Ardour) -> Iterator[Osc]:
    client = Osc(ardour.osc_port)
    client.subscribe()
    yield client
    client.close()


@asynccontextmanager
async def simulated(ardour: Ardour) -> AsyncIterator[MackieControl]:
    """Plug a simulated Mackie Control straight into Ardour."""
    surface = MackieControl()
    async with MidiPort(surface, "Mackie"):
        # rtmidi calls both clients alike; JACK numbers the second.
        ardour.join(says="Mackie-01:Mackie", hears="Mackie:Mackie")
        yield surface


@asynccontextmanager
async def bridged(ardour: Ardour, folder: Path) -> AsyncIterator[XTouch]:
    """Put the bridge between a simulated X-Touch and Ardour, as a Mackie Control of its own."""
    rig = load_rig("xtouch-daw", {})
    assert rig.plan is not None
    assert rig.document is not None
    surface = XTouch()
    async with PtySocket(surface, folder / "x") as plug:
        at = {"x": f"pty:{plug.path}"}
        supervisor = Supervisor(Hub(rig.plan), places_of(rig.document, rig.plan, at))
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(supervisor.run(stop))
            try:
                await until(lambda: "daw" in supervisor.sessions, within=PATIENCE)
                ardour.join(
                    says="SurfaceBridge MCU-out:SurfaceBridge MCU",
                    hears="SurfaceBridge MCU-in:SurfaceBridge MCU",
                )
                await until(lambda: supervisor.health["daw"].state == "connected", within=PATIENCE)
                yield surface
            finally:
                stop.set()


async def surface_and_daw_agree(surface: MackieControl, osc: Osc) -> None:
    """Try everything a strip and the transport have, both ways."""

    def names() -> list[str]:
        return [surface.lcd_text(n)[0].strip() for n in range(1, 9)]

    def is_at(n: int, position: float) -> bool:
        return abs(float(str(osc.value("/strip/fader", n) or 0.0)) - position) < STEP

    def is_on(key: str, lamp: str, value: float) -> bool:
        return surface.lamp(f"{key}.4") == lamp and osc.value(f"/strip/{key}", 4) == value

    def motor_is_at(n: int, position: float) -> bool:
        return abs(surface.fader_position(n) - position) < STEP

    # Names, from the first eight tracks to the last two and back.
    await until(lambda: names() == [name[:6] for name in TRACKS[:8]], within=PATIENCE)

    # Ardour moves its fader, and the motor follows.
    for position in (UNITY, MINUS_10):
        follows = partial(motor_is_at, 3, position)
        await osc.insist("/strip/fader", 3, position, until_so=follows)

    # A hand moves the cap, Ardour follows, and nothing fights the hand.
    await osc.insist("/strip/fader", 2, 0.3, until_so=partial(motor_is_at, 2, 0.3))
    surface.touch(2)
    surface.move(2, 0.6, 0.2)
    await until(lambda: is_at(2, 0.6) and motor_is_at(2, 0.6), within=PATIENCE)
    await osc.insist("/strip/fader", 2, 0.2, until_so=partial(is_at, 2, 0.2))
    await asyncio.sleep(0.1)
    assert motor_is_at(2, 0.6)
    surface.release(2)
    # Ardour never tells a motor what changed under a finger, so the finger has to be known gone.
    await asyncio.sleep(0.1)
    await osc.insist("/strip/fader", 2, 0.3, until_so=partial(motor_is_at, 2, 0.3))

    # Keys and their lamps.
    for key in ("mute", "solo"):
        surface.tap(f"{key}.4")
        await until(partial(is_on, key, "lit", 1.0), within=PATIENCE)
        await osc.insist(f"/strip/{key}", 4, 0, until_so=partial(is_on, key, "dark", 0.0))

    # The rest of the tracks, and back.
    surface.tap("bank.right")
    await until(lambda: names()[:2] == [name[:6] for name in TRACKS[8:]], within=PATIENCE)
    surface.tap("bank.left")
    await until(lambda: names()[0] == TRACKS[0], within=PATIENCE)

    # Transport.
    surface.tap("play")
    await until(lambda: osc.value("/transport_play") == 1.0, within=PATIENCE)
    await until(lambda: surface.lamp("play") == "lit", within=PATIENCE)
    surface.tap("stop")
    await until(lambda: osc.value("/transport_stop") == 1.0, within=PATIENCE)
    await until(lambda: surface.lamp("play") == "dark", within=PATIENCE)


async def test_ardour_takes_the_simulated_mackie_control_for_one(ardour: Ardour, osc: Osc) -> None:
    async with simulated(ardour) as surface:
        await surface_and_daw_agree(surface, osc)


async def test_ardour_takes_the_bridge_for_a_mackie_control(
    ardour: Ardour, osc: Osc, tmp_path: Path
) -> None:
    async with bridged(ardour, tmp_path) as surface:
        await surface_and_daw_agree(surface, osc)
