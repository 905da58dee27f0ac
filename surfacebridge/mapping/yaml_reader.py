"""YAML text to nodes that know their places; the only module that knows the YAML library.

Owns: what of YAML a mapping may use, and saying what to do when it is something
else.  Does not own: what keys and values mean.

Rule: no text raises.  Events are taken one at a time and nothing is resolved:
``on``, ``12:30`` and ``1_000`` are only ever text.  Aliases share one node, and
what they would grow to is counted before anybody walks it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

try:
    from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]  # from the C module
except ImportError:  # without the 'fast' extra the library has no scanner in C
    CParser = None

from surfacebridge.mapping.nodes import ListNode, MapNode, Node, Piece, Scalar
from surfacebridge.mapping.problems import Problem
from surfacebridge.mapping.source import Source, Span
from surfacebridge.value import as_value

# A rig of several hundred lines is 20 KiB; this is fifty times that, and still
# read in a few seconds.
MOST_BYTES: Final = 1 << 20
# The deepest shape of the language (a line's options under three ``when``) is 12.
DEEPEST: Final = 32
# What aliases may expand to: ten times the largest sheet we ship.
MOST_NODES: Final = 50_000

# What the library's scanner is known to let through for odd text (numbers of
# %YAML, escapes beyond Unicode), besides its own errors.
_LIBRARY_ERRORS: Final = (YAMLError, ValueError, ArithmeticError, LookupError, AttributeError)

_BREAK: Final = re.compile(r"\r\n|\r|\n")
_COMMENT: Final = re.compile(r"(?:^|\s)#")

# What the library says, and what a person should do.  First match wins.
_ADVICE: Final = (
    (
        r"expected ',' or '[]}]', but got '\{'",
        "a text with '{' inside [ ] or { } must be quoted: \"desk.ch.{1..8}\"",
    ),
    (r"expected ',' or '\]'", "this list misses a ',' or its closing ']'"),
    (r"expected ',' or '\}'", "this mapping misses a ',' or its closing '}'"),
    (
        r"mapping values are not allowed",
        "quote a text that holds ': '; or mend the indentation or the ':' above",
    ),
    (
        r"could not find expected ':'",
        "this line misses its ':'; write 'name: value', or '- ' for a list item",
    ),
    (
        r"character '(.)' that cannot start|that cannot start any token",
        "a text cannot start with this character; quote it",
    ),
    (r"expected chomping or indentation", "a text that starts with '>' or '|' must be quoted"),
    (r"expected a comment or a line break", "a text that starts with '>' or '|' must be quoted"),
    (
        r"while scanning an? (?:alias|anchor)",
        "a text that starts with '*' or '&' must be quoted",
    ),
    (r"ing a tag|undefined tag", "a text that starts with '!' must be quoted"),
    (r"while scanning a quoted scalar", "this quotation mark is never closed"),
    (r"unknown escape|hexadecimal", "inside \"…\" a backslash must be doubled, or use '…'"),
    (
        r"expected <block end>|unindent|did not find expected <",
        "this line fits nothing above it; check its indentation and its '-' or ':'",
    ),
    (r"sequence entries are not allowed", "a list item cannot stand here; put it on its own line"),
    (r"special characters are not allowed", "this character cannot be printed; remove it"),
    (r"directive", "a line that starts with '%' is a YAML directive, which mappings do not use"),
)  # fmt: skip
# Line breaks, marks and controls that YAML 1.1 and 1.2 do not count alike.
_UNUSUAL: Final = re.compile(r"[^\t\n\r -~\u00a0-\u2027\u202a-\ud7ff\U00010000-\U0010ffff]")

_COMPILED: Final = tuple((re.compile(pattern), advice) for pattern, advice in _ADVICE)


def read_yaml(source: Source) -> tuple[Node | None, list[Problem]]:
    """Return the file's root node, or ``None`` if the text cannot be followed, and all problems.

    Duplicate keys, tags, merge keys and tabs are reported and passed over; the
    first of two equal keys counts.
    """
    if len(source.text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        message = f"the file is larger than {MOST_BYTES // 1024} KiB; split it with 'include:'"
        return None, [Problem(Span(source.path, 1, 1), message, "yaml-size")]
    try:
        # The library's scanner in C is twenty times as fast.  It knows YAML 1.1, where
        # fewer texts are allowed, and its words are not ours: what it refuses is read
        # again in Python, which then decides.
        reading = _Reading(source, in_c=_UNUSUAL.search(source.text) is None)
        root = reading.run()
    except _Refused:
        reading = _Reading(source, in_c=False)
        root = reading.run()
    tabs = reading.tabs()
    if tabs:
        # The library's own word about a tab is a riddle next to ours.
        reading.problems = [one for one in reading.problems if one.code != "yaml-syntax"]
    return root, sorted(tabs + reading.problems, key=lambda one: one.span)


class _Stop(Exception):
    """Reading cannot go on; the problem has been noted."""


class _Refused(Exception):
    """The scanner in C refused the text."""


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not been seen; nodes of a mapping alternate."""

    span: Span
    anchor: str | None
    is_map: bool
    flow: bool
    nodes: list[Node] = field(default_factory=list)
    size: int = 1
    height: int = 1


