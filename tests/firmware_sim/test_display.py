from firmware_sim.display import Digits, Lcd


def test_a_new_lcd_is_blank() -> None:
    assert Lcd().cell(8) == (" " * 7, " " * 7)


def test_text_past_the_upper_line_goes_on_below() -> None:
    lcd = Lcd()
    lcd.write(53, b"ABCDEF")
    upper, lower = lcd.lines()
    assert upper.endswith("  ABC")
    assert lower.startswith("DEF  ")


def test_text_past_the_memory_is_cut() -> None:
    lcd = Lcd()
    assert lcd.write(110, b"ABCDEF")
    assert lcd.lines()[1].endswith(" AB")
    assert not lcd.write(112, b"A")


def test_glyphs_of_the_unit_show_as_blanks() -> None:
    lcd = Lcd()
    lcd.write(0, b"A\x05B\x7f")
    assert lcd.cell(1)[0] == "A B    "


def test_digits_read_from_left_to_right_with_their_dots() -> None:
    digits = Digits(10)
    for digit, code in enumerate(bytes.fromhex("36 32 31 71 30 72 30 79 30 31")):
        digits.write(digit, code)
    assert digits.text() == "109.02.01.126"


def test_letters_and_blanks_are_read() -> None:
    digits = Digits(3)
    digits.write(2, 0x10)
    digits.write(1, 0x4E)
    digits.write(0, 0x00)
    assert digits.text() == "PN. "
    digits.clear()
    assert digits.text() == "   "
