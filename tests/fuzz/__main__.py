"""The long form of fuzzing: every parser for a while, guided by coverage (atheris).

    python -m tests.fuzz --minutes 30            every parser, one after the other
    python -m tests.fuzz --minutes 5 --only osc  one of them

Prints what ran, how often, and every input that broke a rule, and keeps those
in ``--findings``.  Ends with status 1 if there was one.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = re.compile(r"Done (\d+) runs in (\d+) second|stat::number_of_executed_units:\s*(\d+)")
# More than any parser may need by far; a leak reaches it.
MOST_MEGABYTES = 1_024
# One input that takes so long hangs.
HANGS_AFTER = 20


def fuzz_one(name: str, corpus: Path, seconds: int, artifacts: Path) -> None:
    """Fuzz one parser in this process, which libFuzzer ends itself."""
    import atheris

    # What was imported before is not watched, and what is not watched guides nothing.
    assert not any(one.startswith("surfacebridge") for one in sys.modules)
    with atheris.instrument_imports(include=["surfacebridge"], enable_loader_override=False):
        from tests.fuzz.parsers import PARSERS

    parser = PARSERS[name]
    for number, seed in enumerate(parser.seeds()):
        (corpus / f"seed-{number:04}").write_bytes(seed)
    options = (
        f"-max_total_time={seconds}",
        f"-rss_limit_mb={MOST_MEGABYTES}",
        f"-timeout={HANGS_AFTER}",
        f"-artifact_prefix={artifacts}/{name}-",
        "-max_len=4096",
        "-verbosity=1",
        "-print_final_stats=1",
    )
    atheris.Setup([sys.argv[0], str(corpus), *options], parser.check)
    atheris.Fuzz()


def run_one(name: str, seconds: int, findings: Path) -> tuple[int, bool]:
    """Fuzz one parser in a process of its own; return how often it ran, and whether it held."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as corpus:
        words = ("--one", name, "--corpus", corpus, "--seconds", str(seconds))
        done = subprocess.run(  # noqa: S603 - our own code
            [sys.executable, "-m", "tests.fuzz", *words, "--findings", str(findings)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    found = [int(one[1] or one[3]) for one in RUNS.finditer(done.stdout)]
    if done.returncode:
        print(done.stdout[-4000:])
    return max(found, default=0), done.returncode == 0


def main() -> int:
    reader = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    reader.add_argument("--minutes", type=float, default=30.0, help="for all together")
    reader.add_argument("--only", action="append", metavar="NAME", help="only this one")
    reader.add_argument("--findings", type=Path, default=Path("fuzz-findings"))
    reader.add_argument("--one", help=argparse.SUPPRESS)
    reader.add_argument("--corpus", type=Path, help=argparse.SUPPRESS)
    reader.add_argument("--seconds", type=int, help=argparse.SUPPRESS)
    said = reader.parse_args()
    said.findings.mkdir(parents=True, exist_ok=True)
    if said.one:
        fuzz_one(said.one, said.corpus, said.seconds, said.findings)
        return 0
    from tests.fuzz.parsers import PARSERS

    names = said.only or list(PARSERS)
    if unknown := [name for name in names if name not in PARSERS]:
        reader.error(f"there is no parser {unknown[0]}; there are {', '.join(PARSERS)}")
    seconds = max(round(60 * said.minutes / len(names)), 1)
    held = True
    total = 0
    began = time.monotonic()
    for name in names:
        runs, is_fine = run_one(name, seconds, said.findings)
        held, total = held and is_fine, total + runs
        print(f"{name:20} {runs:>10} runs  {'held' if is_fine else 'BROKE'}", flush=True)
    minutes = (time.monotonic() - began) / 60
    print(f"{len(names)} parsers, {total} runs, {minutes:.1f} minutes, {seconds} s each.")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
