"""An Allen & Heath Qu as its one MIDI client meets it, on a TCP connection.

Owns: reading all of it at one request, NRPNs with an index, mutes by notes, names, scenes, active
sensing and the end of connections that fall silent (Allen & Heath, "Qu Mixer MIDI Protocol" V1.9).
Does not own: the equaliser's and dynamics' values beyond holding them, meters, the DAW strips, a
socket (``sockets.tcp``).

Rules: a second client is turned away while the first is there (that one at a time is served is
documented; how the second learns it is assumed). Active sensing goes out at once, and after every
300 ms in which nothing else did. A client that has sent active sensing, or said that it is an iPad,
must go on: twelve seconds of silence end its connection, five if an iPad never began. A set is not
answered (assumed). Answers carry the mixer's MIDI channel, whatever channel they were asked on.
"""

from itertools import pairwise
from typing import Final

from firmware_sim.device import Client
from firmware_sim.wire import MidiParser

HEADER: Final = bytes.fromhex("F0 00 00 1A 50 11 01 00")
UNITY: Final = 0x62
TOP: Final = 0x7F
CENTRE: Final = 0x25
SCENES: Final = 100

LEVEL: Final = 0x17
PAN: Final = 0x16
SEND: Final = 0x20
# What is written where a parameter has no index.
NO_INDEX: Final = 0x07

SENSING_EVERY: Final = 0.3
PATIENCE: Final = 12.0
IPAD_PATIENCE: Final = 5.0
# 22,020 messages took 1.6 s on a Qu-SB, as one of its users counted.
MESSAGES_A_SECOND: Final = 13_800

_ANYBODY: Final = 0x7F
# Box number, inputs, effect sends, pairs of groups, pairs of matrices.
_MODELS: Final = {"Qu-16": (1, 16, 2, 0, 0), "Qu-24": (2, 24, 4, 2, 2), "Qu-32": (3, 32, 4, 4, 2)}
MODELS: Final = tuple(_MODELS)
# What is in or out has no index either, and is written with another number there.
_IN_OUT: Final = (0x11, 0x14, 0x46, 0x68)
# Parameters of an input's processing that are held, 0…127 or 0 and 1, and never looked into.
_HELD: Final = (
    *range(0x01, 0x08), *range(0x09, 0x0C), *range(0x0D, 0x12), 0x13, 0x14, 0x19,
    *range(0x41, 0x47), *range(0x61, 0x6E),
)  # fmt: skip
# The printed table, dB against wire.
_TABLE: Final = (
    (0x0C, -45.0), (0x10, -40.0), (0x17, -35.0), (0x1F, -30.0), (0x27, -25.0), (0x2F, -20.0),
    (0x36, -15.0), (0x3F, -10.0), (0x4F, -5.0), (0x62, 0.0), (0x72, 5.0), (0x7F, 10.0),
)  # fmt: skip

Key = tuple[int, int, int]


def to_decibels(value: int) -> float:
    """Return the level of a 7-bit value: the printed table, straight between its points."""
    if value == 0:
        return float("-inf")
    for (left, low), (right, high) in pairwise(_TABLE):
        if value <= right:
            return low + (value - left) * (high - low) / (right - left)
    return _TABLE[-1][1]


class QuCounts:
    """What came over the connection."""

    def __init__(self) -> None:
        self.sets = 0
        self.readings = 0
        self.unknown = 0
        self.turned_away = 0


