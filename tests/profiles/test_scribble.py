"""A scribble strip whose rows and colour share a message."""

from surfacebridge.model.controls import ControlId
from surfacebridge.model.feedback import ShowColour, ShowText
from surfacebridge.model.values import EIGHT_COLOURS, Colour
from surfacebridge.profiles.scribble import ScribbleStrip

TOP, COLOUR = ControlId("x.lcd.1.top"), ControlId("x.lcd.1.color")


def test_rows_are_cut_and_padded_to_what_fits() -> None:
    strip = ScribbleStrip()
    strip.take(ShowText("x", TOP, "Overheads"), "lcd.top")
    strip.take(ShowText("x", TOP, "Größe"), "lcd.bottom")
    assert (strip.upper, strip.lower) == ("Overhea", "Grosse ")


def test_black_is_white_as_long_as_there_is_a_name() -> None:
    strip = ScribbleStrip()
    strip.take(ShowColour("x", COLOUR, EIGHT_COLOURS[0]), "lcd.color")
    assert strip.colour == 0
    strip.take(ShowText("x", TOP, "Kick"), "lcd.top")
    assert strip.colour == 7


def test_a_colour_is_the_nearest_of_eight() -> None:
    strip = ScribbleStrip()
    strip.take(ShowColour("x", COLOUR, Colour(60, 120, 120, inverted=True)), "lcd.color")
    assert strip.colour == 6
    assert strip.inverted
