"""Break every rule once: ``python -m tests.mutations``.

Each is asked of ten storms, of the tests it names, of more storms and of the journeys, until one
notices; all of these must pass before anything is broken. ``--only WORD`` takes the rules that have
it; ``--quick`` asks ten storms and the tests a rule names, and nobody else. ``--jobs 2`` breaks two
rules at a time, each in a copy of its own. Ctrl-C ends it with the score so far.
"""

import argparse
import sys
import time
from dataclasses import dataclass, field
from typing import Final

from tests.mutations.benches import Benches, benches_for
from tests.mutations.catalogue import MUTATIONS, Mutation
from tests.mutations.trial import killer_of, passes, tries_of

# What a shell says of a program that Ctrl-C ended.
_INTERRUPTED: Final = 130


def main() -> int:
    """Try every mutation and print the score; return 1 if one survives."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__)
    parser.add_argument("--only", default="", help="a word of the rules to break")
    parser.add_argument("--quick", action="store_true", help="ten storms and the nearest tests")
    parser.add_argument("--jobs", type=int, default=1, help="how many at a time (1)")
    asked = parser.parse_args()
    score = _Score([one for one in MUTATIONS if asked.only in one.rule])
    try:
        with benches_for(max(1, asked.jobs)) as benches:
            if wrong := _complaints(benches, score.chosen, quick=asked.quick):
                _say(f"These fail with nothing broken: {', '.join(wrong)}.")
                return 2
            _say(f"With nothing broken all pass ({score.elapsed:.0f} s).")
            for found in benches.each(
                score.chosen, lambda one, bench: killer_of(one, bench, quick=asked.quick)
            ):
                score.tell(*found)
    except KeyboardInterrupt:
        _say(f"Interrupted; {len(score.chosen) - len(score.caught)} rules were not asked about.")
        score.sum_up()
        return _INTERRUPTED
    score.sum_up()
    return 0 if all(score.caught) else 1


def _complaints(benches: Benches, mutations: list[Mutation], *, quick: bool) -> list[str]:
    """Return what fails in a copy as it stands: it would catch anything."""
    tries = tries_of(mutations, quick=quick)
    found = benches.each(tries, lambda name, bench: passes(tries[name], bench))
    return [name for name, passed, _ in found if not passed]


@dataclass(slots=True)
class _Score:
    """What came of breaking ``chosen``: whether each was caught, in the order they came to it."""

    chosen: list[Mutation]
    caught: list[bool] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    @property
    def elapsed(self) -> float:
        """Return for how many seconds this has gone on."""
        return time.monotonic() - self.started

    def tell(self, mutation: Mutation, killer: str, seconds: float) -> None:
        """Count a verdict and print it."""
        self.caught.append(bool(killer))
        verdict = f"caught by {killer}" if killer else "SURVIVED"
        _say(
            f"{len(self.caught)} of {len(self.chosen)}, {self.elapsed:.0f} s: "
            f"{mutation.rule}: {verdict} ({seconds:.0f} s)"
        )

    def sum_up(self) -> None:
        """Print the score."""
        caught, asked = sum(self.caught), len(self.caught)
        _say(
            f"{caught} of {asked} caught: {100 * caught // max(asked, 1)} %, "
            f"in {self.elapsed / 60:.1f} minutes."
        )


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
