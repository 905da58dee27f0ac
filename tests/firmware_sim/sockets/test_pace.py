import asyncio

import pytest

from firmware_sim.sockets.pace import Pace


async def test_a_device_is_given_the_time_that_went_by_in_small_steps() -> None:
    steps: list[float] = []
    enough = asyncio.Event()

    def flush() -> None:
        if len(steps) >= 5:
            enough.set()

    loop = asyncio.get_running_loop()
    pace = Pace(steps.append, flush)
    started = loop.time()
    pace.start()
    async with asyncio.timeout(2):
        await enough.wait()
    pace.catch_up()
    assert sum(steps) == pytest.approx(loop.time() - started, abs=0.01)
    await pace.stop()


async def test_time_stands_still_once_stopped() -> None:
    pace = Pace(lambda _: None, lambda: None)
    pace.start()
    await pace.stop()
    await pace.stop()
    assert len(asyncio.all_tasks()) == 1
