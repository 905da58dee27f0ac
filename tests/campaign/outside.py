"""Two surfaces and a desk, and the bridge between them as a process of its own.

One surface is a virtual MIDI port where there is JACK, the other a pseudo-terminal, the desk is on
UDP.  The bridge is the installed command, known by its links, its log and its status alone.

Owns: these, and whether all is as it should be.  Does not own: what breaks (``cycles``).
"""

import asyncio
import json
import shutil
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final

from firmware_sim.faults import FAULTS, FaultyLink
from firmware_sim.network_faults import FaultyNetwork
from firmware_sim.sockets.midi_port import MidiPort
from firmware_sim.sockets.pty import PtySocket
from firmware_sim.sockets.udp import UdpServer
from firmware_sim.wire import MidiParser
from firmware_sim.x32 import X32
from firmware_sim.xtouch import XTouch
from surfacebridge.apps.control_socket import NoControl, ask
from tests.helpers.commands import Running, is_traceback, started
from tests.storms.verdict import differences
from tests.storms.weather import dress
from tests.storms.window import STRIPS, Window

CHANNELS: Final = 32
# What is promised after a fault on a real link has ended.
SETTLED_WITHIN: Final = 5.0
MIDI_NAME: Final = "X-Touch campaign"

_LOOK_EVERY: Final = 0.05
_RIG: Final = Path(__file__).with_name("rig.yaml")
_NAME: Final = "{.name:7}"
_OTHER_NAME: Final = "{.name|.id:7}"


class Heard(XTouch):
    """An X-Touch that keeps what it was told to show; meters come and go all the time."""

    def __init__(self, seed: int) -> None:
        self.told: list[bytes] = []
        self._parser = MidiParser()
        super().__init__(seed=seed)

    def receive(self, data: bytes) -> None:
        """Take bytes from the bridge."""
        self.told += [one for one in self._parser.feed(data) if _is_for_a_strip(one)]
        super().receive(data)


def _is_for_a_strip(message: bytes) -> bool:
    """Return whether a fader, a lamp, a ring, a text or a colour is told something."""
    if message[0] == 0xF0:
        return message[5] in {0x12, 0x72}
    return message[0] & 0xF0 in {0x90, 0xB0, 0xE0}


class Strips(Window):
    """One surface's strips, as far as the bridge's status and the surface's own lamp tell."""

    def __init__(self, name: str, device: Heard, desk: X32, plug: MidiPort | PtySocket) -> None:
        super().__init__(device, desk)
        self.name: Final = name
        self.told: Final = device.told
        """What the surface was told to show."""
        self.plug: Final = plug
        self.at_the_plug: Final = asyncio.Lock()
        self.first = 0
        """The channel before that of the first strip, as the bridge said when asked last."""
        self.is_flipped = False
        assert isinstance(plug.device, FaultyLink)
        self.cable: Final[FaultyLink] = plug.device

    @property
    def address(self) -> str:
        """Where the bridge finds this surface."""
        return f"pty:{self.plug.path}" if isinstance(self.plug, PtySocket) else f"midi:{MIDI_NAME}"

    @property
    def offset(self) -> int:
        """How many channels the first strip is from the first channel."""
        return self.first

    @property
    def flipped(self) -> bool:
        """Whether the faders show sends, as the lamp of the key says."""
        return self.is_flipped


