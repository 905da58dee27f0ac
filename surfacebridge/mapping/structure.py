"""What a node may be: kinds that say what does not fit, and what editors are told.

Owns: the kinds, their words for people and their JSON Schema.  Does not own:
which keys stand where (``shapes``, ``sheet_shapes``).

They look at nodes as they were read, so that each fault has its place, and
they are made of nothing but this module: a rig starts as soon as it is checked.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, Final

from surfacebridge.mapping.nodes import ListNode, MapNode, Node, Scalar
from surfacebridge.mapping.problems import Problem, did_you_mean
from surfacebridge.mapping.source import Span

Schema = dict[str, Any]
Note = Callable[[Span, str, str], None]
"""Takes the place, the message and the code of what does not fit."""

# More choices than these help nobody who mistyped one.
_FEW: Final = 12


class Kind(ABC):
    """What stands at one place."""

    @abstractmethod
    def check(self, node: Node, note: Note) -> None:
        """Note everything in ``node`` that does not fit."""

    @abstractmethod
    def schema(self, named: Schema) -> Schema:
        """Return the JSON Schema; what is referred to by name is put in ``named``."""


def check_shape(kind: Kind, node: Node) -> list[Problem]:
    """Return a problem for everything in ``node`` that ``kind`` does not allow."""
    found: list[Problem] = []
    kind.check(node, lambda span, message, code: found.append(Problem(span, message, code)))
    return found


class Text(Kind):
    """A text; ``refuse`` returns why not for one that is no good, ``looks`` is its schema."""

    def __init__(self, looks: Schema, refuse: Callable[[str], str | None] | None = None) -> None:
        self._looks = looks
        self.refuse: Final = refuse

    def check(self, node: Node, note: Note) -> None:
        """Note what is no text, or refused."""
        if not isinstance(node, Scalar) or node.is_null:
            hint = "; quote a text that starts with '{'" if _is_flow(node) else ""
            note(node.span, f"a text is expected here, not {_said(node)}{hint}", "kind")
        elif self.refuse is not None and (reason := self.refuse(node.text)):
            note(node.span, reason, "value")

    def schema(self, named: Schema) -> Schema:
        """Return what it was made with."""
        del named
        return dict(self._looks)


class OneOf(Kind):
    """One of some words."""

    def __init__(self, *words: str, looks: Schema | None = None) -> None:
        self._words = words
        self._looks = looks

    def check(self, node: Node, note: Note) -> None:
        """Note what is none of the words."""
        if isinstance(node, Scalar) and not node.is_null and node.text in self._words:
            return
        *most, last = map(repr, self._words)
        wanted = f"{', '.join(most)} or {last}" if most else last
        note(node.span, f"{wanted} is expected here, not {_said(node)}", "value")

    def schema(self, named: Schema) -> Schema:
        """Return the words."""
        del named
        return {"type": "string", "enum": list(self._words)} if self._looks is None else self._looks


class Anything(Kind):
    """Whatever somebody else checks."""

    def __init__(self, looks: Schema) -> None:
        self._looks = looks

    def check(self, node: Node, note: Note) -> None:
        """Note nothing."""

    def schema(self, named: Schema) -> Schema:
        """Return what it was made with."""
        del named
        return dict(self._looks)


class Maybe(Kind):
    """Nothing, or ``kind``."""

    def __init__(self, kind: Kind) -> None:
        self.kind: Final = kind

    def check(self, node: Node, note: Note) -> None:
        """Note what is something else."""
        if not (isinstance(node, Scalar) and node.is_null):
            self.kind.check(node, note)

    def schema(self, named: Schema) -> Schema:
        """Return either."""
        inner = self.kind.schema(named)
        if "type" in inner and "enum" not in inner:
            kinds = inner["type"] if isinstance(inner["type"], list) else [inner["type"]]
            return {**inner, "type": [*kinds, "null"]}
        return {"anyOf": [*inner.get("anyOf", [inner]), {"type": "null"}]} if inner else {}


class Items(Kind):
    """A list; with ``pair``, of two: for the page before, and for the one after."""

    def __init__(self, kind: Kind, *, pair: bool = False) -> None:
        self._kind = kind
        self._pair = pair

    def check(self, node: Node, note: Note) -> None:
        """Note what is no list, and each item that does not fit."""
        if not isinstance(node, ListNode):
            note(node.span, f"a list is expected here, not {_said(node)}", "kind")
            return
        for item in node.items:
            self._kind.check(item, note)
        if self._pair and len(node.items) != 2:
            message = "two texts are expected here: for the page before, and for the one after"
            note(node.span, message, "value")

    def schema(self, named: Schema) -> Schema:
        """Return the list."""
        size = {"minItems": 2, "maxItems": 2} if self._pair else {}
        return {"type": "array", "items": self._kind.schema(named), **size}


class Table(Kind):
    """A mapping whose keys people choose; ``names`` checks them."""

    def __init__(self, kind: Kind, names: Text | None = None) -> None:
        self._kind = kind
        self._names = names

    def check(self, node: Node, note: Note) -> None:
        """Note what is no mapping, and each key and value that does not fit."""
        if not isinstance(node, MapNode):
            note(node.span, f"a mapping is expected here, not {_said(node)}", "kind")
            return
        refuse = None if self._names is None else self._names.refuse
        for key, value in node:
            if refuse is not None and (reason := refuse(key.text)):
                note(key.span, reason, "value")
            self._kind.check(value, note)

    def schema(self, named: Schema) -> Schema:
        """Return the mapping."""
        return {"type": "object", "additionalProperties": self._kind.schema(named)}


class Either(Kind):
    """One kind for each way to write it; a text where a way has none."""

    def __init__(self, text: Kind, items: Kind | None = None, mapping: Kind | None = None) -> None:
        self._text = text
        self._items = items
        self._mapping = mapping

    def check(self, node: Node, note: Note) -> None:
        """Note what does not fit, by how ``node`` is written."""
        kind: Kind | None = None
        match node:
            case ListNode():
                kind = self._items
            case MapNode():
                kind = self._mapping
            case Scalar():
                pass
        (kind or self._text).check(node, note)

    def schema(self, named: Schema) -> Schema:
        """Return all ways."""
        ways = (self._text, self._items, self._mapping)
        return {"anyOf": [way.schema(named) for way in ways if way is not None]}


class Key:
    """What a key leads to: it must be there, or has a default, or may be there with nothing."""

    def __init__(
        self, kind: Kind, note: str = "", *, default: str | None = None, needed: bool = False
    ) -> None:
        can_be_nothing = default is None and not needed
        self.kind: Final = Maybe(kind) if can_be_nothing else kind
        self.needed: Final = needed
        self._note = note
        self._default = default

    def schema(self, named: Schema) -> Schema:
        """Return what it leads to, with its note and default."""
        note = {"description": self._note} if self._note else {}
        default = {} if self._default is None else {"default": self._default}
        return self.kind.schema(named) | default | note


class Shape(Kind):
    """A mapping whose keys are all known; editors know it by its ``name``."""

    def __init__(self, name: str, about: str, keys: Mapping[str, Kind | Key]) -> None:
        self._name = name
        self._about = about
        self._keys = {key: one if isinstance(one, Key) else Key(one) for key, one in keys.items()}

    def check(self, node: Node, note: Note) -> None:
        """Note what is no mapping, each key that does not fit, and each that is missing."""
        if not isinstance(node, MapNode):
            note(node.span, f"a mapping is expected here, not {_said(node)}", "kind")
            return
        for key, value in node:
            known = self._keys.get(key.text)
            if known is None:
                note(
                    key.span, f"no key '{key.text}' can stand here{self._hint(key)}", "unknown-key"
                )
            else:
                known.kind.check(value, note)
        for name, one in self._keys.items():
            if one.needed and node.key(name) is None:
                note(node.span, f"the key '{name}' is missing here", "missing-key")

    def schema(self, named: Schema) -> Schema:
        """Return a reference, and put what it leads to in ``named``."""
        if self._name not in named:
            named[self._name] = {}
            named[self._name] = self.body(named)
        return {"$ref": f"#/$defs/{self._name}"}

    def body(self, named: Schema) -> Schema:
        """Return the mapping itself."""
        required = [key for key, one in self._keys.items() if one.needed]
        return {
            "title": self._name,
            "description": self._about,
            "type": "object",
            "properties": {key: one.schema(named) for key, one in self._keys.items()},
            "additionalProperties": False,
            **({"required": required} if required else {}),
        }

    def _hint(self, key: Scalar) -> str:
        known = sorted(self._keys)
        few = f"; these can: {', '.join(known)}" if len(known) <= _FEW else ""
        return did_you_mean(key.text, known) or few


def _is_flow(node: Node) -> bool:
    """Return whether ``node`` is a mapping written with ``{ }``, as an unquoted text may be."""
    return isinstance(node, MapNode) and node.flow


def _said(node: Node) -> str:
    match node:
        case MapNode():
            return "a mapping"
        case ListNode():
            return "a list"
        case Scalar():
            return "nothing" if node.is_null else f"'{node.text}'"
