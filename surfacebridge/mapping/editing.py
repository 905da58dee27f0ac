"""Changing a mapping's text and keeping its comments: one style, and learned lines.

Owns: where a line or an entry goes and how a file is laid out.  Does not own: what a line
should say (``learn`` makes it), or writing files.

Rule: layout never changes meaning.  A text is only returned if it reads as the
same nodes as before; otherwise it is left as it was, with the problem that stopped it.
"""

import re
from dataclasses import replace
from typing import Final

from surfacebridge.mapping.nodes import ListNode, MapNode, Node, Scalar, plain
from surfacebridge.mapping.problems import Problem
from surfacebridge.mapping.source import Source, Span
from surfacebridge.mapping.yaml_reader import read_yaml

_STEP: Final = 2
_BREAK: Final = re.compile(r"\r\n|\r|\n")
_PLAIN_START: Final = re.compile(r"[A-Za-z_.]")
_DASH: Final = re.compile(r"-[ ]{2,}(?=[^ #])")


def format_source(source: Source) -> tuple[Source, list[Problem]]:
    """Return the file in the one style, comments kept, and what kept it from being formatted.

    Two columns a level, list items two under their key, no blanks at line ends, at
    most one empty line in a row.  What stands beside a key stays as it is written.
    A file at fault comes back as it was.
    """
    root, problems = read_yaml(source)
    if root is None or problems:
        return source, problems
    lines = [line.rstrip() for line in _BREAK.split(source.text)]
    moves = _Layout().moves(root)
    laid = _squeezed(_laid_out(lines, moves))
    formatted = replace(source, text="\n".join(laid) + "\n")
    again, _ = read_yaml(formatted)
    if again is None or plain(again) != plain(root):
        message = "this file cannot be laid out anew without changing what it says"
        return source, [Problem(Span(source.path, 1, 1), message, "format", "warning")]
    return formatted, []


def insert_line(source: Source, section: str, line: str) -> tuple[Source, list[Problem]]:
    """Return the file with ``line`` as the last of ``section``, ``strip.map`` or ``map``.

    The section is made if it is missing.  A section written with ``[ ]``, and a
    file that cannot be read, come back as they were with the problem.
    """
    root, problems = read_yaml(source)
    if not isinstance(root, MapNode) or problems:
        return source, problems or [_refused(Span(source.path, 1, 1), "a mapping is expected here")]
    lines = _BREAK.split(source.text.rstrip())
    at, new = _insertion(root, section.split("."), _as_yaml(line), len(lines))
    edited = replace(source, text="\n".join([*lines[:at], *new, *lines[at:]]) + "\n")
    again, faults = read_yaml(edited)
    section_now = _section(again, section.split(".")) if again is not None else None
    if faults or not isinstance(section_now, ListNode) or plain(section_now.items[-1]) != line:
        message = "no line can be added here; write the lines one each, after '- '"
        return source, [_refused(Span(source.path, min(at, len(lines)), 1), message)]
    return edited, []


def insert_entry(source: Source, section: str, key: str, body: str) -> tuple[Source, list[Problem]]:
    """Return the file with ``key: body`` as the last of ``section``, ``surfaces.box.controls``.

    The section must be there, and may be empty.  One written with ``{ }``, and a
    file that cannot be read, come back as they were with the problem.
    """
    root, problems = read_yaml(source)
    if not isinstance(root, MapNode) or problems:
        return source, problems or [_refused(Span(source.path, 1, 1), "a mapping is expected here")]
    above, _, last = section.rpartition(".")
    parent, node = _section(root, above.split(".")), _section(root, section.split("."))
    head = parent.key(last) if isinstance(parent, MapNode) else None
    if head is None:
        return source, [_refused(Span(source.path, 1, 1), f"there is no '{section}' in this file")]
    if isinstance(node, MapNode) and node.entries:
        at, column = node.end_line, node.entries[0][0].span.column
    else:
        at, column = head.span.line, head.span.column + _STEP
    lines = _BREAK.split(source.text.rstrip())
    new = f"{' ' * (column - 1)}{key}: {body}"
    edited = replace(source, text="\n".join([*lines[:at], new, *lines[at:]]) + "\n")
    again, faults = read_yaml(edited)
    now = _section(again, section.split(".")) if again is not None else None
    if faults or not isinstance(now, MapNode) or now.flow or now.key(key) is None:
        message = "nothing can be added here; write the entries one a line, after their names"
        return source, [_refused(head.span, message)]
    return edited, []


