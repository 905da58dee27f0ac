"""Device and target sheets: YAML to the values of ``model.sheets``.

Owns: ``extends``, lists in names, figures with their sources, laws, and what a
device described inside a mapping comes to.  Does not own: finding files (a
lookup is passed in) or behaviour (``profiles``).

Rule: names are written out before a sheet is laid over the one it extends, so
that a child may change one of ``f{1..8}``.  What many names share is read once.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from types import MappingProxyType
from typing import Final, Literal, Protocol, TypeVar, cast, get_args

from surfacebridge.errors import MappingRefused
from surfacebridge.mapping.nodes import ListNode, MapNode, Node, Scalar
from surfacebridge.mapping.problems import Problem, did_you_mean
from surfacebridge.mapping.shapes import Shape, check_shape, read_duration
from surfacebridge.mapping.sheet_shapes import DeviceFileShape, TargetFileShape
from surfacebridge.mapping.source import Source, Span
from surfacebridge.mapping.yaml_reader import read_yaml
from surfacebridge.model.catalogue import Catalogue, Shelf
from surfacebridge.model.laws import LAWS, Law, law_named, law_through
from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.sheets import (
    Confidence,
    ControlKind,
    ControlSpec,
    DeviceSheet,
    EchoClass,
    EchoPolicy,
    KeyBehaviour,
    ParameterKind,
    ParameterSpec,
    TargetSheet,
)
from surfacebridge.model.values import OFF
from surfacebridge.value import as_value

SheetT = TypeVar("SheetT", DeviceSheet, TargetSheet)
WordT = TypeVar("WordT", bound=str)

Lookup = Callable[[str], Source | None]
"""The text of the sheet of that name, or ``None``."""

# A unit, its family, its maker's way: three levels do; eight end a circle.
_DEEPEST: Final = 8
# Two lists of sixty-four; the largest console has some hundred channels.
_MOST_NAMES: Final = 20_000

_HEX: Final = re.compile(r"0x[0-9A-Fa-f]{1,8}")
_WHOLE: Final = re.compile(r"[+-]?\d{1,15}")
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.\d*|\.\d+|\d+(?=e))(?:e[+-]?\d{1,3})?")
_LIST: Final = re.compile(r"\{([^{}:]*)\}")
_HOLE: Final = re.compile(r"\{([a-z])([+-]\d{1,6})?(?::0?(\d{1,2}))?\}")
_POINT: Final = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_LEVEL: Final = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*(?:dB)?")


class SheetFiles(Protocol):
    """Where sheet files are kept; the caller reads them."""

    def read(self, kind: Literal["devices", "targets"], name: str) -> Source | None:
        """Return the text of one sheet, or ``None``."""
        ...

    def names(self, kind: Literal["devices", "targets"]) -> Iterable[str]:
        """Return the names of all sheets of a kind, ``MAKER/MODEL``."""
        ...


def catalogue_of(files: SheetFiles) -> Catalogue:
    """Return a catalogue over ``files``; taking a sheet with errors raises ``MappingRefused``."""

    def device(name: str) -> DeviceSheet | None:
        source = files.read("devices", name)
        if source is None:
            return None
        return _sound(*read_device(source, lambda parent: files.read("devices", parent)))

    def target(name: str) -> TargetSheet | None:
        source = files.read("targets", name)
        if source is None:
            return None
        return _sound(*read_target(source, lambda parent: files.read("targets", parent)))

    return Catalogue(
        Shelf(device, lambda: files.names("devices")), Shelf(target, lambda: files.names("targets"))
    )


def _sound(sheet: SheetT | None, problems: Sequence[Problem]) -> SheetT:
    if sheet is None or any(one.severity == "error" for one in problems):
        raise MappingRefused(problems)
    return sheet


def read_device(
    source: Source, parent_lookup: Lookup
) -> tuple[DeviceSheet | None, list[Problem]]:  # fmt: skip
    """Return the device sheet in ``source``, laid over what it extends, and all problems."""
    reading = _Reading("device", DeviceFileShape, ("strip", "controls"), parent_lookup)
    body = reading.gather(source)
    if body is None:
        return None, reading.problems
    facts = reading.facts(body)
    laws = reading.laws(body)
    controls: dict[str, ControlSpec] = {}
    for section in ("strip", "controls"):
        for name, entry in body.entries[section].items():
            spec = reading.control(name, entry, laws, per_strip=section == "strip")
            if spec is not None:
                controls[name] = spec
    match = body.top.get("match")
    sheet = DeviceSheet(
        name=_text(body.top.get("device")),
        dialect=reading.required(body, "dialect"),
        title=_text(body.top.get("title")) or _text(body.top.get("device")),
        strips=int(_whole(body.top.get("strips"))),
        controls=MappingProxyType(controls),
        facts=MappingProxyType(facts),
        match=_texts(match),
        confidence=MappingProxyType(reading.confidence),
        sources=MappingProxyType(reading.sources),
    )
    return sheet, reading.sorted_problems()


def read_target(
    source: Source, parent_lookup: Lookup
) -> tuple[TargetSheet | None, list[Problem]]:  # fmt: skip
    """Return the target sheet in ``source``, laid over what it extends, and all problems."""
    reading = _Reading("target", TargetFileShape, ("parameters",), parent_lookup)
    body = reading.gather(source)
    if body is None:
        return None, reading.problems
    laws = reading.laws(body)
    facts = reading.facts(body)
    echo = _text(body.top.get("echo"))
    rate = _resolved(body.top.get("rate"))
    sheet = TargetSheet(
        name=_text(body.top.get("target")),
        dialect=reading.required(body, "dialect"),
        title=_text(body.top.get("title")) or _text(body.top.get("target")),
        parameters=MappingProxyType(reading.parameters(body.entries["parameters"], laws)),
        echo=_one_of(echo, EchoClass, "others"),
        rate=float(rate) if isinstance(rate, int | float) else 0.0,
        facts=MappingProxyType(facts),
        confidence=MappingProxyType(reading.confidence),
    )
    return sheet, reading.sorted_problems()


@as_value
class _Entry:
    """What one name stands for: the words its lists took, and the body that describes it."""

    words: tuple[str, ...]
    body: MapNode
    span: Span


@dataclass(slots=True)
class _Body:
    """A sheet laid over its parents: single keys, and sections by written-out name."""

    top: dict[str, Node]
    entries: dict[str, dict[str, _Entry]]
    span: Span


@dataclass(slots=True)
class _Mould:
    """What the parameters of one entry share, ready to be filled with the words of a name."""

    kind: ParameterKind
    law: Law | None
    steps: int
    low: float
    high: float
    logarithmic: bool
    choices: tuple[str, ...]
    length: int
    writable: bool
    key: KeyBehaviour
    echo: EchoClass | None
    wire: "_Filling"


_Filling = Callable[[Sequence[str]], object]


@dataclass(slots=True)
class _Reading:
    """One sheet and its parents."""

    kind: Literal["device", "target"]
    shape: type[Shape]
    sections: tuple[str, ...]
    lookup: Lookup
    problems: list[Problem] = field(default_factory=list)
    confidence: dict[str, Confidence] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    _merged: dict[tuple[int, int], MapNode] = field(default_factory=dict)

    def note(self, span: Span, message: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(span, message, "sheet"))

    def sorted_problems(self) -> list[Problem]:
        """Return each problem once, by place."""
        return sorted(dict.fromkeys(self.problems), key=lambda one: (one.span, one.message))

    def required(self, body: _Body, key: str) -> str:
        """Return the text of a key that the sheet or a parent must have."""
        text = _text(body.top.get(key))
        if not text:
            self.note(body.span, f"the key '{key}' is missing here, and in what it extends")
        return text

    def gather(self, source: Source) -> _Body | None:
        """Return the sheet laid over everything it extends; ``None`` if it is no mapping."""
        chain: list[MapNode] = []
        seen = {source.path}
        next_source: Source | None = source
        while next_source is not None:
            root, problems = read_yaml(next_source)
            self.problems.extend(problems)
            if not isinstance(root, MapNode):
                if root is not None:
                    self.note(root.span, "a mapping is expected here")
                break
            self.problems.extend(check_shape(self.shape, root))
            chain.append(root)
            next_source = self._parent(root, seen)
        if not chain:
            return None
        body = _Body({}, {section: {} for section in self.sections}, chain[0].span)
        for root in reversed(chain):
            self._lay_over(body, root)
        return body

    def _parent(self, root: MapNode, seen: set[str]) -> Source | None:
        name = root.get("extends")
        if not isinstance(name, Scalar) or name.is_null:
            return None
        parent = self.lookup(name.text)
        if parent is None:
            self.note(name.span, f"no {self.kind} sheet '{name.text}' to extend")
        elif parent.path in seen or len(seen) >= _DEEPEST:
            self.note(name.span, f"'{name.text}' extends itself in the end")
            return None
        else:
            seen.add(parent.path)
        return parent

    def _lay_over(self, body: _Body, root: MapNode) -> None:
        for key, value in root:
            if key.text in self.sections:
                self._lay_section(body.entries[key.text], value)
                continue
            old = body.top.get(key.text)
            body.top[key.text] = self._over(old, value) if isinstance(value, MapNode) else value

    def _lay_section(self, entries: dict[str, _Entry], section: Node) -> None:
        for key, value in section if isinstance(section, MapNode) else ():
            for name, words in self._names(key):
                if isinstance(value, MapNode):
                    old = entries.get(name)
                    merged = value if old is None else self._over(old.body, value)
                    # A child that changes one of many still needs the words of the many.
                    kept = words if old is None or words else old.words
                    entries[name] = _Entry(kept, merged, key.span)
                elif isinstance(value, Scalar) and value.is_null:
                    entries.pop(name, None)
            if len(entries) > _MOST_NAMES:
                self.note(key.span, f"this sheet has more than {_MOST_NAMES} names")
                return

    def _over(self, old: Node | None, new: MapNode) -> MapNode:
        """Return ``old`` with the keys of ``new`` replaced or added; the same pair once only."""
        if not isinstance(old, MapNode):
            return new
        pair = (id(old), id(new))
        merged = self._merged.get(pair)
        if merged is None:
            entries = {key.text: (key, value) for key, value in old}
            for key, value in new:
                before = entries.get(key.text, (key, None))[1]
                inner = self._over(before, value) if isinstance(value, MapNode) else value
                entries[key.text] = (key, inner)
            merged = MapNode(tuple(entries.values()), new.span, new.flow, new.end_line)
            self._merged[pair] = merged
        return merged

    def _names(self, key: Scalar) -> list[tuple[str, tuple[str, ...]]]:
        """Return every name ``key`` stands for, with the words its lists took for it."""
        if "{" not in key.text:
            return [(key.text, ())]
        pieces = _LIST.split(key.text)
        lists = [_list_words(inner) for inner in pieces[1::2]]
        if not all(lists) or any("{" in piece or "}" in piece for piece in pieces[::2]):
            self.note(key.span, "a list is written {1..32} or {one,two}")
            return []
        if _product(lists) > _MOST_NAMES:
            self.note(key.span, f"this sheet has more than {_MOST_NAMES} names")
            return []
        texts = pieces[::2]
        return [
            ("".join(map("".join, zip(texts, (*words, ""), strict=True))), words)
            for words in product(*lists)
        ]

    # Facts and laws

    def facts(self, body: _Body) -> dict[str, object]:
        """Return the facts; what is known of each figure is noted."""
        section = body.top.get("facts")
        if not isinstance(section, MapNode):
            return {}
        return {key.text: self._figure(key.text, value) for key, value in section}

    def _figure(self, name: str, node: Node) -> object:
        """Return a figure's value, and remember under ``name`` how it is known."""
        value = node.get("value") if isinstance(node, MapNode) else None
        if not isinstance(node, MapNode) or value is None:
            return _resolved(node)
        known = _text(node.get("known"))
        if known in get_args(Confidence):
            self.confidence[name] = _one_of(known, Confidence, "assumed")
            self.sources[name] = _text(node.get("source"))
        return _resolved(value)

    def laws(self, body: _Body) -> dict[str, Law]:
        """Return the sheet's own laws by name."""
        section = body.top.get("laws")
        return read_laws(section, self.problems) if isinstance(section, MapNode) else {}

    def _law(self, body: MapNode, laws: Mapping[str, Law]) -> Law | None:
        name = body.get("law")
        if not isinstance(name, Scalar) or name.is_null:
            return None
        return find_law(name, laws, self.problems)

    # Controls

    def control(
        self, name: str, entry: _Entry, laws: Mapping[str, Law], *, per_strip: bool
    ) -> ControlSpec | None:
        """Return one control, or ``None`` if not even its kind is said."""
        body = entry.body
        kind = _text(body.get("kind"))
        if kind not in get_args(ControlKind):
            self.note(entry.span, f"'{name}' has no kind")
            return None
        travel = body.get("travel")
        seconds = 0.2 if travel is None else self._figure(f"{name}.travel", travel)
        if isinstance(seconds, str):
            seconds = read_duration(seconds)
        return ControlSpec(
            name=name,
            kind=_one_of(kind, ControlKind, "key"),
            per_strip=per_strip,
            lamp=_flag(body.get("lamp"), default=False),
            law=self._law(body, laws),
            steps=int(_whole(body.get("steps"), 1024)),
            touch=_flag(body.get("touch"), default=False),
            motor=_flag(body.get("motor"), default=False),
            cells=int(_whole(body.get("cells"))),
            echo=_one_of(_text(body.get("echo")), EchoPolicy, "settle"),
            travel=float(seconds) if isinstance(seconds, int | float) else 0.2,
            wire=_frozen(self._filling(body.get("wire"), len(entry.words))(entry.words)),
        )

    # Parameters

    def parameters(
        self, entries: Mapping[str, _Entry], laws: Mapping[str, Law]
    ) -> dict[str, ParameterSpec]:
        """Return every parameter by its written-out name."""
        moulds: dict[tuple[int, int], _Mould | None] = {}
        found: dict[str, ParameterSpec] = {}
        for name, entry in entries.items():
            same = (id(entry.body), len(entry.words))
            if same not in moulds:
                moulds[same] = self._mould(name, entry, laws)
            mould = moulds[same]
            if mould is None:
                continue
            found[name] = ParameterSpec(
                ParameterId(name),
                mould.kind,
                mould.law,
                mould.steps,
                mould.low,
                mould.high,
                mould.logarithmic,
                mould.choices,
                mould.length,
                mould.writable,
                mould.key,
                _frozen(mould.wire(entry.words)),
                mould.echo,
            )
        return found

    def _mould(self, name: str, entry: _Entry, laws: Mapping[str, Law]) -> _Mould | None:
        body = entry.body
        kind = _text(body.get("kind"))
        if kind not in get_args(ParameterKind):
            self.note(entry.span, f"'{name}' has no kind")
            return None
        low, high = _resolved(body.get("low")), _resolved(body.get("high"))
        law = self._law(body, laws)
        if kind == "level" and law is None:
            self.note(entry.span, f"the level '{name}' needs a law, such as 'law: x32'")
            return None
        mould = _Mould(
            kind=_one_of(kind, ParameterKind, "plain"),
            law=law,
            steps=int(_whole(body.get("steps"))),
            low=float(low) if isinstance(low, int | float) else 0.0,
            high=float(high) if isinstance(high, int | float) else 1.0,
            logarithmic=_flag(body.get("log"), default=False),
            choices=tuple(_each_text(body.get("choices"))),
            length=int(_whole(body.get("length"))),
            writable=_flag(body.get("writable"), default=True),
            key=_one_of(_text(body.get("key")), KeyBehaviour, "toggle"),
            echo=_echo(body.get("echo")),
            wire=self._filling(body.get("wire"), len(entry.words)),
        )
        if mould.logarithmic and (min(mould.low, mould.high) <= 0.0 or mould.low == mould.high):
            message = f"'{name}' is logarithmic: 'low' and 'high' must differ and be above 0"
            self.note(entry.span, message)
            return None
        return mould

    # Wire

    def _filling(self, node: Node | None, lists: int) -> _Filling:
        """Return what makes the wire value of a name from the words of its lists."""
        match node:
            case None:
                return lambda words: {}
            case Scalar():
                return self._text_filling(node, lists)
            case ListNode():
                items = [self._filling(item, lists) for item in node.items]
                return lambda words: tuple(item(words) for item in items)
            case MapNode():
                fillings = [(key.text, self._filling(value, lists)) for key, value in node]
                return lambda words: {key: fill(words) for key, fill in fillings}

    def _text_filling(self, scalar: Scalar, lists: int) -> _Filling:
        pieces = _HOLE.split(scalar.text)
        if len(pieces) == 1:
            constant = int(scalar.text) if scalar.text.isdecimal() else _resolved(scalar)
            return lambda words: constant
        texts, letters, moves, widths = pieces[::4], pieces[1::4], pieces[2::4], pieces[3::4]
        if self.kind == "device" and set(letters) == {"s"}:
            # The strip, which the profile fills in.
            return lambda words: scalar.text
        holes = [
            (ord(letter) - ord("a"), int(move or 0), int(width or 0))
            for letter, move, width in zip(letters, moves, widths, strict=True)
        ]
        if any(index >= lists for index, _, _ in holes):
            self.note(scalar.span, f"the name has {lists} lists; '{{a}}' is the word of the first")
            return lambda words: ""

        def fill(words: Sequence[str]) -> object:
            whole = texts[0]
            for (index, move, width), text in zip(holes, texts[1:], strict=True):
                whole += _moved(words[index], move, width) + text
            return int(whole) if whole.isdecimal() else whole

        return fill


