"""One storm from its seed to its verdict."""

import asyncio
from dataclasses import dataclass, field
from math import inf
from random import Random
from typing import Final

from tests.storms.calm import faults_of_the_calm
from tests.storms.ledger import Ledger
from tests.storms.stage import Stage
from tests.storms.verdict import differences, held, unkept
from tests.storms.virtual_time import run_virtually
from tests.storms.weather import BAD_CABLES, BUILDS, CALM, Sky, Storm, dress, sky_of

# What is promised after the last fault has ended …
SETTLED_AFTER: Final = 1.0
# … and how long a cable that is whole but slow holds a repaint back, for ever its fault.
HELD_BACK: Final = {"din": 0.5, "split": 0.6, "usb-stall": 0.4, "late": 1.5}
LOOKED_EVERY: Final = 0.02


@dataclass(slots=True)
class Outcome:
    """How a storm ended: ``failures`` is empty if all is well."""

    sky: Sky
    failures: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    virtual: float = 0.0
    settled: float = 0.0
    """How many seconds after the last fault all was well."""


def run_storm(seed: int) -> Outcome:
    """Let the storm of ``seed`` happen."""
    outcome = Outcome(sky_of(seed))
    outcome.failures += run_virtually(_storm(outcome))
    return outcome


async def _storm(outcome: Outcome) -> None:
    sky = outcome.sky
    chance = Random(f"stage {sky.seed}")  # noqa: S311 - makes weather, guards nothing
    stage = Stage(
        servo=sky.servo,
        build=BUILDS[sky.build],
        cable=sky.cable,
        seed=sky.seed,
        reopen=lambda: chance.uniform(0.02, 0.3),
    )
    dress(stage.desk, sky.seed)
    stage.start()
    ledger = Ledger(stage, carries_all=sky.cable not in BAD_CABLES)
    storm = Storm(sky, stage, ledger, log=outcome.log)
    held_back = HELD_BACK.get(sky.cable, 0.0)
    await _until(stage.now + CALM + held_back)
    if sky.cable not in BAD_CABLES:
        outcome.failures += [f"At the start: {one}" for one in differences(stage, sky.build)]
    storm.plan(stage.now)
    await _live(storm)
    over = stage.now
    outcome.settled = await _settle(stage, sky.build, over + SETTLED_AFTER + held_back) - over
    outcome.failures += stage.witness.fought
    outcome.failures += differences(stage, sky.build)
    outcome.failures += held(stage)
    ledger.close()
    outcome.failures += unkept(ledger, sky.build)
    if sky.cable not in BAD_CABLES:
        strange = sorted(stage.desk.counts.writes.keys() - ledger.allowed)
        outcome.failures += [
            f"Nobody was near {address}, and it was written." for address in strange
        ]
    if not outcome.failures:
        outcome.failures += await faults_of_the_calm(stage, sky.build, held_back)
        outcome.failures += stage.witness.fought
    outcome.virtual = stage.now
    await stage.stop()


async def _until(when: float) -> None:
    await asyncio.sleep(when - asyncio.get_running_loop().time())


async def _settle(stage: Stage, build: str, until: float) -> float:
    """Return when the surface began to show the desk and nothing was held, for good."""
    settled = stage.now
    while stage.now < until - 1e-9:
        await _until(min(stage.now + LOOKED_EVERY, until))
        if differences(stage, build) or held(stage):
            settled = stage.now
    return settled


async def _live(storm: Storm) -> None:
    while (due := storm.next_due()) < inf:
        await _until(due)
        storm.do_due()
