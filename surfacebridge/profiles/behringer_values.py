"""How Behringer's and Midas's OSC consoles write values.

Owns: units to the wire and back, for the X32 and the X-Air families.
Does not own: addresses (sheets) or the consoles' manners (``consoles``).

Rules: a number with tag f is 0..1 of its range on a grid of ``steps``; with
tag i it is itself.  A level, a pan or a number is never made of a switch or a
text: by mistake that would be a fader at one of its ends.
"""

from math import isfinite, isnan
from typing import Final

from surfacebridge.model.sheets import ParameterSpec
from surfacebridge.model.values import EIGHT_COLOURS, Colour, Value, nearest_colour
from surfacebridge.protocols.osc.messages import OscValue

# Faders have 1024 places; what a sheet does not know is written as finely.
_STEPS: Final = 1024

_INVERTED: Final = len(EIGHT_COLOURS)
_PALETTE: Final = tuple(
    Colour(colour.red, colour.green, colour.blue, inverted)
    for inverted in (False, True)
    for colour in EIGHT_COLOURS
)

# Longer than any name a console holds; an OSC text could fill a datagram.
_LONGEST_TEXT: Final = 64


def to_wire(spec: ParameterSpec, tag: str, value: Value) -> OscValue:
    """Return ``value`` on the console's grid; None for what the parameter cannot be."""
    match spec.kind:
        case "level" | "pan" | "number":
            return _number_to_wire(spec, tag, value)
        case "switch" | "trigger":
            return int(bool(value))
        case "text":
            return _text_to_wire(spec, value)
        case "colour":
            return _colour_to_wire(value) if isinstance(value, Colour) else None
        case "choice":
            return spec.choices.index(value) if value in spec.choices else None
        case _:
            return None


def _number_to_wire(spec: ParameterSpec, tag: str, value: Value) -> float | int | None:
    if isinstance(value, bool | str | Colour) or isnan(value):
        return None
    if tag == "i":
        return round(min(max(value, spec.low), spec.high))
    top = (spec.steps or _STEPS) - 1
    return round(spec.to_position(value) * top) / top


def _text_to_wire(spec: ParameterSpec, value: Value) -> str | None:
    if not isinstance(value, str):
        return None
    plain = value.replace("\x00", "").encode("ascii", "replace").decode("ascii")
    return plain[: spec.length or _LONGEST_TEXT]


def _colour_to_wire(colour: Colour) -> int:
    return nearest_colour(colour, EIGHT_COLOURS) + _INVERTED * colour.inverted


def from_wire(spec: ParameterSpec, tag: str, raw: OscValue) -> Value | None:
    """Return what ``raw``, of type ``tag``, means; None if it cannot be."""
    match raw:
        case float():
            return _position_from_wire(spec, raw)
        case str():
            return raw[:_LONGEST_TEXT] if spec.kind == "text" else None
        case int():
            return _int_from_wire(spec, raw)
        case _:
            return None


def _position_from_wire(spec: ParameterSpec, raw: float) -> Value | None:
    if not isfinite(raw):
        return None
    top = (spec.steps or _STEPS) - 1
    # Nearest of the places there are: the wire carries 767/1023 inexactly.
    return spec.from_position(round(min(max(raw, 0.0), 1.0) * top) / top)


def _int_from_wire(spec: ParameterSpec, raw: int) -> Value | None:
    match spec.kind:
        case "switch" | "trigger":
            return raw != 0
        case "colour":
            return _PALETTE[raw] if 0 <= raw < len(_PALETTE) else None
        case "choice":
            return spec.choices[raw] if 0 <= raw < len(spec.choices) else None
        case "number":
            return float(raw)
        case _:
            return None
