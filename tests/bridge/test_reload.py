import asyncio
from pathlib import Path

import pytest

from surfacebridge.bridge.reload import FileWatch


async def seen(watch: FileWatch, within: float = 3.0) -> bool:
    try:
        async with asyncio.timeout(within):
            await watch.changed()
    except TimeoutError:
        return False
    return True


@pytest.fixture
def rig(tmp_path: Path) -> Path:
    path = tmp_path / "rig.yaml"
    path.write_text("one", encoding="utf-8")
    return path


async def test_a_saved_file_is_noticed_once(rig: Path) -> None:
    watch = FileWatch([rig])
    rig.write_text("another", encoding="utf-8")
    assert await seen(watch)
    assert not await seen(watch, within=0.8)


async def test_a_file_that_is_being_replaced_is_waited_for(rig: Path) -> None:
    watch = FileWatch([rig])
    rig.unlink()
    assert not await seen(watch, within=0.8)
    rig.write_text("the new one", encoding="utf-8")
    assert await seen(watch)


async def test_a_change_made_while_the_list_is_renewed_is_not_missed(
    rig: Path, tmp_path: Path
) -> None:
    other = tmp_path / "common.yaml"
    other.write_text("x", encoding="utf-8")
    watch = FileWatch([rig])
    rig.write_text("another", encoding="utf-8")
    watch.follow([rig, other])
    assert await seen(watch)
