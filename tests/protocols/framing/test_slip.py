from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.framing.slip import EXCERPT, LONGEST_PACKET, SlipReader, encode
from surfacebridge.protocols.malformed import Malformed
from tests.helpers.streams import assert_stream
from tests.protocols.framing.boxes import rows


def test_a_packet_is_between_two_ends_and_escapes_both_special_bytes() -> None:
    assert encode(b"\xc0a\xdb") == b"\xc0\xdb\xdca\xdb\xdd\xc0"
    wanted: list[bytes | Malformed] = [b"\xc0a\xdb", b"b"]
    assert_stream(SlipReader, b"\xc0\xdb\xdca\xdb\xdd\xc0\xc0b\xc0", wanted)


@pytest.mark.parametrize("row", rows("slip-osc"), ids=lambda row: row["id"])
def test_every_vector_is_one_packet_that_packs_to_the_same_bytes(row: dict[str, Any]) -> None:
    found = SlipReader().receive(row["data"])
    if row["id"] == "s076":
        (bad,) = found
        assert isinstance(bad, Malformed)
    elif row["id"] == "s078":
        assert found == []
    else:
        (packet,) = found
        assert isinstance(packet, bytes)
        assert encode(packet) == row["data"]


def test_noise_before_a_packet_is_cut_off_by_its_first_end() -> None:
    noise, packet = SlipReader().receive(b"noise" + encode(b"good"))
    assert (noise, packet) == (b"noise", b"good")


@pytest.mark.parametrize("stuffed", [b"a\xdb", b"\xdb\xdb\xdc", b"\xdbx"])
def test_an_escape_before_anything_else_spoils_its_packet_only(stuffed: bytes) -> None:
    bad, good = SlipReader().receive(b"\xc0" + stuffed + b"\xc0good\xc0")
    assert isinstance(bad, Malformed)
    assert good == b"good"


def test_a_packet_without_an_end_is_dropped_and_the_buffer_stays_small() -> None:
    reader = SlipReader()
    for _ in range(100):
        assert reader.receive(b"x" * 1000) == []
    bad, good = reader.receive(encode(b"good"))
    assert isinstance(bad, Malformed)
    assert len(bad.data) == EXCERPT
    assert good == b"good"


def test_the_longest_packet_passes_and_one_more_byte_does_not() -> None:
    longest = b"\xc0" * LONGEST_PACKET
    assert SlipReader().receive(encode(longest)) == [longest]
    (bad,) = SlipReader().receive(b"x" * (LONGEST_PACKET + 1) + b"\xc0")
    assert isinstance(bad, Malformed)
    for packet in (b"", longest + b"x"):
        with pytest.raises(ProtocolMisuse):
            encode(packet)


@given(st.binary(min_size=1, max_size=300))
def test_any_packet_comes_back(packet: bytes) -> None:
    assert SlipReader().receive(encode(packet)) == [packet]


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_any_bytes_never_raise_and_the_next_packet_is_understood(chunks: list[bytes]) -> None:
    reader = SlipReader()
    for chunk in chunks:
        reader.receive(chunk)
    assert reader.receive(encode(b"good"))[-1] == b"good"
