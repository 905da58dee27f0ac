"""The words after ``when``: text to And, Or, Not and Term.

Owns: the grammar.  Does not own: whether a layer or modifier of that name
exists (the compiler), or when a condition holds (``routing.conditions``).
"""

import re
from typing import Final, Literal

from surfacebridge.mapping.lines import And, Condition, Not, Or, Term
from surfacebridge.mapping.nodes import Scalar
from surfacebridge.mapping.problems import Problem, did_you_mean
from surfacebridge.mapping.words import check_name, read_constant, shown

# More brackets in one condition than a person can read.
_DEEPEST: Final = 16

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<quote>"[^"]*"|'[^']*')|(?P<mark>==|!=|<=|>=|[<>=()&|!]|[+*/](?=\s|$))"""
    r"""|(?P<word>(?:\{[^{}]*\}|[^\s()=!<>&|"'])+)|(?P<odd>\S))"""
)
_SPEAKING: Final[dict[str, Literal["layer", "bank", "touched", "hold", "double"]]] = {
    "layer": "layer", "bank": "bank", "touched": "touched", "hold": "hold", "double": "double",
}  # fmt: skip
_JOINING: Final = {"and", "or"}
_COMPARING: Final = {"==", "!=", "<", "<=", ">", ">="}
_INSTEAD: Final = {"=": "==", "&": "and", "|": "or", "!": "not"}


def read_condition(scalar: Scalar, problems: list[Problem]) -> Condition | None:
    """Return what ``scalar`` (without ``when``) says, or note its first fault."""
    try:
        return _Reading(scalar).whole()
    except _Fault as fault:
        problems.append(fault.problem)
        return None


def all_of(*conditions: Condition | None) -> Condition | None:
    """Return the condition that all given ones hold, flat; ``None`` if none is given."""
    terms: list[Condition] = []
    for one in conditions:
        if isinstance(one, And):
            terms.extend(one.conditions)
        elif one is not None:
            terms.append(one)
    if len(terms) < 2:
        return terms[0] if terms else None
    return And(tuple(terms))


class _Fault(Exception):
    """The condition cannot be followed from here on."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class _Reading:
    """One pass over one condition; the first fault ends it."""

    def __init__(self, scalar: Scalar) -> None:
        self._scalar = scalar
        self._tokens = [
            (scalar.part(found.start(found.lastgroup or 0), found.end()), found.lastgroup)
            for found in _TOKEN.finditer(scalar.text)
        ]
        self._at = 0

    def whole(self) -> Condition:
        """Read all of it."""
        condition = self._either(0)
        if self._next() is not None:
            before = self._tokens[self._at - 1][0].text if self._at else ""
            hint = did_you_mean(before, (*_SPEAKING, "not"))
            raise self._fault(f"'and' or 'or' is expected here, not {self._here()}{hint}")
        return condition

    def _next(self) -> Scalar | None:
        """Return the next token without taking it, or ``None`` at the end."""
        return self._tokens[self._at][0] if self._at < len(self._tokens) else None

    def _here(self) -> str:
        token = self._next()
        return "the end" if token is None else shown(token.text)

    def _fault(self, message: str) -> _Fault:
        token = self._next()
        span = self._scalar.at(len(self._scalar.text)) if token is None else token.span
        return _Fault(Problem(span, message, "condition"))

    def _takes(self, word: str) -> bool:
        """Take the next token if it is ``word``."""
        token = self._next()
        if token is None or token.text != word:
            return False
        self._at += 1
        return True

    def _either(self, depth: int) -> Condition:
        found = [self._both(depth)]
        while self._takes("or"):
            found.append(self._both(depth))
        return found[0] if len(found) == 1 else Or(tuple(found))

    def _both(self, depth: int) -> Condition:
        found = [self._single(depth)]
        while self._takes("and"):
            found.append(self._single(depth))
        return all_of(*found) or found[0]

    def _single(self, depth: int) -> Condition:
        if depth > _DEEPEST:
            raise self._fault(f"this is nested more than {_DEEPEST} deep")
        if self._takes("not"):
            return Not(self._single(depth + 1))
        if not self._takes("("):
            return self._term()
        inner = self._either(depth + 1)
        if not self._takes(")"):
            raise self._fault(f"')' is expected here, not {self._here()}")
        return inner

    def _term(self) -> Condition:
        token = self._next()
        if token is None:
            raise self._fault("a condition is missing here")
        if self._tokens[self._at][1] != "word" or token.text in _JOINING:
            instead = _INSTEAD.get(token.text)
            hint = f"; write '{instead}'" if instead else ""
            raise self._fault(f"a condition is expected here, not {shown(token.text)}{hint}")
        self._at += 1
        kind = _SPEAKING.get(token.text)
        if kind is not None:
            return Term(kind, self._name(token.text), "", None, token.span)
        self._check(token)
        return self._compared(token)

    def _name(self, kind: str) -> str:
        token = self._next()
        if token is None or self._tokens[self._at][1] != "word" or token.text in _JOINING:
            raise self._fault(f"a name is expected after '{kind}', not {self._here()}")
        self._at += 1
        self._check(token)
        return token.text

    def _check(self, name: Scalar) -> None:
        problems: list[Problem] = []
        if not check_name(name, "a name", problems):
            raise _Fault(problems[0])

    def _compared(self, token: Scalar) -> Condition:
        operator = self._next()
        if operator is not None and operator.text in _INSTEAD:
            raise self._fault(f"write '{_INSTEAD[operator.text]}' instead of '{operator.text}'")
        if operator is not None and operator.text in {"+", "*", "/"}:
            raise self._fault("conditions do not calculate")
        if operator is None or operator.text not in _COMPARING:
            kind: Literal["compare", "modifier"] = "compare" if "." in token.text else "modifier"
            return Term(kind, token.text, "", None, token.span)
        self._at += 1
        value = self._next()
        if value is None or self._tokens[self._at][1] == "mark":
            raise self._fault(f"a value is expected after '{operator.text}', not {self._here()}")
        self._at += 1
        problems: list[Problem] = []
        constant = read_constant(value, problems)
        if constant is None:
            raise _Fault(problems[0])
        return Term("compare", token.text, operator.text, constant, token.span)