@lru_cache(maxsize=4096)
def _moved(word: str, move: int, width: int) -> str:
    """Return a number moved and written in ``width`` digits; another word as it is.

    A sheet of thousands of names says some hundred different numbers.
    """
    return str(int(word) + move).zfill(width) if word.isdecimal() else word


def read_laws(section: MapNode, problems: list[Problem]) -> dict[str, Law]:
    """Return the laws ``{name: {100%: 10dB, …, 0%: -oo}}`` says, without those at fault.

    Where 0 % is off (``-oo``), the lowest line goes on down to it.
    """
    found: dict[str, Law] = {}
    for key, body in section:
        points = _points(body, problems) if isinstance(body, MapNode) else []
        try:
            found[key.text] = law_through(points)
        except ValueError as error:
            problems.append(Problem(key.span, str(error), "law"))
    return found


def _points(body: MapNode, problems: list[Problem]) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for key, value in body:
        place = _POINT.fullmatch(key.text)
        text = _text(value)
        level = _LEVEL.fullmatch(text)
        if place is not None and float(place[1]) == 0.0 and text in {"-oo", "-inf"}:
            points.append((0.0, OFF))
        elif place is None or level is None:
            message = f"a point is written '75%: 0dB', not '{key.text}: {text}'"
            problems.append(Problem(key.span, message, "law"))
        else:
            points.append((float(place[1]), float(level[1])))
    return points


