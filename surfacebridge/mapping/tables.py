"""Tables of two columns beside a mapping: ``curve(file.csv)`` and ``table(file.csv)``.

Owns: the text of such a file.  Does not own: where it is (``apps``), or what
its numbers are for (``routing.stages``).
"""

import re
from typing import Final

Points = tuple[tuple[float, float], ...]

# A measured fader law has a point a millimetre, 100 in all; a thousand is a mistake.
MOST_POINTS: Final = 1024

_BETWEEN: Final = re.compile(r"\s*[,;\t]\s*|\s+")
_OFF: Final = frozenset(("-oo", "-inf", "off"))


def read_table(text: str) -> Points | str:
    """Return the rows of ``0, 0 <newline> 50, 20``, or a sentence that says what is wrong.

    Columns stand apart by a comma, a semicolon, a tab or a space; ``%`` and
    ``dB`` may follow a number, ``-oo`` is off, ``#`` begins a comment, and a
    first row of words is a heading.
    """
    points: list[tuple[float, float]] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = _BETWEEN.split(line.partition("#")[0].strip())
        if words == [""]:
            continue
        row = [_number(word) for word in words]
        if len(row) == 2 and row[0] is not None and row[1] is not None:
            points.append((row[0], row[1]))
        elif points or any(one is not None for one in row):
            return f"line {number} is no pair of numbers: {line.strip()[:40]!r}"
        if len(points) > MOST_POINTS:
            return f"it has more than {MOST_POINTS} rows"
    return tuple(points) if len(points) > 1 else "it needs two rows of two numbers at least"


def _number(word: str) -> float | None:
    if word in _OFF:
        return float("-inf")
    try:
        value = float(word.removesuffix("dB").removesuffix("%"))
    except ValueError:
        return None
    return value if abs(value) < 1e9 else None
