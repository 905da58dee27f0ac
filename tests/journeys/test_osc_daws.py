"""Programs that speak OSC, each against its simulated peer: the same things for all.

The endpoint and the peer share no code and exchange bytes, in virtual time.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from math import log10
from typing import ClassVar, Final

import pytest

from firmware_sim.ableton_osc import AbletonOsc
from firmware_sim.ardour_osc import ArdourOsc, to_decibels
from firmware_sim.bitwig_osc import BitwigOsc
from firmware_sim.device import Client, Console
from firmware_sim.digico import DiGiCo
from firmware_sim.qlab import QLab
from firmware_sim.reaper import Reaper, to_slider
from firmware_sim.reaper import to_decibels as slider_to_decibels
from firmware_sim.wire import OscArgument, encode_osc
from surfacebridge.model.laws import LAWS
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.values import OFF, Value
from surfacebridge.profiles.registry import target_endpoint
from surfacebridge.profiles.sheet_osc import Heard
from tests.profiles.shipped import shipped

US: Final[Client] = ("127.0.0.1", 50001)
OTHER: Final[Client] = ("127.0.0.1", 50002)
STEP: Final = 0.02

# What people are promised of a link that died (docs/running.md).
NOTICED_WITHIN: Final = 5.0


class Program(ABC):
    """One program: its sheet, its pretend self, and somebody who sits in front of it."""

    sheet: ClassVar[str]
    strip: ClassVar[str] = "track.1"
    name: ClassVar[str] = "Kick"
    switch: ClassVar[str] = "mute"
    # What another client says to set the level of the first strip to -20 dB, and bad messages.
    other: ClassVar[tuple[OscArgument, ...]]
    wrong: ClassVar[tuple[OscArgument, ...]]
    unknown: ClassVar[tuple[OscArgument, ...]] = ("/never/heard/of/it", 1)
    advice: ClassVar[str] = "check that the program runs"

    def __init__(self, peer: Console) -> None:
        self.peer = peer

    @abstractmethod
    def set_level(self, level: float) -> None:
        """Move the first fader with the mouse."""

    @abstractmethod
    def level(self) -> float:
        """Return where the first fader stands, in dB."""

    @abstractmethod
    def restart(self) -> None:
        """Quit the program and start it again."""


class ArdourProgram(Program):
    sheet = "ardour/ardour"
    other = ("/strip/gain", 1, -20.0)
    wrong = ("/strip/gain", 1, "loud")

    def __init__(self) -> None:
        self.ardour = ArdourOsc()
        super().__init__(self.ardour)

    def set_level(self, level: float) -> None:
        self.peer.receive(encode_osc("/strip/gain", 1, level), OTHER)

    def level(self) -> float:
        return to_decibels(self.ardour.session.tracks[0].position)

    def restart(self) -> None:
        self.ardour.restart()


class ReaperProgram(Program):
    sheet = "cockos/reaper"
    other = ("/track/1/volume", to_slider(-20.0))
    wrong = ("/track/1/volume/db", "loud")

    def __init__(self) -> None:
        self.reaper = Reaper(("127.0.0.1", 9000))
        super().__init__(self.reaper)

    def set_level(self, level: float) -> None:
        self.reaper.move(0, level)

    def level(self) -> float:
        return slider_to_decibels(self.reaper.session.tracks[0].position)

    def restart(self) -> None:
        self.peer = self.reaper = Reaper(("127.0.0.1", 9000))


class LiveProgram(Program):
    sheet = "ableton/live"
    other = ("/live/track/set/volume", 0, LAWS["live"].from_db(-20.0))
    wrong = ("/live/track/get/volume", 0, "loud")

    def __init__(self) -> None:
        self.live = AbletonOsc()
        super().__init__(self.live)

    def set_level(self, level: float) -> None:
        self.live.move(0, LAWS["live"].from_db(level))

    def level(self) -> float:
        return LAWS["live"].to_db(self.live.session.tracks[0].position)

    def restart(self) -> None:
        self.live.restart()


class BitwigProgram(Program):
    sheet = "bitwig/bitwig"
    other = ("/track/1/volume", round(16383 * 0.3686))
    wrong = ("/track/1/volume", "loud")

    def __init__(self) -> None:
        self.bitwig = BitwigOsc()
        super().__init__(self.bitwig)

    def set_level(self, level: float) -> None:
        self.bitwig.move(0, 10 ** ((level - 6.02) / 60))

    def level(self) -> float:
        position = self.bitwig.session.tracks[0].position
        return 6.02 + 60 * log10(position) if position > 0 else -200.0

    def restart(self) -> None:
        self.peer = self.bitwig = BitwigOsc()


class QLabProgram(Program):
    sheet = "figure53/qlab"
    strip = "cue.1"
    switch = "armed"
    other = ("/cue/1/sliderLevel/0", -20.0)
    wrong = ("/reply/cue/1/sliderLevel/0", "{no json")

    def __init__(self) -> None:
        self.qlab = QLab()
        super().__init__(self.qlab)

    def set_level(self, level: float) -> None:
        self.qlab.move("1", level)

    def level(self) -> float:
        level = self.qlab.cues["1"].level
        return level if level > -60.0 else -200.0

    def restart(self) -> None:
        self.qlab.restart()


class DiGiCoDesk(Program):
    sheet = "digico/ipad"
    strip = "ch.1"
    name = "Ch 1"
    fader = "/Input_Channels/1/fader"
    other = (fader, -20.0)
    wrong = (fader, "loud")
    advice = "check that External Control is on at the desk"

    def __init__(self) -> None:
        self.desk = DiGiCo()
        super().__init__(self.desk)

    def set_level(self, level: float) -> None:
        self.desk.set_from_desk(self.fader, level)

    def level(self) -> float:
        return float(self.desk.value(self.fader))

    def restart(self) -> None:
        self.peer = self.desk = DiGiCo()


PROGRAMS: Final = (
    ArdourProgram, ReaperProgram, LiveProgram, BitwigProgram, QLabProgram, DiGiCoDesk,
)  # fmt: skip


class Bench:
    """The endpoint, the program, a network that can be cut, and a clock."""

    def __init__(self, program: Program) -> None:
        self.program = program
        sheet = shipped().target(program.sheet)
        assert sheet is not None
        self.daw = target_endpoint("daw", sheet, {"strips": 8})
        self.now = 0.0
        self.cut = False
        self.said: list[bytes] = []
        self.lost_at: float | None = None
        self.arrivals = 0
        self.known: dict[str, Value] = {}
        self._subject = f"daw.{program.strip}."
        self.daw.open(0.0)

    def run(self, seconds: float) -> None:
        """Let time pass for both, and carry what they say."""
        end = self.now + seconds
        while self.now < end - 1e-9:
            self.now += STEP
            due = self.daw.next_wakeup()
            if due is not None and due <= self.now:
                self._take(self.daw.wake(self.now))
            self._carry()
            self.program.peer.advance(STEP)
            self._carry()

    def write(self, name: str, value: Value) -> None:
        """Write as the engine does."""
        self.daw.send(Write("daw", ParameterId(self._subject + name), value), self.now)
        self.run(0.3)

    def hear(self, message: tuple[OscArgument, ...]) -> None:
        """Let the endpoint hear what no program should say."""
        self._take(self.daw.receive(encode_osc(str(message[0]), *message[1:]), self.now))

    def _carry(self) -> None:
        for data in self.daw.data_to_send():
            self.said.append(data)
            if not self.cut:
                self.program.peer.receive(data, US)
        for data, client in self.program.peer.take_output():
            if not self.cut and client != OTHER:
                self._take(self.daw.receive(data, self.now))

    def _take(self, events: Iterable[Heard]) -> None:
        for event in events:
            match event:
                case Arrived():
                    self.arrivals += 1
                    watched = ("fader", self.program.switch, "name")
                    names = [ParameterId(self._subject + one) for one in watched]
                    self.daw.watch(names, self.now)
                case Gone():
                    self.lost_at = self.now
                    self.known.clear()
                case Report(parameter=parameter, value=value):
                    self.known[parameter.removeprefix(self._subject)] = value


@pytest.fixture(params=PROGRAMS, ids=lambda program: str(program.sheet))
def bench(request: pytest.FixtureRequest) -> Bench:
    return Bench(request.param())


@pytest.fixture
def connected(bench: Bench) -> Bench:
    bench.run(2.0)
    assert bench.daw.health.alive
    return bench


def test_it_answers_and_is_read(bench: Bench) -> None:
    assert not bench.daw.health.alive
    bench.run(2.0)
    assert bench.daw.health.synced
    assert bench.known["fader"] == pytest.approx(0.0, abs=0.1)
    # A cue is armed at first, a track not muted.
    assert bench.known[bench.program.switch] is (bench.program.switch == "armed")
    assert bench.known["name"] == bench.program.name
    assert bench.arrivals == 1


@pytest.mark.parametrize("level", [0.0, -10.0, -30.0, 6.0])
def test_a_level_arrives_as_it_was_meant(connected: Bench, level: float) -> None:
    connected.write("fader", -3.0)
    connected.write("fader", level)
    assert connected.program.level() == pytest.approx(level, abs=0.1)


def test_off_is_off(connected: Bench) -> None:
    connected.write("fader", OFF)
    assert connected.program.level() < -130.0


def test_the_program_moves_its_fader(connected: Bench) -> None:
    connected.program.set_level(-10.0)
    connected.run(0.5)
    assert connected.known["fader"] == pytest.approx(-10.0, abs=0.1)


def test_a_second_client_is_heard_and_takes_nothing_away(connected: Bench) -> None:
    other = connected.program.other
    connected.program.peer.receive(encode_osc(str(other[0]), *other[1:]), OTHER)
    connected.run(0.5)
    assert connected.known["fader"] == pytest.approx(-20.0, abs=0.1)
    connected.run(6.0)
    connected.program.set_level(-6.0)
    connected.run(0.5)
    assert connected.known["fader"] == pytest.approx(-6.0, abs=0.1)
    assert connected.arrivals == 1


def test_silent_death_is_noticed_in_time_with_a_reason_and_life_too(connected: Bench) -> None:
    died = connected.now
    connected.cut = True
    connected.run(7.0)
    assert connected.lost_at is not None
    assert connected.lost_at - died <= NOTICED_WITHIN
    assert connected.program.advice in connected.daw.health.reason
    connected.program.set_level(-15.0)
    connected.cut = False
    connected.run(4.0)
    assert connected.daw.health.alive
    assert connected.known["fader"] == pytest.approx(-15.0, abs=0.1)


def test_after_a_restart_everything_is_read_anew(connected: Bench) -> None:
    connected.program.restart()
    connected.run(6.0)
    connected.program.set_level(-12.0)
    connected.run(1.0)
    assert connected.daw.health.alive
    assert connected.known["fader"] == pytest.approx(-12.0, abs=0.1)


def test_a_wrong_type_is_counted_and_believed_by_nobody(connected: Bench) -> None:
    before = connected.known["fader"]
    connected.hear(connected.program.wrong)
    assert connected.daw.health.malformed == 1
    assert connected.known["fader"] == before


def test_an_unknown_address_is_counted(connected: Bench) -> None:
    before = connected.daw.health.unknown
    connected.hear(connected.program.unknown)
    assert connected.daw.health.unknown == before + 1


# Manners of one program


def test_reaper_knows_of_the_hand_before_the_first_value_and_after_the_last() -> None:
    program = ReaperProgram()
    bench = Bench(program)
    bench.run(2.0)
    bench.write("fader.touch", value=True)
    assert program.reaper.touched(0)
    bench.write("fader", -6.0)
    bench.write("fader.touch", value=False)
    bench.run(3.0)
    assert not program.reaper.touched(0)


def test_reaper_is_told_a_level_once_although_it_does_not_repeat_it() -> None:
    bench = Bench(ReaperProgram())
    bench.run(2.0)
    bench.write("fader", -6.0)
    bench.run(2.0)
    assert sum(data.startswith(b"/track/1/volume/db") for data in bench.said) == 1


def test_ardour_is_told_again_what_was_lost_on_the_way() -> None:
    program = ArdourProgram()
    bench = Bench(program)
    bench.run(2.0)
    bench.cut = True
    bench.write("fader", -6.0)
    bench.cut = False
    bench.run(1.0)
    assert program.level() == pytest.approx(-6.0, abs=0.01)


def test_reapers_question_moves_nothing() -> None:
    program = ReaperProgram()
    bench = Bench(program)
    bench.run(12.0)
    assert bench.arrivals == 1
    assert program.reaper.session.seconds == 0.0


def test_live_that_starts_anew_is_listened_to_anew_at_once() -> None:
    program = LiveProgram()
    bench = Bench(program)
    bench.run(2.0)
    program.restart()
    bench.run(0.5)
    program.set_level(-12.0)
    bench.run(0.5)
    assert bench.known["fader"] == pytest.approx(-12.0, abs=0.1)
    assert bench.arrivals == 2


def test_bitwig_knows_of_the_hand() -> None:
    program = BitwigProgram()
    bench = Bench(program)
    bench.run(1.0)
    bench.write("fader.touch", value=True)
    assert program.bitwig.touched(0)
    bench.write("fader.touch", value=False)
    assert not program.bitwig.touched(0)


def test_a_digico_tells_what_it_pinned_and_that_is_what_it_holds() -> None:
    desk = DiGiCoDesk()
    bench = Bench(desk)
    bench.run(2.0)
    bench.daw.watch([ParameterId("daw.ch.1.gain")], bench.now)
    bench.write("gain", 60.0)
    bench.write("gain", 61.0)
    assert bench.known["gain"] == 60.0


def test_a_digico_that_holds_a_value_already_is_believed_to_hold_it() -> None:
    desk = DiGiCoDesk()
    bench = Bench(desk)
    bench.run(2.0)
    bench.cut = True
    desk.set_level(-6.0)
    bench.run(0.1)
    desk.peer.take_output()
    bench.cut = False
    bench.write("fader", -6.0)
    bench.run(3.0)
    assert bench.known["fader"] == -6.0


class OtherDiGiCo(DiGiCoDesk):
    """The same desk with the other command set: 0…1, no sign of life, and it answers for names."""

    sheet = "digico/sd"
    other = ("/sd/Input_Channels/1/fader", 0.5)
    wrong = ("/sd/Input_Channels/1/fader", "loud")

    def __init__(self) -> None:
        super().__init__()
        self.peer = self.desk = DiGiCo(commands="other")


def test_a_desk_without_a_sign_of_life_is_used_and_never_called_alive_before_it_spoke() -> None:
    bench = Bench(OtherDiGiCo())
    before = bench.daw.health.alive
    assert "promises no sign of life" in bench.daw.health.reason
    bench.run(2.0)
    assert (before, bench.daw.health.alive) == (False, True)
    assert bench.known == {"name": "Ch 1"}


def test_other_osc_is_moved_and_heard_on_both_sides() -> None:
    desk = OtherDiGiCo()
    bench = Bench(desk)
    bench.run(1.0)
    bench.write("fader", 0.0)
    # The desk's own scale is unknown: it takes 0…1 of its travel.
    assert desk.level() == pytest.approx(-150.0 + 0.75 * 160.0)
    bench.write("mute", value=True)
    assert desk.desk.value("/Input_Channels/1/mute") == 1.0
    desk.desk.set_from_desk(desk.fader, -150.0 + 0.5 * 160.0)
    bench.run(0.1)
    assert bench.known["fader"] == -10.0


def test_other_osc_shares_with_a_second_client_and_counts_nonsense() -> None:
    desk = OtherDiGiCo()
    bench = Bench(desk)
    bench.run(1.0)
    desk.peer.receive(encode_osc(str(desk.other[0]), *desk.other[1:]), OTHER)
    bench.run(0.1)
    assert bench.known["fader"] == -10.0
    bench.hear(desk.wrong)
    bench.hear(desk.unknown)
    assert (bench.daw.health.malformed, bench.daw.health.unknown) == (1, 1)
    assert bench.known["fader"] == -10.0


def test_other_osc_can_die_unnoticed_and_is_greeted_when_it_speaks_again() -> None:
    desk = OtherDiGiCo()
    bench = Bench(desk)
    bench.run(1.0)
    bench.cut = True
    bench.run(40.0)
    assert bench.lost_at is None
    bench.cut = False
    desk.restart()
    desk.desk = desk.peer = DiGiCo(commands="other")
    desk.desk.set_from_desk(desk.fader, 10.0)
    bench.run(0.1)
    assert bench.known["fader"] == 10.0


def test_other_osc_is_written_in_the_types_of_its_list() -> None:
    sheet = shipped().target("digico/sd")
    assert sheet is not None
    desk = target_endpoint("desk", sheet, {})
    desk.open(0.0)
    assert desk.wake(0.0) == [Arrived("desk")]
    fader = ParameterId("desk.ch.3.fader")
    desk.watch([fader], 0.0)
    desk.send(Write("desk", fader, 0.0), 0.0)
    desk.send(Write("desk", ParameterId("desk.ch.3.mute"), value=True), 0.0)
    assert desk.data_to_send() == [
        encode_osc("/sd/Input_Channels/3/fader", 0.75),
        encode_osc("/sd/Input_Channels/3/mute", 1),
    ]
    assert not desk.health.alive
