import math
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_sim.device import Client
from firmware_sim.wire import OscArgument, OscMessage, decode_osc, encode_osc
from firmware_sim.x32 import METER_REQUESTS, X32

ANNE: Client = ("127.0.0.1", 50001)
BOB: Client = ("127.0.0.1", 50002)
FADER = "/ch/01/mix/fader"

Heard = list[tuple[Client, str, tuple[OscArgument, ...]]]


def say(desk: X32, client: Client, address: str, *arguments: OscArgument) -> None:
    desk.receive(encode_osc(address, *arguments), client)


def heard(desk: X32) -> Heard:
    messages: Heard = []
    for data, client in desk.take_output():
        message = decode_osc(data)
        assert message is not None
        messages.append((client, message.address, message.arguments))
    return messages


def ask(desk: X32, address: str, *arguments: OscArgument) -> tuple[OscArgument, ...]:
    say(desk, ANNE, address, *arguments)
    ((_, _, answer),) = heard(desk)
    return answer


def single(value: float) -> float:
    """Return a number as it survives a 32-bit float."""
    return float(struct.unpack("f", struct.pack("f", value))[0])


def remembering(*clients: Client) -> X32:
    desk = X32()
    for client in clients:
        say(desk, client, "/xremote")
    return desk


def test_the_desk_says_who_it_is() -> None:
    desk = X32(name="Monitor", ip="10.0.0.9")
    assert ask(desk, "/info") == ("V2.07", "Monitor", "X32", "4.06")
    assert ask(desk, "/xinfo") == ("10.0.0.9", "Monitor", "X32", "4.06")
    assert ask(desk, "/status") == ("active", "10.0.0.9", "Monitor")


def test_a_request_may_lack_its_type_tags() -> None:
    desk = X32()
    desk.receive(b"/info\0\0\0", ANNE)
    assert heard(desk)[0][1] == "/info"


def test_an_address_alone_is_a_get() -> None:
    desk = X32()
    say(desk, ANNE, FADER)
    assert heard(desk) == [(ANNE, FADER, (0.0,))]


def test_a_set_is_kept_on_the_grid_and_not_answered() -> None:
    desk = remembering(ANNE)
    say(desk, ANNE, FADER, 0.75)
    assert heard(desk) == []
    assert desk.value(FADER) == 767 / 1023
    assert ask(desk, FADER)[0] == pytest.approx(0.7498, abs=0.0001)


def test_others_hear_of_a_change_once() -> None:
    desk = remembering(ANNE, BOB)
    say(desk, ANNE, FADER, 0.75)
    say(desk, ANNE, FADER, 0.7501)
    assert heard(desk) == [(BOB, FADER, (single(767 / 1023),))]


def test_everybody_hears_of_a_hand_on_the_desk() -> None:
    desk = remembering(ANNE, BOB)
    desk.set_from_desk("/ch/01/mix/on", 0)
    assert heard(desk) == [(ANNE, "/ch/01/mix/on", (0,)), (BOB, "/ch/01/mix/on", (0,))]
    desk.set_from_desk("/ch/01/mix/on", "OFF")
    assert heard(desk) == []


def test_a_hand_cannot_do_what_the_desk_cannot() -> None:
    desk = X32()
    with pytest.raises(KeyError):
        desk.set_from_desk("/ch/99/mix/on", 0)
    with pytest.raises(ValueError, match="does not take"):
        desk.set_from_desk(FADER, 1)
    with pytest.raises(ValueError, match="no scene"):
        desk.store_scene(100)


def test_a_client_is_forgotten_ten_seconds_after_it_last_asked() -> None:
    desk = remembering(ANNE)
    desk.advance(9.0)
    say(desk, ANNE, "/xremote")
    desk.advance(9.9)
    desk.set_from_desk(FADER, 0.5)
    assert len(heard(desk)) == 1
    desk.advance(0.2)
    desk.set_from_desk(FADER, 0.25)
    assert heard(desk) == []
    assert desk.clients == ()


