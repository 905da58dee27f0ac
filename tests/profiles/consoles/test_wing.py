"""The WING against a scripted desk at the byte level, and against the simulated one."""

from itertools import pairwise

import pytest

from firmware_sim.wing import Wing as SimulatedWing
from firmware_sim.wire import encode_osc
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.values import OFF, Colour, Value
from surfacebridge.profiles.console import SILENCE
from surfacebridge.profiles.consoles.wing import PALETTE, Wing
from surfacebridge.protocols.osc.messages import OscMessage, OscValue
from surfacebridge.protocols.osc.packet import encode
from tests.helpers.bench import TABLET, Bench
from tests.profiles.shipped import shipped

SHEET = shipped().target("behringer/wing")
SUBSCRIBE = b"/*S\x00,\x00\x00\x00"
QUESTION = b"/main/1/name\x00\x00\x00\x00,\x00\x00\x00"
STRIPS = [f"ch.{n}.{leaf}" for n in range(1, 9) for leaf in ("fader", "on", "name", "color")]


def say(address: str, *args: OscValue) -> bytes:
    return encode(OscMessage(address, args))


def get(address: str) -> bytes:
    return encode(OscMessage(address))


def met(*watched: str) -> Wing:
    desk = Wing("desk", SHEET)
    desk.open(0.0)
    desk.receive(say("/main/1/name", "Main"), 0.0)
    desk.watch([ParameterId(f"desk.{name}") for name in watched], 0.0)
    desk.data_to_send()
    return desk


def bench(*watched: str) -> tuple[Bench, SimulatedWing]:
    desk = SimulatedWing()
    one = Bench(Wing("desk", SHEET), desk)
    one.read(*watched)
    return one, desk


def steal(one: Bench) -> None:
    one.tablet(encode_osc("/*S"))


# Values.


@pytest.mark.parametrize(
    ("name", "value", "sent"),
    [
        ("ch.1.fader", 0.0, say("/ch/1/fdr", 0.0)),
        ("ch.1.fader", OFF, say("/ch/1/fdr", -144.0)),
        ("ch.1.fader", 20.0, say("/ch/1/fdr", 10.0)),
        ("ch.1.on", True, say("/ch/1/mute", 0)),
        ("ch.1.on", False, say("/ch/1/mute", 1)),
        ("ch.1.pan", -1.0, say("/ch/1/pan", -100.0)),
        ("ch.40.solo", True, say("/ch/40/$solo", 1)),
        ("dca.16.name", "Everybody", say("/dca/16/name", "Everybod")),
        ("ch.1.send.16.mode", "PRE", say("/ch/1/send/16/mode", "PRE")),
        ("ch.1.color", Colour(255, 0, 0), say("/ch/1/col", 9)),
        ("mutegroup.8", True, say("/mgrp/8/mute", 1)),
        ("headamp.1.gain", 99.0, say("/io/in/LCL/1/g", 45.5)),
    ],
)
def test_a_value_is_written_in_the_desks_own_unit(name: str, value: Value, sent: bytes) -> None:
    desk = met()
    desk.send(Write("desk", ParameterId(f"desk.{name}"), value), 1.0)
    assert desk.data_to_send() == [sent]


@pytest.mark.parametrize(
    ("name", "message", "value"),
    [
        ("ch.1.fader", say("/ch/1/fdr", "-10.0", 0.5, -10.0), -10.0),
        ("ch.1.fader", say("/ch/1/fdr", "-oo", 0.0, -144.0), OFF),
        ("ch.1.on", say("/ch/1/mute", "1", 1.0, 1), False),
        ("ch.1.on", say("/ch/1/mute", "0", 0.0, 0), True),
        ("ch.1.pan", say("/ch/1/pan", "-50", 0.25, -50.0), -0.5),
        ("ch.1.name", say("/ch/1/name", "Kick"), "Kick"),
        # Read, the middle one counts colours from 0.
        ("ch.1.color", say("/ch/1/col", "9", 8.0, 9), PALETTE[8]),
        ("ch.1.send.2.mode", say("/ch/1/send/2/mode", "POST"), "POST"),
    ],
)
def test_a_triplet_is_read_by_its_last(name: str, message: bytes, value: Value) -> None:
    desk = met()
    assert list(desk.receive(message, 1.0)) == [Report(ParameterId(f"desk.{name}"), value)]


@pytest.mark.parametrize(
    "message",
    [
        say("/ch/1/fdr", "loud"),
        say("/ch/1/fdr", "-10.0", 0.5),
        say("/ch/1/fdr", "nan", 0.5, float("nan")),
        say("/ch/1/name", 3),
        say("/ch/1/col", "19", 18.0, 19),
        say("/ch/1/send/2/mode", "SIDEWAYS"),
        say("/*", "VALUE ERROR"),
    ],
)
def test_what_makes_no_sense_is_counted(message: bytes) -> None:
    desk = met()
    assert list(desk.receive(message, 1.0)) == []
    assert desk.health.malformed == 1


