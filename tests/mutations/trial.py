"""One mutation on trial: a copy of the tree, the text changed, and who notices.

Owns: finding the text, the copy, and running the simulator's tests in it.
"""

import compileall
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tests.mutations.catalogue import Mutation

ROOT: Final = Path(__file__).parents[2]

_PARTS: Final = ("surfacebridge", "firmware-sim", "mappings", "tests")
# A busy machine is no reason to take a test for failed.
_PYTEST: Final = ("-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--timeout=300")
_FEW_STORMS: Final = ("ten storms", ["-m", "tests.storms", "--count", "10", "--first"])
_MORE: Final = (
    ("fifty more", ["-m", "tests.storms", "--seed", "11", "--count", "50", "--first"]),
    ("journeys", [*_PYTEST, "tests/journeys"]),
    ("240 more", ["-m", "tests.storms", "--seed", "61", "--count", "240", "--first"]),
)
_LONGEST: Final = 600.0


def mutated(mutation: Mutation, source: str) -> str:
    """Return ``source`` with the rule broken; AssertionError unless its text stands there once."""
    found = source.count(mutation.kept)
    assert found == 1, f"{mutation.path} has {found} times the text that keeps: {mutation.rule}"
    return source.replace(mutation.kept, mutation.broken)


def copy_of_the_tree(folder: Path) -> None:
    """Copy all that a trial needs, and compile it: every trial starts a few Pythons."""
    folder.mkdir(exist_ok=True)
    for part in _PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / name)
    for part in _PARTS:
        compileall.compile_dir(folder / part, quiet=1)


def tries_of(mutations: Iterable[Mutation], *, quick: bool) -> dict[str, list[str]]:
    """Return what is asked about ``mutations``, in order: what it is called, and the command.

    A few storms, then the tests each of them names; unless ``quick``, more storms and the journeys.
    """
    near = {name: [*_PYTEST, name] for mutation in mutations for name in mutation.near}
    return dict([_FEW_STORMS, *near.items(), *(() if quick else _MORE)])


def killer_of(mutation: Mutation, folder: Path, *, quick: bool = False) -> str:
    """Return which tests notice ``mutation`` in the copy at ``folder``; empty if none does.

    ``quick`` asks a few storms and the tests it names, nobody else.
    """
    path = folder / mutation.path
    source = path.read_text()
    path.write_text(mutated(mutation, source))
    try:
        tries = tries_of([mutation], quick=quick)
        return next((name for name, words in tries.items() if not passes(words, folder)), "")
    finally:
        path.write_text(source)


def passes(words: list[str], folder: Path) -> bool:
    """Return whether the command of ``words`` ends well in the copy at ``folder``."""
    # Tests that wait for real time may fail by themselves on a busy machine; storms may not.
    chances = 1 if "tests.storms" in words else 2
    return any(_ends_well(words, folder) for _ in range(chances))


def _ends_well(words: list[str], folder: Path) -> bool:
    places = (folder, folder / "firmware-sim")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, places)),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    try:
        ran = subprocess.run(  # noqa: S603 - our own tests
            [sys.executable, *words],
            cwd=folder,
            env=environment,
            capture_output=True,
            check=False,
            timeout=_LONGEST,
        )
    except subprocess.TimeoutExpired:
        return False
    return ran.returncode == 0
