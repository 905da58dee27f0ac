"""Real time for a device that knows only virtual time.

Owns: stepping ``advance`` from the loop's clock.
Does not own: bytes; each socket says what to do after a step.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final

STEP: Final = 0.005


class Pace:
    """Calls ``advance`` with the time gone by, about every 5 ms, and then ``flush``."""

    def __init__(self, advance: Callable[[float], None], flush: Callable[[], None]) -> None:
        self._advance = advance
        self._flush = flush
        self._last = 0.0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; needs a running loop."""
        loop = asyncio.get_running_loop()
        self._last = loop.time()
        self._task = loop.create_task(self._run())

    def catch_up(self) -> None:
        """Bring the device to now: before it is given bytes, and at every step."""
        now = asyncio.get_running_loop().time()
        self._advance(now - self._last)
        self._last = now

    async def stop(self) -> None:
        """End; the device's time stands still."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(STEP)
            self.catch_up()
            self._flush()
