"""A fader under a hand, and the one parameter it rides: the engine's short way.

Owns: the usual move, from a position to what is written, in as few steps as
there are.  Does not own: any other case, nor what is right: ``engine`` is the
one truth, and a ride does for its moves exactly what the engine would.

Rule: a ride that is not sure refuses before it has changed anything, and the
move then goes through the engine.
"""

from enum import Enum
from typing import Final

from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.values import Value
from surfacebridge.routing.bindings import FaderIn
from surfacebridge.routing.running import Running
from surfacebridge.routing.state import HOLD_AFTER_MOVE, NEVER, Control


class NoWrite(Enum):
    """Why a move leads to no write."""

    REFUSED = "this move is not a plain one: give it to the engine"
    HELD_ALREADY = "the target holds this value, as far as its own grid can tell"


REFUSED: Final = NoWrite.REFUSED
HELD_ALREADY: Final = NoWrite.HELD_ALREADY


class Ride:
    """One fader and its parameter, as they are wired in one epoch."""

    __slots__ = ("_control", "_epoch", "_forward", "_parameter", "_running", "serves")

    def __init__(self, control: Control, binding: FaderIn, running: Running) -> None:
        self._control = control
        self._parameter = binding.parameter
        self._forward = binding.forward
        self._running = running
        self._epoch = running.epoch
        self.serves = control.serves
        """Whether the fader's motor must be told of each move."""

    @property
    def target(self) -> str:
        """The target it writes to."""
        return self._parameter.target

    @property
    def parameter(self) -> ParameterId:
        """The parameter it writes."""
        return self._parameter.id

    def move(self, position: float, now: float) -> Value | NoWrite:
        """Take a move of the hand to ``position``; return what to write, if anything."""
        control, parameter = self._control, self._parameter
        if (
            self._running.epoch != self._epoch
            or not control.held
            or control.grabbed is not control.ins
            or control.takeover is not None
            or parameter.owner != control.id
            or parameter.insists
            or parameter.sent_at + parameter.interval > now
        ):
            return REFUSED
        if control.held_until != NEVER:
            control.held_until = now + HOLD_AFTER_MOVE
        control.shown = position
        control.moved = True
        value = self._forward(position)
        parameter.setpoint = None
        return value if parameter.wrote(value, now) else HELD_ALREADY


def ride_of(control: Control, running: Running) -> Ride | None:
    """Return the ride of ``control`` where its moves concern one parameter and nobody else."""
    if len(control.ins) != 1 or control.touch == "ignore":
        return None
    (binding,) = control.ins
    if not isinstance(binding, FaderIn) or binding.limits is not None:
        return None
    parameter = binding.parameter
    if parameter.target not in running.present or parameter.watchers or parameter.chooses:
        return None
    # A fader is not shown what it does itself; anything else that shows the value is.
    if any(view is not control or control.spec.kind != "fader" for view in parameter.views):
        return None
    return Ride(control, binding, running)
