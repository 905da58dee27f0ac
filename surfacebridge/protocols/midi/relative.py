"""How endless encoders tell a turn in one controller value.

Owns: the four codings in use.
Does not own: which device uses which; a single value cannot tell (41 alone is
+1, -1 or -63), so a sheet has to.
"""

from typing import Final, Literal, TypeAlias, get_args

from surfacebridge.errors import ProtocolMisuse

Coding: TypeAlias = Literal["twos_complement", "binary_offset", "bit6_up", "bit6_down"]
"""``bit6_down`` is Mackie Control's, ``bit6_up`` a HUI's and an X-Touch's in MIDI mode.

REAPER calls them relative 1, relative 2, (none) and relative 3, in this order.
"""

CODINGS: Final[tuple[Coding, ...]] = get_args(Coding)

_BIT6: Final = 0x40
_LOW_BITS: Final = 0x3F


def ticks(coding: Coding, value: int) -> int:
    """Return the signed turn a controller ``value`` means, clockwise positive."""
    match coding:
        case "twos_complement":
            return value - 2 * (value & _BIT6)
        case "binary_offset":
            return value - _BIT6
        case "bit6_up":
            return value & _LOW_BITS if value & _BIT6 else -value
        case "bit6_down":
            return -(value & _LOW_BITS) if value & _BIT6 else value


def value_of(coding: Coding, turn: int) -> int:
    """Return the controller value that means ``turn``; raise ProtocolMisuse past its range."""
    lowest = -_BIT6 if coding in {"twos_complement", "binary_offset"} else -_LOW_BITS
    if not lowest <= turn <= _LOW_BITS:
        raise ProtocolMisuse(f"{coding} cannot say {turn} in one message")
    match coding:
        case "twos_complement":
            return turn & 0x7F
        case "binary_offset":
            return turn + _BIT6
        case "bit6_up":
            return _BIT6 | turn if turn >= 0 else -turn
        case "bit6_down":
            return turn if turn >= 0 else _BIT6 | -turn
