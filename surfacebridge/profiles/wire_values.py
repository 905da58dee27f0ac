"""Values of OSC peers that a sheet alone describes: units to the wire and back.

Owns: what ``range``, ``off``, ``is`` and a law make of a number.
Does not own: addresses and types (``plain_osc``), or when a value goes.

``wire`` of a parameter may say ``range``, the numbers at its lowest and its
highest place (``[1, 0]`` falls).  Without it a level or a meter is in decibels,
a pan is 0..1 and a number is in its own unit.  ``off`` is the level that stands
for silence; what is at it or below is silence too.  ``is`` makes a switch of
one number or word among several: on while the peer says it.
"""

from math import isfinite, isnan
from typing import Final

from surfacebridge.model.sheets import ParameterSpec
from surfacebridge.model.values import OFF, Colour, Value

# Below what any fader shows; where a sheet says nothing else.
SILENT: Final = -200.0

# Longer than any name a display shows; an OSC text could fill a datagram.
_LONGEST_TEXT: Final = 64

_PLACED: Final = frozenset({"level", "meter", "pan", "number"})


def to_wire(spec: ParameterSpec, value: Value) -> Value | None:
    """Return ``value`` as the peer writes it; None for what the parameter cannot be."""
    if "is" in spec.wire:
        return _constant(spec) if value is not False else None
    if spec.kind in _PLACED:
        return _number_to_wire(spec, value)
    match spec.kind:
        case "switch" | "trigger":
            return bool(value)
        case "choice":
            return _choice_to_wire(spec, value)
        case "text":
            return value if isinstance(value, str) else None
        case "plain":
            return None if isinstance(value, Colour) else value
        case _:
            return None


def from_wire(spec: ParameterSpec, raw: Value) -> Value | None:
    """Return what the peer's ``raw`` means; None if it cannot be."""
    if "is" in spec.wire:
        return raw == _constant(spec)
    match raw:
        case str() if spec.kind in {"text", "plain"}:
            return raw[:_LONGEST_TEXT]
        case str() if spec.kind == "choice":
            return raw if raw in spec.choices else None
        case str() if spec.kind == "colour":
            return _colour_from_wire(raw)
        case bool() | int() | float() if isfinite(raw):
            return _from_number(spec, float(raw))
        case _:
            return None


def _constant(spec: ParameterSpec) -> Value:
    word = spec.wire["is"]
    return float(word) if isinstance(word, int | float) else str(word)


def _ends(spec: ParameterSpec) -> tuple[float, float] | None:
    ends = spec.wire.get("range")
    if isinstance(ends, tuple) and len(ends) == 2:
        return float(ends[0]), float(ends[1])
    return (0.0, 1.0) if spec.kind == "pan" else None


def _silence(spec: ParameterSpec) -> float:
    off = spec.wire.get("off", SILENT)
    return float(off) if isinstance(off, int | float) else SILENT


def _number_to_wire(spec: ParameterSpec, value: Value) -> float | None:
    if isinstance(value, bool | str | Colour) or isnan(value):
        return None
    ends = _ends(spec)
    if ends is not None:
        low, high = ends
        return low + spec.to_position(value) * (high - low)
    if spec.kind in {"level", "meter"}:
        return _silence(spec) if value == OFF else float(value)
    return min(max(float(value), spec.low), spec.high)


def _from_number(spec: ParameterSpec, raw: float) -> Value | None:
    if spec.kind in _PLACED:
        return _placed_from_wire(spec, raw)
    match spec.kind:
        case "switch" | "trigger":
            return raw != 0
        case "choice":
            place = int(raw)
            return spec.choices[place] if 0 <= place < len(spec.choices) else None
        case "text":
            return f"{raw:g}"
        case "plain":
            return raw
        case _:
            return None


def _placed_from_wire(spec: ParameterSpec, raw: float) -> float:
    ends = _ends(spec)
    if ends is None:
        is_level = spec.kind in {"level", "meter"}
        return OFF if is_level and raw <= _silence(spec) else raw
    low, high = ends
    position = min(max((raw - low) / (high - low), 0.0), 1.0)
    if spec.kind != "meter":
        return spec.from_position(position)
    if position <= 0.0:
        return OFF
    return spec.law.to_db(position) if spec.law is not None else spec.from_position(position)


def _choice_to_wire(spec: ParameterSpec, value: Value) -> Value | None:
    if value not in spec.choices:
        return None
    is_word = spec.wire.get("words") is True
    return str(value) if is_word else float(spec.choices.index(str(value)))


def _colour_from_wire(raw: str) -> Colour | None:
    """Return the colour that ``rgb(12,34,56)`` writes."""
    numbers = raw.removeprefix("rgb(").removesuffix(")").split(",")
    if len(numbers) != 3 or not all(one.strip().isdecimal() for one in numbers):
        return None
    red, green, blue = (min(int(one), 255) for one in numbers)
    return Colour(red, green, blue)
