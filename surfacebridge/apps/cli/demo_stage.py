"""What stands on the demo's stage: a surface, a desk, a tablet, and the bridge between.

Owns: the simulated hardware, its sockets, and whether the surface tells the
truth about the desk.  Does not own: what is played (``demo_show``) or drawn
(``demo_view``).
"""

import asyncio
import math
import socket
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from firmware_sim.sockets.pty import PtySocket
from firmware_sim.sockets.udp import UdpServer
from firmware_sim.wire import OscArgument, encode_osc
from firmware_sim.x32 import X32
from firmware_sim.xtouch import XTouch
from surfacebridge.apps.mapping_files import load_rig
from surfacebridge.bridge.assembly import places_of
from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.supervisor import Supervisor
from surfacebridge.errors import MappingRefused
from surfacebridge.model.values import counted

STRIPS: Final = 8
RIG: Final = "xtouch-x32"

_NAMES: Final = (
    "Kick", "Snare", "Hi-Hat", "Tom 1", "Tom 2", "OH L", "OH R", "Bass DI",
    "Gtr L", "Gtr R", "Keys L", "Keys R", "Lead Vox", "BV 1", "BV 2", "BV 3",
)  # fmt: skip
# X32 colour numbers: red, green, yellow, blue, magenta, cyan, white.
_COLOURS: Final = (1, 1, 3, 3, 3, 6, 6, 4, 2, 2, 5, 5, 7, 7, 7, 7)

# The law between the two grids: one step of 1,023 each, and half a step of rounding.
_TOLERANCE: Final = 1.6 / 1023


@dataclass(slots=True)
class Tablet:
    """Another client of the desk: it sends commands from a socket of its own."""

    socket: socket.socket
    sent: int = 0

    def set(self, address: str, *arguments: OscArgument) -> None:
        """Set one value on the desk."""
        self.socket.send(encode_osc(address, *arguments))
        self.sent += 1


@dataclass(slots=True)
class Stage:
    """Everything of one performance."""

    surface: XTouch
    plug: PtySocket
    desk: X32
    tablet: Tablet
    hub: Hub
    supervisor: Supervisor
    gestures: int = 0

    def channel(self, strip: int) -> int:
        """Return the desk's channel that ``strip`` (from 1) stands for."""
        return self.hub.engine.banks.offset + strip

    def fader(self, strip: int) -> float:
        """Return the desk's fader behind ``strip``, 0…1."""
        return _float(self.desk.value(f"/ch/{self.channel(strip):02}/mix/fader"))

    def differences(self) -> list[str]:
        """Return a sentence for each thing the surface shows and the desk does not hold."""
        found = []
        for strip in range(1, STRIPS + 1):
            for what, shown, held in self._pairs(strip):
                if not _agree(shown, held):
                    found.append(f"strip {strip}: {what} shows {shown}, the desk holds {held}.")
            name = str(self.desk.value(f"/ch/{self.channel(strip):02}/config/name"))
            cell = self.surface.lcd_text(strip)[0].strip()
            if not _is_short_for(cell, name):
                found.append(f"strip {strip}: {cell!r} is on its scribble strip, not {name!r}.")
        for fader, times in self._fought().items():
            found.append(
                f"fader {fader}: its motor was driven {counted(times, 'time')} under a hand."
            )
        return found

    def _fought(self) -> Mapping[int, int]:
        return {fader: times for fader, times in self.surface.counts.fought.items() if times}

    def _pairs(self, strip: int) -> list[tuple[str, object, object]]:
        channel = self.channel(strip)
        at = f"/ch/{channel:02}"
        desk, surface = self.desk, self.surface
        return [
            ("the fader", surface.fader_position(strip), self.fader(strip)),
            ("mute", surface.lamp(f"mute.{strip}"), _lamp(desk.value(f"{at}/mix/on") == 0)),
            (
                "solo",
                surface.lamp(f"solo.{strip}"),
                _lamp(desk.value(f"/-stat/solosw/{channel:02}") == 1),
            ),
            (
                "select",
                surface.lamp(f"select.{strip}"),
                _lamp(desk.value("/-stat/selidx") == channel - 1),
            ),
        ]


@asynccontextmanager
async def set_stage() -> AsyncIterator[Stage]:
    """Open everything on loopback, start the bridge, and take it all down at the end."""
    desk, surface = X32(), XTouch()
    _dress(desk)
    with tempfile.TemporaryDirectory(prefix="surfacebridge-") as folder:
        link = Path(folder) / "x-touch"
        async with PtySocket(surface, link) as plug, UdpServer(desk) as server:
            host, port = server.address
            rig = load_rig(RIG, {"desk_ip": host})
            if rig.document is None or rig.plan is None:
                raise MappingRefused(rig.problems)
            at = {"x": f"pty:{link}", "desk": f"udp://{host}:{port}"}
            hub = Hub(rig.plan)
            supervisor = Supervisor(hub, places_of(rig.document, rig.plan, at))
            stop = asyncio.Event()
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.connect((host, port))
                tablet = Tablet(sender)
                async with asyncio.TaskGroup() as group:
                    group.create_task(supervisor.run(stop))
                    try:
                        yield Stage(surface, plug, desk, tablet, hub, supervisor)
                    finally:
                        stop.set()


def _dress(desk: X32) -> None:
    """Make the desk look like one in the middle of a show, and store that as scene 1."""
    for channel in range(1, 33):
        at = f"/ch/{channel:02}"
        place = (channel - 1) % len(_NAMES)
        name = _NAMES[place] if channel <= len(_NAMES) else f"Spare {channel}"
        desk.set_from_desk(f"{at}/config/name", name)
        desk.set_from_desk(f"{at}/config/color", _COLOURS[place])
        desk.set_from_desk(f"{at}/mix/fader", 0.45 + 0.25 * math.sin(channel))
        desk.set_from_desk(f"{at}/mix/pan", 0.5 + 0.3 * math.cos(channel))
    desk.set_from_desk("/main/st/mix/fader", 0.75)
    desk.store_scene(1, "Soundcheck")


def _lamp(lit: bool) -> str:
    return "lit" if lit else "dark"


def _is_short_for(cell: str, name: str) -> bool:
    """Return whether ``cell`` says ``name`` with letters left out and none changed."""
    letters = iter(name.lower())
    kept = all(letter in letters for letter in cell.lower() if letter != " ")
    return kept and cell[:1].lower() == name[:1].lower() and bool(cell) == bool(name)


def _float(value: object) -> float:
    return float(value) if isinstance(value, float | int) else 0.0


def _agree(shown: object, held: object) -> bool:
    if isinstance(shown, float) and isinstance(held, float):
        return abs(shown - held) <= _TOLERANCE
    return shown == held
