"""A mapping with the files it includes, as one tree.

Owns: the order of merging, and refusing circles and too many files.  Does not
own: finding a file; ``include`` is passed in and gives a text or says why not.

Rule: an included file comes first.  Lines are joined; of named things (a
surface, a bank, a story) and of single settings the including file's counts.
Every node keeps the place it has in its own file.
"""

from collections.abc import Callable
from typing import Final

from surfacebridge.mapping.nodes import ListNode, MapNode, Node, Scalar
from surfacebridge.mapping.problems import Problem
from surfacebridge.mapping.source import Source, Span
from surfacebridge.mapping.yaml_reader import read_yaml

Include = Callable[[str, Span], Source | Problem]
"""Given what ``include:`` says and where, the file's text, or why there is none."""

# A rig with a common part and a part for each surface needs three levels.
_DEEPEST: Final = 8
_MOST_FILES: Final = 64

_NAMED: Final = frozenset(
    ("settings", "surfaces", "targets", "banks", "modifiers", "layers", "vars", "tests")
)


def gather(source: Source, include: Include, problems: list[Problem]) -> MapNode | None:
    """Return the merged root of ``source`` and all it includes, or ``None`` if it has no root."""
    return _Gathering(include, problems).read(source, ())


class _Gathering:
    def __init__(self, include: Include, problems: list[Problem]) -> None:
        self._include = include
        self._problems = problems
        self._files = 0

    def read(self, source: Source, above: tuple[str, ...]) -> MapNode | None:
        self._files += 1
        root, problems = read_yaml(source)
        self._problems.extend(problems)
        if root is None:
            return None
        if not isinstance(root, MapNode):
            message = "a mapping is expected here: lines such as 'surfaces:' and 'strip:'"
            self._problems.append(Problem(root.span, message, "kind"))
            return None
        merged: MapNode | None = None
        for name in _names(root.get("include")):
            inner = self._included(name, (*above, source.path))
            if inner is not None:
                merged = inner if merged is None else _merge(merged, inner)
        return root if merged is None else _merge(merged, root)

    def _included(self, name: Scalar, above: tuple[str, ...]) -> MapNode | None:
        found = self._include(name.text, name.span)
        if isinstance(found, Problem):
            self._problems.append(found)
            return None
        message = ""
        if found.path in above:
            message = f"'{name.text}' includes itself: {' → '.join((*above, found.path))}"
        elif len(above) >= _DEEPEST:
            message = f"files include each other more than {_DEEPEST} levels deep"
        elif self._files >= _MOST_FILES:
            message = f"more than {_MOST_FILES} files are included"
        if message:
            self._problems.append(Problem(name.span, message, "include"))
            return None
        return self.read(found, above)


def _names(node: Node | None) -> list[Scalar]:
    match node:
        case Scalar() if not node.is_null:
            return [node]
        case ListNode():
            return [item for item in node.items if isinstance(item, Scalar)]
        case _:
            return []


def _merge(before: MapNode, after: MapNode) -> MapNode:
    """Return the sections of both; in ``after`` stands what counts when they differ."""
    entries = {key.text: (key, value) for key, value in before if key.text != "include"}
    for key, value in after:
        old = entries.get(key.text)
        entries[key.text] = (key, value if old is None else _joined(key.text, old[1], value))
    return MapNode(tuple(entries.values()), after.span, after.flow, after.end_line)


def _joined(section: str, before: Node, after: Node) -> Node:
    match section, before, after:
        case "map", ListNode(), ListNode():
            return ListNode((*before.items, *after.items), after.span, after.flow, after.end_line)
        case "strip", MapNode(), MapNode():
            return _merge(before, after)
        case _, MapNode(), MapNode() if section in _NAMED:
            entries = {key.text: (key, value) for key, value in (*before, *after)}
            return MapNode(tuple(entries.values()), after.span, after.flow, after.end_line)
        case _, _, Scalar() if after.is_null:
            return before
        case _:
            return after
