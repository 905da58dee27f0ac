"""Time that jumps to whatever is due next, and what there is to do about what is always due."""

import asyncio

from tests.storms.virtual_time import run_virtually


def test_an_hour_is_over_at_once() -> None:
    async def wait() -> None:
        await asyncio.sleep(3600)

    assert run_virtually(wait()) == []


def test_what_is_always_due_ends_instead_of_turning_for_ever() -> None:
    async def wake_again_and_again() -> None:
        loop = asyncio.get_running_loop()

        def wake() -> None:
            loop.call_at(loop.time(), wake)

        await asyncio.sleep(0.5)
        wake()
        await asyncio.sleep(0.5)

    assert run_virtually(wake_again_and_again()) == [
        "Time stands still at 0.500 s: something is always due."
    ]
