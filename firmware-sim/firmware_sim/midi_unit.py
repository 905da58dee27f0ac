"""What boxes of faders at the end of a MIDI cable have in common.

Owns: cutting what comes into messages, what waits to be said, hands on faders, and the counts.
Does not own: which message means what (the units that inherit it), how a fader moves (``motor``).

Faders count from 1.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from firmware_sim.fader_bank import FaderBank
from firmware_sim.sensing import TOP
from firmware_sim.wire import MidiParser


@dataclass(slots=True)
class Counts:
    """What went over the cable; ``motor_moves`` and ``fought`` are by fader, from 1.

    ``motor_moves`` counts position messages that differ from the one before; ``fought`` counts
    those that arrived while a hand was on the cap.
    """

    messages_in: int = 0
    messages_out: int = 0
    malformed: int = 0
    ignored: int = 0
    motor_moves: dict[int, int] = field(default_factory=dict)
    fought: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, faders: Mapping[int, object]) -> "Counts":
        """Return counts that begin at nought for each of ``faders``."""
        return cls(motor_moves=dict.fromkeys(faders, 0), fought=dict.fromkeys(faders, 0))


class MidiUnit(ABC):
    """A box of faders with a MIDI cable; a unit says what its wire looks like."""

    def __init__(self, faders: FaderBank) -> None:
        self.counts: Final = Counts.of(faders)
        self._faders: Final = faders
        self._output: list[bytes] = []
        self._go_dark()
        self._reported = {n: self._wire(n) for n in faders}
        self._misread: dict[int, float | None] = dict.fromkeys(faders)

    def _go_dark(self) -> None:
        """Forget everything the host said; units add what they show."""
        self._parser = MidiParser()
        self._received: dict[int, int] = {}

    # The cable

    def receive(self, data: bytes) -> None:
        """Take bytes from the host."""
        parser = self._parser
        before = parser.malformed
        for message in parser.feed(data):
            self.counts.messages_in += 1
            self._obey(message)
        self.counts.malformed += parser.malformed - before

    def take_output(self) -> list[bytes]:
        """Return the messages said since the last call."""
        said, self._output = self._output, []
        return said

    def advance(self, seconds: float) -> None:
        """Let time pass, in whole ticks of 5 ms; what is left over is kept for the next call."""
        for passed in self._faders.live(seconds):
            self._grow_older(passed)
            for n in self._faders:
                self._say_touches(n)
                self._report(n)

    def power_cycle(self) -> None:
        """Switch off and on: everything is dark, the caps wherever they are."""
        self._go_dark()
        self._output = []
        for n, fader in self._faders.items():
            fader.stop()
            self._reported[n] = self._wire(n)
        self._announce()

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
        self._faders[n].release()
        self._say_touches(n)

    @abstractmethod
    def press(self, name: str) -> None:
        """Press a button and hold it."""

    @abstractmethod
    def release_button(self, name: str) -> None:
        """Let a button go."""

    def tap(self, name: str) -> None:
        """Press a button and let it go."""
        self.press(name)
        self.release_button(name)

    # Eyes

    def fader_position(self, n: int) -> float:
        """Return where cap ``n`` is, 0…1."""
        return self._faders[n].position

    def motor_powered(self, n: int) -> bool:
        """Return whether the motor of fader ``n`` pulls."""
        return self._faders[n].powered

    def touched(self, n: int) -> bool:
        """Return whether a finger is sensed on fader ``n``."""
        return self._faders[n].touched

    def misread(self, n: int) -> float | None:
        """Return the last place said of cap ``n`` under a finger, 0…1, if dust falsified it.

        ``None`` if that reading was right, or off by no more than its flicker.
        """
        return self._misread[n]

    # What a unit is

    @abstractmethod
    def _wire(self, n: int) -> int:
        """Return the number that says where cap ``n`` is."""

    @abstractmethod
    def _say_place(self, n: int, wire: int) -> None:
        """Say that cap ``n`` is at ``wire``."""

    @abstractmethod
    def _say_touch(self, n: int, *, felt: bool) -> None:
        """Say that a finger came to fader ``n``, or left it."""

    @abstractmethod
    def _obey(self, message: bytes) -> None:
        """Do what one message of the host says."""

    def _tells(self, n: int) -> bool:
        """Return whether the place of cap ``n`` is said now; a motor's own way is not."""
        return self._faders[n].moved_by_hand

    def _grow_older(self, passed: float) -> None:  # noqa: B027 - most have only faders
        """Let ``passed`` seconds go by for what is no fader."""

    def _announce(self) -> None:  # noqa: B027 - most say nothing
        """Say that the power is there, where a unit does."""

    # What the surface says

    def _say(self, *message: int) -> None:
        self._output.append(bytes(message))
        self.counts.messages_out += 1

    def _say_touches(self, n: int) -> None:
        for felt in self._faders[n].take_touches():
            self._say_touch(n, felt=felt)

    def _report(self, n: int) -> None:
        wire = self._wire(n)
        if wire == self._reported[n]:
            return
        self._reported[n] = wire
        if self._tells(n):
            fader = self._faders[n]
            if fader.touched:
                self._misread[n] = fader.reading / TOP if fader.thrown else None
            self._say_place(n, wire)

    def _say_turn(self, controller: int, ticks: int, *, biggest: int, bit: int) -> None:
        """Say ticks in bits 0…5 with ``bit`` beside them, so many messages as they need."""
        left = abs(ticks)
        while left:
            step = min(left, biggest)
            self._say(0xB0, controller, bit | step)
            left -= step

    # What the host says

    def _drive(self, n: int, wire: int, position: float) -> None:
        """Send the motor of fader ``n`` to ``position``, for which the host said ``wire``."""
        fader = self._faders[n]
        if self._received.get(n) != wire:
            self._received[n] = wire
            self.counts.motor_moves[n] += 1
        if fader.held:
            self.counts.fought[n] += 1
        fader.command(position)
