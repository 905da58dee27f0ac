"""Where mutations are tried: copies of the tree, at each of which one is tried at a time.

Owns: copies, and workers that share out what there is to do.  Does not own: a trial (``trial``).
"""

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

from tests.mutations.trial import copy_of_the_tree

Work = TypeVar("Work")
Found = TypeVar("Found")


class Benches:
    """Copies of the tree, each with a worker of its own."""

    def __init__(self, folder: Path, jobs: int) -> None:
        self._free: SimpleQueue[Path] = SimpleQueue()
        self._workers = ThreadPoolExecutor(jobs)
        for number in range(jobs):
            bench = folder / str(number)
            copy_of_the_tree(bench)
            self._free.put(bench)

    def each(
        self, work: Iterable[Work], do: Callable[[Work, Path], Found]
    ) -> Iterator[tuple[Work, Found, float]]:
        """Yield what ``do`` found out about each piece, as it is done, and in how many seconds."""

        def at_a_bench(one: Work) -> tuple[Work, Found, float]:
            bench, started = self._free.get(), time.monotonic()
            try:
                return one, do(one, bench), time.monotonic() - started
            finally:
                self._free.put(bench)

        for done in as_completed([self._workers.submit(at_a_bench, one) for one in work]):
            yield done.result()

    def close(self) -> None:
        """Begin nothing more, and wait for what is being done."""
        self._workers.shutdown(cancel_futures=True)


@contextmanager
def benches_for(jobs: int) -> Iterator[Benches]:
    """Make ``jobs`` benches, and clear them away again."""
    with tempfile.TemporaryDirectory(prefix="surfacebridge-mutations-") as name:
        benches = Benches(Path(name), jobs)
        try:
            yield benches
        finally:
            benches.close()
