"""Meters, playhead, markers, sends and a take between a simulated X-Touch and a real Ardour."""

from functools import partial
from pathlib import Path
from typing import Final

import pytest

from tests.helpers.ardour import BUS, TRACKS, Ardour
from tests.helpers.ardour_desk import PATIENCE, Desk, desk
from tests.helpers.waiting import until

# The first test waits for Ardour to start.
pytestmark = pytest.mark.timeout(200)

SECOND: Final = 48_000

# How loud the tone is, in dB below full scale, in the middle of a segment of the meters.
TONE: Final = -17.0
# By the level of the fader, how many segments of a Mackie's bar the tone lights behind it.
BARS: Final = {-30.0: 2, -10.0: 4, 0.0: 5, 6.0: 6}


def shown(here: Desk) -> str:
    """Return the time on the surface's display, without its blanks."""
    return here.surface.timecode().replace(" ", "")


async def go_to(here: Desk, second: int) -> None:
    """Put Ardour's playhead at a second; the surface shows it."""
    place = f"00.00.{second:02}.00"
    await here.ardour("/locate", second * SECOND, 0, until_so=lambda: shown(here) == place)


async def is_at(here: Desk, place: str) -> None:
    """Wait until Ardour is somewhere, and the surface shows that."""
    await until(lambda: here.says("/position/smpte", place.replace(".", ":")), within=PATIENCE)
    await until(lambda: shown(here) == place, within=PATIENCE)


async def toggles_both_ways(here: Desk, key: str, path: str) -> None:
    """Switch something with a key, and back in Ardour; then the other way round."""
    await here.tap(key)
    await until(partial(here.says, path, 1.0), within=PATIENCE)
    await here.ardour(path, 1.0, until_so=lambda: here.is_dark(key))
    await here.ardour(path, 1.0, until_so=lambda: not here.is_dark(key))
    await here.tap(key, "dark")
    await until(partial(here.says, path, 0.0), within=PATIENCE)


async def test_a_meter_shows_what_is_played_behind_the_fader(
    ardour_with_windows: Ardour, tmp_path: Path
) -> None:
    async with desk(ardour_with_windows, tmp_path) as here:
        monitor = partial(here.says, "/strip/monitor_input", 1.0, 1)
        await here.ardour("/strip/monitor_input", 1, 1, until_so=monitor)
        with ardour_with_windows.tone(TRACKS[0], TONE):
            for level, bar in BARS.items():
                await here.ardour(
                    "/strip/gain",
                    1,
                    level,
                    until_so=lambda bar=bar: here.surface.meter(1).level == bar,  # type: ignore[misc]
                )
            # It stands there, and the others are at rest.
            await here.seconds(0.5)
            assert [here.surface.meter(n).level for n in range(1, 9)] == [6, 0, 0, 0, 0, 0, 0, 0]
        await until(lambda: here.surface.meter(1).level == 0, within=PATIENCE)
        live = partial(here.says, "/strip/monitor_input", 0.0, 1)
        await here.ardour("/strip/monitor_input", 1, 0, until_so=live)
        await here.ardour("/strip/gain", 1, 0.0, until_so=lambda: abs(here.cap(1)) < 0.1)


async def test_the_playhead_is_moved_and_shown(ardour_with_windows: Ardour, tmp_path: Path) -> None:
    async with desk(ardour_with_windows, tmp_path) as here:
        await the_display_shows_time_code_or_bars(here)
        await the_wheel_moves_the_playhead(here)
        await markers_are_set_and_found(here)
        # In this order: who has looped cannot punch in 7.3.
        for key, side in (("drop", "in"), ("replace", "out")):
            await toggles_both_ways(here, key, f"/toggle_punch_{side}")
        await a_loop_goes_round(here)


async def the_display_shows_time_code_or_bars(here: Desk) -> None:
    await go_to(here, 4)
    await here.tap("smpte.beats")
    # 120 beats a minute, four in a bar.
    await until(lambda: here.surface.timecode().split(".") == ["003", "01", " 0000"], within=5)
    bars = partial(here.says, "/position/bbt", "002|01|0000")
    await here.ardour("/locate", 2 * SECOND, 0, until_so=bars)
    await until(lambda: shown(here) == "002.01.0000", within=PATIENCE)
    await here.tap("smpte.beats", "dark")
    await until(lambda: shown(here) == "00.00.02.00", within=PATIENCE)


async def the_wheel_moves_the_playhead(here: Desk) -> None:
    # A fifth of a second each tick, of thirty frames a second; or a twenty-fifth.
    here.surface.jog(5)
    await is_at(here, "00.00.03.00")
    here.surface.jog(-10)
    await is_at(here, "00.00.01.00")
    await here.tap("scrub")
    here.surface.jog(15)
    await is_at(here, "00.00.01.18")
    here.surface.jog(10)
    await is_at(here, "00.00.02.00")
    await here.tap("scrub", "dark")
    # It only ever moved: what plays now plays forward.
    await here.tap("play")
    await until(lambda: str(here.osc.value("/position/smpte")) > "00:00:02:05", within=PATIENCE)
    await here.rewind()


