"""What a unit's displays are told."""

import pytest

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.model.values import EIGHT_COLOURS, Colour
from surfacebridge.profiles.mackie_display import Look, MackieDisplay, look_of

HEADER = bytes.fromhex("f000006614")
RED, GREEN = EIGHT_COLOURS[1], EIGHT_COLOURS[2]


def lcd(offset: int, text: str) -> bytes:
    return HEADER + bytes((0x12, offset)) + text.encode() + b"\xf7"


def painted(*, coloured: bool = False, digits: bool = False) -> MackieDisplay:
    display = MackieDisplay(0x14, Look(colours="x-touch" if coloured else "", digits=digits))
    display.changes()
    return display


def time_digits(changes: list[bytes]) -> dict[int, int]:
    assert all(len(change) == 3 and change[0] == 0xB0 for change in changes)
    return {change[1] - 0x40: change[2] for change in changes}


def test_a_unit_nothing_is_known_of_is_written_whole_in_two_messages() -> None:
    display = MackieDisplay(0x15, Look())
    first, second = display.changes()
    assert first == bytes.fromhex("f00000661512 00") + b" " * 56 + b"\xf7"
    assert second == bytes.fromhex("f00000661512 38") + b" " * 56 + b"\xf7"


def test_only_the_cells_that_changed_are_written() -> None:
    display = painted()
    display.write_cell(0, 1, "Kick", 7)
    assert display.changes() == [lcd(7, "Kick")]
    display.write_cell(0, 1, "Kirk", 7)
    assert display.changes() == [lcd(9, "r")]
    assert not display.pending
    display.write_cell(0, 1, "Kirk", 7)
    assert display.changes() == []


def test_neighbouring_cells_share_a_message_and_distant_ones_do_not() -> None:
    display = painted()
    display.write_cell(1, 0, "abc", 7)
    display.write_cell(1, 1, "def", 7)
    display.write_cell(1, 7, "xyz", 7)
    assert display.changes() == [lcd(0x38, "abc    def"), lcd(0x38 + 49, "xyz")]


def test_a_shorter_text_blanks_the_rest_of_its_cells_but_not_the_neighbour() -> None:
    display = painted()
    display.write_cell(0, 0, "Guitars", 7)
    display.write_cell(0, 1, "B", 7)
    display.changes()
    display.write_cell(0, 0, "Gu", 7)
    assert display.changes() == [lcd(2, "     ")]


def test_a_narrow_cell_leaves_the_seventh_place_alone() -> None:
    display = painted()
    display.write_cell(0, 0, "Guitars", 6)
    assert display.changes() == [lcd(0, "Guitar")]


def test_text_the_display_cannot_show_is_spelled_in_ascii() -> None:
    display = painted()
    display.write_cell(0, 0, "Bøße", 7)
    assert display.changes() == [lcd(0, "Bosse")]


def test_after_forgetting_everything_wanted_is_written_again() -> None:
    display = painted(coloured=True, digits=True)
    display.write_cell(0, 0, "Vox", 7)
    display.changes()
    display.forget()
    changes = display.changes()
    assert changes[0] == lcd(0, "Vox" + " " * 53)
    # Two rows, ten time digits, two assignment digits, one message of colours.
    assert len(changes) == 2 + 10 + 2 + 1


def test_only_changed_time_digits_are_sent() -> None:
    display = painted(digits=True)
    display.write_time("109.02.01.126")
    assert time_digits(display.changes()) == {
        9: 0x31, 8: 0x30, 7: 0x79, 6: 0x30, 5: 0x72, 4: 0x30, 3: 0x71, 2: 0x31, 1: 0x32, 0: 0x36,
    }  # fmt: skip
    display.write_time("109.02.01.127")
    assert time_digits(display.changes()) == {0: 0x37}


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        # Hours stand under "hours", with the places of the frames left blank.
        ("12.34.56", {8: 0x31, 7: 0x72, 6: 0x33, 5: 0x74, 4: 0x35, 3: 0x36}),
        ("01:02:03:04", {8: 0x30, 7: 0x71, 6: 0x30, 5: 0x72, 4: 0x30, 3: 0x73, 1: 0x30, 0: 0x34}),
        # What has no such groups stands at the right.
        ("42", {1: 0x34, 0: 0x32}),
        ("1.5", {1: 0x71, 0: 0x35}),
        ("1.2.345678", {7: 0x71, 6: 0x72, 5: 0x33, 4: 0x34, 3: 0x35, 2: 0x36, 1: 0x37, 0: 0x38}),
        # Bars under "bars", beats under "beats"; Ardour's ticks need more than their own three.
        ("1|2|3456", {7: 0x71, 5: 0x72, 3: 0x33, 2: 0x34, 1: 0x35, 0: 0x36}),
    ],
)
def test_a_time_stands_where_the_unit_prints_its_units(text: str, digits: dict[int, int]) -> None:
    display = painted(digits=True)
    display.write_time(text)
    sent = time_digits(display.changes())
    assert {place: code for place, code in sent.items() if code not in (0x20, 0x60)} == digits


