import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_sim.ardour_osc import ArdourOsc, to_decibels, to_position
from firmware_sim.device import Client
from firmware_sim.wire import OscArgument, decode_osc, encode_osc

ANNE: Client = ("127.0.0.1", 50001)
BOB: Client = ("127.0.0.1", 50002)
SET_UP: tuple[int, ...] = (0, 159, 251, 2, 0, 0)

Heard = list[tuple[Client, str, tuple[OscArgument, ...]]]


def say(daw: ArdourOsc, client: Client, address: str, *arguments: OscArgument) -> None:
    daw.receive(encode_osc(address, *arguments), client)


def heard(daw: ArdourOsc) -> Heard:
    messages: Heard = []
    for data, client in daw.take_output():
        # Our own decoder takes no address that begins with a hash, and Ardour says #reply.
        message = decode_osc(data.replace(b"#reply", b"/reply"))
        assert message is not None
        messages.append((client, message.address, message.arguments))
    return messages


def surface(*setup: int) -> ArdourOsc:
    daw = ArdourOsc()
    say(daw, ANNE, "/set_surface", *(setup or SET_UP))
    daw.take_output()
    return daw


@pytest.mark.parametrize(
    ("decibels", "position"),
    [(6.0, 0.9992), (3.0, 0.8847), (0.0, 0.7818), (-6.0, 0.6070), (-20.0, 0.3253), (-60.0, 0.0395)],
)
def test_the_law_is_ardours(decibels: float, position: float) -> None:
    assert to_position(decibels) == pytest.approx(position, abs=0.0001)
    assert to_decibels(position) == pytest.approx(decibels, abs=0.02)


def test_silence_is_at_the_bottom() -> None:
    assert to_position(-193.0) == 0.0
    assert to_position(-192.0) == pytest.approx(0.0, abs=1e-9)
    assert to_decibels(0.0) == -200.0


def test_setting_up_a_surface_brings_the_whole_state_twice() -> None:
    daw = ArdourOsc()
    say(daw, ANNE, "/set_surface", *SET_UP)
    said = heard(daw)
    assert said.count((ANNE, "/strip/name", (1, "Kick"))) == 2
    assert len(said) > 300
    assert daw.clients == (ANNE,)


def test_a_set_up_may_be_written_in_the_path_and_asked_for() -> None:
    daw = ArdourOsc()
    say(daw, ANNE, "/set_surface/8/31/3")
    assert heard(daw)
    say(daw, ANNE, "/set_surface")
    assert heard(daw) == [(ANNE, "/set_surface", (8, 31, 3, 0, 0, 0))]


def test_a_position_comes_back_to_its_sender_and_goes_to_everybody() -> None:
    daw = surface()
    say(daw, BOB, "/set_surface", *SET_UP)
    daw.take_output()
    say(daw, ANNE, "/strip/fader", 3, 0.5)
    said = heard(daw)
    assert [client for client, address, _ in said if address == "/strip/fader"] == [ANNE, BOB]
    assert said[1][2] == (3, 0.5)
    say(daw, ANNE, "/strip/fader", 3, 0.5)
    assert heard(daw) == []


def test_gain_mode_chooses_decibels_or_positions() -> None:
    for gain_mode, leaves in ((0, {"gain"}), (2, {"gain", "fader"}), (3, {"fader"})):
        daw = surface(0, 31, 3, gain_mode)
        say(daw, ANNE, "/strip/gain", 1, -6.0)
        assert {address.split("/")[2] for _, address, _ in heard(daw)} == leaves


def test_gain_mode_one_spoils_the_name() -> None:
    daw = surface(0, 31, 3, 1)
    say(daw, ANNE, "/strip/gain", 1, -6.0)
    assert (ANNE, "/strip/name", (1, "-6.00")) in heard(daw)


def test_the_strip_may_be_in_the_path() -> None:
    daw = surface(0, 31, 7)
    say(daw, ANNE, "/strip/mute/2", 1)
    assert heard(daw) == [(ANNE, "/strip/mute/2", (1.0,))]


