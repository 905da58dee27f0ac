"""Patterns of what serial boxes say, both ways: ``F{s} {v:0..1023}``.

Owns: the fields a pattern may have, making words from values, and reading a
line back.  Does not own: which pattern belongs to which control, or how words
become bytes (``profiles``).

``{s}`` is the strip, from 1; ``{s+103}`` counts from elsewhere, ``{s:02}`` has
so many digits.  ``{v:0..1023}`` is a whole number between two ends,
``{v:0.0..1.0}`` or ``{v:f}`` any number, ``{v:0|1}`` one of some words,
``{v:s}`` or ``{v}`` the rest of the line.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from surfacebridge.errors import ProtocolMisuse

Word: TypeAlias = str | int | float
"""A word of a message; framings with types keep numbers apart from texts."""

_FIELD: Final = re.compile(r"\{(s|v)([+-]\d{1,4})?(?::([^{}]*))?\}")
_GAP: Final = re.compile(r" (?![^{}]*\})")
_END: Final = r"(-?\d{1,9}(?:\.\d{1,6})?)"
_RANGE: Final = re.compile(rf"{_END}\.\.{_END}")
_SHORT: Final = {"i": "0..1", "f": "0.0..1.0"}
_NUMBER: Final = r"-?\d{1,10}(?:\.\d{1,10})?"
_PLACES: Final = 4


@dataclass(frozen=True, slots=True)
class LinePattern:
    """One pattern; ``choices`` are those of ``{v:a|b}``, ``low`` and ``high`` the ends of a range.

    ``is_text`` means that the value is a text, ``has_value`` that there is one.
    """

    text: str
    low: float
    high: float
    choices: tuple[str, ...]
    has_value: bool
    is_text: bool
    _decimal: bool
    _first: int
    _matcher: re.Pattern[str]

    @classmethod
    def read(cls, text: str) -> "LinePattern":
        """Read a pattern; raise ``ProtocolMisuse`` for a field it cannot have."""
        low, high, choices, decimal, first = 0.0, 1.0, (), False, 0
        expression, at, names = "", 0, ""
        for field in _FIELD.finditer(text):
            expression += re.escape(text[at : field.start()])
            at = field.end()
            name, move, form = field[1], field[2], field[3] or ""
            if name in names or (name == "v" and move):
                raise ProtocolMisuse(f"{text!r}: {{{name}}} cannot stand there")
            names += name
            between = _RANGE.fullmatch(_SHORT.get(form, form))
            if name == "s":
                first = _first(text, form, move)
                expression += r"(?P<s>\d{1,5})"
            elif between is not None:
                low, high, decimal = float(between[1]), float(between[2]), "." in between[1]
                decimal |= "." in between[2]
                expression += f"(?P<v>{_NUMBER})"
            elif "|" in form:
                choices = tuple(form.split("|"))
                expression += f"(?P<v>{'|'.join(map(re.escape, choices))})"
            elif form in {"", "s"}:
                expression += "(?P<v>.*)"
            else:
                raise ProtocolMisuse(f"{text!r}: a value is written {{v:0..1023}} or {{v:0|1}}")
        expression += re.escape(text[at:])
        is_text = "(?P<v>.*)" in expression
        matcher = re.compile(expression)
        return cls(text, low, high, choices, "v" in names, is_text, decimal, first, matcher)

    def match(self, line: str) -> tuple[int, float | str] | None:
        """Return the strip (0 where the pattern has none) and the value of ``line``, if it fits.

        A number or a word is a position (0…1), clamped; a text is itself; a
        pattern without a value gives 1.
        """
        found = self._matcher.fullmatch(line)
        if found is None:
            return None
        fields = found.groupdict()
        strip = int(fields["s"]) - self._first if "s" in fields else 0
        if not self.has_value:
            return strip, 1.0
        value = fields["v"]
        if self.is_text:
            return strip, value
        if self.choices:
            return strip, self.choices.index(value) / (len(self.choices) - 1)
        if self.high == self.low:
            return None
        position = (float(value) - self.low) / (self.high - self.low)
        return strip, min(max(position, 0.0), 1.0)

    def words(self, strip: int, value: float | str) -> tuple[Word, ...]:
        """Return the words that say ``value`` (a position 0…1, or a text) for ``strip``."""
        return tuple(self._word(word, strip, value) for word in _GAP.split(self.text))

    def _word(self, word: str, strip: int, value: float | str) -> Word:
        alone = _FIELD.fullmatch(word)
        if alone is not None:
            return self._filled(alone, strip, value)
        if "{" not in word:
            return _plain(word)
        return _FIELD.sub(lambda field: _said(self._filled(field, strip, value)), word)

    def _filled(self, field: re.Match[str], strip: int, value: float | str) -> Word:
        if field[1] == "s":
            number = strip + self._first
            return f"{number:0{field[3]}}" if field[3] else number
        if isinstance(value, str):
            return value
        position = min(max(value, 0.0), 1.0)
        if self.choices:
            return _plain(self.choices[round(position * (len(self.choices) - 1))])
        exact = self.low + position * (self.high - self.low)
        return exact if self._decimal else round(exact)


def line_of(words: Iterable[Word]) -> str:
    """Return ``words`` as one line of text; numbers with at most four decimals."""
    return " ".join(map(_said, words))


def _said(word: Word) -> str:
    return str(round(word, _PLACES)) if isinstance(word, float) else str(word)


def _plain(text: str) -> Word:
    """Return a constant as the number it is, where that is written in the same way."""
    if re.fullmatch(_NUMBER, text):
        number = float(text) if "." in text else int(text)
        if _said(number) == text:
            return number
    return text


def _first(text: str, form: str, move: str | None) -> int:
    """Return what is added to a strip's number."""
    if not re.fullmatch(r"(?:0?\d)?", form):
        raise ProtocolMisuse(f"{text!r}: a strip is written {{s}}, {{s+1}} or {{s:02}}")
    return int(move or 0)
