import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_sim.device import Client
from firmware_sim.network_faults import NETWORK_FAULTS, FaultyNetwork
from firmware_sim.wing import Wing
from firmware_sim.wire import OscArgument, decode_osc, encode_osc

ANNE: Client = ("127.0.0.1", 50001)
BOB: Client = ("127.0.0.1", 50002)
FADER = "/ch/1/fdr"


def say(desk: Wing, client: Client, address: str, *arguments: OscArgument) -> None:
    desk.receive(encode_osc(address, *arguments), client)


def heard(desk: Wing) -> list[tuple[Client, str, tuple[OscArgument, ...]]]:
    messages = []
    for data, client in desk.take_output():
        message = decode_osc(data)
        assert message is not None
        messages.append((client, message.address, message.arguments))
    return messages


def read(desk: Wing, address: str) -> tuple[OscArgument, ...]:
    say(desk, BOB, address)
    ((_, _, arguments),) = heard(desk)
    return arguments


def test_it_answers_when_wings_are_looked_for() -> None:
    desk = Wing(name="Front", ip="10.0.0.9")
    desk.receive(b"WING?", ANNE)
    assert desk.take_output() == [(b"WING,10.0.0.9,Front,wing-rack,SIM0001,3.1.0", ANNE)]


def test_a_number_is_read_as_text_as_a_place_and_in_its_own_unit() -> None:
    desk = Wing()
    assert read(desk, FADER) == ("-oo", 0.0, -144.0)
    say(desk, ANNE, FADER, 0.0)
    text, place, decibels = read(desk, FADER)
    assert text == "0.0"
    assert [place, decibels] == pytest.approx([0.75, 0.0], abs=0.02)
    say(desk, ANNE, "/ch/1/pan", -50.0)
    assert read(desk, "/ch/1/pan") == ("-50", 0.25, -50.0)
    assert read(desk, "/ch/1/mute") == ("0", 0.0, 0)


def test_a_text_is_read_as_one_string_cut_to_its_length() -> None:
    desk = Wing()
    say(desk, ANNE, "/ch/40/name", "A very long channel name")
    say(desk, ANNE, "/dca/16/name", "A very long DCA")
    assert read(desk, "/ch/40/name") == ("A very long chan",)
    assert read(desk, "/dca/16/name") == ("A very l",)


def test_a_write_is_not_answered_and_lands_on_the_desks_grid() -> None:
    desk = Wing()
    say(desk, ANNE, FADER, -6.0)
    assert heard(desk) == []
    value = desk.value(FADER)
    assert value != -6.0
    assert value == pytest.approx(-6.0, abs=0.02)


@pytest.mark.parametrize(
    ("written", "kept"), [(99.0, 10.0), (-500.0, -144.0), ("-oo", -144.0), (10, 10.0)]
)
def test_out_of_range_is_clamped_without_a_word(written: OscArgument, kept: float) -> None:
    desk = Wing()
    say(desk, ANNE, FADER, written)
    assert (heard(desk), desk.value(FADER)) == ([], kept)


def test_mute_is_the_other_way_round_and_minus_one_toggles() -> None:
    desk = Wing()
    for expected in (1, 0):
        say(desk, ANNE, "/ch/1/mute", -1)
        assert desk.value("/ch/1/mute") == expected


def test_a_colour_is_written_from_one_and_read_from_nought() -> None:
    desk = Wing()
    say(desk, ANNE, "/ch/1/col", 5)
    assert read(desk, "/ch/1/col") == ("5", 4.0, 5)


def test_a_node_is_set_and_read_in_words() -> None:
    desk = Wing()
    say(desk, ANNE, "/dca/1", "fdr=4,mute=1, name=Band")
    assert heard(desk) == [(ANNE, "/*", ("OK",))]
    assert desk.value("/dca/1/mute") == 1
    assert read(desk, "/dca/1") == ("fdr=4.0,mute=1,$solo=0,name=Band,col=1,icon=0",)


@pytest.mark.parametrize(
    ("address", "argument", "error"),
    [
        ("/ch/1", "volume=4", "NODE NOT FOUND"),
        ("/ch/1", "mute=maybe", "VALUE ERROR"),
        ("/ch/1", "mute", "VALUE ERROR"),
        ("/ch/1", 4, "NODE IS NOT PAR"),
        ("/ch/99/fdr", 4.0, "NODE NOT FOUND"),
        ("/ch/1/mute", 7, "VALUE ERROR"),
        ("/ch/1/fdr", "loud", "VALUE ERROR"),
        ("/ch/1/name", 5, "VALUE ERROR"),
        ("/ch/1/fdr", b"\0", "VALUE ERROR"),
    ],
)
def test_errors_come_back_in_words(address: str, argument: OscArgument, error: str) -> None:
    desk = Wing()
    say(desk, ANNE, address, argument)
    assert heard(desk) == [(ANNE, "/*", (error,))]


