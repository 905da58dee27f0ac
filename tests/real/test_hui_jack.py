"""HUI on real MIDI ports, hosted and played: a console, the bridge and a DAW on JACK."""

import asyncio
from pathlib import Path

import pytest

from firmware_sim.hui import Hui
from firmware_sim.hui_host import HuiHost
from firmware_sim.sockets.midi_port import MidiPort
from surfacebridge.apps.mapping_files import load_rig
from surfacebridge.bridge.assembly import places_of
from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.supervisor import Supervisor
from tests.helpers.waiting import until

RIG = """\
surfacebridge: 1
surfaces: {hui: {device: mackie/hui, port: Old HUI}}
targets: {tools: {emulate: mackie/hui, port: "midi:Pretend Tools"}}
banks: {strips: {items: "1..8"}}
strip:
  map:
    - fader <> tools.fader.{n}
    - fader.touch > tools.fader.{n}.touch
    - mute <> tools.mute.{n}
    - lcd < tools.lcd.{n}
map:
  - hui.bank.{left,right} > tools.bank.{value}
"""


@pytest.mark.usefixtures("jack")
async def test_pairs_texts_and_pings_cross_real_ports(tmp_path: Path) -> None:
    path = tmp_path / "rig.yaml"
    path.write_text(RIG)
    rig = load_rig(str(path), {})
    assert rig.plan is not None, rig.problems
    assert rig.document is not None
    console, host = Hui(), HuiHost("protools")
    supervisor = Supervisor(Hub(rig.plan), places_of(rig.document, rig.plan, {}))
    stop = asyncio.Event()
    async with (
        MidiPort(console, "Old HUI"),
        MidiPort(host, "Pretend Tools"),
        asyncio.TaskGroup() as group,
    ):
        group.create_task(supervisor.run(stop))
        try:
            await until(
                lambda: all(one.state == "connected" for one in supervisor.health.values()),
                within=12,
            )
            await until(lambda: console.scribble(8) == "LdVc", within=8)
            console.touch(2)
            console.move(2, 0.4, 0.2)
            await until(
                lambda: host.session.tracks[1].position == pytest.approx(0.4, abs=0.003),
                within=8,
            )
            console.release(2)
            await until(lambda: not host.touched(2))
            host.move(4, 0.9)
            await until(lambda: console.fader_position(5) == pytest.approx(0.9, abs=0.003))
            console.tap("mute.3")
            await until(lambda: console.lamp("mute.3") == "lit")
            console.tap("bank.right")
            await until(lambda: console.scribble(1) == "Chr1")
        finally:
            stop.set()
    assert host.distrusted == 0
