"""What pretend consoles that speak OSC over datagrams have in common.

Owns: the queue of datagrams, losing and silence, a tree of parameters with get, set and push, and
how long a client is remembered.
Does not own: one console's addresses, commands and meters (``x32``, ``xair``, ``wing``).
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from firmware_sim.device import Client
from firmware_sim.wire import OscArgument, OscMessage, decode_osc, encode_osc
from firmware_sim.x32_leaves import Leaf, Value

REMEMBERED: Final = 10.0


@dataclass(slots=True)
class ConsoleCounts:
    """What went over the network; ``writes`` counts the sets of each address, changed or not."""

    datagrams_in: int = 0
    datagrams_out: int = 0
    malformed: int = 0
    unknown: int = 0
    refused_values: int = 0
    refused_clients: int = 0
    lost: int = 0
    writes: Counter[str] = field(default_factory=Counter)


class DatagramConsole(ABC):
    """A console that takes one OSC message a datagram; time moves by ``advance`` only."""

    def __init__(self) -> None:
        self.counts = ConsoleCounts()
        self._now = 0.0
        self._silent_until = 0.0
        self._lose_every = 0
        self._passing = 0
        self._output: list[tuple[bytes, Client]] = []

    def receive(self, data: bytes, client: Client) -> None:
        """Take one datagram from a client."""
        if self._is_lost():
            return
        self.counts.datagrams_in += 1
        message = decode_osc(data)
        if message is None:
            self.counts.malformed += 1
        else:
            self._obey(message, client)

    def take_output(self) -> list[tuple[bytes, Client]]:
        """Return the datagrams sent since the last call, in order."""
        sent, self._output = self._output, []
        return sent

    def drop_every(self, count: int) -> None:
        """Lose every ``count``-th datagram, in either direction; 0 loses none."""
        self._lose_every = count

    def mute_for(self, seconds: float) -> None:
        """Die without a word: hear nothing and say nothing for a while."""
        self._silent_until = self._now + seconds

    @abstractmethod
    def _obey(self, message: OscMessage, client: Client) -> None:
        """Do what a message asks for."""

    def _is_lost(self) -> bool:
        if self._now < self._silent_until:
            self.counts.lost += 1
            return True
        self._passing += 1
        if self._lose_every and self._passing % self._lose_every == 0:
            self.counts.lost += 1
            return True
        return False

    def _send(self, client: Client, address: str, *arguments: OscArgument) -> None:
        if not self._is_lost():
            self.counts.datagrams_out += 1
            self._output.append((encode_osc(address, *arguments), client))


class LeafConsole(DatagramConsole):
    """A console that is a tree of parameters, as Behringer's are.

    An address alone asks for a value, with an argument it sets it. A set is never answered; whoever
    subscribed hears of changes for ten seconds.
    """

    def __init__(self, tree: Mapping[str, Leaf], places: int) -> None:
        super().__init__()
        self._tree = tree
        self._places = places
        self._clients: dict[Client, float] = {}
        self._values: dict[str, Value] = {}
        self._reset()

    def value(self, address: str) -> Value:
        """Return what a parameter is: 0…1, a number or a text. KeyError where there is none."""
        return self._values[address]

    def set_from_desk(self, address: str, argument: OscArgument) -> None:
        """Move a control on the desk: every client hears of it, if it changed anything.

        Takes what a client could send to the same address; KeyError and ValueError otherwise.
        """
        value = self._tree[address].take(argument)
        if value is None:
            raise ValueError(f"{address} does not take {argument!r}")
        self._change(address, value)

    @property
    def clients(self) -> tuple[Client, ...]:
        """Return who hears of changes now."""
        self._forget_the_silent()
        return tuple(self._clients)

    def restart(self, *, keep_state: bool = True) -> None:
        """Forget every client, and with ``keep_state=False`` every parameter and scene."""
        self._clients.clear()
        self._output.clear()
        if not keep_state:
            self._reset()

    def _reset(self) -> None:
        self._values = {address: leaf.default for address, leaf in self._tree.items()}

    def _change(self, address: str, value: Value, sender: Client | None = None) -> None:
        if self._values[address] == value:
            return
        self._values[address] = value
        self._forget_the_silent()
        for client in self._clients:
            if client != sender or self._hears_itself(client):
                self._send(client, address, value)

    def _hears_itself(self, client: Client) -> bool:
        """Return whether a client is told of its own changes."""
        return False

    def _remember(self, client: Client) -> bool:
        """Give a client ten more seconds; return whether there was room for it."""
        self._forget_the_silent()
        if client in self._clients or len(self._clients) < self._places:
            self._clients[client] = self._now
            return True
        self.counts.refused_clients += 1
        return False

    def _forget_the_silent(self) -> None:
        for client, asked in list(self._clients.items()):
            if self._now - asked > REMEMBERED:
                del self._clients[client]

    def _get_or_set(self, message: OscMessage, client: Client) -> None:
        address = message.address
        if address not in self._values:
            self.counts.unknown += 1
        elif not message.arguments:
            self._send(client, address, self._values[address])
        else:
            self.counts.writes[address] += 1
            value = self._tree[address].take(message.arguments[0])
            if value is None:
                self.counts.refused_values += 1
            else:
                self._change(address, value, client)