@pytest.mark.parametrize("no_number", [float("nan"), float("inf"), -float("inf")])
def test_an_answer_that_is_no_number_is_counted_and_no_theft(no_number: float) -> None:
    desk = met("ch.1.fader")
    for message in (say("/ch/1/fdr", "?", 0.5, no_number), say("/ch/1/fdr", no_number)):
        assert list(desk.receive(message, 0.1)) == []
    assert desk.health.malformed == 2
    desk.receive(say("/ch/1/fdr", -10.0), 0.2)
    assert list(desk.receive(say("/ch/1/fdr", no_number), 0.3)) == []
    desk.wake(1.0)
    assert desk.health.trouble == ""


def test_the_eighteen_colours_come_back_as_themselves() -> None:
    one, desk = bench()
    for number, colour in enumerate(PALETTE, 1):
        one.write("ch.1.color", colour)
        assert desk.value("/ch/1/col") == number


# Life.


def test_the_greeting_asks_for_an_answer_and_for_the_pushes() -> None:
    desk = Wing("desk", SHEET)
    desk.open(0.0)
    assert desk.data_to_send() == [QUESTION, SUBSCRIBE]
    heard = list(desk.receive(say("/main/1/name", "Main"), 0.1))
    assert heard[0] == Arrived("desk")


def test_the_subscription_is_renewed_well_inside_ten_seconds() -> None:
    one, _ = bench("ch.1.fader")
    times = []
    for _ in range(4000):
        one.sent.clear()
        one.run(0.005)
        times += [one.now] * one.sent.count(SUBSCRIBE)
    assert max(b - a for a, b in pairwise(times)) < 5.0


def test_a_dead_desk_is_gone_within_five_seconds_and_read_whole_when_it_is_back() -> None:
    one, desk = bench(*STRIPS)
    desk.mute_for(8.0)
    desk.set_from_desk("/ch/3/fdr", -20.0)
    took = one.until(lambda: Gone("desk") in one.heard, within=8.0)
    assert took <= SILENCE + 0.1
    assert "has not answered for 5 s" in one.profile.health.reason
    one.until(lambda: one.held["ch.3.fader"] == pytest.approx(-20.0, abs=0.1), within=8.0)


def test_all_of_the_sheet_is_known_to_the_simulated_desk() -> None:
    one, desk = bench()
    one.watch(*SHEET.parameters)
    one.until(lambda: one.profile.health.synced, within=20.0)
    assert desk.counts.unknown == 0
    assert (one.profile.health.unknown, one.profile.health.malformed) == (0, 0)


# Reading back.


def test_a_write_is_read_back_soon_and_the_desks_own_step_is_believed() -> None:
    one, desk = bench("ch.1.fader", *STRIPS)
    one.write("ch.1.fader", -6.02)
    one.sent.clear()
    one.run(0.2)
    assert get("/ch/1/fdr") in one.sent
    assert one.held["ch.1.fader"] == pytest.approx(desk.value("/ch/1/fdr"), abs=0.001)


def test_a_ride_does_not_double_the_traffic_and_its_last_value_is_read_back() -> None:
    one, desk = bench("ch.1.fader", *STRIPS)
    one.sent.clear()
    for step in range(200):
        one.write("ch.1.fader", -60.0 + step * 0.3)
        one.run(0.01)
    assert one.sent.count(get("/ch/1/fdr")) <= 2
    one.sent.clear()
    one.run(0.3)
    assert one.sent.count(get("/ch/1/fdr")) >= 1
    assert one.held["ch.1.fader"] == pytest.approx(desk.value("/ch/1/fdr"), abs=0.01)


def test_an_answer_that_a_newer_write_has_overtaken_is_not_believed() -> None:
    desk = met("ch.1.fader")
    desk.receive(say("/ch/1/fdr", "-oo", 0.0, -144.0), 0.1)
    desk.send(Write("desk", ParameterId("desk.ch.1.fader"), -20.0), 1.0)
    desk.wake(1.2)
    assert get("/ch/1/fdr") in desk.data_to_send()
    desk.send(Write("desk", ParameterId("desk.ch.1.fader"), -10.0), 1.21)
    assert list(desk.receive(say("/ch/1/fdr", "-20.0", 0.375, -20.0), 1.22)) == []
    desk.wake(1.4)
    assert get("/ch/1/fdr") in desk.data_to_send()
    assert list(desk.receive(say("/ch/1/fdr", "-10.0", 0.5, -10.0), 1.41)) == [
        Report(ParameterId("desk.ch.1.fader"), -10.0)
    ]


