"""A row of motor faders that live in the same time.

Owns: handing out time to every fader of a unit, in whole ticks or in one stride while all rest.
Does not own: a fader (``motor``), what is said about it (the devices).
"""

import math
from collections.abc import Callable, Iterator
from typing import Final

from firmware_sim.motor import EXACT, Build, MotorFader

# Devices step in whole ticks, so that what happens never depends on how time was handed out.
TICK: Final = 0.005
_TICK_MICROSECONDS: Final = 5000
_DAY: Final = 86400.0


def _forever() -> float:
    return math.inf


class FaderBank(dict[int, MotorFader]):
    """The faders of a unit by their number, from 1."""

    def __init__(
        self, count: int, *, servo: bool = True, build: Build = EXACT, seed: int = 0
    ) -> None:
        super().__init__(
            (n, MotorFader(servo=servo, build=build, seed=seed, name=f"fader {n}"))
            for n in range(1, count + 1)
        )
        self._owed = 0.0

    def live(self, seconds: float, most: Callable[[], float] = _forever) -> Iterator[float]:
        """Let time pass in whole ticks; what is left over is kept for the next call.

        Yields after each stride how long it was: one tick while anything moves, else as long as
        nothing will, or until ``most`` has something else to do.
        """
        self._owed += seconds
        ticks = int(self._owed / TICK + 1e-6)
        self._owed = max(0.0, self._owed - ticks * TICK)
        while ticks > 0:
            quiet = min(fader.quiet for fader in self.values())
            quiet = min(quiet, math.ceil(min(most(), _DAY) * 1e6 - 1))
            stride = min(ticks, max(1, -(-quiet // _TICK_MICROSECONDS)))
            ticks -= stride
            passed = stride * TICK
            for fader in self.values():
                fader.advance(passed)
            yield passed
