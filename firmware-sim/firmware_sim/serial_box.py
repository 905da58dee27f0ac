"""The firmware of a home-made box of motor faders, at the byte level.

Owns: booting, what is said when, liveness, calibration, settings, and hanging until the watchdog
bites (docs/protocols/serial.md is the contract).
Does not own: how words are framed (``serial_framing``), how a fader moves (``motor``).

Rule: nothing a host says stops it.

Strips count from 1; a strip's button is ``mute.1`` and so on.
"""

import math
from dataclasses import replace
from typing import Final

from firmware_sim.chance import generator
from firmware_sim.drive import Physics
from firmware_sim.fader_bank import TICK, FaderBank
from firmware_sim.lamps import LampState
from firmware_sim.midi_unit import Counts
from firmware_sim.motor import Build
from firmware_sim.sensing import TOP
from firmware_sim.serial_framing import FRAMINGS, SETTINGS, Framing, Word

BOOT: Final = 0.6
SETTLE: Final = 0.1
WATCHDOG: Final = 1.0
# How long calibration gives the caps to reach each end, stiction and all.
_RUN: Final = 0.8
_RANGES: Final = {
    "deadband": (2, 1, 50),
    "touch": (3, 0, 5),
    "watch": (3000, 0, 60000),
    "kp": (2500, 1, 9999),
    "kd": (75, 0, 999),
}
# Real motors even where nothing is worn: a box without a motor's manners would teach nothing.
BUILD: Final = Build(physics=Physics())


