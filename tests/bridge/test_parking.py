"""Where motors go when the bridge stops, on sheets and on a simulated surface."""

import asyncio
from pathlib import Path

import pytest

from firmware_sim.sockets.pty import PtySocket
from firmware_sim.xtouch import XTouch
from surfacebridge.bridge.assembly import places_of
from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.parking import parked
from surfacebridge.bridge.supervisor import Supervisor
from tests.helpers.rigs import surface_sheet
from tests.helpers.waiting import until
from tests.helpers.written import load, loaded

RIG = """
surfacebridge: 1
name: parked
surfaces: {x: {device: behringer/x-touch, port: x, park: 50%}}
targets: {desk: {profile: behringer/x32, host: 127.0.0.1}}
banks: {all: {items: "desk.ch.{1..8}"}}
strip: {map: [fader <> .fader | db]}
"""


@pytest.mark.parametrize(
    ("park", "place"), [("-oo", 0.0), ("0dB", 0.75), ("-10dB", 0.5), ("50%", 0.5), ("900%", 1.0)]
)
def test_every_motor_goes_to_the_level_or_the_place(park: str, place: float) -> None:
    orders = parked("x", surface_sheet(), park)
    assert [one.control for one in orders] == [
        *(f"x.fader.{n}" for n in range(1, 9)),
        "x.main.fader",
    ]
    assert [one.position for one in orders] == pytest.approx([place] * 9)


def test_without_a_word_motors_stay() -> None:
    assert parked("x", surface_sheet(), None) == ()


def test_what_has_no_motor_is_not_told() -> None:
    assert parked("x", surface_sheet(motor=False), "-oo") == ()


@pytest.mark.parametrize("park", ["down", "0", "dB", "-50%", "1e3dB"])
def test_a_place_that_is_none_is_refused_where_it_is_written(park: str) -> None:
    messages = [problem.message for problem in load(RIG.replace("50%", f"'{park}'")).problems]
    assert messages == [f"motors are parked at '-oo', '0dB' or '50%', not at '{park}'"]


def test_the_faders_of_a_console_are_not_parked() -> None:
    text = RIG.replace("device: behringer/x-touch, port: x", "console: behringer/x32, host: h")
    messages = [problem.message for problem in load(text).problems if problem.severity == "error"]
    assert messages == ["a console's faders are what it mixes with; they cannot be parked"]


async def test_at_the_end_motors_are_parked_but_never_under_a_hand(tmp_path: Path) -> None:
    rig = load(RIG)
    assert rig.plan is not None
    assert rig.document is not None
    surface, link = XTouch(), tmp_path / "x"
    async with PtySocket(surface, link):
        hub = Hub(loaded(RIG))
        places = places_of(
            rig.document, rig.plan, {"x": f"pty:{link}", "desk": "udp://127.0.0.1:9"}
        )
        supervisor, stop = Supervisor(hub, places), asyncio.Event()
        running = asyncio.create_task(supervisor.run(stop))
        await until(lambda: supervisor.health["x"].state == "connected")
        surface.touch(3)
        surface.move(3, 0.9)
        await until(lambda: hub.engine.wiring.controls["x.fader.3"].held)  # type: ignore[index]
        stop.set()
        await running
        await until(lambda: surface.fader_position(1) == pytest.approx(0.5, abs=0.002))
        await until(lambda: "surfacebridge" in "".join(surface.lcd_lines()))
        assert surface.fader_position(3) == pytest.approx(0.9)
        assert surface.counts.fought[3] == 0
