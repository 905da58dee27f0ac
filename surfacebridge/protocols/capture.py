r"""``.sbcap``: what went over the links of a rig, exact to the byte and the moment.

Owns: the lines of a capture file, both ways.  Does not own: files on disk
(``apps.recording``), or what is done with a capture (``bridge.replaying``).

A capture is text, one JSON object a line (docs/captures.md):

    {"surfacebridge-capture":1,"bridge":"0.1.0","rig":"desk.yaml",...}  the first line
    {"file":"desk.yaml","text":"surfacebridge: 1\\n..."}   the rig's files, in pieces
    {"t":812.4,"in":"x","data":"e000 48"}                  bytes that arrived, in hexadecimal
    {"t":812.4,"with":"x","data":"..."}                    ... together with those before
    {"t":812.4,"out":"desk","data":"..."}                  bytes that left
    {"t":812.5,"wake":"x"}                                 a timer; "" is the engine's
    {"t":813.0,"tick":"","text":"20:15:00"}                the time of day, for displays
    {"t":814.0,"lost":"x","text":"The cable was pulled."}  also open, close, resync, reload
    {"end":"It was stopped."}                              the last line, unless it crashed

Times are seconds of the recording machine's clock, written so that reading
them gives the same number again.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Final, Literal, get_args

FORMAT: Final = 1

# The largest datagram, and more than any transport hands over at once.
LARGEST_CHUNK: Final = 65_536

# Such a chunk in hexadecimal, twice over: what is longer was not written by us.
LONGEST_LINE: Final = 262_144

# A piece of a file: JSON writes one character in at most six.
FILE_PIECE: Final = 32_768

# More links than any rig has; each is one entry of the first line.
MOST_LINKS: Final = 256

Happening = Literal[
    "in", "with", "out", "open", "close", "lost", "wake", "tick", "reload"
]  # fmt: skip
"""What a moment tells of a link; see the head of this module."""

HAPPENINGS: Final[tuple[str, ...]] = get_args(Happening)
CARRIES_BYTES: Final = frozenset({"in", "with", "out"})

_NAME: Final = re.compile(r"[\w-]{0,64}")
# What hexadecimal may hold; bytes.fromhex alone would also take other white space.
_HEX: Final = re.compile(r"[0-9A-Fa-f ]*")


@dataclass(frozen=True, slots=True)
class CapturedLink:
    """One end of the rig: ``kind`` is ``surface`` or ``target``; no password is in ``address``."""

    name: str
    kind: str
    dialect: str
    address: str


@dataclass(frozen=True, slots=True)
class CaptureHeader:
    """The first line: what ran, and where.

    ``bridge`` is the version that recorded, ``began`` the clock at the start,
    ``date`` that moment for people; ``rig`` names the captured file that is
    the mapping; ``settings`` are those given on the command line, ``code`` the
    modules it was allowed; without ``writes`` it was a rehearsal.
    """

    bridge: str
    rig: str
    began: float
    date: str = ""
    writes: bool = True
    settings: Mapping[str, str] = field(default_factory=dict)
    code: tuple[str, ...] = ()
    links: tuple[CapturedLink, ...] = ()


@dataclass(frozen=True, slots=True)
class CapturedFile:
    """A file of the rig, or its next piece; ``name`` is relative to the mapping's folder."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Moment:
    """Something happened at link ``name``; ``data`` are its bytes, else a text in UTF-8."""

    at: float
    what: str
    name: str
    data: bytes = b""

    @property
    def text(self) -> str:
        """What the moment says in words: a reason, a time of day, a file's name."""
        return self.data.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class CaptureEnd:
    """The recording ended in order; ``why`` says in a sentence what ended it."""

    why: str


@dataclass(frozen=True, slots=True)
class BadLine:
    """Line ``number`` (from 1) was left out; ``reason`` is a short phrase."""

    number: int
    reason: str


Line = CaptureHeader | CapturedFile | Moment | CaptureEnd


def encode_line(line: Line) -> bytes:
    """Return ``line`` as it stands in a file, its line end included."""
    match line:
        case Moment(at, what, name, data) if what in CARRIES_BYTES:
            # By hand: this is written for every chunk while people play.
            return f'{{"t":{at!r},"{what}":{json.dumps(name)},"data":"{data.hex()}"}}\n'.encode()
        case Moment(at, what, name):
            said = {"text": line.text} if line.data else {}
            return _dump({"t": at, what: name, **said})
        case CapturedFile(name, text):
            return _dump({"file": name, "text": text})
        case CaptureEnd(why):
            return _dump({"end": why})
        case CaptureHeader():
            links = [
                {"name": one.name, "kind": one.kind, "dialect": one.dialect, "at": one.address}
                for one in line.links
            ]
            return _dump(
                {
                    "surfacebridge-capture": FORMAT,
                    "bridge": line.bridge,
                    "date": line.date,
                    "began": line.began,
                    "rig": line.rig,
                    "writes": line.writes,
                    "settings": dict(line.settings),
                    "code": list(line.code),
                    "links": links,
                }
            )


def pieces_of(name: str, text: str) -> list[CapturedFile]:
    """Return file ``name`` in pieces that fit on lines; an empty file is one empty piece."""
    starts = range(0, max(len(text), 1), FILE_PIECE)
    return [CapturedFile(name, text[start : start + FILE_PIECE]) for start in starts]


