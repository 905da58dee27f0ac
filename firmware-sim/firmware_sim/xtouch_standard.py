"""Behringer's X-Touch Compact and X-Touch Mini in their standard mode.

Owns: that mode's wire as the units speak it, their controls, and the queries a test asks of them.
Does not own: how a fader moves (``motor``). Their MC mode is a Mackie Control's.

Facts: what lamps, rings and motors obey is in both manuals (RX MIDI data). What a Mini says was
recorded from a unit with factory settings; what a Compact says is in a public script for it, its
second layer is not known and not played.

Rules: a lamp takes velocity 0, 1 (lit) and 2 (blinking) and nothing else. An encoder keeps its own
value and draws its ring at every turn, over whatever the host had it show
(maartentamboer/X-Touch-Mini-FS2020#17). Hands speak on the unit's channel, lamps, rings and motors
hear the global one.

Strips, encoders and faders count from 1; a Compact's main fader is 9, its encoders on the right
are 9…16.
"""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from firmware_sim.fader_bank import FaderBank
from firmware_sim.lamps import LampState
from firmware_sim.midi_unit import MidiUnit
from firmware_sim.motor import EXACT, Build
from firmware_sim.sensing import TOP

Behaviour = Literal["single", "pan", "fan", "spread", "trim"]

STRIPS: Final = 8
RING_LAMPS: Final = 13

_MIDDLE: Final = (RING_LAMPS + 1) // 2
_BEHAVIOURS: Final[tuple[Behaviour, ...]] = ("single", "pan", "fan", "spread", "trim")
_LAMPS: Final[dict[int, LampState]] = {0: "dark", 1: "lit", 2: "blink"}
_HIGHEST: Final = 127
_MODE: Final = 127
_ALL_LIT: Final = 2 * RING_LAMPS + 1
_ALL_BLINK: Final = _ALL_LIT + 1


@dataclass(frozen=True, slots=True)
class StandardRing:
    """The thirteen lamps round an encoder, 1 at the left: which ones, and whether they blink."""

    lamps: tuple[int, ...] = ()
    blinks: bool = False

    @classmethod
    def from_host(cls, value: int) -> "StandardRing | None":
        """Return what the host asks for with ``value``; None for a number without a meaning."""
        every = tuple(range(1, RING_LAMPS + 1))
        if value <= RING_LAMPS:
            return cls((value,) if value else ())
        if value < _ALL_LIT:
            return cls((value - RING_LAMPS,), blinks=True)
        if value > _ALL_BLINK:
            return None
        return cls(every, blinks=value == _ALL_BLINK)

    @classmethod
    def of_value(cls, behaviour: Behaviour, value: int) -> "StandardRing":
        """Return what a unit draws for its own value; which lamps exactly is assumed."""
        at = 1 + round(value * (RING_LAMPS - 1) / _HIGHEST)
        match behaviour:
            case "single":
                low, high = at, at
            case "pan" | "trim":
                low, high = sorted((at, _MIDDLE))
            case "fan":
                low, high = 1, at
            case "spread":
                reach = round(value * (_MIDDLE - 1) / _HIGHEST)
                low, high = _MIDDLE - reach, _MIDDLE + reach
        return cls(tuple(range(low, high + 1)))


