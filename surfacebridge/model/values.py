"""Values as the desk knows them.

A level is decibels (``-inf`` is off), a switch is a bool, a pan is -1…1, a
number is in its own unit, a text is text, a colour is RGB.  Only a position on
a physical control is 0…1.
"""

from functools import lru_cache
from math import hypot, inf, sqrt

from surfacebridge.value import as_value

OFF = -inf
"""The level of a fader that is all the way down."""


@as_value
class Colour:
    """A scribble-strip colour, 0…255 each; ``inverted`` swaps text and ground."""

    red: int
    green: int
    blue: int
    inverted: bool = False


Value = float | bool | str | Colour


def nearest_colour(colour: Colour, palette: tuple[Colour, ...]) -> int:
    """Return the index of the palette entry that looks most like ``colour``.

    Distances are taken in Oklab, where equal steps look equally far apart, with
    lightness counted half and chroma by its root: a dull green is meant to be
    green, not grey or cyan.
    """
    for index, one in enumerate(palette):
        if one is colour:
            return index
    lightness, a, b = _look(colour)

    def distance(index: int) -> float:
        other_lightness, other_a, other_b = _look(palette[index])
        return ((lightness - other_lightness) / 2) ** 2 + (a - other_a) ** 2 + (b - other_b) ** 2

    return min(range(len(palette)), key=distance)


# A rig shows some dozens of colours; a host may send any.
@lru_cache(maxsize=256)
def _look(colour: Colour) -> tuple[float, float, float]:
    """Return lightness 0…1 and two colour axes; Ottosson, "A perceptual color space"."""
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (colour.red / 255, colour.green / 255, colour.blue / 255)
    )
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    root = sqrt(hypot(a, b)) or 1.0
    return 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short, a / root, b / root


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


COLOUR_NAMES = ("off", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
"""What people call the eight, in their order."""


def counted(number: int, word: str) -> str:
    """Return ``1 line`` or ``1,200 lines``: ``number`` and ``word``, which takes an s."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


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
