"""What goes wrong between a console and its clients, in virtual time and the same every time.

Owns: networks that lose, repeat, delay and reorder datagrams, die, or let a second client in.
Does not own: the console. ``FaultyNetwork`` is a ``Console`` around a console, so that whatever
takes the one takes the other.
"""

import heapq
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from firmware_sim.chance import generator
from firmware_sim.device import Client, SubscribedConsole
from firmware_sim.faults import STEP, comes_round

# From a block set aside for documents (RFC 5737): nobody real is there.
THIEF: Final[Client] = ("192.0.2.66", 6666)


@dataclass(frozen=True, slots=True)
class NetworkFault:
    """What a network does to datagrams. As it stands, nothing.

    ``lose``, ``duplicate`` and ``reorder`` are chances of each datagram, both ways; one that is
    reordered comes ``reorder_by`` seconds late, so that others overtake it. Each takes ``delay``
    and up to ``jitter`` seconds. The console falls silent at ``dies_at``. Each ``steal_every``
    seconds another client subscribes, from ``thieves`` addresses.
    """

    lose: float = 0.0
    duplicate: float = 0.0
    reorder: float = 0.0
    reorder_by: float = 0.02
    delay: float = 0.0
    jitter: float = 0.0
    dies_at: float = math.inf
    steal_every: float = 0.0
    thieves: int = 1


NETWORK_FAULTS: Final[Mapping[str, NetworkFault]] = {
    "none": NetworkFault(),
    "loss": NetworkFault(lose=0.05),
    "duplicate": NetworkFault(duplicate=0.05),
    "reorder": NetworkFault(reorder=0.1),
    "jitter": NetworkFault(delay=0.004, jitter=0.03),
    "silent-death": NetworkFault(dies_at=20.0),
    "thief": NetworkFault(steal_every=3.0),
    "crowd": NetworkFault(steal_every=3.0, thieves=8),
}


@dataclass(slots=True)
class NetworkCounts:
    """What happened to the datagrams; ``stolen`` were meant for a thief."""

    carried: int = 0
    lost: int = 0
    duplicated: int = 0
    reordered: int = 0
    stolen: int = 0


@dataclass(order=True, slots=True)
class _Flying:
    due: float
    number: int
    data: bytes = field(compare=False)
    client: Client = field(compare=False)
    inward: bool = field(compare=False)


class FaultyNetwork:
    """A console behind a bad network; itself a ``Console``. ``alive`` says whether it answers."""

    def __init__(
        self,
        console: SubscribedConsole,
        fault: NetworkFault = NETWORK_FAULTS["none"],
        seed: int = 0,
    ) -> None:
        self.console = console
        self.fault = fault
        self.counts = NetworkCounts()
        self.alive = True
        self._chance = generator(seed, "network")
        self._flying: list[_Flying] = []
        self._arrived: list[tuple[bytes, Client]] = []
        self._number = 0
        self._steps = 0
        self._owed = 0.0

    def receive(self, data: bytes, client: Client) -> None:
        """Take a datagram from a client and carry it to the console in time."""
        self._send(data, client, inward=True)
        self._carry()

    def take_output(self) -> list[tuple[bytes, Client]]:
        """Return the datagrams that have arrived at their clients."""
        self._carry()
        arrived, self._arrived = self._arrived, []
        return arrived

    def advance(self, seconds: float) -> None:
        """Let time pass for the console and for what is on its way."""
        self._owed += seconds
        steps = int(self._owed / STEP + 1e-6)
        self._owed = max(0.0, self._owed - steps * STEP)
        for _ in range(steps):
            self._steps += 1
            if self._now >= self.fault.dies_at:
                self.alive = False
            if comes_round(self.fault.steal_every, self._steps):
                self.steal()
            self.console.advance(STEP)
            self._carry()

    def die(self) -> None:
        """Fall silent without a word."""
        self.alive = False

    def revive(self) -> None:
        """Answer again, as if nothing had been."""
        self.alive = True
        self.fault = NETWORK_FAULTS["none"]

    def steal(self) -> None:
        """Let other clients ask for what the console pushes."""
        for number in range(self.fault.thieves):
            for request in self.console.subscription:
                self.console.receive(request, (THIEF[0], THIEF[1] + number))

    @property
    def _now(self) -> float:
        return self._steps * STEP

    def _send(self, data: bytes, client: Client, *, inward: bool) -> None:
        fault, chance = self.fault, self._chance
        if not self.alive or chance.random() < fault.lose:
            self.counts.lost += 1
            return
        copies = 2 if chance.random() < fault.duplicate else 1
        self.counts.duplicated += copies - 1
        for _ in range(copies):
            due = self._now + fault.delay + fault.jitter * chance.random()
            if chance.random() < fault.reorder:
                self.counts.reordered += 1
                due += fault.reorder_by
            self._number += 1
            heapq.heappush(self._flying, _Flying(due, self._number, data, client, inward))

    def _carry(self) -> None:
        self._collect()
        while self._flying and self._flying[0].due <= self._now + 1e-9:
            arriving = heapq.heappop(self._flying)
            self.counts.carried += 1
            if arriving.inward:
                self.console.receive(arriving.data, arriving.client)
                self._collect()
            else:
                self._arrived.append((arriving.data, arriving.client))

    def _collect(self) -> None:
        for data, client in self.console.take_output():
            if client[0] == THIEF[0]:
                self.counts.stolen += 1
            else:
                self._send(data, client, inward=False)
