"""A Mackie Control as a box at the end of a cable: metal, lamps and glass, and the hand on them.

Owns: the MCU wire as a surface speaks it, from Mackie's Logic Control MIDI implementation (LCM)
and what was seen of its clones; the controls of one unit and the queries a test asks of them.
Does not own: how a fader moves (``motor``), what lamps and displays show (``lamps``,
``display``), one maker's additions (``xtouch``).

Strips and faders are counted from 1, as they are printed; the main fader is ``MAIN``.
"""

from typing import Final

from firmware_sim.display import Digits, Lcd
from firmware_sim.fader_bank import FaderBank
from firmware_sim.lamps import LampState, Meter, Ring, lamp_state
from firmware_sim.midi_unit import MidiUnit
from firmware_sim.motor import EXACT, Build
from firmware_sim.sensing import READINGS

STRIPS: Final = 8
MAIN: Final = STRIPS + 1

_MACKIE: Final = b"\xf0\x00\x00\x66"
_TOUCH_NOTE: Final = 0x68
_BIGGEST_TURN: Final = 15


def _button_notes() -> dict[str, int]:
    """Return the note of every button and lamp (protocols sheet, section 1.13)."""
    notes: dict[str, int] = {}
    for strip in range(STRIPS):
        for first, name in ((0x00, "rec"), (0x08, "solo"), (0x10, "mute"), (0x18, "select")):
            notes[f"{name}.{strip + 1}"] = first + strip
        notes[f"vpot.{strip + 1}.push"] = 0x20 + strip
    rows = {
        0x28: "assign.track assign.send assign.pan assign.plugin assign.eq assign.instrument",
        0x2E: "bank.left bank.right channel.left channel.right flip global.view",
        0x34: "name.value smpte.beats f1 f2 f3 f4 f5 f6 f7 f8",
        0x3E: "midi.tracks inputs audio.tracks audio.instrument aux buses outputs user",
        0x46: "shift option control alt",
        0x4A: "auto.read auto.write auto.trim auto.touch auto.latch auto.group",
        0x50: "save undo cancel enter",
        0x54: "markers nudge cycle drop replace click global.solo",
        0x5B: "rewind forward stop play record",
        0x60: "up down left right zoom scrub user.a user.b",
        0x71: "smpte beats rude.solo relay",
    }
    for first, names in rows.items():
        for offset, name in enumerate(names.split()):
            notes[name] = first + offset
    return notes


BUTTONS: Final = _button_notes()


class MackieKeys(MidiUnit):
    """Buttons, knobs and lamps with the numbers that Mackie gave them."""

    def _go_dark(self) -> None:
        super()._go_dark()
        self._lamps = dict.fromkeys(range(128), 0)

    def press(self, name: str) -> None:
        """Press a button and hold it."""
        self._say(0x90, BUTTONS[name], 0x7F)

    def release_button(self, name: str) -> None:
        """Let a button go."""
        self._say(0x90, BUTTONS[name], 0)

    def turn(self, n: int, ticks: int) -> None:
        """Turn V-Pot ``n``, clockwise for positive ticks."""
        self._turn(0x10 + n - 1, ticks)

    def jog(self, ticks: int) -> None:
        """Turn the jog wheel, clockwise for positive ticks."""
        self._turn(0x3C, ticks)

    def lamp(self, name: str) -> LampState:
        """Return what the lamp of a button does."""
        return lamp_state(self._lamps[BUTTONS[name]])

    def _turn(self, controller: int, ticks: int) -> None:
        self._say_turn(controller, ticks, biggest=_BIGGEST_TURN, bit=0x40 if ticks < 0 else 0)


