"""An X-Touch drives a DAW that has only HUI: two pseudo-terminals and the bridge between."""

from pathlib import Path

import pytest

from firmware_sim.device import Device
from firmware_sim.faults import FaultyLink
from firmware_sim.hui_host import HuiHost
from firmware_sim.xtouch import XTouch
from tests.helpers.bridged import bridged
from tests.helpers.waiting import until

NEAR = 2 / 1023


async def test_a_hand_on_the_x_touch_mixes_in_the_daw(tmp_path: Path) -> None:
    surface, host = XTouch(), HuiHost("protools")

    def name() -> str:
        return surface.lcd_text(1)[0].strip()

    def track(n: int) -> float:
        return host.session.tracks[n - 1].position

    async with bridged("mcu-protools", tmp_path, {"mcu": surface, "protools": host}):
        await until(lambda: name() == "Kick")
        surface.touch(2)
        surface.move(2, 0.4, 0.2)
        await until(lambda: host.touched(2))
        await until(lambda: track(2) == pytest.approx(0.4, abs=NEAR))
        surface.release(2)
        await until(lambda: not host.touched(2))
        host.move(4, 0.9)
        await until(lambda: surface.fader_position(5) == pytest.approx(0.9, abs=NEAR))
        surface.tap("mute.3")
        await until(lambda: surface.lamp("mute.3") == "lit")
        surface.tap("bank.right")
        await until(lambda: name() == "Chr1")
        surface.tap("play")
        await until(lambda: surface.lamp("play") == "lit")
        assert host.distrusted == 0
        assert host.counts.malformed == 0


async def test_a_host_that_stops_pinging_is_silent_and_paints_when_it_is_back(
    tmp_path: Path,
) -> None:
    surface, host = XTouch(), HuiHost("protools")
    cable = FaultyLink(host)

    def name() -> str:
        return surface.lcd_text(1)[0].strip()

    devices: dict[str, Device] = {"mcu": surface, "protools": cable}
    async with bridged("mcu-protools", tmp_path, devices) as supervisor:
        health = supervisor.health["protools"]
        await until(lambda: name() == "Kick")
        cable.unplug()
        await until(lambda: health.state == "silent", within=8)
        assert "stopped pinging" in health.reason
        # What is not known any more stays as it is.
        assert name() == "Kick"
        host.set(0, name="Bongo")
        cable.replug()
        await until(lambda: health.state == "connected", within=8)
        await until(lambda: name() == "Bong")
