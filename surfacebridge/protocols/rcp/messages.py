"""Lines of Yamaha's remote control protocol (RCP), as CL, QL, TF, DM3 and DM7 speak it.

Owns: words, quotes, and which kind of line it is.
Does not own: cutting a stream into lines (``framing.lines``), what an address
means (``profiles.consoles.rcp``).

Source: the Companion module yamaha-rcp and the parameter lists beside it.  A line
is words between blanks, ended by LF; a word with blanks in it stands in double
quotes, where a backslash goes before a quote.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from surfacebridge.protocols.malformed import Malformed

# Meters of 120 channels are some 400 bytes; nothing longer is known.
LONGEST_LINE: Final = 4096
_EXCERPT: Final = 48

Verdict = Literal["OK", "NOTIFY", "ERROR"]

_WORD: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')
_ESCAPE: Final = re.compile(r"\\(.)")
_PLAIN: Final = re.compile(r'[^\s"\\]+')
_VERDICTS: Final[dict[str, Verdict]] = {
    "OK": "OK",
    # As asked, but changed to fit.
    "OKm": "OK",
    "NOTIFY": "NOTIFY",
    "ERROR": "ERROR",
}


@dataclass(frozen=True, slots=True)
class Line:
    """What a console said: the verdict, the command it is about, and the words after it."""

    verdict: Verdict
    command: str
    words: tuple[str, ...]


def decode(line: str) -> Line | Malformed:
    """Return what ``line`` says; never raise."""
    words = [
        _ESCAPE.sub(r"\1", quoted) if plain == "" else plain
        for quoted, plain in _WORD.findall(line)
    ]
    verdict = _VERDICTS.get(words[0]) if words else None
    if verdict is None or len(words) < 2:
        return Malformed(line[:_EXCERPT].encode(), "a line that neither answers nor tells")
    return Line(verdict, words[1], tuple(words[2:]))


def encode(*words: str | int) -> bytes:
    """Return a command as a line; what is no plain word is quoted, and kept to one line."""
    return (" ".join(_written(word) for word in words) + "\n").encode()


def _written(word: str | int) -> str:
    if isinstance(word, int) or _PLAIN.fullmatch(word):
        return str(word)
    flat = re.sub(r"[\x00-\x1f\x7f]", " ", word)
    return '"' + re.sub(r'(["\\])', r"\\\1", flat) + '"'