class StandardXTouch(MidiUnit):
    """What both units have in common; ``channel`` and ``global_channel`` count from 1."""

    encoders: int
    rings_from: int
    """The first controller for how a ring draws; a ring for its value follows all of them."""
    keys: Mapping[str, int]
    """The note of every key and encoder, in layer A."""
    lamps: Mapping[str, int]

    def __init__(self, faders: FaderBank, *, channel: int, global_channel: int) -> None:
        self.channel: Final = channel
        self.global_channel: Final = global_channel
        self.layer = 0
        self._values = dict.fromkeys(range(1, self.encoders + 1), 0)
        super().__init__(faders)

    def _go_dark(self) -> None:
        super()._go_dark()
        self.layer = 0
        self._lit: dict[int, LampState] = dict.fromkeys(self.lamps.values(), "dark")
        self._values = dict.fromkeys(range(1, self.encoders + 1), 0)
        self._draws: dict[int, Behaviour] = dict.fromkeys(self._values, "single")
        self._rings = {n: StandardRing.of_value("single", 0) for n in self._values}

    # Hands

    def press(self, name: str) -> None:
        """Press a key or an encoder and hold it; KeyError for a name that is on no key."""
        self._say_on(0x90, self._note(name), _HIGHEST)

    def release_button(self, name: str) -> None:
        """Let a key go, which is a note off."""
        self._say_on(0x80, self._note(name), 0)

    def turn(self, n: int, ticks: int) -> None:
        """Turn encoder ``n``, clockwise for positive ticks; it counts from 0 to 127 itself."""
        value = min(_HIGHEST, max(0, self._values[n] + ticks))
        if value != self._values[n]:
            self._values[n] = value
            self._say_on(0xB0, self._controller(n), value)
        self._rings[n] = StandardRing.of_value(self._draws[n], value)

    def jog(self, ticks: int) -> None:
        """Say that there is no wheel (ValueError)."""
        raise ValueError(f"This unit has no wheel to turn by {ticks}")

    def choose_layer(self, layer: int) -> None:
        """Press the key of layer A (0) or B (1), which says nothing itself (assumed)."""
        self.layer = layer

    # Eyes

    def lamp(self, name: str) -> LampState:
        """Return what the lamp of a key does."""
        return self._lit[self.lamps[name]]

    def ring(self, n: int) -> StandardRing:
        """Return what the ring of encoder ``n`` shows."""
        return self._rings[n]

    def value(self, n: int) -> int:
        """Return where encoder ``n`` has counted to, 0…127."""
        return self._values[n]

    # What a unit is

    @abstractmethod
    def _controller(self, encoder: int) -> int:
        """Return the number an encoder speaks with."""

    @abstractmethod
    def _note(self, key: str) -> int:
        """Return the number a key speaks with."""

    def _hear_fader(self, controller: int, value: int) -> bool:
        """Take a controller for a motor; return False where there is none."""
        del controller, value
        return False

    def _wire(self, n: int) -> int:
        return (self._faders[n].reading * _HIGHEST + TOP // 2) // TOP

    def _say_on(self, status: int, number: int, value: int) -> None:
        self._say(status | self.channel - 1, number, value)

    # What the host says

    def _obey(self, message: bytes) -> None:
        if message[0] & 0x0F != self.global_channel - 1 or not self._heed(message):
            self.counts.ignored += 1

    def _heed(self, message: bytes) -> bool:
        match message[0] & 0xF0:
            case 0x80:
                return self._light(message[1], 0)
            case 0x90:
                return self._light(message[1], message[2])
            case 0xB0 if message[1] == _MODE:
                # The other mode is not played.
                return message[2] == 0
            case 0xB0:
                return self._hear_fader(message[1], message[2]) or self._hear_ring(
                    message[1] - self.rings_from, message[2]
                )
            case 0xC0 if message[1] < 2:
                self.layer = message[1]
                return True
        return False

    def _light(self, number: int, velocity: int) -> bool:
        if number not in self._lit or velocity not in _LAMPS:
            return False
        self._lit[number] = _LAMPS[velocity]
        return True

    def _hear_ring(self, place: int, value: int) -> bool:
        remote, encoder = divmod(place, self.encoders)
        if remote == 0 and value < len(_BEHAVIOURS):
            self._draws[encoder + 1] = _BEHAVIOURS[value]
            self._rings[encoder + 1] = StandardRing.of_value(
                _BEHAVIOURS[value], self._values[encoder + 1]
            )
            return True
        ring = StandardRing.from_host(value) if remote == 1 else None
        if ring is None:
            return False
        self._rings[encoder + 1] = ring
        return True


def _rows(names: str, first: int) -> dict[str, int]:
    """Return the numbers of rows of eight, one after the other."""
    return {
        f"{name}.{strip + 1}": first + row * STRIPS + strip
        for row, name in enumerate(names.split())
        for strip in range(STRIPS)
    }


def _pushes(count: int) -> dict[str, int]:
    names = [f"knob.{n}.push" for n in range(1, STRIPS + 1)]
    names += [f"right.{n}.push" for n in range(1, count - STRIPS + 1)]
    return {name: note for note, name in enumerate(names)}


_TRANSPORT: Final = ("rewind", "forward", "loop", "record", "stop", "play")
_COMPACT_LAMPS: Final = {
    **_rows("row1 row2 row3 select", 0),
    "main.select": 32,
    **{name: 33 + at for at, name in enumerate(_TRANSPORT)},
}
_COMPACT_KEYS: Final = {
    **_pushes(16),
    **{name: 16 + number for name, number in _COMPACT_LAMPS.items()},
}
_MINI_LAMPS: Final = _rows("top bottom", 0)
_MINI_KEYS: Final = {**_pushes(8), **_rows("top bottom", 8)}


class XTouchCompact(StandardXTouch):
    """An X-Touch Compact: nine motor faders that feel a finger, sixteen encoders, 39 keys.

    A cap stays where a hand left it unless it is told otherwise afterwards (assumed, as for the
    X-Touch).
    """

    encoders = 16
    rings_from = 10
    keys = _COMPACT_KEYS
    lamps = _COMPACT_LAMPS

    def __init__(
        self, *, channel: int = 1, global_channel: int = 1, build: Build = EXACT, seed: int = 0
    ) -> None:
        faders = FaderBank(STRIPS + 1, servo=False, build=build, seed=seed)
        super().__init__(faders, channel=channel, global_channel=global_channel)

    def _controller(self, encoder: int) -> int:
        return 9 + encoder

    def _note(self, key: str) -> int:
        return self.keys[key]

    def _say_place(self, n: int, wire: int) -> None:
        self._say_on(0xB0, n, wire)

    def _say_touch(self, n: int, *, felt: bool) -> None:
        self._say_on(0xB0, 100 + n, _HIGHEST if felt else 0)

    def _hear_fader(self, controller: int, value: int) -> bool:
        if controller not in self._faders:
            return False
        self._drive(controller, value, value / _HIGHEST)
        return True


class XTouchMini(StandardXTouch):
    """An X-Touch Mini: eight encoders, sixteen keys and a fader without a motor, in two layers."""

    encoders = 8
    rings_from = 1
    keys = _MINI_KEYS
    lamps = _MINI_LAMPS

    def __init__(
        self, *, channel: int = 11, global_channel: int = 1, build: Build = EXACT, seed: int = 0
    ) -> None:
        faders = FaderBank(1, servo=False, build=build, seed=seed)
        super().__init__(faders, channel=channel, global_channel=global_channel)

    def _controller(self, encoder: int) -> int:
        return encoder + 10 * self.layer

    def _note(self, key: str) -> int:
        return self.keys[key] + 24 * self.layer

    def _say_place(self, n: int, wire: int) -> None:
        self._say_on(0xB0, 8 + n + self.layer, wire)

    def _say_touch(self, n: int, *, felt: bool) -> None:
        """Say nothing: it feels no finger."""
