from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_sim.bitwig_osc import BitwigOsc
from firmware_sim.device import Client
from firmware_sim.wire import OscArgument, decode_osc, encode_osc, unbundle

ANNE: Client = ("127.0.0.1", 50001)


def say(daw: BitwigOsc, address: str, *arguments: OscArgument) -> None:
    daw.receive(encode_osc(address, *arguments), ANNE)


def heard(daw: BitwigOsc) -> list[tuple[str, OscArgument]]:
    daw.advance(0.1)
    said = []
    for data, client in daw.take_output():
        assert client == ("127.0.0.1", 9000)
        for element in unbundle(data):
            message = decode_osc(element)
            assert message is not None
            said.append((message.address, message.arguments[0]))
    return said


def test_changes_are_framed_and_told_once() -> None:
    daw = BitwigOsc()
    assert ("/track/1/name", "Kick") in heard(daw)
    say(daw, "/track/1/volume", 8192)
    assert heard(daw) == [("/update", 1), ("/track/1/volume", 8192), ("/update", 0)]
    assert heard(daw) == []


def test_a_refresh_tells_all_of_the_page() -> None:
    daw = BitwigOsc()
    heard(daw)
    say(daw, "/refresh")
    said = heard(daw)
    assert said[0] == ("/update", 1)
    assert said[-1] == ("/update", 0)
    assert ("/track/8/name", "Lead Vocal") in said
    say(daw, "/track/bank/page/+")
    assert ("/track/1/name", "Choir 1") in heard(daw)


def test_a_switch_without_an_argument_turns_over() -> None:
    daw = BitwigOsc()
    heard(daw)
    say(daw, "/track/2/mute")
    assert ("/track/2/mute", 1) in heard(daw)
    say(daw, "/track/2/mute", 0)
    assert ("/track/2/mute", 0) in heard(daw)


def test_a_hand_on_a_fader_is_known() -> None:
    daw = BitwigOsc()
    say(daw, "/track/1/volume/touched", 1)
    assert daw.touched(0)
    say(daw, "/track/1/volume/touched", 0)
    assert not daw.touched(0)


def test_play_and_stop_are_told() -> None:
    daw = BitwigOsc()
    heard(daw)
    say(daw, "/play", 1)
    assert ("/play", 1) in heard(daw)
    say(daw, "/stop", 1)
    assert ("/play", 0) in heard(daw)


@settings(max_examples=50)
@given(st.binary(max_size=60), st.sampled_from(["volume", "pan", "mute", "volume/touched", "x"]))
def test_any_datagram_never_raises(noise: bytes, leaf: str) -> None:
    daw = BitwigOsc()
    daw.receive(noise, ANNE)
    for argument in (float("nan"), "text", noise, -1, float("inf")):
        say(daw, f"/track/1/{leaf}", argument)
        say(daw, f"/track/99/{leaf}", argument)
    daw.advance(0.2)
