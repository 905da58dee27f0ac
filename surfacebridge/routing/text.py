"""Text for small displays: fitting names, and values as people read them."""

from math import isfinite
from typing import Final

from surfacebridge.model.sheets import ParameterSpec
from surfacebridge.model.values import Value, format_db, format_pan

_VOWELS: Final = frozenset("aeiouäöüAEIOUÄÖÜ")


def fit(text: str, width: int) -> str:
    """Return ``text`` in at most ``width`` characters, still readable.

    Spaces go first, then vowels inside words from the right, and only then is
    the rest cut; digits are kept, because they tell neighbours apart.  A display
    of width 0 cuts by itself, as one of digits does, where a full stop has no place
    of its own: it is given the text as it is.
    """
    if not width:
        return text
    text = text.strip()
    if len(text) <= width:
        return text
    words = text.split()
    joined = "".join(word[:1].upper() + word[1:] for word in words) if len(words) > 1 else text
    letters = list(joined)
    starts = _starts(words) if len(words) > 1 else {0}
    for at in range(len(letters) - 1, 0, -1):
        if len(letters) - letters.count("") <= width:
            break
        if letters[at] in _VOWELS and at not in starts:
            letters[at] = ""
    short = "".join(letters)
    if len(short) <= width:
        return short
    tail = _trailing_digits(short)
    return short[: width - len(tail)] + tail if len(tail) < width else short[:width]


def abbreviate(text: str, width: int) -> str:
    """Return ``text`` with every inner vowel gone if it is too long, then cut evenly.

    ``Lead Vocal`` in four is ``LdVc``: each word keeps its share.
    """
    text = text.strip()
    if len(text) <= width:
        return text
    words = [word[:1] + "".join(c for c in word[1:] if c not in _VOWELS) for word in text.split()]
    if len("".join(words)) <= width:
        return "".join(words)
    share, extra = divmod(width, len(words)) if words else (width, 0)
    if share == 0:
        return "".join(word[:1] for word in words)[:width]
    return "".join(word[: share + (place < extra)] for place, word in enumerate(words))


def tell_apart(text: str, width: int, place: int) -> str:
    """Return ``text`` ending in ``place``, for a name that a neighbour already shows."""
    tail = str(place)
    return fit(text, width)[: max(width - len(tail), 0)] + tail


def format_value(value: Value, spec: ParameterSpec | None, form: str) -> str:
    """Return ``value`` as people read it, by ``form`` (``dB``, ``pan``, ``Hz``) or its kind."""
    kind = spec.kind if spec is not None else "plain"
    if spec is not None:
        # A knob may aim between two places of the target's grid.
        value = spec.snap(value)
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "On" if value else "Off"
    if not isinstance(value, float | int):
        return ""
    if form == "dB" or (kind == "level" and not form):
        return format_db(float(value))
    if form == "pan" or (kind == "pan" and not form):
        pan = float(value) if kind == "pan" else float(value) * 2 - 1
        # A line may ask for the pan of a level, and a level may be off.
        return format_pan(pan) if isfinite(pan) else format_db(float(value))
    if form == "Hz" and abs(value) >= 1000:
        return f"{value / 1000:.3g}k"
    if form == "Hz":
        return f"{value:.3g}"
    if isinstance(value, int):
        return str(value)
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _starts(words: list[str]) -> set[int]:
    starts, at = set(), 0
    for word in words:
        starts.add(at)
        at += len(word)
    return starts


def _trailing_digits(text: str) -> str:
    return text[len(text.rstrip("0123456789")) :]
