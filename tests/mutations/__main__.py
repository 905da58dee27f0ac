"""Break every rule once: ``python -m tests.mutations``.

Each is asked of ten storms, of the tests it names, of more storms and of the journeys, until one
notices; all of these must pass before anything is broken. ``--only WORD`` takes the rules that have
it; ``--quick`` asks ten storms and the tests a rule names, and nobody else.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.mutations.catalogue import MUTATIONS
from tests.mutations.trial import complaints, copy_of_the_tree, killer_of


def main() -> int:
    """Try every mutation and print the score; return 1 if one survives."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__)
    parser.add_argument("--only", default="", help="a word of the rules to break")
    parser.add_argument("--quick", action="store_true", help="ten storms and the nearest tests")
    asked = parser.parse_args()
    chosen = [one for one in MUTATIONS if asked.only in one.rule]
    killed = 0
    with tempfile.TemporaryDirectory(prefix="surfacebridge-mutations-") as name:
        folder = Path(name)
        copy_of_the_tree(folder)
        if wrong := complaints(folder, chosen, quick=asked.quick):
            _say(f"These fail with nothing broken: {', '.join(wrong)}.")
            return 2
        for mutation in chosen:
            started = time.monotonic()
            killer = killer_of(mutation, folder, quick=asked.quick)
            killed += bool(killer)
            verdict = f"caught by {killer}" if killer else "SURVIVED"
            _say(f"{mutation.rule}: {verdict} ({time.monotonic() - started:.0f} s)")
    _say(f"{killed} of {len(chosen)} caught: {100 * killed // max(len(chosen), 1)} %.")
    return 0 if killed == len(chosen) else 1


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
