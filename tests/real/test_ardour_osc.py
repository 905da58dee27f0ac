"""A real Ardour 7.3, driven over OSC by the bridge in a process of its own.

A simulated X-Touch, or a simulated X32, is at the other end of the bridge.  What Ardour holds is
seen by an OSC client of the tests, and read in the session file it saves.
"""

import re
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from math import log10
from pathlib import Path
from typing import Final

import pytest

from firmware_sim.sockets.pty import PtySocket
from firmware_sim.sockets.udp import UdpServer
from firmware_sim.x32 import X32
from firmware_sim.xtouch import XTouch
from surfacebridge.model.laws import LAWS
from tests.helpers.ardour import TRACKS, Ardour, Osc
from tests.helpers.commands import Running, is_traceback, started
from tests.helpers.waiting import until

# The first test waits for Ardour to start.
pytestmark = pytest.mark.timeout(200)

PATIENCE: Final = 15.0
STEP: Final = 2 / 1023
LAW: Final = LAWS["x-touch"]

# A session file counts time in these (Temporal::superclock_ticks_per_second, Ardour 7).
TICKS: Final = 282_240_000

# How far apart in time what was done and what was drawn may be, beside what this machine was late
# itself: Ardour draws once in a period of its engine and answers ten times a second.
JITTER: Final = 0.15


@dataclass
class Desk:
    """The simulated surface, its plug, the bridge, and a client that sees what Ardour holds."""

    surface: XTouch
    plug: PtySocket
    bridge: Running
    osc: Osc

    def level(self, track: int) -> float:
        """Return the level of a track, in dB, as Ardour says it."""
        value = self.osc.value("/strip/gain", track)
        return float(value) if isinstance(value, int | float) else -200.0

    def is_at(self, strip: int, place: float) -> bool:
        """Return whether a cap stands at ``place``."""
        return abs(self.surface.fader_position(strip) - place) < STEP

    def cap(self, strip: int) -> float:
        """Return where a cap stands, in dB."""
        return LAW.to_db(self.surface.fader_position(strip))

    def is_dark(self, key: str) -> bool:
        """Return whether a lamp is dark."""
        return self.surface.lamp(key) == "dark"

    def says(self, path: str, value: object, *strip: int) -> bool:
        """Return whether Ardour told ``value`` last."""
        return self.osc.value(path, *strip) == value

    async def ardour(self, path: str, *args: float | str, until_so: Callable[[], object]) -> None:
        """Do something in Ardour, as its own user would: again, if nothing came of it.

        Busy with itself, 7.3 loses what it is told (docs/targets/ardour.md).
        """
        asked = 0.0

        def is_so() -> object:
            nonlocal asked
            if time.monotonic() - asked > 1.0:
                asked = time.monotonic()
                self.osc.send(path, *args)
            return until_so()

        await until(is_so, within=PATIENCE)

    async def tap(self, key: str, lamp: str = "lit") -> None:
        """Press a key and wait for its lamp: whoever lights it has been obeyed."""
        self.surface.tap(key)
        await until(lambda: self.surface.lamp(key) == lamp, within=PATIENCE)

    async def rewind(self) -> None:
        """Stand still at the start.

        Ardour says that it stopped while it still fades out, and goes nowhere then.
        """
        self.surface.tap("stop")
        await until(lambda: self.says("/transport_stop", 1.0), within=PATIENCE)
        asked = 0.0

        def is_there() -> bool:
            nonlocal asked
            if time.monotonic() - asked > 0.5:
                asked = time.monotonic()
                self.surface.tap("cancel")
            return self.says("/position/smpte", "00:00:00:00")

        await until(is_there, within=PATIENCE)

    async def seconds(self, count: float) -> None:
        """Let time pass."""
        end = time.monotonic() + count
        await until(lambda: time.monotonic() >= end, within=count + PATIENCE)


