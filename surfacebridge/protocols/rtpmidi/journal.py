"""The recovery journal: what a lost packet would have left behind.

Owns: writing what our packets left (``JournalWriter``), and from a peer's
journal the messages that restore what was lost (``Memory``).
Does not own: which packets are lost (``stream``).  SysEx, time and real time are
not restored: the system journal is neither written nor read.

Rule: what is restored is a state (where a fader is, which key is down), so it
is said only where it differs from what was heard.  The one exception: after the loss
of one packet its own controllers are restored even if equal, because a
relative knob says the same value again and again.
Source: RFC 6295, sections 4 and 5, appendix A.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from surfacebridge.protocols.malformed import Malformed

# Peers that confirm nothing would let the journal grow to every control there
# is.  128 cover any surface we know (nine faders and the lamps that changed),
# and cost 750 bytes at worst, so that a packet stays below 1,024.
MOST_ENTRIES: Final = 128

_EXCERPT: Final = 32
_HAS_SYSTEM, _HAS_CHANNELS = 0x40, 0x20
_P, _C, _M, _W, _N, _E, _T, _A = (0x80 >> bit for bit in range(8))

# The choice of a parameter and its steps, and the two that then are its value.
# They mean nothing one by one, so they belong to chapter M, which we do not write.  Where no
# parameter was ever chosen the values are controllers like others: HUI's seventh fader.
_PARAMETER_CHOICE: Final = range(96, 102)
_PARAMETER_VALUE: Final = (6, 38)

# What a channel message changes: its status and, where it has one, its number.
Place: TypeAlias = tuple[int, int]


def _change(message: bytes) -> tuple[Place, bytes] | None:
    """Return what ``message`` changes and its new value; None for system messages."""
    status = message[0]
    kind = status & 0xF0
    if kind == 0x80:
        return (status | 0x10, message[1]), b"\0"
    if kind in {0x90, 0xA0, 0xB0}:
        return (status, message[1]), message[2:]
    if kind < 0xF0:
        return (status, 0), message[1:]
    return None


def _message(place: Place, value: bytes) -> bytes:
    status, number = place
    return bytes((status, number)) + value if status < 0xC0 else bytes((status,)) + value


class JournalWriter:
    """What the peer may have missed, for the packets of one stream.

    Sequences are counted on without end here; the wire has their low 16 bits.
    """

    def __init__(self, first: int) -> None:
        self._checkpoint = first
        # The place changed last comes last.
        self._entries: dict[Place, tuple[int, bytes]] = {}
        self._chose: set[int] = set()

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, sequence: int, message: bytes) -> None:
        """Remember that packet ``sequence`` holds ``message``."""
        change = _change(message)
        if change is None:
            return
        place, value = change
        if place[0] & 0xF0 == 0xB0 and self._is_of_parameter(place):
            return
        self._entries.pop(place, None)
        self._entries[place] = sequence, value
        if len(self._entries) > MOST_ENTRIES:
            oldest = next(iter(self._entries))
            self.acknowledge(self._entries[oldest][0])

    def _is_of_parameter(self, place: Place) -> bool:
        status, number = place
        if number in _PARAMETER_CHOICE:
            self._chose.add(status)
            for value in _PARAMETER_VALUE:
                self._entries.pop((status, value), None)
            return True
        return number in _PARAMETER_VALUE and status in self._chose

    def acknowledge(self, sequence: int) -> None:
        """Forget what packets up to ``sequence`` left, for they arrived."""
        while self._entries:
            place = next(iter(self._entries))
            if self._entries[place][0] > sequence:
                break
            del self._entries[place]
        self._checkpoint = max(self._checkpoint, sequence + 1)

    def encode(self, sequence: int) -> bytes:
        """Return the journal for packet ``sequence``; empty when nothing can be missing."""
        if not self._entries:
            return b""
        channels: dict[int, dict[int, _Logs]] = {}
        for (status, number), (said, value) in sorted(self._entries.items()):
            kinds = channels.setdefault(status & 0xF, {})
            kinds.setdefault(status & 0xF0, []).append((number, value, said == sequence - 1))
        # The first bit would say that packet I-1 left nothing.  It stays clear, which
        # is always safe: pymidi takes it for the system journal's flag.
        header = struct.pack(">BH", _HAS_CHANNELS | len(channels) - 1, self._checkpoint & 0xFFFF)
        return header + b"".join(
            _channel_journal(channel, kinds) for channel, kinds in sorted(channels.items())
        )


# Number, value, and whether the packet before this one left it.
_Logs: TypeAlias = list[tuple[int, bytes, bool]]


def _s(is_last: bool) -> int:
    """Return the S bit: clear when the packet before this one left it."""
    return 0 if is_last else 0x80


def _channel_journal(channel: int, kinds: dict[int, _Logs]) -> bytes:
    chapters, flags = b"", 0
    for kind, flag in _CHAPTERS:
        if logs := kinds.get(kind):
            flags |= flag
            chapters += _chapter(kind, logs)
    is_last = any(last for logs in kinds.values() for _, _, last in logs)
    length = 3 + len(chapters)
    return struct.pack(">HB", _s(is_last) << 8 | channel << 11 | length, flags) + chapters


# In the order the chapters have on the wire.
_CHAPTERS: Final = ((0xC0, _P), (0xB0, _C), (0xE0, _W), (0x90, _N), (0xD0, _T), (0xA0, _A))


def _chapter(kind: int, logs: _Logs) -> bytes:
    if kind == 0x90:
        return _note_chapter(logs)
    if kind in {0xA0, 0xB0}:
        pairs = b"".join(bytes((_s(last) | number, value[0])) for number, value, last in logs)
        any_last = any(last for _, _, last in logs)
        return bytes((_s(any_last) | len(logs) - 1,)) + pairs
    ((_, value, is_last),) = logs
    data = bytes((_s(is_last) | value[0],)) + value[1:]
    # No bank: whoever chooses banks sends them with every program.
    return data + b"\0\0" if kind == 0xC0 else data


def _note_chapter(logs: _Logs) -> bytes:
    on = [log for log in logs if log[1] != b"\0"]
    off = [log for log in logs if log[1] == b"\0"]
    # The highest bit of velocity says: play it, however late.  A key that is down is
    # a state on a surface, not a sound that has passed.
    pairs = b"".join(bytes((_s(last) | note, 0x80 | value[0])) for note, value, last in on)
    low, high, bits = 15, 0, b""
    if off:
        low, high = off[0][0] >> 3, off[-1][0] >> 3
        octets = bytearray(high - low + 1)
        for note, _, _ in off:
            octets[(note >> 3) - low] |= 0x80 >> (note & 7)
        bits = bytes(octets)
    b_bit = _s(any(last for _, _, last in off))
    # 128 logs are written as 127 with bounds nothing else has.
    return bytes((b_bit | min(len(on), 127), low << 4 | high)) + pairs + bits


@dataclass(slots=True)
class Entry:
    """What a journal says of one place; ``is_last`` when the packet just before left it."""

    place: Place
    value: bytes
    is_last: bool


@dataclass(slots=True)
class Journal:
    """A peer's journal: what it says, and whether it broke off."""

    checkpoint: int
    entries: list[Entry] = field(default_factory=list)
    malformed: Malformed | None = None


