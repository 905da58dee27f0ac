"""Patterns of serial lines, both ways: ``F{s} {v:0..1023}``.

Owns: the fields a pattern may have, making a line from values, and reading one
back.  Does not own: which pattern belongs to which control (``profiles``).

``{s}`` is the strip, from 1.  ``{v:0..1023}`` is a whole number between two
ends, ``{v:0|1}`` one of some words, ``{v:s}`` or ``{v}`` the rest of the line.
"""

import re
from dataclasses import dataclass
from typing import Final

from surfacebridge.errors import ProtocolMisuse

_FIELD: Final = re.compile(r"\{(s|v)(?::([^{}]*))?\}")
_RANGE: Final = re.compile(r"(-?\d{1,9})\.\.(-?\d{1,9})")
_NUMBER: Final = re.compile(r"-?\d{1,10}")


@dataclass(frozen=True, slots=True)
class LinePattern:
    """One pattern; ``words`` are the choices of ``{v:a|b}``, ends are those of a range."""

    text: str
    low: int
    high: int
    words: tuple[str, ...]
    has_strip: bool
    has_value: bool
    is_text: bool
    _matcher: re.Pattern[str]

    @classmethod
    def read(cls, text: str) -> "LinePattern":
        """Read a pattern; raise ``ProtocolMisuse`` for a field it cannot have."""
        low, high, words, is_text = 0, 1, (), False
        expression, at = "", 0
        fields = list(_FIELD.finditer(text))
        names = [field[1] for field in fields]
        if len(set(names)) != len(names):
            raise ProtocolMisuse(f"{text!r} names a field twice")
        for field in fields:
            expression += re.escape(text[at : field.start()])
            at = field.end()
            form = field[2] or ""
            between = _RANGE.fullmatch(form)
            if field[1] == "s":
                expression += r"(?P<s>\d{1,3})"
            elif between is not None:
                low, high = int(between[1]), int(between[2])
                expression += r"(?P<v>-?\d{1,10})"
            elif "|" in form:
                words = tuple(form.split("|"))
                expression += "(?P<v>" + "|".join(map(re.escape, words)) + ")"
            elif form in {"", "s"}:
                is_text = True
                expression += "(?P<v>.*)"
            else:
                raise ProtocolMisuse(f"{text!r}: a value is written {{v:0..1023}} or {{v:0|1}}")
        expression += re.escape(text[at:])
        return cls(
            text, low, high, words, "s" in names, "v" in names, is_text, re.compile(expression)
        )

    def match(self, line: str) -> tuple[int, float | str] | None:
        """Return the strip (0 where the pattern has none) and the value of ``line``, if it fits.

        A number or a word is a position (0…1), clamped; a text is itself; a
        pattern without a value gives 1.
        """
        found = self._matcher.fullmatch(line)
        if found is None:
            return None
        strip = int(found["s"]) if self.has_strip else 0
        if not self.has_value:
            return strip, 1.0
        value = found["v"]
        if self.is_text:
            return strip, value
        if self.words:
            return strip, self.words.index(value) / max(len(self.words) - 1, 1)
        if not _NUMBER.fullmatch(value) or self.high == self.low:
            return None
        position = (int(value) - self.low) / (self.high - self.low)
        return strip, min(max(position, 0.0), 1.0)

    def format(self, strip: int, value: float | str) -> str:
        """Return the line that says ``value`` (a position 0…1, or a text) for ``strip``."""

        def field(found: re.Match[str]) -> str:
            if found[1] == "s":
                return str(strip)
            if isinstance(value, str):
                return value
            position = min(max(value, 0.0), 1.0)
            if self.words:
                return self.words[round(position * (len(self.words) - 1))]
            return str(round(self.low + position * (self.high - self.low)))

        return _FIELD.sub(field, self.text)
