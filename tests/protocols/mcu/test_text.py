import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.mcu.messages import LcdText
from surfacebridge.protocols.mcu.text import (
    LcdScreen,
    lcd_cell,
    lcd_text,
    segment_code,
    segment_digit,
    segment_digits,
)


@pytest.mark.parametrize(
    ("char", "dot", "code"),
    [
        ("0", False, 0x30),
        ("9", True, 0x79),
        ("A", False, 1),
        ("Z", False, 0x1A),
        (" ", False, 0x20),
    ],
)
def test_a_seven_segment_character_has_a_code(char: str, dot: bool, code: int) -> None:
    assert segment_code(char, dot=dot) == code
    assert segment_digit(code) == (char, dot)


def test_code_zero_is_blank() -> None:
    assert segment_digit(0x00) == (" ", False)
    assert segment_digit(0x40) == (" ", True)


@pytest.mark.parametrize("char", ["a", "@", "é", "", "12", "\x1f"])
def test_seven_segments_refuse_what_they_cannot_show(char: str) -> None:
    with pytest.raises(ProtocolMisuse):
        segment_code(char)


def test_a_time_is_laid_out_from_the_right_with_its_dots() -> None:
    assert segment_digits("01.02", 5) == (
        ("2", False),
        ("0", False),
        ("1", True),
        ("0", False),
        (" ", False),
    )


def test_a_dot_of_its_own_takes_a_digit() -> None:
    assert segment_digits(".5..", 4) == ((" ", True), ("5", True), (" ", True), (" ", False))


def test_letters_are_capitals_and_too_long_text_loses_its_left() -> None:
    assert segment_digits("abc@", 3) == ((" ", False), ("C", False), ("B", False))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Kick", "Kick"),
        ("Flöte", "Flote"),
        ("Große Caisse", "Grosse Caisse"),
        ("François\N{RIGHT SINGLE QUOTATION MARK}s", "Francois's"),
        ("\N{MINUS SIGN}∞ dB", "-oo dB"),
        ("½", "1/2"),
        ("鼓", "?"),
        ("a\\b~c", "a/b-c"),
        ("tab\there", "tab here"),
    ],
)
def test_text_is_told_in_the_characters_of_the_display(text: str, shown: str) -> None:
    assert lcd_text(text) == shown


@given(st.text(max_size=20))
@settings(max_examples=150)
def test_any_text_can_be_shown(text: str) -> None:
    shown = lcd_text(text)
    assert all(" " <= char <= "}" for char in shown)
    assert lcd_text(shown) == shown
    for char, dot in segment_digits(text, 10):
        segment_code(char, dot=dot)


def test_a_cell_is_filled_to_its_seven_characters() -> None:
    assert lcd_cell(1, 7, "0.0 dB", 0x15) == LcdText(105, "0.0 dB ", 0x15)
    assert lcd_cell(0, 0, "Overheads", 0x14) == LcdText(0, "Overhea", 0x14)


@pytest.mark.parametrize(("row", "strip"), [(2, 0), (-1, 0), (0, 8), (0, -1)])
def test_there_are_two_rows_of_eight_cells(row: int, strip: int) -> None:
    with pytest.raises(ProtocolMisuse):
        lcd_cell(row, strip, "", 0x14)


def test_a_screen_shows_what_was_written_last() -> None:
    screen = LcdScreen()
    screen.write(LcdText(7, "Snare  "))
    screen.write(LcdText(7, "hat"))
    assert screen.cell(0, 1) == "hatre  "
    assert screen.row(1) == " " * 56


def test_text_past_the_first_row_goes_on_in_the_second() -> None:
    screen = LcdScreen()
    screen.write(LcdText(53, "ABCDEF"))
    assert screen.cell(0, 7) == "    ABC"
    assert screen.cell(1, 0) == "DEF    "


def test_a_screen_never_grows() -> None:
    screen = LcdScreen()
    screen.write(LcdText(110, "ABCDEF"))
    assert screen.row(1) == " " * 54 + "AB"
