"""Automation that a simulated hand writes into a real Ardour 7.3, seen in the session it saves.

The clock of a session file and that of the hand are laid over each other by one delay, found once
for a take; then every point of either has to be within 0.5 dB of the other curve.
"""

import re
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from math import log10
from pathlib import Path
from typing import Final

import pytest

from tests.helpers.ardour import TRACKS, Ardour
from tests.helpers.ardour_desk import LAW, PATIENCE, Desk, desk
from tests.helpers.curves import Curve, apart, delay_between, during, level_at
from tests.helpers.waiting import until

# The first test waits for Ardour to start.
pytestmark = pytest.mark.timeout(200)

# A session file counts time in these (Temporal::superclock_ticks_per_second, Ardour 7).
TICKS: Final = 282_240_000

RATE: Final = 48_000

CLOSE: Final = 0.5
"""How many dB what is written may be beside what the hand did."""

LATE: Final = 0.25
"""How many seconds later all of it may be; 0.1 of them is how often Ardour says where it is."""

# A machine that rests for that long in mid-take spoils the take; a fault spoils all of them.
TAKES: Final = 3

# The modes by strip, with Ardour's numbers for them.
MODES: Final = {1: ("touch", 3.0), 2: ("write", 2.0), 3: ("latch", 4.0)}

# From where the hand begins: to which level, in how many seconds.  At its quickest it needs 0.13 s
# for half a dB: a machine that rests for longer is seen as a wrong curve.
HILL: Final = ((-12.0, 4.0), (-16.0, 2.0))
FOOT: Final = -20.0
# It rests for so long before and after, so that the ends of a take are level.
REST: Final = 0.2


def curve_of(session: Path, track: str) -> list[tuple[float, float]]:
    """Return the points of a track's level automation: seconds and dB."""
    text = session.read_text()
    route = text.index(f'name="{track}"', text.index("<Routes>"))
    events = re.compile(r'automation-id="gain".*?<events>(.*?)</events>', re.DOTALL)
    found = events.search(text, route)
    assert found is not None
    points = [line.split() for line in found[1].split("\n") if line.strip()]
    return [
        (int(when.removeprefix("a")) / TICKS, 20 * log10(gain) if gain > 0 else -200.0)
        for when, gain in ((when, float(value)) for when, value in points)
    ]


class Caps:
    """Where the caps of some strips stood, as curves in the time of Ardour's transport.

    A busy machine lets a JACK server without a sound card lose time, so the clock on the wall is
    of no use: Ardour says ten times a second where it is.
    """

    def __init__(self, here: Desk, strips: Iterable[int]) -> None:
        self._here = here
        self._stood: dict[int, list[tuple[float, float]]] = {strip: [] for strip in strips}
        self._clock: list[tuple[float, float]] = []

    def note(self) -> None:
        """Note where they stand now, and where Ardour is."""
        now = time.monotonic()
        for strip, stood in self._stood.items():
            stood.append((now, self._here.cap(strip)))
        seconds = int(str(self._here.osc.value("/position/samples"))) / RATE
        if not self._clock or seconds > self._clock[-1][1]:
            self._clock.append((now, seconds))

    async def until(self, condition: Callable[[], object]) -> None:
        """Note all the time until something is so."""
        self.note()

        def noted() -> object:
            self.note()
            return condition()

        await until(noted, within=PATIENCE)

    async def seconds(self, count: float) -> None:
        """Note all the time for a while."""
        end = time.monotonic() + count
        await self.until(lambda: time.monotonic() >= end)

    @property
    def now(self) -> float:
        """Where Ardour was at the last note, in seconds of the session."""
        begin, first = self._clock[-1]
        return first + time.monotonic() - begin

    def curve(self, strip: int) -> Curve:
        """Return where a cap stood, in dB by seconds of the session."""
        begin, end = self._clock[0][0], self._clock[-1][0]
        stood = [(at, level) for at, level in self._stood[strip] if begin <= at <= end]
        return [(level_at(self._clock, at), level) for at, level in stood]