@asynccontextmanager
async def desk(ardour: Ardour, folder: Path, rig: str = "xtouch-ardour") -> AsyncIterator[Desk]:
    """Run the bridge between a simulated X-Touch and Ardour, connected and painted."""
    osc = Osc(ardour.osc_port)
    osc.send("/set_surface", 0, 159, 251, 0)
    surface = XTouch()
    try:
        async with PtySocket(surface, folder / "x") as plug:
            at = ("--at", f"x=pty:{plug.path}", "--at", f"daw=udp://127.0.0.1:{ardour.osc_port}")
            with started(folder / "log", "run", rig, *at) as bridge:
                here = Desk(surface, plug, bridge, osc)
                await until(lambda: "daw is connected" in bridge.said(), within=PATIENCE)
                await until(lambda: surface.lcd_text(1)[0].strip() == TRACKS[0], within=PATIENCE)
                yield here
                await here.rewind()
                assert bridge.stop(within=PATIENCE) == 0
                assert not is_traceback(bridge.said())
    finally:
        osc.close()


# A surface and Ardour, both ways


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
    # Silent tracks: that the meters are fed is seen on the wire, at the bottom.
    await until(lambda: here.osc.value("/strip/meter", 1) is not None, within=PATIENCE)


# Automation


@dataclass
class Ride:
    """What a hand did, or a motor: levels in dB by time."""

    points: list[tuple[float, float]] = field(default_factory=list)

    def note(self, level: float) -> None:
        """Note where a cap stands now."""
        self.points.append((time.monotonic(), level))

    @property
    def window(self) -> float:
        """How far apart in time two accounts of the same movement may be."""
        times = [at for at, _ in self.points]
        return JITTER + 2 * max(after - before for before, after in pairwise(times))


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


def differences(drawn: Sequence[tuple[float, float]], hand: Ride, tolerance: float) -> list[str]:
    """Return the drawn points that the hand never passed, and the hand's turns that nobody drew.

    The two clocks are laid over each other where they fit best.
    """
    window = hand.window

    def is_passed(at: float, level: float) -> bool:
        near = [one for when, one in hand.points if abs(when - at) <= window]
        return bool(near) and min(near) - tolerance <= level <= max(near) + tolerance

    def missed(shift: float) -> list[str]:
        points = [one for one in drawn if not is_passed(one[0] + shift, one[1])]
        return [f"{at:.2f} s: {level:.1f} dB" for at, level in points]

    begin = hand.points[0][0] - drawn[0][0]
    wrong = min((missed(begin + step / 25) for step in range(-25, 26)), key=len)
    levels = [level for _, level in drawn]
    for turn in (min, max):
        by_hand = turn(level for _, level in hand.points)
        if abs(by_hand - turn(levels)) > tolerance:
            wrong.append(f"{by_hand:.1f} dB by hand, {turn(levels):.1f} dB drawn")
    return wrong


def halves_differ(drawn: Sequence[tuple[float, float]], hand: Ride) -> list[str]:
    """Return what is different between a hill and the hand that drew it, by more than 0.5 dB.

    The way up and the way down are compared on their own: a busy machine lets the
    hand, the bridge and Ardour rest between them for as long as it likes.
    """
    top = max(range(len(drawn)), key=lambda at: drawn[at][1])
    by_hand = max(range(len(hand.points)), key=lambda at: hand.points[at][1])
    return [
        *differences(drawn[: top + 1], Ride(hand.points[: by_hand + 1]), 0.5),
        *differences(drawn[top:], Ride(hand.points[by_hand:]), 0.5),
    ]


