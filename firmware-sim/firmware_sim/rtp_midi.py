"""A network MIDI session as a surface with an Ethernet socket keeps it: the side that is invited.

Owns: letting partners in and out, their clocks, and MIDI in RTP packets both ways (AppleMIDI and
RFC 6295; protocols sheet, section 6).
Does not own: sockets and time (``sockets.rtp_midi``), what the MIDI means (the devices).

Rules: no recovery journal, as many boxes have none: what the network loses is lost, and the
partner's journal is passed over. Up to four partners at once; each hears everything. One that says
nothing for a minute is forgotten. Bytes from outside never raise; what cannot be read is counted.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from firmware_sim.device import Client
from firmware_sim.wire import SYSEX_LIMIT, MidiParser

Port = Literal["control", "data"]

PARTNERS: Final = 4
SILENCE: Final = 61.0
# What fits one Ethernet frame, headers and all.
PACKET: Final = 1400
FEEDBACK: Final = 1.0
# A packet this far behind the newest is a late one, not a new start.
_LATE: Final = 0x8000

_COMMAND: Final = b"\xff\xff"
_VERSION: Final = 2
_RTP: Final = b"\x80\x61"
_SYSEX: Final = 0xF0
_SYSEX_MORE: Final = 0xF7
_DATA_BYTES: Final = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}
_COMMON_BYTES: Final = {0xF1: 1, 0xF2: 2, 0xF3: 1}


@dataclass(slots=True)
class RtpCounts:
    """What went over the network; ``lost`` packets are gaps in the partners' numbers."""

    packets_in: int = 0
    packets_out: int = 0
    malformed: int = 0
    strangers: int = 0
    refused: int = 0
    late: int = 0
    lost: int = 0


@dataclass(slots=True)
class Partner:
    """Somebody in the session. ``synced``: it has asked for our clock, so it takes data."""

    ssrc: int
    token: int
    name: str
    control: Client
    data: Client | None = None
    synced: bool = False
    heard: float = 0.0
    newest: int | None = None
    reported: int | None = None
    sysex: bytearray = field(default_factory=bytearray)


