"""Wait for something to become true, and no longer than that."""

import asyncio
import time
from collections.abc import Callable


async def until(condition: Callable[[], object], within: float = 5.0) -> None:
    """Return as soon as ``condition`` holds; fail the test after ``within`` seconds."""
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, "this did not happen in time"
        await asyncio.sleep(0.001)
