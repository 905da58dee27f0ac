"""A Behringer BCF2000 with the controller numbers that REAPER expects of it.

Owns: that preset's wire as the unit speaks it (protocols sheet, section 3.7), its controls, and the
queries a test asks of it.
Does not own: how a fader moves (``motor``). Its Mackie emulation is a Mackie Control's.

Facts: faders are controllers 81…88, encoders 1…8, their pushes 33…40, keys 65…72 and 73…80, the
transport 89…92, all on channel 1 and with seven bits (REAPER's driver for it). Its faders do not
feel a finger. People edit its presets: keys that send 127 when pressed and 0 when let go, lamps
that are lit from 64 on, and motors that keep their own way to themselves are assumed.

Strips count from 1. There is no main fader and no wheel.
"""

from typing import Final

from firmware_sim.fader_bank import FaderBank
from firmware_sim.lamps import LampState
from firmware_sim.midi_unit import MidiUnit
from firmware_sim.motor import EXACT, Build
from firmware_sim.sensing import TOP

STRIPS: Final = 8

_FADERS: Final = 81
_ENCODERS: Final = 1
_HIGHEST: Final = 127
_LIT: Final = 64

BUTTONS: Final = {
    **{
        f"{name}.{n + 1}{push}": first + n
        for name, push, first in (("knob", ".push", 33), ("solo", "", 65), ("mute", "", 73))
        for n in range(STRIPS)
    },
    **{name: 89 + at for at, name in enumerate(("play", "stop", "rewind", "forward"))},
}


class Bcf2000(MidiUnit):
    """A BCF2000: eight motor faders without touch, eight encoders with rings, and keys.

    ``reports_motor`` makes it say the way of its own motors too, as some presets were seen to.
    """

    def __init__(self, *, reports_motor: bool = False, build: Build = EXACT, seed: int = 0) -> None:
        self.reports_motor = reports_motor
        super().__init__(FaderBank(STRIPS, servo=False, build=build, seed=seed))

    def _go_dark(self) -> None:
        super()._go_dark()
        self._lamps = dict.fromkeys(BUTTONS.values(), 0)
        self._values = dict.fromkeys(range(1, STRIPS + 1), 0)

    # Hands

    def press(self, name: str) -> None:
        """Press a key or an encoder and hold it."""
        self._say(0xB0, BUTTONS[name], _HIGHEST)

    def release_button(self, name: str) -> None:
        """Let a key go."""
        self._say(0xB0, BUTTONS[name], 0)

    def turn(self, n: int, ticks: int) -> None:
        """Turn encoder ``n``, clockwise for positive ticks; it counts from 0 to 127 itself."""
        value = min(_HIGHEST, max(0, self._values[n] + ticks))
        if value != self._values[n]:
            self._values[n] = value
            self._say(0xB0, _ENCODERS + n - 1, value)

    def jog(self, ticks: int) -> None:
        """Say that there is no wheel (ValueError)."""
        raise ValueError(f"This unit has no wheel to turn by {ticks}")

    # Eyes

    def lamp(self, name: str) -> LampState:
        """Return what the lamp of a key does; none blinks."""
        return "lit" if self._lamps[BUTTONS[name]] >= _LIT else "dark"

    def ring(self, n: int) -> int:
        """Return the value that the ring of encoder ``n`` shows, 0…127."""
        return self._values[n]

    # What the surface says

    def _wire(self, n: int) -> int:
        return (self._faders[n].reading * _HIGHEST + TOP // 2) // TOP

    def _tells(self, n: int) -> bool:
        return self.reports_motor or super()._tells(n)

    def _say_place(self, n: int, wire: int) -> None:
        self._say(0xB0, _FADERS + n - 1, wire)

    def _say_touch(self, n: int, *, felt: bool) -> None:
        """Say nothing: it feels no finger."""

    # What the host says

    def _obey(self, message: bytes) -> None:
        if message[0] != 0xB0:
            self.counts.ignored += 1
            return
        controller, value = message[1], message[2]
        if _FADERS <= controller < _FADERS + STRIPS:
            self._drive(controller - _FADERS + 1, value, value / _HIGHEST)
        elif _ENCODERS <= controller < _ENCODERS + STRIPS:
            self._values[controller - _ENCODERS + 1] = value
        elif controller in self._lamps:
            self._lamps[controller] = value
        else:
            self.counts.ignored += 1
