"""What is wrong with a mapping, said so that the reader can mend it."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Literal

from surfacebridge.mapping.source import Span
from surfacebridge.value import as_value


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
    return get_close_matches(word, list(known), n=most, cutoff=0.6)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'fader'?"``, or nothing when no known word is near."""
    near = near_misses(word, known)
    if not near:
        return ""
    return f"; did you mean {' or '.join(repr(one) for one in near)}?"
