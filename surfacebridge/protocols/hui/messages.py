"""What a HUI says, in its own words.

Owns: one frozen class for each message, in either direction.
Does not own: bytes (``from_surface``, ``to_surface``).

Rules: strips are 0-based, 0..7; some clones have a master fader, 8.  A strip's
own switches carry the strip, the others None; names are in ``layout``.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

RingMode: TypeAlias = Literal["dot", "boost_cut", "wrap", "spread"]
Digit: TypeAlias = tuple[str, bool]
"""A character of the time display, 0-9, A-F or a space, and whether its dot is lit."""


@dataclass(frozen=True, slots=True)
class FaderMoved:
    """A fader's place, 0..16383: from a surface where it is, to a surface where to go."""

    strip: int
    value: int


@dataclass(frozen=True, slots=True)
class FaderTouched:
    """A finger is on the fader."""

    strip: int


@dataclass(frozen=True, slots=True)
class FaderReleased:
    """The finger has left the fader."""

    strip: int


@dataclass(frozen=True, slots=True)
class SwitchPressed:
    """A switch went down."""

    name: str
    strip: int | None = None


@dataclass(frozen=True, slots=True)
class SwitchReleased:
    """A switch came up."""

    name: str
    strip: int | None = None


@dataclass(frozen=True, slots=True)
class VPotTurned:
    """A knob turned by ``ticks``, clockwise positive, -63..63 and never 0.

    ``knob`` is 0..7 for the strips, 8..11 for the parameter knobs, 12 for the
    page knob.
    """

    knob: int
    ticks: int


@dataclass(frozen=True, slots=True)
class JogTurned:
    """The jog wheel turned by ``ticks``, clockwise positive, -63..63 and never 0."""

    ticks: int


@dataclass(frozen=True, slots=True)
class PingAnswered:
    """The surface is there."""


@dataclass(frozen=True, slots=True)
class SurfaceReset:
    """The surface was switched on or off."""


@dataclass(frozen=True, slots=True)
class Ping:
    """The host is there; due every second."""


@dataclass(frozen=True, slots=True)
class LampSet:
    """A lamp, a relay or a sound is on or off; a HUI cannot blink."""

    name: str
    strip: int | None
    lit: bool


@dataclass(frozen=True, slots=True)
class RingSet:
    """A knob's ring (0..11): ``position`` 1..11, 0 for dark; and the lamp below its middle."""

    knob: int
    mode: RingMode
    position: int
    centre_lit: bool = False


@dataclass(frozen=True, slots=True)
class MeterLevel:
    """One side of a strip's meter: ``side`` 0 left, 1 right; 0..12, where 12 is clip."""

    strip: int
    side: int
    level: int


@dataclass(frozen=True, slots=True)
class SmallText:
    """Four characters on each of some displays: 0..7 the strips, 8 select-assign."""

    cells: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class LargeText:
    """Ten characters in each of some zones of the 2 x 40 display: 0..3 above, 4..7 below."""

    slices: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class TimeDigits:
    """The time display from the right, one to eight digits; the others stay."""

    digits: tuple[Digit, ...]


FromSurface: TypeAlias = (
    FaderMoved
    | FaderTouched
    | FaderReleased
    | SwitchPressed
    | SwitchReleased
    | VPotTurned
    | JogTurned
    | PingAnswered
    | SurfaceReset
)
ToSurface: TypeAlias = (
    FaderMoved | LampSet | RingSet | MeterLevel | SmallText | LargeText | TimeDigits | Ping
)
