import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_sim.device import Client
from firmware_sim.reaper import BUNDLE, Reaper, to_decibels, to_slider
from firmware_sim.wire import OscArgument, decode_osc, encode_bundle, encode_osc, unbundle

HERE: Client = ("127.0.0.1", 50001)


def heard(daw: Reaper, seconds: float = 1.0) -> dict[str, OscArgument]:
    for _ in range(round(seconds / 0.01)):
        daw.advance(0.01)
    said: dict[str, OscArgument] = {}
    for data, _ in daw.take_output():
        for element in unbundle(data):
            message = decode_osc(element)
            assert message is not None
            said[message.address] = message.arguments[0]
    return said


@pytest.fixture
def daw() -> Reaper:
    """Return a REAPER that has said everything it had to say."""
    reaper = Reaper()
    heard(reaper)
    return reaper


def say(daw: Reaper, address: str, *arguments: OscArgument) -> None:
    daw.receive(encode_osc(address, *arguments), HERE)


def test_everything_is_said_at_first_in_small_bundles_ten_milliseconds_apart() -> None:
    daw = Reaper()
    daw.advance(0.01)
    first = daw.take_output()
    assert len(first) <= 2
    daw.advance(0.01)
    assert len(daw.take_output()) == 1
    assert all(data.startswith(b"#bundle\0") and len(data) <= BUNDLE for data, _ in first)
    assert first[0][1] == ("127.0.0.1", 9000)
    said = heard(daw)
    assert said["/track/8/name"] == "Lead Vocal"
    assert "/track/9/name" not in said


def test_a_fader_hears_no_echo_of_itself_but_of_its_other_names(daw: Reaper) -> None:
    say(daw, "/track/1/volume/db", -10.0)
    said = heard(daw)
    assert "/track/1/volume/db" not in said
    assert said["/track/1/volume/str"] == "-10.00 dB"
    assert "/track/1/volume" in said
    assert heard(daw) == {}


def test_a_mute_hears_its_own_echo(daw: Reaper) -> None:
    say(daw, "/track/2/mute", 1)
    assert heard(daw) == {"/track/2/mute": 1.0}
    say(daw, "/track/2/mute", 1)
    assert heard(daw) == {"/track/2/mute": 1.0}
    say(daw, "/track/2/mute/toggle")
    assert heard(daw)["/track/2/mute"] == 0.0


def test_a_message_clears_its_cache_entry_so_that_a_return_is_said(daw: Reaper) -> None:
    say(daw, "/track/1/volume/db", -10.0)
    heard(daw)
    daw.move(0, 0.0)
    assert heard(daw)["/track/1/volume/db"] == pytest.approx(0.0, abs=0.001)


def test_nought_decibels_are_at_716_and_twelve_at_the_top() -> None:
    assert to_slider(0.0) == pytest.approx(0.716)
    assert to_slider(12.0) == 1.0
    assert to_decibels(to_slider(-37.5)) == pytest.approx(-37.5)
    assert to_slider(-200.0) == 0.0


def test_a_track_counts_as_touched_for_three_seconds_unless_touch_is_said(daw: Reaper) -> None:
    say(daw, "/track/1/volume", 0.5)
    daw.advance(2.9)
    touched = [daw.touched(0)]
    daw.advance(0.2)
    touched.append(daw.touched(0))
    say(daw, "/track/1/volume/touch", 1)
    daw.advance(60.0)
    touched.append(daw.touched(0))
    say(daw, "/track/1/volume/touch", 0)
    assert [*touched, daw.touched(0)] == [True, False, True, False]


def test_banks_are_as_wide_as_the_device_says(daw: Reaper) -> None:
    say(daw, "/device/track/count", 4)
    assert "/track/5/name" not in heard(daw)
    say(daw, "/device/track/bank/select", 2)
    assert heard(daw)["/track/1/name"] == "GtrL"
    say(daw, "/device/track/bank/+")
    assert heard(daw)["/track/1/name"] == "Choir 1"
    for _ in range(9):
        say(daw, "/device/track/bank/+", 1)
    assert daw.bank == 4
    say(daw, "/device/track/bank/-")
    say(daw, "/track/1/mute", 1)
    assert daw.session.tracks[8].mute