def find_law(name: Scalar, own: Mapping[str, Law], problems: list[Problem]) -> Law | None:
    """Return the law of that name; ``None`` for ``linear``, or noted, if there is none."""
    if name.text == "linear":
        return None
    law = own.get(name.text) or law_named(name.text)
    if law is None:
        hint = did_you_mean(name.text, (*own, *LAWS, "linear"))
        problems.append(Problem(name.span, f"no law '{name.text}'{hint}", "law"))
    return law


def _list_words(inner: str) -> tuple[str, ...]:
    words, dots, last = inner.partition("..")
    if dots and words.isdecimal() and last.isdecimal() and len(words) < 6 and len(last) < 6:
        return tuple(str(number) for number in range(int(words), int(last) + 1))
    if "," in inner:
        return tuple(word.strip() for word in inner.split(","))
    return ()


def _product(lists: Sequence[Sequence[str]]) -> int:
    size = 1
    for one in lists:
        size *= len(one)
    return size


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) and not node.is_null else ""


def _each_text(node: Node | None) -> Iterator[str]:
    for item in node.items if isinstance(node, ListNode) else ():
        if isinstance(item, Scalar):
            yield item.text


def _texts(node: Node | None) -> Mapping[str, str]:
    pairs = node if isinstance(node, MapNode) else ()
    return MappingProxyType({key.text: _text(value) for key, value in pairs})