class MackieControl(MackieKeys):
    """A Mackie Control: eight strips, a main fader, a transport and two displays.

    ``servo`` is how its faders behave on release (see ``motor``); ``reports_motor`` makes it
    report positions its own motors moved to, as some clones do; ``top`` is the number it says
    for a cap at the upper end. ``build`` is what its faders are like, ``seed`` what is random.
    """

    version = b"V3.0 "
    # LCM, command 21: text is lost while the unit draws its displays in the other manner.
    redraw = 0.6
    serial = b"SIM0001"
    challenge = b"\x01\x02\x03\x04"

    def __init__(
        self,
        *,
        device_id: int = 0x14,
        servo: bool = True,
        reports_motor: bool = False,
        top: int = 16383,
        build: Build = EXACT,
        seed: int = 0,
    ) -> None:
        self.device_id = device_id
        self.reports_motor = reports_motor
        self._top = top
        super().__init__(FaderBank(MAIN, servo=servo, build=build, seed=seed))

    def _go_dark(self) -> None:
        super()._go_dark()
        self.moves_untouched = True
        self._meter_manner = 0
        self._redrawing = 0.0
        self._rings = {n: Ring() for n in range(1, STRIPS + 1)}
        self._meters = {n: Meter() for n in range(1, STRIPS + 1)}
        self._lcd = Lcd()
        self._timecode = Digits(10)
        self._assignment = Digits(2)

    def _grow_older(self, passed: float) -> None:
        self._redrawing = max(0.0, self._redrawing - passed)
        for meter in self._meters.values():
            meter.advance(passed)

    def _announce(self) -> None:
        # LCM: the connection query is also sent unasked at power-up.
        self._say_sysex(b"\x01" + self.serial + self.challenge)

    # Hands

    def pedal(self, value: int) -> None:
        """Set the external controller to 0…127."""
        self._say(0xB0, 0x2E, value)

    # Eyes

    def lcd_text(self, n: int) -> tuple[str, str]:
        """Return the two seven-character texts above strip ``n``."""
        return self._lcd.cell(n)

    def lcd_lines(self) -> tuple[str, str]:
        """Return both lines of the display, 56 characters each."""
        return self._lcd.lines()

    def ring(self, n: int) -> Ring:
        """Return what the ring of V-Pot ``n`` shows."""
        return self._rings[n]

    def meter(self, n: int) -> Meter:
        """Return the meter of strip ``n``: ``level`` 0…12 and ``overload``."""
        return self._meters[n]

    def timecode(self) -> str:
        """Return the ten digits of the time display, dots after their digits."""
        return self._timecode.text()

    def assignment(self) -> str:
        """Return the two digits of the assignment display."""
        return self._assignment.text()

    # What the surface says

    def _say_sysex(self, body: bytes) -> None:
        self._say(*_MACKIE, self.device_id, *body, 0xF7)

    def _say_touch(self, n: int, *, felt: bool) -> None:
        self._say(0x90, _TOUCH_NOTE + n - 1, 0x7F if felt else 0)

    def _tells(self, n: int) -> bool:
        fader = self._faders[n]
        by_hand = fader.touched or self.moves_untouched
        return by_hand if fader.moved_by_hand else self.reports_motor

    def _wire(self, n: int) -> int:
        return (self._faders[n].reading * self._top + (READINGS - 1) // 2) // (READINGS - 1)

    def _say_place(self, n: int, wire: int) -> None:
        self._say(0xE0 + n - 1, wire & 0x7F, wire >> 7)

    # What the host says

    def _obey(self, message: bytes) -> None:
        match message[0]:
            case 0x90:
                self._lamps[message[1]] = message[2]
            case 0x80:
                # Some drivers turn a note-on of velocity 0 into this.
                self._lamps[message[1]] = 0
            case 0xD0:
                self._obey_meter(message[1])
            case 0xF0:
                self._obey_sysex(message)
            case status if 0xE0 <= status < 0xE0 + MAIN:
                wire = message[1] | message[2] << 7
                self._drive(status - 0xE0 + 1, wire, (wire >> 4) / (READINGS - 1))
            case status if status & 0xF0 == 0xB0:
                self._obey_controller(status, message[1], message[2])
            case _:
                self.counts.ignored += 1

    def _obey_meter(self, value: int) -> None:
        strip = (value >> 4) + 1
        if strip in self._meters:
            self._meters[strip].show(value & 0xF)

    def _obey_controller(self, status: int, controller: int, value: int) -> None:
        # Digits are taken on any channel: Cubase writes the time on channel 16.
        if 0x40 <= controller <= 0x49:
            self._timecode.write(controller - 0x40, value)
        elif controller in (0x4A, 0x4B):
            self._assignment.write(controller - 0x4A, value)
        elif status == 0xB0 and 0x30 <= controller < 0x30 + STRIPS:
            self._rings[controller - 0x30 + 1] = Ring.from_byte(value)
        else:
            self.counts.ignored += 1

    def _obey_sysex(self, message: bytes) -> None:
        if not message.startswith(_MACKIE) or len(message) < 7 or message[4] != self.device_id:
            self.counts.ignored += 1
            return
        if not self._obey_command(message[5], message[6:-1]):
            self.counts.ignored += 1

    def _obey_command(self, command: int, data: bytes) -> bool:
        """Do what one Mackie SysEx command says; return False when there is nothing to do."""
        match command:
            case 0x00:
                return self._answer_query()
            case 0x02:
                # Ardour computes a wrong answer to the challenge; no unit may refuse it.
                self._say_sysex(b"\x03" + self.serial)
            case 0x0C if data:
                self.moves_untouched = data[0] == 1
            case 0x12 if data:
                return self._redrawing == 0 and self._lcd.write(data[0], data[1:])
            case 0x13:
                self._say_sysex(b"\x14" + self.version)
            case 0x1A:
                # Cubase keeps resetting a surface that does not answer this.
                self._say_sysex(b"\x1b" + bytes(11))
            case 0x21 if data:
                if data[0] != self._meter_manner:
                    self._redrawing = self.redraw
                self._meter_manner = data[0]
            case 0x63:
                self.power_cycle()
            case _:
                return self._obey_logic_control(command, data)
        return True

    def _answer_query(self) -> bool:
        self._say_sysex(b"\x01" + self.serial + self.challenge)
        return True

    def _obey_logic_control(self, command: int, data: bytes) -> bool:
        # A Mackie Control Universal was seen to ignore these; only a Logic Control obeys.
        if self.device_id not in (0x10, 0x11):
            return False
        match command:
            case 0x10 | 0x11:
                digits, count = (self._timecode, 10) if command == 0x10 else (self._assignment, 2)
                for digit, code in enumerate(data[:count]):
                    digits.write(digit, code)
            case 0x61:
                for fader in self._faders.values():
                    fader.command(0.0)
            case 0x62:
                self._lamps = dict.fromkeys(range(128), 0)
            case _:
                return False
        return True
