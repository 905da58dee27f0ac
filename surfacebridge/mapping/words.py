"""Pieces of a line: what stands outside quotes and brackets, tokens, names, constants.

Owns: cutting a text without losing places, and the shapes of the smallest
words.  Does not own: lines (``arrows``) or conditions (``conditions``).
"""

import re
from collections.abc import Iterator
from math import inf
from typing import Final, Literal

from surfacebridge.mapping.lines import Constant
from surfacebridge.mapping.nodes import Scalar
from surfacebridge.mapping.problems import Problem

_OPENING: Final = {"(": ")", "{": "}"}
_NUMBER: Final = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*(dB|%)?", re.IGNORECASE)
_OFF: Final = re.compile(r"-(?:oo|inf|∞)(?:\s*dB)?", re.IGNORECASE)
PLACEHOLDER: Final = r"\{[A-Za-z_][\w-]*(?:\.[\w-]+)*(?:[+-]\d+)?(?::[^{}]*)?\}"
_NAME: Final = re.compile(rf"\.?(?:[\w-]|{PLACEHOLDER})+(?:\.(?:[\w-]|{PLACEHOLDER})+)*")
_PLACEHOLDER: Final = re.compile(PLACEHOLDER)
# Two decibel figures with a fault in them would otherwise be taken for words.
_LONGEST_SHOWN: Final = 40


def shown(text: str) -> str:
    """Return ``text`` in quotation marks as messages show it, shortened if it is long."""
    short = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
    return f"'{short}'"


def find_unclosed(scalar: Scalar) -> Problem | None:
    """Return what is opened and never closed, or closed and never opened, if anything is."""
    waiting: list[tuple[int, str]] = []
    for offset, char, depth in _walk(scalar.text):
        if depth == -1:
            return Problem(scalar.at(offset), "this quotation mark is never closed", "unclosed")
        if char in _OPENING:
            waiting.append((offset, _OPENING[char]))
        elif char in _OPENING.values():
            if not waiting or waiting[-1][1] != char:
                return Problem(scalar.at(offset), f"this '{char}' closes nothing", "unclosed")
            waiting.pop()
    if waiting:
        offset, closing = waiting[-1]
        return Problem(scalar.at(offset), f"this is never closed with '{closing}'", "unclosed")
    return None


def split(scalar: Scalar, separators: str) -> list[Scalar]:
    """Return the parts between ``separators`` that stand outside quotes and brackets, stripped."""
    parts = []
    start = 0
    for offset, char, depth in _walk(scalar.text):
        if depth == 0 and char in separators:
            parts.append(scalar.part(start, offset).stripped())
            start = offset + 1
    parts.append(scalar.part(start, len(scalar.text)).stripped())
    return parts


def find_bare(scalar: Scalar, wanted: str) -> int:
    """Return the offset of the first of the characters ``wanted`` outside quotes and brackets."""
    for offset, char, depth in _walk(scalar.text):
        if depth == 0 and char in wanted:
            return offset
    return -1


def tokens(scalar: Scalar) -> list[Scalar]:
    """Return the words between blanks; quotes and braces hold a word together."""
    return [part for part in split(scalar, " \t\n") if part.text]


def _walk(text: str) -> Iterator[tuple[int, str, int]]:
    """Yield offset, character and depth of all that is not quoted.

    A bracket itself is deeper than what is around it.  Quotation marks count
    where a word may start, so that an apostrophe inside one does not.  An
    unclosed one is the last thing yielded, with depth -1.
    """
    depth = 0
    at = 0
    while at < len(text):
        char = text[at]
        if char in {'"', "'"} and (at == 0 or text[at - 1] in " \t\n(,=:"):
            closing = text.find(char, at + 1)
            if closing < 0:
                yield at, char, -1
                return
            at = closing + 1
            continue
        if char in _OPENING:
            depth += 1
        yield at, char, depth
        if char in _OPENING.values():
            depth = max(depth - 1, 0)
        at += 1


def check_name(scalar: Scalar, what: str, problems: list[Problem]) -> bool:
    """Note where ``scalar`` stops being a dotted name with placeholders; return if it is one."""
    text = scalar.text
    found = _NAME.match(text)
    end = found.end() if found else 0
    if found and end == len(text):
        return True
    if text[end : end + 1] == "." and text[end + 1 : end + 2] not in {"", "."}:
        end += 1
    if not text:
        message = f"{what} is missing here"
    elif text[end:] == "." or text[end : end + 2] == "..":
        message = f"a word is missing after the '.' of {shown(text)}"
    elif text[end] in "{}":
        message = f"a placeholder is written {{n}} or {{n:02}}, not {shown(text[end:])}"
    else:
        message = f"{text[end]!r} cannot stand in {what}"
    problems.append(Problem(scalar.at(end), message, "name"))
    return False


def check_placeholders(scalar: Scalar, problems: list[Problem]) -> bool:
    """Note the first brace that opens no placeholder; return whether there was none."""
    offset = scalar.text.find("{")
    while offset >= 0:
        found = _PLACEHOLDER.match(scalar.text, offset)
        if found is None:
            message = (
                f"a placeholder is written {{n}} or {{v:f}}, not {shown(scalar.text[offset:])}"
            )
            problems.append(Problem(scalar.at(offset), message, "placeholder"))
            return False
        offset = scalar.text.find("{", found.end())
    return True


_SECRETS: Final = (
    re.compile(r"(?<=//)[^/@?\s]*(?=@)"),
    re.compile(r"(?<=password=)(?!env:.|file:.)[^&\s\"']*"),
)


def holds_secret(address: str) -> bool:
    """Return whether an address says a password rather than where it is kept."""
    return any(pattern.search(address) for pattern in _SECRETS)


def without_secrets(text: str) -> str:
    """Return ``text`` as it can be shown to people: passwords in addresses are illegible."""
    for pattern in _SECRETS:
        text = pattern.sub("…", text)
    return text


def unquoted(text: str) -> tuple[str, bool]:
    """Return ``text`` without its own quotation marks, and whether it had any."""
    if len(text) >= 2 and text[0] in {'"', "'"} and text[-1] == text[0]:
        return text[1:-1], True
    return text, False


def read_constant(scalar: Scalar, problems: list[Problem]) -> Constant | None:
    """Return the value ``scalar`` says, or note why it is not one value."""
    text = scalar.text
    word, quoted = unquoted(text)
    if quoted:
        return Constant(text, None, "", word, True, scalar.span)
    if _OFF.fullmatch(text):
        return Constant(text, -inf, "dB", "", False, scalar.span)
    number = _NUMBER.fullmatch(text)
    if number:
        units: dict[str, Literal["", "dB", "%"]] = {"db": "dB", "%": "%"}
        unit = units.get((number[2] or "").lower(), "")
        return Constant(text, float(number[1]), unit, "", False, scalar.span)
    if not text or len(tokens(scalar)) != 1:
        said = f"not {shown(text)}; quote a text with blanks" if text else "and none is written"
        problems.append(Problem(scalar.span, f"one value is expected here, {said}", "constant"))
        return None
    return Constant(text, None, "", text, False, scalar.span)
