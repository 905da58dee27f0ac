"""The kinds of parameter an X32 has: what they take, what they round it to, how they are written.

Owns: grids, clamping, and the desk's text forms (dB, ``1k39``, ``ON``), each from section 1 of
the dialects sheet or from scene files saved by real desks.
Does not own: which address has which kind; ``x32_tree`` does.

Rule: a value of the wrong type is refused (None), never converted. The sheet says that a real
desk takes ``,i 1`` on a fader for some other value; refusing it is the assumed, louder answer.
"""

import math
from dataclasses import dataclass
from typing import Protocol

from firmware_sim.wire import OscArgument

Value = int | float | str


class Leaf(Protocol):
    """One kind of parameter."""

    @property
    def default(self) -> Value:
        """Return what a desk starts with."""

    def take(self, argument: OscArgument) -> Value | None:
        """Return the value a client's argument sets, or None where the desk takes none."""

    def read(self, word: str) -> Value | None:
        """Return the value a word of a text command sets, or None."""

    def show(self, value: Value) -> str:
        """Return the word a node reply shows."""


def to_decibels(position: float) -> float:
    """Return the level of a fader position 0…1; minus infinity at 0."""
    if position >= 0.5:
        return 40 * position - 30
    if position >= 0.25:
        return 80 * position - 50
    if position >= 0.0625:
        return 160 * position - 70
    return 480 * position - 90 if position > 0 else -math.inf


def to_position(decibels: float) -> float:
    """Return the fader position 0…1 of a level, clamped to the track."""
    if decibels < -60:
        position = (decibels + 90) / 480
    elif decibels < -30:
        position = (decibels + 70) / 160
    elif decibels < -10:
        position = (decibels + 50) / 80
    else:
        position = (decibels + 30) / 40
    return min(1.0, max(0.0, position))


def _step_below(value: float, steps: int) -> float | None:
    # The level anchors of the dialects sheet (-30 dB is 0.2493) come out when f * 1023.5 is cut
    # off; rounding to the nearest step would give 0.2502.
    if math.isnan(value):
        return None
    return math.floor(min(1.0, max(0.0, value)) * (steps - 0.5)) / (steps - 1)


def _snap(value: float, steps: int) -> float:
    return math.floor(min(1.0, max(0.0, value)) * (steps - 1) + 0.5) / (steps - 1)


def _number(word: str) -> float | None:
    """Return a number as a desk writes them: ``-oo``, ``+2.1``, ``1k39``."""
    if word == "-oo":
        return -math.inf
    try:
        number = float(word.replace("k", ".", 1)) * (1000 if "k" in word else 1)
    except ValueError:
        return None
    return None if math.isnan(number) else number


def _written(number: float, form: str) -> str:
    """Return a number in a format, in hertz (``990.9``, ``1k39``) or in three digits."""
    match form:
        case "Hz" if number >= 1000:
            return f"{number / 1000:.2f}".replace(".", "k")
        case "Hz":
            return f"{number:.1f}"
        case "3":
            return f"{number:.{2 if number < 10 else 1 if number < 100 else 0}f}"
        case _:
            return format(number, form)


@dataclass(frozen=True, slots=True)
class Level:
    """A fader or send: 0…1 on a grid, written in dB."""

    steps: int = 1024
    default: float = 0.0

    def take(self, argument: OscArgument) -> Value | None:
        """Return the step at or below a position."""
        return _step_below(argument, self.steps) if isinstance(argument, float) else None

    def read(self, word: str) -> Value | None:
        """Return the step nearest to a level in dB."""
        decibels = _number(word)
        return None if decibels is None else _snap(to_position(decibels), self.steps)

    def show(self, value: Value) -> str:
        """Return the level in dB, padded to five characters."""
        decibels = to_decibels(float(value))
        if math.isinf(decibels):
            return f"{'-oo':>5}"
        return f"{0:5.1f}" if abs(decibels) < 0.05 else f"{decibels:+5.1f}"


