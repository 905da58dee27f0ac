"""Which of a V-Pot ring's eleven lamps a message lights.

Source: Logic Control MIDI Implementation, appendix B; tests use its tables.
"""

from typing import Final

from surfacebridge.protocols.mcu.messages import RingSet

_CENTRE: Final = 6
_LAST: Final = 11


def lit_lamps(ring: RingSet) -> range:
    """Return the numbers of the lit lamps, 1 left to 11 right."""
    position = ring.position
    if position == 0:
        return range(0)
    match ring.mode:
        case "dot":
            return range(position, position + 1)
        case "boost_cut":
            return range(min(position, _CENTRE), max(position, _CENTRE) + 1)
        case "wrap":
            return range(1, position + 1)
        case "spread":
            reach = min(position, _CENTRE) - 1
            return range(_CENTRE - reach, min(_CENTRE + reach, _LAST) + 1)
