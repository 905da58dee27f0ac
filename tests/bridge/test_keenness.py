import asyncio
from collections.abc import Callable
from contextvars import Context
from typing import Any

from surfacebridge.bridge.keenness import Keenness


class Clockwork(asyncio.SelectorEventLoop):
    """A loop whose clock moves on by a millisecond at each turn that has work to do."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.turns = 0

    def time(self) -> float:
        return self.now

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        self.turns += 1
        self.now += 0.001
        return super().call_soon(callback, *args, context=context)


def turns_after(seconds: float, *stirs: float) -> int:
    """Return how often the loop turned by itself after something moved, each time ``stirs``."""

    async def ride() -> int:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, Clockwork)
        keenness = Keenness(seconds)
        before = loop.turns
        for ahead in stirs:
            keenness.stir(loop.now + ahead)
        yields = 200
        for _ in range(yields):
            await asyncio.sleep(0)
        return loop.turns - before - yields

    with asyncio.Runner(loop_factory=Clockwork) as runner:
        return runner.run(ride())


def test_the_loop_turns_without_rest_for_a_moment_after_something_moved() -> None:
    assert 5 <= turns_after(0.02, 0.0) <= 20


def test_a_loop_that_was_not_asked_to_stay_awake_does_not() -> None:
    assert turns_after(0.0, 0.0) == 0


def test_what_moves_later_keeps_it_awake_for_longer_and_turns_it_no_faster() -> None:
    once, often = turns_after(0.02, 0.0), turns_after(0.02, 0.0, 0.01, 0.02)

    assert once < often <= 2.5 * once


def test_nobody_keeps_a_core_for_longer_than_a_second_of_rest() -> None:
    assert turns_after(60.0, -58.0) == 1
