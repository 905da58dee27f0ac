"""The SQ against a scripted desk at the byte level, and against the simulated one."""

import pytest

from firmware_sim import sq
from surfacebridge.model.lifecycle import Arrived
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.values import OFF, Value
from surfacebridge.profiles.consoles.sq import Sq
from tests.helpers.bench import TABLET, Bench
from tests.profiles.shipped import shipped

SHEET = shipped().target("allenheath/sq")
LIFE = bytes.fromhex("B0635F B06200 B0607F")
ALIVE = bytes.fromhex("B0635F B06200 B0063F B0267F")
STRIPS = [f"ch.{n}.{leaf}" for n in range(1, 9) for leaf in ("fader", "on", "pan")]


def p(name: str) -> ParameterId:
    return ParameterId(f"desk.{name}")


def met(*watched: str) -> Sq:
    desk = Sq("desk", SHEET)
    desk.open(0.0)
    desk.receive(ALIVE, 0.0)
    desk.watch([p(name) for name in watched], 0.0)
    desk.data_to_send()
    return desk


def bench(*watched: str) -> tuple[Bench, sq.Sq]:
    desk = sq.Sq()
    one = Bench(Sq("desk", SHEET), desk)
    one.read(*watched)
    return one, desk


@pytest.mark.parametrize(
    ("name", "value", "sent"),
    [
        ("ch.1.fader", 0.0, "B06340 B06200 B00676 B0265C"),
        ("ch.48.fader", 10.0, "B06340 B0622F B0067F B0267F"),
        ("ch.1.fader", OFF, "B06340 B06200 B00600 B02600"),
        ("ch.1.fader", -OFF, "B06340 B06200 B0067F B0267F"),
        ("ch.1.on", False, "B06300 B06200 B00600 B02601"),
        ("ch.1.on", True, "B06300 B06200 B00600 B02600"),
        ("ch.1.pan", -1.0, "B06350 B06200 B00600 B02600"),
        ("ch.1.pan", 0.0, "B06350 B06200 B0063F B0267F"),
        ("ch.1.pan", 1.0, "B06350 B06200 B0067F B0267F"),
        ("ch.2.send.1.level", 0.0, "B06340 B06250 B00676 B0265C"),
        ("main.st.fader", 0.0, "B0634F B06200 B00676 B0265C"),
        ("bus.1.fader", 0.0, "B0634F B06201 B00676 B0265C"),
        ("dca.8.fader", 0.0, "B0634F B06227 B00676 B0265C"),
        ("dca.8.on", False, "B06302 B06207 B00600 B02601"),
        ("mutegroup.1", True, "B06304 B06200 B00600 B02601"),
        ("scene.recall", 130.0, "B00001 C001"),
    ],
)
def test_a_value_is_an_nrpn(name: str, value: Value, sent: str) -> None:
    desk = met()
    desk.send(Write("desk", p(name), value), 1.0)
    assert desk.data_to_send() == [bytes.fromhex(sent)]


def test_nothing_is_believed_before_the_last_quarter_came() -> None:
    desk = met()
    message = bytes.fromhex("B06340 B06200 B00676 B0265C")
    heard = [(at, one) for at in range(12) for one in desk.receive(message[at : at + 1], 1.0)]
    assert heard == [(11, Report(p("ch.1.fader"), 0.0))]


def test_running_status_and_clock_between_are_understood() -> None:
    desk = met()
    message = bytes.fromhex("B06340 6200 F8 0676 26 FE 5C")
    assert list(desk.receive(message, 1.0)) == [Report(p("ch.1.fader"), 0.0)]


def test_another_midi_channel_is_not_ours() -> None:
    desk = met()
    assert list(desk.receive(bytes.fromhex("B16340 B16200 B10676 B1265C"), 1.0)) == []


def test_the_desk_is_there_when_it_answers_the_question() -> None:
    desk = Sq("desk", SHEET)
    desk.open(0.0)
    assert desk.data_to_send() == [LIFE]
    assert list(desk.receive(ALIVE, 0.1)) == [Arrived("desk")]


def test_an_answer_from_before_a_write_is_not_believed() -> None:
    desk = met("ch.1.fader")
    desk.send(Write("desk", p("ch.1.fader"), 0.0), 0.01)
    assert list(desk.receive(bytes.fromhex("B06340 B06200 B00600 B02600"), 0.02)) == []
    moved = list(desk.receive(bytes.fromhex("B06340 B06200 B0067F B0267F"), 0.5))
    assert moved == [Report(p("ch.1.fader"), pytest.approx(10.0))]  # type: ignore[arg-type]


@pytest.mark.parametrize("level", [-60.0, -30.0, -20.0, -10.0, -5.0, 0.0, 5.0, 10.0])
def test_a_level_arrives_within_a_hundredth(level: float) -> None:
    one, desk = bench(*STRIPS)
    one.write("ch.1.fader", level)
    assert sq.to_decibels(desk.value(0x40 << 7)) == pytest.approx(level, abs=0.01)


def test_the_desk_and_other_clients_are_heard() -> None:
    one, desk = bench(*STRIPS)
    desk.set_from_desk(0x40 << 7 | 2, sq.UNITY)
    one.run(0.01)
    assert one.held["ch.3.fader"] == 0.0
    desk.connect(TABLET)
    one.tablet(bytes.fromhex("B06300 B06201 B00600 B02601"))
    assert one.held["ch.2.on"] is False


def test_a_recalled_scene_is_read_whole() -> None:
    one, desk = bench(*STRIPS, "scene.current")
    desk.set_from_desk(0x40 << 7 | 4, sq.UNITY)
    desk.store_scene(200)
    desk.set_from_desk(0x40 << 7 | 4, 0)
    one.run(0.1)
    assert one.held["ch.5.fader"] == OFF
    one.write("scene.recall", 200.0)
    one.run(2.0)
    assert one.held["ch.5.fader"] == 0.0
    assert one.held["scene.current"] == 200.0


def test_all_of_the_sheet_is_known_to_the_simulated_desk() -> None:
    one, desk = bench()
    one.watch(*SHEET.parameters)
    one.until(lambda: one.profile.health.synced, within=30.0)
    assert desk.counts.unknown == 0
    assert (one.profile.health.unknown, one.profile.health.malformed) == (0, 0)
