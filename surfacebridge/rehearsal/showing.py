"""What a control can show, whether it shows what is written, and how that is said.

Owns: places, lamps, rings, meters and texts, as stories and tests on lines write
them.  Does not own: messages to and from targets (``expectations``).
"""

from math import isinf
from typing import Final

from surfacebridge.mapping.lines import Constant
from surfacebridge.model.feedback import (
    Show,
    ShowColour,
    ShowLamp,
    ShowMeter,
    ShowMotor,
    ShowRing,
    ShowText,
)
from surfacebridge.model.sheets import ControlKind, ControlSpec
from surfacebridge.model.values import COLOUR_NAMES, EIGHT_COLOURS, Colour, format_db
from surfacebridge.routing.bindings import surface_law

# Numbers on the wire have seven digits.
_EXACT: Final = 1e-6

# A ring has eleven lamps, a meter twelve.
_RING: Final = 0.05
_METER: Final = 0.5


def fader_position(value: Constant, spec: ControlSpec) -> float | None:
    """Return the place of a control (0…1) that ``0dB``, ``75%`` or ``0.5`` means."""
    if value.number is None:
        return None
    if value.unit == "dB":
        return surface_law(spec).from_db(value.number)
    place = value.number / 100.0 if value.unit == "%" else value.number
    return min(max(place, 0.0), 1.0)


def shows(show: Show | None, value: Constant, tolerance: float | None, spec: ControlSpec) -> bool:
    """Return whether ``show``, the last there was, is ``value``."""
    word = value.word if value.number is None else value.text
    match show:
        case None:
            return word == "dark" and spec.kind in {"key", "lamp", "ring"}
        case ShowLamp(state=state):
            return state == word
        case ShowText(text=text):
            return text.strip() == word.strip()
        case ShowColour(colour=colour):
            return colour_name(colour) == word
        case ShowRing(position=None):
            return word == "dark"
        case ShowMotor(position=position) | ShowRing(position=float(position)):
            place = fader_position(value, spec)
            step = 0.5 / max(spec.steps - 1, 1) if isinstance(show, ShowMotor) else _RING
            return place is not None and is_near(position, place, tolerance or step)
        case ShowMeter(level=level):
            return value.number is not None and is_near(level, value.number, tolerance or _METER)
        case _:
            return False


_SHOWN: Final[dict[ControlKind, str]] = {
    "fader": "a fader is at 0dB, 75% or 0.5",
    "ring": "a ring is at 0.5 or 50%, or dark",
    "meter": "a meter shows -20dB",
    "key": "a lamp is lit, dark or blink",
    "lamp": "a lamp is lit, dark or blink",
    "colour": f"a colour is one of {', '.join(COLOUR_NAMES)}",
}


_BARE: Final[dict[ControlKind, str]] = {
    "fader": "a fader without a motor",
    "key": "a key without a lamp",
    "vpot": "an encoder",
    "jog": "a jog wheel",
    "knob": "a knob",
}


def refuse_showing(spec: ControlSpec) -> str:
    """Return why a control of ``spec`` never shows anything at all, or nothing if it does."""
    return "" if spec.can_show else f"{_BARE[spec.kind]} shows nothing"


def refuse_shown(value: Constant, spec: ControlSpec) -> str:
    """Return why no control of ``spec`` ever shows ``value`` and what to write, or nothing."""
    match spec.kind:
        case "fader" | "meter":
            can = value.number is not None
        case "ring":
            can = value.number is not None or value.word == "dark"
        case "key" | "lamp":
            can = value.word in {"lit", "dark", "blink"}
        case "colour":
            can = value.quoted or value.word in COLOUR_NAMES
        case _:
            can = True
    return "" if can else f"'{value.text}' is never shown here; {_SHOWN[spec.kind]}"


def is_near(value: float, wanted: float, tolerance: float) -> bool:
    """Return whether two numbers are the same on the wire, or ``tolerance`` apart at most."""
    if isinf(value) or isinf(wanted):
        return value == wanted
    return abs(value - wanted) <= tolerance + _EXACT * max(1.0, abs(wanted))


def colour_name(colour: Colour) -> str:
    """Return what a story calls ``colour``: one of the eight by its name."""
    plain = Colour(colour.red, colour.green, colour.blue)
    return COLOUR_NAMES[EIGHT_COLOURS.index(plain)] if plain in EIGHT_COLOURS else str(colour)


def show_text(show: Show) -> str:
    """Return what a control shows as a story would write it."""
    match show:
        case ShowMotor(position=position):
            return f"{position:.4f}"
        case ShowLamp(state=state):
            return state
        case ShowText(text=text):
            return f'"{text}"'
        case ShowRing(position=position, mode=mode):
            return "dark" if position is None else f"{position:.3f} as a {mode}"
        case ShowMeter(level=level):
            return f"{format_db(level)} dB"
        case ShowColour(colour=colour):
            return colour_name(colour)
