"""Whose a parameter is while several hands are on it.

Owns: that one hand has it and the others are shown what it does, and handing
over on release.  Does not own: when a hand takes hold or lets go (``engine``).

Rules: the first hand has it until it lets go, or until its fader means
something else.  A hand that was waiting has it next, and picks the value up
where it stands: a hand-over is never heard.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from surfacebridge.model.controls import ControlId
from surfacebridge.routing.bindings import FaderIn
from surfacebridge.routing.state import Binding, Control, Parameter
from surfacebridge.routing.takeover import Takeover


class Ownership:
    """Decides between the hands on the controls it is given."""

    def __init__(self) -> None:
        self._waiting: Final[set[ControlId]] = set()
        """Those whose hand came second to something; they have to catch it, or did."""

    def take(self, control: Control, controls: Mapping[ControlId, Control]) -> None:
        """Note that a hand took hold of ``control``; what is free is its own."""
        for parameter in _meant_by(control.ins):
            if _holder(parameter, controls) is None:
                parameter.owner = control.id
            else:
                self._waiting.add(control.id)

    def may_move(
        self, control: Control, parameter: Parameter, controls: Mapping[ControlId, Control]
    ) -> bool:
        """Return whether a move of ``control`` reaches ``parameter``, not its owner's so far."""
        if _holder(parameter, controls) is not None:
            self._waiting.add(control.id)
            return False
        if control.held:
            parameter.owner = control.id
        if control.id in self._waiting and control.takeover is None:
            control.takeover = Takeover("pickup")
        return True

    def leave(self, control: Control) -> None:
        """Note that a hand let go of ``control``."""
        for parameter in _meant_by(control.grabbed):
            if parameter.owner == control.id:
                parameter.owner = None
        if control.id in self._waiting:
            self._waiting.discard(control.id)
            if control.spec.motor and control.takeover is not None:
                control.takeover = None


def holders(controls: Mapping[ControlId, Control]) -> Iterator[tuple[Control, Parameter, bool]]:
    """Yield each control that is held with each parameter it means, and whether it has it."""
    for control in controls.values():
        if control.held:
            for parameter in _meant_by(control.grabbed):
                owner = _holder(parameter, controls)
                yield control, parameter, owner is None or owner is control


def _holder(parameter: Parameter, controls: Mapping[ControlId, Control]) -> Control | None:
    """Return the control whose hand has ``parameter`` now, if one does."""
    owner = None if parameter.owner is None else controls.get(parameter.owner)
    if owner is None or not owner.held or not _still_means(owner, parameter):
        return None
    return owner


def _still_means(control: Control, parameter: Parameter) -> bool:
    grip = control.grabbed
    same = grip is control.ins or grip == control.ins
    return same and any(parameter in binding.parameters for binding in grip)


def _meant_by(bindings: Sequence[Binding]) -> Iterator[Parameter]:
    for binding in bindings:
        if isinstance(binding, FaderIn):
            yield binding.parameter
