"""What pretend Allen & Heath consoles have in common: MIDI from several clients, each on a stream.

Owns: who is connected, the bytes and the bank of each, and who is told.
Does not own: what any message means to a console (``sq``, ``dlive``).
"""

from abc import ABC, abstractmethod

from firmware_sim.device import Client
from firmware_sim.wire import MidiParser


class Peer:
    """One connection: what it has said of a message, and which bank it has chosen."""

    def __init__(self) -> None:
        self.parser = MidiParser()
        self.bank = 0
        # Per MIDI channel: which parameter is chosen, and the high half of its value.
        self.chosen: dict[int, list[int]] = {}
        self.high = 0


class Counts:
    """What came over the connections."""

    def __init__(self) -> None:
        self.sets = 0
        self.gets = 0
        self.unknown = 0


class MidiConsole(ABC):
    """Connect a client before giving it bytes; nothing here depends on time."""

    def __init__(self) -> None:
        self.counts = Counts()
        self._peers: dict[Client, Peer] = {}
        self._output: list[tuple[bytes, Client]] = []

    def connect(self, client: Client) -> None:
        """Let a client in."""
        self._peers[client] = Peer()

    def disconnect(self, client: Client) -> None:
        """Learn that a client has gone."""
        self._peers.pop(client, None)

    def take_output(self) -> list[tuple[bytes, Client]]:
        """Return what was sent since the last call."""
        sent, self._output = self._output, []
        return sent

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        del seconds

    def receive(self, data: bytes, client: Client) -> None:
        """Take bytes from a connected client, cut in any way."""
        peer = self._peers.get(client)
        if peer is not None:
            for message in peer.parser.feed(data):
                self._obey(peer, client, message)

    @abstractmethod
    def _obey(self, peer: Peer, client: Client, message: bytes) -> None:
        """Do what one whole message asks for."""

    def _tell_all(self, message: bytes) -> None:
        self._output += ((message, client) for client in self._peers)

    def _tell_others(self, setter: Client, message: bytes) -> None:
        self._output += ((message, client) for client in self._peers if client != setter)
