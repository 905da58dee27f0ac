"""Behringer's smaller surfaces, and an X-Touch on the network, drive a simulated X32.

Real bytes on pseudo-terminals and UDP; the simulated peers share no code with the bridge.
"""

import socket
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from firmware_sim.bcf2000 import Bcf2000
from firmware_sim.device import Surface
from firmware_sim.sockets.pty import PtySocket
from firmware_sim.sockets.udp import UdpServer
from firmware_sim.x32 import X32
from firmware_sim.xctl import XctlPort, XTouchXctl
from firmware_sim.xtouch_standard import XTouchCompact, XTouchMini
from tests.helpers.bridged import running
from tests.helpers.waiting import until

RIG = """
surfacebridge: 1
name: a surface and an X32
surfaces: {{x: {{device: {device}, port: x}}}}
targets: {{desk: {{profile: behringer/x32, host: 127.0.0.1}}}}
banks: {{inputs: {{items: "desk.ch.{{1..16}}"}}}}
strip:
  map:
{lines}
"""
FADER = "    - fader <> .fader | db\n"
# A BCF2000 has no decibels printed on it: here it has the desk's.
ON_A_BCF = "    - fader <> .fader | db(x32, x32)\n"
SEVEN_BITS = 0.6 / 127


@dataclass(frozen=True, slots=True)
class Unit:
    """What is tried at one unit: a motor's precision and a key with a lamp."""

    make: type
    device: str
    lines: str
    key: str
    step: float


MOTORS = (
    Unit(
        XTouchCompact, "behringer/x-touch-compact", FADER + "    - select <> .on", "select.2",
        SEVEN_BITS,
    ),
    Unit(
        Bcf2000, "behringer/bcf2000", ON_A_BCF + "    - mute <> .on",
        "mute.2", SEVEN_BITS,
    ),
    Unit(XTouchXctl, "behringer/x-touch-xctl", FADER + "    - mute <> .on", "mute.2", 1.6 / 1023),
)  # fmt: skip


async def plugged(stack: AsyncExitStack, unit: Surface, folder: Path) -> str:
    """Put ``unit`` where the bridge can find it; return its address."""
    if not isinstance(unit, XTouchXctl):
        await stack.enter_async_context(PtySocket(unit, folder / "x"))
        return f"pty:{folder / 'x'}"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        host = free.getsockname()
    server = await stack.enter_async_context(UdpServer(XctlPort(unit, host)))
    return f"udp://127.0.0.1:{server.address[1]}?listen={host[1]}"


async def set_up(
    stack: AsyncExitStack, folder: Path, unit: Surface, desk: X32, words: Mapping[str, str]
) -> None:
    (folder / "rig.yaml").write_text(RIG.format(**words))
    front = await stack.enter_async_context(UdpServer(desk))
    at = {
        "x": await plugged(stack, unit, folder),
        "desk": f"udp://127.0.0.1:{front.address[1]}",
    }
    await stack.enter_async_context(running(str(folder / "rig.yaml"), at, ("desk",)))


@pytest.mark.parametrize("unit", MOTORS, ids=lambda unit: unit.device.partition("/")[2])
async def test_a_surface_with_motors_drives_a_desk_and_follows_it(
    unit: Unit, tmp_path: Path
) -> None:
    surface, desk = unit.make(), X32()
    desk.set_from_desk("/ch/01/mix/fader", 0.75)
    desk.set_from_desk("/ch/02/mix/on", 1)
    async with AsyncExitStack() as stack:
        words = {"device": unit.device, "lines": unit.lines}
        await set_up(stack, tmp_path, surface, desk, words)
        # The surface shows the desk.
        await until(lambda: surface.fader_position(1) == pytest.approx(0.75, abs=unit.step))
        await until(lambda: surface.lamp(unit.key) == "lit")
        # A hand.
        surface.touch(2)
        surface.move(2, 0.5, 0.2)
        await until(lambda: desk.value("/ch/02/mix/fader") == pytest.approx(0.5, abs=unit.step))
        surface.release(2)
        surface.tap(unit.key)
        await until(lambda: desk.value("/ch/02/mix/on") == 0)
        await until(lambda: surface.lamp(unit.key) == "dark")
        # Somebody at the desk.
        desk.set_from_desk("/ch/08/mix/fader", 0.25)
        await until(lambda: surface.fader_position(8) == pytest.approx(0.25, abs=unit.step))
        assert surface.fader_position(2) == pytest.approx(0.5, abs=unit.step)
        assert not any(surface.counts.fought.values())
        # No echo of its own motors came back to the desk.
        assert desk.counts.writes["/ch/08/mix/fader"] == 0
        assert desk.counts.writes["/ch/01/mix/fader"] == 0


async def test_a_mini_counts_on_from_where_the_desk_is(tmp_path: Path) -> None:
    surface, desk = XTouchMini(), X32()
    desk.set_from_desk("/ch/01/mix/pan", 1.0)
    async with AsyncExitStack() as stack:
        lines = "    - knob <> .pan\n    - ring < .pan | ring(dot)\n    - top <> .on"
        words = {"device": "behringer/x-touch-mini", "lines": lines}
        await set_up(stack, tmp_path, surface, desk, words)
        await until(lambda: surface.ring(1).lamps == (13,))
        desk.set_from_desk("/ch/02/mix/on", 1)
        await until(lambda: surface.lamp("top.2") == "lit")
        # It takes hold where it passes the desk's value.
        for _ in range(12):
            surface.turn(8, 10)
        surface.turn(8, 7)
        await until(lambda: desk.value("/ch/08/mix/pan") == 1.0)
        surface.tap("top.2")
        await until(lambda: desk.value("/ch/02/mix/on") == 0)
        await until(lambda: surface.ring(8).lamps == (13,))
