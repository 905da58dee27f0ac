"""A Behringer X-Touch in its Xctl mode, at a cable or on the network.

Owns: that mode's wire as the unit speaks it (protocols sheet, section 3.4; "Xctl Protocol for
X-Touch V1.0" and two public programs that speak it), and its network port.
Does not own: how a fader moves (``motor``), the socket (``sockets.udp``).

Facts: the unit looks for its host every two seconds, for ever, and is answered; the host says that
it is alive at least every eight. Keys, knobs, touch and faders have a Mackie Control's numbers;
rings are two controllers of lamps each, digits are segments, and each strip's display is one SysEx
with its colour. A datagram is MIDI bytes, many messages with running status.

Assumed: without a host the unit says nothing but that it looks for one, and shows what it showed;
a meter falls a step each 0.15 s, as fast as it says (none is left after 1.2 s).

Strips and faders count from 1; the main fader is ``MAIN``.
"""

from dataclasses import dataclass
from typing import Final

from firmware_sim.device import Client
from firmware_sim.display import CELL, COLOURS
from firmware_sim.fader_bank import FaderBank
from firmware_sim.mcu import MAIN, STRIPS, MackieKeys
from firmware_sim.midi_unit import Counts
from firmware_sim.motor import EXACT, Build
from firmware_sim.sensing import TOP
from firmware_sim.wire import MidiParser

PORT: Final = 10111
LOOKS_EVERY: Final = 2.0
FORGETS_AFTER: Final = 8.0
METER_FALL: Final = 0.15
METER_TOP: Final = 8
RING_LAMPS: Final = 13

LOOKING: Final = b"\xf0\x00\x20\x32\x58\x54\x00\xf7"
ANSWER: Final = b"\xf0\x00\x20\x32\x58\x54\x01\xf7"
ALIVE: Final = b"\xf0\x00\x00\x66\x14\x00\xf7"
IDENTITY: Final = b"\xf0\x00\x00\x66\x58\x01" + b"01564066740" + b"\xf7"

