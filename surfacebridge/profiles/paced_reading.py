"""Reading many things from a peer that loses what comes too fast.

Owns: what is asked next, what is asked again, and what is still missing.
Does not own: how a question looks, or whether the peer is there at all.

Rules: never more than ``window`` questions without an answer; what was lost is
asked again soon, a few times, and then at long intervals for ever.
"""

from collections import deque
from collections.abc import Iterable
from typing import Final

# An X32 emulator answered all of 100 questions at once and half of 500.
WINDOW: Final = 64

# An answer over a local network takes milliseconds.
RETRY_AFTER: Final = 0.25
TRIES: Final = 4

# What does not answer may not exist on this model: no reason to hurry.
LATER: Final = 5.0


class PacedReading:
    """Questions by address, the most urgent first."""

    def __init__(self, window: int = WINDOW, retry_after: float = RETRY_AFTER) -> None:
        self._window = window
        self._retry_after = retry_after
        self._queue: deque[str] = deque()
        # Address to (when to ask again, how often asked), oldest first.
        self._asked: dict[str, tuple[float, int]] = {}
        self._missing: dict[str, None] = {}
        self._later: float | None = None

    @property
    def complete(self) -> bool:
        """Whether everything wanted has been answered."""
        return not (self._queue or self._asked or self._missing)

    @property
    def settled(self) -> bool:
        """Whether nothing is on its way: what was wanted is answered, or given up for now."""
        return not (self._queue or self._asked)

    @property
    def missing(self) -> tuple[str, ...]:
        """What was asked several times and never answered."""
        return tuple(self._missing)

    def want(self, addresses: Iterable[str]) -> None:
        """Read ``addresses`` in this order, instead of what was wanted before."""
        wanted = dict.fromkeys(addresses)
        self._asked = {
            address: asked for address, asked in self._asked.items() if address in wanted
        }
        self._missing = {address: None for address in self._missing if address in wanted}
        self._queue = deque(
            address
            for address in wanted
            if address not in self._asked and address not in self._missing
        )

    def forget(self) -> None:
        """Want nothing."""
        self.want(())

    def answered(self, address: str) -> None:
        """Note an answer, however late, or a push that says the same."""
        self._asked.pop(address, None)
        self._missing.pop(address, None)
        # One that is still queued stays: a question too many does no harm.

    def due(self, now: float) -> list[str]:
        """Return what to ask now, and take it for asked."""
        asking: list[str] = []
        for address in self._lost(now):
            _, tries = self._asked.pop(address)
            if tries < TRIES:
                self._asked[address] = now + self._retry_after, tries + 1
                asking.append(address)
            else:
                self._missing[address] = None
                self._later = self._later or now + LATER
        if not self._missing:
            self._later = None
        elif self._later is not None and now >= self._later:
            # It stays missing until it answers: asking again is no answer.
            self._later = None
            self._queue.extend(self._missing)
        while self._queue and len(self._asked) < self._window:
            address = self._queue.popleft()
            self._asked[address] = now + self._retry_after, 1
            asking.append(address)
        return asking

    def _lost(self, now: float) -> list[str]:
        lost: list[str] = []
        for address, (at, _) in self._asked.items():
            if at > now:
                break
            lost.append(address)
        return lost

    def next_wakeup(self) -> float | None:
        """Return when ``due`` has something to say next."""
        due = next(iter(self._asked.values()))[0] if self._asked else None
        if self._later is None or not self._missing:
            return due
        return self._later if due is None else min(due, self._later)
