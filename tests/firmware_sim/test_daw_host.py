import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_sim.daw_host import HOSTS, DawHost, answer
from firmware_sim.faults import FAULTS, FaultyLink
from firmware_sim.hands import Hands
from firmware_sim.mcu import MackieControl
from firmware_sim.player import Cable, play
from firmware_sim.session import Session
from firmware_sim.xtouch import XTouch


def met(host: str) -> tuple[DawHost, MackieControl]:
    """Return a host that has painted a surface whose motors have come to rest."""
    daw, surface = DawHost(host), MackieControl()
    surface.power_cycle()
    play(daw, surface, Cable(surface, daw), seconds=1.5)
    return daw, surface


def live(daw: DawHost, surface: MackieControl, seconds: float = 0.5) -> None:
    play(daw, surface, Cable(surface, daw), seconds=seconds)


@pytest.mark.parametrize(
    ("challenge", "right", "ardours"),
    [
        ("00 00 00 00", "0A 00 00 70", "0A 00 00 70"),
        ("01 02 03 04", "05 05 7B 2F", "05 05 7B 2F"),
        ("57 18 61 05", "64 5A 5E 57", "64 5F 5E 57"),
        ("7F 7F 7F 7F", "75 79 7C 00", "75 7E 7C 00"),
        ("12 34 56 78", "58 0F 16 4E", "58 0A 16 4E"),
        ("55 2A 55 2A", "4B 7A 29 25", "4B 7F 29 25"),
    ],
)
def test_a_challenge_is_answered_by_the_manual_or_as_ardour_does(
    challenge: str, right: str, ardours: str
) -> None:
    asked = bytes.fromhex(challenge)
    assert answer(asked) == bytes.fromhex(right)
    assert answer(asked, sloppy=True) == bytes.fromhex(ardours)


def test_ardour_asks_four_ids_until_one_answers_and_only_then_paints() -> None:
    daw = DawHost("ardour")
    daw.advance(0.01)
    queries = [bytes.fromhex(f"F0 00 00 66 {number} 00 F7") for number in ("14", "15", "10", "11")]
    assert daw.take_output() == queries
    daw.advance(0.5)
    assert daw.take_output() == []
    daw.advance(0.7)
    assert daw.take_output() == queries
    daw.receive(bytes.fromhex("F0 00 00 66 14 01 5A 54 31 30 34 37 33 12 34 56 03 F7"))
    painted = daw.take_output()
    assert b"\xf0\x00\x00\x66\x14\x12\x00Kick   \xf7" in painted
    assert daw.painted
    daw.advance(2.0)
    assert queries[0] not in daw.take_output()


def test_ardour_answers_the_challenge_of_a_logic_control_only() -> None:
    for device_id, answered in ((0x10, True), (0x14, False)):
        daw = DawHost("ardour")
        asked = bytes((0xF0, 0, 0, 0x66, device_id, 1)) + b"SIM0001\x57\x18\x61\x05\xf7"
        daw.receive(asked)
        replies = [m for m in daw.take_output() if m[:4] == b"\xf0\x00\x00\x66" and m[5] == 2]
        assert bool(replies) == answered
        if answered:
            assert replies[0][13:17] == bytes.fromhex("64 5F 5E 57")


def test_ardour_lets_every_motor_dip_before_it_sends_the_real_positions() -> None:
    daw = DawHost("ardour")
    daw.receive(bytes.fromhex("F0 00 00 66 14 01 5A 54 31 30 34 37 33 12 34 56 03 F7"))
    said = [m for m in daw.take_output() if m[0] == 0xE0]
    assert said == [b"\xe0\x00\x00", b"\xe0\x7f\x5f"]


def test_logic_shakes_hands_and_asks_for_the_version() -> None:
    daw, _ = met("logic")
    assert daw.version == b"V3.0 "
    assert daw.painted


def test_a_painted_surface_shows_the_session() -> None:
    daw, surface = met("ardour")
    daw.set(1, mute=True, name="Snare 2 Bottom")
    live(daw, surface)
    assert surface.lcd_text(1)[0] == "Kick   "
    assert surface.lcd_text(2)[0] == "Snr2Bt "
    assert surface.lamp("mute.2") == "lit"
    assert surface.ring(1).leds == (6,)
    assert surface.fader_position(1) == pytest.approx(0.75, abs=0.002)


def test_ardours_display_keeps_the_old_name_when_the_new_one_is_not_ascii() -> None:
    daw, surface = met("ardour")
    daw.set(0, name="Flöte")
    live(daw, surface)
    assert surface.lcd_text(1)[0] == "Kick   "


