import math

from firmware_sim.device import Client
from firmware_sim.qu import HEADER, NO_INDEX, SEND, UNITY, Qu, to_decibels

ANNE: Client = ("127.0.0.1", 50001)
BOB: Client = ("127.0.0.1", 50002)
SET_IP1 = bytes.fromhex("B06320 B06217 B00662 B02607")
IP1_IS_AT_UNITY = bytes.fromhex("B06320 6217 0662 2607")


def mixer(model: str = "Qu-32") -> Qu:
    one = Qu(model)
    one.connect(ANNE)
    one.take_output()
    return one


def heard(one: Qu, client: Client = ANNE) -> bytes:
    return b"".join(data for data, who in one.take_output() if who == client)


def asked(*body: int) -> bytes:
    return HEADER + bytes((0x7F, *body, 0xF7))


def test_the_printed_anchors() -> None:
    assert to_decibels(UNITY) == 0.0
    assert to_decibels(0x7F) == 10.0
    assert to_decibels(0x3F) == -10.0
    assert to_decibels(0x1F) == -30.0
    assert to_decibels(0) == -math.inf


def test_it_says_that_it_is_there_at_once_and_three_times_a_second() -> None:
    one = Qu()
    one.connect(ANNE)
    assert heard(one) == b"\xfe"
    for _ in range(100):
        one.advance(0.01)
    assert heard(one) == b"\xfe" * 3


def test_a_second_client_is_turned_away_while_the_first_is_there() -> None:
    one = mixer()
    one.connect(BOB)
    assert one.take_output() == [(b"", BOB)]
    one.receive(SET_IP1, BOB)
    assert one.value(0x20) == 0
    one.disconnect(ANNE)
    one.connect(BOB)
    one.receive(SET_IP1, BOB)
    assert one.value(0x20) == UNITY


def test_a_set_is_not_answered() -> None:
    one = mixer()
    one.receive(SET_IP1, ANNE)
    assert one.value(0x20) == UNITY
    assert heard(one) == b""


def test_all_of_it_is_told_at_one_request_and_then_that_this_was_all() -> None:
    one = mixer("Qu-16")
    one.receive(SET_IP1 + bytes.fromhex("90217F 902100"), ANNE)
    one.receive(asked(0x10, 0), ANNE)
    assert heard(one) == HEADER + bytes((0, 0x11, 1, 1, 9, 0xF7))
    for _ in range(400):
        one.advance(0.01)
    said = heard(one)
    assert IP1_IS_AT_UNITY in said
    assert bytes.fromhex("90217F 2100") in said
    assert said.rstrip(b"\xfe").endswith(HEADER + bytes((0, 0x14, 0xF7)))
    assert one.counts.readings == 1


def test_a_client_that_began_with_active_sensing_must_go_on() -> None:
    one = mixer()
    for _ in range(20):
        one.advance(1.0)
    assert (b"", ANNE) not in one.take_output()
    one.receive(b"\xfe", ANNE)
    for _ in range(11):
        one.advance(1.0)
    assert (b"", ANNE) not in one.take_output()
    one.advance(1.1)
    assert (b"", ANNE) in one.take_output()


def test_an_ipad_must_begin_within_five_seconds() -> None:
    one = mixer()
    one.receive(asked(0x10, 1), ANNE)
    for _ in range(5):
        one.advance(1.0)
    assert (b"", ANNE) in one.take_output()


def test_names_are_asked_for_one_by_one() -> None:
    one = mixer()
    one.receive(HEADER + bytes((0, 0x03, 0x20, *b"Kick", 0xF7)), ANNE)
    assert one.name(0x20) == "Kick"
    one.receive(asked(0x01, 0x20), ANNE)
    assert heard(one) == HEADER + bytes((0, 0x02, 0x20, *b"Kick", 0xF7))


def test_a_send_goes_where_its_index_says() -> None:
    one = mixer()
    one.receive(bytes.fromhex("B06320 B06220 B00662 B02603"), ANNE)
    assert one.value(0x20, SEND, 3) == UNITY
    assert one.value(0x20, SEND, 2) == 0


def test_what_a_model_lacks_changes_nothing() -> None:
    one = mixer("Qu-16")
    one.receive(bytes.fromhex("B06330 B06217 B00662 B02607"), ANNE)
    assert one.counts.unknown == 1


def test_a_scene_is_recalled_by_its_program_and_told_by_its_number() -> None:
    one = mixer()
    one.set_from_desk(0x22, UNITY)
    one.store_scene(7)
    one.set_from_desk(0x22, 0)
    one.take_output()
    one.receive(bytes.fromhex("B00000 B02000 C006"), ANNE)
    assert one.value(0x22, index=NO_INDEX) == UNITY
    assert heard(one) == bytes.fromhex("B00000 B02000 C006")
