"""A Behringer X32 as its clients meet it: OSC over datagrams, sixteen buses and no sound.

Owns: gets, sets, pushes, text commands, scenes, meters, and how long a client is remembered
(dialects sheet, section 1). What the sheet leaves open is marked assumed here.
Does not own: the parameters (``x32_tree``), their grids (``x32_leaves``), a socket.

Rules: a set is never answered and never pushed to its sender; others hear of it only if the
value changed. A client is forgotten ten seconds after its last ``/xremote``. An address nobody
knows is met with silence.
"""

import re
from functools import cache
from typing import Final

from firmware_sim.device import Client
from firmware_sim.osc_console import LeafConsole
from firmware_sim.wire import OscArgument, OscMessage, encode_osc
from firmware_sim.x32_leaves import Leaf, Value, to_decibels
from firmware_sim.x32_meters import LIFETIME, METERS, PERIOD, MeterRequest, blob, signal
from firmware_sim.x32_tree import SCENES, SOLO_ORDER, build_tree, is_in_scenes

CLIENTS: Final = 4
# Enough for four clients to watch every blob; a bound against a peer that keeps changing ports.
METER_REQUESTS: Final = 64

_WORD: Final = re.compile(r'"[^"]*"?|\S+')


@cache
def _tree() -> dict[str, Leaf]:
    return build_tree()


@cache
def _nodes() -> dict[str, list[str]]:
    nodes: dict[str, list[str]] = {}
    for address in _tree():
        nodes.setdefault(address.rpartition("/")[0], []).append(address)
    return nodes


@cache
def _scene_numbers() -> dict[str, int]:
    return {str(number): number for number in range(SCENES)}


