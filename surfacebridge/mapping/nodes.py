"""A read file as nodes: texts, lists and mappings that know where they stand.

Owns: the shapes, and the place of every character of a text, also after a
piece of it was replaced.  Does not own: YAML (``yaml_reader``) or meaning.

Every scalar is text; nothing is a number or a truth value until whoever knows
what is expected says so.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from surfacebridge.mapping.source import Span
from surfacebridge.value import as_value


@as_value
class Piece:
    """From ``offset`` on, characters stand at ``line`` and from ``column`` on.

    In a piece that is not ``literal`` all characters stand at the one column:
    they came out of an escape, a setting or a list.
    """

    offset: int
    line: int
    column: int
    literal: bool = True


@as_value
class Scalar:
    """One text; ``span`` is its start, quotation mark included."""

    text: str
    quoted: bool
    span: Span
    pieces: tuple[Piece, ...]
    end_line: int

    @property
    def is_null(self) -> bool:
        """Whether this is YAML's way to say nothing: empty, ``~`` or ``null``."""
        return not self.quoted and self.text in {"", "~", "null"}

    def at(self, offset: int) -> Span:
        """Return the place of the character at ``offset`` (one past the end is allowed)."""
        place = bisect_right(self.pieces, offset, key=lambda piece: piece.offset) - 1
        piece = self.pieces[max(place, 0)]
        moved = offset - piece.offset if piece.literal else 0
        return Span(self.span.path, piece.line, piece.column + moved)

    def part(self, start: int, end: int) -> "Scalar":
        """Return the text from ``start`` up to ``end``, each character where it was."""
        pieces = [piece for piece in self.pieces if start < piece.offset < end]
        first = self.at(start)
        literal = self.pieces[
            max(bisect_right(self.pieces, start, key=lambda piece: piece.offset) - 1, 0)
        ].literal
        moved = (
            Piece(0, first.line, first.column, literal),
            *(Piece(one.offset - start, one.line, one.column, one.literal) for one in pieces),
        )
        return Scalar(self.text[start:end], self.quoted, first, moved, self.end_line)

    def stripped(self) -> "Scalar":
        """Return the text without blanks at its ends."""
        kept = self.text.strip()
        start = self.text.find(kept)
        return self.part(start, start + len(kept))

    def spliced(self, edits: Sequence[tuple[int, int, str]]) -> "Scalar":
        """Return the text with each (start, end, new text) replaced; edits rise and do not meet.

        New characters stand where the replaced ones began.
        """
        if not edits:
            return self
        parts: list[str] = []
        pieces: list[Piece] = []
        written = 0
        read = 0
        for start, end, new in (*edits, (len(self.text), len(self.text), "")):
            kept = self.part(read, start)
            pieces.extend(
                Piece(one.offset + written, one.line, one.column, one.literal)
                for one in kept.pieces
            )
            parts += (kept.text, new)
            written += len(kept.text)
            place = self.at(start)
            pieces.append(Piece(written, place.line, place.column, literal=False))
            written += len(new)
            read = end
        return Scalar("".join(parts), self.quoted, self.span, tuple(pieces), self.end_line)


@as_value
class ListNode:
    """Items in order; ``flow`` if written with ``[ ]``."""

    items: "tuple[Node, ...]"
    span: Span
    flow: bool
    end_line: int


@as_value
class MapNode:
    """Keys and values in order, each key once; ``flow`` if written with ``{ }``."""

    entries: "tuple[tuple[Scalar, Node], ...]"
    span: Span
    flow: bool
    end_line: int

    def __iter__(self) -> "Iterator[tuple[Scalar, Node]]":
        return iter(self.entries)

    def get(self, key: str) -> "Node | None":
        """Return the value of ``key``, or ``None``."""
        for name, value in self.entries:
            if name.text == key:
                return value
        return None

    def key(self, key: str) -> Scalar | None:
        """Return the key itself, with its place, or ``None``."""
        for name, _ in self.entries:
            if name.text == key:
                return name
        return None


Node = Scalar | ListNode | MapNode


def plain(node: Node) -> object:
    """Return ``node`` as dicts, lists, texts and ``None``, without places."""
    match node:
        case Scalar():
            return None if node.is_null else node.text
        case ListNode():
            return [plain(item) for item in node.items]
        case MapNode():
            return {key.text: plain(value) for key, value in node.entries}


def span_of(root: Node, loc: Sequence[str | int]) -> Span:
    """Return the place of what ``loc`` leads to: a key's value, or a key where asked for one.

    Steps that lead nowhere are skipped, so that the names a validator puts in
    between (of a union's branch, say) do no harm.  A last step of ``"[key]"``
    asks for the key instead of its value, as pydantic writes it.
    """
    node: Node = root
    span = root.span
    for place, step in enumerate(loc):
        match node, step:
            case MapNode(), str() if (found := node.get(step)) is not None:
                wants_key = loc[place + 1 :] == ("[key]",) or loc[place + 1 :] == ["[key]"]
                key = node.key(step)
                node = found
                span = key.span if wants_key and key is not None else found.span
                if wants_key:
                    return span
            case ListNode(), int() if 0 <= step < len(node.items):
                node = node.items[step]
                span = node.span
            case _:
                continue
    return span


def scalar_at(text: str, span: Span, *, quoted: bool = False) -> Scalar:
    """Return a one-line text that starts at ``span``, for texts that came from no file."""
    return Scalar(text, quoted, span, (Piece(0, span.line, span.column),), span.line)
