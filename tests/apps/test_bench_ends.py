import os
from pathlib import Path

import pytest

from surfacebridge.apps.bench_ends import MackieEar, MackieHand, OscEar, OscHand, free_port


def test_what_a_page_moves_another_end_can_hear() -> None:
    ear = OscEar()
    port = int(ear.target.rpartition(":")[2].rstrip('"}'))
    hand = OscHand(4, port)
    try:
        hand.move(2, 0.25)
        assert ear.take(2.0) == [(2, 0.25)]
        assert ear.take(0.0) == []
    finally:
        hand.close()
        ear.close()


def test_a_mackie_touches_every_fader_and_bends_one(tmp_path: Path) -> None:
    hand = MackieHand(tmp_path)
    try:
        line = os.open(tmp_path / "hand", os.O_RDWR | os.O_NOCTTY)
        hand.open()
        hand.move(3, 1.0)
        said = os.read(line, 100)
        os.close(line)
    finally:
        hand.close()

    assert said[:24] == b"".join(bytes((0x90, 0x68 + n, 0x7F)) for n in range(8))
    assert said[24:] == b"\xe3\x7f\x7f"


def test_a_daw_hears_bends_among_other_things_and_cut_anywhere(tmp_path: Path) -> None:
    ear = MackieEar(tmp_path)
    heard: list[tuple[int, float]] = []
    try:
        line = os.open(tmp_path / "desk", os.O_RDWR | os.O_NOCTTY)
        for chunk in (b"\x90\x68\x7f\xe1\x00", b"\x40\xe2\x7f", b"\x7f"):
            os.write(line, chunk)
            heard += ear.take(2.0)
        os.close(line)
    finally:
        ear.close()

    assert heard == [(1, pytest.approx(0.5, abs=0.001)), (2, 1.0)]


def test_a_level_comes_out_where_the_ears_own_law_has_it() -> None:
    ear = OscEar()
    try:
        assert ear.place_of(0.75, "x32") == pytest.approx(0.75, abs=0.2)
        assert ear.place_of(0.0, "x32") == 0.0
    finally:
        ear.close()


def test_a_free_port_can_be_had() -> None:
    assert 1024 <= free_port() <= 65_535
