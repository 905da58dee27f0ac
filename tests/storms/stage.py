"""A surface, a desk, the bridge between them, and the bad cables in between; all in virtual time.

Owns: carrying bytes, sessions that end with their cable and begin with the next, and a witness
who reads every byte as the hardware's makers would.
Does not own: what happens (``weather``), or whether it ended well (``verdict``).
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from firmware_sim.faults import FAULTS, Fault, FaultyLink
from firmware_sim.motor import Build
from firmware_sim.network_faults import FaultyNetwork
from firmware_sim.wire import MidiParser
from firmware_sim.x32 import X32
from firmware_sim.xtouch import XTouch
from surfacebridge.apps.mapping_files import load_rig
from surfacebridge.bridge.assembly import places_of
from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.session import Session, SurfaceSession, TargetSession
from surfacebridge.bridge.supervisor import SurfacePlace, TargetPlace
from surfacebridge.mapping.document import Document
from surfacebridge.routing.plan import Plan
from surfacebridge.transports.link import OpenLink
from tests.storms.window import FADERS, HubWindow

TICK: Final = 0.002
CLIENT: Final = ("127.0.0.1", 50_000)

_HERE: Final = Path(__file__).parent
_TOUCH: Final = 0x68
# A stalled cable brings that many positions of one fader at once.
_BURST: Final = 64


@dataclass(frozen=True, slots=True)
class Rig:
    """A compiled rig, the same with another display, and how to make its profiles."""

    document: Document
    plan: Plan
    other: Plan
    surface: SurfacePlace
    desk: TargetPlace


@cache
def rig_for(*, servo: bool) -> Rig:
    """Return the rig of the storms, for one of two sorts of surface."""
    text = (_HERE / "rig.yaml").read_text()
    if servo:
        text = text.replace("behringer/x-touch", "bench/servo")
    document, plan = _compiled(text)
    _, other = _compiled(text.replace("{.name:7}", "{.name|.id:7}"))
    surface, desk = places_of(document, plan, {})
    assert isinstance(surface, SurfacePlace)
    assert isinstance(desk, TargetPlace)
    return Rig(document, plan, other, surface, desk)


def _compiled(text: str) -> tuple[Document, Plan]:
    with TemporaryDirectory() as folder:
        (Path(folder) / "devices").symlink_to(_HERE / "devices")
        path = Path(folder) / "rig.yaml"
        path.write_text(text)
        rig = load_rig(str(path), {})
    assert not rig.errors, [str(problem) for problem in rig.problems]
    assert rig.plan is not None
    assert rig.document is not None
    return rig.document, rig.plan


class StageLink(OpenLink):
    """A link whose other end is ``far``."""

    def __init__(self, address: str, far: Callable[[bytes], None]) -> None:
        super().__init__(address)
        self._far = far

    def hand_on(self, chunks: list[bytes]) -> None:
        """Let ``chunks`` arrive together."""
        for data in chunks:
            self.received += 1
            self._arrived(data)
        self._rested()

    def _start(self) -> None:
        """Begin with nothing: what came before nobody kept."""

    def _stop(self) -> None:
        """Give nothing back."""

    def _send(self, data: bytes) -> None:
        self.sent += 1
        self._far(data)


@dataclass(slots=True)
class Witness:
    """Reads what passes the bridge's side of the cable, and knows when a motor may not be told."""

    servo: bool
    touched: dict[int, bool] = field(default_factory=dict)
    places: dict[int, deque[int]] = field(default_factory=dict)
    fought: list[str] = field(default_factory=list)
    _in: MidiParser = field(default_factory=MidiParser)
    _out: MidiParser = field(default_factory=MidiParser)

    def begin(self) -> None:
        """Meet a new connection."""
        self.touched.clear()
        self._in, self._out = MidiParser(), MidiParser()

    def heard(self, data: bytes) -> None:
        """Take what the bridge is about to be told."""
        for message in self._in.feed(data):
            status, fader = message[0], message[1] - _TOUCH + 1 if len(message) > 1 else 0
            if status in {0x80, 0x90} and 1 <= fader <= FADERS:
                self.touched[fader] = status == 0x90 and message[2] > 0
            elif status & 0xF0 == 0xE0:
                places = self.places.setdefault(status - 0xE0 + 1, deque(maxlen=_BURST))
                places.append(message[1] >> 4 | message[2] << 3)

    def said(self, data: bytes, now: float) -> None:
        """Take what the bridge said."""
        for message in self._out.feed(data):
            fader = message[0] - 0xE0 + 1
            if 1 <= fader <= FADERS and self.touched.get(fader):
                place = message[1] >> 4 | message[2] << 3
                own = self.places.get(fader, ())
                if not (self.servo and any(abs(place - one) <= 1 for one in own)):
                    self.fought.append(
                        f"{now:.3f} s: fader {fader} was sent to {place} under a finger."
                    )


