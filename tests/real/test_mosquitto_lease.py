"""Two bridges with one desk: one leads, the other follows and takes over."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from firmware_sim.sockets.pty import PtySocket
from firmware_sim.xtouch import XTouch
from surfacebridge.protocols.studio.payloads import Lead, encode
from surfacebridge.protocols.studio.topics import Topic
from tests.helpers.commands import Running, is_traceback, started
from tests.helpers.mosquitto import mosquitto, onlooker
from tests.helpers.studio import STEP, agree, desk_of, fader, guest_rig, holder_rig, room
from tests.helpers.waiting import until


@asynccontextmanager
async def process_of(text: str, folder: Path, desk: str) -> AsyncIterator[tuple[Running, XTouch]]:
    """Run a rig as a user does, in a process that can be killed."""
    surface = XTouch()
    folder.mkdir(exist_ok=True)
    (folder / "rig.yaml").write_text(text, encoding="utf-8")
    async with PtySocket(surface, folder / "x"):
        at = ("--at", f"x=pty:{folder / 'x'}", "--at", f"desk={desk}")
        rig = str(folder / "rig.yaml")
        with started(folder / "log", "run", rig, *at, "--no-reload") as running:
            yield running, surface


async def says(running: Running, words: str) -> None:
    await until(lambda: words in running.said(), within=15)


async def test_a_follower_takes_over_from_a_killed_leader_in_mid_move_and_hands_back(
    tmp_path: Path,
) -> None:
    async with (
        mosquitto(tmp_path) as broker,
        desk_of() as (desk, where),
        onlooker(broker.address) as other,
    ):
        first = holder_rig(broker.address, "foh1")
        async with (
            process_of(first, tmp_path / "foh1", where) as (leader, _),
            room(guest_rig(broker.address), tmp_path / "stage") as stage,
        ):
            await says(leader, "this bridge holds it for the studio")
            second = holder_rig(broker.address, "foh2")
            async with room(second, tmp_path / "foh2", where) as foh2:
                await until(lambda: foh2.is_connected() and stage.is_connected(), within=10)
                await until(lambda: not foh2.desk.lease.is_leading)
                await agree(desk, foh2, stage)

                # What is wanted at the follower is done once, by the leader.
                before = desk.counts.writes["/ch/03/mix/on"]
                foh2.surface.tap("mute.3")
                await until(lambda: desk.value("/ch/03/mix/on") == 0)
                await until(lambda: stage.surface.lamp("mute.3") == "lit")
                assert desk.counts.writes["/ch/03/mix/on"] == before + 1

                moved = stage.surface.counts.motor_moves[1]
                seen: list[float] = []
                stage.surface.touch(1)
                stage.surface.move(1, 0.9, 1.5)
                await until(lambda: fader(desk, 1) > 0.6)
                leader.process.send_signal(signal.SIGKILL)
                died = time.monotonic()
                while not foh2.desk.lease.is_mine:
                    assert time.monotonic() - died < 2.0
                    seen.append(fader(desk, 1))
                    await asyncio.sleep(0.005)
                await until(lambda: fader(desk, 1) == pytest.approx(0.9, abs=STEP))
                assert seen == sorted(seen)
                assert stage.surface.counts.motor_moves[1] == moved
                stage.surface.release(1)
                await agree(desk, foh2, stage)
                assert fader(desk, 1) == pytest.approx(0.9, abs=STEP)
                assert not any(stage.surface.counts.fought.values())
                assert stage.supervisor.health["desk"].reopened == 0

                async with process_of(first, tmp_path / "foh1b", where) as (again, _):
                    await says(again, "foh2 holds it; this bridge follows")
                    assert foh2.desk.lease.is_mine
                    wish = Topic("lead", "house", "desk", "me", "there").text
                    other.say(wish, encode(Lead("foh1")))
                    await says(again, "this bridge holds it for the studio")
                    await until(lambda: not foh2.desk.lease.is_leading)
                    stage.surface.touch(2)
                    stage.surface.move(2, 0.2, 0.1)
                    await until(lambda: fader(desk, 2) == pytest.approx(0.2, abs=STEP))
                    stage.surface.release(2)
                    await agree(desk, foh2, stage)
                    assert again.stop() == 0
                    assert not is_traceback(again.said())
                await until(lambda: foh2.desk.lease.is_mine, within=2)
                await agree(desk, foh2, stage)
