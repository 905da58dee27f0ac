"""A thousand cut cables, each with something else going wrong: ``python -m tests.campaign``.

The bridge runs as a process of its own between a virtual MIDI port, a pseudo-terminal and a desk
on UDP.  After every cycle the surfaces must show what the desk holds within five seconds.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from random import Random
from statistics import median
from typing import Final

from tests.campaign.cycles import LINKS, Tally, cycle, drawn
from tests.campaign.flatness import FEWEST, flatness
from tests.campaign.outside import opened
from tests.helpers.jack import JackUnavailable, jack_server

_TELL_EVERY: Final = 50
_REST: Final = 4.0


async def campaign(
    folder: Path, cycles: int, seed: int, *, midi: bool, record: str | None = None
) -> Tally:
    """Run ``cycles``; tell from time to time how things stand, and at once what is wrong."""
    tally = Tally()
    chance = Random(seed)  # noqa: S311 - makes weather, guards nothing
    links = LINKS if midi else LINKS[1:]
    words = () if record is None else ("--record", record)
    async with opened(folder, seed, midi=midi, words=words) as outside:
        for number, (link, trouble) in enumerate(drawn(cycles, seed, links), 1):
            known = len(tally.wrong)
            await cycle(outside, link, trouble, chance, tally)
            for what in tally.wrong[known:]:
                _say(f"cycle {number} ({link} cut, {trouble}): {what}")
            if number % _TELL_EVERY == 0 or number == cycles:
                # What a reload replaced goes when nothing moves.
                await asyncio.sleep(_REST if number % _TELL_EVERY == 0 else 0)
                tally.memory.append(outside.resident())
                longest = max(max(waits) for waits in tally.waits.values())
                _say(
                    f"{number} cycles, {len(tally.wrong)} wrong, all well within {longest:.2f} s, "
                    f"bridge {tally.memory[-1] / 1e6:.1f} MB"
                )
            if tally.wrong and outside.running.process.poll() is not None:
                _say(outside.running.said())
                break
    return tally


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _summary(tally: Tally) -> None:
    for link, times in sorted(tally.cut.items()):
        waits = sorted(tally.waits[link])
        _say(
            f"{times:6} times {link} cut; all well after {median(waits):.2f} s "
            f"(median), {waits[-1]:.2f} s (longest)"
        )
    for trouble, times in sorted(tally.troubles.items()):
        _say(f"{times:6} times {trouble}")
    if len(tally.memory) >= FEWEST:
        _say(flatness(tally.memory))
    _say(f"{len(tally.wrong)} wrong")


def main() -> int:
    """Run, and tell what came of it; return 1 if anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaign", description=__doc__)
    parser.add_argument("--cycles", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--record", metavar="FILE", help="let the bridge keep every byte here")
    asked = parser.parse_args()
    _say(f"seed {asked.seed}, {asked.cycles} cycles")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="surfacebridge-")))
        os.environ["XDG_RUNTIME_DIR"] = str(folder)
        try:
            stack.enter_context(jack_server())
            midi = True
        except JackUnavailable as why:
            midi = False
            _say(f"Without virtual MIDI: {why}.")
        tally = asyncio.run(
            campaign(folder, asked.cycles, asked.seed, midi=midi, record=asked.record)
        )
    _summary(tally)
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
