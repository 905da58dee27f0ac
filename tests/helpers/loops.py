"""Running a test on the event loop of one's choice."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

LOOPS = ("asyncio", "uvloop")


def run_on(loop: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run ``work`` on the loop of that name; skip where uvloop is not installed."""
    made = asyncio.new_event_loop
    if loop == "uvloop":
        made = pytest.importorskip("uvloop", reason="uvloop is not installed here").new_event_loop
    with asyncio.Runner(loop_factory=made) as runner:
        runner.run(work())
