"""One motor fader: a cap that takes time to travel, and a hand that is stronger than its motor.

Owns: where the cap is, whose turn it is to move it, what the motor is told.
Does not own: the messages that carry positions; ``mcu`` turns readings into bytes. What the
electronics read and feel is in ``sensing``, how a real motor pulls in ``drive``.

Rule: a motor never moves a cap that a hand is on.

Positions are 0…1 of the track, readings 0…1023.
"""

from dataclasses import dataclass, field
from typing import Final

from firmware_sim.chance import generator
from firmware_sim.drive import Drive, Physics
from firmware_sim.sensing import READINGS, Converter, Readout, Touch, TouchSensor

# Ten bits is what a Logic Control resolves (documented: Logic Control MIDI implementation).
# The figures below are assumed: nobody's data sheet was at hand and no unit was measured.
FULL_TRAVEL: Final = 0.2
OVERSHOOT: Final = 0.004
DEAD_BAND: Final = 1.0 / READINGS
SAMPLING: Final = 0.010


@dataclass(frozen=True, slots=True)
class Build:
    """How a fader is built. As it stands: even travel, exact readings, a sure sense of touch.

    With ``physics`` the cap has a motor that accelerates, overshoots, sticks and rests.
    """

    physics: Physics | None = None
    converter: Converter = field(default_factory=Converter)
    touch: Touch = field(default_factory=Touch)


EXACT: Final = Build()
# A unit some years on the road. Every figure is assumed.
WORN: Final = Build(
    physics=Physics(),
    converter=Converter(low=3, high=1019, offset=2.0, jitter=1.0, spikes=0.01),
    touch=Touch(sticky=0.04, bounces=1, missed=0.02),
)


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

    ``gripped`` is whether a hand is there; ``touched`` whether the electronics know.
    """

    def __init__(
        self,
        *,
        servo: bool = False,
        travel: float = FULL_TRAVEL,
        build: Build = EXACT,
        seed: int = 0,
        name: str = "fader",
    ) -> None:
        self.servo = servo
        self.position = 0.0
        self.gripped = False
        self.moved_by_hand = False
        self._speed = 1.0 / travel
        self._drive = Drive(build.physics) if build.physics is not None else None
        self._readout = Readout(build.converter, generator(seed, f"{name}/converter"))
        self._sensor = TouchSensor(build.touch, generator(seed, f"{name}/touch"))
        self._touches: list[bool] = []
        self._received: float | None = None
        self._waypoints: list[float] = []
        self._reach: _Reach | None = None
        self._owed_to_sampling = 0.0

    @property
    def reading(self) -> int:
        """Return what the converter reads, 0…1023."""
        return self._readout.reading(self.position)

    @property
    def thrown(self) -> bool:
        """Return whether dust throws the reading off now."""
        return self._readout.thrown

    @property
    def touched(self) -> bool:
        """Return whether a finger is felt, rightly or not."""
        return self._sensor.felt

    @property
    def held(self) -> bool:
        """Return whether the motor is kept from the cap: by a hand, or by one that is felt."""
        return self.gripped or self._reach is not None or self._sensor.felt

    @property
    def powered(self) -> bool:
        """Return whether the motor pulls."""
        return bool(self._waypoints) or (self._drive is not None and self._drive.powered)

    @property
    def quiet(self) -> int:
        """Return for how many microseconds nothing happens by itself."""
        if self._reach is not None or self.powered:
            return 0
        return min(self._readout.quiet, self._sensor.quiet)

    def take_touches(self) -> list[bool]:
        """Return what the sense of touch felt since the last call, in order."""
        felt, self._touches = self._touches, []
        return felt

    def touch(self) -> None:
        """Put a finger on the cap; the motor lets go."""
        self.gripped = True
        self._let_go_of_cap()
        self._place(self.position)
        self._touches += self._sensor.finger(True)

    def release(self) -> None:
        """Take the finger off; the motor goes to what it was told meanwhile, if anything."""
        self.gripped = False
        self._reach = None
        self._touches += self._sensor.finger(False)
        self._seek()

    def reach(self, position: float, seconds: float) -> None:
        """Move the cap by hand, at once or over ``seconds``."""
        position = min(1.0, max(0.0, position))
        self._let_go_of_cap()
        self._reach = None
        if seconds > 0:
            self._reach = _Reach(self.position, position, seconds)
            self._owed_to_sampling = 0.0
        else:
            self._place(position)
            self._seek()

    def command(self, position: float) -> None:
        """Take a position from the host."""
        self._received = position
        self._seek()

    def tune(self, physics: Physics) -> None:
        """Change the motor's constants, as firmware with settings does."""
        if self._drive is not None:
            self._drive.physics = physics

    def free(self) -> None:
        """Forget every command: the motor lets go and the cap stays where it is."""
        self._received = None
        self._let_go_of_cap()

    def stop(self) -> None:
        """Lose power: the cap stays where it is and every command is forgotten."""
        self.free()
        self._reach = None
        self.gripped = False
        self._sensor.reset()
        self._touches = []

    def advance(self, seconds: float) -> None:
        """Let the hand, or else the motor, move the cap."""
        microseconds = round(seconds * 1_000_000)
        self._readout.advance(microseconds)
        felt = self._sensor.advance(microseconds)
        if self._reach is None and not felt and not self.powered:
            return
        if felt:
            self._touches += felt
            self._seek()
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
            self._seek()

    def _place(self, position: float) -> None:
        # In a settling fader the hand's last movement outranks what was received before it.
        self.position = position
        self.moved_by_hand = True
        if not self.servo:
            self._received = None

    def _let_go_of_cap(self) -> None:
        self._waypoints = []
        if self._drive is not None:
            self._drive.seek(None)

    def _seek(self) -> None:
        """Start the motor, if it is wanted somewhere and no hand is in its way."""
        self._let_go_of_cap()
        if self.held or self._received is None:
            return
        target = self._readout.place(self._received)
        if self._drive is not None:
            self._drive.seek(target)
            return
        if abs(target - self.position) < DEAD_BAND:
            return
        past = target + (OVERSHOOT if target > self.position else -OVERSHOOT)
        far = abs(target - self.position) > 10 * OVERSHOOT
        self._waypoints = [min(1.0, max(0.0, past)), target] if far else [target]

    def _run_motor(self, seconds: float) -> None:
        if self._drive is not None:
            if self._drive.powered:
                moved = self._drive.run(self.position, seconds)
                self.moved_by_hand &= moved == self.position
                self.position = moved
            return
        budget = self._speed * seconds
        while self._waypoints and budget > 0:
            self.moved_by_hand = False
            distance = self._waypoints[0] - self.position
            if abs(distance) > budget:
                self.position += budget if distance > 0 else -budget
                return
            self.position = self._waypoints.pop(0)
            budget -= abs(distance)
