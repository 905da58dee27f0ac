"""Problems as people, scripts and code hosts read them: text, JSON, SARIF 2.1.0.

Owns: order and form.  Does not own: where the texts of the files come from; the
sources are passed in, and a problem in a file that is not among them goes without its line.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from surfacebridge.mapping.problems import Problem
from surfacebridge.mapping.source import Source
from surfacebridge.mapping.words import without_secrets
from surfacebridge.model.values import counted

# A line beyond this is cut around its fault, so that the caret stays in sight.
_WIDEST: Final = 100


def sort_problems(problems: Iterable[Problem]) -> list[Problem]:
    """Return errors before warnings, each by file, line and column."""
    return sorted(problems, key=lambda one: (one.severity != "error", one.span, one.message))


def as_text(problems: Iterable[Problem], sources: Iterable[Source] = ()) -> str:
    """Return each problem with the line it is in and a caret, and a count at the end."""
    lines_of = {source.path: source.text.splitlines() for source in sources}
    ordered = sort_problems(problems)
    blocks = [f"{one}\n{_shown_line(one, lines_of)}" for one in ordered]
    return "".join([*blocks, _count(ordered)])


def _shown_line(problem: Problem, lines_of: Mapping[str, Sequence[str]]) -> str:
    lines = lines_of.get(problem.span.path, ())
    if not 1 <= problem.span.line <= len(lines):
        return ""
    line = without_secrets(lines[problem.span.line - 1].replace("\t", " ").rstrip())
    at = min(problem.span.column - 1, len(line))
    start = max(0, at - _WIDEST // 2) if len(line) > _WIDEST else 0
    return f"    {line[start : start + _WIDEST]}\n    {' ' * (at - start)}^\n"


def _count(problems: Sequence[Problem]) -> str:
    errors = sum(one.severity == "error" for one in problems)
    warnings = len(problems) - errors
    said = [
        counted(number, word)
        for number, word in ((errors, "error"), (warnings, "warning"))
        if number
    ]
    return f"{', '.join(said)}\n" if said else ""


def as_json(problems: Iterable[Problem]) -> str:
    """Return a list of objects: path, line, column, severity, code, message."""
    listed = [
        {
            "path": one.span.path,
            "line": one.span.line,
            "column": one.span.column,
            "severity": one.severity,
            "code": one.code,
            "message": one.message,
        }
        for one in sort_problems(problems)
    ]
    return json.dumps(listed, indent=2, ensure_ascii=False) + "\n"


def as_sarif(problems: Iterable[Problem], version: str) -> str:
    """Return a SARIF 2.1.0 log with one run; ``version`` is this program's."""
    ordered = sort_problems(problems)
    codes = sorted({one.code for one in ordered})
    results = [
        {
            "ruleId": one.code,
            "ruleIndex": codes.index(one.code),
            "level": one.severity,
            "message": {"text": one.message},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": one.span.path.replace("\\", "/")},
                        "region": {"startLine": one.span.line, "startColumn": one.span.column},
                    }
                }
            ],
        }
        for one in ordered
    ]
    driver = {
        "name": "surfacebridge",
        "version": version,
        "rules": [{"id": code} for code in codes],
    }
    log = {
        "version": "2.1.0",
        "runs": [
            {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
        ],
    }
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"