def test_a_fifth_client_is_not_served_until_one_is_forgotten() -> None:
    clients = [("127.0.0.1", port) for port in range(6001, 6006)]
    desk = remembering(*clients)
    assert desk.clients == tuple(clients[:4])
    assert desk.counts.refused_clients == 1
    desk.advance(10.1)
    say(desk, clients[4], "/xremote")
    assert desk.clients == (clients[4],)


def test_a_fifth_client_still_gets_its_answers() -> None:
    desk = remembering(*(("127.0.0.1", port) for port in range(6001, 6005)))
    assert ask(desk, FADER) == (0.0,)


def test_an_unknown_address_is_met_with_silence() -> None:
    desk = X32()
    say(desk, ANNE, "/ch/33/mix/fader")
    say(desk, ANNE, "/-snap/index")
    say(desk, ANNE, "/-action/dance", 1)
    say(desk, ANNE, "/node", "ch/99")
    say(desk, ANNE, "/", "ch/99/mix ON")
    say(desk, ANNE, "/")
    say(desk, ANNE, "/meters", "/meters/17")
    say(desk, ANNE, "/meters")
    assert heard(desk) == []
    assert desk.counts.unknown == 8


@pytest.mark.parametrize(
    ("address", "argument"),
    [
        (FADER, 1),
        (FADER, "0.5"),
        (FADER, b"\0\0\0\0"),
        (FADER, math.nan),
        ("/ch/01/mix/on", 0.0),
        ("/ch/01/mix/on", "off"),
        ("/ch/01/config/name", 7),
        ("/-action/goscene", 1.0),
    ],
)
def test_a_wrong_type_changes_nothing_and_is_counted(address: str, argument: OscArgument) -> None:
    desk = X32()
    before = dict(desk._values)
    say(desk, ANNE, address, argument)
    assert desk._values == before
    assert desk.counts.refused_values == 1


def test_enums_are_taken_as_numbers_and_as_words() -> None:
    desk = X32()
    say(desk, ANNE, "/ch/01/mix/on", "OFF")
    say(desk, ANNE, "/ch/01/config/color", "RDi")
    say(desk, ANNE, "/ch/02/config/color", 99)
    assert desk.value("/ch/01/mix/on") == 0
    assert desk.value("/ch/01/config/color") == 9
    assert desk.value("/ch/02/config/color") == 15


def test_writes_are_counted_by_address() -> None:
    desk = X32()
    for _ in range(3):
        say(desk, ANNE, FADER, 0.5)
    assert desk.counts.writes == {FADER: 3}


def test_a_node_is_answered_in_words_without_a_slash() -> None:
    desk = X32()
    say(desk, ANNE, "/ch/01/config/name", "Kick Drum In The Room")
    say(desk, ANNE, FADER, 0.5)
    say(desk, ANNE, "/node", "ch/01/mix")
    assert heard(desk) == [(ANNE, "node", ("/ch/01/mix ON -10.0 ON +0 OFF   -oo\n",))]
    assert ask(desk, "/node", "/ch/01/config") == ('/ch/01/config "Kick Drum In" 1 WH 1\n',)
    assert ask(desk, "/node", "headamp/000") == ("/headamp/000 +0.0 OFF\n",)
    assert ask(desk, "/node", "dca/1") == ("/dca/1 ON   0.0\n",)
    assert ask(desk, "/node", FADER) == ("/ch/01/mix/fader -10.0\n",)


def test_a_text_command_sets_a_node_and_comes_back() -> None:
    desk = remembering(ANNE, BOB)
    say(desk, ANNE, "/", "ch/01/mix OFF -10.0")
    assert heard(desk) == [
        (BOB, "/ch/01/mix/on", (0,)),
        (BOB, FADER, (single(512 / 1023),)),
        (ANNE, "/", ("ch/01/mix OFF -10.0",)),
    ]


def test_a_text_command_may_name_one_leaf_or_hold_quotes() -> None:
    desk = X32()
    say(desk, ANNE, "/", "/ch/01/mix/fader -oo")
    say(desk, ANNE, "/", '/ch/01/config "Lead Vox" 3 RD')
    say(desk, ANNE, "/", "/ch/02/config/name Snare")
    assert desk.value("/ch/01/config/name") == "Lead Vox"
    assert desk.value("/ch/01/config/color") == 1
    assert desk.value("/ch/02/config/name") == "Snare"


