"""A PreSonus FaderPort 8 in its native mode, as a box at the end of a cable.

Owns: that mode's wire as the unit speaks it (protocols sheet, section 3.6), its keys, and the
queries a test asks of it.
Does not own: how a fader moves (``motor``).

Rules: a key with colours shows what it was told last, lit or not. Text stays until it is written
over or its strip is cleared. Running status is heard and never spoken. Keys and their lamps have
Ardour's numbers (libs/surfaces/faderport8).

Strips count from 1. There is no main fader.
"""

from typing import Final

from firmware_sim.fader_bank import FaderBank
from firmware_sim.lamps import LampState, lamp_state
from firmware_sim.midi_unit import MidiUnit
from firmware_sim.motor import EXACT, Build
from firmware_sim.sensing import TOP

STRIPS: Final = 8
LINES: Final = 4

_HEADER: Final = b"\xf0\x00\x01\x06\x02"
_TOUCH: Final = 0x68
_CLEAR: Final = 0x10
# What fits on a line; more is cut.
_CELLS: Final = 9
_BIGGEST_TURN: Final = 0x3F
_ENCODERS: Final = {1: 0x3C, 2: 0x10}

_NAMES: Final = {
    0x00: "arm solo.clear mute.clear bypass macro link shift.right",
    0x28: "track send pan plugin",
    0x2E: "prev next",
    0x36: "channel zoom scroll bank master click section marker",
    0x3E: "mix.audio mix.instrument mix.bus mix.vca mix.all",
    0x46: "shift",
    0x4A: "auto.read auto.write auto.trim auto.touch auto.latch auto.off",
    0x53: "encoder.push",
    0x56: "loop",
    0x5B: "rewind forward stop play record",
}
_ROWS: Final = {"solo": 0x08, "mute": 0x10, "select": 0x18}

BUTTONS: Final = {
    **{f"{row}.{n + 1}": first + n for row, first in _ROWS.items() for n in range(STRIPS)},
    **{
        name: first + at for first, names in _NAMES.items() for at, name in enumerate(names.split())
    },
}


class FaderPort(MidiUnit):
    """A FaderPort 8: eight strips with displays, two encoders and keys of every colour."""

    def __init__(self, *, build: Build = EXACT, seed: int = 0) -> None:
        super().__init__(FaderBank(STRIPS, servo=False, build=build, seed=seed))

    def _go_dark(self) -> None:
        super()._go_dark()
        self._lamps = dict.fromkeys(range(0x80), 0)
        self._colours = {note: [0, 0, 0] for note in range(0x80)}
        self._meters = dict.fromkeys(range(1, STRIPS + 1), 0)
        self._bars = {n: [0, 0] for n in range(1, STRIPS + 1)}
        self._texts = {n: [""] * LINES for n in range(1, STRIPS + 1)}

    # Hands

    def press(self, name: str) -> None:
        """Press a button and hold it."""
        self._say(0x90, BUTTONS[name], 0x7F)

    def release_button(self, name: str) -> None:
        """Let a button go."""
        self._say(0x90, BUTTONS[name], 0x00)

    def turn(self, n: int, ticks: int) -> None:
        """Turn the encoder (1) or the parameter knob (2), clockwise for positive ticks."""
        self._say_turn(_ENCODERS[n], ticks, biggest=_BIGGEST_TURN, bit=0x40 if ticks < 0 else 0)

    def jog(self, ticks: int) -> None:
        """Turn the encoder, which is this unit's wheel."""
        self.turn(1, ticks)

    # Eyes

    def wire(self, n: int) -> int:
        """Return what fader ``n`` would say of its place, 0…16368."""
        return self._faders[n].reading << 4

    def lamp(self, name: str) -> LampState:
        """Return what the lamp of a button does."""
        return lamp_state(self._lamps[BUTTONS[name]])

    def colour(self, name: str) -> tuple[int, int, int]:
        """Return the red, green and blue (0…127) a button would light in."""
        red, green, blue = self._colours[BUTTONS[name]]
        return red, green, blue

    def line(self, n: int, line: int) -> str:
        """Return a line of strip ``n``'s display, 0…3."""
        return self._texts[n][line]

    def bar(self, n: int) -> tuple[int, int]:
        """Return the value (0…127) and style (4 is off) of the bar under strip ``n``'s text."""
        value, style = self._bars[n]
        return value, style

    def meter(self, n: int) -> int:
        """Return the level of strip ``n``, 0…127."""
        return self._meters[n]

    # What the surface says

    def _say_touch(self, n: int, *, felt: bool) -> None:
        self._say(0x90, _TOUCH + n - 1, 0x7F if felt else 0x00)

    def _wire(self, n: int) -> int:
        return self.wire(n)

    def _say_place(self, n: int, wire: int) -> None:
        self._say(0xE0 + n - 1, wire & 0x7F, wire >> 7)

    # What the host says

    def _obey(self, message: bytes) -> None:
        match message[0]:
            case 0x90:
                self._lamps[message[1]] = message[2]
            case 0x91 | 0x92 | 0x93:
                self._colours[message[1]][message[0] - 0x91] = message[2]
            case bend if 0xE0 <= bend < 0xE0 + STRIPS:
                wire = message[2] << 7 | message[1]
                self._drive(bend - 0xE0 + 1, wire, min(wire >> 4, TOP) / TOP)
            case level if 0xD0 <= level < 0xD0 + STRIPS:
                self._meters[level - 0xD0 + 1] = message[1]
            case 0xB0 if 0x30 <= message[1] < 0x40:
                kind, strip = divmod(message[1] - 0x30, STRIPS)
                self._bars[strip + 1][kind] = message[2]
            case 0xF0 if message.startswith(_HEADER):
                self._obey_display(message[5:-1])
            case _:
                self.counts.ignored += 1

    def _obey_display(self, data: bytes) -> None:
        command, strip, *rest = data if len(data) > 2 else b"\x00\x00\x00"
        if command == 0x12 and strip < STRIPS and len(rest) >= 2 and rest[0] < LINES:
            shown = "".join(chr(code) if 0x20 <= code < 0x7F else " " for code in rest[2:])
            self._texts[strip + 1][rest[0]] = shown[:_CELLS]
        elif command == 0x13 and strip < STRIPS and len(rest) == 1:
            if rest[0] & _CLEAR:
                self._texts[strip + 1] = [""] * LINES
        else:
            self.counts.ignored += 1
