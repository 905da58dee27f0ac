"""Lists in a text: ``x.f{1..8}`` and ``auto.{read,write}`` become several texts.

Owns: what counts as a list, the equal-count rule, ``{i}`` and ``{value}``.
Does not own: the other placeholders (``{n}``, ``{v:f}``), which stay as they are.
"""

import re
from typing import Final

from surfacebridge.mapping.nodes import Scalar
from surfacebridge.mapping.problems import Problem
from surfacebridge.value import as_value

# A console has some hundred channels; a list beyond this is a slip of the finger.
LONGEST_LIST: Final = 1024

_BRACES: Final = re.compile(r"\{([^{}]*)\}")
_RANGE: Final = re.compile(r"\s*(\d{1,6})\s*\.\.\s*(\d{1,6})\s*")
_OWN: Final = re.compile(r"\{(i|value)(?::(?:0?(\d{1,2})|[is]))?\}")


@as_value
class Expanded:
    """One of the texts a text with lists stands for, its place (from 1) and its first word."""

    scalar: Scalar
    place: int
    word: str


@as_value
class _List:
    start: int
    end: int
    words: tuple[str, ...]


def expand(scalar: Scalar, problems: list[Problem]) -> list[Expanded]:
    """Return every text ``scalar`` stands for; itself, with place 0, if it holds no list.

    Two lists must be equally long, or one of them has one word.  ``{i}`` and
    ``{value}`` become the place and the word in the first list.  A list that
    cannot be read is a problem, and then nothing is returned.
    """
    if "{" not in scalar.text:
        return [Expanded(scalar, 0, "")]
    before = len(problems)
    lists = _lists(scalar, problems)
    if len(problems) > before:
        return []
    if not lists:
        return [Expanded(scalar, 0, "")]
    longest = max(lists, key=lambda one: len(one.words))
    for one in lists:
        if len(one.words) not in {1, len(longest.words)}:
            message = (
                f"lists on one line must be equally long; this has {len(one.words)}, "
                f"'{scalar.text[longest.start : longest.end]}' has {len(longest.words)}"
            )
            problems.append(Problem(scalar.at(one.start), message, "list-count"))
            return []
    naming = lists[0] if len(lists[0].words) > 1 else longest
    return [_chosen(scalar, lists, naming, place) for place in range(len(longest.words))]


def _chosen(scalar: Scalar, lists: list[_List], naming: _List, place: int) -> Expanded:
    """Return the text with the word at ``place`` (from 0) of every list."""
    word = naming.words[place]
    edits = [(one.start, one.end, one.words[place % len(one.words)]) for one in lists]
    for found in _OWN.finditer(scalar.text):
        own = str(place + 1) if found[1] == "i" else word
        edits.append((found.start(), found.end(), own.zfill(int(found[2] or 0))))
    return Expanded(scalar.spliced(sorted(edits)), place + 1, word)


def _lists(scalar: Scalar, problems: list[Problem]) -> list[_List]:
    found = []
    for braces in _BRACES.finditer(scalar.text):
        inner = braces[1]
        if ":" in inner or "|" in inner or ("," not in inner and ".." not in inner):
            continue
        words = _words(inner)
        if words:
            found.append(_List(braces.start(), braces.end(), words))
        else:
            message = f"a list is written {{1..8}} or {{one,two}}, up to {LONGEST_LIST} long"
            problems.append(Problem(scalar.at(braces.start()), message, "list"))
    return found


def _words(inner: str) -> tuple[str, ...]:
    """Return the words of a list's inside; nothing if it cannot be read."""
    if "," in inner:
        words = tuple(word.strip() for word in inner.split(","))
        return words if all(words) and len(words) <= LONGEST_LIST else ()
    between = _RANGE.fullmatch(inner)
    if between is None:
        return ()
    first, last = int(between[1]), int(between[2])
    if abs(last - first) >= LONGEST_LIST:
        return ()
    padded = between[1].startswith("0") or between[2].startswith("0")
    width = max(len(between[1]), len(between[2])) if padded and len(between[1]) > 1 else 0
    step = 1 if last >= first else -1
    return tuple(str(number).zfill(width) for number in range(first, last + step, step))
