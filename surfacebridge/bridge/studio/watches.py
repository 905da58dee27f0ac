"""Meters of a shared desk that somebody asked to see.

Owns: the wishes, for as long as they are renewed, and the levels until they are said.
"""

from math import inf
from typing import Final

from surfacebridge.bridge.studio.parties import Party

# Guests renew a wish for meters three times in this.
WATCHED_FOR: Final = 12.0


class Watches:
    """Wishes for meters; ``every`` is the least time between two rounds, 0 for never."""

    def __init__(self, every: float) -> None:
        self._every = every
        self._wishes: dict[Party, tuple[float, tuple[str, ...]]] = {}
        self._levels: dict[str, float] = {}
        self._round_at: float | None = None

    @property
    def wanted(self) -> frozenset[str]:
        """The meters somebody asked for."""
        return frozenset(name for _, names in self._wishes.values() for name in names)

    @property
    def due(self) -> float | None:
        """When the next round is due, ``None`` if nobody asks."""
        return self._round_at if self._wishes else None

    def wish(self, party: Party, meters: tuple[str, ...], now: float) -> bool:
        """Note what ``party`` asks for; return whether other meters are wanted than before."""
        before = self.wanted
        self._wishes[party] = now + WATCHED_FOR, meters
        if self._round_at is None and self._every:
            self._round_at = now + self._every
        return self.wanted != before

    def forget(self, party: Party) -> None:
        """Take back what ``party`` asked for; ``end`` tells of it."""
        if party in self._wishes:
            self._wishes[party] = -inf, ()

    def end(self, now: float) -> bool:
        """Take back what was not renewed; return whether anything was."""
        over = [party for party, (until, _) in self._wishes.items() if until <= now]
        for party in over:
            del self._wishes[party]
        return bool(over)

    def clear(self) -> None:
        """Take back all wishes; ``end`` tells of it."""
        for party in self._wishes:
            self.forget(party)

    def hear(self, name: str, level: float) -> None:
        """Note what a meter shows, in dB."""
        self._levels[name] = level

    def silence(self) -> None:
        """Forget all levels: the desk is gone."""
        self._levels.clear()

    def round(self, now: float) -> dict[str, float]:
        """Return and forget the levels that are to be said at ``now``, in dB."""
        if self._round_at is None or now < self._round_at:
            return {}
        self._round_at = now + self._every if self._wishes else None
        wanted, levels = self.wanted, self._levels
        self._levels = {}
        return {name: level for name, level in levels.items() if name in wanted}