class SerialBox:
    """A box of motor faders on a serial line.

    ``framing`` is one of ``FRAMINGS``. ``garbage`` is how many bytes of noise come at boot. Its
    first words come when it has booted, ``BOOT`` seconds after power.
    """

    def __init__(
        self,
        framing: str = "lines",
        *,
        strips: int = 8,
        serial: str = "SBR0001",
        garbage: int = 0,
        reports_motor: bool = False,
        build: Build = BUILD,
        seed: int = 0,
    ) -> None:
        self.serial = serial
        self.strips = strips
        self.garbage = garbage
        self.reports_motor = reports_motor
        self.counts = Counts(
            motor_moves=dict.fromkeys(range(1, strips + 1), 0),
            fought=dict.fromkeys(range(1, strips + 1), 0),
        )
        self._physics = build.physics or Physics()
        self._framing: Framing = FRAMINGS[framing]()
        self._faders = FaderBank(strips, servo=False, build=build, seed=seed)
        self._chance = generator(seed, "box")
        # Kept in its EEPROM: power does not touch them.
        self._ends = dict.fromkeys(self._faders, (0, TOP))
        self._settings = {name: _RANGES[name][0] for name in SETTINGS}
        self._output: list[bytes] = []
        self._boot("power")

    # The cable

    def receive(self, data: bytes) -> None:
        """Take bytes from the host; while booting or hung they are swallowed."""
        if self._booting > 0 or self._hung > 0:
            return
        before = self._framing.dropped
        for word in self._framing.hear(data):
            self.counts.messages_in += 1
            self._heard = 0.0
            self._obey(word)
        self.counts.malformed += self._framing.dropped - before

    def take_output(self) -> list[bytes]:
        """Return what was said since the last call: one element, one message."""
        said, self._output = self._output, []
        return said

    def advance(self, seconds: float) -> None:
        """Let time pass, in whole ticks of 5 ms; what is left over is kept for the next call."""
        for passed in self._faders.live(seconds, self._until_next):
            self._live(passed)

    def power_cycle(self) -> None:
        """Switch off and on: lamps dark, motors off, calibration and settings kept."""
        self._output = []
        for fader in self._faders.values():
            fader.stop()
        self._boot("power")

    def watchdog_reset(self) -> None:
        """Reset in the middle of a line: what was being said is cut off, then it boots."""
        cut = self._output.pop() if self._output else self._frame_of_fader(1)
        self._output.append(cut[: max(1, len(cut) // 2)])
        for fader in self._faders.values():
            fader.free()
        self._boot("watchdog")

    def hang(self) -> None:
        """Stop working; the watchdog bites a second later."""
        self._hung = WATCHDOG

    # Hands

    def touch(self, n: int) -> None:
        """Put a finger on fader ``n``."""
        self._faders[n].touch()
        self._say_touches(n)

    def move(self, n: int, position: float, seconds: float = 0) -> None:
        """Move fader ``n`` by hand to 0…1, at once or along an arm's path in ``seconds``."""
        self._faders[n].reach(position, seconds)
        self._report(n)

    def release(self, n: int) -> None:
        """Take the finger off fader ``n``."""
        self._report(n, exactly=True)
        self._faders[n].release()
        self._say_touches(n)

    def press(self, name: str) -> None:
        """Press a button and hold it: ``mute.1`` and so on."""
        self._push(name, 1)

    def release_button(self, name: str) -> None:
        """Let a button go."""
        self._push(name, 0)

    def tap(self, name: str) -> None:
        """Press a button and let it go."""
        self.press(name)
        self.release_button(name)

    def turn(self, n: int, ticks: int) -> None:
        """Raise ValueError: there are no knobs."""
        raise ValueError(f"this box has no knob {n}")

    def jog(self, ticks: int) -> None:
        """Raise ValueError: there is no wheel."""
        raise ValueError("this box has no wheel")

    # Eyes

    def fader_position(self, n: int) -> float:
        """Return where cap ``n`` is, 0…1."""
        return self._faders[n].position

    def reading(self, n: int) -> int:
        """Return what the firmware makes of cap ``n``, calibrated: 0…1023."""
        low, high = self._ends[n]
        return min(TOP, max(0, round((self._faders[n].reading - low) * TOP / (high - low))))

    def touched(self, n: int) -> bool:
        """Return whether a finger is sensed on fader ``n``."""
        return self._faders[n].touched and self._settings["touch"] > 0

    def motor_powered(self, n: int) -> bool:
        """Return whether the motor of fader ``n`` pulls."""
        return self._faders[n].powered

    def lamp(self, name: str) -> LampState:
        """Return what the lamp of a button does."""
        return "lit" if self._lamps[self._strip(name)] else "dark"

    def setting(self, name: str) -> int:
        """Return a setting."""
        return self._settings[name]

    @property
    def booted(self) -> bool:
        """Return whether it listens."""
        return self._booting <= 0 and self._hung <= 0

    # Inside

    def _boot(self, why: str) -> None:
        self._why = why
        self._booting = BOOT
        self._hung = self._calibrating = 0.0
        self._heard = 0.0
        self._watching = False
        self._silent = 0.0
        self._lamps = dict.fromkeys(self._faders, False)
        self._buttons = dict.fromkeys(self._faders, 0)
        self._sent = {n: self.reading(n) for n in self._faders}
        self._unsettled = dict.fromkeys(self._faders, 0.0)
        if self.garbage:
            self._output.append(self._chance.randbytes(self.garbage))

    def _live(self, passed: float) -> None:
        if self._booting > 0:
            self._booting -= passed
            if self._booting <= 1e-9:
                self._start()
        elif self._hung > 0:
            self._hung -= passed
            if self._hung <= 1e-9:
                self.watchdog_reset()
        else:
            self._work(passed)

    def _until_next(self) -> float:
        """Return how long nothing but a fader can happen."""
        busy = self._booting > 0 or self._hung > 0 or self._calibrating > 0
        if busy or any(self._unsettled.values()):
            return TICK
        beat, watch = self._framing.beat, self._settings["watch"] / 1000
        return min(
            beat - self._silent if beat else math.inf,
            watch - self._heard if self._watching and watch else math.inf,
        )

    def _start(self) -> None:
        self._booting = 0.0
        self._framing.reset()
        self._say(Word("boot", text=self._why))
        self._say_hello()

    def _work(self, passed: float) -> None:
        self._heard += passed
        watch = self._settings["watch"] / 1000
        if self._watching and watch and self._heard >= watch - 1e-9:
            self._watching = False
            for fader in self._faders.values():
                fader.free()
        if self._calibrating > 0:
            self._calibrate(passed)
        else:
            for n in self._faders:
                self._say_touches(n)
                # First, so that what begins to settle now has not settled already.
                self._settle(n, passed)
                self._report(n)
        self._beat(passed)

    def _beat(self, passed: float) -> None:
        framing = self._framing
        self._silent += passed
        if framing.beat and self._silent >= framing.beat - 1e-9:
            readings = [self.reading(n) for n in self._faders]
            self._put(framing.repeat(readings, silent=True))
            self._silent = 0.0

    def _calibrate(self, passed: float) -> None:
        before, self._calibrating = self._calibrating, self._calibrating - passed
        if before > _RUN >= self._calibrating:
            self._lows = {n: fader.reading for n, fader in self._faders.items()}
            for fader in self._faders.values():
                fader.command(1.0)
        if self._calibrating > 1e-9:
            return
        self._calibrating = 0.0
        for n, fader in self._faders.items():
            # A cap that a hand kept from an end leaves its old calibration.
            if fader.reading - self._lows[n] > TOP // 2:
                self._ends[n] = (self._lows[n], fader.reading)
            fader.free()
            self._sent[n] = self.reading(n)
            self._say_calibration(n)

    # What the box says

    def _put(self, data: bytes) -> None:
        if data:
            self._output.append(data)
            self.counts.messages_out += 1
            self._silent = 0.0

    def _say(self, word: Word) -> None:
        if self.booted:
            self._put(self._framing.say(word))

    def _say_hello(self) -> None:
        self._say(Word("hello", value=self.strips, text=self.serial))

    def _say_calibration(self, n: int) -> None:
        low, high = self._ends[n]
        self._say(Word("calibration", strip=n, value=low, other=high))

    def _say_setting(self, name: str) -> None:
        self._say(Word("setting", value=self._settings[name], text=name))

    def _say_touches(self, n: int) -> None:
        for felt in self._faders[n].take_touches():
            if self._settings["touch"] > 0:
                self._say(Word("touch", strip=n, value=int(felt)))

    def _frame_of_fader(self, n: int) -> bytes:
        return self._framing.say(Word("fader", strip=n, value=self.reading(n))) or b"\0"

    def _report(self, n: int, *, exactly: bool = False) -> None:
        fader, reading = self._faders[n], self.reading(n)
        if not self.booted or self._calibrating > 0:
            return
        if not (fader.moved_by_hand or self.reports_motor):
            self._sent[n] = reading
            return
        far = abs(reading - self._sent[n])
        if far >= (1 if exactly else self._settings["deadband"]):
            self._sent[n] = reading
            self._unsettled[n] = 0.0
            self._say(Word("fader", strip=n, value=reading))
        elif far and not self._unsettled[n]:
            self._unsettled[n] = TICK / 2

    def _settle(self, n: int, passed: float) -> None:
        if self._unsettled[n]:
            self._unsettled[n] += passed
            if self._unsettled[n] >= SETTLE:
                self._unsettled[n] = 0.0
                self._report(n, exactly=True)

    def _push(self, name: str, pressed: int) -> None:
        n = self._strip(name)
        self._buttons[n] = pressed
        self._say(Word("button", strip=n, value=pressed))

    def _strip(self, name: str) -> int:
        stem, _, digits = name.partition(".")
        if stem != "mute" or not digits.isdigit() or int(digits) not in self._faders:
            raise KeyError(name)
        return int(digits)

    # What the host says

    def _obey(self, word: Word) -> None:
        self._watching = True
        match word.kind:
            case "motor":
                self._move_motor(word)
            case "lamp":
                self._light(word)
            case "hello?":
                self._say_hello()
            case "alive?":
                self._say(Word("alive"))
            case "refresh":
                self._refresh()
            case "gap":
                self._say(word)
            case "unknown":
                self._complain(word.text)
            case _:
                self._set_up(word)

    def _set_up(self, word: Word) -> None:
        match word.kind:
            case "calibration?":
                for n in self._faders:
                    self._say_calibration(n)
            case "calibrate":
                self._calibrating = 2 * _RUN
                for fader in self._faders.values():
                    fader.command(0.0)
            case "settings?":
                for name in SETTINGS:
                    self._say_setting(name)
            case _:
                self._change(word.text, word.value)

    def _complain(self, about: str) -> None:
        self.counts.ignored += 1
        self._say(Word("error", text=about))

    def _move_motor(self, word: Word) -> None:
        n = word.strip
        if n not in self._faders or word.value > TOP:
            self._complain("value")
            return
        if self._calibrating > 0:
            return
        low, high = self._ends[n]
        fader = self._faders[n]
        self.counts.motor_moves[n] += 1
        if fader.held:
            self.counts.fought[n] += 1
        fader.command((low + word.value * (high - low) / TOP) / TOP)

    def _light(self, word: Word) -> None:
        if word.strip in self._faders and word.value in (0, 1):
            self._lamps[word.strip] = bool(word.value)
        else:
            self._complain("value")

    def _refresh(self) -> None:
        for n in self._faders:
            self._sent[n] = self.reading(n)
            self._say(Word("fader", strip=n, value=self._sent[n]))
            self._say(Word("touch", strip=n, value=int(self.touched(n))))
            self._say(Word("button", strip=n, value=self._buttons[n]))

    def _change(self, name: str, value: int) -> None:
        if name not in _RANGES:
            self._complain("setting")
            return
        _, low, high = _RANGES[name]
        if not low <= value <= high:
            self._complain("value")
            return
        self._settings[name] = value
        if name in ("kp", "kd"):
            kp, kd = float(self._settings["kp"]), float(self._settings["kd"])
            self._physics = replace(self._physics, stiffness=kp, damping=kd)
            for fader in self._faders.values():
                fader.tune(self._physics)
        self._say_setting(name)
