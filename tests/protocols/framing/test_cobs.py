from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.framing.cobs import (
    LONGEST_BODY,
    Frame,
    FrameReader,
    Numbering,
    crc16,
    encode,
)
from surfacebridge.protocols.malformed import Malformed
from tests.helpers.streams import assert_stream
from tests.protocols.framing.boxes import rows

FRAMES = st.builds(
    Frame, st.integers(0, 255), st.integers(0, 255), st.binary(max_size=LONGEST_BODY)
)


def test_the_check_is_ccitt_false() -> None:
    assert crc16(b"123456789") == 0x29B1


def test_frames_are_cut_at_zeros_however_they_arrive() -> None:
    two = [Frame(1, 2, b"\x03\x02\x00"), Frame(2, 5)]
    wanted: list[Frame | Malformed] = list(two)
    assert_stream(FrameReader, b"\x00\x00" + encode(two[0]) + b"\x00" + encode(two[1]), wanted)


@pytest.mark.parametrize("row", rows("cobs"), ids=lambda row: row["id"])
def test_every_vector_is_one_frame_or_none(row: dict[str, Any]) -> None:
    found = FrameReader().receive(row["data"])
    meaning = row["meaning"]
    if meaning["type"] == "nothing":
        assert found == []
    elif meaning["type"] == "dropped":
        assert [type(each) for each in found] == [Malformed]
    else:
        (frame,) = found
        assert isinstance(frame, Frame)
        assert frame.number == meaning.get("number", frame.number)
        assert encode(frame) == row["data"]


def test_a_frame_that_is_wrong_in_one_bit_is_dropped() -> None:
    good = encode(Frame(7, 2, b"\x03\x02\x01"))
    for place in range(len(good) - 1):
        for bit in range(8):
            bad = bytearray(good)
            bad[place] ^= 1 << bit
            found = FrameReader().receive(bytes(bad) + good)
            assert all(isinstance(each, Malformed) for each in found[:-1])
            assert found[-1] == Frame(7, 2, b"\x03\x02\x01")


def test_a_frame_without_an_end_is_dropped_and_the_buffer_stays_small() -> None:
    reader = FrameReader()
    for _ in range(100):
        assert reader.receive(b"x" * 1000) == []
    bad, good = reader.receive(b"\x00" + encode(Frame(1, 5)))
    assert isinstance(bad, Malformed)
    assert len(bad.data) <= 32
    assert good == Frame(1, 5)


def test_the_longest_body_fits_and_one_more_byte_does_not() -> None:
    longest = Frame(255, 255, b"\x01" * LONGEST_BODY)
    assert FrameReader().receive(encode(longest)) == [longest]
    with pytest.raises(ProtocolMisuse):
        encode(Frame(0, 0, b"\x01" * (LONGEST_BODY + 1)))
    with pytest.raises(ProtocolMisuse):
        encode(Frame(256, 0))


def test_numbers_count_on_repeat_and_skip() -> None:
    its = Numbering()
    assert [its.take(number) for number in (254, 255, 0, 0, 1, 5, 6)] == [
        "next",
        "next",
        "next",
        "again",
        "next",
        "gap",
        "next",
    ]
    its.restart()
    assert its.take(0) == "next"


@given(FRAMES)
def test_any_frame_comes_back_and_holds_no_zero_but_its_end(frame: Frame) -> None:
    data = encode(frame)
    assert data.index(0) == len(data) - 1
    assert FrameReader().receive(data) == [frame]


@given(st.lists(st.binary(max_size=100), max_size=5))
def test_any_bytes_never_raise_and_the_next_frame_is_understood(chunks: list[bytes]) -> None:
    reader = FrameReader()
    for chunk in chunks:
        reader.receive(chunk)
    assert reader.receive(b"\x00" + encode(Frame(1, 5)))[-1] == Frame(1, 5)
