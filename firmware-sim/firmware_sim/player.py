"""A scripted hand: what is done when, the same every time.

Owns: the order and the time of actions.
Does not own: a clock. Step it from the loop that steps the device, or use ``play`` in a test.

    hand = Player([*ride(surface, 1, at=0.5, to=0.75), *tap(surface, "mute.3", at=2.0)])
    play(hand, surface, seconds=3.0)
"""

from collections.abc import Callable, Iterable
from typing import Final, Protocol

from firmware_sim.device import Device, Surface

Action = Callable[[], object]
Step = tuple[float, Action]

_TICK: Final = 0.005
# How long a finger rests on a button or a cap before and after; people are rarely quicker.
_PAUSE: Final = 0.1


class Timed(Protocol):
    """Anything that lives in virtual time."""

    def advance(self, seconds: float) -> None:
        """Let time pass."""


class Player:
    """Carries out steps as time passes, in order of time, each once.

    With ``every``, the script starts again each time that many seconds have gone by.
    """

    def __init__(self, steps: Iterable[Step], every: float | None = None) -> None:
        self._steps = sorted(steps, key=lambda step: step[0])
        if every is not None and (every <= 0 or any(at >= every for at, _ in self._steps)):
            raise ValueError("a script must end before it starts again")
        self._every = every
        self._now = 0.0
        self._next = 0

    @property
    def finished(self) -> bool:
        """Return whether every step was done and none will be again."""
        return self._every is None and self._next == len(self._steps)

    def advance(self, seconds: float) -> None:
        """Let time pass and do what is due."""
        self._now += seconds
        self._do_due()
        while self._every is not None and self._now >= self._every - 1e-9:
            self._now = max(0.0, self._now - self._every)
            self._next = 0
            self._do_due()

    def _do_due(self) -> None:
        while self._next < len(self._steps) and self._steps[self._next][0] <= self._now + 1e-9:
            action = self._steps[self._next][1]
            self._next += 1
            action()


def ride(surface: Surface, n: int, *, at: float, to: float, seconds: float = 0.5) -> list[Step]:
    """Return the steps of a hand that takes fader ``n`` to a position and lets go."""
    return [
        (at, lambda: surface.touch(n)),
        (at + _PAUSE, lambda: surface.move(n, to, seconds)),
        (at + _PAUSE + seconds + _PAUSE, lambda: surface.release(n)),
    ]


def tap(surface: Surface, name: str, *, at: float) -> list[Step]:
    """Return the steps of a finger on a button, held for a tenth of a second."""
    return [
        (at, lambda: surface.press(name)),
        (at + _PAUSE, lambda: surface.release_button(name)),
    ]


def turn(surface: Surface, n: int, *, at: float, ticks: int) -> list[Step]:
    """Return the steps of a hand on V-Pot ``n``: one tick each 20 ms."""
    direction = 1 if ticks > 0 else -1
    return [(at + 0.02 * i, lambda: surface.turn(n, direction)) for i in range(abs(ticks))]


class Cable:
    """Carries what two devices say to each other; put it after both in ``play``."""

    def __init__(self, one: Device, other: Device) -> None:
        self._ends = one, other

    def advance(self, seconds: float) -> None:
        """Carry everything said so far, whatever time it is."""
        one, other = self._ends
        for message in one.take_output():
            other.receive(message)
        for message in other.take_output():
            one.receive(message)


def play(*living: Timed, seconds: float) -> None:
    """Let players, devices and consoles live side by side for a while, 5 ms at a time."""
    for _ in range(round(seconds / _TICK)):
        for one in living:
            one.advance(_TICK)
