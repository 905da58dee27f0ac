"""When a line is live: layers, modifiers, banks, touch, held keys, comparisons.

Owns: what a condition weighs and whether it holds.  Does not own: which line
wins among several (``wiring``) or who changes the situation (``engine``).
"""

from collections.abc import Callable
from typing import Final

from surfacebridge.mapping.lines import And, Condition, Not, Or, Term
from surfacebridge.model.values import Value

Compare = Callable[[Term], bool]
"""Whether a comparison term holds now, for the strip at hand."""

# The more passing kind of condition wins among equals.
RANKS: Final = {
    "bank": 1,
    "layer": 2,
    "modifier": 3,
    "compare": 3,
    "hold": 4,
    "double": 4,
    "touched": 5,
}


OF_A_CONTROL: Final = frozenset(("touched", "hold", "double"))
"""Kinds of terms that name a control, as a line does: ``fader`` is that of its own strip."""


class Situation:
    """What is the case now: names of what is active, as ``kind:name`` words."""

    def __init__(self) -> None:
        self._true: set[str] = set()
        self.changes = 0
        """How often something became the case, or ceased to be."""

    def set(self, kind: str, name: str, active: bool) -> bool:
        """Note whether ``name`` is active; return whether that is news."""
        word = f"{kind}:{name}"
        if active == (word in self._true):
            return False
        if active:
            self._true.add(word)
        else:
            self._true.discard(word)
        self.changes += 1
        return True

    def choose(self, kind: str, name: str) -> None:
        """Make ``name`` the only active one of its kind."""
        self._true = {word for word in self._true if not word.startswith(f"{kind}:")}
        self._true.add(f"{kind}:{name}")
        self.changes += 1

    def has(self, kind: str, name: str) -> bool:
        """Return whether ``name`` is active."""
        return f"{kind}:{name}" in self._true

    def holds(
        self, condition: Condition | None, touched: Callable[[str], str], compare: Compare
    ) -> bool:
        """Return whether ``condition`` holds.

        ``touched`` turns a control as the line names it (``fader``) into the
        concrete one (``x.fader.3``).
        """
        match condition:
            case None:
                return True
            case Not(condition=inner):
                return not self.holds(inner, touched, compare)
            case And(conditions=several):
                return all(self.holds(one, touched, compare) for one in several)
            case Or(conditions=several):
                return any(self.holds(one, touched, compare) for one in several)
            case Term(kind="compare") as term:
                return compare(term)
            case Term(kind=kind, name=name):
                return self.has(kind, touched(name) if kind in OF_A_CONTROL else name)


def is_alike_everywhere(condition: Condition | None) -> bool:
    """Return whether ``condition`` speaks of no control, and so holds on all or on none."""
    return all(term.kind in {"bank", "layer", "modifier"} for term in terms_of(condition))


def terms_of(condition: Condition | None) -> list[Term]:
    """Return every term of ``condition``, left to right."""
    match condition:
        case None:
            return []
        case Term() as term:
            return [term]
        case Not(condition=inner):
            return terms_of(inner)
        case And(conditions=several) | Or(conditions=several):
            return [term for one in several for term in terms_of(one)]


def weight_of(condition: Condition | None) -> tuple[int, int]:
    """Return (number of terms, rank of the most passing kind): the more, the stronger."""
    terms = terms_of(condition)
    return len(terms), max((RANKS[term.kind] for term in terms), default=0)


def same(one: Condition | None, other: Condition | None) -> bool:
    """Return whether two conditions say the same, wherever they stand in the file."""
    return _key(one) == _key(other)


def compares(value: Value | None, operator: str, other: Value) -> bool:
    """Return whether ``value operator other`` is true; an unknown value never is."""
    if value is None:
        return False
    if operator in {"==", "!="}:
        equal = _plain(value) == _plain(other)
        return equal if operator == "==" else not equal
    left, right = _plain(value), _plain(other)
    if not isinstance(left, float) or not isinstance(right, float):
        return False
    return {
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }.get(operator, False)


def _plain(value: Value) -> object:
    if isinstance(value, bool | int | float):
        return float(value)
    return value.lower() if isinstance(value, str) else value


def _key(condition: Condition | None) -> object:
    match condition:
        case None:
            return None
        case Term(kind=kind, name=name, operator=operator, value=value):
            return kind, name, operator, None if value is None else value.text
        case Not(condition=inner):
            return "not", _key(inner)
        case And(conditions=several):
            return "and", frozenset(_key(one) for one in several)
        case Or(conditions=several):
            return "or", frozenset(_key(one) for one in several)
