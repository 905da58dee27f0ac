"""A Behringer WING as its OSC clients meet it: one subscriber, no echo, answers in triplets.

Owns: the tree of a WING, its three ways of saying a value, its errors in words, discovery, and the
one subscription that everybody fights for (dialects sheet, section 3). What the sheet leaves open
is marked assumed here.
Does not own: the native protocol on TCP (meters, more subscribers), a socket.

Rules: a number is read as text, 0…1 and its own unit. A write is not answered; read it back. Mute
is 1 when **muted**. A value out of range is clamped without a word. Whoever sent ``/*S`` last is
told of what others change, for ten seconds; whoever had it before is told nothing, not even that.
"""

import math
import re
from dataclasses import dataclass
from functools import cache
from typing import Final, Protocol

from firmware_sim.device import Client
from firmware_sim.osc_console import REMEMBERED, DatagramConsole
from firmware_sim.wire import OscArgument, OscMessage, encode_osc
from firmware_sim.x32_leaves import Value, to_decibels, to_position

OFF: Final = -144.0
STEPS: Final = 1024
# A node whose text is longer is not answered, and its asker never again.
LONGEST: Final = 2048
# A bound against a peer that kills one port after another.
_MOST_DEAD: Final = 1024

_REDIRECT: Final = re.compile(r"/%(\d{1,5})(/.*)")


class _Parameter(Protocol):
    @property
    def default(self) -> Value:
        """Return what a desk starts with."""

    def take(self, argument: OscArgument) -> Value | None:
        """Return the value an argument sets, or None."""

    def word(self, value: Value) -> str:
        """Return the value as text."""

    def reading(self, value: Value) -> tuple[OscArgument, ...]:
        """Return what a read is answered with."""


@dataclass(frozen=True, slots=True)
class _Level:
    """A fader or send in dB; -144 is off. Its 0…1 is the X32's law (assumed)."""

    default: float = OFF

    def take(self, argument: OscArgument) -> Value | None:
        number = _number(argument)
        if number is None:
            return None
        if number <= -90:
            return OFF
        step = round(to_position(min(10.0, number)) * (STEPS - 1))
        return to_decibels(step / (STEPS - 1)) if step else OFF

    def word(self, value: Value) -> str:
        return "-oo" if value == OFF else f"{round(float(value), 1) + 0.0:.1f}"

    def reading(self, value: Value) -> tuple[OscArgument, ...]:
        position = 0.0 if value == OFF else to_position(float(value))
        return self.word(value), position, float(value)


@dataclass(frozen=True, slots=True)
class _Range:
    """A number between two others."""

    low: float
    high: float
    default: float = 0.0

    def take(self, argument: OscArgument) -> Value | None:
        number = _number(argument)
        return None if number is None else min(self.high, max(self.low, number))

    def word(self, value: Value) -> str:
        return f"{value:g}"

    def reading(self, value: Value) -> tuple[OscArgument, ...]:
        place = (float(value) - self.low) / (self.high - self.low)
        return self.word(value), place, float(value)


@dataclass(frozen=True, slots=True)
class _Whole:
    """A whole number; the 0…1 of a read is its place counted from 0, as colours were seen to be."""

    low: int
    high: int
    default: int

    def take(self, argument: OscArgument) -> Value | None:
        number = _number(argument)
        return None if number is None else int(min(self.high, max(self.low, number)))

    def word(self, value: Value) -> str:
        return str(value)

    def reading(self, value: Value) -> tuple[OscArgument, ...]:
        return str(value), float(int(value) - self.low), int(value)


@dataclass(frozen=True, slots=True)
class _Switch:
    """0 or 1."""

    default: int = 0

    def take(self, argument: OscArgument) -> Value | None:
        number = _number(argument)
        return int(number) if number in (0.0, 1.0) else None

    def word(self, value: Value) -> str:
        return str(value)

    def reading(self, value: Value) -> tuple[OscArgument, ...]:
        return str(value), float(value), int(value)


@dataclass(frozen=True, slots=True)
class _Text:
    """A text, cut to its length."""

    length: int
    default: str = ""

    def take(self, argument: OscArgument) -> Value | None:
        return argument[: self.length] if isinstance(argument, str) else None

    def word(self, value: Value) -> str:
        return str(value)

    def reading(self, value: Value) -> tuple[OscArgument, ...]:
        return (str(value),)


def _number(argument: OscArgument) -> float | None:
    if isinstance(argument, bytes):
        return None
    if argument == "-oo":
        return OFF
    try:
        number = float(argument)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


