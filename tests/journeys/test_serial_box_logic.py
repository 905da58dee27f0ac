"""A serial box becomes a Mackie Control for a DAW: two pseudo-terminals and the bridge."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from firmware_sim.daw_host import DawHost
from firmware_sim.faults import FAULTS, FaultyLink
from firmware_sim.serial_box import SerialBox
from firmware_sim.sockets.pty import PtySocket
from surfacebridge.apps.mapping_files import load_rig
from surfacebridge.bridge.assembly import places_of
from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.supervisor import Supervisor
from tests.helpers.commands import started
from tests.helpers.waiting import until

# One reading of ten bits, and what a motor's dead band leaves.
NEAR = 0.01

RIG = """\
surfacebridge: 1
surfaces: {{box: {{device: {device}, port: "pty:/box"}}}}
targets: {{logic: {{emulate: mackie/mcu, port: "pty:/host", serial: SBR0001}}}}
banks: {{strips: {{items: "1..8"}}}}
strip:
  map:
    - fader <> logic.fader.{{n}}: {{takeover: motor}}
    - fader.touch > logic.fader.{{n}}.touch
    - mute <> logic.mute.{{n}}
"""
DEVICES = {
    "lines": "diy/faderbox",
    "midi": "diy/faderbox-midi",
    "slip-osc": "diy/faderbox-osc",
    "cobs": "diy/faderbox-cobs",
}


@dataclass
class Stage:
    box: SerialBox
    host: DawHost
    supervisor: Supervisor

    def track(self, n: int) -> float:
        """Where the host has track ``n``, from 1."""
        return self.host.session.tracks[n - 1].position

    @property
    def malformed(self) -> int:
        return self.supervisor.counts["box malformed"]


@asynccontextmanager
async def running(
    rig: str, folder: Path, box: SerialBox, cable: FaultyLink | None = None
) -> AsyncIterator[Stage]:
    loaded = load_rig(rig, {})
    assert loaded.plan is not None, loaded.problems
    assert loaded.document is not None
    host = DawHost("logic")
    async with (
        PtySocket(cable or box, folder / "box"),
        PtySocket(host, folder / "host"),
        asyncio.TaskGroup() as group,
    ):
        at = {"box": f"pty:{folder}/box", "logic": f"pty:{folder}/host"}
        supervisor = Supervisor(Hub(loaded.plan), places_of(loaded.document, loaded.plan, at))
        stop = asyncio.Event()
        group.create_task(supervisor.run(stop))
        try:
            for name in at:
                await until(lambda: supervisor.health[name].state == "connected", within=8)  # noqa: B023 - awaited here
            yield Stage(box, host, supervisor)
        finally:
            stop.set()


async def ride(stage: Stage, strip: int, place: float) -> None:
    stage.box.touch(strip)
    stage.box.move(strip, place, 0.2)
    await until(lambda: stage.host.touched(strip))
    await until(lambda: stage.track(strip) == pytest.approx(place, abs=NEAR))
    stage.box.release(strip)
    await until(lambda: not stage.host.touched(strip))


async def play(stage: Stage, strip: int, place: float) -> None:
    stage.host.move(strip - 1, place)  # the host counts tracks from 0
    await until(lambda: stage.box.fader_position(strip) == pytest.approx(place, abs=NEAR), within=8)


async def test_moves_cross_both_ways_and_noise_at_boot_is_counted(tmp_path: Path) -> None:
    async with running("serial-box-logic", tmp_path, SerialBox("lines", garbage=48)) as stage:
        assert stage.malformed >= 1
        await ride(stage, 1, 0.75)
        await play(stage, 3, 0.4)
        stage.box.tap("mute.2")
        await until(lambda: stage.box.lamp("mute.2") == "lit")


@pytest.mark.parametrize("framing", DEVICES)
async def test_a_reset_in_the_middle_of_a_frame_is_survived(framing: str, tmp_path: Path) -> None:
    rig = tmp_path / "rig.yaml"
    rig.write_text(RIG.format(device=DEVICES[framing]))
    async with running(str(rig), tmp_path, SerialBox(framing, garbage=32)) as stage:
        await ride(stage, 1, 0.75)
        await play(stage, 3, 0.4)
        stage.box.touch(2)
        stage.box.move(2, 0.9, 0.3)
        await until(lambda: stage.track(2) > 0.3)
        before = stage.malformed
        stage.box.watchdog_reset()
        stage.box.release(2)
        await until(lambda: stage.malformed > before, within=8)
        await until(lambda: not stage.host.touched(2), within=8)
        await play(stage, 4, 0.6)
        await ride(stage, 5, 0.25)


async def test_frames_that_a_bad_cable_spoils_are_noticed_and_mended(tmp_path: Path) -> None:
    rig = tmp_path / "rig.yaml"
    rig.write_text(RIG.format(device=DEVICES["cobs"]))
    box = SerialBox("cobs")
    cable = FaultyLink(box, FAULTS["byte-loss"], seed=5)
    async with running(str(rig), tmp_path, box, cable) as stage:
        for strip, place in enumerate((0.8, 0.2, 0.6), 1):
            await ride(stage, strip, place)
            await play(stage, strip + 4, place)
        assert stage.malformed


async def test_what_noise_and_a_reset_spoilt_is_counted_where_people_look(tmp_path: Path) -> None:
    box, host = SerialBox("lines", garbage=48), DawHost("logic")
    async with PtySocket(box, tmp_path / "box"), PtySocket(host, tmp_path / "host"):
        at = [f"--at=box=pty:{tmp_path}/box", f"--at=logic=pty:{tmp_path}/host"]
        with started(tmp_path / "log", "run", "serial-box-logic", *at) as bridge:
            await until(lambda: "box is connected" in bridge.said(), within=10)
            box.touch(1)
            box.move(1, 0.9, 0.3)
            await until(lambda: host.session.tracks[0].position > 0.3)
            box.watchdog_reset()
            box.release(1)
            await until(lambda: not host.touched(1), within=8)
            host.move(3, 0.6)
            await until(lambda: box.fader_position(4) == pytest.approx(0.6, abs=NEAR), within=8)
            assert await asyncio.to_thread(bridge.stop) == 0
        told = re.search(r"box: (\d+) messages could not be understood", bridge.said())
        assert told is not None, bridge.said()
        assert int(told[1]) >= 2