def hill_in(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return what ``ride`` draws, without the way there from 0 dB and the way back."""
    begin = next((n for n, (_, level) in enumerate(points) if abs(level + 20.0) < 0.5), 0)
    ends = [n for n, (_, level) in enumerate(points) if abs(level + 14.0) < 0.3]
    return list(points[begin : max(ends, default=0) + 1])


async def ride(here: Desk, strips: Sequence[int], *, lets_go: bool = True) -> dict[int, Ride]:
    """Let a hand draw a hill on each of ``strips``, from -20 up to -8 and down to -14 dB."""
    rides = {strip: Ride() for strip in strips}

    def note() -> bool:
        for strip, one in rides.items():
            one.note(here.cap(strip))
        return time.monotonic() >= end

    for strip in strips:
        here.surface.touch(strip)
        here.surface.move(strip, LAW.from_db(-20.0), 0.1)
    await until(
        lambda: all(abs(here.level(strip) + 20.0) < 0.2 for strip in strips), within=PATIENCE
    )
    for level, seconds in ((-8.0, 1.5), (-14.0, 1.0)):
        end = time.monotonic() + seconds
        for strip in strips:
            here.surface.move(strip, LAW.from_db(level), seconds)
        await until(note, within=PATIENCE)
        await until(
            lambda level=level: all(abs(here.level(one) - level) < 0.2 for one in strips),  # type: ignore[misc]
            within=PATIENCE,
        )
        note()
    if lets_go:
        for strip in strips:
            here.surface.release(strip)
    return rides


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


async def test_automation_lands_and_is_read_back(
    ardour_with_windows: Ardour, tmp_path: Path
) -> None:
    modes = {1: ("touch", 3.0), 2: ("write", 2.0), 3: ("latch", 4.0)}
    session = ardour_with_windows.session_file
    async with desk(ardour_with_windows, tmp_path) as here:
        await here.rewind()
        for strip, (mode, number) in modes.items():
            await at_unity(here, strip)
            await choose(here, strip, mode, number)
        await here.tap("play")
        await until(lambda: not here.says("/position/smpte", "00:00:00:00"), within=PATIENCE)
        rides = await ride(here, list(modes))
        # In Touch the release ends the write: the level is the old one again.
        released = time.monotonic()
        await until(lambda: abs(here.level(1)) < 0.1, within=PATIENCE)
        until_old = time.monotonic() - released
        # Write and Latch hold the last level until the transport stops.
        assert all(abs(here.level(strip) + 14.0) < 0.3 for strip in (2, 3))
        await here.tap("stop")
        await saved(here, session)
        drawn = {strip: curve_of(session, TRACKS[strip - 1]) for strip in modes}
        for strip in modes:
            hill = hill_in(drawn[strip])
            assert len(hill) > 8, drawn[strip]
            assert halves_differ(hill, rides[strip]) == [], strip
        assert until_old < 0.5 + rides[1].window
        left = [at for at, level in drawn[1] if abs(level + 14.0) < 0.3][-1]
        back = next(at for at, level in drawn[1] if at >= left and abs(level) < 0.1)
        assert back - left < 0.5
        await read_back(here, drawn)


async def read_back(here: Desk, drawn: dict[int, list[tuple[float, float]]]) -> None:
    """Let Ardour play what was drawn; the motors follow it."""
    for strip in drawn:
        await choose(here, strip, "read", 1.0)
    await here.rewind()
    await here.tap("play")
    motors = {strip: Ride() for strip in drawn}
    end = time.monotonic() + hill_in(drawn[1])[-1][0] + 0.5

    def note() -> bool:
        for strip, one in motors.items():
            one.note(here.cap(strip))
        return time.monotonic() >= end

    await until(note, within=PATIENCE)
    await here.rewind()
    for strip, points in drawn.items():
        played = Ride(hill_in(motors[strip].points))
        assert halves_differ(hill_in(points), played) == [], strip


async def test_an_unplugged_surface_does_not_leave_the_track_writing(
    ardour_with_windows: Ardour, tmp_path: Path
) -> None:
    async with desk(ardour_with_windows, tmp_path) as here:
        await here.rewind()
        await at_unity(here, 5)
        await choose(here, 5, "touch", 3.0)
        await here.tap("play")
        await until(lambda: not here.says("/position/smpte", "00:00:00:00"), within=PATIENCE)
        await ride(here, [5], lets_go=False)
        here.surface.move(5, LAW.from_db(-30.0), 2.0)
        await until(lambda: here.level(5) < -16.0, within=PATIENCE)
        here.plug.unplug()
        # Nobody moves this fader any more: it is Ardour that returns to what was there.
        await until(lambda: abs(here.level(5)) < 0.1, within=PATIENCE)
        await until(lambda: "x is lost" in here.bridge.said(), within=PATIENCE)
        here.surface.release(5)
        here.plug.plug()
        await until(lambda: abs(here.cap(5)) < 0.2, within=PATIENCE)


MADE = """
surfacebridge: 1
name: A surface without touch
surfaces: {x: {device: behringer/x-touch, port: /X-Touch/}}
targets: {daw: {profile: ardour/ardour, host: 127.0.0.1}}
banks: {tracks: {items: "daw.track.{1..8}"}}
strip:
  map:
    - fader <> .fader | db:
        touch: made
    - fader.touch > .fader.touch
    - lcd.top < "{.name:7}"
    - select <> .selected
map:
  - x.auto.touch <> daw.selected.auto.touch
  - x.{play,stop} <> daw.{value}
  - x.cancel > daw.home
"""


async def test_a_surface_without_touch_writes_while_it_moves_and_not_longer(
    ardour_with_windows: Ardour, tmp_path: Path
) -> None:
    rig = tmp_path / "made.yaml"
    rig.write_text(MADE)
    async with desk(ardour_with_windows, tmp_path, str(rig)) as here:
        await here.rewind()
        await at_unity(here, 6)
        await choose(here, 6, "touch", 3.0)
        await until(lambda: abs(here.cap(6)) < 0.2, within=PATIENCE)
        await here.tap("play")
        here.surface.move(6, LAW.from_db(-14.0), 0.4)
        await until(lambda: abs(here.level(6) + 14.0) < 0.3, within=PATIENCE)
        moved = time.monotonic()
        await until(lambda: abs(here.level(6)) < 0.1, within=PATIENCE)
        assert time.monotonic() - moved < 0.5 + 5 * JITTER


# An X32 as the surface


async def test_a_mixing_desk_drives_ardour_and_follows_it(
    ardour_with_windows: Ardour, tmp_path: Path
) -> None:
    console = X32()
    osc = Osc(ardour_with_windows.osc_port)
    osc.send("/set_surface", 0, 159, 251, 0)
    try:
        async with UdpServer(console) as server:
            host, port = server.address
            daw = f"daw=udp://127.0.0.1:{ardour_with_windows.osc_port}"
            at = ("--at", f"desk=udp://{host}:{port}", "--at", daw)
            with started(tmp_path / "log", "run", "x32-ardour", *at) as bridge:
                await until(
                    lambda: console.value("/ch/10/config/name") == TRACKS[9], within=3 * PATIENCE
                )
                await desk_and_daw_agree(console, osc)
                assert bridge.stop(within=PATIENCE) == 0
                assert not is_traceback(bridge.said())
    finally:
        osc.close()


async def again_until(do: Callable[[], object], is_so: Callable[[], object]) -> None:
    """Do something, again every two seconds, until it is so."""
    done = 0.0

    def tried() -> object:
        nonlocal done
        if time.monotonic() - done > 2.0:
            done = time.monotonic()
            do()
        return is_so()

    await until(tried, within=PATIENCE)


async def desk_and_daw_agree(console: X32, osc: Osc) -> None:
    def told(path: str, track: int) -> float:
        value = osc.value(f"/strip/{path}", track)
        return float(value) if isinstance(value, int | float) else 99.0

    # The desk's fader is Ardour's, in decibels; its "on" is the opposite of mute.
    for address, value, path, track, expected in (
        ("/ch/07/mix/fader", 0.25, "gain", 7, -30.0),
        ("/ch/07/mix/fader", 0.75, "gain", 7, 0.0),
        ("/ch/04/mix/on", 0, "mute", 4, 1.0),
        ("/ch/04/mix/on", 1, "mute", 4, 0.0),
        ("/-stat/solosw/04", 1, "solo", 4, 1.0),
        ("/-stat/solosw/04", 0, "solo", 4, 0.0),
        ("/ch/08/mix/pan", 1.0, "pan_stereo_position", 8, 0.0),
        ("/ch/08/mix/pan", 0.5, "pan_stereo_position", 8, 0.5),
    ):
        await again_until(
            partial(console.set_from_desk, address, value),
            lambda path=path, track=track, expected=expected: (  # type: ignore[misc]
                abs(told(path, track) - expected) < 0.15
            ),
        )
    # Ardour's fader is the desk's, once the hand has gone.
    await again_until(
        partial(osc.send, "/strip/gain", 7, -10.0),
        lambda: abs(float(console.value("/ch/07/mix/fader")) - 0.5) < STEP,
    )
    await again_until(
        partial(osc.send, "/strip/mute", 5, 1), lambda: console.value("/ch/05/mix/on") == 0
    )
    await again_until(
        partial(osc.send, "/strip/mute", 5, 0), lambda: console.value("/ch/05/mix/on") == 1
    )
