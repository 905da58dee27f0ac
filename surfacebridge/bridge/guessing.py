"""What a MIDI box nobody has described just did: which place moved, and how to write it.

Owns: telling knobs, pairs, parameters, encoders and keys apart by what they
send.  Does not own: which of them was meant (``learning``), or bytes
(``protocols.midi``).

Rule: a guess is made only from what was heard.  An encoder that turned one way
only could be coded in two ways, so it is not guessed at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from surfacebridge.model.sheets import ControlKind
from surfacebridge.profiles.midi_speech import NUMBERED, TOPS, MidiHearing, Place
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi import messages as midi
from surfacebridge.protocols.midi.decoder import MidiDecoder
from surfacebridge.protocols.midi.relative import CODINGS, Coding, ticks

# A hand that turns an endless encoder away and back makes more than this.
_FEW: Final = 4
# Encoders count faster when turned fast, but no further than this in one message.
_FASTEST: Final = 16
# An encoder says the same again and again; a knob that stands still says nothing.
_REPEATS: Final = 1 / 4
# Low halves that came right after their high half, of all: noise apart, every one does.
_MOSTLY: Final = 0.8
# No box has more places than this that move within a few seconds.
_MOST_PLACES: Final = 1024

_LOW_HALF: Final = 32
_A_PRESS: Final = 0.5
_A_TICK: Final = 1 / 32
_SEVEN_BITS: Final = 127 << 7
_SEVEN_BIT_VALUES: Final = range(128)
_DATA_LOW: Final = 0x26
# In a name 'cc147' would not do for a pair of controllers.
_WORDS: Final = {"cc14": "pair"}
# Choosing an NRPN or RPN, and the halves of its value.
_CHOOSING: Final = frozenset((0x06, 0x26, 0x60, 0x61, 0x62, 0x63, 0x64, 0x65))


@dataclass(frozen=True, slots=True)
class Guess:
    """A control as a mapping would describe it, and how far it went.

    ``amount`` counts full travels; a press is half of one, a tick of an
    encoder a thirty-second.
    """

    name: str
    kind: ControlKind
    body: str
    amount: float


@dataclass(slots=True)
class _Trace:
    """What one place was told, as far as it takes to know what it is."""

    last: int = -1
    first: int = -1
    count: int = 0
    repeats: int = 0
    travel: int = 0
    presses: int = 0
    follows: int = 0
    coded: dict[Coding, int] = field(default_factory=lambda: dict.fromkeys(CODINGS, 0))
    values: set[int] = field(default_factory=set)

    def hear(self, value: int) -> None:
        if self.count:
            self.travel += abs(value - self.last)
            self.repeats += value == self.last
        else:
            self.first = value
        self.presses += value > 0 and self.last <= 0
        self.count += 1
        self.last = value
        # More than a coding's values show that it is none; no need to keep all 16,384.
        if value in _SEVEN_BIT_VALUES:
            self.values.add(value)
            for coding in CODINGS:
                self.coded[coding] += abs(ticks(coding, value))


class MidiGuess:
    """Everything one undescribed box said since it was made."""

    def __init__(self) -> None:
        self._decoder = MidiDecoder()
        self._hearing = MidiHearing()
        self._hearing.want("nrpn", 0)
        self._traces: dict[Place, _Trace] = {}
        self._fine: set[int] = set()
        self._chosen: set[int] = set()
        self._before: Place | None = None

    def receive(self, data: bytes) -> None:
        """Take what the box said into account; never raise."""
        for message in self._decoder.receive(data):
            if not isinstance(message, Malformed):
                self._take(message)

    def _take(self, message: midi.MidiMessage) -> None:
        for place, value in self._hearing.places(message):
            if place.kind in {"nrpn", "rpn"}:
                self._chosen.add(place.channel)
            trace = self._traces.get(place)
            if trace is None:
                if len(self._traces) >= _MOST_PLACES:
                    return
                trace = self._traces[place] = _Trace()
            trace.hear(value)
            if place.kind == "cc":
                trace.follows += self._before == _high_half(place)
                self._before = place
        if isinstance(message, midi.ControlChange) and message.controller == _DATA_LOW:
            self._fine.add(message.channel + 1)

    def guesses(self) -> Iterator[Guess]:
        """Yield each control that may have been meant; noise among them."""
        for place, trace in self._traces.items():
            if not self._is_part(place):
                guess = self._guess(place, trace)
                if guess is not None and guess.amount > 0.0:
                    yield guess

    def _is_part(self, place: Place) -> bool:
        """Return whether what stands here is part of something that stands elsewhere."""
        match place:
            case Place("cc", channel, number) if number in _CHOOSING and channel in self._chosen:
                return True
            case Place("cc"):
                return self._is_pair(_high_half(place))
            case Place("pressure" | "keypressure", channel):
                # The pad that is pressed on is meant, not how hard.
                return any(one.kind == "note" and one.channel == channel for one in self._traces)
            case _:
                return False

    def _is_pair(self, high: Place) -> bool:
        low = self._traces.get(high._replace(number=high.number + _LOW_HALF))
        if high not in self._traces or low is None or high.number not in range(_LOW_HALF):
            return False
        return low.follows >= _MOSTLY * low.count

    def _guess(self, place: Place, trace: _Trace) -> Guess | None:
        match place.kind:
            case "note":
                return _described("key", place, trace.presses * _A_PRESS)
            case "pc":
                return None
            case "cc" if self._is_pair(place):
                return _described("knob", place._replace(kind="cc14"), trace.travel / TOPS["cc"])
            case "nrpn" | "rpn" if place.channel not in self._fine:
                amount = trace.travel / _SEVEN_BITS
                return _described("knob", place, amount, between=f"0..{_SEVEN_BITS}")
            case "cc":
                return _controller(place, trace)
            case kind:
                return _described("knob", place, trace.travel / TOPS[kind])


def _high_half(place: Place) -> Place:
    return place._replace(number=place.number - _LOW_HALF)


def _controller(place: Place, trace: _Trace) -> Guess:
    coding = _coding(trace)
    if coding is not None:
        amount = trace.coded[coding] * _A_TICK
        return _described("vpot", place, amount, coding=coding)
    if trace.values == {0, TOPS["cc"]}:
        return _described("key", place, trace.presses * _A_PRESS)
    return _described("knob", place, trace.travel / TOPS["cc"])


def _coding(trace: _Trace) -> Coding | None:
    """Return how the values code turns to both sides, the first to the right; ``None`` if not."""
    if trace.count < _FEW or trace.repeats < _REPEATS * trace.count or 0 in trace.values:
        return None
    for coding in CODINGS:
        turns = [ticks(coding, value) for value in trace.values]
        both = min(turns) < 0 < max(turns)
        if both and max(map(abs, turns)) <= _FASTEST and ticks(coding, trace.first) > 0:
            return coding
    return None


def _described(
    kind: ControlKind,
    place: Place,
    amount: float,
    *,
    between: str = "",
    coding: Coding | None = None,
) -> Guess:
    number = place.number if place.kind in NUMBERED else place.channel
    many = place.kind in NUMBERED and place.channel > 1
    what = f"{_WORDS.get(place.kind, place.kind)}{number}"
    name = f"{kind}.ch{place.channel}.{what}" if many else f"{kind}.{what}"
    words = [place.kind, str(place.channel)]
    if place.kind in NUMBERED:
        words.append(str(place.number))
    pattern = " ".join(words)
    if between:
        pattern = f'"{pattern} {{v:{between}}}"'
    relative = f", relative: {coding}" if coding else ""
    return Guess(name, kind, f"{{in: {pattern}{relative}}}", amount)
