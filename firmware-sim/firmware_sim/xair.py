"""A Behringer XR18 as its clients meet it: the X32's manners with a smaller desk and its own echo.

Owns: the tree of an XR18, subscriptions with and without echo, snapshots and int16 meters
(dialects sheet, section 2). What the sheet leaves open is marked assumed here.
Does not own: kinds of parameter (``x32_leaves``), get, set and push (``osc_console``).

The numbers of the solo switches are those of the Companion module behringer-xair, and a send is
switched by ``grpon`` as two drivers have it. Processors are the X32's (grids assumed).

Rules: ``/xremote`` brings a client its own changes too, ``/xremotenfb`` only those of others.
Eight clients are remembered for ten seconds. Channels have two digits, everything else none.
"""

import math
import struct
from functools import cache
from typing import Final

from firmware_sim.device import Client
from firmware_sim.osc_console import LeafConsole
from firmware_sim.wire import OscArgument, OscMessage, encode_osc
from firmware_sim.x32_leaves import Leaf, Level, Linear, Text, Value, Whole, to_decibels
from firmware_sim.x32_meters import LIFETIME, PERIOD, signal
from firmware_sim.x32_tree import (
    COLOUR,
    DYN,
    GATE,
    LOW_CUT,
    MONITOR,
    PAN,
    SEND_LEVEL,
    SWITCH,
    SWITCH_ON,
    equaliser,
)

CLIENTS: Final = 8
SNAPSHOTS: Final = 64
# Eight clients times the blobs there are; a bound against a peer that keeps changing ports.
METER_REQUESTS: Final = 24

CHANNELS: Final = tuple(f"/ch/{n:02}" for n in range(1, 17))
RETURNS: Final = tuple(f"/rtn/{n}" for n in range(1, 5))
BUSES: Final = tuple(f"/bus/{n}" for n in range(1, 7))
FX_SENDS: Final = tuple(f"/fxsend/{n}" for n in range(1, 5))
# Channels, aux, returns; buses, effect sends, main, DCAs.
SOLOS: Final = (*range(1, 22), *range(40, 55))
# What each number of the first meter blob stands for; None is a monitor output, which has no strip.
_METERED: Final[tuple[str | None, ...]] = (
    *CHANNELS,
    *(("/rtn/aux",) * 2),
    *(strip for strip in RETURNS for _ in "LR"),
    *BUSES,
    *FX_SENDS,
    *(("/lr",) * 2),
    *((None,) * 2),
)
_METER_SIZES: Final = {"/meters/1": len(_METERED), "/meters/4": 100, "/meters/6": 39}
_FLOOR: Final = -128.0


@cache
def _tree() -> dict[str, Leaf]:
    config: dict[str, Leaf] = {"config/name": Text(12), "config/color": COLOUR}
    mix: dict[str, Leaf] = {"mix/on": SWITCH_ON, "mix/fader": Level()}
    sends: dict[str, Leaf] = {
        f"mix/{n:02}/{leaf}": kind
        for n in range(1, 11)
        for leaf, kind in (("level", SEND_LEVEL), ("grpon", SWITCH_ON), ("pan", PAN))
    }
    to_main: dict[str, Leaf] = {"mix/lr": SWITCH_ON, "mix/pan": PAN}
    inserted: dict[str, Leaf] = {"insert/on": SWITCH, **DYN}
    returns = config | mix | to_main | sends | equaliser(4)
    preamp: dict[str, Leaf] = {
        "preamp/rtntrim": Linear(-18, 18, 0.25),
        "preamp/rtnsw": SWITCH,
        "preamp/invert": SWITCH,
    }
    sorts: dict[str, tuple[tuple[str, ...], dict[str, Leaf]]] = {
        "channel": (CHANNELS, returns | preamp | LOW_CUT | GATE | inserted),
        "return": ((*RETURNS, "/rtn/aux"), returns),
        "bus": (BUSES, config | mix | to_main | inserted | equaliser(6)),
        "fx send": (FX_SENDS, config | mix),
        "main": (("/lr",), config | mix | {"mix/pan": PAN} | inserted | equaliser(6)),
    }
    leaves: dict[str, Leaf] = {}
    for strips, kinds in sorts.values():
        leaves |= {f"{strip}/{name}": kind for strip in strips for name, kind in kinds.items()}
    for n in range(1, 5):
        leaves |= {f"/dca/{n}/on": SWITCH_ON, f"/dca/{n}/fader": Level(default=767 / 1023)}
        leaves |= {f"/dca/{n}/{name}": kind for name, kind in config.items()}
        leaves[f"/config/mute/{n}"] = SWITCH
    for n in range(1, 25):
        leaves[f"/headamp/{n:02}/gain"] = Linear(-12, 60, 0.5)
        leaves[f"/headamp/{n:02}/phantom"] = SWITCH
    leaves |= {f"/config/solo/{name}": leaf for name, leaf in MONITOR.items()}
    leaves |= {f"/-stat/solosw/{n:02}": SWITCH for n in SOLOS}
    leaves |= {"/-snap/index": Whole(1, SNAPSHOTS, 1), "/-snap/name": Text(32)}
    leaves |= {f"/-snap/{n:02}/name": Text(32) for n in range(1, SNAPSHOTS + 1)}
    return leaves


@cache
def _nodes() -> dict[str, list[str]]:
    nodes: dict[str, list[str]] = {}
    for address in _tree():
        nodes.setdefault(address.rpartition("/")[0], []).append(address)
    return nodes


