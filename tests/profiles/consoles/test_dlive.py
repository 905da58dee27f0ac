"""A dLive and an Avantis against scripted bytes, and against the simulated desk."""

import pytest

from firmware_sim import dlive
from surfacebridge.model.lifecycle import Arrived
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.values import OFF, Colour, Value
from surfacebridge.profiles.consoles.dlive import DLive
from tests.helpers.bench import TABLET, Bench
from tests.profiles.shipped import shipped

SHEET = shipped().target("allenheath/dlive")
AVANTIS = shipped().target("allenheath/avantis")
HEADER = "F000001A50100100"
LIFE = bytes.fromhex(HEADER + "000100F7")
ALIVE = bytes.fromhex(HEADER + "000200F7")
STRIPS = [f"ch.{n}.{leaf}" for n in range(1, 9) for leaf in ("fader", "on", "name", "color")]


def p(name: str) -> ParameterId:
    return ParameterId(f"desk.{name}")


def met(*watched: str) -> DLive:
    desk = DLive("desk", SHEET)
    desk.open(0.0)
    desk.receive(ALIVE, 0.0)
    desk.watch([p(name) for name in watched], 0.0)
    desk.data_to_send()
    return desk


def bench(*watched: str) -> tuple[Bench, dlive.DLive]:
    desk = dlive.DLive()
    one = Bench(DLive("desk", SHEET), desk)
    one.read(*watched)
    return one, desk


@pytest.mark.parametrize(
    ("name", "value", "sent"),
    [
        ("ch.1.fader", 0.0, "B06300 B06217 B0066B"),
        ("ch.128.fader", 10.0, "B0637F B06217 B0067F"),
        ("ch.1.fader", OFF, "B06300 B06217 B00600"),
        ("ch.1.fader", -80.0, "B06300 B06217 B00600"),
        ("ch.1.on", False, "90007F 900000"),
        ("ch.1.on", True, "90003F 900000"),
        ("ch.2.main", True, "B06301 B06218 B0067F"),
        ("stgroup.1.fader", -10.0, "B16340 B16217 B10657"),
        ("bus.2.fader", 0.0, "B26301 B26217 B2066B"),
        ("mtx.1.on", False, "93007F 930000"),
        ("main.st.fader", 0.0, "B46330 B46217 B4066B"),
        ("dca.24.fader", 0.0, "B4634D B46217 B4066B"),
        ("mutegroup.8", True, "94557F 945500"),
        ("ch.1.send.2.level", 0.0, HEADER + "000D0002016BF7"),
        ("ch.1.stsend.1.level", 0.0, HEADER + "000D0002406BF7"),
        ("ch.1.name", "Kick", HEADER + "0003004B69636BF7"),
        ("ch.1.name", "Overheads", HEADER + "0003004F76657268656164F7"),
        ("ch.1.color", Colour(0, 0, 255), HEADER + "00060004F7"),
        ("ch.3.eq.1.frequency", 1000.0, "B06302 B0621B B00648"),
        ("ch.3.eq.4.gain", 0.0, "B06302 B06229 B0063F"),
        ("ch.3.eq.2.width", "1", "B06302 B06220 B00605"),
        ("ch.3.lowcut.on", True, "B06302 B06231 B0067F"),
        ("headamp.8.gain", 60.0, "E0077F"),
        ("headamp.8.phantom", True, HEADER + "000C077FF7"),
        ("headamp.8.pad", False, HEADER + "0009073FF7"),
        ("scene.recall", 500.0, "B00003 C073"),
    ],
)
def test_a_value_is_said_as_the_protocol_writes_it(name: str, value: Value, sent: str) -> None:
    desk = met()
    desk.send(Write("desk", p(name), value), 1.0)
    assert desk.data_to_send() == [bytes.fromhex(sent)]


@pytest.mark.parametrize("value", ["loud", True, float("nan"), Colour(1, 2, 3)])
def test_what_no_fader_can_be_is_counted_and_not_sent(value: Value) -> None:
    desk = met()
    desk.send(Write("desk", p("ch.1.fader"), value), 1.0)
    assert desk.data_to_send() == []
    assert desk.health.unknown == 1


def test_running_status_and_clock_between_are_understood() -> None:
    desk = met()
    message = bytes.fromhex("B06300 6217 F8 066B 6301 6217 0657")
    assert list(desk.receive(message, 1.0)) == [
        Report(p("ch.1.fader"), 0.0),
        Report(p("ch.2.fader"), -10.0),
    ]


