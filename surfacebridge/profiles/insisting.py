"""Saying again what a peer that repeats everything has not repeated.

Owns: which write is still unanswered, and when it is said once more.
Does not own: how it is said, or what an answer looks like.

Some peers lose what comes while they are busy with themselves (Ardour 7.3
drops what arrives while a selection changes), and datagrams get lost anywhere.
Only what may be said twice belongs here, and nothing that a hand let go of.
"""

from math import inf
from typing import Final

from surfacebridge.model.parameters import Write

# A ride of a hundred values a second is one doubt, at its end.  A busy program
# answers within a tenth of a second.
ANSWER_WITHIN: Final = 0.3
TRIES: Final = 3


class Insisting:
    """Writes without an answer, at most one for each parameter."""

    def __init__(self) -> None:
        self._written: dict[str, tuple[Write, float, int]] = {}

    def wrote(self, write: Write, now: float) -> None:
        """Expect to hear of ``write``, instead of what was written to its parameter before."""
        self._written.pop(write.parameter, None)
        self._written[write.parameter] = write, now + ANSWER_WITHIN, TRIES

    def written(self, parameter: str) -> Write | None:
        """Return what was written to ``parameter`` and not answered."""
        found = self._written.get(parameter)
        return None if found is None else found[0]

    def settle(self, parameter: str) -> None:
        """Expect nothing more: it was answered, or somebody else has it now."""
        self._written.pop(parameter, None)

    def forget(self) -> None:
        """Expect nothing at all."""
        self._written.clear()

    def due(self, now: float) -> tuple[list[Write], list[Write]]:
        """Return what to say again now, and what is given up."""
        again: list[Write] = []
        given_up: list[Write] = []
        for parameter, (write, at, tries) in list(self._written.items()):
            if at > now:
                break
            del self._written[parameter]
            if tries > 0:
                self._written[parameter] = write, now + ANSWER_WITHIN, tries - 1
                again.append(write)
            else:
                given_up.append(write)
        return again, given_up

    def next_wakeup(self) -> float:
        """Return when ``due`` has something to say next."""
        return next((at for _, at, _ in self._written.values()), inf)
