"""An old HUI console drives DAWs that host only a Mackie Control, each with its own manners."""

from pathlib import Path

import pytest

from firmware_sim.daw_host import HOSTS, DawHost
from firmware_sim.hui import Hui
from tests.helpers.bridged import bridged
from tests.helpers.waiting import until

# One of the console's 512 steps, and what a host loses at the top of its faders.
NEAR = 0.005


@pytest.mark.parametrize("daw", HOSTS)
async def test_a_hand_on_the_console_mixes_in_the_daw(daw: str, tmp_path: Path) -> None:
    console, host = Hui(), DawHost(daw)
    async with bridged("hui-daw", tmp_path, {"hui": console, "daw": host}):
        await until(lambda: console.scribble(8) == "LdVc")
        console.touch(2)
        console.move(2, 0.4, 0.2)
        await until(lambda: host.touched(2))
        await until(lambda: host.session.tracks[1].position == pytest.approx(0.4, abs=NEAR))
        console.release(2)
        await until(lambda: not host.touched(2))
        host.move(4, 0.9)
        await until(lambda: console.fader_position(5) == pytest.approx(0.9, abs=NEAR))
        console.tap("mute.3")
        await until(lambda: console.lamp("mute.3") == "lit")
        before = host.session.tracks[0].pan
        console.turn(1, 6)
        await until(lambda: host.session.tracks[0].pan > before)
        await until(lambda: console.ring(1).value > 6)
        console.tap("bank.right")
        await until(lambda: console.scribble(1) == "Chr1")
        console.tap("play")
        await until(lambda: console.lamp("play") == "lit")
        await until(lambda: sum(console.meter(1)) > 0)
        await until(lambda: console.timecode().strip() != "")
        assert host.counts.malformed == 0