def test_a_word_the_desk_cannot_read_leaves_its_leaf_alone() -> None:
    desk = X32()
    say(desk, ANNE, "/", "ch/01/mix PERHAPS 0.0")
    assert desk.value("/ch/01/mix/on") == 1
    assert desk.value(FADER) == pytest.approx(0.75, abs=0.001)
    assert desk.counts.refused_values == 1


@pytest.mark.parametrize("number", [5, "5"])
def test_a_scene_pushes_each_leaf_it_changed(number: int | str) -> None:
    desk = X32()
    desk.set_from_desk(FADER, 0.5)
    desk.store_scene(5, "Walk in")
    desk.set_from_desk(FADER, 0.0)
    desk.set_from_desk("/-stat/selidx", 3)
    say(desk, ANNE, "/xremote")
    say(desk, ANNE, "/-action/goscene", number)
    assert heard(desk) == [
        (ANNE, FADER, (single(511 / 1023),)),
        (ANNE, "/-show/prepos/current", (5,)),
    ]
    assert desk.value("/-stat/selidx") == 3
    assert ask(desk, "/-show/showfile/scene/005/name") == ("Walk in",)


def test_a_scene_that_was_never_stored_changes_nothing() -> None:
    desk = remembering(ANNE)
    say(desk, ANNE, "/-action/goscene", 7)
    say(desk, ANNE, "/-action/goscene")
    assert heard(desk) == []
    assert desk.value("/-show/prepos/current") == -1


def test_clearing_solo_lets_every_solo_go() -> None:
    desk = X32()
    desk.set_from_desk("/-stat/solosw/03", 1)
    desk.set_from_desk("/-stat/solosw/80", 1)
    say(desk, BOB, "/xremote")
    say(desk, ANNE, "/-action/clearsolo", 0)
    assert heard(desk) == []
    say(desk, ANNE, "/-action/clearsolo", 1)
    assert heard(desk) == [(BOB, "/-stat/solosw/03", (0,)), (BOB, "/-stat/solosw/80", (0,))]


def test_a_client_may_ask_whether_anything_is_soloed_at_all() -> None:
    desk = X32()
    say(desk, ANNE, "/-stat/solo")
    desk.set_from_desk("/-stat/solosw/41", 1)
    say(desk, ANNE, "/-stat/solo")
    assert heard(desk) == [(ANNE, "/-stat/solo", (0,)), (ANNE, "/-stat/solo", (1,))]


def levels(desk: X32) -> list[tuple[float, ...]]:
    found = []
    for _, address, arguments in heard(desk):
        assert address == "/meters/1"
        assert isinstance(arguments[0], bytes)
        found.append(struct.unpack_from("<96f", arguments[0], 4))
    return found


def test_meters_come_each_fifty_milliseconds_for_ten_seconds() -> None:
    desk = X32()
    say(desk, ANNE, "/meters", "/meters/1")
    desk.advance(0.049)
    assert heard(desk) == []
    desk.advance(0.001)
    assert len(levels(desk)) == 1
    for _ in range(300):
        desk.advance(0.05)
    assert len(levels(desk)) == 199


def test_asking_again_keeps_meters_coming_in_step() -> None:
    desk = X32()
    for _ in range(100):
        say(desk, ANNE, "/meters", "/meters/1")
        desk.advance(0.03)
    assert len(levels(desk)) == 60


def test_meters_follow_faders_and_mutes() -> None:
    desk = X32()
    desk.set_from_desk("/ch/01/mix/fader", 0.75)
    desk.set_from_desk("/ch/02/mix/fader", 1.0)
    desk.set_from_desk("/ch/03/mix/fader", 0.75)
    desk.set_from_desk("/ch/03/mix/on", 0)
    say(desk, ANNE, "/meters", "/meters/1")
    desk.advance(0.05)
    ((one, two, muted, down, *_),) = levels(desk)
    assert 0.1 < one < 1
    assert two > one
    assert (muted, down) == (0.0, 0.0)


