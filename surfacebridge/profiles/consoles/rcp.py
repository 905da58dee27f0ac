"""Yamaha CL, QL, TF, DM3 and DM7, by RCP over TCP.

Owns: RCP's values, pacing, which answer belongs to which command, recalls and
meters.
Does not own: addresses (the sheets), words and quotes (``protocols.rcp``), or
reading, renewing and silence at all (``profiles.console``).

Rules.  One command each five milliseconds, or the console loses some; of values
that wait for one parameter only the newest leaves.  Each command has one answer,
in order.  Whoever sets is told ``OK``, everybody else ``NOTIFY``: what is said of
a parameter before our own set was answered is older than it.  A recall is told
in one line, and everything is read again.

Source: the Companion module yamaha-rcp; the simulator's source is the same, so
their agreement says nothing of a real console.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isnan
from typing import ClassVar, Final, Literal

from surfacebridge.model.parameters import ParameterId, Report
from surfacebridge.model.sheets import ParameterSpec, TargetSheet
from surfacebridge.model.values import OFF, Colour, Value, nearest_colour
from surfacebridge.profiles.console import Console, Heard, Leaf, Renewal
from surfacebridge.protocols.framing.lines import LineReader
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.rcp.messages import LONGEST_LINE, Line, decode, encode

# The console hangs up ten seconds after our last word; it answers each of these.
_ALIVE: Final = Renewal(encode("scpmode", "keepalive", 10_000), every=2.0)

# A console wants about this long between two commands.
PACE: Final = 0.005
# Of four commands that leave while many wait, one is a question.
_WRITES_IN_A_ROW: Final = 3

# Meters come every 100 ms for ten seconds after they were asked for.
_METER_EVERY: Final = 100
_METERS_RENEWED: Final = 4.0
_METER_OFFSET: Final = 126.0
_METER_TOP: Final = 0x7F

# A recall is over by then (assumed).
_RECALL_TAKES: Final = 0.5

# More commands than this without an answer belong to a console that stopped giving any.
_MOST_AWAITED: Final = 4096

_OFF: Final = -32768
_PAN: Final = 63
_LONGEST_TEXT: Final = 64
# Values are of 32 bits; a line has room for numbers that no float holds.
_LARGEST: Final = 2**31

PALETTE: Final[dict[str, Colour]] = {
    "Blue": Colour(0, 0, 255),
    "Orange": Colour(255, 144, 0),
    "Yellow": Colour(255, 255, 0),
    "Purple": Colour(144, 32, 208),
    "Cyan": Colour(0, 255, 255),
    "Magenta": Colour(255, 0, 255),
    "Red": Colour(255, 0, 0),
    "Green": Colour(0, 255, 0),
    "Off": Colour(0, 0, 0),
}
"""Colours by the console's names; the shades are ours."""
_COLOURS: Final = tuple(PALETTE)
_SHADES: Final = tuple(PALETTE.values())


@dataclass(slots=True)
class RcpLeaf(Leaf):
    """A parameter's path and place; ``per`` is how many of the wire's units make one."""

    path: str
    x: int
    y: int
    per: float


