"""A simulated X32 drives a real Ardour 7.3 through the bridge, and follows it."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from firmware_sim.sockets.udp import UdpServer
from firmware_sim.x32 import X32
from tests.helpers.ardour import TRACKS, Ardour, Osc
from tests.helpers.ardour_desk import PATIENCE, STEP
from tests.helpers.commands import is_traceback, started
from tests.helpers.waiting import until

# The first test waits for Ardour to start.
pytestmark = pytest.mark.timeout(200)


async def test_a_mixing_desk_drives_ardour_and_follows_it(
    ardour_with_windows: Ardour, tmp_path: Path
) -> None:
    console = X32()
    osc = Osc(ardour_with_windows.osc_port)
    osc.send("/set_surface", 0, 159, 251, 0)
    try:
        async with UdpServer(console) as server:
            host, port = server.address
            daw = f"daw=udp://127.0.0.1:{ardour_with_windows.osc_port}"
            at = ("--at", f"desk=udp://{host}:{port}", "--at", daw)
            with started(tmp_path / "log", "run", "x32-ardour", *at) as bridge:
                await until(
                    lambda: console.value("/ch/10/config/name") == TRACKS[9], within=3 * PATIENCE
                )
                await desk_and_daw_agree(console, osc)
                assert bridge.stop(within=PATIENCE) == 0
                assert not is_traceback(bridge.said())
    finally:
        osc.close()


async def again_until(do: Callable[[], object], is_so: Callable[[], object]) -> None:
    """Do something, again every two seconds, until it is so."""
    done = 0.0

    def tried() -> object:
        nonlocal done
        if time.monotonic() - done > 2.0:
            done = time.monotonic()
            do()
        return is_so()

    await until(tried, within=PATIENCE)


async def desk_and_daw_agree(console: X32, osc: Osc) -> None:
    def told(path: str, track: int) -> float:
        value = osc.value(f"/strip/{path}", track)
        return float(value) if isinstance(value, int | float) else 99.0

    # The desk's fader is Ardour's, in decibels; its "on" is the opposite of mute.
    for address, value, path, track, expected in (
        ("/ch/07/mix/fader", 0.25, "gain", 7, -30.0),
        ("/ch/07/mix/fader", 0.75, "gain", 7, 0.0),
        ("/ch/04/mix/on", 0, "mute", 4, 1.0),
        ("/ch/04/mix/on", 1, "mute", 4, 0.0),
        ("/-stat/solosw/04", 1, "solo", 4, 1.0),
        ("/-stat/solosw/04", 0, "solo", 4, 0.0),
        ("/ch/08/mix/pan", 1.0, "pan_stereo_position", 8, 0.0),
        ("/ch/08/mix/pan", 0.5, "pan_stereo_position", 8, 0.5),
    ):
        await again_until(
            partial(console.set_from_desk, address, value),
            lambda path=path, track=track, expected=expected: (  # type: ignore[misc]
                abs(told(path, track) - expected) < 0.15
            ),
        )
    # Ardour's fader is the desk's, once the hand has gone.
    await again_until(
        partial(osc.send, "/strip/gain", 7, -10.0),
        lambda: abs(float(console.value("/ch/07/mix/fader")) - 0.5) < STEP,
    )
    await again_until(
        partial(osc.send, "/strip/mute", 5, 1), lambda: console.value("/ch/05/mix/on") == 0
    )
    await again_until(
        partial(osc.send, "/strip/mute", 5, 0), lambda: console.value("/ch/05/mix/on") == 1
    )
