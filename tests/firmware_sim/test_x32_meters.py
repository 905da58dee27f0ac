import struct

import pytest

from firmware_sim.x32_meters import METERS, WORDS, blob, signal


def half(strip: str) -> float:
    return 0.25 if strip == "/ch/03" else 0.5


@pytest.mark.parametrize("meter", WORDS)
def test_a_blob_is_a_little_endian_count_and_that_many_words(meter: int) -> None:
    data = blob(meter, 0, half)
    assert struct.unpack_from("<i", data) == (WORDS[meter],)
    assert len(data) == 4 + 4 * WORDS[meter]


def test_channel_levels_come_first_and_no_reduction_after() -> None:
    values = struct.unpack_from("<96f", blob(1, 0, half), 4)
    assert values[:4] == (0.5, 0.5, 0.25, 0.5)
    assert set(values[32:]) == {1.0}


def test_one_channel_has_a_meter_of_its_own() -> None:
    assert struct.unpack_from("<4f", blob(6, 2, half), 4) == (0.25, 1.0, 1.0, 0.25)
    blob(6, -900, half)


def test_the_analyser_is_quiet() -> None:
    assert set(struct.unpack_from("<100h", blob(15, 0, half), 4)) == {-64 * 256}


def test_meters_are_asked_for_by_path() -> None:
    assert METERS["/meters/16"] == 16


def test_every_strip_has_its_own_lively_signal() -> None:
    levels = [signal(strip, 1.3) for strip in range(70)]
    assert all(0.1 < level < 0.6 for level in levels)
    assert len(set(levels)) == 70
    assert signal(0, 1.0) != signal(0, 1.1)
