"""OSC address patterns: whether ``/ch/*/mix/{on,fader}`` means an address.

Owns: the pattern language of OSC 1.0, ``? * [a-z] [!abc] {this,that}``, part
by part between slashes.
Does not own: the bridge's own patterns with names in them (``mapping``).
"""

import re
from functools import lru_cache
from typing import Final

_SPECIAL: Final = frozenset("?*[]{}")

# A peer chooses the patterns, so both the cache and what goes into it are
# bounded: consoles' longest addresses are under 100 characters.
_PATTERNS_KEPT: Final = 256
_LONGEST: Final = 256

# Matching takes exponential time in the number of stars in one part; more
# than a few mean nothing a person would write.
_MOST_STARS: Final = 4


def is_pattern(address: str) -> bool:
    """Return whether ``address`` can mean more than itself."""
    return not _SPECIAL.isdisjoint(address)


def matches(pattern: str, address: str) -> bool:
    """Return whether ``pattern`` means ``address``; a broken pattern means nothing."""
    if pattern == address:
        return True
    compiled = _compiled(pattern) if is_pattern(pattern) else None
    return compiled is not None and compiled.fullmatch(address) is not None


@lru_cache(maxsize=_PATTERNS_KEPT)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    simple = re.sub(r"\*+", "*", pattern)
    if len(simple) > _LONGEST or any(part.count("*") > _MOST_STARS for part in simple.split("/")):
        return None
    pieces = _PIECES.findall(simple)
    if sum(map(len, pieces)) != len(simple):
        return None
    return re.compile("".join(map(_expression, pieces)))


_PIECES: Final = re.compile(r"\*|\?|\[!?[^\[\]{}/]+\]|\{[^{}/]*\}|[^*?\[\]{}]+")


def _expression(piece: str) -> str:
    if piece == "*":
        return "[^/]*"
    if piece == "?":
        return "[^/]"
    if piece.startswith("{"):
        return "(?:" + "|".join(map(re.escape, piece[1:-1].split(","))) + ")"
    if piece.startswith("["):
        return _choice(piece[1:-1])
    return re.escape(piece)


def _choice(inside: str) -> str:
    # Spelled out one by one: Python's own sets have signs OSC does not know.
    chars = {
        char for piece in re.findall(r".-.|.", inside.removeprefix("!")) for char in _run(piece)
    }
    one_of = "|".join(map(re.escape, sorted(chars))) or "(?!)"
    return f"(?!{one_of})[^/]" if inside.startswith("!") else f"(?:{one_of})"


def _run(piece: str) -> str:
    # Addresses are ASCII, so a longer run is cut there; a backward one is empty.
    if len(piece) == 1:
        return piece
    return "".join(map(chr, range(ord(piece[0]), min(ord(piece[2]), 0x7F) + 1)))
