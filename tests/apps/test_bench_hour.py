import asyncio
from pathlib import Path

import pytest

from surfacebridge.apps.bench_hour import play_hour


async def test_two_virtual_minutes_are_played_whole_and_in_parts(tmp_path: Path) -> None:
    parts = await play_hour(tmp_path, minutes=0.2, parts=2)

    assert [part.minutes for part in parts] == [0.1, 0.2]
    # A hundred rides and twenty rounds of meters a second.
    assert sum(part.events for part in parts) == 12 * 120
    assert all(0.0 < part.p99 < 0.1 for part in parts)


async def test_it_can_be_stopped_in_the_middle(tmp_path: Path) -> None:
    playing = asyncio.create_task(play_hour(tmp_path, minutes=2.0, parts=2))
    await asyncio.sleep(0)
    playing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await playing
