"""The short way of a plain fader does exactly what the full way does."""

import asyncio
import heapq
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from typing import Final, Literal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.replaying import Tape
from surfacebridge.bridge.session import Session, SurfaceSession, TargetSession
from surfacebridge.profiles.base import SurfaceEndpoint, TargetEndpoint
from surfacebridge.profiles.plain_osc import PlainOsc
from surfacebridge.profiles.registry import surface_endpoint, target_endpoint
from surfacebridge.protocols.osc.messages import OscMessage
from surfacebridge.protocols.osc.packet import encode
from surfacebridge.routing.plan import Plan
from tests.helpers.written import loaded

RIG: Final = """
surfacebridge: 1
name: two surfaces and three targets
surfaces:
  page:
    port: memory:page
    strips: 3
    controls:
      fader: {in: "/in/{s} {v:f}", out: "/in/{s} {v:f}", touch: "/touch/{s} {v:f}", law: x32}
      free: {kind: fader, in: "/free/{s} {v:f}", out: "/free/{s} {v:f}", law: x32, echo: none}
      key: {in: "/key/{s} {v:f}", led: "/key/{s} {v:f}"}
  x: {device: mackie/mcu, port: "memory:x"}
targets:
  daw: {osc: "udp://127.0.0.1:9"}
  desk: {profile: behringer/x32, host: 127.0.0.1}
banks: {first: {items: "desk.ch.{1..4}"}}
paging: {page: [x.bank.left, x.bank.right], edge: blank}
modifiers: {shift: x.shift}
layers: {plain: {button: x.assign.pan, default: true}, other: {button: x.option}}
map:
  - page.fader.1 <> daw:/out/1 {v:f} | db(x32, x-touch)
  - page.fader.2 <> daw:/out/2 {v:f} | db
  - page.fader.3 <> desk.ch.1.fader | db
  - page.free.1 > daw:/free/1 {v:f} | db(x32, x-touch)
  - page.free.2 > daw:/free/1 {v:f} | db(x32, x-touch)
  - page.free.3 <> desk.ch.2.fader | db
  - page.key.1 > daw:/key/1 {v:i} | toggle
  - x.fader.1 <> daw:/mcu/1 {v:f} | db(mcu, mcu)
  - x.fader.2 <> desk.ch.3.fader | db
  - x.fader.3 > daw:/slow/3 {v:f} | rate(20/s)
  - x.fader.4 > daw:/whole/4 {v:i} | scale(0..1, 0..100)
  - when shift:
      - x.fader.1 <> daw:/shifted/1 {v:f} | db(mcu, mcu)
  - when layer other:
      - page.fader.1 <> daw:/other/1 {v:f} | db(x32, x-touch)
"""


