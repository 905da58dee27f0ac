"""The bridge's own actions: what ``do …`` may say.

Owns: their names and arguments.  Does not own: doing them (``engine``).
"""

from typing import Final

from surfacebridge.model.sheets import ParameterSpec
from surfacebridge.model.values import COLOUR_NAMES, EIGHT_COLOURS, OFF, Value

VERBS: Final[dict[str, tuple[int, int, str]]] = {
    "bank": (1, 1, "do bank NAME"),
    "layer": (1, 1, "do layer NAME"),
    "page": (1, 1, "do page +1"),
    "cycle": (1, 1, "do cycle VARIABLE"),
    "reset": (2, 2, "do reset .fader 0dB"),
    "scene": (2, 2, "do scene recall 3"),
    "resync": (0, 1, "do resync, or do resync TARGET"),
}
"""Each verb: fewest and most arguments, and how it is written."""


def constant_of_text(text: str, spec: ParameterSpec) -> Value:
    """Return ``0dB``, ``50%``, ``-oo``, ``0.5`` or a word as a value for ``spec``."""
    if text in {"-oo", "-inf", "-oodB", "-infdB"}:
        return OFF
    unit = "dB" if text.endswith("dB") else "%" if text.endswith("%") else ""
    try:
        number = float(text.removesuffix("dB").removesuffix("%"))
    except ValueError:
        return constant_value(None, "", text, spec)
    return constant_value(number, unit, text, spec)


def _named_value(word: str, spec: ParameterSpec) -> Value:
    if spec.kind == "switch":
        return {"on": True, "off": False}.get(word, word)
    if spec.kind == "colour" and word in COLOUR_NAMES:
        return EIGHT_COLOURS[COLOUR_NAMES.index(word)]
    return word


def constant_value(number: float | None, unit: str, word: str, spec: ParameterSpec) -> Value:
    """Return a constant of the mapping in the parameter's own unit.

    A bare number is a position (0…1) on a level or a pan, and the parameter's
    own unit elsewhere; ``0dB`` and ``50%`` say what they are.
    """
    if number is None:
        return _named_value(word, spec)
    if unit == "%":
        return spec.from_position(number / 100.0)
    if unit == "dB" or number == OFF:
        return number
    match spec.kind:
        case "level" | "pan":
            return spec.from_position(number)
        case "switch":
            return number != 0
        case _:
            return int(number) if number.is_integer() else number
