"""Typed settings of a mapping, and ``$name`` wherever one is used.

Owns: the types, what overrides what, and replacing.  ``$$`` is a dollar sign.
"""

import re
from collections.abc import Mapping
from math import isfinite
from typing import Final

from surfacebridge.mapping.document import Setting
from surfacebridge.mapping.nodes import ListNode, MapNode, Node, Scalar
from surfacebridge.mapping.problems import Problem, did_you_mean
from surfacebridge.mapping.source import Span

_USE: Final = re.compile(r"\$(?:\$|([A-Za-z_]\w*))")
_PORT: Final = re.compile(r"\d{1,5}")
_HOST: Final = re.compile(r"[\w.:\[\]%-]+")
_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")


def read_settings(
    root: MapNode, overrides: Mapping[str, str], problems: list[Problem]
) -> dict[str, Setting]:
    """Return the settings in force: each default, or what ``overrides`` says instead.

    A setting without a value is a problem, and stands in the result as an empty text.
    """
    section = root.get("settings")
    settings: dict[str, Setting] = {}
    for key, body in section if isinstance(section, MapNode) else ():
        settings[key.text] = _setting(key, body, overrides.get(key.text), problems)
    for name in overrides:
        if name not in settings:
            message = f"this mapping has no setting '{name}'{did_you_mean(name, settings)}"
            problems.append(Problem(Span(root.span.path, 1, 1), message, "setting"))
    return settings


def _setting(
    key: Scalar, body: Node, override: str | None, problems: list[Problem]
) -> Setting:  # fmt: skip
    kind, default = "text", None
    span = key.span
    if isinstance(body, MapNode):
        match body.get("type"):
            case Scalar() as written if not written.is_null:
                kind = written.text
        match body.get("default"):
            case Scalar() as written if not written.is_null:
                default, span = written.text, written.span
    value = override if override is not None else default
    if value is None:
        message = f"'{key.text}' has no default; give it a value with --set {key.text}=…"
        problems.append(Problem(key.span, message, "setting"))
        return Setting(key.text, kind, "", key.span)
    wrong = _mistake(kind, value)
    if wrong:
        given = f"--set {key.text}={value}: " if override is not None else ""
        problems.append(Problem(span, f"{given}{wrong}", "setting"))
    return Setting(key.text, kind, value, key.span)


def _mistake(kind: str, value: str) -> str:
    """Return what is wrong with ``value`` for a setting of ``kind``; nothing if it fits."""
    match kind:
        case "host" if not _HOST.fullmatch(value):
            return f"'{value}' is no host name or address"
        case "port" if not _PORT.fullmatch(value) or not 1 <= int(value) <= 65535:
            return f"a port is a number from 1 to 65535, not '{value}'"
        case "number" if not _NUMBER.fullmatch(value) or not isfinite(float(value)):
            return f"'{value}' is no number"
        case "flag" if value not in {"true", "false"}:
            return f"a flag is true or false, not '{value}'"
        case _:
            return ""


def substitute(
    root: MapNode, settings: Mapping[str, Setting], problems: list[Problem]
) -> MapNode:  # fmt: skip
    """Return the tree with every ``$name`` replaced, outside ``settings`` and ``include``."""
    replacing = _Replacing(settings, problems)
    entries = tuple(
        (key, value if key.text in {"settings", "include"} else replacing.node(value))
        for key, value in root
    )
    return MapNode(entries, root.span, root.flow, root.end_line)


class _Replacing:
    def __init__(self, settings: Mapping[str, Setting], problems: list[Problem]) -> None:
        self._settings = settings
        self._problems = problems

    def node(self, node: Node) -> Node:
        match node:
            case Scalar():
                return self._scalar(node)
            case ListNode():
                items = tuple(self.node(item) for item in node.items)
                return ListNode(items, node.span, node.flow, node.end_line)
            case MapNode():
                entries = tuple((self._scalar(key), self.node(value)) for key, value in node)
                return MapNode(entries, node.span, node.flow, node.end_line)

    def _scalar(self, scalar: Scalar) -> Scalar:
        if "$" not in scalar.text:
            return scalar
        edits = []
        for use in _USE.finditer(scalar.text):
            name = use[1]
            if name is None:
                edits.append((use.start(), use.end(), "$"))
            elif name in self._settings:
                edits.append((use.start(), use.end(), self._settings[name].value))
            else:
                hint = did_you_mean(name, self._settings)
                message = f"no setting '{name}'{hint or '; a dollar sign is written $$'}"
                self._problems.append(Problem(scalar.at(use.start()), message, "setting"))
        return scalar.spliced(edits)