class Clock:
    """Time that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0
        self._timers: list[tuple[float, int, Callable[[], object], list[bool]]] = []
        self._numbers = count()

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: Callable[[], object], /) -> "Timer":
        timer = Timer()
        heapq.heappush(self._timers, (when, next(self._numbers), callback, timer.over))
        return timer

    def be_late(self, seconds: float) -> None:
        """Let time pass without a timer, as on a busy machine."""
        self.now += seconds

    def pass_by(self, seconds: float) -> None:
        end = self.now + seconds
        while self._timers and self._timers[0][0] <= end:
            when, _, callback, over = heapq.heappop(self._timers)
            self.now = max(self.now, when)
            if not over:
                callback()
        self.now = end


class Timer:
    def __init__(self) -> None:
        self.over: list[bool] = []

    def cancel(self) -> None:
        self.over.append(True)


class Stage:
    """The rig on tapes; ``watched`` takes the short way from it, as any observer does."""

    def __init__(self, plan: Plan, *, watched: bool) -> None:
        self.clock = Clock()
        self.hub = Hub(plan, clock=self.clock)
        if watched:
            self.hub.observers.append(lambda _, __: None)
        self.plan = plan
        self.sent: list[tuple[str, bytes]] = []
        self.tapes = {name: Tape(f"memory:{name}", name, self.sent) for name in _ENDPOINTS}
        self.sessions: dict[str, Session] = {}
        for name in ("page", "x"):
            surface = SurfaceSession(name, self._surface(name), self.tapes[name], self.hub)
            self.sessions[name] = surface
        for name in ("daw", "desk"):
            target = TargetSession(name, self._target(name), self.tapes[name], self.hub)
            self.sessions[name] = target
        for session in self.sessions.values():
            session.start()
        self.clock.pass_by(0.1)
        self.feed("desk", [b"/xinfo\0\0,ssss\0\0\0" + b"a\0\0\0" * 4])
        # Displays are drawn by then: what they are owed leaves by a timer, or with a full way.
        self.clock.pass_by(1.0)

    def _surface(self, name: str) -> SurfaceEndpoint:
        return surface_endpoint(name, self.plan.surfaces[name])

    def _target(self, name: str) -> TargetEndpoint:
        if name == "daw":
            return PlainOsc("daw", [], None)
        return target_endpoint(name, self.plan.targets[name], {})

    def feed(self, name: str, chunks: Sequence[bytes]) -> None:
        for data in chunks:
            self.tapes[name].arrived(data)
        self.tapes[name].rested()

    def play(self, step: "Step") -> None:
        match step:
            case Wait(seconds, late=late):
                (self.clock.be_late if late else self.clock.pass_by)(seconds)
            case Arrive(name, chunks):
                self.feed(name, chunks)
            case Do("adopt"):
                self.hub.adopt(self.hub.engine.prepare(self.plan), self.clock.now)
            case Do("resync"):
                self.hub.resync("page")
            case Do():
                self.hub.leave("daw", self.clock.now)
                self.hub.join(self.sessions["daw"])

    def state(self) -> object:
        """Return everything that a later event may depend on."""
        wiring = self.hub.engine.wiring
        controls = [
            (c.id, c.shown, c.wanted, c.held, c.held_until, c.moved, c.down, c.confirms, c.sent_at,
             c.awaits_echo_until, c.takeover is None, c.travel.until)
            for c in wiring.controls.values()
        ]  # fmt: skip
        parameters = [
            (p.id, p.value, p.index, p.reported, p.sent_at, p.queued, p.setpoint, p.owner,
             p.insists, tuple(p.awaited), p.echoed)
            for p in wiring.parameters.values()
        ]  # fmt: skip
        health = [asdict(session.health) for session in self.sessions.values()]
        counts = (self.hub.engine.counts, self.hub.heard, self.hub.said)
        due = self.hub.engine.next_wakeup()
        wakeups = [session.endpoint.next_wakeup() for session in self.sessions.values()]
        return controls, parameters, health, counts, due, wakeups


_ENDPOINTS: Final = ("page", "x", "daw", "desk")


@dataclass(frozen=True)
class Wait:
    seconds: float
    late: bool = False


@dataclass(frozen=True)
class Arrive:
    name: str
    chunks: tuple[bytes, ...]


@dataclass(frozen=True)
class Do:
    what: Literal["adopt", "resync", "leave"]


Step = Wait | Arrive | Do


def message(address: str, value: float, tag: str = "f") -> bytes:
    return encode(OscMessage(address, (int(value) if tag == "i" else value,), tag))


def bend(channel: int, place: int) -> bytes:
    return bytes((0xE0 | channel, place & 0x7F, place >> 7))


def key(note: int, *, down: bool) -> bytes:
    return bytes((0x90, note, 0x7F if down else 0))


places = st.floats(-0.25, 1.25, width=32) | st.sampled_from([0.0, 0.5, 0.75, 1.0])
strips = st.integers(1, 3)
page_moves = st.builds(
    message,
    st.builds(lambda kind, n: f"/{kind}/{n}", st.sampled_from(["in", "free"]), strips),
    places,
    st.sampled_from("fffi"),
)
page_chunks = st.one_of(
    page_moves,
    page_moves,
    page_moves,
    st.builds(lambda n, v: message(f"/touch/{n}", v), strips, st.sampled_from([0.0, 1.0])),
    st.builds(lambda n, v: message(f"/key/{n}", v), strips, st.sampled_from([0.0, 1.0])),
    st.builds(lambda n: message(f"/in/{n}", float("nan")), strips),
    st.builds(
        lambda a, b: b"#bundle\0" + bytes(8) + bytes((0, 0, 0, len(a))) + a
        + bytes((0, 0, 0, len(b))) + b,
        page_moves, page_moves,
    ),
    st.sampled_from([b"", b"/in", b"/nobody\0,f\0\0\0\0\0\0", b"/in/1\0\0\0,f\0\0\0\0"]),
)  # fmt: skip
bends = st.builds(bend, st.integers(0, 4), st.integers(0, 16383))
touches = st.builds(lambda n, down: key(0x68 + n, down=down), st.integers(0, 3), st.booleans())
# Bank left and right, shift, pan and option of a Mackie Control.
keys = st.builds(
    lambda note, down: key(note, down=down),
    st.sampled_from([0x2E, 0x2F, 0x46, 0x2A, 0x47]),
    st.booleans(),
)
x_chunks = st.one_of(
    bends, bends, bends, touches, touches, keys,
    st.sampled_from([b"\xe0\x01", b"\xe0\x01\x80", b"\x01\x02", b"\xf0\x00", b"\xf8", b"\xe9\1\2"]),
)  # fmt: skip
reports = st.builds(
    message,
    st.sampled_from(["/out/1", "/out/2", "/free/1", "/mcu/1", "/shifted/1", "/other/1"]),
    places,
)
desk_reports = st.builds(
    message, st.sampled_from([f"/ch/0{n}/mix/fader" for n in range(1, 5)]), places
)


def arrivals(name: str, chunks: st.SearchStrategy[bytes]) -> st.SearchStrategy[Step]:
    batches = st.lists(chunks, min_size=1, max_size=6)
    return st.builds(lambda got: Arrive(name, tuple(got)), batches)


def alone(name: str, chunks: st.SearchStrategy[bytes]) -> st.SearchStrategy[Step]:
    return chunks.map(lambda data: Arrive(name, (data,)))


steps = st.one_of(
    alone("page", page_chunks),
    alone("page", page_moves),
    alone("x", x_chunks),
    arrivals("page", page_chunks),
    arrivals("page", page_moves),
    arrivals("x", x_chunks),
    arrivals("x", bends),
    arrivals("daw", reports),
    arrivals("desk", desk_reports),
    st.builds(Wait, st.sampled_from([0.001, 0.012, 0.06, 0.3]), st.booleans()),
    st.sampled_from([Do("adopt"), Do("resync"), Do("leave")]),
)

PLAN: Final = loaded(RIG)


async def play_both_ways(story: Sequence[Step]) -> None:
    short, full = Stage(PLAN, watched=False), Stage(PLAN, watched=True)
    for step in story:
        short.play(step)
        full.play(step)
        for name in _ENDPOINTS:
            assert by_name(short, name) == by_name(full, name), step
        assert short.state() == full.state(), step


def by_name(stage: Stage, name: str) -> list[bytes]:
    return [data for whose, data in stage.sent if whose == name]


def ride(address: str, *values: float) -> list[Step]:
    return [Arrive("page", (message(address, value),)) for value in values]


RIDES: Final[list[Step]] = [
    Arrive("page", (message("/touch/1", 1.0),)),
    *ride("/in/1", 0.25, 0.5, 0.75, 0.0, 1.0),
    *ride("/free/1", 0.25, 0.5, 0.75, 0.0, 1.0),
    *ride("/free/2", 0.25, 0.5),
    *ride("/free/1", 0.75),
    Wait(0.3),
    *ride("/free/2", 0.25, 0.5),
    *ride("/free/1", 0.75, 0.25),
    Arrive("x", (key(0x68, down=True), key(0x69, down=True))),
    *(Arrive("x", (bend(0, place), bend(1, place))) for place in (100, 9000, 9000, 16383, 0)),
    Arrive("x", (key(0x68, down=False), key(0x68, down=True))),
    *(Arrive("x", (bend(0, place),)) for place in (200, 300)),
    Arrive("x", (key(0x6A, down=True),)),
    *(Arrive("x", (bend(2, place),)) for place in (3000, 9000)),
    Wait(0.2, late=True),
    *(Arrive("x", (bend(2, place),)) for place in (5000, 5000)),
]
"""What a show is made of; the rest of a story comes after it."""


@pytest.mark.timeout(120)  # 6 s on a machine that is busy with other things
@settings(max_examples=50, deadline=None)
@given(st.lists(steps, max_size=40))
@example([])
def test_whatever_happens_both_ways_say_and_know_the_same(story: list[Step]) -> None:
    asyncio.run(play_both_ways([*RIDES, *story]))
