"""Noticing that time went by without us: sleep, a stopped process, a clock that jumped.

Owns: which clocks tell it, and how much is too much.  Does not own: what is done
then (``supervisor``).
"""

import time
from collections.abc import Callable
from typing import Final

# A busy machine keeps a loop waiting for a moment; whoever is away for longer has
# missed renewals, and hands that let go.
TOO_LONG: Final = 3.0


def since_boot() -> float:
    """Return a clock that goes on while the machine sleeps, where there is one.

    Linux's monotonic clock stands still then.  Elsewhere it is the wall clock,
    whose jumps count as sleep: reading everything once more does no harm.
    """
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.time() if boot is None else time.clock_gettime(boot)


class Waking:
    """Asked again and again, every ``expected`` seconds, says when it was away."""

    def __init__(self, expected: float, clock: Callable[[], float] = since_boot) -> None:
        self._expected = expected
        self._clock = clock
        self._last = clock()

    def was_away(self) -> float:
        """Return for how many seconds nobody asked, 0 where it was no longer than it may be."""
        now = self._clock()
        passed, self._last = now - self._last, now
        # A clock that was set back says nothing of how long; it says that it was set.
        away = passed - self._expected if passed >= 0 else -passed
        return away if away >= TOO_LONG else 0.0