async def ride(here: Desk, strips: Sequence[int]) -> Caps:
    """Let a hand take hold of ``strips`` and draw a hill on each."""
    for strip in strips:
        here.surface.touch(strip)
        here.surface.move(strip, LAW.from_db(FOOT), 0.1)
    await until(lambda: all(abs(here.level(one) - FOOT) < 0.2 for one in strips), within=PATIENCE)
    await here.seconds(REST)
    caps = Caps(here, strips)
    for level, seconds in HILL:
        for strip in strips:
            here.surface.move(strip, LAW.from_db(level), seconds)
        await caps.seconds(seconds)
        await caps.until(
            lambda level=level: all(abs(here.level(one) - level) < 0.2 for one in strips)  # type: ignore[misc]
        )
    await caps.seconds(REST)
    return caps


async def at_unity(here: Desk, strip: int) -> None:
    await here.ardour("/strip/gain", strip, 0.0, until_so=lambda: abs(here.cap(strip)) < 0.1)


async def choose(here: Desk, strip: int, mode: str, number: float) -> None:
    """Select a strip and press an automation key; its lamp answers for Ardour."""
    await here.tap(f"select.{strip}")
    await here.tap(f"auto.{mode}")
    await until(lambda: here.says("/strip/gain/automation", number, strip), within=PATIENCE)


async def saved(here: Desk, session: Path) -> None:
    before = session.stat().st_mtime_ns
    here.surface.tap("save")
    await until(lambda: session.stat().st_mtime_ns != before, within=PATIENCE)
    # It is written under another name and put in its place.
    await until(lambda: session.read_text().rstrip().endswith("</Session>"), within=PATIENCE)


async def play(here: Desk) -> None:
    """Play from the start."""
    await here.rewind()
    await here.tap("play")
    await until(lambda: not here.says("/position/smpte", "00:00:00:00"), within=PATIENCE)


def upside_down(curve: Curve) -> Curve:
    """Return a curve that rises where another one falls."""
    return [(at, -level) for at, level in curve]


def back_at_unity(drawn: Curve, after: float) -> float:
    """Return when a curve is at 0 dB again."""
    return next(at for at, level in drawn if at > after and abs(level) < 0.1)


async def one_of_three(ardour: Ardour, take: Callable[[], Awaitable[None]]) -> None:
    """Repeat a take that went wrong, in a fresh session; fail if all do."""
    for left in reversed(range(TAKES)):
        try:
            return await take()
        except AssertionError:
            if not left:
                raise
            ardour.restart()
    return None


async def test_automation_lands_and_is_read_back(
    ardour_with_windows: Ardour, tmp_path: Path
) -> None:
    await one_of_three(ardour_with_windows, partial(lands, ardour_with_windows, tmp_path))


async def lands(ardour: Ardour, folder: Path) -> None:
    session = ardour.session_file
    async with desk(ardour, folder) as here:
        await here.rewind()
        for strip, (mode, number) in MODES.items():
            await at_unity(here, strip)
            await choose(here, strip, mode, number)
        await play(here)
        hand = await ride(here, list(MODES))
        for strip in MODES:
            here.surface.release(strip)
        await hand.seconds(0.0)
        released = hand.now
        # In Touch the release ends the write, and the old level is back; in Write and Latch the
        # last level goes on until the transport stops.
        await hand.seconds(1.0)
        assert abs(here.level(1)) < 0.1
        assert all(abs(here.level(strip) + 16.0) < 0.2 for strip in (2, 3))
        await here.tap("stop")
        await saved(here, session)
        drawn = {strip: curve_of(session, TRACKS[strip - 1]) for strip in MODES}
        taken = {
            strip: [point for point in hand.curve(strip) if point[0] < released - REST / 2]
            for strip in MODES
        }
        delay = delay_between(taken[1], drawn[1])
        assert abs(delay) < LATE
        for strip in MODES:
            assert apart(taken[strip], drawn[strip], delay) < CLOSE, strip
        end = released + delay
        assert back_at_unity(drawn[1], end - REST) - end < 0.5
        for strip in (2, 3):
            assert abs(level_at(drawn[strip], end + 0.5) + 16.0) < CLOSE
        begin = taken[1][0][0] + delay
        await read_back(here, {strip: during(drawn[strip], begin, end - REST) for strip in drawn})