_COUNTS: Final = {"ch": 40, "aux": 8, "bus": 16, "main": 4, "mtx": 8, "dca": 16}


_CHANNEL: Final[dict[str, _Parameter]] = {
    "gate/on": _Switch(),
    "flt/lc": _Switch(),
    "flt/lcf": _Range(20, 2000, 80),
    "in/set/trim": _Range(-18, 18),
    "in/set/inv": _Switch(),
    "in/set/$g": _Range(-3, 45.5),
    "in/set/$vph": _Switch(),
    "dyn/thr": _Range(-60, 0),
    "eq/lf": _Range(20, 2000, 80),
    "eq/lg": _Range(-15, 15),
    "eq/hf": _Range(50, 20_000, 12_000),
    "eq/hg": _Range(-15, 15),
}


def _bands(strip: str, count: int) -> dict[str, _Parameter]:
    """Return the numbered bands of an equaliser: of the standard model, four or six."""
    leaves: dict[str, _Parameter] = {}
    for band in range(1, count + 1):
        leaves |= {
            f"{strip}/eq/{band}f": _Range(20, 20_000, 1000),
            f"{strip}/eq/{band}g": _Range(-15, 15),
            f"{strip}/eq/{band}q": _Range(0.44, 10, 2),
        }
    return leaves


@cache
def _tree() -> dict[str, _Parameter]:
    leaves: dict[str, _Parameter] = {}
    for sort, count in _COUNTS.items():
        for n in range(1, count + 1):
            strip = f"/{sort}/{n}"
            leaves |= {
                f"{strip}/fdr": _Level(),
                f"{strip}/mute": _Switch(),
                # The dollar says that it is the desk's state; drivers write it all the same.
                f"{strip}/$solo": _Switch(),
                f"{strip}/name": _Text(8 if sort == "dca" else 16),
                f"{strip}/col": _Whole(1, 18, 1),
                f"{strip}/icon": _Whole(0, 999, 0),
            }
            if sort != "dca":
                leaves[f"{strip}/pan"] = _Range(-100, 100)
            if sort in ("ch", "bus", "main", "mtx"):
                # Names of the Companion module's; what they do is not played.
                leaves |= {
                    f"{strip}/{name}": _Switch() for name in ("eq/on", "dyn/on", "preins/on")
                }
                leaves |= _bands(strip, 4 if sort == "ch" else 6)
    for n in range(1, 41):
        leaves |= {f"/ch/{n}/{name}": leaf for name, leaf in _CHANNEL.items()}
        for bus in range(1, 17):
            send = f"/ch/{n}/send/{bus}"
            leaves |= {
                f"{send}/lvl": _Level(),
                f"{send}/on": _Switch(),
                f"{send}/mode": _Text(4, "POST"),
            }
    leaves |= {f"/mgrp/{n}/mute": _Switch() for n in range(1, 9)}
    leaves |= {f"/io/in/LCL/{n}/g": _Range(-3, 45.5) for n in range(1, 9)}
    leaves |= {f"/cfg/solo/${name}": _Switch() for name in ("dim", "mono")}
    leaves |= {f"/cfg/talk/{name}/$on": _Switch() for name in "AB"}
    leaves["/$ctl/lib/$actionidx"] = _Whole(0, 999, 0)
    leaves["/$ctl/lib/$action"] = _Text(8)
    return leaves


