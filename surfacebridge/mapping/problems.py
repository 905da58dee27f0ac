"""What is wrong with a mapping, said so that the reader can mend it."""

from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches
from typing import Final, Literal

from surfacebridge.mapping.source import Span
from surfacebridge.value import as_value

# So many may be as near as the nearest: a fader of each strip.
_AS_NEAR: Final = 64


@as_value
class Problem:
    """One located finding; ``code`` is stable for tools, ``message`` is for people."""

    span: Span
    message: str
    code: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        warning = "warning: " if self.severity == "warning" else ""
        return f"{self.span}: {warning}{self.message}"


def near_misses(word: str, known: Iterable[str], most: int = 2) -> list[str]:
    """Return up to ``most`` known words that ``word`` may have been meant to be."""
    plain = word.lower()
    by_plain = {one.lower(): one for one in known}
    order = {one: place for place, one in enumerate(by_plain)}

    def likeness(one: str) -> tuple[float, int]:
        # Of several as near the first one known: fader.1 before fader.8.
        return -SequenceMatcher(None, one, plain).ratio(), order[one]

    near = get_close_matches(plain, by_plain, n=_AS_NEAR, cutoff=0.6)
    return [by_plain[one] for one in sorted(near, key=likeness)[:most]]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'fader'?"``, or nothing when no known word is near."""
    near = near_misses(word, known)
    if not near:
        return ""
    return f"; did you mean {' or '.join(repr(one) for one in near)}?"
