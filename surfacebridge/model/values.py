"""Values as the desk knows them.

A level is decibels (``-inf`` is off), a switch is a bool, a pan is -1…1, a
number is in its own unit, a text is text, a colour is RGB.  Only a position on
a physical control is 0…1.
"""

from dataclasses import dataclass
from math import inf

OFF = -inf
"""The level of a fader that is all the way down."""


@dataclass(frozen=True, slots=True)
class Colour:
    """A scribble-strip colour, 0…255 each; ``inverted`` swaps text and ground."""

    red: int
    green: int
    blue: int
    inverted: bool = False


Value = float | bool | str | Colour


def nearest_colour(colour: Colour, palette: tuple[Colour, ...]) -> int:
    """Return the index of the palette entry that looks most like ``colour``.

    Distances are taken in a weighted RGB space (green weighs most), which is
    enough to tell the eight colours that surfaces offer apart.
    """

    def distance(index: int) -> float:
        other = palette[index]
        mean = (colour.red + other.red) / 2
        red, green, blue = (
            colour.red - other.red,
            colour.green - other.green,
            colour.blue - other.blue,
        )
        return (2 + mean / 256) * red * red + 4 * green * green + (3 - mean / 256) * blue * blue

    return min(range(len(palette)), key=distance)


EIGHT_COLOURS = (
    Colour(0, 0, 0),
    Colour(255, 0, 0),
    Colour(0, 255, 0),
    Colour(255, 255, 0),
    Colour(0, 0, 255),
    Colour(255, 0, 255),
    Colour(0, 255, 255),
    Colour(255, 255, 255),
)
"""Off, red, green, yellow, blue, magenta, cyan, white: bit 0 red, 1 green, 2 blue.

The order is that of the X32 and of the X-Touch's command 72 alike.
"""


def format_db(level: float) -> str:
    """Return a level as people read it: ``-10.0``, ``+3.5``, ``-oo``."""
    if level == OFF:
        return "-oo"
    rounded = round(level, 1)
    return f"{rounded:+.1f}" if rounded > 0 else f"{abs(rounded) if rounded == 0 else rounded:.1f}"


def format_pan(pan: float) -> str:
    """Return a pan as people read it: ``L100``, ``C``, ``R25`` (per cent of the way)."""
    per_cent = round(abs(pan) * 100)
    if per_cent == 0:
        return "C"
    return f"{'L' if pan < 0 else 'R'}{per_cent}"