def test_what_the_desk_did_not_take_shows_within_a_moment() -> None:
    one, desk = bench("ch.1.name")
    one.write("ch.1.name", "Kick")
    desk.set_from_desk("/ch/1/name", "Snare")
    one.run(0.2)
    assert one.held["ch.1.name"] == "Snare"


# The one subscription.


def test_while_the_pushes_are_ours_a_move_on_the_desk_shows_at_once() -> None:
    one, desk = bench(*STRIPS)
    desk.set_from_desk("/ch/2/fdr", -10.0)
    one.run(0.005)
    assert one.held["ch.2.fader"] == pytest.approx(-10.0, abs=0.05)
    assert one.profile.health.trouble == ""


def test_hours_of_moves_without_a_thief_are_no_theft() -> None:
    one, desk = bench(*STRIPS)
    for n in range(2000):
        desk.set_from_desk(f"/ch/{n % 8 + 1}/fdr", -60.0 + n % 60)
        one.run(0.01)
    assert one.profile.health.trouble == ""


def test_a_theft_is_said_within_five_seconds_and_the_desk_is_read_instead() -> None:
    one, desk = bench(*STRIPS)
    steal(one)
    start = one.now
    for n in range(1000):
        if one.profile.health.trouble:
            break
        if n % 20 == 0:
            steal(one)
        desk.set_from_desk(f"/ch/{n % 8 + 1}/fdr", -60.0 + n % 60)
        one.run(0.01)
    assert one.now - start < 5.0
    assert "Another client took the WING's subscription" in one.profile.health.trouble
    one.sent.clear()
    desk.set_from_desk("/ch/5/mute", 1)
    took = one.until(lambda: one.held["ch.5.on"] is False)
    assert took < 0.7
    one.run(20.0)
    assert SUBSCRIBE not in one.sent


def test_a_client_that_took_it_once_and_went_costs_two_seconds_and_no_alarm() -> None:
    one, desk = bench(*STRIPS)
    steal(one)
    desk.set_from_desk("/ch/5/mute", 1)
    took = one.until(lambda: one.held["ch.5.on"] is False)
    assert took < 2.5
    one.run(5.0)
    assert one.profile.health.trouble == ""
    assert TABLET not in desk.clients


def test_it_is_asked_for_again_after_a_minute_and_kept_if_nobody_minds() -> None:
    one, desk = bench(*STRIPS)
    for n in range(400):
        steal(one)
        desk.set_from_desk(f"/ch/{n % 8 + 1}/fdr", -60.0 + n % 60)
        one.run(0.01)
    assert one.profile.health.trouble
    one.run(62.0)
    desk.set_from_desk("/ch/6/fdr", -3.0)
    one.run(0.1)
    assert one.profile.health.trouble == ""


def test_a_scene_is_recalled_in_two_steps_and_all_is_read_again() -> None:
    one, desk = bench(*STRIPS)
    desk.set_from_desk("/ch/1/fdr", -12.0)
    desk.store_scene(7)
    desk.set_from_desk("/ch/1/fdr", 0.0)
    one.run(0.1)
    one.sent.clear()
    one.write("scene.recall", 7.0)
    assert one.sent == [say("/$ctl/lib/$actionidx", 7), say("/$ctl/lib/$action", "GO")]
    one.run(1.5)
    assert one.held["ch.1.fader"] == pytest.approx(-12.0, abs=0.05)


def test_while_another_has_it_it_is_tried_for_once_a_minute_only() -> None:
    one, desk = bench(*STRIPS)
    for n in range(400):
        steal(one)
        desk.set_from_desk(f"/ch/{n % 8 + 1}/fdr", -60.0 + n % 60)
        one.run(0.01)
    assert one.profile.health.trouble
    one.sent.clear()
    one.run(200.0)
    assert one.sent.count(SUBSCRIBE) == 3


def test_a_push_a_little_after_the_reading_that_found_the_same_is_no_miss() -> None:
    desk = met("ch.1.fader")
    desk.receive(say("/ch/1/fdr", "-oo", 0.0, -144.0), 0.01)
    for n in range(1, 6):
        now = n * 1.0
        desk.receive(say("/main/1/name", "Main"), now)
        desk.wake(now)
        assert get("/ch/1/fdr") in desk.data_to_send()
        level = say("/ch/1/fdr", "x", 0.5, -10.0 - n)
        desk.receive(level, now + 0.001)
        desk.receive(level, now + 0.1)
        desk.wake(now + 0.4)
        desk.data_to_send()
        desk.receive(level, now + 0.41)
        assert desk.health.trouble == ""