def test_a_batch_subscription_has_a_name_and_a_pace() -> None:
    desk = X32()
    say(desk, ANNE, "/batchsubscribe", "mine", "/meters/1", 0, 0, 2)
    for _ in range(20):
        desk.advance(0.05)
    assert [address for _, address, _ in heard(desk)] == ["mine"] * 10


def test_a_subscription_is_renewed_and_ended_by_name() -> None:
    desk = X32()
    say(desk, ANNE, "/meters", "/meters/6", 16)
    desk.advance(9.0)
    say(desk, ANNE, "/renew", "/meters/6")
    desk.advance(9.0)
    assert len(heard(desk)) == 360
    say(desk, BOB, "/unsubscribe")
    desk.advance(0.05)
    assert len(heard(desk)) == 1
    say(desk, ANNE, "/unsubscribe", "/meters/6")
    desk.advance(0.5)
    assert heard(desk) == []


def test_meter_requests_are_bounded() -> None:
    desk = X32()
    for port in range(2 * METER_REQUESTS):
        say(desk, ("127.0.0.1", port), "/meters", "/meters/6")
    desk.advance(0.05)
    assert len(heard(desk)) == METER_REQUESTS


def test_every_third_datagram_may_be_lost() -> None:
    desk = X32()
    desk.drop_every(3)
    for _ in range(6):
        say(desk, ANNE, "/info")
    assert desk.counts.lost == 3
    assert len(heard(desk)) == 3
    desk.drop_every(0)
    assert ask(desk, "/info")


def test_a_silent_death_ends() -> None:
    desk = remembering(ANNE)
    desk.mute_for(2.0)
    say(desk, ANNE, "/info")
    desk.set_from_desk(FADER, 0.5)
    assert heard(desk) == []
    desk.advance(2.0)
    assert ask(desk, FADER)[0] != 0.0


@pytest.mark.parametrize(("keep_state", "position"), [(True, 511 / 1023), (False, 0.0)])
def test_a_restart_forgets_clients_and_perhaps_more(keep_state: bool, position: float) -> None:
    desk = remembering(ANNE)
    desk.set_from_desk(FADER, 0.5)
    desk.restart(keep_state=keep_state)
    assert desk.clients == ()
    assert heard(desk) == []
    assert desk.value(FADER) == pytest.approx(position, abs=0.001)


def test_bundles_and_noise_are_dropped_and_counted() -> None:
    desk = X32()
    desk.receive(b"#bundle\0\0\0\0\0\0\0\0\1" + bytes(12), ANNE)
    desk.receive(b"\xff\x00", ANNE)
    assert desk.counts.malformed == 2
    assert heard(desk) == []


ARGUMENT = st.one_of(
    st.integers(-(2**31), 2**31 - 1),
    st.floats(width=32),
    st.text(max_size=20),
    st.binary(max_size=8),
)
ADDRESS = st.sampled_from(
    [
        "/",
        "/node",
        "/meters",
        "/batchsubscribe",
        "/renew",
        "/unsubscribe",
        "/-action/goscene",
        "/-action/clearsolo",
        "/ch/01/mix/fader",
        "/ch/01/mix/on",
        "/ch/01/config/name",
        "/ch/01/grp/dca",
    ]
)


@settings(max_examples=80)
@given(ADDRESS, st.lists(ARGUMENT, max_size=5))
def test_any_message_to_a_known_address_never_raises(
    address: str, arguments: list[OscArgument]
) -> None:
    desk = remembering(BOB)
    desk.receive(encode_osc(address, *arguments), ANNE)
    desk.advance(0.05)
    desk.take_output()
    say(desk, ANNE, "/info")
    assert heard(desk)[0][1] == "/info"


@settings(max_examples=40)
@given(st.binary(max_size=60))
def test_any_datagram_never_raises(noise: bytes) -> None:
    X32().receive(noise, ANNE)


def test_what_it_says_is_what_a_message_is() -> None:
    desk = X32()
    say(desk, ANNE, "/xinfo")
    ((data, _),) = desk.take_output()
    assert decode_osc(data) == OscMessage("/xinfo", ("127.0.0.1", "X32-SIM", "X32", "4.06"))