def decode(data: bytes) -> Journal | Malformed:
    """Return what the channel journals of ``data`` say.  Never raises.

    What follows something broken is not believed.
    """
    if len(data) < 3:
        return Malformed(data[:_EXCERPT], "journal cut short")
    flags = data[0]
    journal = Journal(data[1] << 8 | data[2])
    at = 3
    if flags & _HAS_SYSTEM:
        length = _length(data, at)
        at += length
        if length < 2 or at > len(data):
            journal.malformed = Malformed(data[:_EXCERPT], "system journal cut short")
            return journal
    if flags & _HAS_CHANNELS:
        for _ in range((flags & 0xF) + 1):
            length = _length(data, at)
            if length < 3 or at + length > len(data):
                journal.malformed = Malformed(data[at:][:_EXCERPT], "channel journal cut short")
                break
            try:
                journal.entries += _channel_entries(data[at : at + length])
            except IndexError:
                journal.malformed = Malformed(data[at:][:_EXCERPT], "broken chapter in a journal")
                break
            at += length
    return journal


def _length(data: bytes, at: int) -> int:
    return (data[at] & 3) << 8 | data[at + 1] if at + 1 < len(data) else 0


def _channel_entries(data: bytes) -> list[Entry]:
    """Read one channel's chapters; raises IndexError where they break off."""
    channel, table = data[0] >> 3 & 0xF, data[2]
    reader = _ChapterReader(data, channel)
    for flag, read in (
        (_P, reader.program),
        (_C, reader.controllers),
        (_M, reader.skip_parameters),
        (_W, reader.wheel),
        (_N, reader.notes),
        (_E, reader.skip_note_extras),
        (_T, reader.pressure),
        (_A, reader.key_pressures),
    ):
        if table & flag:
            read()
    return reader.entries


