"""The bridge's own actions: what ``do …`` may say.

Owns: their names and arguments.  Does not own: doing them (``engine``).
"""

from typing import Final

from surfacebridge.mapping.lines import Constant
from surfacebridge.mapping.problems import did_you_mean
from surfacebridge.model.sheets import ParameterKind, ParameterSpec
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


_WRITTEN: Final[dict[ParameterKind, str]] = {
    "level": "a level is written -10dB, -oo, 75% or, as a place on its fader, 0.75",
    "meter": "a meter's level is written -20dB",
    "pan": "a pan is written 0.5 (the middle), 0 to 1 or 50%",
    "number": "a number is written 0.5 or 50%",
    "switch": "a switch is on or off, 1 or 0",
}


def refuse_constant(constant: Constant, spec: ParameterSpec) -> str:
    """Return why no value of ``spec`` is ever ``constant`` and what to write; nothing if one is."""
    word = constant.word
    if constant.number is not None or "{" in word:
        return ""
    match spec.kind:
        case "level" | "meter" | "pan" | "number":
            is_known = False
        case "switch":
            is_known = word in {"on", "off"}
        case "choice":
            is_known = word in spec.choices
        case "colour":
            is_known = word in COLOUR_NAMES
        case _:
            is_known = True
    if is_known:
        return ""
    known = spec.choices if spec.kind == "choice" else COLOUR_NAMES
    hint = _WRITTEN.get(spec.kind) or f"it is one of {', '.join(known)}"
    near = did_you_mean(word, known) if spec.kind not in _WRITTEN else ""
    return f"'{constant.text}' is no value of this{near or f'; {hint}'}"
