"""An Allen & Heath dLive or Avantis as its MIDI clients meet it, on a TCP connection.

Owns: levels, main assignments, high-passes and equalisers by NRPN, mutes by notes, sends,
names, colours, gains, phantom power and pads, scenes by bank and program (Allen & Heath,
"dLive MIDI Over TCP/IP Protocol" V2.0 and "Avantis TCP/IP Protocol" V1.10).
Does not own: encryption and passwords, cue lists, DCA assignments, effects, a socket
(``sockets.tcp``).

Rules: what is asked is answered with the message that sets it. A set is not answered; other
clients are told (assumed). The desk uses running status within what it sends at once. An Avantis
answers for names and colours only.
"""

from itertools import pairwise
from typing import Final

from firmware_sim.device import Client
from firmware_sim.midi_console import MidiConsole, Peer

HEADER: Final = bytes.fromhex("F0 00 00 1A 50 10 01 00")
UNITY: Final = 0x6B
TOP: Final = 0x7F
SCENES: Final = 500

LEVEL: Final = 0x17
TO_MAIN: Final = 0x18

_SENDS: Final = 0x0D
# Channel, first note, how many: dLive V2.0, "Channel Selection". Mute groups have no fader.
_STRIPS: Final = (
    (0, 0x00, 128), (1, 0x00, 62), (1, 0x40, 31), (2, 0x00, 62), (2, 0x40, 31),
    (3, 0x00, 62), (3, 0x40, 31), (4, 0x00, 16), (4, 0x10, 16), (4, 0x20, 16),
    (4, 0x30, 6), (4, 0x36, 24),
)  # fmt: skip
_AVANTIS_STRIPS: Final = (
    (0, 0x00, 64), (1, 0x00, 40), (1, 0x40, 20), (2, 0x00, 40), (2, 0x40, 20),
    (3, 0x00, 40), (3, 0x40, 20), (4, 0x00, 12), (4, 0x10, 12), (4, 0x20, 12),
    (4, 0x30, 3), (4, 0x36, 16),
)  # fmt: skip
_MUTE_GROUPS: Final = {"dlive": 0x4E, "avantis": 0x46}
# Type, frequency, width and gain of four bands, then the high-pass; and what they start with.
_BELL: Final = (0x00, 0x47, 0x05, 0x3F)
_PROCESSING: Final = {0x1A + n: _BELL[n % 4] for n in range(16)} | {0x30: 0x00, 0x31: 0x00}


def to_decibels(value: int) -> float:
    """Return the level of a 7-bit value, by the printed table: half a decibel a step."""
    return float("-inf") if value == 0 else (value - UNITY) / 2