class Wing(DatagramConsole):
    """A WING; give it what arrives on UDP 2223 and, for discovery, on UDP 2222."""

    subscription = (encode_osc("/*S"),)

    def __init__(
        self,
        name: str = "WING-SIM",
        ip: str = "127.0.0.1",
        model: str = "wing-rack",
        serial: str = "SIM0001",
    ) -> None:
        super().__init__()
        self.identity = f"WING,{ip},{name},{model},{serial},3.1.0"
        self._subscriber: Client | None = None
        self._subscribed_at = 0.0
        self._dead: set[Client] = set()
        self._scenes: dict[int, dict[str, Value]] = {}
        self._values = {address: leaf.default for address, leaf in _tree().items()}

    def receive(self, data: bytes, client: Client) -> None:
        """Take one datagram: OSC, or the question ``WING?``."""
        if data != b"WING?":
            super().receive(data, client)
        elif not self._is_lost():
            self.counts.datagrams_in += 1
            self.counts.datagrams_out += 1
            self._output.append((self.identity.encode(), client))

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now += seconds

    @property
    def clients(self) -> tuple[Client, ...]:
        """Return who is told of changes now: one client or none."""
        if self._now - self._subscribed_at > REMEMBERED:
            self._subscriber = None
        return () if self._subscriber is None else (self._subscriber,)

    def value(self, address: str) -> Value:
        """Return what a parameter is, in its own unit. KeyError where there is none."""
        return self._values[address]

    def set_from_desk(self, address: str, argument: OscArgument) -> None:
        """Move a control on the desk; KeyError and ValueError where a client could not."""
        value = _tree()[address].take(argument)
        if value is None:
            raise ValueError(f"{address} does not take {argument!r}")
        self._change(address, value)

    def store_scene(self, number: int) -> None:
        """Keep every parameter as a scene of the library."""
        self._scenes[number] = {a: v for a, v in self._values.items() if not a.startswith("/$")}

    def recall_scene(self, number: int) -> None:
        """Go to a stored scene; the subscriber is told of every change."""
        for address, value in self._scenes.get(number, {}).items():
            self._change(address, value)

    def restart(self) -> None:
        """Forget the subscriber and whoever it stopped talking to."""
        self._subscriber = None
        self._dead.clear()
        self._output.clear()

    def _obey(self, message: OscMessage, client: Client) -> None:
        if client in self._dead:
            self.counts.refused_clients += 1
            return
        address, answer_to = message.address, client
        redirected = _REDIRECT.fullmatch(address)
        if redirected and 0 < int(redirected[1]) < 65536:
            answer_to, address = (client[0], int(redirected[1])), redirected[2]
        if address.upper() == "/*S":
            self._subscriber, self._subscribed_at = answer_to, self._now
        elif address in self._values:
            self._get_or_set(address, message.arguments, client, answer_to)
        else:
            self._obey_node(address, message.arguments, client, answer_to)

    def _get_or_set(
        self, address: str, arguments: tuple[OscArgument, ...], client: Client, answer_to: Client
    ) -> None:
        if not arguments:
            self._send(answer_to, address, *_tree()[address].reading(self._values[address]))
        elif not self._set(address, arguments[0], client):
            self._send(answer_to, "/*", "VALUE ERROR")

    def _set(self, address: str, argument: OscArgument, client: Client) -> bool:
        self.counts.writes[address] += 1
        leaf = _tree()[address]
        if argument == -1 and isinstance(leaf, _Switch):
            argument = 1 - int(self._values[address])
        value = leaf.take(argument)
        if value is None:
            self.counts.refused_values += 1
            return False
        self._change(address, value, client)
        if address == "/$ctl/lib/$action" and value == "GO":
            self.recall_scene(int(self._values["/$ctl/lib/$actionidx"]))
        return True

    def _obey_node(
        self, node: str, arguments: tuple[OscArgument, ...], client: Client, answer_to: Client
    ) -> None:
        leaves = [address for address in self._values if address.startswith(node.rstrip("/") + "/")]
        match arguments:
            case () if not leaves:
                self.counts.unknown += 1
            case ():
                self._show_node(node, leaves, client, answer_to)
            case (str(text),) if leaves:
                self._send(answer_to, "/*", self._set_node(node, text, client))
            case _:
                # Assumed which of the two errors seen belongs to which mistake.
                self.counts.unknown += 1
                self._send(answer_to, "/*", "NODE IS NOT PAR" if leaves else "NODE NOT FOUND")

    def _show_node(self, node: str, leaves: list[str], client: Client, answer_to: Client) -> None:
        start = len(node.rstrip("/")) + 1
        text = ",".join(f"{a[start:]}={_tree()[a].word(self._values[a])}" for a in leaves)
        if len(text) > LONGEST:
            if len(self._dead) < _MOST_DEAD:
                self._dead.add(client)
        else:
            self._send(answer_to, node, text)

    def _set_node(self, node: str, text: str, client: Client) -> str:
        outcome = "OK"
        for setting in text.split(","):
            name, equals, word = setting.partition("=")
            address = f"{node.rstrip('/')}/{name.strip()}"
            if address not in self._values:
                outcome = "NODE NOT FOUND"
            elif not equals or not self._set(address, word.strip(), client):
                outcome = "VALUE ERROR"
        return outcome

    def _change(self, address: str, value: Value, sender: Client | None = None) -> None:
        if self._values[address] == value:
            return
        self._values[address] = value
        for client in self.clients:
            if client != sender:
                self._send(client, address, *_tree()[address].reading(value))
