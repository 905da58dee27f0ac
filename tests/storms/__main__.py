"""Storms from the command line: ``python -m tests.storms --count 10000 --seed 1``.

The seed of each storm that ends badly is printed, with what was wrong and how to see it again.
"""

import argparse
import sys
import time

from tests.storms.storm import Outcome, run_storm

_SHOWN = 6


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
    started, virtual, failed = time.monotonic(), 0.0, []
    slowest: dict[str, tuple[float, int]] = {}
    for done, seed in enumerate(range(asked.seed, asked.seed + asked.count), 1):
        outcome = run_storm(seed)
        virtual += outcome.virtual
        cable = outcome.sky.cable
        slowest[cable] = max(slowest.get(cable, (0.0, 0)), (outcome.settled, seed))
        if asked.log:
            _say("\n".join(outcome.log))
        if outcome.failures:
            failed.append(seed)
            _tell(outcome)
            if asked.first:
                return 1
        if done % 1000 == 0:
            _say(f"{done} storms, {len(failed)} ended badly, {time.monotonic() - started:.0f} s")
    last = asked.seed + asked.count - 1
    _say(
        f"{asked.count} storms, seeds {asked.seed} to {last}: {len(failed)} ended badly"
        f"{f' ({failed})' if failed else ''}; {virtual:.0f} virtual seconds "
        f"in {time.monotonic() - started:.0f} s."
    )
    for cable, (seconds, seed) in sorted(slowest.items()):
        _say(f"    cable {cable}: all was well after {seconds:.2f} s at the latest (seed {seed})")
    return 1 if failed else 0


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