class _ChapterReader:
    """Reads the chapters of one channel in their order."""

    def __init__(self, data: bytes, channel: int) -> None:
        self.entries: list[Entry] = []
        self._data = data
        self._channel = channel
        self._at = 3

    def program(self) -> None:
        program, _, _ = self._take(3)
        self._say(0xC0, 0, bytes((program & 0x7F,)), program)

    def controllers(self) -> None:
        for number, value in self._pairs(1 + (self._take(1)[0] & 0x7F)):
            # With the highest bit the log counts switchings, and no value is known.
            if value < 0x80:
                self._say(0xB0, number & 0x7F, bytes((value,)), number)

    def skip_parameters(self) -> None:
        first, second = self._take(2)
        self._take(((first & 3) << 8 | second) - 2)

    def wheel(self) -> None:
        low, high = self._take(2)
        self._say(0xE0, 0, bytes((low & 0x7F, high & 0x7F)), low)

    def notes(self) -> None:
        head, bounds = self._take(2)
        low, high = bounds >> 4, bounds & 0xF
        count = head & 0x7F
        if count == 127 and (low, high) == (15, 0):
            count = 128
        for note, velocity in self._pairs(count):
            self._say(0x90, note & 0x7F, bytes((velocity & 0x7F,)), note)
        octets = self._take(high - low + 1) if low <= high else b""
        for index, octet in enumerate(octets):
            for bit in range(8):
                if octet & 0x80 >> bit:
                    self._say(0x90, (low + index) * 8 + bit, b"\0", head)

    def skip_note_extras(self) -> None:
        self._take(2 * (1 + (self._take(1)[0] & 0x7F)))

    def pressure(self) -> None:
        (pressure,) = self._take(1)
        self._say(0xD0, 0, bytes((pressure & 0x7F,)), pressure)

    def key_pressures(self) -> None:
        for note, pressure in self._pairs(1 + (self._take(1)[0] & 0x7F)):
            self._say(0xA0, note & 0x7F, bytes((pressure & 0x7F,)), note)

    def _pairs(self, count: int) -> Iterator[tuple[int, int]]:
        data = self._take(2 * count)
        return zip(data[::2], data[1::2], strict=True)

    def _say(self, kind: int, number: int, value: bytes, s_bit: int) -> None:
        place = (kind | self._channel, number)
        self.entries.append(Entry(place, value, is_last=s_bit < 0x80))

    def _take(self, count: int) -> bytes:
        if count < 0 or self._at + count > len(self._data):
            raise IndexError
        data = self._data[self._at : self._at + count]
        self._at += count
        return data


class Memory:
    """What was heard from one peer, so that only what differs is restored.

    Bounded by MIDI itself: 16 channels of 387 places.
    """

    def __init__(self) -> None:
        self._heard: dict[Place, bytes] = {}

    def hear(self, message: bytes) -> None:
        """Take in a message that arrived."""
        change = _change(message)
        if change is not None:
            self._heard[change[0]] = change[1]

    def restore(self, journal: Journal, lost: int) -> list[bytes]:
        """Return the messages that make up for ``lost`` packets, and take them in.

        Notes that began come first and those that ended last, since a fader counts
        only while it is touched.  An end is Note On with velocity 0, as surfaces say it.
        """
        wanted = {
            entry.place
            for entry in journal.entries
            if self._heard.get(entry.place) != entry.value
            or (lost == 1 and entry.is_last and entry.place[0] & 0xF0 == 0xB0)
        }
        restored: list[bytes] = []
        for entry in sorted(journal.entries, key=_rank):
            status, number = entry.place
            # A fine value (32..63) belongs to its coarse one, which alone moves nothing.
            is_fine = status & 0xF0 == 0xB0 and 32 <= number < 64
            if entry.place in wanted or (is_fine and (status, number - 32) in wanted):
                self._heard[entry.place] = entry.value
                restored.append(_message(entry.place, entry.value))
        return restored


def _rank(entry: Entry) -> int:
    if entry.place[0] & 0xF0 != 0x90:
        return 1
    return 2 if entry.value == b"\0" else 0
