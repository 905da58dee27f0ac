"""What every console must do, each against its simulated peer: the same sentences for all.

The profile and the peer share no code; bytes pass between them in virtual time.
"""

from abc import ABC, abstractmethod
from typing import ClassVar

import pytest

from firmware_sim import dlive, qu, rcp, sq, wing, x32, xair
from firmware_sim.device import Client, Console, StreamConsole
from firmware_sim.wire import encode_osc
from firmware_sim.x32_leaves import to_decibels
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import Report
from surfacebridge.model.values import OFF
from surfacebridge.profiles.paced_reading import WINDOW
from surfacebridge.profiles.registry import target_endpoint
from tests.helpers.bench import TABLET, Bench
from tests.profiles.shipped import shipped

# What people are promised of a link that died (docs/running.md).
NOTICED_WITHIN = 5.0


class Desk(ABC):
    """One console: its sheet, its pretend self, and what others say to it."""

    sheet: ClassVar[str]
    first: ClassVar[bytes]
    """What a second client sends to put the first fader at -20 dB."""
    wrong: ClassVar[bytes]
    """A message about the first fader that makes no sense."""
    unknown: ClassVar[bytes]
    """A message that nobody knows."""
    steps: ClassVar[float] = 0.05
    leaves: ClassVar[tuple[str, ...]] = ("fader", "on", "name", "color", "pan")
    answers: ClassVar[bool] = True
    """Whether it can be asked how loud it is; else it only tells what changes."""
    serves_one: ClassVar[bool] = False
    """Whether it turns a second client away."""

    console: Console

    @abstractmethod
    def set_level(self, level: float) -> None:
        """Move the first fader by hand."""

    @abstractmethod
    def level(self) -> float:
        """Return where the first fader stands, in dB."""

    @abstractmethod
    def die(self) -> None:
        """Stop answering, without a word."""

    @abstractmethod
    def revive(self) -> None:
        """Answer again."""


class OscDesk(Desk):
    fader: ClassVar[str]
    console: x32.X32 | xair.XAir | wing.Wing

    def die(self) -> None:
        self.console.mute_for(10.0)

    def revive(self) -> None:
        self.console.mute_for(0.0)


class BehringerDesk(OscDesk):
    fader = "/ch/01/mix/fader"
    first = encode_osc(fader, 0.375)
    wrong = encode_osc(fader, "loud")
    unknown = encode_osc("/never/heard/of/it", 1)
    console: x32.X32 | xair.XAir

    def set_level(self, level: float) -> None:
        self.console.set_from_desk(self.fader, (level + 30) / 40)

    def level(self) -> float:
        return to_decibels(float(self.console.value(self.fader)))


class X32Desk(BehringerDesk):
    sheet = "behringer/x32"

    def __init__(self) -> None:
        self.console = x32.X32()


class XAirDesk(BehringerDesk):
    sheet = "behringer/xr18"

    def __init__(self) -> None:
        self.console = xair.XAir()


class WingDesk(OscDesk):
    sheet = "behringer/wing"
    fader = "/ch/1/fdr"
    first = encode_osc(fader, -20.0)
    wrong = encode_osc(fader, "loud", 0.5, b"blob")
    unknown = encode_osc("/never/heard/of/it", 1)
    console: wing.Wing

    def __init__(self) -> None:
        self.console = wing.Wing()

    def set_level(self, level: float) -> None:
        self.console.set_from_desk(self.fader, level)

    def level(self) -> float:
        return float(self.console.value(self.fader))


class Cable:
    """A stream to a console that can go dead, both ways and without a word."""

    def __init__(self, console: StreamConsole) -> None:
        self._console = console
        self.is_dead = False

    def connect(self, client: Client) -> None:
        self._console.connect(client)

    def disconnect(self, client: Client) -> None:
        self._console.disconnect(client)

    def receive(self, data: bytes, client: Client) -> None:
        if not self.is_dead:
            self._console.receive(data, client)

    def take_output(self) -> list[tuple[bytes, Client]]:
        said = self._console.take_output()
        return [] if self.is_dead else said

    def advance(self, seconds: float) -> None:
        self._console.advance(seconds)


class StreamDesk(Desk):
    half: ClassVar[bytes]
    """A message about the first fader that ends before it says how loud, or says nonsense."""
    console: Cable

    def die(self) -> None:
        self.console.is_dead = True

    def revive(self) -> None:
        self.console.is_dead = False


class YamahaDesk(StreamDesk):
    sheet = "yamaha/cl5"
    path = "InCh/Fader/Level"
    first = b"set MIXER:Current/InCh/Fader/Level 0 0 -2000\n"
    wrong = b"NOTIFY set MIXER:Current/InCh/Fader/Level 0 0 loud\n"
    unknown = b"NOTIFY never MIXER:Current/Heard/Of 0 0\n"
    half = b"set MIXER:Current/InCh/Fader/Level 0 0 loud\n"

    def __init__(self) -> None:
        self.mixer = rcp.Rcp("CL5", pace=0.004)
        self.console = Cable(self.mixer)

    def set_level(self, level: float) -> None:
        self.mixer.set_from_desk(self.path, 0, 0, round(level * 100))

    def level(self) -> float:
        return float(self.mixer.value(self.path)) / 100


