"""A Yamaha console as its remote clients meet it: lines of text on a TCP connection.

Owns: RCP as CL, QL and TF speak it (dialects sheet, section 8.1): set, get, notify, scenes,
meters, keep-alive. What the sheet leaves open is marked assumed here.
Does not own: a socket (``sockets.tcp``).

Rules: who sets is answered ``OK``, everybody else is told ``NOTIFY``. Channels count from 0. A
recall is told in one line and no parameter is pushed: read everything again.
"""

import math
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from firmware_sim.device import Client
from firmware_sim.x32_meters import signal

# More than the longest real line by far; without a bound a lost LF would grow for ever.
LONGEST_LINE: Final = 1024
OFF: Final = -32768
LOWEST: Final = -13800
HIGHEST: Final = 1000
METERS_LAST: Final = 10.0
# Lines a console keeps while it is busy (assumed).
BACKLOG: Final = 64

_WORD: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')
_MIXER: Final = "MIXER:Current"
_METERED: Final = f"{_MIXER}/Meter/InCh/PreHPF"
_COLOURS: Final = ("Blue", "Orange", "Yellow", "Purple", "Cyan", "Magenta", "Red", "Green", "Off")

Value = int | str


@dataclass(frozen=True, slots=True)
class Model:
    """What one make of console has."""

    name: str
    inputs: int
    mixes: int
    dcas: int
    name_length: int
    scenes: str


MODELS: Final = {
    "CL5": Model("CL5", 72, 24, 16, 8, "MIXER:Lib/Scene"),
    "QL5": Model("QL5", 64, 16, 16, 8, "MIXER:Lib/Scene"),
    "TF5": Model("TF5", 40, 20, 8, 64, "scene_a"),
}


@dataclass(frozen=True, slots=True)
class _Parameter:
    """A parameter and how many there are of it, along two axes."""

    width: int
    height: int
    kind: str
    default: Value


# What is a plain whole number, and its ends in the wire's own unit.
_WHOLES: Final = {
    "pan": (-63, 63), "gain": (-600, 6600), "gate": (-720, 0), "compressor": (-540, 0),
}  # fmt: skip


@cache
def _parameters(model: Model) -> dict[str, _Parameter]:
    found: dict[str, _Parameter] = {}
    strips = {
        "InCh": model.inputs,
        "Mix": model.mixes,
        "Mtrx": 8,
        "St": 2,
        "DCA": model.dcas,
    }
    for strip, count in strips.items():
        found |= {
            f"{strip}/Fader/Level": _Parameter(count, 1, "level", OFF),
            f"{strip}/Fader/On": _Parameter(count, 1, "switch", 1),
            f"{strip}/Label/Name": _Parameter(count, 1, "name", ""),
            f"{strip}/Label/Color": _Parameter(count, 1, "colour", _COLOURS[0]),
        }
    found |= {
        "InCh/ToSt/Pan": _Parameter(model.inputs, 1, "pan", 0),
        "InCh/ToMix/Level": _Parameter(model.inputs, model.mixes, "level", OFF),
        "InCh/ToMix/On": _Parameter(model.inputs, model.mixes, "switch", 1),
        "MuteMaster/On": _Parameter(8, 1, "switch", 0),
        "Cue/InCh/On": _Parameter(model.inputs, 1, "switch", 0),
        "InCh/Port/HA/Gain": _Parameter(model.inputs, 1, "gain", -600),
        "InCh/Dyna1/Threshold": _Parameter(model.inputs, 1, "gate", -260),
        "InCh/Dyna2/Threshold": _Parameter(model.inputs, 1, "compressor", -80),
    }
    return {f"{_MIXER}/{path}": parameter for path, parameter in found.items()}


@dataclass(slots=True)
class RcpCounts:
    """What went over the connections."""

    lines_in: int = 0
    lines_out: int = 0
    errors: int = 0
    overrun: int = 0
    too_long: int = 0


@dataclass(slots=True)
class _Peer:
    """One connection."""

    line: bytearray = field(default_factory=bytearray)
    too_long: bool = False
    waiting: list[str] = field(default_factory=list)
    ready_at: float = 0.0
    heard_at: float = 0.0
    keepalive: float = 0.0
    meters_every: float = 0.0
    meters_due: float = 0.0
    meters_end: float = 0.0


