"""A motor and its belt: what moves a cap to a place, second by second.

Owns: speed, overshoot, friction, and when the motor has power.
Does not own: hands and commands; ``motor`` decides whether a drive may run.

Positions are 0…1 of the track. The figures are assumed: they give the travel of some 200 ms, the
slight overshoot and the stop just short of the target that motor faders of this class are known
for, but no unit was measured.
"""

from dataclasses import dataclass
from typing import Final

# Overshoot of a second-order system comes out right only in steps well below its period.
_STEP: Final = 0.001


@dataclass(frozen=True, slots=True)
class Physics:
    """A motor: how hard it pulls, how fast it runs, what it leaves undone.

    ``stiffness`` and ``damping`` are a servo's two constants (in tracks a second squared per track
    of error, and per second); ``slew`` is the top speed and ``acceleration`` the most the motor can
    pull. A cap that stands is not moved for an error below ``stiction``; one within ``dead_band``
    has arrived. The motor loses power after ``rest`` seconds in place, and after ``stall`` seconds
    of pulling in vain.
    """

    stiffness: float = 2500.0
    damping: float = 75.0
    slew: float = 6.5
    acceleration: float = 350.0
    dead_band: float = 1.0 / 1023
    stiction: float = 2.5 / 1023
    rest: float = 0.15
    stall: float = 0.5


class Drive:
    """The motor of one fader; ``position`` is given and returned, never kept."""

    def __init__(self, physics: Physics) -> None:
        self.physics = physics
        self.target: float | None = None
        self._speed = 0.0
        self._resting = 0.0
        self._pulling = 0.0
        self._owed = 0.0

    @property
    def powered(self) -> bool:
        """Return whether the motor has power."""
        return self.target is not None

    def seek(self, target: float | None) -> None:
        """Go to a place, or let go of the cap."""
        self.target = target
        self._resting = self._pulling = self._owed = 0.0
        if target is None:
            self._speed = 0.0

    def run(self, position: float, seconds: float) -> float:
        """Return where the cap is ``seconds`` later."""
        self._owed += seconds
        while self.target is not None and self._owed >= _STEP - 1e-9:
            self._owed -= _STEP
            position = self._step(position, self.target)
        return position

    def _step(self, position: float, target: float) -> float:
        physics = self.physics
        error = target - position
        if self._speed == 0.0 and abs(error) <= max(physics.stiction, physics.dead_band):
            self._resting += _STEP
            if self._resting >= physics.rest:
                self.seek(None)
            return position
        self._resting = 0.0
        pull = physics.stiffness * error - physics.damping * self._speed
        pull = min(physics.acceleration, max(-physics.acceleration, pull))
        self._speed = min(physics.slew, max(-physics.slew, self._speed + pull * _STEP))
        arrived = abs(error) <= physics.dead_band and abs(self._speed) < 0.1
        moved = min(1.0, max(0.0, position + self._speed * _STEP))
        if arrived or moved in (0.0, 1.0):
            self._speed = 0.0
        self._watch_for_stall(moved == position)
        return moved

    def _watch_for_stall(self, standing: bool) -> None:
        self._pulling = self._pulling + _STEP if standing else 0.0
        if self._pulling >= self.physics.stall:
            self.seek(None)