class SqDesk(StreamDesk):
    sheet = "allenheath/sq"
    number = 0x40 << 7
    first = bytes.fromhex("B06340 B06200 B00664 B02616")
    # MIDI has no values that make no sense: this is a message cut off by another.
    wrong = bytes.fromhex("B063 F0")
    unknown = bytes.fromhex("B0637E B06200 B00600 B02600")
    half = bytes.fromhex("B06340 B06200 26")
    leaves = ("fader", "on", "pan")

    def __init__(self) -> None:
        self.mixer = sq.Sq()
        self.console = Cable(self.mixer)

    def set_level(self, level: float) -> None:
        self.mixer.set_from_desk(self.number, round(sq.UNITY + level * sq.PER_DECIBEL))

    def level(self) -> float:
        return sq.to_decibels(self.mixer.value(self.number))


class DLiveDesk(StreamDesk):
    sheet = "allenheath/dlive"
    first = bytes.fromhex("B06300 B06217 B00643")
    # There are eight colours.
    wrong = dlive.HEADER + bytes.fromhex("00 05 00 09 F7")
    unknown = bytes.fromhex("B46366 B46217 B40600")
    half = bytes.fromhex("B06300 B06217 06")
    steps = 0.25
    leaves: ClassVar[tuple[str, ...]] = ("fader", "on", "name", "color")

    def __init__(self) -> None:
        self.mixer = dlive.DLive()
        self.console = Cable(self.mixer)

    def set_level(self, level: float) -> None:
        self.mixer.set_from_desk(0, 0, round(dlive.UNITY + level * 2))

    def level(self) -> float:
        return dlive.to_decibels(self.mixer.number(0, 0))


class AvantisDesk(DLiveDesk):
    sheet = "allenheath/avantis"
    first = bytes.fromhex("BB6300 BB6217 BB0643")
    wrong = dlive.HEADER + bytes.fromhex("0B 05 00 09 F7")
    unknown = bytes.fromhex("BF6366 BF6217 BF0600")
    half = bytes.fromhex("BB6300 BB6217 06")
    leaves = ("name", "color")
    answers = False

    def __init__(self) -> None:
        self.mixer = dlive.DLive(12, "avantis")
        self.console = Cable(self.mixer)


class QuDesk(StreamDesk):
    sheet = "allenheath/qu-32"
    first = bytes.fromhex("B06320 B06217 B0062F B02607")
    # There is no pan beyond the right.
    wrong = bytes.fromhex("B06320 B06216 B0067F B02607")
    unknown = bytes.fromhex("B0637E B06217 B00600 B02607")
    half = bytes.fromhex("B06320 B06217 B00662 26")
    steps = 0.5
    leaves = ("fader", "on", "pan", "name")
    serves_one = True

    def __init__(self) -> None:
        self.mixer = qu.Qu()
        self.console = Cable(self.mixer)

    def set_level(self, level: float) -> None:
        near = min(range(1, 128), key=lambda raw: abs(qu.to_decibels(raw) - level))
        self.mixer.set_from_desk(0x20, near)

    def level(self) -> float:
        return qu.to_decibels(self.mixer.value(0x20))


DESKS = (
    X32Desk, XAirDesk, WingDesk, YamahaDesk, SqDesk, DLiveDesk, AvantisDesk, QuDesk,
)  # fmt: skip


def met(desk: Desk) -> Bench:
    """Return a bench on which the first eight strips have been read."""
    sheet = shipped().target(desk.sheet)
    one = Bench(target_endpoint("desk", sheet, {}), desk.console)
    one.read(*(f"ch.{n}.{leaf}" for n in range(1, 9) for leaf in desk.leaves))
    return one


def knows(one: Bench, desk: Desk, level: float) -> bool:
    """Return whether the first fader was read; one that cannot be must not be made up."""
    if desk.answers:
        return one.held["ch.1.fader"] == pytest.approx(level, abs=desk.steps)
    return "ch.1.fader" not in one.held


@pytest.fixture(params=DESKS, ids=lambda desk: desk.sheet)
def desk(request: pytest.FixtureRequest) -> Desk:
    made: Desk = request.param()
    return made


def test_a_console_that_never_answered_is_not_there(desk: Desk) -> None:
    desk.die()
    sheet = shipped().target(desk.sheet)
    one = Bench(target_endpoint("desk", sheet, {}), desk.console)
    one.run(NOTICED_WITHIN + 0.1)
    assert not one.profile.health.alive
    assert "has not answered for 5 s" in one.profile.health.reason
    assert one.heard == []


def test_it_arrives_and_is_read_whole(desk: Desk) -> None:
    desk.set_level(-10.0)
    one = met(desk)
    assert one.heard[0] == Arrived("desk")
    assert knows(one, desk, -10.0)
    assert len([name for name in one.held if name.startswith("ch.")]) == 8 * len(desk.leaves)
    assert one.profile.health.trouble == ""


