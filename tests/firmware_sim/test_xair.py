import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_sim.device import Client
from firmware_sim.network_faults import NETWORK_FAULTS, FaultyNetwork
from firmware_sim.wire import OscArgument, decode_osc, encode_osc
from firmware_sim.xair import XAir

ANNE: Client = ("127.0.0.1", 50001)
BOB: Client = ("127.0.0.1", 50002)
FADER = "/ch/01/mix/fader"


def say(desk: XAir, client: Client, address: str, *arguments: OscArgument) -> None:
    desk.receive(encode_osc(address, *arguments), client)


def heard(desk: XAir) -> list[tuple[Client, str, tuple[OscArgument, ...]]]:
    messages = []
    for data, client in desk.take_output():
        message = decode_osc(data)
        assert message is not None
        messages.append((client, message.address, message.arguments))
    return messages


def test_it_says_who_it_is_when_looked_for() -> None:
    desk = XAir(name="Monitors", ip="10.0.0.9")
    say(desk, ANNE, "/xinfo")
    say(desk, ANNE, "/status")
    assert [arguments for *_, arguments in heard(desk)] == [
        ("10.0.0.9", "Monitors", "XR18", "1.18"),
        ("active", "10.0.0.9", "Monitors"),
    ]


def test_xremote_echoes_own_changes_and_xremotenfb_does_not() -> None:
    desk = XAir()
    say(desk, ANNE, "/xremote")
    say(desk, BOB, "/xremotenfb")
    say(desk, ANNE, FADER, 0.75)
    assert [client for client, *_ in heard(desk)] == [ANNE, BOB]
    say(desk, BOB, FADER, 0.5)
    assert [client for client, *_ in heard(desk)] == [ANNE]


def test_who_asks_again_without_echo_gets_none() -> None:
    desk = XAir()
    say(desk, ANNE, "/xremote")
    say(desk, ANNE, "/xremotenfb")
    say(desk, ANNE, FADER, 0.75)
    assert heard(desk) == []


def test_eight_clients_are_remembered_for_ten_seconds() -> None:
    desk = XAir()
    clients = [("127.0.0.1", port) for port in range(6001, 6010)]
    for client in clients:
        say(desk, client, "/xremotenfb")
    assert desk.clients == tuple(clients[:8])
    assert desk.counts.refused_clients == 1
    desk.advance(10.1)
    assert desk.clients == ()


@pytest.mark.parametrize(
    "address",
    ["/ch/16/mix/10/level", "/rtn/4/mix/fader", "/rtn/aux/mix/on", "/bus/6/mix/fader",
     "/fxsend/4/mix/fader", "/lr/mix/fader", "/dca/4/fader", "/headamp/24/gain",
     "/config/mute/4", "/ch/01/mix/lr", "/-snap/64/name"],
)  # fmt: skip
def test_what_an_xr18_has_is_there(address: str) -> None:
    desk = XAir()
    say(desk, ANNE, address)
    assert heard(desk)[0][1] == address


@pytest.mark.parametrize("address", ["/ch/17/mix/fader", "/bus/01/mix/fader", "/main/st/mix/fader"])
def test_what_only_an_x32_has_is_met_with_silence(address: str) -> None:
    desk = XAir()
    say(desk, ANNE, address)
    assert (heard(desk), desk.counts.unknown) == ([], 1)


def test_faders_snap_to_the_x32s_grid() -> None:
    desk = XAir()
    say(desk, ANNE, FADER, 0.75)
    assert desk.value(FADER) == 767 / 1023


def test_a_node_takes_several_values_at_once_words_too() -> None:
    desk = XAir()
    say(desk, ANNE, "/ch/01/config", "Kick", 1)
    say(desk, ANNE, "/ch/02/mix", "OFF", 0.5)
    assert (desk.value("/ch/01/config/name"), desk.value("/ch/01/config/color")) == ("Kick", 1)
    assert (desk.value("/ch/02/mix/on"), desk.value("/ch/02/mix/fader")) == (0, 511 / 1023)


def test_a_snapshot_is_recalled_and_everybody_hears_what_changed() -> None:
    desk = XAir()
    say(desk, ANNE, FADER, 0.75)
    say(desk, ANNE, "/-snap/name", "Song one")
    say(desk, ANNE, "/-snap/save", 3)
    say(desk, ANNE, FADER, 0.25)
    say(desk, ANNE, "/-snap/load", 4)
    say(desk, ANNE, "/xremotenfb")
    assert heard(desk) == []
    say(desk, ANNE, "/-snap/load", 3)
    assert [address for _, address, _ in heard(desk)] == [FADER, "/-snap/index"]
    assert desk.value(FADER) == 767 / 1023
    assert desk.value("/-snap/03/name") == "Song one"
    with pytest.raises(ValueError, match="no snapshot"):
        desk.save_snapshot(65)


def test_meters_are_shorts_in_256ths_of_a_decibel_for_ten_seconds() -> None:
    desk = XAir()
    desk.set_from_desk(FADER, 0.75)
    say(desk, ANNE, "/meters", "/meters/1")
    desk.advance(20.0)
    blobs = heard(desk)
    assert len(blobs) == 200
    blob = blobs[0][2][0]
    assert isinstance(blob, bytes)
    count, *levels = struct.unpack("<i40h", blob)
    assert count == 40
    assert -40 < levels[0] / 256 < 0
    assert levels[1] == levels[39] == -128 * 256


def test_other_meters_rest_and_unknown_ones_are_silent() -> None:
    desk = XAir()
    say(desk, ANNE, "/meters", "/meters/4")
    say(desk, ANNE, "/meters", "/meters/6")
    say(desk, ANNE, "/meters", "/meters/99")
    desk.advance(0.05)
    sizes = [len(arguments[0]) for *_, arguments in heard(desk) if isinstance(arguments[0], bytes)]
    assert sizes == [204, 82]


def test_meter_requests_are_bounded() -> None:
    desk = XAir()
    for port in range(100):
        say(desk, ("127.0.0.1", 7000 + port), "/meters", "/meters/1")
    desk.advance(0.05)
    assert len(heard(desk)) == 24


def test_a_restart_forgets_clients_and_perhaps_everything() -> None:
    desk = XAir()
    say(desk, ANNE, "/xremote")
    say(desk, ANNE, FADER, 0.75)
    desk.restart()
    assert (desk.clients, desk.value(FADER)) == ((), 767 / 1023)
    desk.restart(keep_state=False)
    assert desk.value(FADER) == 0.0


def test_a_crowd_keeps_a_ninth_client_out() -> None:
    desk = XAir()
    network = FaultyNetwork(desk, NETWORK_FAULTS["crowd"])
    network.advance(3.1)
    network.receive(encode_osc("/xremotenfb"), ANNE)
    assert ANNE not in desk.clients


@settings(max_examples=50)
@given(st.binary(max_size=60))
def test_any_datagram_never_raises(noise: bytes) -> None:
    desk = XAir()
    desk.receive(noise, ANNE)
    desk.receive(b"/meters\0,s\0\0" + noise, ANNE)
    desk.advance(0.1)
