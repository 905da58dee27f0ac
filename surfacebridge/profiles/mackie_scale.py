"""The scales that Mackie Control and HUI share: meter bars and rings.

Owns: levels to segments and positions to ring lamps, both ways.  Does not own: bytes.

Source: TouchMCU, "Meters"; Logic Control MIDI Implementation, V-Pot rings.
"""

from bisect import bisect_right
from typing import Final, Literal

from surfacebridge.model.feedback import RingMode
from surfacebridge.model.values import OFF

WireRing = Literal["dot", "boost_cut", "wrap", "spread"]

RINGS: Final[dict[RingMode, WireRing]] = {
    "dot": "dot",
    "pan": "boost_cut",
    "fill": "wrap",
    "spread": "spread",
}
"""What the wire calls our ring modes."""

CENTRE: Final = 6
"""The lamp in the middle of a ring of eleven."""

# The levels from which a bar has one more segment; the last one is overload.
_SEGMENTS: Final = (-60.0, -50.0, -40.0, -30.0, -20.0, -14.0, -10.0, -8.0, -6.0, -4.0, -2.0, 0.0)

FULL: Final = len(_SEGMENTS)
"""The bar of a level at or above full scale."""


def bar_of(level: float) -> int:
    """Return how many of twelve segments a level in dB below full scale lights."""
    return bisect_right(_SEGMENTS, level)


def level_of(bar: int) -> float:
    """Return the lowest level, in dB below full scale, that lights so many segments."""
    return _SEGMENTS[min(bar, FULL) - 1] if bar > 0 else OFF


def ring_lamp(position: float | None, mode: RingMode) -> tuple[int, bool]:
    """Return the lamp (1…11, 0 for dark) of a position 0…1, and whether the centre one is lit."""
    if position is None:
        return 0, False
    reach = CENTRE - 1 if mode == "spread" else 2 * (CENTRE - 1)
    lamp = 1 + round(min(max(position, 0.0), 1.0) * reach)
    return lamp, mode == "pan" and lamp == CENTRE


def ring_value(lamp: int, mode: WireRing) -> float | str:
    """Return what a host's ring says: the position 0…1 of its lamp (1…11), or "dark" for 0."""
    if not lamp:
        return "dark"
    reach = CENTRE - 1 if mode == "spread" else 2 * (CENTRE - 1)
    return min((lamp - 1) / reach, 1.0)
