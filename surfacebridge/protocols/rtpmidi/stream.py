"""The packets of one direction of a session, in their order.

Owns: sequence numbers, filling packets, what follows a loss, the empty packets
that tell of the loss of a last one.
Does not own: who the peer is (``session``), how fast it may be fed (``pace``).

Rule: a packet is at most ``LONGEST_PACKET`` bytes.  What comes late or twice is
not handed on, for newer values have been.
"""

from collections.abc import Hashable, Iterable
from typing import Final

from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.rtpmidi import journal, payload
from surfacebridge.protocols.rtpmidi.payload import (
    FIRST,
    PAYLOAD_TYPE,
    PLAIN_LIST,
    PLAIN_LIST_BITS,
    THREE_BYTES,
)

# pymidi reads no more; small boards have little more.
LONGEST_PACKET: Final = 1_024
# With a full journal (750 bytes) and the headers (14) a packet is as long as it may be.
_LIST_ROOM: Final = 256
# A fader's last move has nothing after it that would tell of its loss, so empty packets with
# the journal follow at these distances, until the peer confirms.
_GUARDS: Final = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
# RFC 3550, A.1: further back than this is a peer that began again.
_MOST_LATE: Final = 100
_HALF: Final = 0x8000


class OutgoingStream:
    """Our packets to one peer."""

    def __init__(self, ssrc: int, first: int) -> None:
        """Begin with sequence ``first``, any number of 16 bits."""
        self._ssrc = ssrc
        self._next = first
        self._journal = journal.JournalWriter(first)
        self._guards: list[float] = []

    def send(self, messages: Iterable[bytes], now: float) -> list[bytes]:
        """Return the packets that carry ``messages``, as few as their room allows."""
        packets: list[bytes] = []
        fitting: list[bytes] = []
        size = 0
        for command in (part for message in messages for part in payload.segments(message)):
            if fitting and size + len(command) + 1 > _LIST_ROOM:
                packets.append(self._packet(fitting, now))
                fitting, size = [], 0
            fitting.append(command)
            size += len(command) + 1
        if fitting:
            packets.append(self._packet(fitting, now))
            at = now
            self._guards = [at := at + wait for wait in _GUARDS]
        return packets

    def confirm(self, sequence: int) -> None:
        """Take in that the peer has everything up to ``sequence`` (of 16 bits)."""
        # A number we have not reached yet is taken for one of long ago, and changes nothing.
        behind = (self._next - 1 - sequence) & 0xFFFF
        self._journal.acknowledge(self._next - 1 - behind)

    def guard(self, now: float) -> list[bytes]:
        """Return the empty packet that is due at ``now``, if one is."""
        if now < self.guard_at():
            return []
        self._guards = [at for at in self._guards if at > now]
        return [self._packet([], now)]

    def guard_at(self) -> float:
        """Return when ``guard`` wants to be called; infinity when everything is confirmed."""
        return self._guards[0] if self._guards and len(self._journal) else float("inf")

    def _packet(self, commands: list[bytes], now: float) -> bytes:
        sequence, self._next = self._next, self._next + 1
        data = payload.encode(
            payload.Packet(
                sequence & 0xFFFF,
                ticks(now) & 0xFFFF_FFFF,
                self._ssrc,
                tuple(map(payload.TimedCommand, commands)),
                self._journal.encode(sequence),
            )
        )
        for command in commands:
            self._journal.add(sequence, command)
        return data


class IncomingStream:
    """A peer's packets to us."""

    def __init__(self) -> None:
        self.lost = 0
        """Packets that never came, or came late."""
        self.late = 0
        """Packets that came late or twice, and were not handed on."""
        self.restored = 0
        """Messages that the journal brought back."""
        self._awaited: int | None = None
        self._source = b""
        self._sender: Hashable = None
        # Heard, and not yet in the memory: at most one wake-up's.
        self._passed: list[bytes] = []
        self._restart: int | None = None
        self._memory = journal.Memory()
        self._joiner = payload.SysExJoiner()

    @property
    def latest(self) -> int | None:
        """The sequence of the newest packet, for feedback."""
        return None if self._awaited is None else (self._awaited - 1) & 0xFFFF

    def expect(self, ssrc: int, sender: Hashable) -> None:
        """Let plain packets of ``ssrc`` pass from now on that come from ``sender``."""
        self._source = ssrc.to_bytes(4, "big")
        self._sender = sender

    def expect_nobody(self) -> None:
        """Let no plain packet pass from now on."""
        self._source = b""

    def plain(self, data: bytes, sender: Hashable = None) -> bytes | None:
        """Return the message of a plain packet: the peer's next, and one message of three bytes.

        That is a hand on a fader.  A journal beside it is for those who missed something.
        What is to be noted about it is noted by ``settle``, once it was handed on.  None,
        and nothing is to be noted, for anything else: ``receive`` takes that.
        """
        # One slice less, or one call, is seen in how soon a lonely move leaves.
        try:
            sequence = data[2] << 8 | data[3]
            if (
                sequence != self._awaited
                or data[8:12] != self._source
                or sender != self._sender
                or data[0] != FIRST
                or data[1] & 0x7F != PAYLOAD_TYPE
                or data[12] & PLAIN_LIST_BITS != PLAIN_LIST
                or data[13] not in THREE_BYTES
                or data[14] | data[15] > 0x7F
            ):
                return None
        except IndexError:
            return None
        self._awaited = (sequence + 1) & 0xFFFF
        message = data[13:16]
        self._passed.append(message)
        return message

    def settle(self) -> bool:
        """Remember what passed as ``plain``; return whether anything did."""
        if not self._passed:
            return False
        for message in self._passed:
            self._memory.hear(message)
        self._passed.clear()
        return True

    def receive(self, packet: payload.Packet) -> list[bytes | Malformed]:
        """Return the messages ``packet`` brings, what it restores first."""
        lost = self._lost_before(packet.sequence)
        if lost is None:
            self.late += 1
            return []
        out: list[bytes | Malformed] = []
        if lost:
            broken = self._joiner.lose()
            if broken is not None:
                out.append(broken)
        # The first packet may not be the first one sent.
        if packet.journal and (lost or self._awaited is None):
            out += self._restore(packet.journal, lost)
        self.lost += lost
        self._awaited = (packet.sequence + 1) & 0xFFFF
        for command in packet.commands:
            whole = (
                command if isinstance(command, Malformed) else self._joiner.receive(command.data)
            )
            if isinstance(whole, bytes):
                self._memory.hear(whole)
            if whole is not None:
                out.append(whole)
        return out

    def _lost_before(self, sequence: int) -> int | None:
        """Return how many packets are missing before this one; None if it is late."""
        if self._awaited is None:
            return 0
        ahead = (sequence - self._awaited) & 0xFFFF
        if ahead < _HALF:
            return ahead
        if 0x10000 - ahead <= _MOST_LATE:
            return None
        if self._restart != sequence:
            # One packet out of nowhere is a stray; two in a row are a new beginning.
            self._restart = (sequence + 1) & 0xFFFF
            return None
        self._restart = None
        return 1

    def _restore(self, data: bytes, lost: int) -> list[bytes | Malformed]:
        said = journal.decode(data)
        if isinstance(said, Malformed):
            return [said]
        restored = self._memory.restore(said, lost)
        self.restored += len(restored)
        return [*restored, said.malformed] if said.malformed else list(restored)


def ticks(now: float) -> int:
    """Return ``now`` in the unit of all AppleMIDI clocks, 100 microseconds."""
    return int(now * 10_000)