def test_ardour_also_writes_to_a_display_that_only_a_qcon_has() -> None:
    daw, surface = met("ardour")
    assert surface.counts.ignored > 0
    daw.set(0, name="Tom")
    assert b"\xf0\x00\x00\x67\x15\x13\x00Tom    \xf7" in daw.take_output()


def test_ardour_leaves_the_transport_dark_on_a_surface_it_meets_again() -> None:
    daw, surface = met("ardour")
    surface.power_cycle()
    live(daw, surface, 1.0)
    assert (surface.lamp("stop"), surface.lamp("play")) == ("dark", "dark")
    surface.tap("play")
    live(daw, surface)
    assert surface.lamp("play") == "lit"


def test_the_lower_line_shows_where_the_pans_are() -> None:
    daw, surface = met("ardour")
    daw.set(1, pan=0.25)
    live(daw, surface)
    assert [surface.lcd_text(n)[1].strip() for n in (1, 2)] == ["L50R50", "L75R25"]


@pytest.mark.parametrize("host", ["ardour", "logic", "fl", "reaper"])
def test_a_position_comes_back_at_once_and_only_once(host: str) -> None:
    daw, surface = met(host)
    daw.receive(b"\xe0\x00\x20\xe0\x00\x20")
    echoes = [m for m in daw.take_output() if m[0] == 0xE0]
    assert echoes == [b"\xe0\x00\x20"]
    assert daw.session.tracks[0].position == pytest.approx(0.25, abs=0.001)
    assert surface.counts.malformed == 0


def test_live_comes_back_late_and_cubase_on_release() -> None:
    live_daw, _ = met("live")
    live_daw.receive(b"\x90\x68\x7f\xe0\x00\x20")
    live_daw.advance(0.15)
    assert not [m for m in live_daw.take_output() if m[0] == 0xE0]
    live_daw.advance(0.06)
    assert [m for m in live_daw.take_output() if m[0] == 0xE0] == [b"\xe0\x00\x20"]
    cubase, _ = met("cubase")
    cubase.receive(b"\x90\x68\x7f\xe0\x00\x20")
    cubase.advance(0.5)
    assert not [m for m in cubase.take_output() if m[0] == 0xE0]
    cubase.receive(b"\x90\x68\x00")
    assert [m for m in cubase.take_output() if m[0] == 0xE0] == [b"\xe0\x00\x20"]


@pytest.mark.parametrize("host", HOSTS)
def test_a_ride_ends_where_the_hand_ended_with_every_host(host: str) -> None:
    daw, surface = met(host)
    Hands(surface).perform("ride 3 to 0.4 in 300ms", daw, Cable(surface, daw), after=0.6)
    assert surface.fader_position(3) == pytest.approx(0.4, abs=0.002)
    assert daw.session.tracks[2].position == pytest.approx(0.4, abs=0.005)
    assert not daw.touched(3)


@pytest.mark.parametrize(("host", "fights"), [("ardour", False), ("logic", True), ("fl", True)])
def test_automation_plays_back_while_a_fader_is_held(host: str, fights: bool) -> None:
    daw, surface = met(host)
    daw.session.automate(0, [(0.0, 0.2), (2.0, 0.9)])
    surface.touch(1)
    surface.tap("play")
    live(daw, surface, 1.0)
    assert daw.touched(1)
    assert (surface.counts.fought[1] > 10) == fights
    assert surface.fader_position(1) == pytest.approx(0.75, abs=0.003)
    surface.release(1)
    live(daw, surface, 2.0)
    assert surface.fader_position(1) == pytest.approx(0.9, abs=0.003)


def test_ardour_does_not_say_on_release_where_a_held_fader_went_meanwhile() -> None:
    daw, surface = met("ardour")
    surface.touch(1)
    live(daw, surface, 0.1)
    daw.move(0, 0.1)
    surface.release(1)
    live(daw, surface)
    assert surface.fader_position(1) == pytest.approx(0.75, abs=0.002)
    daw.move(0, 0.2)
    live(daw, surface)
    assert surface.fader_position(1) == pytest.approx(0.2, abs=0.002)


def test_cubase_starts_over_with_a_surface_that_does_not_answer_its_1a() -> None:
    daw = DawHost("cubase")
    for _ in range(120):
        daw.advance(0.1)
    assert daw.counts.resets == 2
    assert b"\xf0\x00\x00\x66\x14\x1a\x00\xf7" in daw.take_output()
    answering, surface = met("cubase")
    live(answering, surface, 12.0)
    assert answering.counts.resets == 0