@as_value
class _Measured:
    """A finished node, how many nodes it expands to and how deep it goes."""

    node: Node
    size: int
    height: int


class _Reading:
    """One pass over one text."""

    def __init__(self, source: Source, *, in_c: bool) -> None:
        self._source = source
        self._in_c = in_c
        self._starts = [0, *(found.end() for found in _BREAK.finditer(source.text))]
        self._open: list[_Open] = []
        self._anchors: dict[str, _Measured] = {}
        self._nodes = 0
        self._root: Node | None = None
        self._documents = 0
        self.problems: list[Problem] = []

    def run(self) -> Node | None:
        """Take every event; return the root, or ``None``."""
        try:
            for event in self._events():
                self._take(event)
        except _Stop:
            return None
        if self._root is None:
            self._note(Span(self._source.path, 1, 1), "the file says nothing", "yaml-empty")
        return self._root

    def tabs(self) -> list[Problem]:
        """Return a problem for the first tab of each line that has one before its comment."""
        message = "a tab stands here; indent and separate with spaces"
        found = []
        for number, line in enumerate(_BREAK.split(self._source.text), start=1):
            comment = _COMMENT.search(line)
            at = line.find("\t", 0, comment.start() if comment else len(line))
            if at >= 0:
                found.append(Problem(Span(self._source.path, number, at + 1), message, "yaml-tab"))
        return found

    def _events(self) -> Iterator[Event]:
        """Yield the library's events; note what it refuses, and stop."""
        try:
            yield from _parsed(self._source.text, in_c=self._in_c)
        except _LIBRARY_ERRORS as error:
            if self._in_c:
                raise _Refused from error
            self._refuse(error)
            raise _Stop from error

    def _refuse(self, error: Exception) -> None:
        """Turn the library's error into a problem that says what to do."""
        text = " ".join(str(error).split())
        index = 0
        match error:
            case ReaderError():
                index, text = error.position, str(error.reason)
            case MarkedYAMLError():
                opened = "quoted scalar" in str(error.context)
                mark = error.context_mark if opened else error.problem_mark or error.context_mark
                index = mark.index if mark is not None else 0
                text = f"{error.context or ''} {error.problem or ''}"
            case _:
                pass
        advice = next((say for pattern, say in _COMPILED if pattern.search(text)), None)
        first = text.strip()
        self._note(self._span(index), advice or f"this is not YAML: {first}", "yaml-syntax")

    def _span(self, index: int) -> Span:
        line = bisect_right(self._starts, index)
        return Span(self._source.path, line, index - self._starts[line - 1] + 1)

    def _note(self, span: Span, message: str, code: str) -> None:
        self.problems.append(Problem(span, message, code))

    def _take(self, event: Event) -> None:
        match event:
            case DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    span = self._span(event.start_mark.index)
                    message = "a second document starts here; one file holds one mapping"
                    self._note(span, message, "yaml-documents")
                    raise _Stop
                if event.version or event.tags:
                    message = "mappings have no '%' directives"
                    self._note(Span(self._source.path, 1, 1), message, "yaml-directive")
            case AliasEvent():
                self._alias(event)
            case ScalarEvent():
                self._tag(event)
                scalar = self._scalar(event)
                self._finish(_Measured(scalar, 1, 0), event.anchor)
            case SequenceStartEvent() | MappingStartEvent():
                self._tag(event)
                self._start(event)
            case CollectionEndEvent():
                self._end(self._span(max(event.end_mark.index - 1, 0)).line)
            case _:
                pass

    def _tag(self, event: NodeEvent) -> None:
        if getattr(event, "tag", None):
            span = self._span(event.start_mark.index)
            message = "mappings have no tags; quote a text that starts with '!'"
            self._note(span, message, "yaml-tag")

    def _start(self, event: SequenceStartEvent | MappingStartEvent) -> None:
        span = self._span(event.start_mark.index)
        if len(self._open) >= DEEPEST:
            self._note(span, f"this is nested more than {DEEPEST} levels deep", "yaml-depth")
            raise _Stop
        is_map = isinstance(event, MappingStartEvent)
        self._open.append(_Open(span, event.anchor, is_map, bool(event.flow_style)))

    def _end(self, last_line: int) -> None:
        opened = self._open.pop()
        nodes = opened.nodes
        # A block ends, for the library, where the next thing begins.
        end_line = nodes[-1].end_line if nodes and not opened.flow else last_line
        node: Node
        if opened.is_map:
            node = MapNode(self._entries(nodes), opened.span, opened.flow, end_line)
        else:
            node = ListNode(tuple(nodes), opened.span, opened.flow, end_line)
        self._finish(_Measured(node, opened.size, opened.height), opened.anchor)

    def _entries(self, nodes: list[Node]) -> tuple[tuple[Scalar, Node], ...]:
        entries: dict[str, tuple[Scalar, Node]] = {}
        for key, value in zip(nodes[::2], nodes[1::2], strict=True):
            if not isinstance(key, Scalar):
                message = "a key must be a plain text; quote one that starts with '{' or '['"
                self._note(key.span, message, "yaml-key")
            elif key.text == "<<" and not key.quoted:
                self._note(key.span, "mappings have no merge keys ('<<')", "yaml-merge-key")
            elif not key.text:
                self._note(key.span, "a key is missing before this ':'", "yaml-key")
            elif key.text in entries:
                first = entries[key.text][0].span.line
                message = f"{key.text!r} stands here twice (first on line {first})"
                self._note(key.span, message, "yaml-duplicate-key")
            else:
                entries[key.text] = (key, _beside(key, value))
        return tuple(entries.values())

    def _alias(self, event: AliasEvent) -> None:
        name = str(event.anchor)
        span = self._span(event.start_mark.index)
        known = self._anchors.get(name)
        if known is None:
            message = (
                f"no '&{name}' stands before this '*{name}'; quote a text that starts with '*'"
            )
            self._note(span, message, "yaml-alias")
            raise _Stop
        if len(self._open) + known.height > DEEPEST:
            self._note(span, f"this is nested more than {DEEPEST} levels deep", "yaml-depth")
            raise _Stop
        self._finish(known, None, span)

    def _finish(self, done: _Measured, anchor: str | None, span: Span | None = None) -> None:
        """Hand a finished node to whatever encloses it."""
        if anchor:
            self._anchors[str(anchor)] = done
        if not self._open:
            self._root = done.node
            return
        parent = self._open[-1]
        parent.nodes.append(done.node)
        parent.size += done.size
        parent.height = max(parent.height, done.height + 1)
        if sum(opened.size for opened in self._open) > MOST_NODES:
            message = f"this file holds more than {MOST_NODES} entries, its aliases written out"
            self._note(span or done.node.span, message, "yaml-alias")
            raise _Stop

    def _scalar(self, event: ScalarEvent) -> Scalar:
        start, end = event.start_mark.index, event.end_mark.index
        style = event.style or ""
        raw = self._source.text[start:end]
        while raw[:1] in {"&", "!"} and style in {"", "'", '"'} and len(raw.split(None, 1)) == 2:
            rest = raw.split(None, 1)[1]
            start += len(raw) - len(rest)
            raw = rest
        span = self._span(start)
        text = str(event.value)
        inner = 1 if style in {"'", '"'} else 0
        if raw[inner : inner + len(text)] == text and "\n" not in text and style not in {"|", ">"}:
            pieces: tuple[Piece, ...] = (Piece(0, span.line, span.column + inner),)
        else:
            pieces = self._pieces(raw, start, style, text)
        return Scalar(text, bool(style), span, pieces, self._span(max(start, end - 1)).line)

    def _pieces(self, raw: str, start: int, style: str, text: str) -> tuple[Piece, ...]:
        """Return the places of a text whose characters are not simply in a row."""
        span = self._span(start)
        whole = (Piece(0, span.line, span.column, literal=False),)
        if style in {"|", ">"}:
            return whole
        pieces = []
        for offset, at in enumerate(_origins(raw, style)):
            if offset >= len(text):
                break
            place = self._span(start + at)
            pieces.append(Piece(offset, place.line, place.column))
        return tuple(pieces) or whole