def test_the_assignment_display_holds_two_characters() -> None:
    display = painted(digits=True)
    display.write_assignment("Pn.")
    assert display.changes() == [bytes.fromhex("b04a4e"), bytes.fromhex("b04b10")]


def test_a_unit_without_digits_is_sent_none() -> None:
    display = painted()
    display.write_time("12.34.56")
    display.write_assignment("12")
    assert display.changes() == []


def test_one_colour_sends_all_eight() -> None:
    display = painted(coloured=True)
    display.colour(2, RED)
    assert display.changes() == [HEADER + bytes.fromhex("72 07 07 01 07 07 07 07 07 f7")]
    display.colour(2, RED)
    assert display.changes() == []


def test_a_colour_between_is_shown_as_the_nearest_of_eight() -> None:
    display = painted(coloured=True)
    display.colour(0, Colour(20, 200, 30))
    assert display.changes()[0][6] == EIGHT_COLOURS.index(GREEN)


def test_black_darkens_only_a_strip_without_text() -> None:
    display = painted(coloured=True)
    display.colour(0, Colour(0, 0, 0))
    display.colour(1, Colour(0, 0, 0))
    display.write_cell(1, 1, "-10.0", 7)
    assert display.changes()[-1][6:8] == b"\x00\x07"
    display.write_cell(1, 1, "", 7)
    assert display.changes()[-1][6:8] == b"\x00\x00"


def test_a_unit_without_colours_is_sent_none() -> None:
    display = painted()
    display.colour(0, RED)
    assert display.changes() == []


def test_a_notice_replaces_everything() -> None:
    display = painted(coloured=True, digits=True)
    display.write_cell(1, 7, "old", 7)
    display.write_time("1")
    display.colour(0, RED)
    display.changes()
    display.write_notice("stopped")
    changes = display.changes()
    assert changes[0] == lcd(0, "stopped")
    assert changes[1] == lcd(0x38 + 49, "   ")
    assert changes[2] == bytes.fromhex("b04020")
    assert changes[3][6:14] == bytes([7] * 8)


def test_a_second_display_has_its_makers_header_and_grid() -> None:
    display = MackieDisplay(0x14, Look(texts="", second="qcon"))
    display.changes()
    display.write_second(0, 0, "Kick")
    display.write_second(1, 7, "-6.0")
    display.write_second(0, None, "Master")
    assert [data.hex(" ") for data in display.changes()] == [
        "f0 00 00 67 15 13 01 4b 69 63 6b f7",
        "f0 00 00 67 15 13 31 4d 61 73 74 65 72 f7",
        "f0 00 00 67 15 13 63 2d 36 2e 30 f7",
    ]


def test_another_units_second_display_has_the_grid_of_the_first() -> None:
    display = MackieDisplay(0x14, Look(texts="", second="v1m"))
    display.changes()
    display.write_second(1, 1, "Snare")
    assert [data.hex(" ") for data in display.changes()] == [
        "f0 00 02 4e 15 13 3f 53 6e 61 72 65 f7"
    ]


def test_a_unit_without_a_second_display_is_sent_nothing_for_it() -> None:
    display = painted()
    display.write_second(0, 0, "Kick")
    assert display.changes() == []


def test_a_unit_with_every_colour_is_told_the_colour_itself() -> None:
    display = MackieDisplay(0x14, Look(colours="icon"))
    display.changes()
    display.colour(1, Colour(255, 128, 0))
    (told,) = display.changes()
    assert told[:6] == bytes.fromhex("f0 00 02 4e 16 14")
    assert told[6:12].hex(" ") == "7f 7f 7f 7f 40 00"


def test_an_asparion_is_told_whole_rows_of_twelve() -> None:
    display = MackieDisplay(0x14, Look(texts="asparion"))
    display.changes()
    display.write_cell(0, 1, "Lead Vocals", 12)
    display.write_cell(1, 7, "-6.0 dB", 12)
    first, second = display.changes()
    assert first.hex(" ") == "f0 00 00 66 14 1a 0c 01 4c 65 61 64 20 56 6f 63 61 6c 73 20 f7"
    assert second[6:8] == bytes((84, 2))
    assert len(second) == len(first)


def test_a_unit_without_names_is_sent_no_text_at_all() -> None:
    look = look_of({}, named=False, coloured=False, digits=False)
    assert MackieDisplay(0x14, look).changes() == []


@pytest.mark.parametrize("facts", [{"texts": "braille"}, {"colours": 7}, {"second": "third"}])
def test_a_sheet_that_says_what_no_unit_has_is_refused(facts: dict[str, object]) -> None:
    with pytest.raises(ProtocolMisuse, match="qcon"):
        look_of(facts, named=True, coloured=True, digits=True)