async def read_back(here: Desk, hills: dict[int, Curve]) -> None:
    """Let Ardour play what was drawn; the motors follow it."""
    for strip in hills:
        await choose(here, strip, "read", 1.0)
    await play(here)
    motors = Caps(here, hills)
    end = hills[1][-1][0]
    await motors.until(lambda: motors.now > end + 0.5)
    delay = delay_between(hills[1], motors.curve(1))
    assert abs(delay) < LATE
    for strip, hill in hills.items():
        assert apart(hill, motors.curve(strip), delay) < CLOSE, strip


async def test_an_unplugged_surface_does_not_leave_the_track_writing(
    ardour_with_windows: Ardour, tmp_path: Path
) -> None:
    await one_of_three(ardour_with_windows, partial(is_unplugged, ardour_with_windows, tmp_path))


async def is_unplugged(ardour: Ardour, folder: Path) -> None:
    session = ardour.session_file
    async with desk(ardour, folder) as here:
        await at_unity(here, 5)
        await choose(here, 5, "touch", 3.0)
        await play(here)
        here.surface.touch(5)
        here.surface.move(5, LAW.from_db(FOOT), 0.1)
        await until(lambda: abs(here.level(5) - FOOT) < 0.2, within=PATIENCE)
        # Ardour takes a level without a touch for a touch of a second.  This hand rests longer.
        caps = Caps(here, [5])
        await caps.seconds(1.5)
        assert abs(here.level(5) - FOOT) < 0.2
        here.surface.move(5, LAW.from_db(-30.0), 2.0)
        await caps.until(lambda: here.level(5) < -24.0)
        unplugged = caps.now
        here.plug.unplug()
        # Nobody moves this fader any more: it is Ardour that returns to what was there.
        await caps.until(lambda: abs(here.level(5)) < 0.1)
        await until(lambda: "x is lost" in here.bridge.said(), within=PATIENCE)
        here.surface.release(5)
        here.plug.plug()
        await until(lambda: abs(here.cap(5)) < 0.2, within=PATIENCE)
        await here.tap("stop")
        await saved(here, session)
        drawn = curve_of(session, TRACKS[4])
        assert abs(level_at(drawn, unplugged - 1.5) - FOOT) < CLOSE
        assert back_at_unity(drawn, unplugged - 0.5) - unplugged < 0.5


MADE = """
surfacebridge: 1
name: A surface without touch
surfaces: {x: {device: behringer/x-touch, port: /X-Touch/}}
targets: {daw: {profile: ardour/ardour, host: 127.0.0.1}}
banks: {tracks: {items: "daw.track.{1..8}"}}
vars: {sel: {range: 1..8, follow: "daw.track.{sel}.selected"}}
strip:
  map:
    - fader <> .fader | db:
        touch: made
    - fader.touch > .fader.touch
    - lcd.top < "{.name:7}"
    - select <> .selected
map:
  - x.auto.touch <> daw.track.{sel}.auto.touch
  - x.{play,stop} <> daw.{value}
  - x.cancel > daw.home
  - x.save > daw.save
"""


async def test_a_surface_without_touch_writes_while_it_moves_and_not_longer(
    ardour_with_windows: Ardour, tmp_path: Path
) -> None:
    await one_of_three(ardour_with_windows, partial(feels_no_hand, ardour_with_windows, tmp_path))


async def feels_no_hand(ardour: Ardour, folder: Path) -> None:
    rig = folder / "made.yaml"
    rig.write_text(MADE)
    session = ardour.session_file
    async with desk(ardour, folder, str(rig)) as here:
        await at_unity(here, 6)
        await choose(here, 6, "touch", 3.0)
        await until(lambda: abs(here.cap(6)) < 0.2, within=PATIENCE)
        await play(here)
        caps = Caps(here, [6])
        here.surface.move(6, LAW.from_db(-14.0), 2.0)
        await caps.until(lambda: abs(here.cap(6) + 14.0) < 0.02)
        rested = caps.now
        await caps.seconds(1.0)
        assert abs(here.level(6)) < 0.1
        await here.tap("stop")
        await saved(here, session)
        drawn = curve_of(session, TRACKS[5])
        moved = [point for point in caps.curve(6) if -14.0 < point[1] < -1.0 and point[0] < rested]
        delay = delay_between(upside_down(moved), upside_down(drawn))
        assert abs(delay) < LATE
        assert apart(moved, drawn, delay) < CLOSE
        assert back_at_unity(drawn, rested + delay - 0.3) - (rested + delay) < 0.5