def _refused(span: Span, message: str) -> Problem:
    return Problem(span, message, "edit")


def _section(root: Node, keys: list[str]) -> Node | None:
    node: Node | None = root
    for key in keys:
        node = node.get(key) if isinstance(node, MapNode) else None
    return node


def _insertion(root: MapNode, keys: list[str], line: str, length: int) -> tuple[int, list[str]]:
    """Return after how many lines of ``length`` the new ones go, and the new ones."""
    section = _section(root, keys)
    if isinstance(section, ListNode) and section.items:
        return section.end_line, [f"{' ' * (section.span.column - 1)}- {line}"]
    there = [count for count in range(1, len(keys) + 1) if _section(root, keys[:count]) is not None]
    depth = len(there)
    new = [f"{' ' * _STEP * place}{keys[place]}:" for place in range(depth, len(keys))]
    new.append(f"{' ' * _STEP * len(keys)}- {line}")
    last = _section(root, keys[:depth]) if depth else None
    return (length, ["", *new]) if last is None else (last.end_line, new)


def _as_yaml(line: str) -> str:
    """Return the line as YAML writes it: in quotation marks only where it must be."""
    if _PLAIN_START.match(line) and ": " not in line and " #" not in line and line[-1] != ":":
        return line
    return "'" + line.replace("'", "''") + "'"


class _Layout:
    """Which line begins where, and where it should."""

    def __init__(self) -> None:
        self._wanted: dict[int, tuple[int, int]] = {}

    def moves(self, root: Node) -> dict[int, tuple[int, int]]:
        """Return, for each line (from 1) that begins an entry, its old and new column."""
        self._visit(root, 0)
        return self._wanted

    def _visit(self, node: Node, column: int) -> None:
        """Note where the entries of a block should stand, the outermost of a line first."""
        if isinstance(node, Scalar) or node.flow:
            return
        if isinstance(node, ListNode):
            for item in node.items:
                self._wanted.setdefault(item.span.line, (node.span.column - 1, column))
                self._visit(item, column + _STEP)
            return
        for key, value in node:
            self._wanted.setdefault(key.span.line, (key.span.column - 1, column))
            self._visit(value, column + _STEP)


def _laid_out(lines: list[str], moves: dict[int, tuple[int, int]]) -> list[str]:
    """Return the lines moved to their columns; what continues an entry moves along with it."""
    laid: list[str] = []
    waiting: list[int] = []
    shift = 0
    for number, line in enumerate(lines, start=1):
        body = line.lstrip(" ")
        laid.append(line)
        if not body or body.startswith("#"):
            waiting.append(number - 1)
            continue
        if number in moves:
            old, new = moves[number]
            shift = new - old
        for index in waiting:
            laid[index] = _moved(lines[index], shift)
        waiting.clear()
        laid[-1] = _moved(line, shift)
        if number in moves:
            laid[-1] = laid[-1][:new] + _DASH.sub("- ", laid[-1][new:], count=1)
    for index in waiting:
        laid[index] = _moved(lines[index], shift)
    return laid


def _moved(line: str, shift: int) -> str:
    body = line.lstrip(" ")
    return " " * max(len(line) - len(body) + shift, 0) + body if body else ""


def _squeezed(lines: list[str]) -> list[str]:
    """Return the lines without empty ones at the ends and never two empty ones in a row."""
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    while kept and not kept[-1]:
        kept.pop()
    return kept