@dataclass(frozen=True, slots=True)
class Linear:
    """A number in equal steps from ``low`` to ``high``, carried as 0…1."""

    low: float
    high: float
    step: float
    form: str = "+.1f"
    start: float = 0.0

    @property
    def steps(self) -> int:
        """Return how many values there are."""
        return round((self.high - self.low) / self.step) + 1

    @property
    def default(self) -> float:
        """Return the place of the starting value."""
        return _snap((self.start - self.low) / (self.high - self.low), self.steps)

    def take(self, argument: OscArgument) -> Value | None:
        """Return the step at or below a position."""
        return _step_below(argument, self.steps) if isinstance(argument, float) else None

    def read(self, word: str) -> Value | None:
        """Return the step nearest to a number in its own unit."""
        number = _number(word)
        if number is None:
            return None
        return _snap((number - self.low) / (self.high - self.low), self.steps)

    def show(self, value: Value) -> str:
        """Return the number in its own unit."""
        return _written(self.low + float(value) * (self.high - self.low), self.form)


@dataclass(frozen=True, slots=True)
class Log:
    """A number in equal ratios from ``low`` to ``high``, carried as 0…1."""

    low: float
    high: float
    steps: int
    start: float
    form: str = ".1f"

    @property
    def default(self) -> float:
        """Return the place of the starting value."""
        return _snap(self._place(self.start), self.steps)

    def take(self, argument: OscArgument) -> Value | None:
        """Return the step at or below a position."""
        return _step_below(argument, self.steps) if isinstance(argument, float) else None

    def read(self, word: str) -> Value | None:
        """Return the step nearest to a number in its own unit."""
        number = _number(word)
        if number is None or number <= 0:
            return None
        return _snap(self._place(number), self.steps)

    def show(self, value: Value) -> str:
        """Return the number in its own unit, thousands as ``1k39``."""
        number = self.low * (self.high / self.low) ** float(value)
        return _written(number, self.form)

    def _place(self, number: float) -> float:
        return math.log(number / self.low) / math.log(self.high / self.low)


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of a list, carried as its place in it; both may be sent."""

    words: tuple[str, ...] = ("OFF", "ON")
    default: int = 0

    def take(self, argument: OscArgument) -> Value | None:
        """Return the place of a word, or the nearest place there is."""
        if isinstance(argument, str):
            return self.read(argument)
        if isinstance(argument, int):
            return min(len(self.words) - 1, max(0, argument))
        return None

    def read(self, word: str) -> Value | None:
        """Return the place of a word."""
        return self.words.index(word) if word in self.words else None

    def show(self, value: Value) -> str:
        """Return the word."""
        return self.words[int(value)]


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number, clamped."""

    low: int
    high: int
    default: int = 0

    def take(self, argument: OscArgument) -> Value | None:
        """Return the nearest number there is."""
        return min(self.high, max(self.low, argument)) if isinstance(argument, int) else None

    def read(self, word: str) -> Value | None:
        """Return the nearest number there is."""
        number = _number(word)
        if number is None or math.isinf(number):
            return None
        return self.take(int(number))

    def show(self, value: Value) -> str:
        """Return the digits."""
        return str(value)


@dataclass(frozen=True, slots=True)
class Bits:
    """A set of groups, carried as a number, written ``%00000001``."""

    width: int
    default: int = 0

    def take(self, argument: OscArgument) -> Value | None:
        """Return the groups there are."""
        return argument & ((1 << self.width) - 1) if isinstance(argument, int) else None

    def read(self, word: str) -> Value | None:
        """Return the number of a bit pattern."""
        digits = word.removeprefix("%")
        if not digits or len(digits) > self.width or set(digits) - {"0", "1"}:
            return None
        return int(digits, 2)

    def show(self, value: Value) -> str:
        """Return the bit pattern."""
        return f"%{int(value):0{self.width}b}"


@dataclass(frozen=True, slots=True)
class Text:
    """A name, cut to the length the desk keeps."""

    length: int = 12
    default: str = ""

    def take(self, argument: OscArgument) -> Value | None:
        """Return the first characters."""
        return argument[: self.length] if isinstance(argument, str) else None

    def read(self, word: str) -> Value | None:
        """Return the text between quotes."""
        return self.take(word.strip('"'))

    def show(self, value: Value) -> str:
        """Return the text in quotes."""
        return f'"{value}"'