def test_a_key_let_go_says_nothing_of_a_mute() -> None:
    desk = met()
    assert list(desk.receive(bytes.fromhex("90007F 0000"), 1.0)) == [Report(p("ch.1.on"), False)]


def test_the_desk_is_there_when_it_answers_the_question() -> None:
    desk = DLive("desk", SHEET)
    desk.open(0.0)
    assert desk.data_to_send() == [LIFE]
    assert list(desk.receive(ALIVE, 0.1)) == [Arrived("desk"), Report(p("ch.1.name"), "")]


def test_a_desk_on_other_midi_channels_is_not_there_and_the_reason_says_what_to_look_at() -> None:
    one = Bench(DLive("desk", SHEET), dlive.DLive(channel=7))
    one.run(5.1)
    assert not one.profile.health.alive
    assert "MIDI channels (Utility, Control, MIDI) begin at 1" in one.profile.health.reason


def test_an_answer_from_before_a_write_is_not_believed() -> None:
    desk = met("ch.1.fader")
    desk.send(Write("desk", p("ch.1.fader"), 0.0), 0.01)
    assert list(desk.receive(bytes.fromhex("B06300 B06217 B00600"), 0.02)) == []
    moved = desk.receive(bytes.fromhex("B06300 B06217 B0067F"), 0.5)
    assert list(moved) == [Report(p("ch.1.fader"), 10.0)]


def test_a_question_nobody_answered_does_not_make_later_hands_look_old() -> None:
    desk = met("ch.1.fader")
    desk.send(Write("desk", p("ch.1.fader"), 0.0), 0.5)
    moved = desk.receive(bytes.fromhex("B06300 B06217 B00657"), 2.0)
    assert list(moved) == [Report(p("ch.1.fader"), -10.0)]


@pytest.mark.parametrize("level", [-45.0, -30.0, -20.0, -10.0, -5.0, 0.0, 5.0, 10.0, OFF])
def test_a_level_arrives_on_the_desks_half_decibels(level: float) -> None:
    one, desk = bench(*STRIPS)
    one.write("ch.1.fader", level)
    assert dlive.to_decibels(desk.number(0, 0)) == level


def test_the_desk_and_other_clients_are_heard() -> None:
    one, desk = bench(*STRIPS)
    desk.set_from_desk(0, 2, dlive.UNITY)
    desk.rename(0, 3, "Snare")
    one.run(0.01)
    assert one.held["ch.3.fader"] == 0.0
    assert one.held["ch.4.name"] == "Snare"
    desk.connect(TABLET)
    one.tablet(bytes.fromhex("90017F 900100"))
    assert one.held["ch.2.on"] is False


def test_a_recalled_scene_is_read_whole() -> None:
    one, desk = bench(*STRIPS, "scene.current")
    desk.set_from_desk(0, 4, dlive.UNITY)
    desk.store_scene(200)
    desk.set_from_desk(0, 4, 0)
    one.run(0.1)
    assert one.held["ch.5.fader"] == OFF
    one.write("scene.recall", 200.0)
    one.run(2.0)
    assert one.held["ch.5.fader"] == 0.0
    assert one.held["scene.current"] == 200.0


def test_all_of_the_sheet_is_known_to_the_simulated_desk() -> None:
    one, desk = bench()
    one.watch(*SHEET.parameters)
    one.until(lambda: one.profile.health.synced, within=5.0)
    assert desk.counts.unknown == 0
    assert (one.profile.health.unknown, one.profile.health.malformed) == (0, 0)


def test_an_avantis_tells_levels_when_they_change_and_is_not_asked_for_them() -> None:
    desk = dlive.DLive(12, "avantis")
    one = Bench(DLive("desk", AVANTIS), desk)
    one.read(*STRIPS)
    assert "ch.1.fader" not in one.held
    assert one.held["ch.8.name"] == ""
    desk.set_from_desk(0, 0, dlive.UNITY)
    one.run(0.01)
    assert one.held["ch.1.fader"] == 0.0
    one.write("mutegroup.8", value=True)
    assert desk.muted(4, 0x4D)
    assert desk.counts.unknown == 0


def test_all_names_of_an_avantis_are_known_to_the_simulated_one() -> None:
    desk = dlive.DLive(12, "avantis")
    one = Bench(DLive("desk", AVANTIS), desk)
    one.watch(*AVANTIS.parameters)
    one.until(lambda: one.profile.health.synced, within=30.0)
    assert desk.counts.unknown == 0
