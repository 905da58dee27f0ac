"""Yamaha's RCP against a scripted console at the byte level, and against the simulated one."""

from itertools import pairwise

import pytest

from firmware_sim import rcp
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.values import OFF, Colour, Value
from surfacebridge.profiles.console import SILENCE
from surfacebridge.profiles.consoles.rcp import PACE, Rcp
from tests.helpers.bench import TABLET, Bench
from tests.profiles.shipped import shipped

SHEET = shipped().target("yamaha/cl5")
LEVEL = "MIXER:Current/InCh/Fader/Level"
STRIPS = [f"ch.{n}.{leaf}" for n in range(1, 9) for leaf in ("fader", "on", "name", "color", "pan")]


def p(name: str) -> ParameterId:
    return ParameterId(f"desk.{name}")


def met(*watched: str) -> Rcp:
    desk = Rcp("desk", SHEET)
    desk.open(0.0)
    desk.data_to_send()
    desk.receive(b"OK scpmode keepalive 10000\n", 0.01)
    desk.watch([p(name) for name in watched], 0.02)
    return desk


def drained(desk: Rcp, start: float, seconds: float) -> list[tuple[float, bytes]]:
    """Return what leaves in so many seconds, with the time of each."""
    sent = []
    for step in range(round(seconds / 0.001)):
        now = start + step * 0.001
        desk.wake(now)
        sent += [(now, data) for data in desk.data_to_send()]
    return sent


def bench(*watched: str, pace: float = 0.0) -> tuple[Bench, rcp.Rcp]:
    desk = rcp.Rcp("CL5", pace=pace)
    one = Bench(Rcp("desk", SHEET), desk)
    one.watch(*watched)
    one.until(lambda: one.profile.health.synced, within=20.0)
    return one, desk


# Values.


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("ch.1.fader", 0.0, f"set {LEVEL} 0 0 0"),
        ("ch.72.fader", -10.0, f"set {LEVEL} 71 0 -1000"),
        ("ch.1.fader", OFF, f"set {LEVEL} 0 0 -32768"),
        ("ch.1.fader", 99.0, f"set {LEVEL} 0 0 1000"),
        ("ch.1.on", False, "set MIXER:Current/InCh/Fader/On 0 0 0"),
        ("ch.1.pan", 1.0, "set MIXER:Current/InCh/ToSt/Pan 0 0 63"),
        ("ch.2.send.24.level", -6.02, "set MIXER:Current/InCh/ToMix/Level 1 23 -602"),
        ("ch.1.name", "Lead Vocal", 'set MIXER:Current/InCh/Label/Name 0 0 "Lead Voc"'),
        ("ch.1.color", Colour(255, 0, 0), "set MIXER:Current/InCh/Label/Color 0 0 Red"),
        ("ch.1.gain", 30.0, "set MIXER:Current/InCh/Port/HA/Gain 0 0 3000"),
        ("mutegroup.8", True, "set MIXER:Current/MuteMaster/On 7 0 1"),
        ("scene.recall", 3.0, "ssrecall_ex MIXER:Lib/Scene 3"),
    ],
)
def test_a_value_is_written_in_the_consoles_own_unit(name: str, value: Value, line: str) -> None:
    desk = met()
    desk.send(Write("desk", p(name), value), 1.0)
    assert desk.data_to_send() == [f"{line}\n".encode()]


@pytest.mark.parametrize(
    ("name", "line", "value"),
    [
        ("ch.1.fader", f'NOTIFY set {LEVEL} 0 0 -1000 "-10.00"', -10.0),
        ("ch.1.fader", f'NOTIFY set {LEVEL} 0 0 -32768 "-Inf"', OFF),
        ("ch.1.fader", f"NOTIFY set {LEVEL} 0 0 0", 0.0),
        ("ch.1.on", 'NOTIFY set MIXER:Current/InCh/Fader/On 0 0 0 "OFF"', False),
        ("ch.1.pan", "NOTIFY set MIXER:Current/InCh/ToSt/Pan 0 0 -63", -1.0),
        ("ch.1.name", 'NOTIFY set MIXER:Current/InCh/Label/Name 0 0 "Kick In"', "Kick In"),
        ("ch.1.color", 'NOTIFY set MIXER:Current/InCh/Label/Color 0 0 "Red"', Colour(255, 0, 0)),
        ("scene.current", "NOTIFY sscurrent_ex MIXER:Lib/Scene 12", 12.0),
    ],
)
def test_what_others_change_is_reported(name: str, line: str, value: Value) -> None:
    (report,) = met().receive(f"{line}\n".encode(), 1.0)
    assert isinstance(report, Report)
    assert report.parameter == p(name)
    assert report.value == value or report.value == pytest.approx(value, abs=1e-9)