class Rcp(Console[RcpLeaf]):
    """One console, as a target."""

    renewals: ClassVar[tuple[Renewal, ...]] = (_ALIVE,)
    # So few that a question has its turn well before it would be asked again.
    window = 16

    def __init__(self, name: str, sheet: TargetSheet) -> None:
        """Build the tables of everything in ``sheet``."""
        self._scenes = str(sheet.facts.get("scenes", ""))
        self._recall = str(sheet.facts.get("recall", "ssrecall_ex"))
        self._scene: RcpLeaf | None = None
        self._meters: dict[ParameterId, tuple[str, int]] = {}
        self._metered: dict[str, list[tuple[ParameterId, int]]] = {}
        self._levels: dict[ParameterId, float] = {}
        self._lines = LineReader(LONGEST_LINE, unicode=True)
        self._writes: dict[str, bytes] = {}
        self._in_a_row = 0
        self._next_at = -inf
        self._awaited: deque[tuple[Literal["set", "get", ""], str]] = deque(maxlen=_MOST_AWAITED)
        self._setting: dict[str, int] = {}
        super().__init__(name, sheet)

    # Tables.

    def leaf_of(self, parameter: ParameterId, spec: ParameterSpec) -> RcpLeaf | None:
        """Return the path and place of ``parameter``, where the sheet has one."""
        wire = spec.wire
        path, x, y, per = wire.get("rcp"), wire.get("x", 0), wire.get("y", 0), wire.get("per", 1)
        if wire.get("scene") is True:
            leaf = RcpLeaf(self._recall, parameter, spec, False, self._scenes, 0, 0, 1.0)
            if spec.writable:
                return leaf
            self._scene = leaf
            leaf.address = "sscurrent"
            return leaf
        if not isinstance(path, str) or not isinstance(x, int) or not isinstance(y, int):
            return None
        scale = float(per) if isinstance(per, int | float) else 1.0
        readable = spec.kind != "trigger"
        return RcpLeaf(_address(path, x, y), parameter, spec, readable, path, x, y, scale)

    def add_other(self, parameter: ParameterId, spec: ParameterSpec) -> None:
        """Note a meter: which row of them, and its place there."""
        row, index = spec.wire.get("meter"), spec.wire.get("index")
        if isinstance(row, str) and isinstance(index, int):
            self._meters[parameter] = row, index

    def watch_others(self, parameters: Sequence[ParameterId], now: float) -> None:
        """Ask for the meters that ``parameters`` need."""
        self._metered = {}
        self._levels.clear()
        for parameter in parameters:
            if parameter in self._meters:
                row, index = self._meters[parameter]
                self._metered.setdefault(row, []).append((parameter, index))
        if self.health.alive:
            asked = (encode("mtrstart", row, _METER_EVERY) for row in self._metered)
            self.stream(tuple(Renewal(data, _METERS_RENEWED) for data in asked), now)

    # Pacing.

    def question(self, address: str) -> bytes:
        """Return what asks for one parameter."""
        leaf = self._by_address[address]
        return encode("get", leaf.path, leaf.x, leaf.y)

    def next_wakeup(self) -> float | None:
        """Return when ``wake`` is due next."""
        due = super().next_wakeup()
        if self._writes or self._out:
            return self._next_at if due is None else min(due, self._next_at)
        return due

    def data_to_send(self) -> list[bytes]:
        """Return the next command, if its time has come."""
        if self._now < self._next_at or not (self._writes or self._out):
            return []
        self._next_at = self._now + PACE
        if self._writes and (not self._out or self._in_a_row < _WRITES_IN_A_ROW):
            self._in_a_row += 1
            address = next(iter(self._writes))
            self._setting[address] = self._setting.get(address, 0) + 1
            self._awaited.append(("set", address))
            return [self._writes.pop(address)]
        self._in_a_row = 0
        data = self._out.pop(0)
        words = data.decode().split()
        is_get = words[0] == "get"
        self._awaited.append(("get", " ".join(words[1:])) if is_get else ("", words[0]))
        return [data]

    # The console speaks.

    def receive(self, data: bytes, now: float) -> Sequence[Heard]:
        """Return what the lines in ``data`` mean."""
        self._now = now
        for text in self._lines.receive(data):
            line = text if isinstance(text, Malformed) else decode(text)
            if isinstance(line, Malformed):
                self.health.malformed += 1
            else:
                self._note_life(now)
                self._hear(line)
        if not self.health.synced:
            self._read(now)
        return self._take_pending()

    def _hear(self, line: Line) -> None:
        if line.verdict == "NOTIFY":
            self._hear_news(line)
            return
        kind, address = self._answered(line)
        if line.verdict == "ERROR":
            self._hear_refusal(kind, address)
        elif line.command in {"set", "get"}:
            self._hear_value(line.words)
        elif line.command == self._recall:
            self._reread_at = self._now + _RECALL_TAKES

    def _answered(self, line: Line) -> tuple[str, str]:
        """Return the command that ``line`` answers: what was sent before it got lost."""
        wanted = " ".join(line.words[:3]) if line.verdict == "OK" else None
        for place, (kind, address) in enumerate(self._awaited):
            if (kind or address) == line.command and (not kind or wanted in {None, address}):
                for _ in range(place):
                    self._note_loss(*self._awaited.popleft())
                self._awaited.popleft()
                self._settle(kind, address)
                return kind, address
        return "", ""

    def _settle(self, kind: str, address: str) -> None:
        if kind == "set" and address in self._setting:
            self._setting[address] -= 1
            if not self._setting[address]:
                del self._setting[address]

    def _note_loss(self, kind: str, address: str) -> None:
        self._settle(kind, address)
        if kind == "set" and self._by_address[address].readable:
            self.put((address,), self._now)

    def forget(self) -> None:
        """Know nothing of what the console holds, and wait for nothing."""
        super().forget()
        self._awaited.clear()
        self._setting.clear()
        self._writes.clear()

    def _hear_refusal(self, kind: str, address: str) -> None:
        self.health.unknown += 1
        leaf = self._by_address.get(address)
        if kind == "set" and leaf is not None and leaf.readable:
            # It holds something else than we believe now.
            self.put((address,), self._now)

    def _hear_news(self, line: Line) -> None:
        match line.command, line.words:
            case "set", words:
                self._hear_value(words)
            case "mtr", (row, _, *levels):
                self._hear_meters(row, levels)
            case (("sscurrent_ex" | "sscurrentt_ex"), (library, *_, number)):
                if library == self._scenes:
                    self._hear_scene(number)
            case _:
                self.health.unknown += 1

    def _hear_value(self, words: Sequence[str]) -> None:
        leaf = self._by_address.get(" ".join(words[:3]))
        if leaf is None or len(words) < 4:
            # The console tells of everything that changes on it.
            return
        value = _from_wire(leaf, words[3])
        if value is None:
            self.health.malformed += 1
        elif leaf.address in self._setting or leaf.address in self._writes:
            self._note_answer(leaf.address)
        else:
            self.hear_value(leaf, value)

    def _hear_scene(self, number: str) -> None:
        scene = _whole(number)
        if scene is None:
            self.health.malformed += 1
        elif self._scene is not None:
            self._pending.append(Report(self._scene.parameter, float(scene)))
        self._reread_at = self._now + _RECALL_TAKES

    def _hear_meters(self, row: str, levels: Sequence[str]) -> None:
        for parameter, index in self._metered.get(row, ()):
            level = _level(levels[index]) if index < len(levels) else None
            if level is None:
                self.health.malformed += 1
            elif self._levels.get(parameter) != level:
                self._levels[parameter] = level
                self._pending.append(Report(parameter, level))

    # The bridge speaks.

    def write(self, leaf: RcpLeaf, value: Value, now: float) -> bool:
        """Keep what sets ``leaf`` until its turn, instead of what waited for it."""
        del now
        word = _to_wire(leaf, value)
        if word is None:
            return False
        if leaf.path == self._scenes:
            self._out.append(encode(leaf.address, leaf.path, word))
        else:
            self._writes[leaf.address] = encode("set", leaf.path, leaf.x, leaf.y, word)
        return True


