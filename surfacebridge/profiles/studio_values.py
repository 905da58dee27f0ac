"""Values on their way into a studio's payloads and back.

Owns: what a parameter's kind allows, its unit and its place on its travel.
Does not own: payloads (``protocols.studio``).
"""

from math import isfinite, isnan
from typing import Final

from surfacebridge.model.sheets import ParameterSpec
from surfacebridge.model.values import OFF, Colour, Value
from surfacebridge.protocols.studio.payloads import LONGEST_TEXT, Scalar

_UNITS: Final = {"level": "dB", "meter": "dBFS"}
_WITH_POSITION: Final = frozenset(("level", "pan", "number"))


def unit_of(spec: ParameterSpec) -> str:
    """Return the unit of a parameter, empty where a number stands for itself."""
    return _UNITS.get(spec.kind, "")


def position_of(value: Value, spec: ParameterSpec) -> float | None:
    """Return where on its travel (0…1) a parameter is, if it has one."""
    if spec.kind not in _WITH_POSITION or isinstance(value, str | Colour):
        return None
    return round(spec.to_position(value), 6)


def to_wire(value: Value) -> Scalar:
    """Return ``value`` as a payload says it: a level that is off is ``None``."""
    match value:
        case Colour(red, green, blue, inverted):
            return red, green, blue, inverted
        case bool():
            return value
        case str():
            return value[:LONGEST_TEXT]
        case _:
            return round(float(value), 6) if isfinite(value) else None


def from_wire(said: Scalar, spec: ParameterSpec) -> Value | None:
    """Return what a payload says of a parameter, on its own grid; ``None`` if it cannot be."""
    match spec.kind:
        case "level" | "meter":
            if said is None:
                return OFF
            return _within(said, spec)
        case "switch" | "trigger":
            return said if isinstance(said, bool) else None
        case "text":
            return said if isinstance(said, str) else None
        case "choice":
            return said if said in spec.choices else _within(said, spec)
        case "colour":
            return Colour(*said) if isinstance(said, tuple) else None
        case "pan" | "number":
            return _within(said, spec)
        case "plain":
            return None if isinstance(said, tuple) or said is None else said


def _within(said: Scalar, spec: ParameterSpec) -> Value | None:
    if isinstance(said, bool) or not isinstance(said, float | int) or isnan(said):
        return None
    match spec.kind:
        case "pan":
            return min(max(float(said), -1.0), 1.0)
        case "number":
            low, high = sorted((spec.low, spec.high))
            return min(max(float(said), low), high)
        case "level" if spec.law is not None:
            return min(float(said), spec.law.top)
        case _:
            return float(said)
