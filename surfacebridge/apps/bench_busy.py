"""How quick one fader is while everything else is busy: meters, and banks that change.

Owns: a rig of 32 strips, what disturbs it, and the comparison.  Does not own:
the ends (``bench_ends``).

A main fader that no bank moves is timed from byte in to byte out, in turns with
and without the disturbance, which a process of its own makes: 32 meters that
all move 20 times a second, and a bank key pressed ten times a second, which
changes 32 faders and 32 scribble strips each time.
"""

import multiprocessing
import socket
import struct
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import sin
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import TYPE_CHECKING, Final, Literal, Protocol

from surfacebridge.apps.bench_ends import Wire
from surfacebridge.apps.benching import BenchFailed, Figures, figures_row, running_bridge

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import Synchronized

Disturbance = Literal["meters", "banks"]
DISTURBANCES: Final[tuple[Disturbance, ...]] = ("meters", "banks")

STRIPS: Final = 32
METERS_EVERY: Final = 0.05
BANKS_EVERY: Final = 0.1
ROUNDS: Final = 5

_CHANNELS: Final = 2 * STRIPS
_BANKS: Final = (0x2F, 0x2E)
"""The notes of bank right and bank left."""
_MAIN: Final = 8
_TOUCH_MAIN: Final = 0x70
_PATIENCE: Final = 0.5
_START_PATIENCE: Final = 20.0

_RIG: Final = """\
surfacebridge: 1
name: a busy bench
surfaces:
{surfaces}
targets: {{desk: {{osc: "udp://127.0.0.1:{port}"}}}}
banks: {{all: {{items: 1..{channels}}}}}
paging: {{page: [hand.bank.left, hand.bank.right]}}
strip:
  map:
    - fader <> desk:/fader {{n:i}} {{v:f}}
    - meter < desk:/meter {{n:i}} {{v:f}}
    - lcd.top < desk:/name {{n:i}} {{v:s}}
map:
  - hand.main.fader <> desk:/out {{v:f}}
"""


@dataclass(frozen=True, slots=True)
class Busy:
    """Rounds of paced events without the disturbance and with it, one after the other."""

    disturbances: tuple[Disturbance, ...]
    quiet: tuple[Figures, ...]
    busy: tuple[Figures, ...]
    told: float
    """Bytes a second that the disturbance made the bridge tell the surfaces."""

    @property
    def growth(self) -> float:
        """By how many seconds the disturbance made the 99th percentile longer, as a median."""
        pairs = zip(self.quiet, self.busy, strict=True)
        return median(busy.percentile(99) - quiet.percentile(99) for quiet, busy in pairs)

    def curves(self) -> dict[str, tuple[float, ...]]:
        """Return all durations by what they are."""
        return {"without": _all(self.quiet).took, "with": _all(self.busy).took}

    def lines(self) -> list[str]:
        """Return the figures in words."""
        told = f"surfaces told {self.told:,.0f} bytes/s"
        return [
            f"one fader of {STRIPS} strips, {len(self.busy)} rounds of each",
            f"  without     {figures_row(_all(self.quiet))}",
            f"  with        {figures_row(_all(self.busy))}",
            f"  with        {' and '.join(self.disturbances)}: {told}",
            f"  p99 grows by {1e6 * self.growth:,.0f} µs (median of the rounds)",
        ]


def _all(rounds: Sequence[Figures]) -> Figures:
    took = tuple(one for figures in rounds for one in figures.took)
    return Figures(took, sum(figures.lost for figures in rounds))


class _Flag(Protocol):
    """An event that processes share."""

    def is_set(self) -> bool: ...


