"""Two ends joined by wires that lose, delay and double, in virtual time."""

import heapq
import random
from itertools import count

from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.rtpmidi.session import Initiator, Listener, Port, Session


class Wires:
    """An initiator and a listener; ``run`` moves both clocks together."""

    def __init__(self, seed: int = 0, rate: int = 1_000_000) -> None:
        self.now = 100.0
        self.loss = 0.0
        """The chance that a datagram is lost."""
        self.doubling = 0.0
        self.jitter = 0.0
        """Seconds that some datagrams come later than others."""
        self.lost_ports: set[Port] = set()
        """Ports on which nothing gets through."""
        self.moved = 0
        self.initiator: Session = Initiator("ours", 0x1111, 0xABCD_FFFA, self.now, rate)
        self.listener: Session = Listener("theirs", 0x2222, 0xFFFF_FFF0, rate)
        self.heard: dict[Session, list[bytes]] = {self.initiator: [], self.listener: []}
        self.broken: list[Malformed] = []
        self._chance = random.Random(seed)  # noqa: S311 - a seeded wire, guards nothing
        self._order = count()
        self._flying: list[tuple[float, int, Session, Port, bytes]] = []

    def run(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        end = self.now + seconds
        while True:
            for near, far in self._pairs():
                near.poll(self.now)
                for datagram in near.take():
                    self._fly(far, datagram.port, datagram.data)
            due = [near.wake() for near, _ in self._pairs()]
            due += [self._flying[0][0]] if self._flying else []
            if min(due) > end:
                self.now = end
                return
            self.now = max(self.now, min(due))
            self._land()

    def open(self) -> "Wires":
        """Run until both ends have their session."""
        self.run(1.0)
        assert self.initiator.state == self.listener.state == "open"
        return self

    def _pairs(self) -> list[tuple[Session, Session]]:
        return [(self.initiator, self.listener), (self.listener, self.initiator)]

    def _fly(self, far: Session, port: Port, data: bytes) -> None:
        self.moved += 1
        for _ in range(1 + (self._chance.random() < self.doubling)):
            if self._chance.random() >= self.loss and port not in self.lost_ports:
                at = self.now + 0.001 + self._chance.random() * self.jitter
                heapq.heappush(self._flying, (at, next(self._order), far, port, data))

    def _land(self) -> None:
        while self._flying and self._flying[0][0] <= self.now:
            _, _, far, port, data = heapq.heappop(self._flying)
            sender = None if isinstance(far, Initiator) else "there"
            for message in far.receive(port, data, self.now, sender):
                if isinstance(message, Malformed):
                    self.broken.append(message)
                else:
                    self.heard[far].append(message)