class X32(LeafConsole):
    """A console; time moves by ``advance`` only."""

    subscription = (encode_osc("/xremote"),)

    def __init__(self, name: str = "X32-SIM", ip: str = "127.0.0.1") -> None:
        self.name = name
        self.ip = ip
        self._meters: dict[tuple[Client, str], MeterRequest] = {}
        self._scenes: dict[int, dict[str, Value]] = {}
        super().__init__(_tree(), CLIENTS)

    def advance(self, seconds: float) -> None:
        """Let time pass: meters are sent every 50 ms, whoever stopped asking is forgotten."""
        self._now += seconds
        for key, request in list(self._meters.items()):
            while request.due <= min(self._now, request.ends) + 1e-9:
                values = blob(request.meter, request.argument, self._level)
                self._send(request.client, request.alias, values)
                request.due += request.period
            if request.ends <= self._now:
                del self._meters[key]
        self._forget_the_silent()

    # The desk itself

    def store_scene(self, number: int, name: str = "") -> None:
        """Keep every parameter of the mix as scene 0…99."""
        if not 0 <= number < SCENES:
            raise ValueError(f"there is no scene {number}")
        self._scenes[number] = {a: v for a, v in self._values.items() if is_in_scenes(a)}
        self._change(f"/-show/showfile/scene/{number:03}/name", name)
        self._change(f"/-show/showfile/scene/{number:03}/hasdata", 1)

    def recall_scene(self, number: int) -> None:
        """Go to a stored scene: every changed parameter is pushed, then the scene's number.

        A scene that was never stored changes nothing. Everybody hears, the client that asked
        too: it did not send these values (assumed).
        """
        if number not in self._scenes:
            return
        for address, value in self._scenes[number].items():
            self._change(address, value)
        self._change("/-show/prepos/current", number)

    def clear_solo(self) -> None:
        """Let every solo button go."""
        for number in range(1, len(SOLO_ORDER) + 1):
            self._change(f"/-stat/solosw/{number:02}", 0)

    def restart(self, *, keep_state: bool = True) -> None:
        """Forget every client, and with ``keep_state=False`` every parameter and scene."""
        self._meters.clear()
        super().restart(keep_state=keep_state)

    # Inside

    def _reset(self) -> None:
        super()._reset()
        self._scenes = {}
        for number in range(1, 33):
            self._values[f"/ch/{number:02}/config/source"] = number

    def _level(self, strip: str) -> float:
        if not self._values[f"{strip}/mix/on"]:
            return 0.0
        gain = 10 ** (to_decibels(float(self._values[f"{strip}/mix/fader"])) / 20)
        return gain * signal(SOLO_ORDER.index(strip), self._now)

    # What clients ask

    def _obey(self, message: OscMessage, client: Client) -> None:
        if not self._command(message, client):
            self._get_or_set(message, client)

    def _command(self, message: OscMessage, client: Client) -> bool:
        """Do what an address that is no parameter asks for; return False if it is none of these."""
        arguments = message.arguments
        match message.address:
            case "/info":
                self._send(client, "/info", "V2.07", self.name, "X32", "4.06")
            case "/xinfo":
                self._send(client, "/xinfo", self.ip, self.name, "X32", "4.06")
            case "/status":
                self._send(client, "/status", "active", self.ip, self.name)
            case "/xremote":
                self._remember(client)
            case "/-stat/solo" if not arguments:
                solos = (self._values[f"/-stat/solosw/{n:02}"] for n, _ in enumerate(SOLO_ORDER, 1))
                self._send(client, "/-stat/solo", int(any(solos)))
            case "/node":
                self._show_node(arguments, client)
            case "/":
                self._obey_text(arguments, client)
            case address if address.startswith("/-action/"):
                self._act(address, arguments)
            case address:
                return self._obey_meters(address, arguments, client)
        return True

    def _act(self, address: str, arguments: tuple[OscArgument, ...]) -> None:
        argument = arguments[0] if arguments else 0
        # One maintained driver sends the number of a scene as text.
        if isinstance(argument, str):
            argument = _scene_numbers().get(argument, argument)
        if not isinstance(argument, int):
            self.counts.refused_values += 1
        elif address == "/-action/goscene" and arguments:
            self.recall_scene(argument)
        elif address == "/-action/clearsolo":
            if argument:
                self.clear_solo()
        else:
            self.counts.unknown += 1

    def _show_node(self, arguments: tuple[OscArgument, ...], client: Client) -> None:
        path = "/" + str(arguments[0]).strip("/") if arguments else ""
        addresses = [path] if path in self._values else _nodes().get(path)
        if addresses is None:
            self.counts.unknown += 1
            return
        words = " ".join(self._tree[address].show(self._values[address]) for address in addresses)
        self._send(client, "node", f"{path} {words}\n")

    def _obey_text(self, arguments: tuple[OscArgument, ...], client: Client) -> None:
        line = arguments[0] if arguments else ""
        words = _WORD.findall(line) if isinstance(line, str) else []
        path = "/" + words[0].strip("/") if words else ""
        addresses = [path] if path in self._values else _nodes().get(path)
        if addresses is None:
            self.counts.unknown += 1
            return
        for address, word in zip(addresses, words[1:], strict=False):
            self.counts.writes[address] += 1
            value = self._tree[address].read(word)
            if value is None:
                self.counts.refused_values += 1
            else:
                self._change(address, value, client)
        # Seen on a third-party emulator: the line comes back to whoever sent it.
        self._send(client, "/", line)

    def _obey_meters(
        self, address: str, arguments: tuple[OscArgument, ...], client: Client
    ) -> bool:
        match address, arguments:
            case "/meters", (str(path), *rest):
                self._watch(client, path, path, rest)
            case "/batchsubscribe", (str(alias), str(path), *rest):
                factor = rest.pop() if len(rest) == 3 else 1
                self._watch(client, alias, path, rest, factor)
            case "/renew", names:
                for key, request in self._meters.items():
                    if key[0] == client and (not names or key[1] in names):
                        request.ends = self._now + LIFETIME
            case "/unsubscribe", names:
                for key in list(self._meters):
                    if key[0] == client and (not names or key[1] in names):
                        del self._meters[key]
            case _:
                return False
        return True

    def _watch(
        self,
        client: Client,
        alias: str,
        path: str,
        rest: list[OscArgument],
        factor: OscArgument = 1,
    ) -> None:
        meter = METERS.get(path)
        if meter is None:
            self.counts.unknown += 1
            return
        key = (client, alias)
        earlier = self._meters.get(key)
        if earlier is None and len(self._meters) >= METER_REQUESTS:
            self.counts.refused_clients += 1
            return
        argument = rest[0] if rest and isinstance(rest[0], int) else 0
        slowness = max(1, factor) if isinstance(factor, int) else 1
        self._meters[key] = MeterRequest(
            client=client,
            alias=alias,
            meter=meter,
            argument=argument,
            period=PERIOD * slowness,
            due=earlier.due if earlier else self._now + PERIOD,
            ends=self._now + LIFETIME,
        )
