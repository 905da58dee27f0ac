"""How quick a bridge is: paced events, bursts and rates through a process of its own.

Owns: the loads and their figures.  Does not own: the ends (``bench_ends``),
the picture (``apps.plot``).

The load is Python as well, so each figure holds its own share of some tens of
microseconds; ``benchmarks/peers.py`` has one in C, and other bridges beside.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep
from typing import Final, Literal

from surfacebridge.apps.bench_ends import (
    Ear,
    Hand,
    MackieEar,
    MackieHand,
    OscEar,
    OscHand,
    free_port,
)
from surfacebridge.errors import SurfaceBridgeError

Kind = Literal["osc", "mackie"]
KINDS: Final[tuple[Kind, ...]] = ("osc", "mackie")

CONTROLS: Final = 64
"""Faders of an OSC page that move; a Mackie Control has eight."""

RATES: Final = (1_000, 2_000, 5_000, 10_000, 20_000, 40_000, 80_000)

_PATIENCE: Final = 0.5
_START_PATIENCE: Final = 20.0
# Two steps of the ten bits that a Mackie fader has.
_GRID: Final = 2 / 1023
_PERCENTILES: Final = (50.0, 95.0, 99.0, 100.0)

_RIG: Final = """\
surfacebridge: 1
name: a bench
surfaces: {{hand: {surface}}}
targets: {{desk: {target}}}
map:
  - hand.fader.{{1..{controls}}} <> {parameter}{stages}
"""


class BenchFailed(SurfaceBridgeError):
    """The bridge under test did not come up; the text says what it printed."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Durations in seconds, in the order they were taken, and how many events never came out."""

    took: tuple[float, ...]
    lost: int

    def percentile(self, percent: float) -> float:
        """Return the duration that ``percent`` (0…100) of all do not exceed; 0 without any."""
        if not self.took:
            return 0.0
        ranked = sorted(self.took)
        return ranked[round(percent / 100 * (len(ranked) - 1))]


@dataclass(frozen=True, slots=True)
class Rate:
    """One second at ``offered`` events a second."""

    offered: int
    sent: int
    received: int
    right: bool
    """Whether every fader's last value came out."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What one pair of ends gave."""

    name: str
    controls: int
    paced: Figures
    bursts: Figures
    rates: tuple[Rate, ...]

    def lines(self) -> Iterator[str]:
        """Yield the figures in words."""
        yield f"{self.name}, {self.controls} faders"
        yield f"  one at a time      {figures_row(self.paced)}"
        yield f"  {self.controls} at one instant   {figures_row(self.bursts)}"
        whole = [one.offered for one in self.rates if one.received >= one.sent]
        right = [one.offered for one in self.rates if one.right]
        yield (
            f"  events a second    {max(whole, default=0):,} with none left out, "
            f"{max(right, default=0):,} with every last value right"
        )


def figures_row(figures: Figures) -> str:
    """Return the percentiles of ``figures`` in words."""
    names = ("p50", "p95", "p99", "most")
    cells = [
        f"{name} {1e6 * figures.percentile(percent):,.0f} µs"
        for name, percent in zip(names, _PERCENTILES, strict=True)
    ]
    return ", ".join(cells) + (f", {figures.lost} lost" if figures.lost else "")