def test_cubase_tells_the_time_on_channel_sixteen() -> None:
    daw, surface = met("cubase")
    surface.tap("play")
    live(daw, surface, 1.2)
    assert surface.timecode()[:7] == "  00001"
    assert daw.manners.clock_channel == 15


def test_live_has_meters_only_for_a_pro_and_asks_for_the_version_until_told() -> None:
    daw = DawHost("live")
    for _ in range(3):
        daw.advance(1.2)
    said = daw.take_output()
    assert said.count(b"\xf0\x00\x00\x66\x14\x13\x00\xf7") == 3
    assert not [m for m in said if m[0] == 0xD0]
    daw.receive(b"\xf0\x00\x00\x66\x14\x14V3.0 \xf7")
    daw.advance(1.2)
    assert [m for m in daw.take_output() if m[0] == 0xD0]


def test_lives_names_end_before_the_last_two_columns() -> None:
    daw, surface = met("live")
    assert surface.lcd_lines()[0].startswith("Kick   Snare")
    assert daw.manners.columns == 54


def test_fl_sets_up_and_takes_down_its_meters() -> None:
    daw = DawHost("fl")
    daw.advance(0.01)
    said = daw.take_output()
    assert said[:2] == [b"\xf0\x00\x00\x66\x14\x0c\x01\xf7", b"\xf0\x00\x00\x66\x14\x0b\x02\xf7"]
    assert b"\xf0\x00\x00\x66\x14\x20\x07\x03\xf7" in said
    daw.close()
    assert daw.take_output()[-1] == b"\xf0\x00\x00\x66\x14\x20\x07\x00\xf7"


def test_fls_faders_are_full_before_their_top() -> None:
    daw = DawHost("fl")
    daw.advance(0.01)
    daw.take_output()
    daw.move(0, 1.0)
    wire = daw.take_output()[0]
    assert wire[1] | wire[2] << 7 == 16340


def test_banks_show_other_tracks_and_stop_at_the_end() -> None:
    daw, surface = met("ardour")
    surface.tap("bank.right")
    live(daw, surface)
    assert (daw.bank, surface.lcd_text(1)[0]) == (8, "Chor 1 ")
    surface.tap("bank.right")
    live(daw, surface)
    assert daw.bank == 8
    surface.tap("channel.right")
    live(daw, surface)
    assert daw.bank == 9
    assert surface.lcd_text(8)[0].strip() == ""
    assert surface.fader_position(8) == pytest.approx(0.0, abs=0.002)


def test_buttons_and_knobs_change_the_session_and_light_up() -> None:
    daw, surface = met("ardour")
    Hands(surface).perform("tap mute.3, tap solo.1, turn 2 by -7, tap record")
    live(daw, surface)
    assert daw.session.tracks[2].mute
    assert daw.session.tracks[0].solo
    assert daw.session.tracks[1].pan == pytest.approx(0.5 - 7 / 63)
    assert surface.lamp("record") == surface.lamp("mute.3") == "lit"
    surface.tap("vpot.2.push")
    live(daw, surface)
    assert daw.session.tracks[1].pan == 0.5


def test_a_surface_that_had_its_power_off_is_painted_again() -> None:
    daw, surface = met("ardour")
    before = daw.counts.repaints
    surface.power_cycle()
    live(daw, surface, 1.0)
    assert surface.lcd_text(1)[0] == "Kick   "
    assert daw.counts.repaints == before + 1


def test_a_session_over_a_din_cable_ends_with_the_same_surface() -> None:
    surface = MackieControl()
    surface.power_cycle()
    link, daw = FaultyLink(surface, FAULTS["din"]), DawHost("ardour")
    play(daw, link, Cable(link, daw), seconds=3.0)
    assert surface.lcd_text(7)[0] == "Keys   "
    assert surface.fader_position(8) == pytest.approx(0.75, abs=0.002)


def test_a_small_session_leaves_strips_empty() -> None:
    daw = DawHost("ardour", Session(["Only"]))
    surface = XTouch(answers_query=True)
    play(daw, surface, Cable(surface, daw), seconds=1.5)
    surface.move(5, 0.5)
    live(daw, surface)
    assert surface.lcd_text(5)[0].strip() == ""


@settings(max_examples=40)
@given(st.sampled_from(sorted(HOSTS)), st.binary(max_size=60))
def test_any_bytes_never_raise(host: str, noise: bytes) -> None:
    daw = DawHost(host)
    daw.advance(0.01)
    daw.receive(noise)
    daw.advance(0.5)
