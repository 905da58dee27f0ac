"""An Allen & Heath SQ as its MIDI clients meet it: NRPNs on a TCP connection.

Owns: mutes, levels on the linear taper, pans, and scenes by bank and program (dialects sheet,
section 9.1, and the parameter numbers of the Companion module allenheath-sq). What the sheet leaves
open is marked assumed here.
Does not own: the audio taper, names and colours (MIDI has none), the DAW strips on the channel
above, a socket (``sockets.tcp``).

Rules: a parameter is chosen by two controllers and set by two more; 60 with 7F asks for it. A set
is not answered; other clients are told (assumed). Off is 0, +10 dB is 7F 7F, 0 dB is 76 5C.
"""

from typing import Final

from firmware_sim.device import Client
from firmware_sim.midi_console import MidiConsole, Peer

INPUTS: Final = 48
MIXES: Final = 12
SCENES: Final = 300
OFF: Final = 0
TOP: Final = 0x3FFF
UNITY: Final = 0x76 << 7 | 0x5C
CENTRE: Final = 0x3F << 7 | 0x7F
# Fitted to the printed table: within one count of it.
PER_DECIBEL: Final = (TOP - UNITY) / 10

# First number, how many, what a desk starts with.
_RANGES: Final[tuple[tuple[int, int, int], ...]] = (
    # Mutes: inputs, groups, effect returns, main, mixes, effect sends, matrices, DCAs, mute groups.
    (0x0000, 48, 0), (0x0030, 12, 0), (0x003C, 8, 0), (0x0044, 1, 0), (0x0045, 12, 0),
    (0x0051, 4, 0), (0x0055, 3, 0), (0x02 << 7, 8, 0), (0x04 << 7, 8, 0),
    # Levels to the main: inputs, groups, effect returns. Inputs to mixes, a row of twelve each.
    (0x40 << 7, 48, OFF), (0x40 << 7 | 0x30, 12, OFF), (0x40 << 7 | 0x3C, 8, OFF),
    (0x40 << 7 | 0x44, INPUTS * MIXES, OFF),
    # Levels of outputs: main and mixes, effect sends, matrices, DCAs.
    (0x4F << 7, 13, OFF), (0x4F << 7 | 0x0D, 4, OFF), (0x4F << 7 | 0x11, 3, OFF),
    (0x4F << 7 | 0x20, 8, UNITY),
    # Pans: inputs to the main, balances of main and mixes.
    (0x50 << 7, 48, CENTRE), (0x5F << 7, 13, CENTRE),
)  # fmt: skip
_MUTES: Final = range(0x05 << 7)


def to_decibels(value: int) -> float:
    """Return the level of a 14-bit value on the linear taper."""
    return float("-inf") if value == OFF else (value - UNITY) / PER_DECIBEL


class Sq(MidiConsole):
    """An SQ on MIDI channel ``channel`` (1…16); connect a client before giving it bytes."""

    def __init__(self, channel: int = 1) -> None:
        super().__init__()
        self._channel = channel - 1
        self._values = {
            first + place: start for first, count, start in _RANGES for place in range(count)
        }
        self._scenes: dict[int, dict[int, int]] = {}

    def value(self, number: int) -> int:
        """Return a parameter, 0…16383; KeyError where there is none."""
        return self._values[number]

    def set_from_desk(self, number: int, value: int) -> None:
        """Move a control on the desk: every client is told."""
        self._values[number] = value
        for client in self._peers:
            self._tell(client, number)

    def store_scene(self, number: int) -> None:
        """Keep everything as scene 1…300."""
        self._scenes[number] = dict(self._values)

    def recall_scene(self, number: int) -> None:
        """Go to a scene: its number is told, and nothing else (assumed)."""
        self._values = dict(self._scenes.get(number, self._values))
        bank, program = divmod(number - 1, 128)
        self._tell_all(bytes([0xB0 | self._channel, 0, bank, 0xC0 | self._channel, program]))

    def _obey(self, peer: Peer, client: Client, message: bytes) -> None:
        if message[0] >= 0xF0 or message[0] & 0x0F != self._channel:
            return
        match message[0] & 0xF0, *message[1:]:
            case [0xB0, controller, value]:
                self._control(peer, client, controller, value)
            case [0xC0, program] if peer.bank * 128 + program < SCENES:
                self.recall_scene(peer.bank * 128 + program + 1)
            case _:
                pass

    def _control(self, peer: Peer, client: Client, controller: int, value: int) -> None:
        chosen = peer.chosen.setdefault(self._channel, [0x7F, 0x7F])
        number = chosen[0] << 7 | chosen[1]
        match controller:
            case 0x00:
                peer.bank = value
            case 0x63:
                chosen[0] = value
            case 0x62:
                chosen[1] = value
            case 0x06:
                peer.high = value
            case 0x26 | 0x60 | 0x61 if number not in self._values:
                self.counts.unknown += 1
            case 0x26:
                self._set(client, number, peer.high << 7 | value)
            case 0x60 if value == 0x7F:
                self.counts.gets += 1
                self._tell(client, number)
            case 0x60 | 0x61 if number not in _MUTES:
                step = round(PER_DECIBEL if controller == 0x60 else -PER_DECIBEL)
                self._set(client, number, min(TOP, max(0, self._values[number] + step)))
            case _:
                pass

    def _set(self, setter: Client, number: int, value: int) -> None:
        self.counts.sets += 1
        value = int(value == 1) if number in _MUTES else value
        if self._values[number] == value:
            return
        self._values[number] = value
        for client in self._peers:
            if client != setter:
                self._tell(client, number)

    def _tell(self, client: Client, number: int) -> None:
        status, value = 0xB0 | self._channel, self._values[number]
        halves = (
            (0x63, number >> 7),
            (0x62, number & 0x7F),
            (0x06, value >> 7),
            (0x26, value & 0x7F),
        )
        self._output.append((b"".join(bytes([status, *half]) for half in halves), client))
