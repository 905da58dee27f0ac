import struct
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.osc.bites import BITE, bites
from surfacebridge.protocols.osc.messages import Bundle, OscMessage, messages_in
from surfacebridge.protocols.osc.packet import DEEPEST, decode, encode

SMALL = OscMessage("/a", (1.0,))


def read(data: bytes) -> list[OscMessage | None]:
    """What a reader takes from ``data``: messages, and None for each thing that is none."""
    return [None if isinstance(one, Malformed) else one for one in messages_in(decode(data))]


def nested(depth: int, count: int) -> Bundle:
    inner: tuple[Bundle, ...] = (nested(depth - 1, count),) if depth else ()
    return Bundle((*[SMALL] * count, *inner, *[OscMessage("/b", (depth,))] * count))


def test_what_is_short_stays_as_it_is() -> None:
    for data in (b"", b"#bundle\0", b"\xff" * 9, encode(SMALL), encode(nested(2, 3))):
        assert list(bites(data)) == [data]


def test_a_long_message_stays_as_it_is() -> None:
    data = encode(OscMessage("/blob", (bytes(3 * BITE),)))
    assert list(bites(data)) == [data]


@pytest.mark.parametrize("depth", [0, 1, DEEPEST - 1, DEEPEST, DEEPEST + 3])
def test_a_long_bundle_means_the_same_in_bites(depth: int) -> None:
    data = encode(nested(depth, 150))
    pieces = list(bites(data))
    assert max(map(len, pieces)) <= BITE + 4
    assert len(pieces) > 1
    assert [one for piece in pieces for one in read(piece)] == read(data)


def test_a_bundle_of_nothing_and_a_message_longer_than_a_bite_among_small_ones() -> None:
    long = OscMessage("/long", (bytes(2 * BITE),))
    data = encode(Bundle((SMALL, Bundle(()), long, SMALL)))
    assert [one for piece in bites(data) for one in read(piece)] == [SMALL, long, SMALL]


@given(st.integers(0, 2**32), st.integers(0, 400))
def test_spoilt_bundles_mean_the_same_in_bites(seed: int, cut: int) -> None:
    chance = Random(seed)  # noqa: S311 - spoils bytes, guards nothing
    spoilt = bytearray(encode(nested(3, 60)))
    for _ in range(chance.randint(0, 3)):
        at = 16 + 4 * chance.randrange((len(spoilt) - 20) // 4)
        spoilt[at : at + 4] = struct.pack(">i", chance.choice((-1, 0, 3, 24, 25, 1 << 30)))
    data = bytes(spoilt[: len(spoilt) - cut])
    # What is not a number is not equal to itself.
    assert repr([one for piece in bites(data) for one in read(piece)]) == repr(read(data))