def test_a_bank_is_the_surfaces_own_and_ends_with_empty_strips() -> None:
    daw = surface(12, 31, 3)
    say(daw, ANNE, "/bank_up", 1)
    say(daw, ANNE, "/bank_up", 0)
    said = heard(daw)
    assert (ANNE, "/strip/name", (1, "Brass")) in said
    assert (ANNE, "/strip/name", (5, "")) in said
    assert (ANNE, "/strip/gain", (5, -200.0)) in said
    say(daw, ANNE, "/strip/mute", 1, 1)
    assert daw.session.tracks[12].mute
    say(daw, ANNE, "/bank_up", 1)
    say(daw, BOB, "/bank_down", 1)
    heard(daw)
    say(daw, ANNE, "/bank_down")
    assert (ANNE, "/strip/name", (1, "Kick")) in heard(daw)


def test_select_acts_on_letting_go_and_leaves_one_selected() -> None:
    daw = surface()
    say(daw, ANNE, "/strip/select", 2, 1)
    assert heard(daw) == []
    say(daw, ANNE, "/strip/select", 2, 0)
    say(daw, ANNE, "/strip/select", 3, 0)
    assert [arguments for _, _, arguments in heard(daw)] == [(2, 1.0), (2, 0.0), (3, 1.0)]


def test_the_selected_strip_has_addresses_of_its_own() -> None:
    daw = surface(0, 159, 8443, 0)
    say(daw, ANNE, "/strip/select", 2, 0)
    assert (ANNE, "/select/name", ("Snare",)) in heard(daw)
    say(daw, ANNE, "/select/gain/automation", 3)
    assert {(address, arguments) for _, address, arguments in heard(daw)} >= {
        ("/select/gain/automation", (3.0,)),
        ("/strip/gain/automation", (2, 3.0)),
    }
    assert daw.session.tracks[1].mode == "touch"


def test_keys_of_the_transport_turn_over_and_say_how_they_stand() -> None:
    daw = surface()
    for name in ("loop_toggle", "toggle_click", "toggle_punch_in", "toggle_punch_out"):
        say(daw, ANNE, f"/{name}", 1.0)
        assert heard(daw) == [(ANNE, f"/{name}", (1.0,))]
    say(daw, ANNE, "/toggle_click", 0.0)
    say(daw, ANNE, "/toggle_click", 1.0)
    assert heard(daw) == [(ANNE, "/toggle_click", (0.0,))]
    say(daw, ANNE, "/jog", 1.0)
    assert daw.session.seconds == 0.25


def test_a_mode_is_a_number_in_and_a_number_and_a_name_out() -> None:
    daw = surface()
    say(daw, ANNE, "/strip/fader/automation", 1, 3)
    assert heard(daw) == [
        (ANNE, "/strip/fader/automation", (1, 3.0)),
        (ANNE, "/strip/fader/automation_name", (1, "Touch")),
    ]


def test_a_move_without_a_touch_counts_as_one_of_a_second() -> None:
    daw = surface()
    say(daw, ANNE, "/strip/fader", 1, 0.5)
    touched = [daw.touched(0)]
    daw.advance(1.1)
    touched.append(daw.touched(0))
    say(daw, ANNE, "/strip/fader/touch", 1, 1)
    daw.advance(60.0)
    touched.append(daw.touched(0))
    say(daw, ANNE, "/strip/fader/touch", 1, 0)
    assert [*touched, daw.touched(0)] == [True, False, True, False]


def test_the_heart_beats_each_second() -> None:
    daw = surface()
    daw.advance(4.05)
    beats = [arguments[0] for _, address, arguments in heard(daw) if address == "/heartbeat"]
    assert beats == [1.0, 0.0, 1.0, 0.0]


