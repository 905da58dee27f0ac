"""One cycle of a campaign: a cable is cut while hands move and something else goes wrong too.

Afterwards all must be as it should be within five seconds, a hand's last value must arrive, and
what is outside the bank must reach no strip.

Owns: what breaks, and the count of it.  Does not own: the links (``outside``).
"""

import asyncio
import socket
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import Final

from firmware_sim.network_faults import NETWORK_FAULTS, NetworkFault
from firmware_sim.sockets.midi_port import MidiPort
from firmware_sim.wire import encode_osc
from tests.campaign.hands import ride, tap_something
from tests.campaign.outside import CHANNELS, SETTLED_WITHIN, Outside, Strips
from tests.storms.window import FADERS, STRIPS

LINKS: Final = ("virtual MIDI", "pseudo-terminal", "UDP")
TROUBLES: Final = (
    "nothing else",
    "desk restarted",
    "two clients fight",
    "scenes recalled",
    "banks changed",
    "reloaded in mid-move",
    "power lost",
)

_NEAR: Final = 3 / 1023 + 0.5 / 160
# One cut in so many lasts until the bridge has given the desk up and says so.
_LONG_EVERY: Final = 20
_LONG: Final = 6.0
# Long enough for what is on its way to be here.
_QUIET: Final = 0.12


@dataclass(slots=True)
class Tally:
    """What came of it so far."""

    cut: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    waits: dict[str, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)


async def cycle(outside: Outside, link: str, trouble: str, chance: Random, tally: Tally) -> None:
    """Cut ``link`` once while ``trouble`` goes on, mend it, and look."""
    tally.cut[link] += 1
    tally.troubles[trouble] += 1
    hands = [
        asyncio.ensure_future(_hand(strips, chance.randrange(1 << 30)))
        for strips in outside.surfaces
    ]
    desk = asyncio.ensure_future(_desk(outside, Random(chance.randrange(1 << 30))))  # noqa: S311
    await asyncio.gather(_cut(outside, link, chance), _DEEDS[trouble](outside, chance))
    for doer in (*hands, desk):
        doer.cancel()
    done = await asyncio.gather(*hands, desk, return_exceptions=True)
    tally.wrong += [repr(one) for one in done if not isinstance(one, asyncio.CancelledError)]
    for strips in outside.surfaces:
        for fader in range(1, FADERS + 1):
            strips.device.release(fader)
    waited, wrong = await outside.settle()
    tally.waits.setdefault(link, []).append(waited)
    tally.wrong += wrong
    if not wrong:
        tally.wrong += await _ride(outside, chance)
        tally.wrong += await _hidden(outside, chance)
    tally.wrong += outside.scandals()


# What goes on meanwhile