def _one_of(text: str, kind: object, default: WordT) -> WordT:
    """Return ``text`` as one of the words of the literal type ``kind``, or ``default``."""
    return cast("WordT", text) if text in get_args(kind) else default


def _echo(node: Node | None) -> EchoClass | None:
    if not _text(node):
        return None
    echo: EchoClass = _one_of(_text(node), EchoClass, "others")
    return echo


def _flag(node: Node | None, *, default: bool) -> bool:
    return _text(node) == "true" if _text(node) else default


def _whole(node: Node | None, default: int = 0) -> int:
    value = _resolved(node) if node is not None else default
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def _resolved(node: Node | None) -> object:
    """Return a plain value: whole number, number, truth value, text, list or mapping of them."""
    match node:
        case None:
            return None
        case ListNode():
            return tuple(_resolved(item) for item in node.items)
        case MapNode():
            return MappingProxyType({key.text: _resolved(value) for key, value in node})
        case Scalar() if node.quoted:
            return node.text
        case Scalar() if node.is_null:
            return None
        case Scalar():
            return _resolved_text(node.text)


def _resolved_text(text: str) -> object:
    if text in {"true", "false"}:
        return text == "true"
    if _HEX.fullmatch(text):
        return int(text, 16)
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text


def _frozen(value: object) -> Mapping[str, object]:
    return MappingProxyType(value) if isinstance(value, dict) else _NO_WIRE


_NO_WIRE: Final[Mapping[str, object]] = MappingProxyType({})
