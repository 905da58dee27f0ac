"""What is played in the demo, act by act, and the reckoning at the end."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import click

from surfacebridge.apps.cli.demo_stage import Stage, set_stage
from surfacebridge.apps.cli.demo_view import View

# A resync after a new plug or a scene takes well under a second; a slow machine gets more.
SETTLE_LIMIT: Final = 5.0


@dataclass(frozen=True, slots=True)
class Act:
    """One act: what the audience reads, how long it lasts at most, and what happens."""

    caption: str
    seconds: float
    play: Callable[[Stage], Awaitable[None]]


async def run_show(seconds: float, *, draw: bool) -> bool:
    """Play for ``seconds`` (0: until cancelled); return whether surface equals desk at the end."""
    loop = asyncio.get_running_loop()
    async with set_stage() as stage:
        view = View(stage, draw=draw)
        with view:
            drawing = asyncio.ensure_future(view.keep_drawing())
            try:
                view.say("The bridge opens the surface and the desk and reads what the desk holds.")
                await _settled(stage)
                ends = loop.time() + seconds if seconds else math.inf
                await _play(stage, view, ends)
                view.say("Hands off: everything comes to rest.")
                await _settled(stage)
            finally:
                drawing.cancel()
        return _reckon(stage)


async def _play(stage: Stage, view: View, ends: float) -> None:
    loop = asyncio.get_running_loop()
    while True:
        for act in ACTS:
            if loop.time() + act.seconds > ends:
                return
            view.say(act.caption)
            await act.play(stage)


async def _settled(stage: Stage) -> None:
    """Wait until surface equals desk, for at most ``SETTLE_LIMIT``."""
    loop = asyncio.get_running_loop()
    limit = loop.time() + SETTLE_LIMIT
    calm = 0
    while loop.time() < limit and calm < 5:
        await asyncio.sleep(0.1)
        calm = 0 if stage.differences() else calm + 1


def _reckon(stage: Stage) -> bool:
    differences = stage.differences()
    counts, surface = stage.supervisor.counts, stage.surface.counts
    p50, p95, p99 = (1e6 * value for value in stage.hub.latency.percentiles(50, 95, 99))
    click.echo()
    click.echo(f"Gestures            {stage.gestures} by the hand, {stage.tablet.sent} by a tablet")
    click.echo(
        f"Surface to desk     {surface.messages_out} MIDI messages in, "
        f"{counts['desk sent']} OSC messages out"
    )
    click.echo(
        f"Desk to surface     {counts['desk received']} OSC messages in, "
        f"{surface.messages_in} MIDI messages out"
    )
    click.echo(
        f"Bytes in to out     p50 {p50:.0f} µs, p95 {p95:.0f} µs, p99 {p99:.0f} µs "
        f"({stage.hub.latency.count} passages)"
    )
    fought = sum(surface.fought.values())
    hands = f"{fought} of them under a hand" if fought else "none under a hand"
    click.echo(f"Motors              {sum(surface.motor_moves.values())} orders, {hands}")
    if differences:
        click.echo("surface differs from desk:")
        for one in differences:
            click.echo(f"  {one}")
        return False
    click.echo("surface equals desk")
    return True


# Acts


async def _ride(stage: Stage, fader: int, to: float, seconds: float) -> None:
    # No arm is back on a cap in the instant it left it.
    await asyncio.sleep(0.15)
    stage.gestures += 1
    stage.surface.touch(fader)
    await asyncio.sleep(0.1)
    stage.surface.move(fader, to, seconds)
    await asyncio.sleep(seconds + 0.1)
    stage.surface.release(fader)


async def _tap(stage: Stage, key: str) -> None:
    stage.gestures += 1
    stage.surface.press(key)
    await asyncio.sleep(0.08)
    stage.surface.release_button(key)


async def _three_faders(stage: Stage) -> None:
    await _ride(stage, 1, 0.75, 0.8)
    await asyncio.gather(_ride(stage, 2, 0.2, 1.0), _ride(stage, 3, 0.9, 0.7))
    await _ride(stage, 2, 0.6, 0.6)


async def _keys(stage: Stage) -> None:
    for key in ("mute.2", "solo.4", "select.3", "mute.6", "solo.4"):
        await _tap(stage, key)
        await asyncio.sleep(0.3)


async def _tablet(stage: Stage) -> None:
    for step in range(25):
        for channel in (4, 5, 6):
            place = 0.5 + 0.35 * math.sin(step / 6 + channel)
            stage.tablet.set(f"/ch/{channel:02}/mix/fader", place)
        await asyncio.sleep(0.1)
    stage.tablet.set("/ch/02/mix/on", 1)
    stage.tablet.set("/ch/05/config/name", "Floor Tom")
    await asyncio.sleep(0.5)


async def _contest(stage: Stage) -> None:
    stage.gestures += 1
    stage.surface.touch(5)
    await asyncio.sleep(0.2)
    for step in range(15):
        stage.tablet.set("/ch/05/mix/fader", 0.1 + step * 0.05)
        await asyncio.sleep(0.1)
    stage.surface.release(5)
    await asyncio.sleep(0.6)


async def _scene(stage: Stage) -> None:
    stage.tablet.set("/-action/goscene", 1)
    await asyncio.sleep(1.6)


async def _banks(stage: Stage) -> None:
    await _tap(stage, "bank.right")
    await asyncio.sleep(1.0)
    await _ride(stage, 5, 0.75, 0.6)
    await asyncio.sleep(0.3)
    await _tap(stage, "bank.left")
    await asyncio.sleep(1.0)


async def _unplug(stage: Stage) -> None:
    stage.gestures += 1
    stage.surface.touch(7)
    stage.surface.move(7, 0.95, 1.0)
    await asyncio.sleep(0.5)
    stage.plug.unplug()
    await asyncio.sleep(0.3)
    stage.surface.release(7)
    stage.tablet.set("/ch/01/mix/fader", 0.3)
    stage.tablet.set("/ch/03/mix/on", 0)
    await asyncio.sleep(1.2)
    stage.plug.plug()
    await asyncio.sleep(2.0)


ACTS: Final = (
    Act("A hand rides three faders; the desk follows.", 5.0, _three_faders),
    Act("Mute, solo and select: the lamps show what the desk holds.", 2.2, _keys),
    Act("Another client moves the desk; the motors follow.", 3.2, _tablet),
    Act("The client moves a fader that a finger holds: the motor waits.", 2.6, _contest),
    Act("Scene 1 is recalled on the desk.", 1.8, _scene),
    Act("Bank right: channels 9 to 16, one is ridden, and back.", 3.6, _banks),
    Act(
        "The surface is unplugged in mid-move, the desk moves on, and it comes back.", 4.4, _unplug
    ),
    Act("A hand rides three faders; the desk follows.", 5.0, _three_faders),
)