def test_the_first_reading_asks_no_more_at_once_than_the_console_bears(desk: Desk) -> None:
    sheet = shipped().target(desk.sheet)
    one = Bench(target_endpoint("desk", sheet, {}), desk.console)
    one.read(*(f"ch.{n}.{leaf}" for n in range(1, 17) for leaf in desk.leaves))
    most = getattr(one.profile, "window", WINDOW)
    # Beside the questions there may be what keeps the console talking.
    assert one.largest_burst <= most + 2


def test_a_write_lands_and_the_last_one_stays(desk: Desk) -> None:
    one = met(desk)
    for level in (-60.0, -40.0, -30.0, 0.0, OFF, -10.0):
        one.write("ch.1.fader", level)
        one.run(0.01)
    one.run(1.0)
    assert desk.level() == pytest.approx(-10.0, abs=desk.steps)
    one.write("ch.1.fader", 0.0)
    one.run(1.0)
    assert desk.level() == pytest.approx(0.0, abs=0.011)


def test_a_ride_does_not_bring_old_values_back(desk: Desk) -> None:
    one = met(desk)
    one.run(0.5)
    one.heard.clear()
    for step in range(100):
        one.write("ch.1.fader", -60.0 + step * 0.5)
        newest = -60.0 + step * 0.5
        one.run(0.01)
        for said in one.heard:
            if isinstance(said, Report) and said.parameter == "desk.ch.1.fader":
                # At most as old as an answer can be under way, and never a jump back.
                assert said.value == pytest.approx(newest, abs=2.1)
        one.heard.clear()


def test_a_hand_on_the_console_is_reported(desk: Desk) -> None:
    one = met(desk)
    desk.set_level(-10.0)
    one.run(0.05)
    assert one.held["ch.1.fader"] == pytest.approx(-10.0, abs=desk.steps)


def test_a_second_client_is_heard_and_not_fought(desk: Desk) -> None:
    one = met(desk)
    if isinstance(desk.console, StreamConsole):
        desk.console.connect(TABLET)
    one.tablet(desk.first)
    if desk.serves_one:
        assert one.to_tablet == [b""]
        desk.set_level(-20.0)
    one.run(2.5)
    assert one.held["ch.1.fader"] == pytest.approx(-20.0, abs=desk.steps)
    assert desk.level() == pytest.approx(-20.0, abs=desk.steps)


def test_a_silent_death_is_noticed_in_time_and_said(desk: Desk) -> None:
    one = met(desk)
    desk.die()
    took = one.until(lambda: Gone("desk") in one.heard, within=8.0)
    assert took <= NOTICED_WITHIN + 0.1
    assert "has not answered for 5 s" in one.profile.health.reason


def test_after_a_silence_it_is_read_anew(desk: Desk) -> None:
    one = met(desk)
    desk.die()
    one.until(lambda: Gone("desk") in one.heard, within=8.0)
    one.heard.clear()
    desk.set_level(-10.0)
    desk.console.take_output()
    desk.revive()
    one.until(lambda: Arrived("desk") in one.heard, within=15.0)
    one.until(lambda: one.profile.health.synced)
    assert knows(one, desk, -10.0)


def test_a_wrong_value_is_counted_and_changes_nothing(desk: Desk) -> None:
    one = met(desk)
    before = one.profile.health.malformed
    assert list(one.profile.receive(desk.wrong, one.now)) == []
    assert one.profile.health.malformed == before + 1


def test_an_unknown_address_is_counted_and_changes_nothing(desk: Desk) -> None:
    one = met(desk)
    before = one.profile.health.unknown
    assert list(one.profile.receive(desk.unknown, one.now)) == []
    assert one.profile.health.unknown == before + 1
    one.run(0.5)
    assert one.profile.health.alive


def test_noise_changes_nothing(desk: Desk) -> None:
    one = met(desk)
    for noise in (b"", b"\x00" * 40, b"\xff" * 40, b"\n\n\n", b"/", b"#bundle", b"\xf0" * 9):
        heard = list(one.profile.receive(noise, one.now))
        assert heard == []
    assert one.profile.health.alive


def test_a_wrong_type_tag_from_another_client_does_the_console_no_harm(desk: Desk) -> None:
    one = met(desk)
    level = desk.level()
    if isinstance(desk, OscDesk):
        one.tablet(encode_osc(desk.fader, "loud"))
    elif isinstance(desk, StreamDesk):
        desk.console.connect(TABLET)
        one.tablet(desk.half)
    one.run(0.5)
    assert desk.level() == level


def test_what_was_in_view_before_is_still_heard_when_more_comes_into_view(desk: Desk) -> None:
    one = met(desk)
    one.read(*(f"ch.{n}.{leaf}" for n in range(1, 17) for leaf in desk.leaves))
    desk.set_level(-10.0)
    one.run(1.0)
    assert one.held["ch.1.fader"] == pytest.approx(-10.0, abs=desk.steps)