class RtpMidi:
    """The invited end of a session called ``name``. Tell it the time with ``advance``.

    Datagrams go in and come out with the port they belong to: ``control`` or ``data``.
    """

    def __init__(self, name: str, *, ssrc: int = 0x51A0_F00D) -> None:
        self.name = name
        self.ssrc = ssrc
        self.counts = RtpCounts()
        self.partners: dict[int, Partner] = {}
        self._now = 0.0
        self._fed_back = 0.0
        self._sequence = 0
        self._parser = MidiParser()
        self._output: list[tuple[Port, bytes, Client]] = []

    def advance(self, seconds: float) -> None:
        """Let time pass: partners that fell silent are forgotten, the others hear what came."""
        self._now += seconds
        for ssrc, partner in list(self.partners.items()):
            if self._now - partner.heard > SILENCE:
                del self.partners[ssrc]
        if self._now - self._fed_back >= FEEDBACK:
            self._fed_back = self._now
            for partner in self.partners.values():
                self._feed_back(partner)

    def receive(self, port: Port, data: bytes, client: Client) -> list[bytes]:
        """Take one datagram; return the MIDI messages in it."""
        self.counts.packets_in += 1
        if data[:2] == _COMMAND:
            if not self._obey(port, data[2:4], data[4:], client):
                self.counts.malformed += 1
            return []
        if port == "data":
            return self._hear(data, client)
        self.counts.malformed += 1
        return []

    def send(self, data: bytes) -> None:
        """Say MIDI bytes, chunked in any way, to every partner that takes data."""
        packet = b""
        for message in self._parser.feed(data):
            if packet and len(packet) + len(message) > PACKET:
                self._say_midi(packet)
                packet = b""
            # Every command but the first has a delta time before it: at once.
            packet += b"\0" + message if packet else message
        if packet:
            self._say_midi(packet)

    def goodbye(self) -> None:
        """Leave the session."""
        for partner in self.partners.values():
            body = struct.pack(">III", _VERSION, partner.token, self.ssrc)
            self._say("control", _COMMAND + b"BY" + body, partner.control)
        self.partners.clear()

    def take_output(self) -> list[tuple[Port, bytes, Client]]:
        """Return the datagrams to send since the last call."""
        sent, self._output = self._output, []
        return sent

    # The session

    def _obey(self, port: Port, word: bytes, body: bytes, client: Client) -> bool:
        """Do what a session packet says; return False where it cannot be read."""
        match word:
            case b"IN" if len(body) >= 12:
                self._invited(port, body, client)
            case b"BY" if len(body) >= 12:
                self.partners.pop(struct.unpack_from(">I", body, 8)[0], None)
            case b"CK" if len(body) >= 32 and port == "data":
                self._tell_clock(body, client)
            case b"RS" if len(body) >= 6:
                # What it says is for journals; that it came says that the partner lives.
                self._touch(struct.unpack_from(">I", body)[0])
            case _:
                return False
        return True

    def _invited(self, port: Port, body: bytes, client: Client) -> None:
        version, token, ssrc = struct.unpack_from(">III", body)
        partner = self.partners.get(ssrc)
        if port == "control" and (partner is None or partner.token != token):
            name = body[12:].split(b"\0")[0][:64].decode("utf-8", "replace")
            partner = Partner(ssrc, token, name, client, heard=self._now)
            if version == _VERSION and (ssrc in self.partners or len(self.partners) < PARTNERS):
                self.partners[ssrc] = partner
        if ssrc not in self.partners or self.partners[ssrc].token != token:
            self.counts.refused += 1
            answer = struct.pack(">III", _VERSION, token, self.ssrc)
            self._say(port, _COMMAND + b"NO" + answer, client)
            return
        if port == "data":
            self.partners[ssrc].data = client
        self._touch(ssrc)
        answer = struct.pack(">III", _VERSION, token, self.ssrc) + self.name.encode() + b"\0"
        self._say(port, _COMMAND + b"OK" + answer, client)

    def _tell_clock(self, body: bytes, client: Client) -> None:
        ssrc, count, first = struct.unpack_from(">IB3xQ", body)
        partner = self.partners.get(ssrc)
        if partner is None:
            self.counts.strangers += 1
            return
        partner.data = client
        self._touch(ssrc)
        if count == 0:
            answer = struct.pack(">IB3xQQQ", self.ssrc, 1, first, self._clock(), 0)
            self._say("data", _COMMAND + b"CK" + answer, client)
            partner.synced = True

    def _touch(self, ssrc: int) -> None:
        if ssrc in self.partners:
            self.partners[ssrc].heard = self._now

    def _feed_back(self, partner: Partner) -> None:
        if partner.newest is not None and partner.newest != partner.reported:
            partner.reported = partner.newest
            body = struct.pack(">IHxx", self.ssrc, partner.newest)
            self._say("control", _COMMAND + b"RS" + body, partner.control)

    def _clock(self) -> int:
        # AppleMIDI and RTP both count in steps of 100 microseconds.
        return int(self._now * 10_000)

    def _say(self, port: Port, data: bytes, client: Client) -> None:
        self.counts.packets_out += 1
        self._output.append((port, data, client))

    # MIDI

    def _say_midi(self, commands: bytes) -> None:
        size = len(commands)
        section = bytes((size,)) if size < 16 else bytes((0x80 | size >> 8, size & 0xFF))
        self._sequence = (self._sequence + 1) & 0xFFFF
        # Without the marker bit: rtpMIDI on Windows wants it clear.
        header = _RTP + struct.pack(">HII", self._sequence, self._clock() & 0xFFFF_FFFF, self.ssrc)
        for partner in self.partners.values():
            if partner.synced and partner.data is not None:
                self._say("data", header + section + commands, partner.data)

    def _hear(self, data: bytes, client: Client) -> list[bytes]:
        if len(data) < 13 or data[0] >> 6 != 2 or data[1] & 0x7F != 0x61:
            self.counts.malformed += 1
            return []
        sequence, _, ssrc = struct.unpack_from(">HII", data, 2)
        partner = self.partners.get(ssrc)
        if partner is None or partner.data != client:
            self.counts.strangers += 1
            return []
        self._touch(ssrc)
        if not self._is_news(partner, sequence):
            self.counts.late += 1
            return []
        commands = _commands(data)
        if commands is None:
            self.counts.malformed += 1
            return []
        return list(self._messages(partner, *commands))

    def _is_news(self, partner: Partner, sequence: int) -> bool:
        if partner.newest is not None:
            ahead = (sequence - partner.newest) & 0xFFFF
            if not 0 < ahead < _LATE:
                return False
            self.counts.lost += ahead - 1
            if ahead > 1:
                partner.sysex.clear()
        partner.newest = sequence
        return True

    def _messages(self, partner: Partner, data: bytes, has_delta: bool) -> Iterator[bytes]:
        at, running = 0, 0
        while at < len(data):
            if has_delta:
                at = _after_delta(data, at)
            has_delta = True
            if at >= len(data):
                return
            if data[at] in (_SYSEX, _SYSEX_MORE):
                at, whole = _sysex(partner.sysex, data, at)
                if whole:
                    yield whole
                running = 0
                continue
            status = data[at] if data[at] >= 0x80 else running
            start = at + (data[at] >= 0x80)
            at = start + _DATA_BYTES.get(status & 0xF0, _COMMON_BYTES.get(status, 0))
            if not status or at > len(data):
                self.counts.malformed += 1
                return
            yield bytes((status, *data[start:at]))
            # A real-time message leaves running status as it is.
            running = status if status < 0xF0 else running if status >= 0xF8 else 0


def _commands(data: bytes) -> tuple[bytes, bool] | None:
    """Return the MIDI list of a packet, and whether a delta time comes before its first command."""
    at = 12 + 4 * (data[0] & 0x0F)
    if data[0] & 0x10:
        if at + 4 > len(data):
            return None
        at += 4 + 4 * int(struct.unpack_from(">H", data, at + 2)[0])
    if at >= len(data):
        return None
    flags = data[at]
    size = flags & 0x0F
    at += 1
    if flags & 0x80:
        if at >= len(data):
            return None
        size = size << 8 | data[at]
        at += 1
    if at + size > len(data):
        return None
    return data[at : at + size], bool(flags & 0x20)


def _after_delta(data: bytes, at: int) -> int:
    for _ in range(4):
        if at >= len(data):
            break
        at += 1
        if data[at - 1] < 0x80:
            break
    return at


def _sysex(begun: bytearray, data: bytes, at: int) -> tuple[int, bytes]:
    """Read one piece of a SysEx; return where it ends, and the whole one if that ends it.

    A piece begins with F0 (the first) or F7 (a later one) and ends with F7 (the last), F0 (more
    comes) or F4 (forget it).
    """
    if data[at] == _SYSEX:
        begun[:] = b"\xf0"
    at += 1
    end = at
    while end < len(data) and data[end] < 0x80:
        end += 1
    if begun and len(begun) < SYSEX_LIMIT:
        begun += data[at:end]
    closing = data[end] if end < len(data) else 0xF4
    whole = b""
    if closing == 0xF7 and begun and len(begun) < SYSEX_LIMIT:
        whole = bytes((*begun, 0xF7))
    if closing != 0xF0:
        begun.clear()
    return min(end + 1, len(data)), whole
