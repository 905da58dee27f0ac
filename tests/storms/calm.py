"""The calm after a storm: everything must work as if nothing had been.

Owns: one ride by hand, a few changes at the desk, and how soon each must be seen.
"""

import asyncio
from typing import Final

from tests.storms.stage import CLIENT, Stage
from tests.storms.verdict import TOLERANCES, differences, held

# The bridge answers at once; a tick of the cable and one of the network are on top.
AT_ONCE: Final = 0.025
# All that this rig follows is asked in that time, a bad network's answers and all.
ASKED: Final = 0.75
# A motor crosses its track in 0.2 s, and one with friction takes as long again to settle.
TRAVELLED: Final = 0.4

_HAND: Final = 2
_DESK: Final = (3, 5, 6)


async def faults_of_the_calm(stage: Stage, build: str, held_back: float) -> list[str]:
    """Return a sentence for each thing that does not work."""
    writes = stage.desk.counts.writes.total()
    await asyncio.sleep(0.2)
    found = []
    if (more := stage.desk.counts.writes.total() - writes) > 0:
        found.append(f"In the calm the desk was written {more} times.")
    found += await _hand_rides(stage, build, held_back)
    found += await _desk_acts(stage, build, held_back)
    found += differences(stage, build)
    found += held(stage)
    return [f"In the calm: {one}" for one in found]


async def _desk_acts(stage: Stage, build: str, held_back: float) -> list[str]:
    moves = dict(stage.device.counts.motor_moves)
    for strip in _DESK:
        channel = stage.offset + strip
        place = float(stage.desk.value(stage.fader_address(strip)))
        # Not so far that the whole track has to be crossed, not so near that nothing moves.
        stage.desk.set_from_desk(stage.fader_address(strip), place + (0.3 if place < 0.5 else -0.3))
        on = stage.desk.value(f"/ch/{channel:02}/mix/on")
        stage.desk.set_from_desk(f"/ch/{channel:02}/mix/on", 1 - int(on))
    # Where others took the bridge's place it has to find out by asking.
    pushed = CLIENT in stage.desk.clients
    await asyncio.sleep((AT_ONCE if pushed else ASKED) + held_back)
    found = [
        f"The motor of fader {strip} was not told in time."
        for strip in _DESK
        if stage.device.counts.motor_moves[strip] != moves[strip] + 1
    ]
    await asyncio.sleep(TRAVELLED)
    return found + differences(stage, build)


async def _hand_rides(stage: Stage, build: str, held_back: float) -> list[str]:
    device, address = stage.device, stage.fader_address(_HAND)
    to = 0.2 if device.fader_position(_HAND) > 0.5 else 0.8
    before = stage.desk.counts.writes[address]
    device.touch(_HAND)
    await asyncio.sleep(0.05)
    device.move(_HAND, to, 0.15)
    await asyncio.sleep(0.15 + AT_ONCE + held_back)
    found = []
    holds = float(stage.desk.value(address))
    tolerance = TOLERANCES[build] + (0.01 if stage.flipped else 0.0)
    if abs(holds - device.fader_position(_HAND)) > tolerance:
        found.append(f"A hand took fader {_HAND} to {to}, {address} is {holds:.4f}.")
    if stage.desk.counts.writes[address] - before < 5 and not held_back:
        found.append("A ride did not arrive as a ride.")
    if stage.desk.counts.refused_values:
        found.append("The desk refused a value.")
    device.release(_HAND)
    await asyncio.sleep(TRAVELLED + held_back)
    return found
