import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_sim.x32_leaves import (
    Bits,
    Choice,
    Level,
    Linear,
    Log,
    Text,
    Whole,
    to_decibels,
    to_position,
)

ANCHORS = [(1.0, 10.0), (0.75, 0.0), (0.5, -10.0), (0.25, -30.0), (0.0625, -60.0)]


@pytest.mark.parametrize(("position", "decibels"), ANCHORS)
def test_the_fader_law_goes_through_its_anchors(position: float, decibels: float) -> None:
    assert to_decibels(position) == pytest.approx(decibels)
    assert to_position(decibels) == pytest.approx(position)


def test_the_bottom_of_a_fader_is_silence() -> None:
    assert to_decibels(0.0) == -math.inf
    assert to_position(-math.inf) == 0.0
    assert to_position(40.0) == 1.0


@pytest.mark.parametrize("step", range(0, 1024, 31))
def test_a_fader_step_survives_its_own_rounding(step: int) -> None:
    assert Level().take(step / 1023) == step / 1023


@pytest.mark.parametrize(
    ("decibels", "reads"),
    [
        (10, 1.0),
        (6, 0.9003),
        (5, 0.8749),
        (0, 0.7498),
        (-3, 0.6745),
        (-6, 0.6002),
        (-10, 0.4995),
        (-20, 0.3744),
        (-30, 0.2493),
        (-40, 0.1867),
        (-60, 0.0616),
    ],
)
def test_a_level_reads_back_as_the_table_of_anchors_says(decibels: float, reads: float) -> None:
    assert Level().take(to_position(decibels)) == pytest.approx(reads, abs=0.00005)


def test_a_fader_snaps_to_its_grid_and_clamps() -> None:
    assert Level().take(0.75) == 767 / 1023
    assert Level(161).take(0.5001) == 0.5
    assert Level().take(7.0) == 1.0
    assert Level().take(-math.inf) == 0.0
    assert Level().take(math.nan) is None


@pytest.mark.parametrize(
    ("position", "word"),
    [(0.0, "  -oo"), (767 / 1023, "  0.0"), (0.5, "-10.0"), (1.0, "+10.0"), (0.8, " +2.0")],
)
def test_a_level_is_written_in_decibels(position: float, word: str) -> None:
    assert Level().show(position) == word


@pytest.mark.parametrize(("word", "position"), [("-oo", 0.0), ("-10.0", 0.5), ("0", 0.75)])
def test_a_level_is_read_in_decibels(word: str, position: float) -> None:
    assert Level().read(word) == pytest.approx(position, abs=0.001)


@pytest.mark.parametrize(
    ("leaf", "position", "word"),
    [
        (Linear(-100, 100, 2, "+.0f"), 0.5, "+0"),
        (Linear(-12, 60, 0.5), 1.0, "+60.0"),
        (Linear(0, 24, 0.5, "3"), 8 / 24, "8.00"),
        (Linear(0, 24, 0.5, "3"), 14 / 24, "14.0"),
        (Log(20, 20000, 201, 1000, "Hz"), 1.0, "20k00"),
        (Log(20, 20000, 201, 1000, "Hz"), 0.5, "632.5"),
        (Log(0.02, 2000, 101, 10, "3"), 0.0, "0.02"),
        (Log(0.02, 2000, 101, 10, "3"), 1.0, "2000"),
        (Log(10, 0.3, 72, 2), 0.0, "10.0"),
    ],
)
def test_a_scale_is_written_and_read_in_its_own_unit(
    leaf: Linear | Log, position: float, word: str
) -> None:
    assert leaf.show(position) == word
    assert leaf.read(word) == pytest.approx(position, abs=0.003)


def test_a_scale_refuses_what_is_no_number() -> None:
    for leaf in (Linear(-18, 18, 0.25), Log(20, 400, 101, 20), Level()):
        assert leaf.read("loud") is None
        assert leaf.read("nan") is None
        assert leaf.take(1) is None
        assert leaf.take("0.5") is None
        assert 0.0 <= leaf.default <= 1.0
    assert Log(20, 400, 101, 20).read("0") is None


def test_the_numbers_of_steps_are_those_of_the_documents() -> None:
    assert Linear(-18, 18, 0.25).steps == 145
    assert Linear(-12, 60, 0.5).steps == 145
    assert Linear(-100, 100, 2).steps == 101
    assert Linear(-60, 0, 0.5).steps == 121


def test_a_choice_takes_its_words_and_their_places() -> None:
    switch = Choice()
    assert [switch.take(a) for a in ("ON", "OFF", 1, 0, 9, -1)] == [1, 0, 1, 0, 1, 0]
    assert switch.take("on") is None
    assert switch.take(1.0) is None
    assert switch.show(1) == "ON"


def test_a_whole_number_is_clamped() -> None:
    scene = Whole(-1, 99, -1)
    assert [scene.take(a) for a in (-5, 7, 500)] == [-1, 7, 99]
    assert scene.take(1.0) is None
    assert scene.take("7") is None
    assert scene.read("7") == 7
    assert scene.read("-oo") is None
    assert scene.read("first") is None
    assert scene.show(7) == "7"


def test_groups_are_bits() -> None:
    groups = Bits(8)
    assert groups.take(0x1FF) == 0xFF
    assert groups.take("1") is None
    assert groups.read("%00000101") == 5
    assert groups.read("%2") is None
    assert groups.read("%") is None
    assert groups.show(5) == "%00000101"


def test_a_name_is_cut_to_twelve() -> None:
    name = Text(12)
    assert name.take("Lead Vocal Left") == "Lead Vocal L"
    assert name.read('"Lead Vocal"') == "Lead Vocal"
    assert name.show("Kick") == '"Kick"'
    assert name.take(4) is None


@given(st.text(max_size=12))
def test_any_word_is_read_or_refused(word: str) -> None:
    for leaf in (Level(), Linear(0, 1, 0.1), Log(1, 9, 9, 1), Choice(), Whole(0, 9), Bits(4)):
        leaf.read(word)
