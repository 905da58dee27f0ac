import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.sheets import ParameterKind, ParameterSpec
from surfacebridge.model.values import OFF, Colour, Value
from surfacebridge.routing.text import abbreviate, fit, format_value, tell_apart

GOLDEN = [
    ("Kick", "Kick"),
    ("Lead Vocal", "LeadVcl"),
    ("Kick In", "Kick In"),
    ("Kick Out", "KickOut"),
    ("Snare Top", "SnareTp"),
    ("Snare Bottom", "SnrBttm"),
    ("Overhead L", "OverhdL"),
    ("Overhead R", "OverhdR"),
    ("Guitar 1", "Guitar1"),
    ("Guitar 12", "Guitr12"),
    ("Backing Vox 3", "BckngV3"),
    ("Keyboards", "Keybrds"),
    ("  Bass  ", "Bass"),
    ("Audience", "Audienc"),
    ("1234567890", "1234567"),
    ("", ""),
]


@pytest.mark.parametrize(("name", "short"), GOLDEN)
def test_a_name_fits_seven_cells_and_is_still_read(name: str, short: str) -> None:
    assert len(fit(name, 7)) <= 7
    assert fit(name, 7) == short


def test_a_name_that_fits_is_left_alone() -> None:
    assert fit("Audio L", 7) == "Audio L"


def test_a_display_that_cuts_by_itself_is_given_the_whole_text() -> None:
    assert fit("  9.02.01.126 ", 0) == "  9.02.01.126 "


def test_the_number_at_the_end_survives_the_cut() -> None:
    assert [fit(f"Strings {n}", 4)[-1] for n in (1, 2)] == ["1", "2"]


@given(name=st.text(max_size=30), width=st.integers(1, 12))
@settings(max_examples=60)
def test_nothing_is_ever_wider_than_its_cells(name: str, width: int) -> None:
    assert len(fit(name, width)) <= width
    assert len(abbreviate(name, width)) <= width
    assert len(tell_apart(name, width, 3)) <= width


@pytest.mark.parametrize(
    ("name", "width", "short"),
    [
        ("Lead Vocal", 4, "LdVc"),
        ("Kick", 4, "Kick"),
        ("Bass Guitar", 4, "BsGt"),
        ("One Two Three Four Five", 4, "OTTF"),
        ("Overheads", 4, "Ovrh"),
        ("Ox Ax", 4, "OxAx"),
    ],
)
def test_abbreviating_gives_each_word_its_share(name: str, width: int, short: str) -> None:
    assert abbreviate(name, width) == short


def test_neighbours_are_told_apart_by_their_place() -> None:
    assert tell_apart("Backing Vocals", 7, 3) == "BckngV3"
    assert tell_apart("Bass", 7, 12) == "Bass12"
    assert tell_apart("Backing", 1, 3) == "3"


@pytest.mark.parametrize(
    ("value", "kind", "form", "text"),
    [
        (-10.0, "level", "", "-10.0"),
        (OFF, "level", "", "-oo"),
        (0.5, "pan", "", "R50"),
        (0.5, "plain", "pan", "C"),
        (0.5, "plain", "dB", "+0.5"),
        (True, "switch", "", "On"),
        (False, "switch", "", "Off"),
        ("Kick", "text", "dB", "Kick"),
        (3, "plain", "", "3"),
        (2.5, "number", "", "2.5"),
        (2.0, "number", "", "2"),
        (0.126, "number", "", "0.13"),
        (120.0, "number", "", "120"),
        (-0.001, "number", "", "0"),
        (250.0, "number", "Hz", "250"),
        (12_499.2, "number", "Hz", "12.5k"),
        (Colour(1, 2, 3), "colour", "", ""),
    ],
)
def test_values_are_written_as_people_read_them(
    value: Value, kind: ParameterKind, form: str, text: str
) -> None:
    assert format_value(value, ParameterSpec(ParameterId("p"), kind), form) == text


def test_a_value_of_nothing_known_is_plain() -> None:
    assert format_value(0.25, None, "") == "0.25"


def test_the_pan_of_a_level_that_is_off_is_written_as_off() -> None:
    level = ParameterSpec(ParameterId("p"), "level")
    assert format_value(OFF, level, "pan") == "-oo"


def test_a_value_between_two_places_of_the_desk_reads_as_the_one_it_takes() -> None:
    pan = ParameterSpec(ParameterId("pan"), "pan", None, 11)
    assert [format_value(value, pan, "pan") for value in (0.07, 0.5)] == ["C", "R60"]