def test_several_tracks_and_wildcards_are_taken(daw: Reaper) -> None:
    say(daw, "/track/1,3/mute", 1)
    say(daw, "/track/*/solo", 1)
    assert [track.mute for track in daw.session.tracks[:4]] == [True, False, True, False]
    assert [track.solo for track in daw.session.tracks].count(True) == 8
    say(daw, "/track/0/volume/db", -6.0)
    assert to_decibels(daw.session.master.position) == pytest.approx(-6.0)


def test_a_bundle_is_taken_apart(daw: Reaper) -> None:
    messages = [encode_osc("/track/1/mute", 1), encode_osc("/track/2/mute", 1)]
    daw.receive(encode_bundle(messages), HERE)
    assert [track.mute for track in daw.session.tracks[:2]] == [True, True]


def test_automation_modes_are_triggers_and_switches(daw: Reaper) -> None:
    say(daw, "/track/1/autotouch")
    assert heard(daw) == {"/track/1/autotouch": 1.0, "/track/1/autotrim": 0.0}
    say(daw, "/track/2/select", 1)
    say(daw, "/track/autolatch")
    said = heard(daw)
    assert (said["/track/2/autolatch"], said["/track/auto"]) == (1.0, "Latch")


def test_automation_and_the_clock_run_while_playing(daw: Reaper) -> None:
    daw.session.automate(0, [(0.0, 0.2), (1.0, 0.8)])
    say(daw, "/play")
    said = heard(daw, 0.5)
    assert said["/play"] == 1.0
    assert 0.4 < float(said["/track/1/volume"]) < 0.6
    assert float(said["/track/1/vu"]) > 0
    assert str(said["/time/str"]).startswith("0:00.")
    say(daw, "/stop", 1)
    assert heard(daw)["/stop"] == 1.0


def test_actions_are_kept(daw: Reaper) -> None:
    say(daw, "/action", 40026)
    say(daw, "/action/40029")
    say(daw, "/action/none")
    assert (daw.actions, daw.counts.unknown) == ([40026, 40029], 1)


def test_with_port_nought_it_answers_whoever_spoke() -> None:
    daw = Reaper(device=None)
    daw.advance(1.0)
    assert daw.take_output() == []
    say(daw, "/play")
    daw.advance(0.1)
    assert {client for _, client in daw.take_output()} == {HERE}


def test_what_it_does_not_know_is_met_with_silence(daw: Reaper) -> None:
    for address in ("/dance", "/track/1/dance", "/track/9/mute", "/device/track/dance"):
        say(daw, address, 1)
    assert (heard(daw), daw.counts.unknown) == ({}, 4)


@settings(max_examples=50)
@given(st.binary(max_size=80), st.sampled_from(["/track/1/volume", "/track/*/pan", "/action"]))
def test_any_datagram_never_raises(noise: bytes, address: str) -> None:
    daw = Reaper()
    daw.receive(noise, HERE)
    daw.receive(b"#bundle\0" + noise, HERE)
    for argument in (float("nan"), "text", noise, -1, float("inf")):
        say(daw, address, argument)
    daw.advance(0.1)


def test_a_wind_key_that_is_let_go_says_how_it_stands_and_nothing_moves(daw: Reaper) -> None:
    say(daw, "/rewind", 0)
    assert heard(daw, 0.1) == {"/rewind": 0.0}
    assert daw.session.seconds == 0.0
    say(daw, "/forward", 1)
    say(daw, "/forward", 0)
    assert daw.session.seconds == 1.0


def test_keys_turn_over_and_solos_are_cleared(daw: Reaper) -> None:
    say(daw, "/track/1/solo", 1)
    say(daw, "/click", 1.0)
    say(daw, "/soloreset", 1.0)
    assert heard(daw)["/click"] == 1.0
    assert not daw.session.tracks[0].solo
