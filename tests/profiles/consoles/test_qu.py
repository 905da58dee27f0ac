"""A Qu against scripted bytes, and against the simulated mixer."""

import pytest

from firmware_sim import qu
from surfacebridge.model.lifecycle import Arrived
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.values import OFF, Value
from surfacebridge.profiles.consoles.qu import Qu
from tests.helpers.bench import Bench
from tests.profiles.shipped import shipped

SHEET = shipped().target("allenheath/qu-32")
HEADER = "F000001A50110100"
ASK_ALL = bytes.fromhex(HEADER + "7F1000F7")
HERE = bytes.fromhex(HEADER + "001103 0109F7")
ALL_SAID = bytes.fromhex(HEADER + "0014F7")
STRIPS = [f"ch.{n}.{leaf}" for n in range(1, 9) for leaf in ("fader", "on", "pan", "name")]


def p(name: str) -> ParameterId:
    return ParameterId(f"desk.{name}")


def met(*watched: str) -> Qu:
    desk = Qu("desk", SHEET)
    desk.open(0.0)
    desk.watch([p(name) for name in watched], 0.0)
    desk.receive(b"\xfe", 0.0)
    desk.receive(HERE, 0.0)
    desk.data_to_send()
    return desk


def bench(*watched: str, model: str = "Qu-32", channel: int = 1) -> tuple[Bench, qu.Qu]:
    mixer = qu.Qu(model, channel)
    one = Bench(Qu("desk", SHEET), mixer)
    one.read(*watched)
    return one, mixer


@pytest.mark.parametrize(
    ("name", "value", "sent"),
    [
        ("ch.1.fader", 0.0, "B06320 B06217 B00662 B02607"),
        ("ch.32.fader", 10.0, "B0633F B06217 B0067F B02607"),
        ("ch.1.fader", OFF, "B06320 B06217 B00600 B02607"),
        ("ch.1.fader", -45.0, "B06320 B06217 B0060C B02607"),
        ("ch.1.on", False, "90207F 902000"),
        ("ch.1.on", True, "90203F 902000"),
        ("ch.1.pan", -1.0, "B06320 B06216 B00600 B02607"),
        ("ch.1.pan", 0.0, "B06320 B06216 B00625 B02607"),
        ("ch.1.pan", 1.0, "B06320 B06216 B0064A B02607"),
        ("ch.2.send.4.level", 0.0, "B06321 B06220 B00662 B02603"),
        ("ch.2.fxsend.1.level", 0.0, "B06321 B06220 B00662 B02610"),
        ("ch.1.solo", True, "B06320 B06251 B00601 B02607"),
        ("ch.1.lowcut.on", True, "B06320 B06214 B00601 B02600"),
        ("ch.1.phantom", False, "B06320 B06269 B00600 B02607"),
        ("ch.1.gain", 60.0, "B06320 B06219 B0067F B02607"),
        ("main.st.fader", 0.0, "B06367 B06217 B00662 B02607"),
        ("dca.4.on", False, "90137F 901300"),
        ("mutegroup.1", True, "90507F 905000"),
        ("ch.1.name", "Kick", HEADER + "0003204B69636BF7"),
        ("scene.recall", 7.0, "B00000 B02000 C006"),
    ],
)
def test_a_value_is_said_as_the_protocol_writes_it(name: str, value: Value, sent: str) -> None:
    mixer = met()
    mixer.send(Write("desk", p(name), value), 1.0)
    assert mixer.data_to_send() == [bytes.fromhex(sent)]


def test_the_mixer_is_there_when_it_says_anything_and_is_asked_for_all_it_holds() -> None:
    mixer = Qu("desk", SHEET)
    mixer.open(0.0)
    mixer.watch([p("ch.1.fader")], 0.0)
    assert mixer.data_to_send() == [b"\xfe"]
    assert list(mixer.receive(b"\xfe", 0.1)) == [Arrived("desk")]
    assert mixer.data_to_send() == [ASK_ALL]
    mixer.receive(HERE, 0.2)
    assert mixer.health.notes == []
    assert (mixer.health.alive, mixer.health.synced) == (True, False)
    mixer.receive(ALL_SAID, 0.3)
    assert (mixer.health.alive, mixer.health.synced) == (True, True)
    assert mixer.health.peer == "Qu-32, firmware 1.9"


