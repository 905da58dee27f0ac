import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_sim.hands import Hands
from firmware_sim.hui import Hui
from firmware_sim.hui_host import HUI_HOSTS, PING, HuiHost
from firmware_sim.player import Cable, play
from firmware_sim.session import Session


def met(host: str = "protools") -> tuple[HuiHost, Hui]:
    daw, surface = HuiHost(host), Hui()
    live(daw, surface)
    return daw, surface


def live(daw: HuiHost, surface: Hui, seconds: float = 0.5) -> None:
    play(daw, surface, Cable(surface, daw), seconds=seconds)


def test_a_ping_goes_out_each_second_whether_anybody_answers_or_not() -> None:
    daw = HuiHost()
    for _ in range(50):
        daw.advance(0.1)
    assert daw.take_output() == [PING] * 5
    assert not daw.online


def test_a_surface_that_answers_is_painted() -> None:
    daw, surface = met()
    daw.set(1, mute=True, select=True, mode="latch")
    live(daw, surface)
    assert (daw.online, surface.online, daw.counts.repaints) == (True, True, 1)
    assert [surface.scribble(n) for n in (1, 2, 8)] == ["Kick", "Snar", "LdVc"]
    assert surface.lamp("mute.2") == surface.lamp("stop") == surface.lamp("auto.latch") == "lit"
    assert surface.fader_position(1) == pytest.approx(0.75, abs=0.002)
    assert surface.ring(1).value == 6


def test_a_surface_that_falls_silent_is_lost_and_painted_when_it_is_back() -> None:
    daw, surface = met()
    daw.receive(bytes.fromhex("B0 0F 00 B0 2F 40"))
    for _ in range(25):
        daw.advance(0.1)
    daw.take_output()
    lost = [daw.online, daw.touched(1)]
    daw.move(0, 0.2)
    live(daw, surface, 2.0)
    assert lost == [False, False]
    assert (daw.online, daw.lost, daw.counts.repaints) == (True, 1, 2)
    assert surface.fader_position(1) == pytest.approx(0.2, abs=0.002)


def test_a_surface_that_was_reset_is_painted_anew() -> None:
    daw, surface = met()
    surface.power_cycle()
    live(daw, surface, 1.5)
    assert surface.scribble(1) == "Kick"
    assert daw.counts.repaints == 2


@pytest.mark.parametrize("host", HUI_HOSTS)
def test_a_ride_ends_where_the_hand_ended_with_every_host(host: str) -> None:
    daw, surface = met(host)
    Hands(surface).perform("ride 3 to 0.4 in 300ms", daw, Cable(surface, daw), after=0.5)
    assert surface.fader_position(3) == pytest.approx(0.4, abs=0.002)
    assert daw.session.tracks[2].position == pytest.approx(0.4, abs=0.003)


@pytest.mark.parametrize(
    ("host", "believed"), [("protools", False), ("resolve", False), ("logic", True)]
)
def test_some_hosts_do_not_believe_an_untouched_fader(host: str, believed: bool) -> None:
    daw, surface = met(host)
    surface.move(1, 0.3)
    live(daw, surface)
    assert (daw.session.tracks[0].position == pytest.approx(0.3, abs=0.003)) == believed
    assert (daw.distrusted > 0) != believed


@pytest.mark.parametrize(("host", "fights"), [("protools", False), ("reaper", True)])
def test_automation_plays_back_while_a_fader_is_held(host: str, fights: bool) -> None:
    daw, surface = met(host)
    daw.session.automate(0, [(0.0, 0.2), (2.0, 0.9)])
    surface.touch(1)
    surface.tap("play")
    live(daw, surface, 1.0)
    assert (surface.counts.fought[1] > 10) == fights
    surface.release(1)
    live(daw, surface, 2.0)
    assert surface.fader_position(1) == pytest.approx(0.9, abs=0.002)


def test_logic_writes_all_names_in_one_message() -> None:
    daw, surface = met("logic")
    names = [m for m in _painted("logic") if m[0] == 0xF0]
    assert len(names) == 1
    assert surface.scribble(8) == "LdVc"
    assert len([m for m in _painted("protools") if m[0] == 0xF0]) == 8
    assert daw.manners.bundles


def _painted(host: str) -> list[bytes]:
    daw = HuiHost(host)
    daw.receive(b"\x90\x00\x7f")
    return daw.take_output()


def test_pro_tools_says_a_state_of_two_that_means_nothing() -> None:
    assert bytes.fromhex("B0 0C 18 B0 2C 23") in _painted("protools")
    assert bytes.fromhex("B0 0C 18 B0 2C 23") not in _painted("resolve")


def test_banks_buttons_and_modes() -> None:
    daw, surface = met()
    Hands(surface).perform("tap bank.right, tap select.1, tap auto.touch, tap auto.2, turn 1 by 7")
    live(daw, surface)
    assert daw.bank == 8
    assert daw.session.tracks[8].mode == "touch"
    assert daw.session.tracks[9].mode == "write"
    assert daw.session.tracks[8].pan == pytest.approx(0.5 + 7 / 63)
    assert surface.lamp("auto.touch") == "lit"
    surface.tap("channel.left")
    live(daw, surface)
    assert daw.bank == 7


def test_meters_say_only_changes_and_rest_in_silence() -> None:
    daw, surface = met()
    surface.tap("play")
    live(daw, surface, 1.0)
    assert sum(surface.meter(1)) > 0
    surface.tap("stop")
    live(daw, surface, 1.0)
    assert surface.meter(1) == (0, 0)
    assert not surface.counts.malformed


def test_strips_past_the_last_track_are_empty() -> None:
    daw, surface = HuiHost("logic", Session(["Only"])), Hui()
    live(daw, surface)
    surface.move(5, 0.5)
    surface.tap("mute.5")
    live(daw, surface)
    assert (surface.scribble(1), surface.scribble(5)) == ("Only", "    ")


@settings(max_examples=40)
@given(st.sampled_from(sorted(HUI_HOSTS)), st.binary(max_size=60))
def test_any_bytes_never_raise(host: str, noise: bytes) -> None:
    daw = HuiHost(host)
    daw.receive(b"\x90\x00\x7f" + noise)
    daw.advance(0.5)