def test_reading_what_is_not_there_is_met_with_silence() -> None:
    desk = Wing()
    say(desk, ANNE, "/ch/41/fdr")
    assert (heard(desk), desk.counts.unknown) == ([], 1)


def test_one_client_is_told_and_the_last_to_ask_wins() -> None:
    desk = Wing()
    say(desk, ANNE, "/*S")
    desk.set_from_desk("/ch/1/mute", 1)
    assert heard(desk) == [(ANNE, "/ch/1/mute", ("1", 1.0, 1))]
    say(desk, BOB, "/*S")
    desk.set_from_desk("/ch/1/mute", 0)
    assert [client for client, *_ in heard(desk)] == [BOB]
    assert desk.clients == (BOB,)


def test_the_subscriber_is_not_told_of_its_own_writes_but_its_second_socket_is() -> None:
    desk = Wing()
    say(desk, ANNE, "/*S")
    say(desk, ANNE, "/ch/1/mute", 1)
    assert heard(desk) == []
    say(desk, BOB, "/ch/1/mute", 0)
    assert [client for client, *_ in heard(desk)] == [ANNE]
    say(desk, BOB, "/ch/1/mute", 0)
    assert heard(desk) == []


def test_a_subscription_ends_after_ten_seconds() -> None:
    desk = Wing()
    say(desk, ANNE, "/*S")
    desk.advance(9.9)
    assert desk.clients == (ANNE,)
    desk.advance(0.2)
    desk.set_from_desk("/ch/1/mute", 1)
    assert heard(desk) == []
    assert not desk.clients


def test_answers_can_be_sent_elsewhere() -> None:
    desk = Wing()
    say(desk, ANNE, "/%9000/ch/1/mute")
    say(desk, ANNE, "/%9001/*S")
    desk.set_from_desk("/ch/1/mute", 1)
    assert [client for client, *_ in heard(desk)] == [("127.0.0.1", 9000), ("127.0.0.1", 9001)]


def test_asking_for_too_much_kills_the_socket_that_asked() -> None:
    desk = Wing()
    say(desk, ANNE, "/ch")
    say(desk, ANNE, "/ch/1/mute")
    assert heard(desk) == []
    assert read(desk, "/ch/1/mute") == ("0", 0.0, 0)
    desk.restart()
    say(desk, ANNE, "/ch/1/mute")
    assert len(heard(desk)) == 1


def test_a_scene_goes_by_number_and_a_word() -> None:
    desk = Wing()
    desk.set_from_desk("/ch/1/mute", 1)
    desk.store_scene(3)
    desk.set_from_desk("/ch/1/mute", 0)
    say(desk, ANNE, "/*S")
    say(desk, BOB, "/$ctl/lib/$actionidx", 3)
    say(desk, BOB, "/$ctl/lib/$action", "GO")
    assert desk.value("/ch/1/mute") == 1
    assert "/ch/1/mute" in [address for _, address, _ in heard(desk)]


@pytest.mark.parametrize(
    "address",
    ["/aux/8/fdr", "/bus/16/pan", "/main/4/mute", "/mtx/8/col", "/ch/40/send/16/lvl",
     "/ch/1/send/1/mode", "/mgrp/8/mute", "/io/in/LCL/1/g", "/ch/1/$solo"],
)  # fmt: skip
def test_what_a_wing_has_is_there(address: str) -> None:
    assert len(read(Wing(), address)) in (1, 3)


def test_a_hand_cannot_do_what_the_desk_cannot() -> None:
    with pytest.raises(KeyError):
        Wing().set_from_desk("/ch/99/mute", 0)
    with pytest.raises(ValueError, match="does not take"):
        Wing().set_from_desk("/ch/1/mute", 7)


def test_a_thief_takes_the_subscription_every_three_seconds() -> None:
    desk = Wing()
    network = FaultyNetwork(desk, NETWORK_FAULTS["thief"])
    network.receive(encode_osc("/*S"), ANNE)
    network.advance(2.9)
    desk.set_from_desk("/ch/1/mute", 1)
    network.advance(0.01)
    assert len(network.take_output()) == 1
    network.advance(0.2)
    desk.set_from_desk("/ch/1/mute", 0)
    network.advance(0.01)
    assert (network.take_output(), network.counts.stolen) == ([], 1)


@settings(max_examples=60)
@given(st.binary(max_size=60), st.text(max_size=30))
def test_any_datagram_never_raises(noise: bytes, text: str) -> None:
    desk = Wing()
    desk.receive(noise, ANNE)
    say(desk, ANNE, "/ch/1", text)
    say(desk, ANNE, "/ch/1/fdr", text)