async def _hand(strips: Strips, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - moves a hand, guards nothing
    while True:
        fader, to = chance.randint(1, FADERS), chance.random()
        await ride(strips.device, fader, to, chance.uniform(0.05, 0.3))
        tap_something(strips.device, chance)
        await asyncio.sleep(0.04)


async def _desk(outside: Outside, chance: Random) -> None:
    while True:
        at = f"/ch/{chance.randint(1, CHANNELS):02}"
        match chance.randrange(4):
            case 0:
                outside.desk.set_from_desk(f"{at}/mix/on", chance.randint(0, 1))
            case 1:
                outside.desk.set_from_desk(f"{at}/mix/pan", round(chance.random() * 100) / 100)
            case _:
                outside.desk.set_from_desk(f"{at}/mix/fader", round(chance.random() * 1023) / 1023)
        await asyncio.sleep(0.015)


# Cutting


async def _cut(outside: Outside, link: str, chance: Random) -> None:
    await asyncio.sleep(chance.uniform(0.05, 0.3))
    if link == "UDP":
        await _cut_network(outside, chance)
        return
    kind = MidiPort if link == "virtual MIDI" else object
    fitting = [one for one in outside.surfaces if isinstance(one.plug, kind)]
    await _unplug(fitting[-1], chance)


async def _cut_network(outside: Outside, chance: Random) -> None:
    network = outside.network
    carried = network.counts.carried + chance.randint(1, 40)
    for _ in range(60):
        if network.counts.carried >= carried:
            break
        await asyncio.sleep(0.005)
    network.die()
    await asyncio.sleep(_LONG if chance.randrange(_LONG_EVERY) == 0 else chance.uniform(0.02, 0.6))
    network.revive()


async def _unplug(strips: Strips, chance: Random) -> None:
    async with strips.at_the_plug:
        cable = strips.cable
        cable.unplug_after(chance.randint(1, 90), from_device=chance.random() < 0.5)
        for _ in range(60):
            if not cable.plugged:
                break
            await asyncio.sleep(0.005)
        cable.unplug()
        strips.plug.unplug()
        await asyncio.sleep(chance.uniform(0.02, 0.6))
        cable.replug()
        strips.plug.plug()


# What else goes wrong


async def _nothing(outside: Outside, chance: Random) -> None:
    del outside
    await asyncio.sleep(chance.uniform(0.1, 0.5))


async def _restart_desk(outside: Outside, chance: Random) -> None:
    await asyncio.sleep(chance.uniform(0.0, 0.6))
    outside.desk.restart()


async def _fight(outside: Outside, chance: Random) -> None:
    """Let another client of the desk pull at the fader a hand is on; and a third listen in."""
    strips = chance.choice(outside.surfaces)
    fader = chance.randint(1, FADERS)
    outside.network.fault = NetworkFault(steal_every=0.3)
    strips.device.touch(fader)
    strips.device.move(fader, chance.random(), 0.8)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as tablet:
        tablet.connect(("127.0.0.1", outside.port))
        for _ in range(40):
            tablet.send(
                encode_osc(strips.fader_address(fader), round(chance.random() * 1023) / 1023)
            )
            await asyncio.sleep(0.02)
    strips.device.release(fader)
    outside.network.fault = NETWORK_FAULTS["none"]


async def _recall(outside: Outside, chance: Random) -> None:
    for _ in range(12):
        outside.desk.recall_scene(chance.choice((1, 2)))
        await asyncio.sleep(chance.uniform(0.01, 0.1))


async def _change_banks(outside: Outside, chance: Random) -> None:
    x, y = (strips.device for strips in outside.surfaces)
    for _ in range(12):
        device, key = chance.choice(
            (
                (x, "bank.left"),
                (x, "bank.right"),
                (x, "flip"),
                (y, "channel.left"),
                (y, "channel.right"),
            )
        )
        device.tap(key)
        await asyncio.sleep(chance.uniform(0.01, 0.12))


async def _reload(outside: Outside, chance: Random) -> None:
    await asyncio.sleep(chance.uniform(0.0, 0.3))
    await outside.save_the_rig()


async def _lose_power(outside: Outside, chance: Random) -> None:
    """Take a surface's power, and move its caps in the dark."""
    strips = chance.choice(outside.surfaces)
    await asyncio.sleep(chance.uniform(0.0, 0.3))
    async with strips.at_the_plug:
        strips.cable.power_off()
        strips.plug.unplug()
        await asyncio.sleep(chance.uniform(0.02, 0.6))
        strips.cable.power_on({n: chance.random() for n in range(1, FADERS + 1)})
        strips.plug.plug()


_DEEDS: Final[dict[str, Callable[[Outside, Random], Awaitable[None]]]] = dict(
    zip(
        TROUBLES,
        (_nothing, _restart_desk, _fight, _recall, _change_banks, _reload, _lose_power),
        strict=True,
    )
)


# Looking


async def _ride(outside: Outside, chance: Random) -> list[str]:
    """Ride one fader of each surface; its last value must arrive, and nothing else may move."""
    found: list[str] = []
    for strips in outside.surfaces:
        fader, to = chance.randint(1, FADERS), chance.random()
        address = strips.fader_address(fader)
        before = _mix(outside)
        dropped = Counter(outside.status["dropped"])
        await ride(strips.device, fader, to, 0.15)
        _, wrong = await outside.settle()
        found += [
            f"after a ride of {strips.name}.fader.{fader} to {to:.4f}: {one}" for one in wrong
        ]
        holds = float(outside.desk.value(address))
        if abs(holds - to) > _NEAR:
            found.append(
                f"{strips.name}.fader.{fader} was taken to {to:.4f}, {address} is {holds:.4f}; "
                f"the bridge dropped {dict(Counter(outside.status['dropped']) - dropped)}"
            )
        # What is written once more as it stands is a write that had to be confirmed.
        after = _mix(outside)
        if moved := [one for one in after if one != address and after[one] != before[one]]:
            found.append(f"a ride of {address} moved {', '.join(moved)} too")
    return found


def _mix(outside: Outside) -> dict[str, float]:
    """Return what a fader or a key of any strip could change."""
    addresses = ["/main/st/mix/fader"]
    for number in range(1, CHANNELS + 1):
        addresses += [f"/ch/{number:02}/mix/{leaf}" for leaf in ("fader", "on", "pan", "01/level")]
    return {address: float(outside.desk.value(address)) for address in addresses}


async def _hidden(outside: Outside, chance: Random) -> list[str]:
    """Change a channel that no strip stands for; no strip may be told anything of it.

    That a motor is told once more where its own channel stands is no harm.
    """
    first = outside.status["offset"]
    shown = range(first + 1, first + 2 * STRIPS + 1)
    hidden = chance.choice([number for number in range(1, CHANNELS + 1) if number not in shown])
    await _until_quiet(outside)
    outside.desk.set_from_desk(f"/ch/{hidden:02}/mix/fader", chance.random())
    outside.desk.set_from_desk(f"/ch/{hidden:02}/mix/pan", chance.random())
    outside.desk.set_from_desk(f"/ch/{hidden:02}/config/name", f"gone{hidden}")
    await asyncio.sleep(_QUIET)
    return [
        f"{strips.name} was told {told.hex(' ')} for channel {hidden}, which it does not show"
        for strips in outside.surfaces
        for told in strips.told
        if not _is_own_place(strips, told)
    ]


def _is_own_place(strips: Strips, told: bytes) -> bool:
    """Return whether a motor is told the place it stands for."""
    if told[0] & 0xF0 != 0xE0:
        return False
    place = (told[1] | told[2] << 7) / 16383
    holds = strips.desk.value(strips.fader_address(told[0] - 0xE0 + 1))
    return abs(place - float(holds)) < _NEAR


async def _until_quiet(outside: Outside) -> None:
    """Wait until no strip is told anything any more; forget what they were told."""
    for _ in range(20):
        for strips in outside.surfaces:
            strips.told.clear()
        await asyncio.sleep(_QUIET)
        if not any(strips.told for strips in outside.surfaces):
            return


def drawn(cycles: int, seed: int, links: tuple[str, ...] = LINKS) -> list[tuple[str, str]]:
    """Return the link and the trouble of each cycle: each as often as the others, mixed."""
    chance = Random(f"campaign {seed}")  # noqa: S311 - makes weather, guards nothing
    cuts = [links[number % len(links)] for number in range(cycles)]
    troubles = [TROUBLES[number % len(TROUBLES)] for number in range(cycles)]
    chance.shuffle(cuts)
    chance.shuffle(troubles)
    return list(zip(cuts, troubles, strict=True))


__all__ = ["LINKS", "SETTLED_WITHIN", "TROUBLES", "Tally", "cycle", "drawn"]
