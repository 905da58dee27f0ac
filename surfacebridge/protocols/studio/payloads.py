"""The payloads of a studio, version 1: JSON objects (docs/protocols/mqtt.md).

Owns: fields, their types and bounds.  Does not own: what follows from them.

Rule: peer bytes never raise.  A payload with a field missing, of the wrong type
or too long is ``Malformed``; fields nobody knows are passed over, so that a
later minor version can add some.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from math import isfinite
from types import MappingProxyType
from typing import Any, Final, TypeVar

from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.studio.topics import VERSION

# The largest console has some 6,000 parameters, and nobody holds them all.
MOST_ENTRIES: Final = 4_096
LONGEST_TEXT: Final = 512
_EXCERPT: Final = 64
_LARGEST_NUMBER: Final = 2**53

Scalar = float | bool | str | None | tuple[int, int, int, bool]
"""A value on the wire: ``null`` is a level that is off, a tuple is a colour."""

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class State:
    """A value as the desk holds it.

    ``by`` says who made it so: ``USER/BRIDGE/SURFACE`` or ``desk``.  ``session``
    and ``of`` are those of the order that did, empty and 0 without one.  ``epoch``
    names one holding of the desk and ``seq`` counts within it.  ``position`` is
    the value on its own travel, 0…1, ``None`` where it has none.  ``time`` is
    seconds since 1970.
    """

    value: Scalar
    unit: str
    position: float | None
    by: str
    session: str
    of: int
    epoch: str
    seq: int
    time: float


@dataclass(frozen=True, slots=True)
class Desk:
    """Who holds a desk.

    ``term`` grows with each change of hands, ``epoch`` also when the desk itself
    came anew.  ``link`` is how the holder reaches it: ``connected``, ``syncing`` or
    ``gone``.  ``profile`` is the desk's sheet.
    """

    holder: str
    session: str
    term: int
    epoch: str
    link: str
    profile: str


@dataclass(frozen=True, slots=True)
class Presence:
    """A bridge: ``session`` is new with each connection, ``links`` are its endpoints' states."""

    online: bool
    session: str
    links: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    software: str = ""


@dataclass(frozen=True, slots=True)
class Owned:
    """Who holds which parameter: ``USER/BRIDGE/SURFACE`` by its name."""

    owners: Mapping[str, str]
    epoch: str


@dataclass(frozen=True, slots=True)
class Meters:
    """Levels in dB below full scale; ``None`` is silence."""

    levels: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Order:
    """Somebody's wish for a parameter: the ``seq``-th of a session, to the holder of an epoch."""

    value: Scalar
    session: str
    seq: int
    epoch: str


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who controls from afar, and the parameters his surfaces hold."""

    online: bool
    session: str
    touched: Mapping[str, str] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True)
class Watch:
    """A wish for the levels of ``meters``, for some seconds."""

    meters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """An order that was not carried out; ``value`` is what is so instead, if ``known``."""

    parameter: str
    reason: str
    session: str
    seq: int
    known: bool
    value: Scalar


@dataclass(frozen=True, slots=True)
class Lead:
    """A wish that bridge ``to`` holds the desk."""

    to: str


Payload = State | Desk | Presence | Owned | Meters | Order | Guest | Watch | Refused | Lead
PayloadT = TypeVar("PayloadT", bound=Payload)


def encode(payload: Payload) -> bytes:
    """Return ``payload`` as JSON; floats that are no numbers must not be in it."""
    said: dict[str, object] = {"v": VERSION}
    for one in fields(payload):
        value = getattr(payload, one.name)
        if isinstance(value, tuple) and one.name == "value":
            value = dict(zip(_COLOUR, value, strict=True))
        said[one.name] = dict(value) if isinstance(value, Mapping) else value
    return json.dumps(said, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def decode(kind: type[PayloadT], data: bytes) -> PayloadT | Malformed:
    """Return the payload of ``kind`` that ``data`` is; never raise."""
    said = _object(data)
    if said is None:
        return Malformed(data[:_EXCERPT], "no JSON object of this version")
    found: dict[str, object] = {}
    for one in fields(kind):
        value = _READERS[str(one.type)](said.get(one.name, _MISSING))
        if value is _MISSING:
            return Malformed(data[:_EXCERPT], f"{one.name!r} is missing or not right")
        found[one.name] = value
    return kind(**found)  # type: ignore[arg-type]


def decode_plain(data: bytes) -> tuple[Scalar] | Malformed:
    """Return the bare JSON value that a dashboard says instead of an order; never raise."""
    value = _scalar(_loaded(data))
    if value is _MISSING or isinstance(value, tuple):
        return Malformed(data[:_EXCERPT], "no plain value")
    return (value,)  # type: ignore[return-value]


_MISSING: Final = object()
_COLOUR: Final = ("red", "green", "blue", "inverted")


def _loaded(data: bytes) -> object:
    try:
        return json.loads(data.decode(), parse_constant=lambda _: _MISSING)
    except (ValueError, RecursionError):
        return _MISSING


def _object(data: bytes) -> dict[str, object] | None:
    found = _loaded(data)
    return found if isinstance(found, dict) and found.get("v") == VERSION else None


def _text(value: object) -> object:
    good = isinstance(value, str) and len(value) <= LONGEST_TEXT and _is_whole(value)
    return value if good else _MISSING


def _is_whole(text: str) -> bool:
    """Return whether ``text`` can be said again: JSON may hold one half of a pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _flag(value: object) -> object:
    return value if isinstance(value, bool) else _MISSING


def _whole(value: object) -> object:
    good = isinstance(value, int) and not isinstance(value, bool)
    return value if good and 0 <= value <= _LARGEST_NUMBER else _MISSING  # type: ignore[operator]


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _MISSING
    if isinstance(value, int) and abs(value) > _LARGEST_NUMBER:
        return _MISSING
    return float(value) if isfinite(value) else _MISSING


def _maybe_number(value: object) -> object:
    return None if value is None else _number(value)


def _scalar(value: object) -> object:
    match value:
        case None | bool():
            return value
        case str():
            return _text(value)
        case {"red": red, "green": green, "blue": blue, **more}:
            parts = tuple(map(_whole, (red, green, blue)))
            inverted = _flag(more.get("inverted", False))
            good = all(isinstance(one, int) and one < 256 for one in parts)
            return (*parts, inverted) if good and inverted is not _MISSING else _MISSING
        case _:
            return _number(value)


def _entries(read: Callable[[object], object]) -> Callable[[object], object]:
    def reader(value: object) -> object:
        if not isinstance(value, dict) or len(value) > MOST_ENTRIES:
            return _MISSING
        found = {key: read(one) for key, one in value.items() if _text(key) is not _MISSING}
        good = len(found) == len(value) and _MISSING not in found.values()
        return found if good else _MISSING

    return reader


def _texts(value: object) -> object:
    if not isinstance(value, list) or len(value) > MOST_ENTRIES:
        return _MISSING
    found = tuple(map(_text, value))
    return _MISSING if _MISSING in found else found


# By the words of the fields' types above.
_READERS: Final[Mapping[str, Callable[[object], object]]] = {
    str(Scalar): _scalar,
    str(str): _text,
    str(bool): _flag,
    str(int): _whole,
    str(float): _number,
    str(float | None): _maybe_number,
    str(Mapping[str, str]): _entries(_text),
    str(Mapping[str, float | None]): _entries(_maybe_number),
    str(tuple[str, ...]): _texts,
}
