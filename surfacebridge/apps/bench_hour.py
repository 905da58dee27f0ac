"""An hour of shows in virtual time, to see whether the bridge grows or grows slow.

Owns: the shows and what was seen of them.  Does not own: the bridge, which is
the real hub with real sessions and profiles, between links in memory.

Rule: the clock is the show's; what an event costs is the processor's time.
"""

import heapq
from asyncio import sleep
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import pi, sin
from pathlib import Path
from struct import pack
from time import process_time
from typing import Final

from surfacebridge.apps.mapping_files import load_rig
from surfacebridge.bridge.assembly import places_of
from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.replaying import Tape
from surfacebridge.bridge.session import Session, SurfaceSession, TargetSession
from surfacebridge.bridge.supervisor import SurfacePlace

FADERS: Final = 32

_RIG: Final = """\
surfacebridge: 1
name: an hour of shows
surfaces:
  page:
    port: "udp://127.0.0.1:9?listen=10"
    strips: {faders}
    controls:
      fader: {{in: "/in/{{s}} {{v:f}}", out: "/in/{{s}} {{v:f}}", law: x32, echo: none}}
      meter: {{out: "/meter/{{s}} {{v:f}}"}}
targets: {{desk: {{osc: "udp://127.0.0.1:9"}}}}
map:
  - page.fader.{{1..{faders}}} <> desk:/out/{{i}} {{v:f}} | db(x32, x-touch)
  - page.meter.{{1..{faders}}} < desk:/meter/{{i}} {{v:f}}
"""

# A hand rides a fader at what a motor fader's electronics read.
_RIDE_EVERY: Final = 0.01
_METERS_EVERY: Final = 0.05
_RIDE: Final = 2.0


@dataclass(frozen=True, slots=True)
class Part:
    """What one part of the hour showed: events, the 99th percentile in seconds, memory in bytes."""

    minutes: float
    events: int
    p99: float
    memory: int


class _Clock:
    """The show's own time, and what is to be called when."""

    def __init__(self) -> None:
        self.now = 0.0
        self._calls: list[tuple[float, int, _Call]] = []
        self._count = 0

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: Callable[[], object], /) -> "_Call":
        self._count += 1
        call = _Call(callback)
        heapq.heappush(self._calls, (when, self._count, call))
        return call

    def run_until(self, when: float) -> None:
        while self._calls and self._calls[0][0] <= when:
            due, _, call = heapq.heappop(self._calls)
            self.now = max(self.now, due)
            if call.callback is not None:
                call.callback()
        self.now = when


class _Call:
    __slots__ = ("callback",)

    def __init__(self, callback: Callable[[], object]) -> None:
        self.callback: Callable[[], object] | None = callback

    def cancel(self) -> None:
        self.callback = None


async def play_hour(folder: Path, *, minutes: float, parts: int) -> list[Part]:
    """Play ``minutes`` of shows; return ``parts`` figures of as many equal stretches."""
    rig = folder / "hour.yaml"
    rig.write_text(_RIG.format(faders=FADERS), encoding="utf-8")
    loaded = load_rig(str(rig), {}, ())
    assert loaded.plan is not None  # noqa: S101 - our own rig
    assert loaded.document is not None  # noqa: S101
    clock = _Clock()
    hub = Hub(loaded.plan, clock=clock)
    sent: list[tuple[str, bytes]] = []
    wires: dict[str, Tape] = {}
    sessions: list[Session] = []
    for place in places_of(loaded.document, loaded.plan, {}):
        wire = wires[place.name] = Tape(place.address, place.name, sent)
        if isinstance(place, SurfacePlace):
            sessions.append(SurfaceSession(place.name, place.profile(), wire, hub))
        else:
            sessions.append(TargetSession(place.name, place.profile(), wire, hub))
        sessions[-1].start()
    seen: list[Part] = []
    events = _show(minutes * 60)
    waiting = next(events, None)
    for part in range(1, parts + 1):
        end = minutes * 60 * part / parts
        took: list[float] = []
        while waiting is not None and waiting[0] < end:
            at, name, chunks = waiting
            clock.run_until(at)
            start = process_time()
            for data in chunks:
                wires[name].arrived(data)
            wires[name].rested()
            took.append((process_time() - start) / len(chunks))
            sent.clear()
            waiting = next(events, None)
            # Ctrl-C is heard between two events only.
            await sleep(0)
        took.sort()
        seen.append(Part(end / 60, len(took), took[int(len(took) * 0.99)], _memory()))
    for session in sessions:
        await session.stop(polite=False)
    hub.close()
    return seen


def _show(seconds: float) -> Iterator[tuple[float, str, list[bytes]]]:
    """Yield what happens, in order: one to three faders ride at a time, all meters move."""
    at, tick = 0.0, 0
    while at < seconds:
        scene = int(at / _RIDE)
        riding = [(scene * 7 + other * 5) % FADERS for other in range(1 + scene % 3)]
        place = 0.5 + 0.45 * sin(at % _RIDE / _RIDE * 2 * pi + scene)
        yield at, "page", [_message(f"/in/{one + 1}", place) for one in riding]
        if tick % round(_METERS_EVERY / _RIDE_EVERY) == 0:
            levels = (0.5 + 0.5 * sin(at * 3 + one) for one in range(FADERS))
            chunks = [_message(f"/meter/{n}", level) for n, level in enumerate(levels, 1)]
            yield at + 0.001, "desk", chunks
        tick += 1
        at = tick * _RIDE_EVERY


def _message(address: str, value: float) -> bytes:
    data = address.encode() + b"\x00"
    return data + b"\x00" * (-len(data) % 4) + b",f\x00\x00" + pack(">f", value)


def _memory() -> int:
    """Return what the process holds in memory; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * 4096