def measure(source: Kind, sink: Kind, *, events: int, bursts: int) -> Bench:
    """Run a bridge between two ends and return what it did.

    Raises BenchFailed if nothing comes out of the bridge.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        controls = CONTROLS if (source, sink) == ("osc", "osc") else 8
        hand: Hand = OscHand(controls, free_port()) if source == "osc" else MackieHand(folder)
        ear: Ear = OscEar() if sink == "osc" else MackieEar(folder)
        rig = folder / "bench.yaml"
        law = f" | db({hand.law}, {ear.law})" if ear.law else ""
        rig.write_text(
            _RIG.format(
                surface=hand.surface,
                target=ear.target,
                controls=controls,
                parameter=ear.parameter,
                stages=law,
            ),
            encoding="utf-8",
        )
        try:
            with running_bridge(rig) as log:
                load = _Load(hand, ear)
                load.wait_until_through(log)
                return Bench(
                    f"{source} to {sink}",
                    controls,
                    load.paced(events),
                    load.burst(bursts),
                    tuple(load.rates()),
                )
        finally:
            hand.close()
            ear.close()


@contextmanager
def running_bridge(rig: Path) -> Iterator[Path]:
    """Run ``rig`` in a process of its own; the value is the file it logs to."""
    log = rig.with_suffix(".log")
    words = ("run", str(rig), "--no-reload")
    with log.open("wb") as sink:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "surfacebridge", *words], stdout=sink, stderr=sink
        )
    try:
        yield log
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class _Load:
    """Moves the hand's faders and listens what comes of it."""

    def __init__(self, hand: Hand, ear: Ear) -> None:
        self._hand = hand
        self._ear = ear
        self._step = 0

    def _next(self) -> float:
        """Return a place that is new on every grid, and never near the end of a law."""
        self._step += 1
        return (self._step * 7 % 900 + 50) / 1023

    def wait_until_through(self, log: Path) -> None:
        end = perf_counter() + _START_PATIENCE
        while perf_counter() < end:
            self._hand.open()
            self._hand.move(0, self._next())
            if self._ear.take(0.1):
                self._settle()
                return
        said = log.read_text(encoding="utf-8", errors="replace").strip()
        raise BenchFailed(f"Nothing came out of the bridge in {_START_PATIENCE:.0f} s.\n{said}")

    def _settle(self) -> None:
        while self._ear.take(0.2):
            pass

    def paced(self, events: int) -> Figures:
        took: list[float] = []
        lost = 0
        for number in range(events):
            start = perf_counter()
            self._hand.move(number % self._hand.controls, self._next())
            if self._ear.take(_PATIENCE):
                took.append(perf_counter() - start)
            else:
                lost += 1
            sleep(0.0005 + number % 7 * 0.0001)
        return Figures(tuple(took), lost)

    def burst(self, bursts: int) -> Figures:
        took: list[float] = []
        lost = 0
        for _ in range(bursts):
            self._settle_quickly()
            missing = set(range(self._hand.controls))
            start = perf_counter()
            for control in range(self._hand.controls):
                self._hand.move(control, self._next())
            while missing:
                heard = self._ear.take(_PATIENCE)
                if not heard:
                    break
                missing.difference_update(control for control, _ in heard)
            if missing:
                lost += len(missing)
            else:
                took.append(perf_counter() - start)
        return Figures(tuple(took), lost)

    def _settle_quickly(self) -> None:
        while self._ear.take(0.005):
            pass

    def rates(self) -> Iterator[Rate]:
        for rate in RATES:
            done = self._rate(rate)
            if done.sent < rate * 0.9:
                return
            yield done
            if not done.right:
                return

    def _rate(self, rate: int) -> Rate:
        last: dict[int, float] = {}
        heard: dict[int, float] = {}
        sent = received = 0
        start = perf_counter()
        while (passed := perf_counter() - start) < 1.0:
            while sent < passed * rate:
                control = sent % self._hand.controls
                last[control] = self._next()
                self._hand.move(control, last[control])
                sent += 1
            got = self._ear.take(0.0)
            received += len(got)
            heard.update(got)
        while got := self._ear.take(0.3):
            received += len(got)
            heard.update(got)
        return Rate(rate, sent, received, self._agree(last, heard))

    def _agree(self, last: dict[int, float], heard: dict[int, float]) -> bool:
        """Return whether each fader's last place came out, past the coarser grid."""
        return last.keys() == heard.keys() and all(
            abs(self._ear.place_of(place, self._hand.law) - heard[control]) < _GRID
            for control, place in last.items()
        )
