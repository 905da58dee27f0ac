"""Staying awake while faders move, for machines with a core to spare.

Owns: turning the loop without rest for a moment after something moved.  Does
not own: what moved (``hub``).

A loop that sleeps is woken by the system some 10 to 20 µs after a datagram came,
and finds its caches cold; one that turns meets it at once.  It costs a core
while faders move, and nothing while they rest: hence it is asked for, never
the rule.
"""

import asyncio
from typing import Final

# Longer than a second of rest is no ride any more.
LONGEST: Final = 1.0


class Keenness:
    """Keep the running loop turning for ``seconds`` (0…1) after each ``stir``.  0 does nothing."""

    def __init__(self, seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._seconds = min(max(seconds, 0.0), LONGEST)
        self._until = 0.0
        self._is_turning = False

    def stir(self, now: float) -> None:
        """Note that something moved at ``now``, on the loop's clock."""
        if self._seconds > 0.0:
            self._until = now + self._seconds
            if not self._is_turning:
                self._is_turning = True
                self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        if self._loop.time() < self._until:
            self._loop.call_soon(self._turn)
        else:
            self._is_turning = False
