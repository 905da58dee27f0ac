"""The short form of fuzzing: some hundred spoilt inputs for every parser, the same each time."""

import time

import pytest

from tests.fuzz.invariants import check_stream, kept
from tests.fuzz.mutating import inputs
from tests.fuzz.parsers import ENDPOINTS, PARSERS, converse

COUNT = 200
SLOW = {"mapping-files": 30, "mapping-lines": 60, "sheets": 40}
# What one more round may add: an unfinished message, some addresses.
GROWTH = 10_000
# No input is longer than 4,000 bytes; the slowest are whole rigs.
HANGS_AFTER = 5.0


@pytest.mark.parametrize("name", PARSERS)
def test_no_input_breaks_a_rule(name: str) -> None:
    parser = PARSERS[name]
    seeds = list(parser.seeds())
    assert seeds, "there are no seeds"
    for data in inputs(seeds[: SLOW.get(name)], SLOW.get(name, COUNT), seed=1):
        began = time.monotonic()
        parser.check(data)
        assert time.monotonic() - began < HANGS_AFTER, data


@pytest.mark.parametrize("name", ENDPOINTS)
def test_a_profile_keeps_no_more_however_long_its_peer_talks(name: str) -> None:
    make, seeds = ENDPOINTS[name]
    endpoint = make()
    endpoint.open(0.0)
    now, sizes = 0.0, []
    for _ in range(2):
        for data in inputs(seeds(), 50, seed=2):
            now = converse(endpoint, data, now)
        sizes.append(kept(endpoint))
    assert sizes[1] - sizes[0] < GROWTH


def test_the_same_seed_makes_the_same_inputs() -> None:
    assert list(inputs([b"abc"], 50, 7)) == list(inputs([b"abc"], 50, 7))
    assert list(inputs([b"abc"], 50, 7)) != list(inputs([b"abc"], 50, 8))


class _Forgets:
    """A reader of lines that loses what a chunk ends with."""

    def receive(self, data: bytes, /) -> list[bytes]:
        return data.split(b"\n")[:-1]


class _Hoards(_Forgets):
    def __init__(self) -> None:
        self.all = bytearray()

    def receive(self, data: bytes, /) -> list[bytes]:
        self.all += data
        return []


def test_a_reader_that_depends_on_how_it_is_cut_is_found() -> None:
    with pytest.raises(AssertionError, match="cut otherwise"):
        check_stream(_Forgets, b"one\ntwo three four\nfive", b"\n", b"ok\n", b"ok")


def test_a_reader_that_keeps_everything_is_found() -> None:
    with pytest.raises(AssertionError, match="keeps too much"):
        check_stream(_Hoards, bytes(500_000), b"\n", b"ok\n", b"ok")
    assert kept({"a": [b"123", "45"]}) == 8