class Outside:
    """Everything of one campaign."""

    def __init__(
        self,
        folder: Path,
        desk: X32,
        network: FaultyNetwork,
        surfaces: list[Strips],
        port: int,
        words: Sequence[str],
    ) -> None:
        self.desk: Final = desk
        self.network: Final = network
        self.surfaces: Final = surfaces
        self.port: Final = port
        self.words: Final = words
        self.rig: Final = folder / "rig.yaml"
        self.socket: Final = folder / "surfacebridge"
        self.status: dict[str, Any] = {}
        self._running: Running | None = None
        self._read = 0
        self._has_other_plan = False

    # The bridge

    def command(self) -> list[str]:
        """Return the command that starts the bridge."""
        places = [f"{strips.name}={strips.address}" for strips in self.surfaces]
        places.append(f"desk=udp://127.0.0.1:{self.port}")
        at = [word for place in places for word in ("--at", place)]
        return ["run", str(self.rig), *at, *self.words]

    @contextmanager
    def bridge(self, log: Path) -> Iterator[Running]:
        """Run the bridge with its log in ``log``."""
        with started(log, *self.command()) as running:
            self._running = running
            self._read = 0
            yield running

    @property
    def running(self) -> Running:
        """The bridge's process."""
        assert self._running is not None
        return self._running

    def resident(self) -> int:
        """Return how much memory of its own the bridge has now, in bytes; JACK's is shared."""
        status = Path(f"/proc/{self.running.process.pid}/status").read_text()
        return int(status.partition("RssAnon:")[2].split()[0]) * 1024

    def scandals(self) -> list[str]:
        """Return what must never be: an error in the log since asked last, a traceback, an end."""
        said = self.running.said()
        fresh, self._read = said[self._read :], len(said)
        found = [line for line in fresh.splitlines() if " error: " in line]
        if is_traceback(fresh):
            found.append(f"a traceback:\n{fresh}")
        if self.running.process.poll() is not None:
            found.append(f"the bridge ended with {self.running.process.returncode}")
        return found

    async def save_the_rig(self) -> None:
        """Save the rig as another one that shows the same, and wait until the bridge runs it."""
        word = "was changed and taken over"
        before = self.running.said().count(word)
        self._has_other_plan = not self._has_other_plan
        text = _RIG.read_text()
        fresh = self.rig.with_suffix(".new")
        fresh.write_text(text.replace(_NAME, _OTHER_NAME) if self._has_other_plan else text)
        fresh.replace(self.rig)
        for _ in range(100):
            # The same line is said ten times a minute and no more.
            if self.running.said().count(word) > before:
                break
            await asyncio.sleep(0.02)

    # Whether all is well

    async def look(self) -> list[str]:
        """Ask the bridge how it is; return a sentence for each thing that is wrong."""
        try:
            (socket,) = self.socket.glob("*.sock")
            self.status = json.loads(await asyncio.to_thread(ask, socket, "status"))
        except (ValueError, NoControl) as silent:
            return [f"The bridge does not say how it is: {silent}"]
        flipped = self.surfaces[0].device.lamp("flip") == "lit"
        for number, strips in enumerate(self.surfaces):
            strips.first = self.status["offset"] + number * STRIPS
            strips.is_flipped = flipped
        return [
            *(
                f"{link['name']} is {link['state']}: {link['reason']}"
                for link in self.status["links"]
                if link["state"] != "connected"
            ),
            *(f"{hold['control']} is still held." for hold in self.status["held"]),
            *(
                f"{strips.name}: {one}"
                for strips in self.surfaces
                for one in differences(strips, "exact")
            ),
        ]

    async def settle(self, within: float = SETTLED_WITHIN) -> tuple[float, list[str]]:
        """Wait until all is well; return how long that took, and what is wrong if it never was."""
        start = time.monotonic()
        wrong = await self.look()
        while wrong and time.monotonic() < start + within:
            await asyncio.sleep(_LOOK_EVERY)
            wrong = await self.look()
        return time.monotonic() - start, wrong


@asynccontextmanager
async def opened(
    folder: Path, seed: int, *, midi: bool, words: Sequence[str] = ()
) -> AsyncIterator[Outside]:
    """Open everything on this machine and start the bridge; take it all down at the end.

    ``folder`` is what ``XDG_RUNTIME_DIR`` says.  Without ``midi`` both surfaces are
    pseudo-terminals.  ``words`` are told to the bridge too.
    """
    desk = X32()
    dress(desk, seed, CHANNELS)
    network = FaultyNetwork(desk, seed=seed)
    shutil.copy(_RIG, folder / "rig.yaml")
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(UdpServer(network))
        surfaces = []
        for name in ("x", "y"):
            device = Heard(seed)
            cable = FaultyLink(device, FAULTS["none"], seed)
            is_midi = midi and name == "x"
            plug = MidiPort(cable, MIDI_NAME) if is_midi else PtySocket(cable, folder / name)
            await stack.enter_async_context(plug)
            surfaces.append(Strips(name, device, desk, plug))
        outside = Outside(folder, desk, network, surfaces, server.address[1], words)
        stack.enter_context(outside.bridge(folder / "log"))
        _, wrong = await outside.settle(20)
        assert not wrong, (wrong, outside.running.said())
        yield outside
