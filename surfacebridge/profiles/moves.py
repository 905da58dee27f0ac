"""Values that move, thinned out on their way to a broker.

Owns: which value leaves when.  The first leaves at once, the newest of those
that follow at a bounded pace, and the one that stays is said once more as
*final*, so that it can be sent in a way that is acknowledged.
Does not own: what a value means, or how it is sent.
"""

from typing import Final, Generic, TypeVar

Key = TypeVar("Key")
Item = TypeVar("Item")

# A hand does not move a cap by more than a step or two in this time, and a
# motor cannot follow faster.
PACE: Final = 0.02
# Fingers pause shorter than this within a move.
REST: Final = 0.15


class Moves(Generic[Key, Item]):
    """The newest value of each thing that moves, until it has come to rest."""

    def __init__(self, pace: float = PACE, rest: float = REST) -> None:
        self._pace = pace
        self._rest = rest
        # What moves: the newest value, when it came, and whether it was said.
        self._moving: dict[Key, tuple[Item, float, bool]] = {}
        self._tick: float | None = None

    def put(self, key: Key, item: Item, now: float) -> bool:
        """Take a new value; return whether it shall leave at once."""
        first = key not in self._moving
        self._moving[key] = item, now, first
        if self._tick is None:
            self._tick = now + self._pace
        return first

    def drop(self, key: Key) -> None:
        """Forget ``key``: something else was said about it."""
        self._moving.pop(key, None)

    def settle(self, key: Key) -> list[tuple[Key, Item, bool]]:
        """Return the value of ``key`` as final now, if it moves: its hand let go."""
        moving = self._moving.pop(key, None)
        return [] if moving is None else [(key, moving[0], True)]

    def next_due(self) -> float | None:
        """Return when ``due`` has something to say next, or might have."""
        return self._tick if self._moving else None

    def due(self, now: float) -> list[tuple[Key, Item, bool]]:
        """Return what shall leave now: key, newest value, and whether it is final."""
        if self._tick is None or now < self._tick:
            return []
        return self._take(now, self._rest)

    def finish(self) -> list[tuple[Key, Item, bool]]:
        """Return all that moves as final, and hold nothing more."""
        return self._take(0.0, None)

    def _take(self, now: float, rest: float | None) -> list[tuple[Key, Item, bool]]:
        out: list[tuple[Key, Item, bool]] = []
        for key, (item, since, said) in list(self._moving.items()):
            if rest is None or now - since >= rest:
                del self._moving[key]
                out.append((key, item, True))
            elif not said:
                self._moving[key] = item, since, True
                out.append((key, item, False))
        self._tick = now + self._pace if self._moving else None
        return out