def _parsed(text: str, *, in_c: bool) -> Iterator[Event]:
    """Yield the library's events.

    Its scanner in C is taken without the loader around it: that refers to itself, and
    keeps 90 KB of every file it has read until the collector comes, which waits for a rest.
    """
    if in_c and CParser is not None:
        parser = CParser(text)
        while parser.check_event():
            yield parser.get_event()
    else:
        yield from YAML(typ="safe", pure=True).parse(text)


def _beside(key: Scalar, value: Node) -> Node:
    """Return a value that is not there at all as standing after its key, not at what follows."""
    if not isinstance(value, Scalar) or value.quoted or value.text:
        return value
    span = key.at(len(key.text))
    return replace(value, span=span, pieces=(Piece(0, span.line, span.column),), end_line=span.line)


_ESCAPE_LENGTHS: Final = {"x": 4, "u": 6, "U": 10}


def _origins(raw: str, style: str) -> Iterator[int]:
    """Yield, for each character a quoted or folded text comes to, where in ``raw`` it stands."""
    at = 1 if style else 0
    while at < len(raw):
        char = raw[at]
        if style == '"' and char == "\\":
            if raw[at + 1 : at + 2] in {"\r", "\n"}:
                at += 1 + _blank(raw, at + 1)
                continue
            yield at
            at += _ESCAPE_LENGTHS.get(raw[at + 1 : at + 2], 2)
        elif char in " \t\r\n" and "\n" in raw[at : at + _blank(raw, at)]:
            run = _blank(raw, at)
            for _ in range(max(raw.count("\n", at, at + run) - 1, 1)):
                yield at
            at += run
        else:
            yield at
            at += 2 if style == "'" and raw.startswith("''", at) else 1


def _blank(raw: str, at: int) -> int:
    """Return how many blanks and line ends stand at ``at``."""
    rest = raw[at:]
    return len(rest) - len(rest.lstrip(" \t\r\n"))
