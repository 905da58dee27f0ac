"""What lights up on a surface: button lamps, V-Pot rings and level meters.

Owns: turning the numbers a host sends into what a person would see.
Does not own: which message carries which number; ``mcu`` does.
"""

from dataclasses import dataclass, field
from typing import Final, Literal

LampState = Literal["dark", "lit", "blink"]
RingMode = Literal["dot", "boost", "wrap", "spread"]

RING_LEDS: Final = 11
_RING_CENTRE: Final = 6
_RING_MODES: Final[tuple[RingMode, ...]] = ("dot", "boost", "wrap", "spread")

# Logic Control MIDI implementation, meters: one step each 300 ms or so.
METER_FALL: Final = 0.3
METER_TOP: Final = 12
_SET_OVERLOAD: Final = 0xE
_CLEAR_OVERLOAD: Final = 0xF


def lamp_state(velocity: int) -> LampState:
    """Return what a lamp does for a note velocity.

    0, 1 and 127 are documented by Mackie. The rest is not; an X-Touch was seen to light for all
    of it.
    """
    match velocity:
        case 0:
            return "dark"
        case 1:
            return "blink"
        case _:
            return "lit"


@dataclass(frozen=True, slots=True)
class Ring:
    """The light ring of a V-Pot: a mode, a value 0…11 and the lamp below."""

    mode: RingMode = "dot"
    value: int = 0
    lower: bool = False

    @classmethod
    def from_byte(cls, byte: int) -> "Ring":
        """Return the ring a host asks for with ``0pxxvvvv``; values past 11 count as 11."""
        return cls(_RING_MODES[byte >> 4 & 3], min(byte & 0xF, RING_LEDS), bool(byte & 0x40))

    @property
    def leds(self) -> tuple[int, ...]:
        """Return the lit lamps, 1…11 from the left."""
        if not self.value:
            return ()
        match self.mode:
            case "dot":
                return (self.value,)
            case "boost":
                low, high = sorted((self.value, _RING_CENTRE))
            case "wrap":
                low, high = 1, self.value
            case "spread":
                reach = min(self.value, _RING_CENTRE) - 1
                low, high = _RING_CENTRE - reach, _RING_CENTRE + reach
        return tuple(range(low, high + 1))


@dataclass(slots=True)
class Meter:
    """A level meter that falls by itself, and its overload lamp that does not."""

    level: int = 0
    overload: bool = False
    _falling: float = field(default=0.0, repr=False)

    def show(self, value: int) -> None:
        """Take the low nibble of a meter message."""
        if value == _SET_OVERLOAD:
            self.overload = True
        elif value == _CLEAR_OVERLOAD:
            self.overload = False
        else:
            self.level = min(value, METER_TOP)
            self._falling = 0.0

    def advance(self, seconds: float) -> None:
        """Fall one step for each 300 ms without a message."""
        self._falling += seconds
        while self._falling >= METER_FALL - 1e-9:
            self._falling -= METER_FALL
            self.level = max(0, self.level - 1)