class _Refused(Exception):
    """What an error line says."""


class Rcp:
    """A Yamaha console; connect a client before giving it bytes.

    With ``pace`` it takes that many seconds for each line; ``BACKLOG`` lines may wait meanwhile,
    more are dropped. Real ones want some 5 ms between commands.
    """

    def __init__(self, model: str = "CL5", *, pace: float = 0.0) -> None:
        self.model = MODELS[model]
        self.counts = RcpCounts()
        self.pace = pace
        self._parameters = _parameters(self.model)
        self._values: dict[tuple[str, int, int], Value] = {}
        self._scenes: dict[int, dict[tuple[str, int, int], Value]] = {}
        self._peers: dict[Client, _Peer] = {}
        self._output: list[tuple[bytes, Client]] = []
        self._now = 0.0

    # Connections

    def connect(self, client: Client) -> None:
        """Let a client in."""
        self._peers[client] = _Peer(heard_at=self._now)

    def disconnect(self, client: Client) -> None:
        """Learn that a client has gone."""
        self._peers.pop(client, None)

    @property
    def clients(self) -> tuple[Client, ...]:
        """Return who is connected."""
        return tuple(self._peers)

    def receive(self, data: bytes, client: Client) -> None:
        """Take bytes from a connected client; from anybody else nothing."""
        peer = self._peers.get(client)
        if peer is None:
            return
        peer.heard_at = self._now
        for byte in data:
            if byte == 0x0A:
                self._end_line(peer)
            elif len(peer.line) < LONGEST_LINE:
                peer.line.append(byte)
            else:
                peer.too_long = True
        self._work(client, peer)

    def take_output(self) -> list[tuple[bytes, Client]]:
        """Return the lines sent since the last call; an empty one closes its connection."""
        sent, self._output = self._output, []
        return sent

    def advance(self, seconds: float) -> None:
        """Let time pass: meters are sent, silent connections closed, waiting lines done."""
        self._now += seconds
        for client, peer in list(self._peers.items()):
            self._work(client, peer)
            while peer.meters_due <= min(self._now, peer.meters_end) and peer.meters_every:
                self._say(client, f"NOTIFY mtr {_METERED} level {self._levels()}")
                peer.meters_due += peer.meters_every
            if peer.keepalive and self._now - peer.heard_at > peer.keepalive:
                self.disconnect(client)
                self._output.append((b"", client))

    # The desk itself

    def value(self, path: str, x: int = 0, y: int = 0) -> Value:
        """Return a parameter by its path below ``MIXER:Current/``; KeyError where there is none."""
        address = f"{_MIXER}/{path}"
        return self._values.get((address, x, y), self._parameters[address].default)

    def set_from_desk(self, path: str, x: int, y: int, value: Value) -> None:
        """Move a control on the desk; ValueError says what a client would be told."""
        try:
            self._set(f"{_MIXER}/{path}", x, y, str(value), None)
        except _Refused as refused:
            raise ValueError(str(refused)) from None

    def store_scene(self, number: int) -> None:
        """Keep every parameter as a scene."""
        self._scenes[number] = dict(self._values)

    def recall_scene(self, number: int) -> None:
        """Go to a scene; everybody is told which, nobody what changed."""
        self._values = dict(self._scenes.get(number, self._values))
        for client in self._peers:
            self._say(client, f"NOTIFY sscurrent_ex {self.model.scenes} {number}")

    # Inside

    def _end_line(self, peer: _Peer) -> None:
        line = bytes(peer.line).decode("utf-8", "replace").strip()
        peer.line.clear()
        if peer.too_long:
            peer.too_long = False
            self.counts.too_long += 1
        elif self.pace and len(peer.waiting) >= BACKLOG:
            self.counts.overrun += 1
        elif line:
            peer.waiting.append(line)

    def _work(self, client: Client, peer: _Peer) -> None:
        while peer.waiting and peer.ready_at <= self._now + 1e-9:
            peer.ready_at += self.pace
            self.counts.lines_in += 1
            self._obey(peer.waiting.pop(0), client, peer)
        if not peer.waiting:
            peer.ready_at = max(peer.ready_at, self._now)

    def _say(self, client: Client, line: str) -> None:
        self.counts.lines_out += 1
        self._output.append((line.encode() + b"\n", client))

    def _obey(self, line: str, client: Client, peer: _Peer) -> None:
        words = [quoted or plain for quoted, plain in _WORD.findall(line)]
        try:
            answer = self._do(words, client, peer)
        except _Refused as refused:
            self.counts.errors += 1
            answer = f"ERROR {words[0]} {refused}"
        self._say(client, answer)

    def _do(self, words: list[str], client: Client, peer: _Peer) -> str:
        match words:
            case ["set", address, x, y, value, *_]:
                return "OK set " + self._set(address, _whole(x), _whole(y), value, client)
            case ["get", address, x, y, *_]:
                return "OK get " + self._show(address, _whole(x), _whole(y))
            case ["ssrecall_ex", library, number] if library == self.model.scenes:
                if _whole(number) not in self._scenes:
                    raise _Refused("InvalidArgument")
                self.recall_scene(int(number))
                return " ".join(["OK", *words])
            case ["mtrstart", address, every] if address == _METERED and _whole(every) > 0:
                peer.meters_every = int(every) / 1000
                peer.meters_due = self._now + peer.meters_every
                peer.meters_end = self._now + METERS_LAST
                return " ".join(["OK", *words])
            case ["scpmode", "keepalive", milliseconds]:
                peer.keepalive = _whole(milliseconds) / 1000
                return " ".join(["OK", *words])
            case ["set" | "get" | "ssrecall_ex" | "mtrstart" | "scpmode", *_]:
                raise _Refused("InvalidArgument")
            case _:
                raise _Refused("UnknownCommand")

    def _parameter(self, address: str, x: int, y: int) -> _Parameter:
        parameter = self._parameters.get(address)
        if parameter is None:
            raise _Refused("UnknownAddress")
        if not (0 <= x < parameter.width and 0 <= y < parameter.height):
            raise _Refused("InvalidArgument")
        return parameter

    def _set(self, address: str, x: int, y: int, word: str, setter: Client | None) -> str:
        parameter = self._parameter(address, x, y)
        value = self._taken(parameter.kind, word)
        changed = self._values.get((address, x, y), parameter.default) != value
        self._values[address, x, y] = value
        shown = self._show(address, x, y)
        if changed:
            for client in self._peers:
                if client != setter:
                    self._say(client, f"NOTIFY set {shown}")
        return shown

    def _show(self, address: str, x: int, y: int) -> str:
        parameter = self._parameter(address, x, y)
        value = self._values.get((address, x, y), parameter.default)
        match parameter.kind:
            case "level":
                text = "-Inf" if value == OFF else f"{int(value) / 100:.2f}"
                return f'{address} {x} {y} {value} "{text}"'
            case "switch":
                return f'{address} {x} {y} {value} "{"ON" if value else "OFF"}"'
            case kind if kind in _WHOLES:
                return f"{address} {x} {y} {value}"
            case _:
                return f'{address} {x} {y} "{value}"'

    def _taken(self, kind: str, word: str) -> Value:
        match kind:
            case "name":
                return word[: self.model.name_length]
            case "colour":
                if word not in _COLOURS:
                    raise _Refused("InvalidArgument")
                return word
            case "level":
                level = _whole(word)
                return OFF if level < LOWEST else min(HIGHEST, level)
            case _ if kind in _WHOLES:
                low, high = _WHOLES[kind]
                return min(high, max(low, _whole(word)))
            case _:
                return int(_whole(word) != 0)

    def _levels(self) -> str:
        return " ".join(f"{self._meter(channel):02X}" for channel in range(self.model.inputs))

    def _meter(self, channel: int) -> int:
        """Return a made-up level before the fader, as 0…7F: that many dB above -126."""
        return min(0x7F, max(0, round(126 + 20 * math.log10(signal(channel, self._now)))))


def _whole(word: str) -> int:
    if len(word) > 7 or not word.lstrip("-").isascii() or not word.removeprefix("-").isdigit():
        raise _Refused("InvalidArgument")
    return int(word)
