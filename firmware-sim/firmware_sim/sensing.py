"""What a fader's electronics make of the world: the converter under the cap, the sense of touch.

Owns: turning a place into a reading of ten bits, with the flicker, dust and offsets of a real
potentiometer; turning a finger into touch, late, twice, for ever or not at all.
Does not own: where the cap is (``motor``), the bytes that carry either (``mcu``, ``hui``,
``serial_box``).

Time is a whole number of microseconds here, so that it adds up alike however it is handed out.
"""

from dataclasses import dataclass
from random import Random
from typing import Final

READINGS: Final = 1024
TOP: Final = READINGS - 1

# How long a flicker or a spike lasts: one round of a converter that looks a hundred times a
# second (assumed).
_SAMPLE: Final = 10_000
_SECOND: Final = 1_000_000

NEVER: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class Converter:
    """What is wrong with the readings of a fader; as it stands, nothing.

    ``low`` and ``high`` are the readings at the end stops. Each fader is off by its own amount,
    at most ``offset`` readings either way. ``jitter`` is how often a second the reading flickers
    by one, ``spikes`` how often dust throws it off by up to ``spike``.
    """

    low: int = 0
    high: int = TOP
    offset: float = 0.0
    jitter: float = 0.0
    spikes: float = 0.0
    spike: int = 60


class Readout:
    """The converter of one fader, with its own offset and its own noise."""

    def __init__(self, converter: Converter, chance: Random) -> None:
        self._converter = converter
        self._chance = chance
        self._offset = chance.uniform(-1, 1) * converter.offset
        self._now = 0
        self._noise = 0
        self._next = NEVER
        self._schedule()

    @property
    def quiet(self) -> int:
        """Return for how many microseconds the noise stays as it is."""
        return self._next - self._now

    @property
    def thrown(self) -> bool:
        """Return whether dust throws the reading off now; a flicker of one does not."""
        return abs(self._noise) > 1

    def advance(self, microseconds: int) -> None:
        """Let time pass."""
        self._now += microseconds
        while self._next <= self._now:
            self._now, now = self._next, self._now
            if self._noise:
                self._noise = 0
                self._schedule()
            else:
                self._noise = self._disturbance()
                self._next = self._now + _SAMPLE
            self._now = now

    def reading(self, position: float) -> int:
        """Return what is read of a cap at 0…1 of the track: 0…1023."""
        converter = self._converter
        clean = converter.low + position * (converter.high - converter.low) + self._offset
        return min(TOP, max(0, int(clean + 0.5) + self._noise))

    def place(self, wanted: float) -> float:
        """Return where the cap has to be to read ``wanted`` (0…1 of all readings): 0…1."""
        converter = self._converter
        span = converter.high - converter.low
        return min(1.0, max(0.0, (wanted * TOP - converter.low - self._offset) / span))

    def _disturbance(self) -> int:
        converter = self._converter
        total = converter.jitter + converter.spikes
        direction = 1 if self._chance.random() < 0.5 else -1
        if self._chance.random() * total < converter.spikes:
            return direction * self._chance.randint(2, max(2, converter.spike))
        return direction

    def _schedule(self) -> None:
        rate = self._converter.jitter + self._converter.spikes
        if rate > 0:
            self._next = self._now + _SAMPLE + int(self._chance.expovariate(rate) * _SECOND)


@dataclass(frozen=True, slots=True)
class Touch:
    """What is wrong with the sense of touch; as it stands, nothing.

    ``sticky`` is for how many seconds a finger is felt after it is gone. Each contact ``bounces``
    that many times, for ``bounce`` seconds each. ``missed`` is the chance that a finger is not
    felt: a nail, dry skin, a glove. Once felt, a ``stuck`` sensor never lets go.
    """

    sticky: float = 0.0
    bounces: int = 0
    bounce: float = 0.008
    missed: float = 0.0
    stuck: bool = False


class TouchSensor:
    """The touch sense of one fader: ``felt`` is what the electronics believe."""

    def __init__(self, touch: Touch, chance: Random) -> None:
        self._touch = touch
        self._chance = chance
        self._now = 0
        self._missing = False
        self._coming: list[tuple[int, bool]] = []
        self.felt = False

    @property
    def quiet(self) -> int:
        """Return for how many microseconds nothing will change by itself."""
        return self._coming[0][0] - self._now if self._coming else NEVER

    def finger(self, on: bool) -> list[bool]:
        """Put a finger on the cap or take it off; return what is felt at once, in order."""
        touch = self._touch
        if on:
            self._missing = self._chance.random() < touch.missed if touch.missed else False
        if self._missing or (touch.stuck and not on):
            return []
        first = self._now + (0 if on else int(touch.sticky * _SECOND))
        length = int(touch.bounce * _SECOND)
        # A later contact overrides what an earlier one still had coming.
        self._coming = [
            (first + turn * length, on == (turn % 2 == 0)) for turn in range(2 * touch.bounces + 1)
        ]
        return self._due()

    def advance(self, microseconds: int) -> list[bool]:
        """Let time pass; return what was felt meanwhile, in order."""
        self._now += microseconds
        return self._due() if self._coming else []

    def reset(self) -> None:
        """Lose power."""
        self.felt = False
        self._coming = []

    def _due(self) -> list[bool]:
        felt: list[bool] = []
        while self._coming and self._coming[0][0] <= self._now:
            self.felt = self._coming.pop(0)[1]
            felt.append(self.felt)
        return felt
