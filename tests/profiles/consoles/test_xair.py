"""The X-Air against a scripted mixer at the byte level, and against the simulated one."""

from itertools import pairwise
from struct import pack

import pytest

from firmware_sim.wire import encode_osc
from firmware_sim.xair import XAir as SimulatedXAir
from surfacebridge.model.parameters import ParameterId, Report
from surfacebridge.model.values import OFF, Colour
from surfacebridge.profiles.consoles.xair import XAir
from surfacebridge.protocols.osc.messages import OscMessage
from surfacebridge.protocols.osc.packet import encode
from tests.helpers.bench import Bench
from tests.profiles.shipped import shipped

SHEET = shipped().target("behringer/xr18")
XREMOTENFB = b"/xremotenfb\x00,\x00\x00\x00"
XINFO = b"/xinfo\x00\x00,\x00\x00\x00"
HELLO = encode(OscMessage("/xinfo", ("192.168.1.18", "Stage", "XR18", "1.18")))
METERS = b"/meters\x00,s\x00\x00/meters/1\x00\x00\x00"


def met(*watched: str) -> XAir:
    mixer = XAir("desk", SHEET)
    mixer.open(0.0)
    mixer.receive(HELLO, 0.0)
    mixer.watch([ParameterId(f"desk.{name}") for name in watched], 0.0)
    mixer.data_to_send()
    return mixer


def meters(*levels: int) -> bytes:
    blob = pack(f"<i{len(levels)}h", len(levels), *levels)
    return encode(OscMessage("/meters/1", (blob,)))


def bench() -> tuple[Bench, SimulatedXAir]:
    mixer = SimulatedXAir(name="Stage")
    return Bench(XAir("desk", SHEET), mixer), mixer


def test_the_greeting_asks_for_pushes_without_our_own_echo() -> None:
    mixer = XAir("desk", SHEET)
    mixer.open(0.0)
    assert mixer.data_to_send() == [XREMOTENFB, XINFO]


def test_pushes_are_renewed_well_inside_ten_seconds() -> None:
    mixer = met()
    renewed = [0.0]
    for tick in range(600):
        now = tick * 0.1
        mixer.receive(HELLO, now)
        mixer.wake(now)
        renewed += [now] * mixer.data_to_send().count(XREMOTENFB)
    assert max(b - a for a, b in pairwise(renewed)) <= 2.7
    assert renewed[-1] > 55.0


def test_it_says_who_it_is() -> None:
    assert met().health.peer == "XR18 'Stage', firmware 1.18"


@pytest.mark.parametrize(
    ("raw", "level"), [(0, 0.0), (-256, -1.0), (-5120, -20.0), (512, 2.0), (-32768, OFF)]
)
def test_a_meter_is_a_short_of_256ths_of_a_decibel(raw: int, level: float) -> None:
    mixer = met("ch.1.meter")
    assert list(mixer.receive(meters(raw, *[0] * 39), 1.0)) == [
        Report(ParameterId("desk.ch.1.meter"), level)
    ]


def test_a_stereo_meter_is_the_louder_side() -> None:
    mixer = met("main.st.meter")
    levels = [-25600] * 40
    levels[36], levels[37] = -2560, -1280
    (report,) = mixer.receive(meters(*levels), 1.0)
    assert report == Report(ParameterId("desk.main.st.meter"), -5.0)


def test_meters_are_asked_for_while_they_are_watched() -> None:
    mixer = XAir("desk", SHEET)
    mixer.open(0.0)
    mixer.receive(HELLO, 0.0)
    mixer.data_to_send()
    mixer.watch([ParameterId("desk.bus.6.meter")], 0.0)
    assert mixer.data_to_send() == [METERS]


@pytest.mark.parametrize("length", [0, 3, 4, 5, 43])
def test_a_block_cut_short_gives_only_what_is_whole(length: int) -> None:
    mixer = met("ch.1.meter", "fxsend.4.meter")
    whole = pack("<i40h", 40, *[-256] * 40)
    heard = list(mixer.receive(encode(OscMessage("/meters/1", (whole[:length],))), 1.0))
    assert heard == ([Report(ParameterId("desk.ch.1.meter"), -1.0)] if length > 5 else [])
    assert mixer.health.malformed > 0


def test_a_fader_of_the_simulated_mixer_arrives_on_its_own_grid() -> None:
    desk, mixer = bench()
    desk.watch("ch.1.fader", "bus.6.fader", "main.st.fader")
    desk.run(0.2)
    desk.write("ch.1.fader", 0.0)
    desk.write("bus.6.fader", OFF)
    desk.write("main.st.fader", 10.0)
    assert mixer.value("/ch/01/mix/fader") == 767 / 1023
    assert mixer.value("/bus/6/mix/fader") == 0.0
    assert mixer.value("/lr/mix/fader") == 1.0
    assert mixer.counts.refused_values == 0


def test_our_own_moves_do_not_come_back_and_those_of_others_do() -> None:
    desk, mixer = bench()
    desk.watch("ch.1.fader")
    desk.run(0.5)
    desk.heard.clear()
    desk.write("ch.1.fader", -10.0)
    assert desk.heard == []
    desk.run(0.5)
    assert all(
        isinstance(one, Report) and one.value == pytest.approx(-10.0, abs=0.05)
        for one in desk.heard
    )
    desk.tablet(encode_osc("/ch/01/mix/fader", 0.75))
    assert desk.held["ch.1.fader"] == pytest.approx(0.0, abs=0.03)
    assert mixer.counts.unknown == 0


def test_a_snapshot_that_somebody_recalls_is_read_again() -> None:
    desk, mixer = bench()
    names = [f"ch.{n}.fader" for n in range(1, 17)]
    mixer.set_from_desk("/ch/05/mix/fader", 0.5)
    mixer.save_snapshot(3, "Song")
    mixer.set_from_desk("/ch/05/mix/fader", 0.0)
    desk.watch("scene.current", "scene.name", *names)
    desk.run(0.5)
    desk.sent.clear()
    desk.write("scene.recall", 3.0)
    desk.run(1.5)
    assert desk.held["ch.5.fader"] == pytest.approx(-10.0, abs=0.05)
    assert (desk.held["scene.current"], desk.held["scene.name"]) == (3.0, "Song")


def test_everything_of_the_sheet_is_known_to_the_simulated_mixer() -> None:
    desk, mixer = bench()
    desk.watch(*SHEET.parameters)
    desk.until(lambda: desk.profile.health.synced, within=20.0)
    assert mixer.counts.unknown == 0
    assert desk.profile.health.unknown == 0
    assert desk.profile.health.malformed == 0


def test_a_name_and_a_colour_are_what_the_mixer_can_hold() -> None:
    desk, mixer = bench()
    desk.write("ch.2.name", "A very long name")
    desk.write("ch.2.color", Colour(250, 10, 10))
    assert mixer.value("/ch/02/config/name") == "A very long "
    assert mixer.value("/ch/02/config/color") == 1


def test_solos_have_the_numbers_with_gaps() -> None:
    desk, mixer = bench()
    for name in ("ch.16", "aux", "rtn.1", "bus.1", "fxsend.4", "main.st", "dca.4"):
        desk.write(f"{name}.solo", value=True)
    on = [n for n in range(1, 55) if mixer.counts.writes[f"/-stat/solosw/{n:02}"]]
    assert on == [16, 17, 18, 40, 49, 50, 54]
    desk.write("clearsolo", value=True)
    assert mixer.value("/-stat/solosw/54") == 0
