"""Which parameters the hands at this bridge hold.

Owns: looking.  Does not own: what follows from it.
"""

from surfacebridge.profiles.studio_desk import relative
from surfacebridge.routing.engine import Engine


def held_parameters(engine: Engine) -> dict[str, dict[str, str]]:
    """Return, for each target, what is held: names without the target, and the surface."""
    found: dict[str, dict[str, str]] = {}
    for control in engine.wiring.controls.values():
        if not control.held:
            continue
        for binding in control.grabbed:
            for parameter in binding.parameters:
                names = found.setdefault(parameter.target, {})
                names[relative(parameter.id, parameter.target)] = control.surface
    return found