def test_the_transport_runs_and_tells_the_time() -> None:
    daw = surface()
    say(daw, ANNE, "/transport_play", 1.0)
    said = heard(daw)
    assert (ANNE, "/transport_play", (1.0,)) in said
    for _ in range(15):
        daw.advance(0.1)
    last = {address: arguments for _, address, arguments in heard(daw)}
    assert str(last["/position/smpte"][0]).startswith("00:00:01:")
    assert str(last["/position/bbt"][0]).startswith("001|04")
    assert 0.0 < float(last["/strip/meter"][1]) < 1.0
    for name in ("transport_stop", "rec_enable_toggle", "save_state", "goto_start", "toggle_roll"):
        say(daw, ANNE, f"/{name}", 1)
    assert daw.done == ["save_state"]
    assert (daw.session.playing, daw.session.recording) == (True, True)


def test_a_hand_at_ardour_is_told() -> None:
    daw = surface()
    daw.move(0, 0.25)
    daw.set(1, solo=True, name="Snare Top")
    assert {(address, arguments) for _, address, arguments in heard(daw)} >= {
        ("/strip/fader", (1, 0.25)),
        ("/strip/solo", (2, 1.0)),
        ("/strip/name", (2, "Snare Top")),
    }
    say(daw, ANNE, "/cancel_all_solos")
    assert (ANNE, "/strip/solo", (2, 0.0)) in heard(daw)


def test_automation_moves_a_fader() -> None:
    daw = surface()
    daw.session.automate(0, [(0.0, 0.2), (1.0, 0.8)])
    say(daw, ANNE, "/transport_play")
    daw.take_output()
    daw.advance(0.5)
    assert (ANNE, "/strip/fader", (1, 0.5)) in heard(daw)


def test_the_strips_are_listed() -> None:
    daw = ArdourOsc()
    say(daw, ANNE, "/strip/list")
    said = heard(daw)
    assert said[0][2] == ("AT", "Kick", 1, 2, 0, 0, 1, 0)
    assert said[-1][2] == ("end_route_list", 48000, 0, 0)


def test_the_master_has_no_number() -> None:
    daw = surface()
    say(daw, ANNE, "/master/fader", 0.5)
    assert (ANNE, "/master/fader", (0.5,)) in heard(daw)


def test_answers_can_go_to_another_port() -> None:
    daw = ArdourOsc()
    say(daw, ANNE, "/set_surface", 8, 31, 3, 0, 0, 0, 9000)
    assert {client for client, *_ in heard(daw)} == {("127.0.0.1", 9000)}


def test_after_a_restart_a_surface_must_be_set_up_again() -> None:
    daw = surface()
    daw.restart()
    daw.move(0, 0.1)
    daw.advance(2.0)
    assert (heard(daw), len(daw.clients)) == ([], 0)


def test_surfaces_are_bounded() -> None:
    daw = ArdourOsc()
    for port in range(40):
        say(daw, ("127.0.0.1", 6000 + port), "/set_surface", 1, 31, 0)
    assert (len(daw.clients), daw.counts.refused_clients) == (16, 24)


@pytest.mark.parametrize(
    "arguments", [("/strip/fader", 99, 0.5), ("/strip/fader",), ("/strip/dance", 1, 1), ("/dance",)]
)
def test_what_it_does_not_know_is_met_with_silence(arguments: tuple[OscArgument, ...]) -> None:
    daw = surface()
    say(daw, ANNE, str(arguments[0]), *arguments[1:])
    assert (heard(daw), daw.counts.unknown) == ([], 1)


@settings(max_examples=50)
@given(
    st.binary(max_size=60), st.sampled_from(["fader", "gain", "mute", "name", "fader/automation"])
)
def test_any_datagram_never_raises(noise: bytes, leaf: str) -> None:
    daw = surface()
    daw.receive(noise, ANNE)
    for argument in (float("nan"), "text", noise, -1, float("inf")):
        say(daw, ANNE, f"/strip/{leaf}", 1, argument)
        say(daw, ANNE, f"/strip/{leaf}", argument, 1)
        say(daw, ANNE, "/set_surface", argument)
    daw.advance(0.2)
