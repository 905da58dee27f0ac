import math

import pytest

from firmware_sim.device import Client
from firmware_sim.dlive import HEADER, TOP, UNITY, DLive, to_decibels

ANNE: Client = ("127.0.0.1", 50001)
BOB: Client = ("127.0.0.1", 50002)
# Input 1 to 0 dB, on MIDI channel 1.
SET_IP1 = bytes.fromhex("B06300 B06217 B0066B")
SET_IP1_RUNNING = bytes.fromhex("B06300 6217 066B")


def desk(model: str = "dlive") -> DLive:
    one = DLive(model=model)
    one.connect(ANNE)
    one.connect(BOB)
    return one


def asked(*body: int) -> bytes:
    return HEADER + bytes((*body, 0xF7))


def test_the_printed_anchors() -> None:
    assert to_decibels(UNITY) == 0.0
    assert to_decibels(TOP) == 10.0
    assert to_decibels(0x11) == -45.0
    assert to_decibels(0) == -math.inf


def test_a_set_is_not_answered_and_others_are_told() -> None:
    one = desk()
    one.receive(SET_IP1, ANNE)
    assert one.number(0, 0) == UNITY
    assert one.take_output() == [(SET_IP1_RUNNING, BOB)]


def test_bytes_in_any_pieces_and_running_status_are_one_message() -> None:
    one = desk()
    for byte in SET_IP1_RUNNING:
        one.receive(bytes((byte,)), ANNE)
    assert one.number(0, 0) == UNITY


def test_a_question_is_answered_with_the_message_that_sets_it() -> None:
    one = desk()
    one.receive(SET_IP1, ANNE)
    one.take_output()
    one.receive(asked(0, 0x05, 0x0B, 0x17, 0x00), BOB)
    one.receive(asked(4, 0x05, 0x09, 0x36), BOB)
    assert one.take_output() == [
        (SET_IP1_RUNNING, BOB),
        (bytes.fromhex("94363F 3600"), BOB),
    ]


def test_a_mute_is_a_note_and_letting_the_key_go_means_nothing() -> None:
    one = desk()
    one.receive(bytes.fromhex("90057F 900500"), ANNE)
    assert one.muted(0, 5)
    one.receive(bytes.fromhex("90053F 900500"), ANNE)
    assert not one.muted(0, 5)


def test_names_colours_sends_and_preamps_are_set_and_told_in_sysex() -> None:
    one = desk()
    one.receive(asked(0, 0x03, 0x00, *b"Kick drum"), ANNE)
    one.receive(asked(0, 0x06, 0x00, 0x04), ANNE)
    one.receive(asked(0, 0x0D, 0x00, 0x02, 0x01, UNITY), ANNE)
    one.receive(asked(0, 0x0C, 0x07, 0x7F), ANNE)
    one.receive(bytes.fromhex("E00740"), ANNE)
    assert one.name(0, 0) == "Kick dru"
    assert one.colour(0, 0) == 4
    assert one.send_level(0, 0, 2, 1) == UNITY
    assert one.preamp(7) == (0x40, True, False)
    assert [client for _, client in one.take_output()] == [BOB] * 5
    one.receive(asked(0, 0x05, 0x0F, 0x0D, 0x00, 0x02, 0x01), BOB)
    assert one.take_output() == [(asked(0, 0x0D, 0x00, 0x02, 0x01, UNITY), BOB)]


def test_what_there_is_not_changes_nothing() -> None:
    one = desk()
    one.receive(bytes.fromhex("B563 00 B56217 B5066B"), ANNE)
    one.receive(bytes.fromhex("B4637E B46217 B4066B"), ANNE)
    one.receive(asked(0, 0x7E, 0x00), ANNE)
    assert one.take_output() == []
    assert one.counts.unknown == 2


def test_a_scene_is_recalled_by_bank_and_program_and_told_by_its_number() -> None:
    one = desk()
    one.set_from_desk(0, 3, UNITY)
    one.store_scene(500)
    one.set_from_desk(0, 3, 0)
    one.take_output()
    one.receive(bytes.fromhex("B00003 C073"), ANNE)
    assert one.number(0, 3) == UNITY
    assert one.take_output() == [(bytes.fromhex("B00003 C073"), client) for client in (ANNE, BOB)]


@pytest.mark.parametrize("question", [(0x05, 0x0B, 0x17, 0x00), (0x05, 0x09, 0x00)])
def test_an_avantis_answers_for_names_and_colours_only(question: tuple[int, ...]) -> None:
    one = desk("avantis")
    one.receive(asked(0, *question), ANNE)
    assert one.take_output() == []
    one.receive(asked(0, 0x01, 0x00), ANNE)
    one.receive(asked(0, 0x04, 0x00), ANNE)
    assert one.take_output() == [(asked(0, 0x02, 0x00), ANNE), (asked(0, 0x05, 0x00, 0x00), ANNE)]
