"""A Mackie HUI as a box at the end of a cable: zones and ports, and faders that need a ping.

Owns: the HUI wire as a surface speaks it (protocols sheet, section 2), the controls of one unit
and the queries a test asks of them.
Does not own: how a fader moves (``motor``), what rings show (``lamps``).

Rules: a ping is answered at once. Two seconds after the last one the faders are dead, and so they
are before the first: they neither follow nor speak, everything else works (documented for what
they follow, assumed for what they say). Running status is heard and never spoken.

Strips count from 1. There is no main fader.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from firmware_sim.fader_bank import FaderBank
from firmware_sim.lamps import LampState
from firmware_sim.midi_unit import MidiUnit
from firmware_sim.motor import EXACT, Build
from firmware_sim.sensing import TOP

STRIPS: Final = 8
KNOBS: Final = 12
SCROLL: Final = 13
OFFLINE_AFTER: Final = 2.0

_HEADER: Final = b"\xf0\x00\x00\x66\x05\x00"
# The most a pot was seen to turn in one message is 2D; a wheel goes to 0F.
_BIGGEST_TURN: Final = 0x2D
_BIGGEST_JOG: Final = 0x0F
# The original hardware resolves nine bits: the low five of fourteen stay zero.
_NINE_BITS: Final = 0x1FF

_ZONES: Final = {
    0x08: "ctrl shift edit.mode undo alt option edit.tool save",
    0x09: "window.mix window.edit window.transport window.memloc window.status window.alt",
    0x0A: "channel.left bank.left channel.right bank.right",
    0x0B: "assign.output assign.input assign.pan assign.send.e assign.send.d assign.send.c"
    " assign.send.b assign.send.a",
    0x0C: "assign assign.default assign.suspend assign.shift assign.mute assign.bypass rec.all",
    0x0D: "down left cursor.mode right up scrub shuttle",
    0x0E: "talkback rewind forward stop play record",
    0x0F: "rtz end online loop quick.punch",
    0x10: "audition pre in out post",
    0x11: "input.3 input.2 input.1 monitor.mute discrete",
    0x12: "output.3 output.2 output.1 dim mono",
    0x13: "numpad.0 numpad.1 numpad.4 numpad.2 numpad.5 numpad.dot numpad.3 numpad.6",
    0x14: "numpad.enter numpad.plus",
    0x15: "numpad.7 numpad.8 numpad.9 numpad.minus numpad.clr numpad.equals numpad.slash"
    " numpad.times",
    0x16: "timecode feet beats rude.solo",
    0x17: "auto.enable.plugin auto.enable.pan auto.enable.fader auto.enable.send.mute"
    " auto.enable.send auto.enable.mute",
    0x18: "auto.trim auto.latch auto.read auto.off auto.write auto.touch",
    0x19: "status.phase status.monitor status.auto group.suspend group.create group.group",
    0x1A: "edit.paste edit.cut edit.capture edit.delete edit.copy edit.separate",
    0x1B: "f1 f2 f3 f4 f5 f6 f7 f8",
    0x1C: "param.insert param.assign param.select.1 param.select.2 param.select.3"
    " param.select.4 param.bypass param.compare",
    0x1D: "footswitch.1 footswitch.2 click beep",
}
_STRIP_PORTS: Final = ("select", "mute", "solo", "auto", "vpot", "insert", "rec")


def _switches() -> dict[str, tuple[int, int]]:
    """Return the zone and port of every switch and lamp (protocols sheet, section 2.4)."""
    switches: dict[str, tuple[int, int]] = {}
    for strip in range(STRIPS):
        for port, name in enumerate(_STRIP_PORTS, start=1):
            switches[f"{name}.{strip + 1}" + (".push" if name == "vpot" else "")] = strip, port
    for zone, names in _ZONES.items():
        for port, name in enumerate(names.split()):
            switches[name] = zone, port
    return switches


BUTTONS: Final = _switches()


@dataclass(frozen=True, slots=True)
class HuiRing:
    """The ring of a V-Pot: a mode, a place 0…11 and the lamp below."""

    mode: str = "dot"
    value: int = 0
    lower: bool = False


_RING_MODES: Final = ("dot", "boost", "wrap", "spread")


class Hui(MidiUnit):
    """A HUI: eight strips, four parameter knobs, a wheel and three displays.

    Its faders have 512 steps as the original's, or 1024 if they are ``fine``. A zone and its port
    leave as one message.
    """

    def __init__(
        self, *, servo: bool = True, fine: bool = False, build: Build = EXACT, seed: int = 0
    ) -> None:
        self._fine = fine
        super().__init__(FaderBank(STRIPS, servo=servo, build=build, seed=seed))

    def _go_dark(self) -> None:
        super()._go_dark()
        self._unpinged = OFFLINE_AFTER
        self._zone: int | None = None
        self._high: dict[int, int] = {}
        self._lamps = dict.fromkeys(BUTTONS.values(), False)
        self._rings = {n: HuiRing() for n in range(1, KNOBS + 1)}
        self._meters = {(n, side): 0 for n in range(1, STRIPS + 1) for side in (0, 1)}
        self._scribbles = dict.fromkeys(range(1, STRIPS + 2), "    ")
        self._display = [" " * 10] * 8
        self._timecode = [0x20] * 8

    def _grow_older(self, passed: float) -> None:
        was_online = self.online
        self._unpinged = min(OFFLINE_AFTER, self._unpinged + passed)
        if was_online and not self.online:
            for fader in self._faders.values():
                fader.free()

    def _announce(self) -> None:
        # It says that it was switched on with a system reset.
        self._say(0xFF)

    # Hands

    def press(self, name: str) -> None:
        """Press a button and hold it."""
        self._say_switch(*BUTTONS[name], on=True)

    def release_button(self, name: str) -> None:
        """Let a button go."""
        self._say_switch(*BUTTONS[name], on=False)

    def turn(self, n: int, ticks: int) -> None:
        """Turn knob ``n``, clockwise for positive ticks: 1…8, parameters 9…12, ``SCROLL``."""
        self._turn(0x40 + n - 1, ticks, _BIGGEST_TURN)

    def jog(self, ticks: int) -> None:
        """Turn the wheel, clockwise for positive ticks."""
        self._turn(0x0D, ticks, _BIGGEST_JOG)

    # Eyes

    @property
    def online(self) -> bool:
        """Return whether a ping came lately."""
        return self._unpinged < OFFLINE_AFTER - 1e-9

    def lamp(self, name: str) -> LampState:
        """Return what the lamp of a button does; a HUI's never blink by themselves."""
        return "lit" if self._lamps[BUTTONS[name]] else "dark"

    def scribble(self, n: int) -> str:
        """Return the four characters above strip ``n``; 9 is the select-assign display."""
        return self._scribbles[n]

    def lcd_lines(self) -> tuple[str, str]:
        """Return both lines of the main display, 40 characters each."""
        return "".join(self._display[:4]), "".join(self._display[4:])

    def ring(self, n: int) -> HuiRing:
        """Return what the ring of knob ``n`` (1…12) shows."""
        return self._rings[n]

    def meter(self, n: int) -> tuple[int, int]:
        """Return the levels left and right of strip ``n``, 0…12; 12 is the clip lamp."""
        return self._meters[n, 0], self._meters[n, 1]

    def timecode(self) -> str:
        """Return the eight digits of the time display, dots after their digits."""
        return "".join(_digit(code) for code in reversed(self._timecode))

    # What the surface says

    def _say_switch(self, zone: int, port: int, *, on: bool) -> None:
        self._say(0xB0, 0x0F, zone, 0xB0, 0x2F, (0x40 if on else 0) | port)

    def _say_touch(self, n: int, *, felt: bool) -> None:
        self._say_switch(n - 1, 0, on=felt)

    def _wire(self, n: int) -> int:
        reading = self._faders[n].reading
        if self._fine:
            return reading << 4
        return (reading * _NINE_BITS + TOP // 2) // TOP << 5

    def _tells(self, n: int) -> bool:
        return super()._tells(n) and self.online

    def _say_place(self, n: int, wire: int) -> None:
        self._say(0xB0, n - 1, wire >> 7, 0xB0, 0x20 + n - 1, wire & 0x7F)

    def _turn(self, controller: int, ticks: int, biggest: int) -> None:
        # Bit 6 is set for clockwise: the opposite of MCU.
        self._say_turn(controller, ticks, biggest=biggest, bit=0x40 if ticks > 0 else 0)

    # What the host says

    def _obey(self, message: bytes) -> None:
        match message[0]:
            case 0x90 if message == b"\x90\x00\x00":
                self._unpinged = 0.0
                self._say(0x90, 0x00, 0x7F)
            case 0xB0:
                self._obey_controller(message[1], message[2])
            case 0xA0 if message[1] < STRIPS and message[2] >> 4 in (0, 1):
                self._meters[message[1] + 1, message[2] >> 4] = min(message[2] & 0xF, 12)
            case 0xF0 if message.startswith(_HEADER) and len(message) > 8:
                self._obey_sysex(message[6], message[7:-1])
            case _:
                self.counts.ignored += 1

    def _obey_controller(self, controller: int, value: int) -> None:
        match controller:
            case 0x0C:
                self._zone = value
            case 0x2C:
                self._light(value)
            case high if high < STRIPS:
                self._high[high] = value
            case low if 0x20 <= low < 0x20 + STRIPS:
                self._obey_fader(low - 0x20, value)
            case ring if 0x10 <= ring < 0x10 + KNOBS:
                mode = _RING_MODES[value >> 4 & 3]
                shown = HuiRing(mode, min(value & 0xF, 11), bool(value & 0x40))
                self._rings[ring - 0x10 + 1] = shown
            case _:
                self.counts.ignored += 1

    def _light(self, value: int) -> None:
        # Pro Tools sends a state of 2 now and then: ignored. So is a port without its zone.
        place = (self._zone if self._zone is not None else -1, value & 0xF)
        if place in self._lamps and value >> 4 in (0, 4):
            self._lamps[place] = value >> 4 == 4
        else:
            self.counts.ignored += 1

    def _obey_fader(self, index: int, low: int) -> None:
        # The low half is what moves the motor; without its high half it says nothing.
        if index not in self._high or not self.online:
            self.counts.ignored += 1
            return
        wire = self._high[index] << 7 | low
        self._drive(index + 1, wire, (wire >> 4) / TOP if self._fine else (wire >> 5) / _NINE_BITS)

    def _obey_sysex(self, command: int, data: bytes) -> None:
        match command:
            case 0x10:
                self._write(data, 5, self._write_scribble)
            case 0x12:
                self._write(data, 11, self._write_display)
            case 0x11:
                for place, code in enumerate(data[: len(self._timecode)]):
                    self._timecode[place] = code
            case _:
                self.counts.ignored += 1

    def _write(self, data: bytes, size: int, write: Callable[[int, str], bool]) -> None:
        for start in range(0, len(data), size):
            group = data[start : start + size]
            if len(group) < size or not write(group[0], _text(group[1:])):
                self.counts.ignored += 1

    def _write_scribble(self, strip: int, text: str) -> bool:
        if strip + 1 not in self._scribbles:
            return False
        self._scribbles[strip + 1] = text
        return True

    def _write_display(self, slot: int, text: str) -> bool:
        if slot >= len(self._display):
            return False
        self._display[slot] = text
        return True


def _text(data: bytes) -> str:
    return "".join(chr(code) if 0x20 <= code < 0x7F else " " for code in data)


def _digit(code: int) -> str:
    # 20 (blank) and 30 (blank with a point) are guesses of the sheet.
    shown = " " if code & 0x20 else f"{code & 0xF:X}"
    return shown + ("." if code & 0x10 else "")