def test_its_midi_channel_is_the_one_it_answers_on() -> None:
    one, mixer = bench(*STRIPS, channel=9)
    one.write("ch.1.fader", 0.0)
    assert mixer.value(0x20) == qu.UNITY


def test_it_is_kept_alive_for_as_long_as_the_link_is() -> None:
    one, _ = bench(*STRIPS)
    one.run(30.0)
    assert one.profile.health.alive


def test_what_was_written_while_it_said_all_is_newer_than_what_it_said() -> None:
    mixer = met("ch.1.fader", "ch.2.fader")
    mixer.send(Write("desk", p("ch.1.fader"), 0.0), 0.1)
    old = bytes.fromhex("B06320 6217 0600 2607 6321 6217 0600 2607")
    assert list(mixer.receive(old, 0.2)) == [Report(p("ch.2.fader"), OFF)]
    mixer.receive(ALL_SAID, 0.3)
    moved = mixer.receive(bytes.fromhex("B06320 6217 063F 2607"), 0.4)
    assert list(moved) == [Report(p("ch.1.fader"), -10.0)]


def test_what_comes_into_view_later_is_known_without_asking_again() -> None:
    one, mixer = bench("ch.1.fader")
    one.watch("ch.1.fader", "ch.20.pan")
    one.run(0.01)
    assert one.held["ch.20.pan"] == 0.0
    assert mixer.counts.readings == 1


def test_what_was_written_out_of_view_is_not_shown_as_the_mixer_said_it_before() -> None:
    mixer = met("ch.1.fader")
    mixer.receive(bytes.fromhex("B06320 6217 060C 2607"), 0.1)
    mixer.receive(ALL_SAID, 0.2)
    mixer.send(Write("desk", p("ch.1.fader"), 0.0), 0.3)
    mixer.watch([p("ch.2.fader")], 0.4)
    mixer.watch([p("ch.1.fader")], 0.5)
    assert list(mixer.wake(0.5)) == [Report(p("ch.1.fader"), 0.0)]


def test_what_nobody_watches_is_not_reported() -> None:
    one, _ = bench("ch.1.fader")
    assert set(one.held) == {"ch.1.fader"}


def test_a_fader_is_understood_whatever_stands_where_it_has_no_index() -> None:
    mixer = met("ch.1.fader")
    heard = mixer.receive(bytes.fromhex("B06320 6217 0662 2600"), 1.0)
    assert list(heard) == [Report(p("ch.1.fader"), 0.0)]


def test_a_recalled_scene_is_read_whole() -> None:
    one, mixer = bench(*STRIPS, "scene.current")
    mixer.set_from_desk(0x24, qu.UNITY)
    mixer.store_scene(20)
    mixer.set_from_desk(0x24, 0)
    one.run(0.1)
    assert one.held["ch.5.fader"] == OFF
    one.write("scene.recall", 20.0)
    one.run(4.0)
    assert one.held["ch.5.fader"] == 0.0
    assert one.held["scene.current"] == 20.0


def test_an_occupied_mixer_is_not_there_and_the_reason_says_what_to_look_at() -> None:
    mixer = qu.Qu()
    mixer.connect(("127.0.0.1", 40009))
    one = Bench(Qu("desk", SHEET), mixer)
    one.run(5.1)
    assert not one.profile.health.alive
    assert "no other program has its one MIDI connection" in one.profile.health.reason


@pytest.mark.parametrize("name", ["qu-16", "qu-24", "qu-32"])
def test_all_of_the_sheet_is_known_to_the_simulated_mixer(name: str) -> None:
    sheet = shipped().target(f"allenheath/{name}")
    mixer = qu.Qu(name.title())
    one = Bench(Qu("desk", sheet), mixer)
    told = [one for one in sheet.parameters if not one.startswith("scene.")]
    one.watch(*told)
    one.until(lambda: one.profile.health.synced, within=30.0)
    assert set(one.held) == set(told)
    assert mixer.counts.unknown == 0
    assert one.profile.health.malformed == 0