_DISPLAY: Final = b"\xf0\x00\x00\x66\x58"
_STRIP_BYTES: Final = len(_DISPLAY) + 2 + 2 * CELL + 1
_INVERTED: Final = 0x40
_TOUCH: Final = 0x68
_LEFT: Final = 7
_FULL: Final = 16383
_DIGITS: Final = 12
_SEGMENTS: Final = dict(
    zip(
        (0x3F, 0x06, 0x5B, 0x4F, 0x66, 0x6D, 0x7D, 0x07, 0x7F, 0x6F, 0x40, 0x00),
        "0123456789- ",
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Label:
    """One strip's display: two lines of seven characters, a colour, a lower line turned round."""

    upper: str = ""
    lower: str = ""
    colour: str = "off"
    inverted: bool = False


class XTouchXctl(MackieKeys):
    """An X-Touch that speaks Xctl: eight strips, a main fader, a transport and displays."""

    def __init__(self, *, build: Build = EXACT, seed: int = 0) -> None:
        self._looked = LOOKS_EVERY
        super().__init__(FaderBank(MAIN, servo=False, build=build, seed=seed))

    def _go_dark(self) -> None:
        super()._go_dark()
        self._looked = LOOKS_EVERY
        self._unheard = FORGETS_AFTER
        self._rings = {n: [0, 0] for n in range(1, STRIPS + 1)}
        self._labels = {n: Label() for n in range(1, STRIPS + 1)}
        self._digits = [(0, False)] * _DIGITS
        self._meters = dict.fromkeys(range(1, STRIPS + 1), 0)
        self._falling = dict.fromkeys(range(1, STRIPS + 1), 0.0)

    @property
    def connected(self) -> bool:
        """Return whether a host was heard lately."""
        return self._unheard < FORGETS_AFTER

    def receive_datagram(self, data: bytes) -> None:
        """Take one datagram: running status does not reach from one to the next."""
        self._parser = MidiParser()
        self.receive(data)

    # Eyes

    def ring(self, n: int) -> tuple[int, ...]:
        """Return the lit lamps round knob ``n``, 1…13 from the left."""
        left, right = self._rings[n]
        return tuple(at + 1 for at in range(RING_LAMPS) if (right << _LEFT | left) >> at & 1)

    def label(self, n: int) -> Label:
        """Return what the display of strip ``n`` shows."""
        return self._labels[n]

    def meter(self, n: int) -> int:
        """Return the level of strip ``n``, 0…8."""
        return self._meters[n]

    def assignment(self) -> str:
        """Return the two digits on the left, a dot after each that shows one."""
        return self._shown(0, 2)

    def timecode(self) -> str:
        """Return the ten digits of the time, a dot after each that shows one."""
        return self._shown(2, _DIGITS)

    def _shown(self, start: int, end: int) -> str:
        # A pattern that is no digit is shown as a question mark.
        return "".join(
            _SEGMENTS.get(bits, "?") + ("." if dot else "") for bits, dot in self._digits[start:end]
        )

    # What the surface says

    def _say(self, *message: int) -> None:
        if self.connected or message[0] == 0xF0:
            super()._say(*message)

    def _grow_older(self, passed: float) -> None:
        self._unheard += passed
        self._looked += passed
        while self._looked >= LOOKS_EVERY - 1e-9:
            self._looked -= LOOKS_EVERY
            self._say(*LOOKING)
        for n, level in self._meters.items():
            self._falling[n] += passed
            steps = int(self._falling[n] / METER_FALL + 1e-9)
            self._falling[n] -= steps * METER_FALL
            self._meters[n] = max(0, level - steps)

    def _wire(self, n: int) -> int:
        return (self._faders[n].reading * _FULL + TOP // 2) // TOP

    def _say_place(self, n: int, wire: int) -> None:
        self._say(0xE0 + n - 1, wire & 0x7F, wire >> 7)

    def _say_touch(self, n: int, *, felt: bool) -> None:
        self._say(0x90, _TOUCH + n - 1, 0x7F if felt else 0)

    # What the host says

    def _obey(self, message: bytes) -> None:
        if not self._heed(message):
            self.counts.ignored += 1

    def _heed(self, message: bytes) -> bool:
        """Do what one message says; return False where it says nothing to this unit."""
        match message[0]:
            case 0xF0:
                return self._hear_host(message) or self._write_label(message)
            case 0x90:
                self._lamps[message[1]] = message[2]
            case 0x80:
                self._lamps[message[1]] = 0
            case 0xB0:
                return self._hear_controller(message[1], message[2])
            case 0xD0 if message[1] >> 4 < STRIPS:
                strip = (message[1] >> 4) + 1
                self._meters[strip] = min(METER_TOP, message[1] & 0xF)
                self._falling[strip] = 0.0
            case status if 0xE0 <= status < 0xE0 + MAIN:
                wire = message[1] | message[2] << 7
                self._drive(status - 0xE0 + 1, wire, (wire >> 4) / TOP)
            case _:
                return False
        return True

    def _hear_host(self, message: bytes) -> bool:
        if message not in (ANSWER, ALIVE):
            return False
        was_connected = self.connected
        self._unheard = 0.0
        if not was_connected:
            self._say(*IDENTITY)
        return True

    def _write_label(self, message: bytes) -> bool:
        if len(message) != _STRIP_BYTES or not message.startswith(_DISPLAY):
            return False
        strip, look = message[5] - 0x20 + 1, message[6]
        if strip not in self._labels or look & ~(_INVERTED | 0x07):
            return False
        text = "".join(chr(code) if 0x20 <= code < 0x7F else " " for code in message[7:-1])
        self._labels[strip] = Label(
            text[:CELL], text[CELL:], COLOURS[look & 0x07], bool(look & _INVERTED)
        )
        return True

    def _hear_controller(self, controller: int, value: int) -> bool:
        if 0x30 <= controller < 0x40:
            side, strip = divmod(controller - 0x30, STRIPS)
            self._rings[strip + 1][side] = value
        elif 0x60 <= controller < 0x60 + _DIGITS:
            self._digits[controller - 0x60] = (value, False)
        elif 0x70 <= controller < 0x70 + _DIGITS:
            self._digits[controller - 0x70] = (value, True)
        else:
            return False
        return True


class XctlPort:
    """The unit's network port: a console with one client, whose number was set on the unit.

    It speaks to ``host`` alone and hears nobody else; every message is a datagram of its own.
    """

    def __init__(self, unit: XTouchXctl, host: Client = ("127.0.0.1", PORT)) -> None:
        self.unit: Final = unit
        self.host: Final = host

    @property
    def counts(self) -> Counts:
        """Return what the unit counted."""
        return self.unit.counts

    @property
    def subscription(self) -> tuple[bytes, ...]:
        """Return what a host says to be the unit's host."""
        return (ALIVE,)

    def receive(self, data: bytes, client: Client) -> None:
        """Take one datagram; one from anywhere but the host is ignored."""
        if client[0] == self.host[0]:
            self.unit.receive_datagram(data)
        else:
            self.unit.counts.ignored += 1

    def take_output(self) -> list[tuple[bytes, Client]]:
        """Return the datagrams to send since the last call."""
        return [(message, self.host) for message in self.unit.take_output()]

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.unit.advance(seconds)
