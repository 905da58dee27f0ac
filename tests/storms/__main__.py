"""Storms from the command line: ``python -m tests.storms --count 10000 --seed 1``.

The seed of each storm that ends badly is printed at once, with what was wrong and how to see it
again. Ctrl-C ends it with what was done so far. On two cores, two of them with other seeds take
half the time.
"""

import argparse
import sys
import time
from dataclasses import dataclass, field
from typing import Final

from tests.storms.storm import Outcome, run_storm

_SHOWN: Final = 6
_TOLD_EVERY: Final = 500
# What a shell says of a program that Ctrl-C ended.
_INTERRUPTED: Final = 130


@dataclass(slots=True)
class _Tally:
    """What came of the storms from seed ``first`` on."""

    first: int
    count: int
    started: float = field(default_factory=time.monotonic)
    done: int = 0
    virtual: float = 0.0
    failed: list[int] = field(default_factory=list)
    slowest: dict[str, tuple[float, int]] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> None:
        """Count a storm."""
        cable, seed = outcome.sky.cable, outcome.sky.seed
        self.done += 1
        self.virtual += outcome.virtual
        self.slowest[cable] = max(self.slowest.get(cable, (0.0, 0)), (outcome.settled, seed))
        if outcome.failures:
            self.failed.append(seed)

    def so_far(self) -> str:
        """Return how many storms there were, and which ended badly."""
        badly = f" ({', '.join(map(str, self.failed))})" if self.failed else ""
        seeds = f"seeds {self.first} to {self.first + self.done - 1}: " if self.done else ""
        return (
            f"{self.done} of {self.count} storms, {seeds}{len(self.failed)} ended badly{badly}; "
            f"{self.virtual:.0f} virtual seconds in {time.monotonic() - self.started:.0f} s."
        )

    def settling(self) -> str:
        """Return for each cable when all was well at the latest, and in which storm."""
        each = (
            f"{cable} {seconds:.2f} s ({seed})"
            for cable, (seconds, seed) in sorted(self.slowest.items())
        )
        return f"All was well at the latest after: {', '.join(each)}."


def main() -> int:
    """Run the storms that were asked for; return 1 if one of them ended badly."""
    parser = argparse.ArgumentParser(prog="python -m tests.storms", description=__doc__)
    parser.add_argument("--count", type=int, default=150, help="how many storms (150)")
    parser.add_argument(
        "--seed", type=int, default=1, help="the seed of the first; the next is one more"
    )
    parser.add_argument("--log", action="store_true", help="tell all that happens in each")
    parser.add_argument("--first", action="store_true", help="stop at the first that ends badly")
    asked = parser.parse_args()
    tally = _Tally(asked.seed, asked.count)
    interrupted = False
    try:
        _run(tally, log=asked.log, first=asked.first)
    except KeyboardInterrupt:
        interrupted = True
        _say("Interrupted; what was done so far:")
    _say(tally.so_far())
    if tally.done:
        _say(tally.settling())
    return _INTERRUPTED if interrupted else 1 if tally.failed else 0


def _run(tally: _Tally, *, log: bool, first: bool) -> None:
    for seed in range(tally.first, tally.first + tally.count):
        outcome = run_storm(seed)
        tally.add(outcome)
        if log:
            _say("\n".join(outcome.log))
        if outcome.failures:
            _tell(outcome)
            if first:
                return
        if tally.done % _TOLD_EVERY == 0 and tally.done < tally.count:
            _say(tally.so_far())


def _tell(outcome: Outcome) -> None:
    _say(str(outcome.sky))
    for failure in outcome.failures[:_SHOWN]:
        _say(f"    {failure}")
    if len(outcome.failures) > _SHOWN:
        _say(f"    … and {len(outcome.failures) - _SHOWN} more.")
    _say(f"    again: python -m tests.storms --count 1 --seed {outcome.sky.seed} --log")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
