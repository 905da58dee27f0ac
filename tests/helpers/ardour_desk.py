"""A desk in front of a real Ardour: a simulated X-Touch, and the bridge in a process of its own.

What Ardour holds is seen by an OSC client of the tests.
"""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from firmware_sim.sockets.pty import PtySocket
from firmware_sim.xtouch import XTouch
from surfacebridge.model.laws import LAWS
from tests.helpers.ardour import TRACKS, Ardour, Osc
from tests.helpers.commands import Running, is_traceback, started
from tests.helpers.waiting import until

PATIENCE: Final = 15.0
STEP: Final = 2 / 1023
LAW: Final = LAWS["x-touch"]


@dataclass
class Desk:
    """The simulated surface, its plug, the bridge, and a client that sees what Ardour holds."""

    surface: XTouch
    plug: PtySocket
    bridge: Running
    osc: Osc

    def level(self, track: int) -> float:
        """Return the level of a track, in dB, as Ardour says it."""
        value = self.osc.value("/strip/gain", track)
        return float(value) if isinstance(value, int | float) else -200.0

    def is_at(self, strip: int, place: float) -> bool:
        """Return whether a cap stands at ``place``."""
        return abs(self.surface.fader_position(strip) - place) < STEP

    def cap(self, strip: int) -> float:
        """Return where a cap stands, in dB."""
        return LAW.to_db(self.surface.fader_position(strip))

    def is_dark(self, key: str) -> bool:
        """Return whether a lamp is dark."""
        return self.surface.lamp(key) == "dark"

    def says(self, path: str, value: object, *strip: int) -> bool:
        """Return whether Ardour told ``value`` last."""
        return self.osc.value(path, *strip) == value

    async def ardour(self, path: str, *args: float | str, until_so: Callable[[], object]) -> None:
        """Do something in Ardour, as its own user would; see ``Osc.insist``."""
        await self.osc.insist(path, *args, until_so=until_so, within=PATIENCE)

    async def tap(self, key: str, lamp: str = "lit") -> None:
        """Press a key and wait for its lamp: whoever lights it has been obeyed.

        Like a user, again if nothing came of it: see ``Osc.insist``.
        """
        pressed = time.monotonic()
        self.surface.tap(key)

        def is_so() -> bool:
            nonlocal pressed
            if self.surface.lamp(key) == lamp:
                return True
            if time.monotonic() - pressed > 3.0:
                pressed = time.monotonic()
                self.surface.tap(key)
            return False

        await until(is_so, within=PATIENCE)

    async def clear(self) -> None:
        """Put every track's level at 0 dB, by hand and with no automation."""
        for track in range(1, len(TRACKS) + 1):
            by_hand = partial(self.says, "/strip/gain/automation", 0.0, track)
            await self.ardour("/strip/gain/automation", track, 0, until_so=by_hand)
            at_unity = partial(self.says, "/strip/gain", 0.0, track)
            await self.ardour("/strip/gain", track, 0.0, until_so=at_unity)

    async def rewind(self) -> None:
        """Stand still at the start.

        Ardour says that it stopped while it still fades out, and goes nowhere then.
        """
        self.surface.tap("stop")
        await until(lambda: self.says("/transport_stop", 1.0), within=PATIENCE)
        asked = 0.0

        def is_there() -> bool:
            nonlocal asked
            if time.monotonic() - asked > 0.5:
                asked = time.monotonic()
                self.surface.tap("cancel")
            return self.says("/position/smpte", "00:00:00:00")

        await until(is_there, within=PATIENCE)

    async def seconds(self, count: float) -> None:
        """Let time pass."""
        end = time.monotonic() + count
        await until(lambda: time.monotonic() >= end, within=count + PATIENCE)


@asynccontextmanager
async def desk(ardour: Ardour, folder: Path, rig: str = "xtouch-ardour") -> AsyncIterator[Desk]:
    """Run the bridge between a simulated X-Touch and Ardour, connected and painted."""
    osc = Osc(ardour.osc_port)
    # Keys, levels, heartbeat, master, bars, time code, meters and samples; levels in dB.
    osc.send("/set_surface", 0, 159, 251 + 1024 + 8192, 0)
    surface = XTouch()
    try:
        async with PtySocket(surface, folder / "x") as plug:
            at = ("--at", f"x=pty:{plug.path}", "--at", f"daw=udp://127.0.0.1:{ardour.osc_port}")
            with started(folder / "log", "run", rig, *at) as bridge:
                here = Desk(surface, plug, bridge, osc)
                await until(lambda: "daw is connected" in bridge.said(), within=PATIENCE)
                await until(lambda: surface.lcd_text(1)[0].strip() == TRACKS[0], within=PATIENCE)
                await here.clear()
                yield here
                await here.rewind()
                assert bridge.stop(within=PATIENCE) == 0
                assert not is_traceback(bridge.said())
    finally:
        osc.close()
