"""What hands do to a surface while a campaign runs."""

import asyncio
from random import Random

from firmware_sim.xtouch import XTouch
from tests.storms.window import STRIPS


async def ride(device: XTouch, fader: int, to: float, seconds: float) -> None:
    """Take a fader somewhere."""
    device.touch(fader)
    await asyncio.sleep(0.02)
    device.move(fader, to, seconds)
    await asyncio.sleep(seconds + 0.03)
    device.release(fader)


def tap_something(device: XTouch, chance: Random) -> None:
    """Tap a key."""
    key = chance.choice(("mute", "solo", "select"))
    device.tap(f"{key}.{chance.randint(1, STRIPS)}")
