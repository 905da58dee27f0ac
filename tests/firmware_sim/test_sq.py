import math

import pytest

from firmware_sim.device import Client
from firmware_sim.sq import CENTRE, TOP, UNITY, Sq, to_decibels

ANNE: Client = ("127.0.0.1", 50001)
BOB: Client = ("127.0.0.1", 50002)
SET_IP1 = bytes.fromhex("B06340 B06200 B00676 B0265C")
GET_IP1 = bytes.fromhex("B06340 B06200 B0607F")


def desk() -> Sq:
    one = Sq()
    one.connect(ANNE)
    one.connect(BOB)
    return one


def test_the_printed_anchors() -> None:
    assert to_decibels(0x76 << 7 | 0x5C) == 0.0
    assert to_decibels(TOP) == pytest.approx(10.0)
    assert to_decibels(0) == -math.inf
    assert to_decibels(12820) == pytest.approx(-20.0, abs=0.02)


def test_a_set_is_not_answered_and_others_are_told() -> None:
    one = desk()
    one.receive(SET_IP1, ANNE)
    assert one.value(0x40 << 7) == UNITY
    assert one.take_output() == [(SET_IP1, BOB)]


def test_a_question_is_answered_with_a_set_to_whoever_asked() -> None:
    one = desk()
    one.receive(SET_IP1, ANNE)
    one.take_output()
    one.receive(GET_IP1, BOB)
    assert one.take_output() == [(SET_IP1, BOB)]


def test_bytes_in_any_pieces_and_running_status_are_one_message() -> None:
    one = desk()
    for byte in bytes.fromhex("B06340 6200 0676 265C"):
        one.receive(bytes([byte]), ANNE)
    assert one.value(0x40 << 7) == UNITY


def test_a_mute_is_one_when_muted() -> None:
    one = desk()
    one.receive(bytes.fromhex("B06300 B06244 B00600 B02601"), ANNE)
    assert one.value(0x44) == 1


def test_a_step_is_a_decibel() -> None:
    one = desk()
    one.receive(SET_IP1 + bytes.fromhex("B06000"), ANNE)
    assert to_decibels(one.value(0x40 << 7)) == pytest.approx(1.0, abs=0.01)
    one.receive(bytes.fromhex("B06100 B06100"), ANNE)
    assert to_decibels(one.value(0x40 << 7)) == pytest.approx(-1.0, abs=0.01)


def test_another_channel_and_what_there_is_not_change_nothing() -> None:
    one = desk()
    one.receive(bytes.fromhex("B16340 B16200 B10676 B1265C"), ANNE)
    one.receive(bytes.fromhex("B0637E B06200 B00676 B0265C"), ANNE)
    assert one.take_output() == []
    assert one.counts.unknown == 1


def test_a_scene_is_recalled_by_bank_and_program_and_told_by_its_number() -> None:
    one = desk()
    one.set_from_desk(0x50 << 7, 0)
    one.store_scene(130)
    one.set_from_desk(0x50 << 7, CENTRE)
    one.take_output()
    one.receive(bytes.fromhex("B00001 C001"), ANNE)
    assert one.value(0x50 << 7) == 0
    assert one.take_output() == [
        (bytes.fromhex("B00001 C001"), ANNE),
        (bytes.fromhex("B00001 C001"), BOB),
    ]
