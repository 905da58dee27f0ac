from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_sim.ableton_osc import AbletonOsc
from firmware_sim.device import Client
from firmware_sim.wire import OscArgument, decode_osc, encode_osc

ANNE: Client = ("127.0.0.1", 50001)
BOB: Client = ("127.0.0.2", 50002)

Heard = list[tuple[Client, str, tuple[OscArgument, ...]]]


def say(live: AbletonOsc, address: str, *arguments: OscArgument, client: Client = ANNE) -> None:
    live.receive(encode_osc(address, *arguments), client)


def heard(live: AbletonOsc, seconds: float = 0.1) -> Heard:
    live.advance(seconds)
    said: Heard = []
    for data, client in live.take_output():
        message = decode_osc(data)
        assert message is not None
        said.append((client, message.address, message.arguments))
    return said


def test_answers_come_with_the_tick_at_a_port_of_its_own() -> None:
    live = AbletonOsc()
    say(live, "/live/application/get/version")
    assert heard(live, 0.05) == []
    assert heard(live, 0.05) == [(("127.0.0.1", 11001), "/live/application/get/version", (12, 1))]


def test_to_listen_tells_at_once_and_on_change_our_own_too() -> None:
    live = AbletonOsc()
    say(live, "/live/track/start_listen/mute", 2)
    assert heard(live)[0][1:] == ("/live/track/get/mute", (2, 0))
    say(live, "/live/track/set/mute", 2, 1)
    assert heard(live)[0][1:] == ("/live/track/get/mute", (2, 1))
    assert heard(live) == []


def test_a_star_is_every_track_and_a_track_too_many_is_an_error() -> None:
    live = AbletonOsc()
    say(live, "/live/track/start_listen/name", "*")
    assert len(heard(live)) == len(live.session.tracks)
    say(live, "/live/track/start_listen/name", 99)
    assert heard(live)[0][1] == "/live/error"


def test_everything_goes_to_whoever_asked_last() -> None:
    live = AbletonOsc()
    say(live, "/live/track/start_listen/volume", 0)
    heard(live)
    say(live, "/live/application/get/version", client=BOB)
    live.move(0, 0.5)
    assert {client for client, *_ in heard(live)} == {("127.0.0.2", 11001)}


def test_after_a_restart_nobody_listens_and_it_says_so() -> None:
    live = AbletonOsc()
    say(live, "/live/track/start_listen/volume", 0)
    heard(live)
    live.restart()
    live.move(0, 0.5)
    assert [address for _, address, _ in heard(live)] == ["/live/startup"]


def test_the_transport_is_told() -> None:
    live = AbletonOsc()
    say(live, "/live/song/start_listen/is_playing")
    say(live, "/live/song/start_playing")
    assert heard(live)[0][1:] == ("/live/song/get/is_playing", (1,))
    say(live, "/live/song/stop_playing")
    assert heard(live)[0][1:] == ("/live/song/get/is_playing", (0,))


@settings(max_examples=50)
@given(st.binary(max_size=60), st.sampled_from(["volume", "panning", "mute", "name", "x"]))
def test_any_datagram_never_raises(noise: bytes, leaf: str) -> None:
    live = AbletonOsc()
    live.receive(noise, ANNE)
    for argument in (float("nan"), "text", noise, -1, float("inf")):
        for what in ("get", "set", "start_listen"):
            say(live, f"/live/track/{what}/{leaf}", 0, argument)
            say(live, f"/live/track/{what}/{leaf}", argument)
    live.advance(0.2)
