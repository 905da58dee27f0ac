"""One motor fader: a cap that takes time to travel, and a hand that is stronger than its motor.

Owns: where the cap is, what the converter under it reads, what the motor is told and does.
Does not own: the messages that carry positions; ``mcu`` turns readings into bytes.

Rule: a motor never moves a cap that a hand is on.

Positions are 0…1 of the track, readings 0…1023.
"""

from dataclasses import dataclass
from typing import Final

READINGS: Final = 1024

# Ten bits is what a Logic Control resolves (documented: Logic Control MIDI implementation).
# The figures below are assumed: nobody's data sheet was at hand and no unit was measured.
FULL_TRAVEL: Final = 0.2
OVERSHOOT: Final = 0.004
DEAD_BAND: Final = 1.0 / READINGS
SAMPLING: Final = 0.010


@dataclass(slots=True)
class _Reach:
    """A hand's way from one place to another."""

    start: float
    end: float
    duration: float
    elapsed: float = 0.0

    def position(self) -> float:
        """Return where the hand is: a minimum-jerk path, as an arm moves."""
        if self.elapsed >= self.duration:
            return self.end
        x = self.elapsed / self.duration
        return self.start + (self.end - self.start) * x**3 * (10 - 15 * x + 6 * x**2)


class MotorFader:
    """A motor fader with touch sensing; ``moved_by_hand`` says who moved the cap last.

    ``servo`` is what the motor holds on to. A real Mackie runs the cap back to the last position
    the host sent, however old, when the hand lets go; without it (``settle``) the cap stays where
    the hand left it, unless the host sent a position after the hand's last movement.
    """

    def __init__(self, *, servo: bool = False, travel: float = FULL_TRAVEL) -> None:
        self.servo = servo
        self.position = 0.0
        self.touched = False
        self.moved_by_hand = False
        self._speed = 1.0 / travel
        self._received: float | None = None
        self._waypoints: list[float] = []
        self._reach: _Reach | None = None
        self._owed_to_sampling = 0.0

    @property
    def reading(self) -> int:
        """Return what the converter reads, 0…1023."""
        return int(self.position * (READINGS - 1) + 0.5)

    @property
    def held(self) -> bool:
        """Return whether a hand is on the cap, sensed or not."""
        return self.touched or self._reach is not None

    def touch(self) -> None:
        """Put a finger on the cap; the motor lets go."""
        self.touched = True
        self._waypoints = []
        self._place(self.position)

    def release(self) -> None:
        """Take the finger off; the motor goes to what it was told meanwhile, if anything."""
        self.touched = False
        self._reach = None
        self._seek()

    def reach(self, position: float, seconds: float) -> None:
        """Move the cap by hand, at once or over ``seconds``."""
        position = min(1.0, max(0.0, position))
        self._waypoints = []
        self._reach = None
        if seconds > 0:
            self._reach = _Reach(self.position, position, seconds)
            self._owed_to_sampling = 0.0
        else:
            self._place(position)
            if not self.touched:
                self._seek()

    def command(self, position: float) -> None:
        """Take a position from the host."""
        self._received = position
        if not self.held:
            self._seek()

    def stop(self) -> None:
        """Lose power: the cap stays where it is and every command is forgotten."""
        self._received = None
        self._waypoints = []
        self._reach = None
        self.touched = False

    def advance(self, seconds: float) -> None:
        """Let the hand, or else the motor, move the cap."""
        if self._reach is not None:
            self._follow_hand(seconds)
        else:
            self._run_motor(seconds)

    def _follow_hand(self, seconds: float) -> None:
        reach = self._reach
        if reach is None:
            return
        reach.elapsed += seconds
        self._owed_to_sampling += seconds
        finished = reach.elapsed >= reach.duration - 1e-9
        if self._owed_to_sampling < SAMPLING - 1e-9 and not finished:
            return
        self._owed_to_sampling = 0.0
        self._place(reach.end if finished else reach.position())
        if finished:
            self._reach = None
            if not self.touched:
                self._seek()

    def _place(self, position: float) -> None:
        # In a settling fader the hand's last movement outranks what was received before it.
        self.position = position
        self.moved_by_hand = True
        if not self.servo:
            self._received = None

    def _seek(self) -> None:
        target = self._received
        if target is None or abs(target - self.position) < DEAD_BAND:
            self._waypoints = []
            return
        past = target + (OVERSHOOT if target > self.position else -OVERSHOOT)
        far = abs(target - self.position) > 10 * OVERSHOOT
        self._waypoints = [min(1.0, max(0.0, past)), target] if far else [target]

    def _run_motor(self, seconds: float) -> None:
        budget = self._speed * seconds
        while self._waypoints and budget > 0:
            self.moved_by_hand = False
            distance = self._waypoints[0] - self.position
            if abs(distance) > budget:
                self.position += budget if distance > 0 else -budget
                return
            self.position = self._waypoints.pop(0)
            budget -= abs(distance)
