"""Faders, keys, pans and transport between a simulated X-Touch and a real Ardour 7.3, both ways."""

from functools import partial
from pathlib import Path

import pytest

from tests.helpers.ardour import TRACKS, Ardour
from tests.helpers.ardour_desk import LAW, PATIENCE, Desk, desk
from tests.helpers.waiting import until

# The first test waits for Ardour to start.
pytestmark = pytest.mark.timeout(200)


async def test_a_surface_and_ardour_agree_in_both_directions(
    ardour_with_windows: Ardour, tmp_path: Path
) -> None:
    async with desk(ardour_with_windows, tmp_path) as here:
        await names_are_shown(here)
        await faders_go_both_ways(here)
        await keys_go_both_ways(here)
        await pans_go_both_ways(here)
        await the_transport_runs_and_is_shown(here)


async def names_are_shown(here: Desk) -> None:
    def shown() -> list[str]:
        return [here.surface.lcd_text(n)[0].strip() for n in range(1, 9)]

    await until(lambda: shown() == list(TRACKS[:8]), within=PATIENCE)
    here.surface.tap("bank.right")
    await until(lambda: shown()[:2] == list(TRACKS[8:]), within=PATIENCE)
    here.surface.tap("bank.left")
    await until(lambda: shown() == list(TRACKS[:8]), within=PATIENCE)
    await here.ardour("/strip/name", 8, "Singer", until_so=lambda: shown()[7] == "Singer")
    await here.ardour("/strip/name", 8, TRACKS[7], until_so=lambda: shown()[7] == TRACKS[7])


async def faders_go_both_ways(here: Desk) -> None:
    # Unity is unity at both ends, and off is off.
    for level in (0.0, -10.0, -30.0, 6.0, -200.0):
        cap = LAW.from_db(level) if level > -190 else 0.0
        follows = partial(here.is_at, 3, cap)
        await here.ardour("/strip/gain", 3, level, until_so=follows)
    for position, level in ((0.75, 0.0), (0.5, -10.0), (0.0, -200.0)):
        here.surface.touch(2)
        here.surface.move(2, position, 0.1)
        await until(lambda level=level: abs(here.level(2) - level) < 0.15, within=PATIENCE)  # type: ignore[misc]
        here.surface.release(2)
    # A motor never moves under a hand; it moves when the hand has gone.
    here.surface.touch(4)
    await here.seconds(0.1)
    before = here.surface.fader_position(4)
    await here.ardour("/strip/gain", 4, -10.0, until_so=lambda: abs(here.level(4) + 10.0) < 0.1)
    await here.seconds(0.2)
    assert here.surface.fader_position(4) == before
    here.surface.release(4)
    await until(lambda: abs(here.cap(4) + 10.0) < 0.2, within=PATIENCE)
    here.surface.touch(9)
    here.surface.move(9, 0.5, 0.1)
    await until(lambda: abs(float(str(here.osc.value("/master/gain"))) + 10) < 0.2, within=PATIENCE)
    here.surface.release(9)
    await here.ardour("/master/gain", 0.0, until_so=lambda: abs(here.cap(9)) < 0.2)


async def keys_go_both_ways(here: Desk) -> None:
    for key, path in (("mute", "mute"), ("solo", "solo"), ("rec", "recenable")):
        await here.tap(f"{key}.4")
        await until(partial(here.says, f"/strip/{path}", 1.0, 4), within=PATIENCE)
        lamp = partial(here.is_dark, f"{key}.4")
        await here.ardour(f"/strip/{path}", 4, 0, until_so=lamp)
    await here.tap("select.2")
    await here.tap("select.5")
    await until(lambda: here.surface.lamp("select.2") == "dark", within=PATIENCE)
    await until(lambda: here.says("/strip/select", 1.0, 5), within=PATIENCE)


async def pans_go_both_ways(here: Desk) -> None:
    def is_right() -> bool:
        return here.surface.lcd_text(6)[1].strip() == "R100"

    await here.ardour("/strip/pan_stereo_position", 6, 0.0, until_so=is_right)
    here.surface.turn(6, -32)
    await until(lambda: here.says("/strip/pan_stereo_position", 0.5, 6), within=PATIENCE)


async def the_transport_runs_and_is_shown(here: Desk) -> None:
    await here.tap("play")
    await until(lambda: here.says("/transport_play", 1.0), within=PATIENCE)
    first = here.surface.timecode()
    await until(lambda: here.surface.timecode() not in {"", first}, within=PATIENCE)
    await here.tap("stop")
    await until(lambda: here.surface.lamp("play") == "dark", within=PATIENCE)
    await here.tap("click")
    await here.tap("click", "dark")
    await here.ardour("/transport_play", 1.0, until_so=lambda: not here.is_dark("play"))
    await here.ardour("/transport_stop", 1.0, until_so=lambda: not here.is_dark("stop"))