def _dump(fields: Mapping[str, object]) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n"


class CaptureDecoder:
    """Bytes of a capture, cut anywhere → lines; what is none is told with its number.

    Keeps at most one unfinished line of ``LONGEST_LINE`` bytes.
    """

    def __init__(self) -> None:
        self._rest = bytearray()
        self._number = 0
        self._is_too_long = False

    def receive(self, data: bytes) -> list[Line | BadLine]:
        """Return the lines that ``data`` completes."""
        found: list[Line | BadLine] = []
        *ended, rest = data.split(b"\n")
        for piece in ended:
            found += self._end_line(piece)
        self._keep(rest)
        return found

    def finish(self) -> list[Line | BadLine]:
        """Return what the last line is, if it has no end: a crash may have cut it."""
        if not self._rest and not self._is_too_long:
            return []
        return self._end_line(b"")

    def _keep(self, piece: bytes) -> None:
        if len(self._rest) + len(piece) > LONGEST_LINE:
            self._is_too_long = True
            self._rest.clear()
        elif not self._is_too_long:
            self._rest += piece

    def _end_line(self, piece: bytes) -> list[Line | BadLine]:
        self._keep(piece)
        self._number += 1
        line, self._rest = bytes(self._rest), bytearray()
        if self._is_too_long:
            self._is_too_long = False
            return [BadLine(self._number, f"a line of more than {LONGEST_LINE} bytes")]
        if not line.strip():
            return []
        read = _read_line(line)
        return [BadLine(self._number, read) if isinstance(read, str) else read]


def _read_line(line: bytes) -> Line | str:
    """Return what ``line`` says, or why it says nothing."""
    try:
        fields = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        return "no JSON"
    if not isinstance(fields, dict):
        return "no JSON object"
    if "t" in fields:
        return _read_moment(fields)
    if "file" in fields:
        name, text = _text(fields, "file"), _text(fields, "text")
        return (
            "a file without name or text" if not name or text is None else CapturedFile(name, text)
        )
    if "end" in fields:
        why = _text(fields, "end")
        return "an end that is no text" if why is None else CaptureEnd(why)
    if "surfacebridge-capture" in fields:
        return _read_header(fields)
    return "nothing that a capture says"


def _read_moment(fields: Mapping[str, Any]) -> Moment | str:
    at = _time(fields["t"])
    if at is None:
        return "a time that is no number"
    what = next((one for one in HAPPENINGS if one in fields), None)
    if what is None:
        return "a moment in which nothing happens"
    name = _text(fields, what)
    if name is None or not _NAME.fullmatch(name):
        return "a link that has no name"
    if what not in CARRIES_BYTES:
        text = _text(fields, "text", "")
        return "a text that is none" if text is None else Moment(at, what, name, text.encode())
    data = _text(fields, "data")
    if data is None or len(data) > 2 * LARGEST_CHUNK or not _HEX.fullmatch(data):
        return "data that is not hexadecimal"
    try:
        return Moment(at, what, name, bytes.fromhex(data))
    except ValueError:
        return "data that is not hexadecimal"


def _read_header(fields: Mapping[str, Any]) -> CaptureHeader | str:
    version = fields["surfacebridge-capture"]
    if version != FORMAT or isinstance(version, bool):
        return f"a capture of another format than {FORMAT}; use the surfacebridge that wrote it"
    bridge, rig = _text(fields, "bridge", ""), _text(fields, "rig")
    date, began = _text(fields, "date", ""), _time(fields.get("began", 0.0))
    settings, code = fields.get("settings", {}), fields.get("code", [])
    links = _read_links(fields.get("links", []))
    if bridge is None or not rig or date is None or began is None or links is None:
        return "a first line that lacks something"
    if not _are_texts(code) or not isinstance(settings, dict) or not _are_texts(settings.values()):
        return "a first line with settings that are no texts"
    writes = fields.get("writes") is not False
    return CaptureHeader(bridge, rig, began, date, writes, settings, tuple(code), links)


def _read_links(written: object) -> tuple[CapturedLink, ...] | None:
    if not isinstance(written, list) or len(written) > MOST_LINKS:
        return None
    found = []
    for one in written:
        if not isinstance(one, dict):
            return None
        texts = [_text(one, key) for key in ("name", "kind", "dialect", "at")]
        if None in texts or not _NAME.fullmatch(texts[0] or ""):
            return None
        found.append(CapturedLink(*(text or "" for text in texts)))
    return tuple(found)


def _are_texts(values: object) -> bool:
    try:
        return all(isinstance(one, str) and _is_sayable(one) for one in values)  # type: ignore[attr-defined]
    except TypeError:
        return False


def _text(fields: Mapping[str, Any], key: str, default: str | None = None) -> str | None:
    value = fields.get(key, default)
    return value if isinstance(value, str) and _is_sayable(value) else None


def _is_sayable(text: str) -> bool:
    """Return whether ``text`` can be written as UTF-8: JSON may hold half a pair."""
    return not any("\ud800" <= one <= "\udfff" for one in text)


def _time(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, float | int):
        return None
    try:
        time = float(value)
    except OverflowError:
        return None
    return time if isfinite(time) else None