class Qu:
    """A mixer on MIDI channel ``channel`` (1…16)."""

    def __init__(self, model: str = "Qu-32", channel: int = 1) -> None:
        self.counts = QuCounts()
        self._channel = channel - 1
        self._box, inputs, fx_sends, groups, matrices = _MODELS[model]
        mono = range(0x20, 0x20 + inputs)
        sources = (*mono, *range(0x40, 0x43), *range(0x08, 0x0C))
        outputs = (
            *range(0x60, 0x68), *range(0x68, 0x68 + groups), *range(0x6C, 0x6C + matrices),
            *range(fx_sends), *range(0x10, 0x14),
        )  # fmt: skip
        self._values: dict[Key, int] = {(one, LEVEL, NO_INDEX): 0 for one in (*sources, *outputs)}
        self._values |= {(one, 0x51, NO_INDEX): 0 for one in (*sources, *outputs)}
        self._values |= {(one, PAN, NO_INDEX): CENTRE for one in sources}
        destinations = (*range(7), *range(0x10, 0x10 + fx_sends))
        self._values |= {(one, SEND, to): 0 for one in sources for to in destinations}
        self._values |= {
            (one, held, 0 if held in _IN_OUT else NO_INDEX): 0 for one in mono for held in _HELD
        }
        self._muted = dict.fromkeys((*sources, *outputs, *range(0x50, 0x54)), False)
        self._names = dict.fromkeys(self._muted, "")
        self._scenes: dict[int, dict[Key, int]] = {}
        self._client: Client | None = None
        self._parser = MidiParser()
        self._chosen = [0x7F, 0x7F]
        self._high = 0
        self._silent_for = 0.0
        self._ends_after: float | None = None
        self._unsensed_for = 0.0
        # What is still to be said of a reading, the next one last.
        self._reading: list[bytes] = []
        self._budget = 0.0
        self._output: list[tuple[bytes, Client]] = []

    # Connections.

    def connect(self, client: Client) -> None:
        """Let a client in, or turn it away while another is there."""
        if self._client is not None:
            self.counts.turned_away += 1
            self._output.append((b"", client))
            return
        self._client = client
        self._parser = MidiParser()
        self._silent_for, self._ends_after, self._reading = 0.0, None, []
        self._say(b"\xfe")

    def disconnect(self, client: Client) -> None:
        """Learn that a client has gone."""
        if client == self._client:
            self._client = None

    def take_output(self) -> list[tuple[bytes, Client]]:
        """Return what was sent since the last call."""
        sent, self._output = self._output, []
        return sent

    def advance(self, seconds: float) -> None:
        """Let time pass: a reading goes on, sensing is due, silence ends a connection."""
        if self._client is None:
            return
        self._silent_for += seconds
        self._unsensed_for += seconds
        self._go_on_reading(seconds)
        if self._unsensed_for >= SENSING_EVERY:
            self._say(b"\xfe")
        if self._ends_after is not None and self._silent_for >= self._ends_after:
            self._output.append((b"", self._client))
            self._client = None

    def _go_on_reading(self, seconds: float) -> None:
        self._budget = self._budget + seconds * MESSAGES_A_SECOND if self._reading else 0.0
        said = bytearray()
        while self._reading and self._budget >= 4:
            said += self._reading.pop()
            self._budget -= 4
        if said:
            self._say(bytes(said))

    # What somebody at the mixer sees and does.

    def value(self, channel: int, parameter: int = LEVEL, index: int = NO_INDEX) -> int:
        """Return what a parameter holds, 0…127; KeyError where there is none."""
        return self._values[channel, parameter, index]

    def muted(self, channel: int) -> bool:
        """Return whether a channel or mute group is muted."""
        return self._muted[channel]

    def name(self, channel: int) -> str:
        """Return what a channel is called."""
        return self._names[channel]

    def set_from_desk(
        self, channel: int, value: int, parameter: int = LEVEL, index: int = NO_INDEX
    ) -> None:
        """Move a control on the mixer: the client is told."""
        self._values[channel, parameter, index] = value
        self._say(self._value_message((channel, parameter, index)))

    def mute_from_desk(self, channel: int, is_muted: bool) -> None:
        """Press a mute key on the mixer: the client is told."""
        self._muted[channel] = is_muted
        self._say(self._mute_message(channel))

    def rename(self, channel: int, name: str) -> None:
        """Name a channel on the mixer."""
        self._names[channel] = name
        self._say(self._name_message(channel))

    def store_scene(self, number: int) -> None:
        """Keep every value as scene 1…100."""
        self._scenes[number] = dict(self._values)

    def recall_scene(self, number: int) -> None:
        """Go to a scene: its number is told, and nothing else (assumed)."""
        self._values = dict(self._scenes.get(number, self._values))
        channel = self._channel
        self._say(
            bytes((0xB0 | channel, 0, 0, 0xB0 | channel, 0x20, 0, 0xC0 | channel, number - 1))
        )

    # What the client says.

    def receive(self, data: bytes, client: Client) -> None:
        """Take bytes from a client, cut in any way; from one that was turned away, nothing."""
        if client != self._client:
            return
        self._silent_for = 0.0
        for message in self._parser.feed(data):
            self._obey(message)

    def _obey(self, message: bytes) -> None:
        if message == b"\xfe":
            self._ends_after = PATIENCE
        elif message.startswith(HEADER) and len(message) >= len(HEADER) + 3:
            channel, *body = message[len(HEADER) : -1]
            if channel in (self._channel, _ANYBODY):
                self._obey_sysex(body)
        elif message[0] & 0x0F == self._channel and message[0] < 0xF0:
            self._obey_channel(message)

    def _obey_sysex(self, body: list[int]) -> None:
        match body:
            case [0x10, ipad]:
                self.counts.readings += 1
                if ipad and self._ends_after is None:
                    self._ends_after = IPAD_PATIENCE
                self._say(self._sysex(0x11, self._box, 1, 9))
                self._reading = [*self._all()][::-1]
            case [0x01, channel] if channel in self._names:
                self._say(self._name_message(channel))
            case [0x03, channel, *name] if channel in self._names:
                self.counts.sets += 1
                self._names[channel] = bytes(name).decode("ascii")
            case _:
                self.counts.unknown += 1

    def _obey_channel(self, message: bytes) -> None:
        match message[0] & 0xF0, *message[1:]:
            case [0x90, channel, velocity] if velocity and channel in self._muted:
                self.counts.sets += 1
                self._muted[channel] = velocity >= 0x40
            case [0xC0, program] if program < SCENES:
                self.recall_scene(program + 1)
            case [0xB0, 0x63, channel]:
                self._chosen[0] = channel
            case [0xB0, 0x62, parameter]:
                self._chosen[1] = parameter
            case [0xB0, 0x06, value]:
                self._high = value
            case [0xB0, 0x26, index]:
                self._set((self._chosen[0], self._chosen[1], index))
            case _:
                pass

    def _set(self, key: Key) -> None:
        if key in self._values:
            self.counts.sets += 1
            self._values[key] = self._high
        else:
            self.counts.unknown += 1

    # What the mixer says.

    def _all(self) -> list[bytes]:
        return [
            *map(self._value_message, self._values),
            *map(self._mute_message, self._muted),
            *map(self._name_message, self._names),
            self._sysex(0x14),
        ]

    def _value_message(self, key: Key) -> bytes:
        channel, parameter, index = key
        status, value = 0xB0 | self._channel, self._values[key]
        # Running status, as it was seen on the wire.
        return bytes((status, 0x63, channel, 0x62, parameter, 0x06, value, 0x26, index))

    def _mute_message(self, channel: int) -> bytes:
        velocity = 0x7F if self._muted[channel] else 0x3F
        return bytes((0x90 | self._channel, channel, velocity, channel, 0))

    def _name_message(self, channel: int) -> bytes:
        return self._sysex(0x02, channel, *self._names[channel].encode("ascii"))

    def _sysex(self, *body: int) -> bytes:
        return HEADER + bytes((self._channel, *body, 0xF7))

    def _say(self, message: bytes) -> None:
        if self._client is not None:
            self._unsensed_for = 0.0
            self._output.append((message, self._client))
