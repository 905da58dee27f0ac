"""What every surface we pretend to be has in common.

Owns: the names its controls have as parameters, and what written values mean
to a control.  Does not own: bytes, or any one product (``daws``).
"""

from collections.abc import Sequence
from math import isnan
from typing import Final

from surfacebridge.model.values import Colour, Value

# More is no turn of a hand but somebody's mistake, and would flood the port.
MOST_AT_ONCE: Final = 1024


def split_key(key: str) -> tuple[str, int | None]:
    """Return a control's name and strip (from 0): ``vpot.3.push`` is ("vpot.push", 2)."""
    first, dot, rest = key.partition(".")
    number, second, tail = rest.partition(".")
    if dot and number.isdigit():
        return first + second + tail, int(number) - 1
    return key, None


def joined_key(name: str, strip: int | None) -> str:
    """Return the parameter's name of a control: the way back of ``split_key``."""
    if strip is None:
        return name
    first, dot, rest = name.partition(".")
    return f"{first}.{strip + 1}{dot}{rest}"


def fraction(value: Value) -> float | None:
    """Return a written position, 0…1; ``None`` for what is no number."""
    if isinstance(value, bool | str | Colour) or isnan(value):
        return None
    return min(max(value, 0.0), 1.0)


def turns(value: Value, most: int) -> list[int]:
    """Return ``value`` ticks, clockwise positive, in turns of at most ``most`` each.

    What is no number, and more than ``MOST_AT_ONCE`` ticks, is no turn at all.
    """
    if isinstance(value, bool | str | Colour) or not abs(value) <= MOST_AT_ONCE:
        return []
    left, made = round(value), []
    while left:
        ticks = max(-most, min(most, left))
        made.append(ticks)
        left -= ticks
    return made


def shown_digits(digits: Sequence[tuple[str, bool]]) -> str:
    """Return the text of a numeric display, given from the right: character, and its dot.

    Blank digits stay, so that every digit keeps its place on another display.
    """
    return "".join(char + "." * dot for char, dot in reversed(digits))