def measure_busy(disturbances: Collection[Disturbance], *, events: int) -> Busy:
    """Time ``events`` moves of a fader in each of two states, in turns.

    Raises BenchFailed if nothing comes out of the bridge.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        desk = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        desk.bind(("127.0.0.1", 0))
        names = ["hand", "more1", "more2", "more3"]
        wires = [Wire(folder / name) for name in names]
        rig = folder / "busy.yaml"
        surfaces = "\n".join(
            f'  {name}: {{device: mackie/mcu, port: "pty:{wire.path}"}}'
            for name, wire in zip(names, wires, strict=True)
        )
        rig.write_text(
            _RIG.format(surfaces=surfaces, port=desk.getsockname()[1], channels=_CHANNELS),
            encoding="utf-8",
        )
        try:
            with running_bridge(rig) as log:
                return _in_turns(_Fader(wires, desk), log, tuple(disturbances), events)
        finally:
            for wire in wires:
                wire.close()
            desk.close()


def _in_turns(
    fader: "_Fader", log: Path, disturbances: tuple[Disturbance, ...], events: int
) -> Busy:
    peer = fader.wait_until_through(log)
    processes = multiprocessing.get_context("fork")
    quiet, busy = [], []
    told = processes.Value("q", 0)
    disturbed = 0.0
    each = max(events // ROUNDS, 1)
    for _ in range(ROUNDS):
        quiet.append(fader.paced(each))
        stop = processes.Event()
        noise = processes.Process(
            target=_disturb,
            args=(fader.wires, fader.desk, peer, disturbances, stop, told),
            daemon=True,
        )
        begin = perf_counter()
        noise.start()
        sleep(0.2)
        busy.append(fader.paced(each))
        stop.set()
        noise.join()
        disturbed += perf_counter() - begin
    return Busy(disturbances, tuple(quiet), tuple(busy), told.value / disturbed)


class _Fader:
    """The main fader of the first unit, and the desk that hears of it."""

    def __init__(self, wires: Sequence[Wire], desk: socket.socket) -> None:
        self.wires = wires
        self.desk = desk
        self._step = 0

    def wait_until_through(self, log: Path) -> tuple[str, int]:
        """Move until the desk hears of it; return where the bridge speaks from."""
        end = perf_counter() + _START_PATIENCE
        self.desk.settimeout(0.1)
        while perf_counter() < end:
            self.wires[0].write(bytes((0x90, _TOUCH_MAIN, 0x7F)))
            self._move()
            try:
                data, peer = self.desk.recvfrom(512)
            except TimeoutError:
                continue
            if data.startswith(b"/out"):
                self._tell_desk(peer)
                return str(peer[0]), int(peer[1])
        said = log.read_text(encoding="utf-8", errors="replace").strip()
        raise BenchFailed(f"Nothing came out of the bridge in {_START_PATIENCE:.0f} s.\n{said}")

    def _tell_desk(self, peer: tuple[str, int]) -> None:
        """Let the bridge know every channel, so that a bank has something to show."""
        for number in range(1, _CHANNELS + 1):
            place = 0.05 + number % 17 / 20
            self.desk.sendto(_message(b"/fader", number, struct.pack(">f", place), b"f"), peer)
            name = b"Ch %d" % number
            self.desk.sendto(_message(b"/name", number, _padded(name), b"s"), peer)
        sleep(0.5)
        for wire in self.wires:
            wire.read(0.0)

    def paced(self, events: int) -> Figures:
        """Move the fader ``events`` times, and time when the desk hears of each."""
        took: list[float] = []
        lost = 0
        self.desk.settimeout(_PATIENCE)
        for number in range(events):
            self.wires[0].read(0.0)
            start = perf_counter()
            self._move()
            if self._heard():
                took.append(perf_counter() - start)
            else:
                lost += 1
            sleep(0.0005 + number % 7 * 0.0001)
        return Figures(tuple(took), lost)

    def _heard(self) -> bool:
        """Return whether the desk hears of the fader before patience is at its end."""
        try:
            while not self.desk.recv(512).startswith(b"/out"):
                pass
        except TimeoutError:
            return False
        return True

    def _move(self) -> None:
        self._step += 1
        value = (self._step * 7 % 900 + 50) << 4
        self.wires[0].write(bytes((0xE0 | _MAIN, value & 0x7F, value >> 7)))


def _disturb(
    wires: Sequence[Wire],
    desk: socket.socket,
    peer: tuple[str, int],
    disturbances: Collection[Disturbance],
    stop: _Flag,
    told: "Synchronized[int]",
) -> None:
    """Move all meters and change banks until ``stop`` is set; count what surfaces are told."""
    tick = 0
    due = perf_counter()
    while not stop.is_set():
        if "meters" in disturbances:
            for number in range(1, _CHANNELS + 1):
                level = 0.5 + 0.45 * sin(tick / 3 + number)
                desk.sendto(_message(b"/meter", number, struct.pack(">f", level), b"f"), peer)
        if "banks" in disturbances and tick % round(BANKS_EVERY / METERS_EVERY) == 0:
            note = _BANKS[tick // 2 % 2]
            wires[0].write(bytes((0x90, note, 0x7F, 0x90, note, 0)))
        # What the hand's own unit is told is read by whoever times the fader.
        for wire in wires[1:]:
            told.value += len(wire.read(0.0))
        tick += 1
        due += METERS_EVERY
        sleep(max(due - perf_counter(), 0.0))


def _message(address: bytes, number: int, value: bytes, tag: bytes) -> bytes:
    return _padded(address) + _padded(b",i" + tag) + struct.pack(">i", number) + value


def _padded(text: bytes) -> bytes:
    data = text + b"\x00"
    return data + b"\x00" * (-len(data) % 4)