def test_a_line_in_pieces_is_one_line() -> None:
    desk = met()
    line = f"NOTIFY set {LEVEL} 0 0 -1000\n".encode()
    heard = [one for byte in line for one in desk.receive(bytes([byte]), 1.0)]
    assert heard == [Report(p("ch.1.fader"), pytest.approx(-10.0))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "line",
    [
        b"garbage\n",
        b"\xff\xfe\x00\n",
        b"NOTIFY set MIXER:Current/InCh/Fader/Level 0 0 loud\n",
        b"NOTIFY set MIXER:Current/InCh/Fader/Level 0 0 " + b"9" * 400 + b"\n",
        b"NOTIFY set MIXER:Current/InCh/ToSt/Pan 0 0 -" + b"9" * 400 + b"\n",
        b"NOTIFY sscurrent_ex MIXER:Lib/Scene " + b"9" * 400 + b"\n",
        b'NOTIFY set MIXER:Current/InCh/Label/Color 0 0 "Beige"\n',
        b"x" * 10_000 + b"\n",
    ],
)
def test_what_makes_no_sense_is_counted_and_changes_nothing(line: bytes) -> None:
    desk = met()
    assert list(desk.receive(line, 1.0)) == []
    assert desk.health.malformed == 1


# Pace.


def test_commands_leave_five_milliseconds_apart() -> None:
    desk = met(*STRIPS)
    for n in range(1, 9):
        desk.send(Write("desk", p(f"ch.{n}.fader"), -5.0), 0.02)
    times = [at for at, _ in drained(desk, 0.02, 0.2)]
    assert len(times) > 20
    assert min(b - a for a, b in pairwise(times)) >= PACE - 1e-9


def test_of_values_that_wait_for_one_fader_only_the_newest_leaves() -> None:
    desk = met()
    desk.data_to_send()
    for step in range(100):
        desk.send(Write("desk", p("ch.1.fader"), -float(step)), 1.0)
        desk.send(Write("desk", p("ch.2.fader"), -float(step)), 1.0)
    sent = [data for _, data in drained(desk, 1.0, 0.1) if data.startswith(b"set")]
    assert sent[0] == f"set {LEVEL} 0 0 -9900\n".encode()
    assert sent[1:] == [f"set {LEVEL} 1 0 -9900\n".encode()]


def test_questions_have_their_turn_while_faders_ride() -> None:
    desk = met(*STRIPS)
    asked = 0
    for step in range(200):
        now = 0.02 + step * 0.005
        for n in range(1, 9):
            desk.send(Write("desk", p(f"ch.{n}.fader"), -float(step)), now)
        desk.wake(now)
        asked += sum(data.startswith(b"get") for data in desk.data_to_send())
    assert asked >= 20


def test_a_console_that_takes_its_time_is_not_overrun() -> None:
    one, desk = bench(*STRIPS, pace=0.005)
    for step in range(100):
        for n in range(1, 9):
            one.write(f"ch.{n}.fader", -float(step % 60))
        one.run(0.01)
    one.run(1.0)
    assert desk.counts.overrun == 0
    assert [desk.value("InCh/Fader/Level", n) for n in range(8)] == [-3900] * 8


# Whose word is the newest.


def test_our_own_set_is_confirmed_as_the_console_took_it() -> None:
    desk = met("ch.1.fader")
    desk.data_to_send()
    desk.send(Write("desk", p("ch.1.fader"), -10.0), 1.0)
    desk.data_to_send()
    (report,) = desk.receive(f'OK set {LEVEL} 0 0 -1005 "-10.05"\n'.encode(), 1.01)
    assert report == Report(p("ch.1.fader"), pytest.approx(-10.05))  # type: ignore[arg-type]


def test_what_was_said_before_our_set_was_answered_is_older_than_it() -> None:
    desk = met("ch.1.fader")
    drained(desk, 0.02, 0.05)
    desk.send(Write("desk", p("ch.1.fader"), -10.0), 1.0)
    desk.data_to_send()
    stale = f"OK get {LEVEL} 0 0 -5000\nNOTIFY set {LEVEL} 0 0 -4000\n".encode()
    assert list(desk.receive(stale, 1.01)) == []
    heard = list(desk.receive(f"OK set {LEVEL} 0 0 -1000\n".encode(), 1.02))
    assert heard == [Report(p("ch.1.fader"), pytest.approx(-10.0))]  # type: ignore[arg-type]
    assert list(desk.receive(f"NOTIFY set {LEVEL} 0 0 -4000\n".encode(), 1.03)) != []


