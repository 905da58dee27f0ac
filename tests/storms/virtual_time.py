"""An event loop on a clock that jumps to whatever is due next: no waiting, no sockets."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, Final

# So many turns of the loop in which nothing was due later: a storm needs some tens.
_MOST_TURNS: Final = 10_000


class TimeStandsStill(AssertionError):
    """Something is due now, again and again: whoever asked for it would turn for ever."""


class _Clockwork(selectors.SelectSelector):
    """Lets time pass instead of waiting for sockets, of which there are none."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self._turns = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise AssertionError("nothing will ever happen again")
        before = self.now
        self.now += max(timeout, 0.0)
        self._turns = self._turns + 1 if self.now == before else 0
        if self._turns > _MOST_TURNS:
            raise TimeStandsStill(
                f"Time stands still at {self.now:.3f} s: something is always due."
            )
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop for which an hour is over as soon as all of it was done.

    ``mishaps`` are the errors of its callbacks and tasks.
    """

    def __init__(self) -> None:
        self._clockwork = _Clockwork()
        self.mishaps: list[str] = []
        super().__init__(self._clockwork)
        self.set_exception_handler(self._note_mishap)

    def time(self) -> float:
        return self._clockwork.now

    def _note_mishap(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.mishaps.append(f"{context.get('exception')!r}: {context['message']}")


def run_virtually(main: Coroutine[Any, Any, None]) -> list[str]:
    """Run ``main`` to its end in no time; return what went wrong in callbacks.

    Where time stands still ``main`` is left where it is, and that is what went wrong.
    """
    loop = VirtualLoop()
    try:
        loop.run_until_complete(main)
        for task in asyncio.all_tasks(loop):
            task.cancel()
            loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
    except TimeStandsStill as still:
        return [*loop.mishaps, str(still)]
    else:
        return loop.mishaps
    finally:
        loop.close()