class DLive(MidiConsole):
    """A desk whose MIDI channels begin at ``channel`` (1…12); connect a client before talking."""

    def __init__(self, channel: int = 1, model: str = "dlive") -> None:
        super().__init__()
        self._base = channel - 1
        self._answers_all = model == "dlive"
        strips = _STRIPS if self._answers_all else _AVANTIS_STRIPS
        places = [(above, first + n) for above, first, count in strips for n in range(count)]
        groups = [(4, _MUTE_GROUPS[model] + n) for n in range(8)]
        self._numbers = {(*place, LEVEL): 0 for place in places}
        self._numbers |= {(*place, TO_MAIN): TOP for place in places}
        if self._answers_all:
            self._numbers |= {
                (*place, one): start for place in places for one, start in _PROCESSING.items()
            }
        self._muted = dict.fromkeys((*places, *groups), False)
        self._names = dict.fromkeys((*places, *groups), "")
        self._colours = dict.fromkeys((*places, *groups), 0)
        self._sends: dict[tuple[int, int, int, int], int] = {}
        sockets = range(128) if self._answers_all else range(0)
        self._preamps: dict[int, tuple[int, ...]] = dict.fromkeys(sockets, (0, 0, 0))
        self._scenes: dict[int, tuple[dict[tuple[int, int, int], int], ...]] = {}

    # What somebody at the desk sees and does.

    def number(self, above: int, note: int, parameter: int = LEVEL) -> int:
        """Return what an NRPN of a strip holds, 0…127; KeyError where there is none."""
        return self._numbers[above, note, parameter]

    def muted(self, above: int, note: int) -> bool:
        """Return whether a strip or mute group is muted."""
        return self._muted[above, note]

    def name(self, above: int, note: int) -> str:
        """Return what a strip is called."""
        return self._names[above, note]

    def colour(self, above: int, note: int) -> int:
        """Return a strip's colour, 0…7."""
        return self._colours[above, note]

    def send_level(self, above: int, note: int, to: int, to_note: int) -> int:
        """Return how much of a strip goes to another, 0…127."""
        return self._sends.get((above, note, to, to_note), 0)

    def preamp(self, socket: int) -> tuple[int, bool, bool]:
        """Return gain (0…127), phantom power and pad of a socket, counted from 0."""
        gain, phantom, pad = self._preamps[socket]
        return gain, bool(phantom), bool(pad)

    def set_from_desk(self, above: int, note: int, value: int, parameter: int = LEVEL) -> None:
        """Move a control on the desk: every client is told."""
        self._numbers[above, note, parameter] = value
        self._tell_all(self._number_message(above, note, parameter))

    def mute_from_desk(self, above: int, note: int, is_muted: bool) -> None:
        """Press a mute key on the desk: every client is told."""
        self._muted[above, note] = is_muted
        self._tell_all(self._mute_message(above, note))

    def rename(self, above: int, note: int, name: str) -> None:
        """Name a strip on the desk."""
        self._names[above, note] = name
        self._tell_all(self._sysex(above, 0x02, note, *name.encode("ascii")))

    def store_scene(self, number: int) -> None:
        """Keep every level as scene 1…500."""
        self._scenes[number] = (dict(self._numbers),)

    def recall_scene(self, number: int) -> None:
        """Go to a scene: its number is told, and nothing else (assumed)."""
        if number in self._scenes:
            self._numbers = dict(self._scenes[number][0])
        bank, program = divmod(number - 1, 128)
        base = self._base
        self._tell_all(bytes((0xB0 | base, 0, bank, 0xC0 | base, program)))

    # What clients say.

    def _obey(self, peer: Peer, client: Client, message: bytes) -> None:
        if message.startswith(HEADER) and len(message) >= len(HEADER) + 4:
            self._obey_sysex(client, message[len(HEADER) : -1])
            return
        above = (message[0] & 0x0F) - self._base
        if message[0] >= 0xF0 or not 0 <= above <= 4:
            return
        match message[0] & 0xF0, *message[1:]:
            case [0xB0, controller, value]:
                self._control(peer, client, above, controller, value)
            case [0x90, note, velocity] if velocity:
                self._mute(client, above, note, velocity >= 0x40)
            case [0xC0, program] if above == 0 and peer.bank * 128 + program < SCENES:
                self.recall_scene(peer.bank * 128 + program + 1)
            case [0xE0, socket, gain] if above == 0 and socket in self._preamps:
                self._set_preamp(client, socket, 0, gain)
            case _:
                pass

    def _control(self, peer: Peer, client: Client, above: int, controller: int, value: int) -> None:
        chosen = peer.chosen.setdefault(above, [-1, -1])
        match controller:
            case 0x00:
                peer.bank = value
            case 0x63:
                chosen[0] = value
            case 0x62:
                chosen[1] = value
            case 0x06:
                self._set_number(client, (above, chosen[0], chosen[1]), value)
            case _:
                pass

    def _set_number(self, client: Client, key: tuple[int, int, int], value: int) -> None:
        if key not in self._numbers:
            self.counts.unknown += 1
            return
        self.counts.sets += 1
        if self._numbers[key] != value:
            self._numbers[key] = value
            self._tell_others(client, self._number_message(*key))

    def _mute(self, client: Client, above: int, note: int, is_muted: bool) -> None:
        if (above, note) not in self._muted:
            self.counts.unknown += 1
            return
        self.counts.sets += 1
        if self._muted[above, note] != is_muted:
            self._muted[above, note] = is_muted
            self._tell_others(client, self._mute_message(above, note))

    def _set_preamp(self, client: Client, socket: int, what: int, value: int) -> None:
        self.counts.sets += 1
        if self._preamps[socket][what] != value:
            self._turn_preamp(socket, what, value)
            self._tell_others(client, self._preamp_message(socket, what))

    def _turn_preamp(self, socket: int, what: int, value: int) -> None:
        before = self._preamps[socket]
        self._preamps[socket] = (*before[:what], value, *before[what + 1 :])

    def _obey_sysex(self, client: Client, body: bytes) -> None:
        above, command, rest = body[0] - self._base, body[1], list(body[2:])
        if not 0 <= above <= 4:
            return
        if command in (0x01, 0x04, 0x05, 0x07, 0x0A):
            answer = self._answer(above, command, rest)
            self.counts.gets += answer is not None
            self.counts.unknown += answer is None
            if answer is not None:
                self._output.append((answer, client))
            return
        told = self._set_by_sysex(above, command, rest)
        self.counts.sets += told is not None
        self.counts.unknown += told is None
        if told:
            self._tell_others(client, told)

    def _answer(self, above: int, command: int, rest: list[int]) -> bytes | None:
        """Return what is answered to a question; None where there is no such thing."""
        match command, *rest:
            case [0x01, note] if (above, note) in self._names:
                return self._sysex(above, 0x02, note, *self._names[above, note].encode("ascii"))
            case [0x04, note] if (above, note) in self._colours:
                return self._sysex(above, 0x05, note, self._colours[above, note])
            case _ if not self._answers_all:
                return None
            case [0x05, 0x09, note] if (above, note) in self._muted:
                return self._mute_message(above, note)
            case [0x05, 0x0B, 0x19, socket] if above == 0 and socket in self._preamps:
                return self._preamp_message(socket, 0)
            case [0x05, 0x0B, parameter, note] if (above, note, parameter) in self._numbers:
                return self._number_message(above, note, parameter)
            case [0x05, 0x0F, 0x0D, note, to, to_note]:
                return self._send_message(above, note, to - self._base, to_note)
            case [0x0A, socket] if socket in self._preamps:
                return self._preamp_message(socket, 1)
            case [0x07, socket] if socket in self._preamps:
                return self._preamp_message(socket, 2)
            case _:
                return None

    def _set_by_sysex(self, above: int, command: int, rest: list[int]) -> bytes | None:
        """Return what others are told; empty where nothing changed, None where there is nothing."""
        match command, *rest:
            case [0x03, note, *name] if (above, note) in self._names:
                self._names[above, note] = bytes(name).decode("ascii")[:8]
                return self._sysex(above, 0x02, note, *self._names[above, note].encode("ascii"))
            case [0x06, note, colour] if (above, note) in self._colours and colour < 8:
                self._colours[above, note] = colour
                return self._sysex(above, 0x05, note, colour)
            case [0x0D, note, to, to_note, level]:
                key = (above, note, to - self._base, to_note)
                if self._sends.get(key, 0) == level:
                    return b""
                self._sends[key] = level
                return self._send_message(*key)
            case [0x0C | 0x09, socket, value] if socket in self._preamps:
                what = 1 if command == 0x0C else 2
                self._turn_preamp(socket, what, TOP if value >= 0x40 else 0)
                return self._preamp_message(socket, what)
            case _:
                return None

    # What the desk says.

    def _sysex(self, above: int, *body: int) -> bytes:
        return HEADER + bytes((self._base + above, *body, 0xF7))

    def _number_message(self, above: int, note: int, parameter: int) -> bytes:
        value = self._numbers[above, note, parameter]
        status = 0xB0 | self._base + above
        return _running([(status, 0x63, note), (status, 0x62, parameter), (status, 0x06, value)])

    def _mute_message(self, above: int, note: int) -> bytes:
        status = 0x90 | self._base + above
        velocity = 0x7F if self._muted[above, note] else 0x3F
        return _running([(status, note, velocity), (status, note, 0)])

    def _send_message(self, above: int, note: int, to: int, to_note: int) -> bytes:
        level = self._sends.get((above, note, to, to_note), 0)
        return self._sysex(above, _SENDS, note, self._base + to, to_note, level)

    def _preamp_message(self, socket: int, what: int) -> bytes:
        value = self._preamps[socket][what]
        if what == 0:
            return bytes((0xE0 | self._base, socket, value))
        return self._sysex(0, 0x0B if what == 1 else 0x08, socket, value)


def _running(messages: list[tuple[int, ...]]) -> bytes:
    """Return the messages one after the other, a status that repeats left out."""
    first, *_ = messages
    later = (one[one[0] == before[0] :] for before, one in pairwise(messages))
    return bytes(first) + b"".join(map(bytes, later))
