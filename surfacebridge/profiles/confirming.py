"""What a console really holds, over a network that loses, repeats and swaps.

Owns: asking what was written back, writing again what was lost, and going
through everything followed, for pushes that never came.
Does not own: the first reading (``paced_reading``), or how a question looks.

Rules: an answer to a question that is older than a write says nothing.  Of two
words on one question nobody knows which is the newer: it is asked again.  A
write counts as lost only where the console still holds what was there before
it: another client's value is never written over.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import ceil
from typing import Final, Literal

from surfacebridge.model.values import Value

# Long enough that a ride of a hundred values a second asks once, at its end.
CONFIRM_AFTER: Final = 0.15

# An answer over a local network takes milliseconds.
ANSWER_WITHIN: Final = 0.25
TRIES: Final = 4

# A few questions at a time, two hundred a second at most: one per cent of what
# an X32 answers, and a large rig is gone through in ten seconds.  Twice as many half
# as often cost a third less of the processor: each time wakes the bridge up.
SWEEP_EVERY: Final = 0.1
SWEEP_AT_ONCE: Final = 20

# Where nothing was written, changed or lost for so long, nobody mixes: all is gone
# through at a quarter of the pace, which costs a quarter of the processor.
REST_AFTER: Final = 30.0
SWEEP_AT_REST: Final = 0.4

# A push that took longer than this is taken for a new one; a bad network's own is
# a few tens of milliseconds late.
_LATEST: Final = 0.1

# A ride crosses a fader's 1,024 places at most.
_MOST_SENT: Final = 1024

Verdict = Literal["news", "old", "lost"]


@dataclass(slots=True)
class _Written:
    """The newest write to one address, and what the console holds if that was lost."""

    place: Value
    datagram: bytes
    at: float
    due: float
    questions: int = TRIES
    repeats: int = TRIES
    before: dict[Value, float] = field(default_factory=dict)
    """What it may hold then, and since when the console said so; minus infinity: only we did."""
    contested: bool = False
    answer: tuple[Value, float] | None = None
    """What an answer has said since, and when."""

    def is_said_twice(self, place: Value, now: float) -> bool:
        """Return whether ``place``, unasked, may be an answer that the network doubled."""
        return (
            self.answer is not None and place == self.answer[0] and now - self.answer[1] <= _LATEST
        )


class Confirming:
    """Doubts about each address, and the questions that end them.

    A *place* is a value on the console's own grid: equal places are equal values.
    """

    def __init__(self) -> None:
        self._written: dict[str, _Written] = {}
        self._first_due = float("inf")
        """No write is due before this, and perhaps none is then: it may have been made anew."""
        self._asked: dict[str, float] = {}
        self._answered: dict[str, float] = {}
        """When a question brought another value: an answer, or a push that overtook it."""
        self._doubted: dict[str, None] = {}
        """What is asked before the round goes on."""
        self._holds: dict[str, Value] = {}
        self._since: dict[str, float] = {}
        """When the console first said what it holds."""
        self._round: list[str] = []
        self._next = 0
        self._sweep_at = float("inf")
        self._stirred = 0.0
        """When something was last written, changed, in doubt or lost."""
        self.missed = False
        """Whether a question went unanswered since ``missed`` was last set false."""
        self.at_once = SWEEP_AT_ONCE
        """How many are asked at a time while going through all."""

    def take(self, seconds: float, most: int = SWEEP_AT_ONCE) -> None:
        """Go through all within ``seconds``, if ``most`` questions at a time suffice for that."""
        self.at_once = min(ceil(len(self._round) * SWEEP_EVERY / seconds), most)

    def follow(self, addresses: Iterable[str], now: float) -> None:
        """Go through ``addresses`` again and again from now on, in their order."""
        self._stirred = now
        self._round = list(addresses)
        self._sweep_at = now + SWEEP_EVERY if self._round else float("inf")

    def forget(self) -> None:
        """Doubt nothing: the console is gone."""
        self._written.clear()
        self._first_due = float("inf")
        self._asked.clear()
        self._answered.clear()
        self._doubted.clear()
        self._holds.clear()
        self._since.clear()
        self._sweep_at = float("inf")
        self.missed = False

    def asked(self, address: str, now: float) -> None:
        """Note that ``address`` was asked about."""
        self._asked[address] = now

    def is_asked(self, address: str) -> bool:
        """Return whether an answer for ``address`` is on its way."""
        return address in self._asked

    def is_change(self, address: str, place: Value) -> bool:
        """Return whether ``place`` is another one than the console held, and none of ours."""
        held = self._holds.get(address)
        return held is not None and held != place and address not in self._written

    def wrote(self, address: str, place: Value, datagram: bytes, now: float) -> None:
        """Note that ``datagram`` made ``address`` hold ``place``, if it arrives."""
        self._stir(now)
        earlier = self._written.pop(address, None)
        written = _Written(place, datagram, now, now + CONFIRM_AFTER)
        if earlier is not None:
            written.before, written.answer = earlier.before, earlier.answer
            if len(written.before) < _MOST_SENT:
                written.before.setdefault(earlier.place, float("-inf"))
        elif address in self._holds:
            written.before[self._holds[address]] = self._since[address]
        # Always at the end: what was written longest ago is asked first.
        self._written[address] = written
        self._first_due = min(self._first_due, written.due)

    def heard(self, address: str, place: Value, now: float) -> Verdict:
        """Return what to think of the console's word that ``address`` is ``place``.

        ``news`` is to be believed, ``old`` is not; after ``lost`` write
        ``again(address)`` and believe nothing.
        """
        asked_at = self._asked.pop(address, None)
        written = self._written.get(address)
        if written is not None:
            if asked_at is not None:
                written.answer = place, now
                if asked_at < written.at:
                    return "old"
            if place == written.place:
                # An earlier write may still be under way, and land last.
                if asked_at is not None and asked_at >= written.at + CONFIRM_AFTER:
                    del self._written[address]
            elif asked_at is None and written.is_said_twice(place, now):
                return "old"
            elif asked_at is None:
                # Nobody is pushed his own, and nobody is pushed what stays as it is: but
                # for a push that was long under way this is somebody else's new one.
                written.contested |= now - written.before.get(place, float("-inf")) > _LATEST
            elif place in written.before and not written.contested and written.repeats:
                written.repeats -= 1
                written.questions = TRIES
                written.at, written.due = now, now + CONFIRM_AFTER
                self._first_due = min(self._first_due, written.due)
                return "lost"
            else:
                del self._written[address]
        if self._holds.get(address) != place:
            self._note_change(address, now, asked=asked_at is not None)
            self._since[address] = now
        self._holds[address] = place
        return "news"

    def _stir(self, now: float) -> None:
        """Go on at full pace from now on."""
        self._stirred = now
        if self._round:
            self._sweep_at = min(self._sweep_at, now + SWEEP_EVERY)

    def _note_change(self, address: str, now: float, *, asked: bool) -> None:
        self._stir(now)
        if asked:
            self._answered[address] = now
        elif now - self._answered.pop(address, float("-inf")) <= ANSWER_WITHIN:
            self._doubted[address] = None

    def again(self, address: str) -> bytes:
        """Return the datagram to write once more after ``heard`` said ``lost``."""
        return self._written[address].datagram

    def due(self, now: float) -> list[str]:
        """Return the addresses to ask about now, and take them for asked."""
        asking = self._unconfirmed(now) if now >= self._first_due else []
        if now >= self._sweep_at:
            asking += self._sweep(now)
            at_rest = now - self._stirred > REST_AFTER and not self._doubted
            self._sweep_at = now + (SWEEP_AT_REST if at_rest else SWEEP_EVERY)
        self._asked.update(dict.fromkeys(asking, now))
        return asking

    def next_wakeup(self) -> float:
        """Return when ``due`` has something to say next."""
        return min(self._first_due, self._sweep_at)

    def _unconfirmed(self, now: float) -> list[str]:
        asking = [address for address, written in self._written.items() if written.due <= now]
        for address in asking:
            written = self._written[address]
            written.due = now + ANSWER_WITHIN
            written.questions -= 1
            if written.questions < 0:
                del self._written[address]
        self._first_due = min((one.due for one in self._written.values()), default=float("inf"))
        return asking

    def _is_in_doubt(self, address: str) -> bool:
        return address in self._written or address in self._asked

    def _sweep(self, now: float) -> list[str]:
        for address in [one for one, at in self._asked.items() if now - at > ANSWER_WITHIN]:
            del self._asked[address]
            self.missed = True
            self._stirred = now
        for address in [one for one, at in self._answered.items() if now - at > ANSWER_WITHIN]:
            del self._answered[address]
        asking = [one for one in self._doubted if not self._is_in_doubt(one)][:SWEEP_AT_ONCE]
        for address in asking:
            del self._doubted[address]
        for _ in range(min(self.at_once - len(asking), len(self._round))):
            address = self._round[self._next % len(self._round)]
            self._next = self._next % len(self._round) + 1
            # What never answered is asked by the first reading, what was just written
            # by a question of its own.
            if address in self._holds and not self._is_in_doubt(address) and address not in asking:
                asking.append(address)
        return asking
