"""An hour under load, with a fault every second: ``python -m tests.campaign.soak --minutes 60``.

After every ten seconds everything rests, and must be as it should be: what hands did last is on
the desk, what the desk holds is on the surface, nothing is held.
"""

import argparse
import asyncio
import resource
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from typing import Final

from surfacebridge.bridge.latency import percentiles
from tests.campaign.field import Field, opened
from tests.campaign.flatness import FEWEST, flatness
from tests.campaign.hands import ride, tap_something
from tests.campaign.reference import Reference, Strain, beside
from tests.storms.window import FADERS

ROUND: Final = 10.0
DESK_EVERY: Final = 0.012
WINDOW: Final = 300.0
_NEAR: Final = 3 / 1023
_PAGE: Final = resource.getpagesize()


@dataclass(slots=True)
class Tally:
    """What came of it so far."""

    rounds: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    stuck: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    stretches: list["Stretch"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some minutes: how long the bridge took, and what the machine did to others meanwhile."""

    passages: int
    p50: float
    p99: float
    strain: Strain

    @property
    def to_echo(self) -> float:
        """How often the p99 of a bare echo beside it goes into the bridge's."""
        return self.p99 / self.strain.echo if self.strain.echo else 0.0

    def __str__(self) -> str:
        us = 1e6
        return (
            f"    stretch: {self.passages} passages, p50 {self.p50 * us:.0f} us, "
            f"p99 {self.p99 * us:.0f} us; beside it p99 of a bare echo {self.strain.echo * us:.0f} "
            f"us, of fixed work {self.strain.work * us:.0f} us, woken late "
            f"{self.strain.late * us:.0f} us ({self.strain.samples}); p99 to the echo's "
            f"{self.to_echo:.2f}"
        )


async def _hand(field: Field, chance: Random, first: int) -> None:
    while True:
        await ride(field.device, chance.randrange(first, FADERS + 1, 2), chance.random(), 0.4)
        tap_something(field.device, chance)
        await asyncio.sleep(0.05)


async def _desk(field: Field, chance: Random) -> None:
    while True:
        field.desk_changes(chance)
        await asyncio.sleep(DESK_EVERY)


async def _breaks(field: Field, chance: Random, tally: Tally) -> None:
    faults: dict[str, Callable[[], Awaitable[None]]] = {
        "unplugged at some byte": lambda: field.replug(chance, chance.uniform(0.02, 0.5)),
        "power lost": lambda: field.power_cycle(chance, chance.uniform(0.02, 0.5)),
        "a third of all datagrams lost": lambda: field.lose(0.3, 0.5),
        "network dead": lambda: field.lose(1.0, chance.uniform(0.1, 0.8)),
        "reloaded": field.reload,
        "desk restarted": lambda: _at_once(field.desk.restart),
        "scene recalled": lambda: _at_once(lambda: field.desk.recall_scene(chance.choice((1, 2)))),
        "bank changed": lambda: _at_once(
            lambda: field.device.tap(chance.choice(("bank.left", "bank.right", "flip")))
        ),
    }
    loop = asyncio.get_running_loop()
    end = loop.time() + ROUND
    while loop.time() < end:
        name = chance.choice(sorted(faults))
        tally.faults[name] += 1
        await asyncio.gather(asyncio.sleep(1.0), faults[name]())


async def _at_once(deed: Callable[[], None]) -> None:
    deed()


async def _round(field: Field, chance: Random, tally: Tally) -> None:
    works = [_hand(field, chance, 1), _hand(field, chance, 2), _desk(field, chance)]
    doers = [asyncio.ensure_future(work) for work in works]
    await _breaks(field, chance, tally)
    for doer in doers:
        doer.cancel()
    done = await asyncio.gather(*doers, return_exceptions=True)
    tally.stuck += [repr(one) for one in done if not isinstance(one, asyncio.CancelledError)]
    for fader in range(1, FADERS + 1):
        field.device.release(fader)
    await _rest(field, chance, tally)


async def _rest(field: Field, chance: Random, tally: Tally) -> None:
    waited, wrong = await field.settle()
    tally.waits.append(waited)
    tally.stuck += [f"after the faults: {one}" for one in wrong]
    fader, to = chance.randint(1, FADERS), chance.random()
    address = field.fader_address(fader)
    await ride(field.device, fader, to, 0.2)
    _, wrong = await field.settle()
    tally.stuck += [f"after a ride of fader {fader} to {to:.4f}: {one}" for one in wrong]
    holds = float(field.desk.value(address))
    if abs(holds - to) > _NEAR + (0.5 / 160 if field.flipped else 0.0):
        tally.lost.append(f"fader {fader} was taken to {to:.4f}, {address} is {holds:.4f}")
    tally.stuck += field.scandals()
    field.complaints.heard.clear()
    field.mishaps.clear()
    tally.rounds += 1


@dataclass(slots=True)
class Watch:
    """Measures memory once a minute, and the time the bridge takes once each few minutes."""

    ground: Field
    reference: Reference
    tally: Tally
    passed: Counter[str] = field(default_factory=Counter)
    taken: list[float] = field(default_factory=list)
    told: float = 0.0
    window_from: float = 0.0

    def look(self, now: float, *, is_last: bool) -> None:
        """Take what is new; say a line when a minute, and one when a stretch is over."""
        for name, latency in self.ground.hub.latency.items():
            self.taken += latency.newest(latency.count - self.passed[name])
            self.passed[name] = latency.count
        if now - self.told >= 60 or is_last:
            self.told = now
            self.tally.memory.append(resident())
            _say(_line(self.ground, self.tally))
        if now - self.window_from >= WINDOW or is_last:
            self.window_from = now
            p50, p99 = percentiles(self.taken, 50, 99)
            stretch = Stretch(len(self.taken), p50, p99, self.reference.since())
            self.taken.clear()
            self.tally.stretches.append(stretch)
            _say(str(stretch))


def resident() -> int:
    """Return how much memory this process has now, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE


async def soak(minutes: float, seed: int) -> Tally:
    """Run for ``minutes``; tell once a minute how things stand."""
    chance, tally = Random(seed), Tally()  # noqa: S311 - makes weather, guards nothing
    loop = asyncio.get_running_loop()
    with beside() as reference:
        async with opened(seed) as field:
            start = loop.time()
            watch = Watch(field, reference, tally, told=start, window_from=start)
            while (now := loop.time()) < start + minutes * 60:
                known = len(tally.lost), len(tally.stuck)
                await _round(field, chance, tally)
                for what in (*tally.lost[known[0] :], *tally.stuck[known[1] :]):
                    _say(f"round {tally.rounds}: {what}")
                now = loop.time()
                watch.look(now, is_last=now >= start + minutes * 60)
    return tally


def _line(field: Field, tally: Tally) -> str:
    heard, said = field.hub.heard.total(), field.hub.said.total()
    return (
        f"{tally.rounds} rounds, {tally.faults.total()} faults, {heard} events in, {said} out, "
        f"{len(tally.lost)} last values lost, {len(tally.stuck)} stuck, "
        f"{tally.memory[-1] / 1e6:.1f} MB, settled within {max(tally.waits):.2f} s"
    )


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    """Soak, and tell what came of it; return 1 if anything was lost or stuck."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaign.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    _say(f"seed {asked.seed}, {asked.minutes:g} minutes")
    tally = asyncio.run(soak(asked.minutes, asked.seed))
    for name, times in sorted(tally.faults.items()):
        _say(f"{times:6} {name}")
    if len(tally.memory) >= FEWEST:
        _say(flatness(tally.memory))
    if len(tally.stretches) >= 6:
        third = len(tally.stretches) // 3
        early, late = tally.stretches[:third], tally.stretches[-third:]
        for word, figures in (
            ("p50 in us", [[one.p50 * 1e6 for one in some] for some in (early, late)]),
            ("p99 in us", [[one.p99 * 1e6 for one in some] for some in (early, late)]),
            ("p99 to that of the echo", [[one.to_echo for one in some] for some in (early, late)]),
        ):
            first, second = (median(some) for some in figures)
            _say(f"{word}, median of the first third {first:.2f}, of the last {second:.2f}")
    return 1 if tally.lost or tally.stuck else 0


if __name__ == "__main__":
    raise SystemExit(main())
