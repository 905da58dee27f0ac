import pytest

from surfacebridge.model.values import (
    EIGHT_COLOURS,
    OFF,
    Colour,
    counted,
    format_db,
    format_pan,
    nearest_colour,
)


@pytest.mark.parametrize(
    ("level", "text"),
    [
        (0.0, "0.0"),
        (-0.04, "0.0"),
        (0.04, "0.0"),
        (3.46, "+3.5"),
        (10.0, "+10.0"),
        (-10.0, "-10.0"),
        (-0.06, "-0.1"),
        (OFF, "-oo"),
    ],
)
def test_levels_read_as_people_write_them(level: float, text: str) -> None:
    assert format_db(level) == text


@pytest.mark.parametrize(
    ("pan", "text"),
    [(0.0, "C"), (-1.0, "L100"), (1.0, "R100"), (0.25, "R25"), (-0.004, "C"), (-0.5, "L50")],
)
def test_pans_read_as_people_write_them(pan: float, text: str) -> None:
    assert format_pan(pan) == text


@pytest.mark.parametrize("index", range(8))
def test_every_palette_colour_is_nearest_to_itself(index: int) -> None:
    assert nearest_colour(EIGHT_COLOURS[index], EIGHT_COLOURS) == index


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        (Colour(230, 30, 20), 1),
        (Colour(20, 200, 40), 2),
        (Colour(250, 220, 10), 3),
        (Colour(10, 20, 180), 4),
        (Colour(200, 40, 210), 5),
        (Colour(250, 250, 240), 7),
        (Colour(10, 10, 10), 0),
        # As DAWs colour their tracks: dull, dark or pale.
        (Colour(60, 120, 120), 6),
        (Colour(0, 0, 128), 4),
        (Colour(120, 60, 60), 1),
        (Colour(255, 128, 0), 1),
        (Colour(64, 128, 64), 2),
        (Colour(128, 128, 128), 7),
        (Colour(255, 192, 203), 7),
        (Colour(40, 40, 40), 0),
    ],
)
def test_a_colour_becomes_the_one_it_looks_like(colour: Colour, name: int) -> None:
    assert nearest_colour(colour, EIGHT_COLOURS) == name


@pytest.mark.parametrize(("number", "said"), [(0, "0 lines"), (1, "1 line"), (1200, "1,200 lines")])
def test_one_is_counted_in_the_singular(number: int, said: str) -> None:
    assert counted(number, "line") == said