async def markers_are_set_and_found(here: Desk) -> None:
    for second in (4, 2):
        await go_to(here, second)
        here.surface.tap("markers")
        is_marked = partial(here.osc.value, "/marker")
        await until(lambda told=is_marked: "mark" in str(told()), within=PATIENCE)  # type: ignore[misc]
    here.surface.tap("cancel")
    await is_at(here, "00.00.00.00")
    for key, place in (("right", 2), ("right", 4), ("left", 2)):
        here.surface.tap(key)
        await is_at(here, f"00.00.{place:02}.00")


async def a_loop_goes_round(here: Desk) -> None:
    here.osc.send("/loop_location", SECOND, 2 * SECOND)
    await here.tap("cycle")
    await until(lambda: here.says("/loop_toggle", 1.0), within=PATIENCE)
    passed: list[float] = []

    def has_gone_round_twice() -> bool:
        passed.append(int(str(here.osc.value("/position/samples"))) / SECOND)
        return sum(1 for n in range(1, len(passed)) if passed[n] < passed[n - 1] - 0.5) >= 2

    await until(lambda: here.says("/transport_play", 1.0) or not here.is_dark("cycle"))
    await until(has_gone_round_twice, within=PATIENCE)
    assert all(1.0 <= place <= 2.1 for place in passed if place > 0), (min(passed), max(passed))
    await here.tap("cycle", "dark")
    here.surface.tap("stop")
    await until(lambda: here.says("/transport_stop", 1.0), within=PATIENCE)
    await here.ardour("/loop_toggle", 1.0, until_so=lambda: not here.is_dark("cycle"))
    await here.ardour("/loop_toggle", 1.0, until_so=lambda: here.is_dark("cycle"))
    await here.rewind()


async def test_the_monitors_are_dimmed_and_heard_in_mono(
    ardour_with_windows: Ardour, tmp_path: Path
) -> None:
    async with desk(ardour_with_windows, tmp_path) as here:
        for key, path in (("f5", "/monitor/dim"), ("f6", "/monitor/mono")):
            await here.tap(key)
            await until(partial(here.says, path, 1.0), within=PATIENCE)
            await here.ardour(path, 0, until_so=partial(here.is_dark, key))


async def test_the_sends_of_the_selected_strip_are_on_the_encoders(
    ardour_with_windows: Ardour, tmp_path: Path
) -> None:
    def sent(strip: int) -> tuple[float, object]:
        """Return where the strip's send stands, 0…1, and whether it is on, as Ardour answers."""
        here.osc.send("/strip/sends", strip)
        here.osc.listen()
        told = here.osc.told
        paths = [path for path in told if path[:2] == ("/strip/sends", strip)]
        last = told.pop(paths[-1]) if paths else None
        return (float(str(paths[-1][5])), last) if paths else (-1.0, None)

    async def is_sent(strip: int, place: float, on: int) -> None:
        def so() -> bool:
            at, is_on = sent(strip)
            return abs(at - place) < 0.01 and is_on == on

        await until(so, within=PATIENCE)

    async with desk(ardour_with_windows, tmp_path) as here:
        await here.tap("select.2")
        await here.tap("assign.send")
        await until(lambda: here.surface.lcd_text(1)[1].strip() == BUS, within=PATIENCE)
        # What Ardour tells of the selected strip follows a moment after the lamp.
        await here.seconds(0.7)
        # A 96th of the travel each tick.
        here.surface.turn(1, 12)
        await is_sent(2, 12 / 96, 1)
        await until(lambda: here.surface.ring(1).value == 2, within=PATIENCE)
        await here.ardour(
            "/strip/send/gain", 2, 1, 0.0, until_so=lambda: here.surface.ring(1).value == 9
        )
        here.surface.tap("vpot.1.push")
        await is_sent(2, 0.78, 0)
        # Somebody selects another strip in Ardour: the encoders are its.
        await here.ardour("/strip/select", 3, 0, until_so=lambda: not here.is_dark("select.3"))
        await until(lambda: here.surface.ring(1).value == 1, within=PATIENCE)
        await here.seconds(0.7)
        here.surface.turn(1, 12)
        await is_sent(3, 12 / 96, 1)


async def test_a_take_is_recorded_and_played_back(
    ardour_with_windows: Ardour, tmp_path: Path
) -> None:
    async with desk(ardour_with_windows, tmp_path) as here:
        await here.rewind()
        await here.tap("rec.8")
        await here.tap("record")
        with ardour_with_windows.tone(TRACKS[7], TONE):
            await here.tap("play")
            await until(lambda: here.says("/record_tally", 1.0), within=PATIENCE)
            await here.seconds(1.5)
            here.surface.tap("stop")
            # Ardour puts its record key out at the end of a take.
            await until(lambda: here.is_dark("record"), within=PATIENCE)
        await here.tap("rec.8", "dark")
        await until(lambda: here.surface.meter(8).level == 0, within=PATIENCE)
        await here.rewind()
        await here.tap("play")
        await until(lambda: here.surface.meter(8).level == BARS[0.0], within=PATIENCE)