def _address(path: str, x: int, y: int) -> str:
    return f"{path} {x} {y}"


def _to_wire(leaf: RcpLeaf, value: Value) -> str | int | None:
    spec = leaf.spec
    match spec.kind, value:
        case "level" | "pan" | "number", float() | int() if not isinstance(value, bool):
            return None if isnan(value) else _number_to_wire(leaf, value)
        case "switch" | "trigger", _:
            return int(bool(value))
        case "text", str():
            return value[: spec.length or _LONGEST_TEXT]
        case "colour", Colour():
            return _COLOURS[nearest_colour(value, _SHADES)]
        case _:
            return None


def _number_to_wire(leaf: RcpLeaf, value: float) -> int:
    spec = leaf.spec
    if spec.kind == "pan":
        return round(min(max(value, -1.0), 1.0) * _PAN)
    if spec.kind == "level":
        snapped = spec.snap(value)
        return _OFF if snapped == OFF else round(float(snapped) * leaf.per)  # type: ignore[arg-type]
    return round(min(max(value, spec.low), spec.high) * leaf.per)


def _from_wire(leaf: RcpLeaf, word: str) -> Value | None:
    match leaf.spec.kind:
        case "text":
            return word[:_LONGEST_TEXT]
        case "colour":
            return PALETTE.get(word)
        case kind:
            number = _whole(word)
            return None if number is None else _number_from_wire(leaf, kind, number)


def _whole(word: str) -> int | None:
    """Return the number that ``word`` writes; None for what no console can mean."""
    try:
        number = int(word)
    except ValueError:
        return None
    return number if abs(number) <= _LARGEST else None


def _number_from_wire(leaf: RcpLeaf, kind: str, number: int) -> Value | None:
    match kind:
        case "switch" | "trigger":
            return number != 0
        case "level":
            return OFF if number == _OFF else leaf.spec.snap(number / leaf.per)
        case "pan":
            return min(max(number / _PAN, -1.0), 1.0)
        case "number":
            return number / leaf.per
        case _:
            return None


def _level(word: str) -> float | None:
    """Return a meter's two hexadecimal digits in dB; off for 00."""
    try:
        level = int(word, 16)
    except ValueError:
        return None
    if not 0 <= level <= _METER_TOP:
        return None
    return level - _METER_OFFSET if level else OFF