class Stage(HubWindow):
    """Everything of one storm.  Make one inside a running virtual loop."""

    def __init__(
        self, *, servo: bool, build: Build, cable: str, seed: int, reopen: Callable[[], float]
    ) -> None:
        self.servo = servo
        self.rig = rig_for(servo=servo)
        device = XTouch(servo=servo, answers_query=servo, build=build, seed=seed)
        super().__init__(device, X32(), Hub(self.rig.plan))
        self.cable = FaultyLink(self.device, FAULTS[cable], seed)
        self.network = FaultyNetwork(self.desk, seed=seed)
        self.witness = Witness(servo)
        self.sessions: dict[str, Session] = {}
        self.arrivals = 0
        self._seed = seed
        self._reopen = reopen
        self._loop = asyncio.get_running_loop()
        self._plugged = asyncio.Event()
        self._surface: StageLink | None = None
        self._desk = StageLink("desk", lambda data: self.network.receive(data, CLIENT))
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def now(self) -> float:
        """The virtual time in seconds."""
        return self._loop.time()

    def start(self) -> None:
        """Switch everything on."""
        self._tasks.append(self._loop.create_task(self._keep_surface()))
        session = TargetSession("desk", self.rig.desk.profile(), self._desk, self.hub)
        self.sessions["desk"] = session
        session.start()
        self._loop.call_at(self.now + TICK, self._tick)

    async def stop(self) -> None:
        """Take everything down."""
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        self._tasks.clear()
        for session in list(self.sessions.values()):
            await session.stop(polite=False)
        self.hub.close()

    def change_cable(self, fault: Fault) -> None:
        """Pull the cable out and put another in."""
        self.pull()
        self._seed += 1
        self.cable = FaultyLink(self.device, fault, self._seed)

    def pull(self) -> None:
        """Pull the plug."""
        self.cable.unplug()
        self._note_plug()

    def plug_in(self) -> None:
        """Put the plug back in: without power there is nothing to find."""
        if self.cable.powered:
            self.cable.replug()

    def power_off(self) -> None:
        """Take the surface's power: a USB device is gone with it."""
        self.cable.power_off()
        self.pull()

    def power_on(self, caps: Mapping[int, float]) -> None:
        """Give it power again, its caps having been moved to ``caps`` meanwhile."""
        if not self.cable.powered:
            self.cable.power_on(caps)
            self.cable.replug()

    def reload(self, plan: Plan) -> None:
        """Run another plan from now on."""
        self.hub.adopt(self.hub.engine.prepare(plan), self.now)

    def _tick(self) -> None:
        if not self._tasks:
            return
        self.cable.advance(TICK)
        self.network.advance(TICK)
        chunks = self.cable.take_output()
        if self._surface is not None and chunks:
            for data in chunks:
                self.witness.heard(data)
            self._surface.hand_on(chunks)
        self._note_plug()
        datagrams = [data for data, client in self.network.take_output() if client == CLIENT]
        if datagrams:
            self._desk.hand_on(datagrams)
        self._loop.call_at(self.now + TICK, self._tick)

    def _note_plug(self) -> None:
        if self.cable.plugged:
            self._plugged.set()
            return
        self._plugged.clear()
        if self._surface is not None:
            self._surface.lose("The plug was pulled.")
            self._surface = None

    def _to_surface(self, data: bytes) -> None:
        self.witness.said(data, self.now)
        self.cable.receive(data)

    async def _keep_surface(self) -> None:
        while True:
            await self._plugged.wait()
            await asyncio.sleep(self._reopen())
            if not self._plugged.is_set():
                continue
            link = StageLink("x", self._to_surface)
            self.witness.begin()
            session = SurfaceSession("x", self.rig.surface.profile(), link, self.hub)
            self.sessions["x"] = session
            self._surface = link
            self.arrivals += 1
            session.start()
            await session.wait_lost()
            await session.stop(polite=False)
            del self.sessions["x"]