def test_a_set_that_is_refused_is_counted_and_the_truth_is_asked_for() -> None:
    desk = met("ch.1.fader")
    drained(desk, 0.02, 0.1)
    desk.receive(f"OK get {LEVEL} 0 0 -5000\n".encode(), 0.2)
    desk.send(Write("desk", p("ch.1.fader"), -10.0), 1.0)
    drained(desk, 1.0, 0.005)
    desk.receive(b"ERROR set AccessDenied\n", 1.01)
    assert desk.health.unknown == 1
    assert f"get {LEVEL} 0 0\n".encode() in [data for _, data in drained(desk, 1.02, 0.05)]


def test_a_set_whose_answer_never_comes_does_not_hold_back_what_follows() -> None:
    desk = met("ch.1.fader", "ch.2.fader")
    drained(desk, 0.02, 0.1)
    for n in (1, 2):
        desk.receive(f"OK get {LEVEL} {n - 1} 0 -5000\n".encode(), 0.2)
        desk.send(Write("desk", p(f"ch.{n}.fader"), -10.0), 1.0)
    drained(desk, 1.0, 0.02)
    desk.receive(f"OK set {LEVEL} 1 0 -1000\n".encode(), 1.1)
    assert f"get {LEVEL} 0 0\n".encode() in [data for _, data in drained(desk, 1.1, 0.05)]
    heard = list(desk.receive(f"OK get {LEVEL} 0 0 -5000\n".encode(), 1.2))
    assert heard == [Report(p("ch.1.fader"), pytest.approx(-50.0))]  # type: ignore[arg-type]


# With the simulated console.


def test_the_first_reading_is_paced_and_whole() -> None:
    one, desk = bench(*STRIPS, pace=0.005)
    assert desk.counts.overrun == 0
    assert one.held["ch.8.fader"] == OFF
    assert one.heard[0] == Arrived("desk")


def test_a_move_on_the_console_and_one_by_another_client_are_heard() -> None:
    one, desk = bench(*STRIPS)
    desk.set_from_desk("InCh/Fader/Level", 2, 0, -1000)
    one.run(0.01)
    assert one.held["ch.3.fader"] == pytest.approx(-10.0)
    desk.connect(TABLET)
    one.tablet(f"set {LEVEL} 3 0 -2000\n".encode())
    assert one.held["ch.4.fader"] == pytest.approx(-20.0)


def test_a_recall_is_followed_by_a_paced_reading_of_everything() -> None:
    one, desk = bench(*STRIPS, "scene.current", pace=0.005)
    desk.set_from_desk("InCh/Fader/Level", 4, 0, -700)
    desk.store_scene(2)
    desk.set_from_desk("InCh/Fader/Level", 4, 0, -32768)
    one.run(0.1)
    one.write("scene.recall", 2.0)
    one.run(3.0)
    assert one.held["ch.5.fader"] == pytest.approx(-7.0)
    assert one.held["scene.current"] == 2.0
    assert desk.counts.overrun == 0


def test_meters_are_asked_for_and_read_in_hexadecimal() -> None:
    one, _ = bench("ch.1.meter", "ch.72.meter")
    one.run(30.0)
    reports = [one for one in one.heard if isinstance(one, Report)]
    levels = [float(one.value) for one in reports if one.parameter == p("ch.1.meter")]  # type: ignore[arg-type]
    assert len(levels) > 50
    assert all(-126.0 < level <= 1.0 for level in levels)


def test_the_connection_is_kept_alive_and_silence_is_noticed() -> None:
    one, desk = bench("ch.1.fader")
    one.run(30.0)
    assert len(desk.clients) == 1
    assert Gone("desk") not in one.heard
    desk.pace = 1000.0
    took = one.until(lambda: Gone("desk") in one.heard, within=10.0)
    assert took <= SILENCE + 0.1


@pytest.mark.parametrize("model", ["ql5", "tf5"])
def test_every_parameter_of_a_sheet_is_known_to_its_simulated_model(model: str) -> None:
    sheet = shipped().target(f"yamaha/{model}")
    desk = rcp.Rcp(model.upper())
    one = Bench(Rcp("desk", sheet), desk)
    one.watch(*(name for name in sheet.parameters if ".send." not in name))
    one.until(lambda: one.profile.health.synced, within=60.0)
    assert desk.counts.errors == 0
    assert (one.profile.health.malformed, one.profile.health.unknown) == (0, 0)