class XAir(LeafConsole):
    """An XR18; ``model`` is what it calls itself (``XR18``, ``MR18``)."""

    subscription = (encode_osc("/xremotenfb"),)

    def __init__(self, name: str = "XR18-SIM", ip: str = "127.0.0.1", model: str = "XR18") -> None:
        self.name = name
        self.ip = ip
        self.model = model
        self._echoed: set[Client] = set()
        self._watching: dict[tuple[Client, str], tuple[float, float]] = {}
        self._snapshots: dict[int, dict[str, Value]] = {}
        super().__init__(_tree(), CLIENTS)

    def advance(self, seconds: float) -> None:
        """Let time pass: meters are sent every 50 ms, whoever stopped asking is forgotten."""
        self._now += seconds
        for (client, blob), (first, ends) in list(self._watching.items()):
            due = first
            while due <= min(self._now, ends) + 1e-9:
                self._send(client, blob, self._blob(blob))
                due += PERIOD
            self._watching[client, blob] = (due, ends)
            if ends <= self._now:
                del self._watching[client, blob]
        self._forget_the_silent()

    def save_snapshot(self, number: int, name: str = "") -> None:
        """Keep every parameter of the mix as snapshot 1…64."""
        if not 1 <= number <= SNAPSHOTS:
            raise ValueError(f"there is no snapshot {number}")
        self._snapshots[number] = {a: v for a, v in self._values.items() if a[1] != "-"}
        self._change(f"/-snap/{number:02}/name", name or str(self._values["/-snap/name"]))

    def load_snapshot(self, number: int) -> None:
        """Go to a snapshot: every changed parameter is pushed, to the asker too (assumed)."""
        for address, value in self._snapshots.get(number, {}).items():
            self._change(address, value)
        if number in self._snapshots:
            self._change("/-snap/name", self._values[f"/-snap/{number:02}/name"])
            self._change("/-snap/index", number)

    def restart(self, *, keep_state: bool = True) -> None:
        """Forget every client, and with ``keep_state=False`` every parameter and snapshot."""
        self._watching.clear()
        self._echoed.clear()
        super().restart(keep_state=keep_state)

    def _reset(self) -> None:
        super()._reset()
        self._snapshots = {}

    def _hears_itself(self, client: Client) -> bool:
        return client in self._echoed

    def _obey(self, message: OscMessage, client: Client) -> None:
        match message.address, message.arguments:
            case "/xinfo", _:
                self._send(client, "/xinfo", self.ip, self.name, self.model, "1.18")
            case "/info", _:
                self._send(client, "/info", "V0.04", self.name, self.model, "1.18")
            case "/status", _:
                self._send(client, "/status", "active", self.ip, self.name)
            case "/xremote" | "/xremotenfb" as address, _:
                self._subscribe(client, echo=address == "/xremote")
            case "/meters", (str(blob), *_):
                self._watch(client, blob)
            case address, arguments if self._act(address, arguments, client):
                pass
            case address, arguments if arguments and address in _nodes():
                self._set_node(address, arguments, client)
            case _:
                self._get_or_set(message, client)

    def _act(self, address: str, arguments: tuple[OscArgument, ...], client: Client) -> bool:
        """Do what is no parameter; return False if there is no such thing."""
        match address, arguments:
            case "/-stat/solo", ():
                any_solo = any(self._values[f"/-stat/solosw/{n:02}"] for n in SOLOS)
                self._send(client, "/-stat/solo", int(any_solo))
            case "/-action/clearsolo", (int(),):
                for n in SOLOS:
                    self._change(f"/-stat/solosw/{n:02}", 0, client)
            case "/-snap/load", (int(number),):
                self.load_snapshot(number)
            case "/-snap/save", (int(number),) if 1 <= number <= SNAPSHOTS:
                self.save_snapshot(number)
            case _:
                return False
        return True

    def _subscribe(self, client: Client, *, echo: bool) -> None:
        if self._remember(client):
            # Which of the two was asked last counts (assumed).
            (self._echoed.add if echo else self._echoed.discard)(client)

    def _watch(self, client: Client, blob: str) -> None:
        if blob not in _METER_SIZES:
            self.counts.unknown += 1
            return
        known = self._watching.get((client, blob))
        if known is None and len(self._watching) >= METER_REQUESTS:
            self.counts.refused_clients += 1
            return
        due = known[0] if known else self._now + PERIOD
        self._watching[client, blob] = (due, self._now + LIFETIME)

    def _set_node(self, node: str, arguments: tuple[OscArgument, ...], client: Client) -> None:
        for address, argument in zip(_nodes()[node], arguments, strict=False):
            self._get_or_set(OscMessage(address, (argument,)), client)

    def _blob(self, blob: str) -> bytes:
        count = _METER_SIZES[blob]
        levels = [_FLOOR] * count
        if blob == "/meters/1":
            levels = [self._level(i, strip) for i, strip in enumerate(_METERED)]
        shorts = [max(-32768, round(level * 256)) for level in levels]
        return struct.pack(f"<i{count}h", count, *shorts)

    def _level(self, place: int, strip: str | None) -> float:
        """Return a made-up level in dB, behind the fader and the mute of a strip."""
        if strip is None or not self._values[f"{strip}/mix/on"]:
            return _FLOOR
        source = 20 * math.log10(signal(place, self._now))
        fader = to_decibels(float(self._values[f"{strip}/mix/fader"]))
        return max(_FLOOR, source + fader)
