"""What hands do at a desk: gestures, in Python or in words, on any pretend surface.

Owns: the gestures and their words. Does not own: the order of time (``player``), an arm's
minimum-jerk path (``motor``), the bytes.

    hands = Hands(surface)
    hands.perform("ride 3 to 0.7 in 500ms")
    hands.perform("ride 1 to 0.2 in 1s and throw 2 to 0.9 in 60ms, wait 200ms, tap mute.1")
    hands.perform(hands.hold(4, 2.0).along(hands.bump(5, 0.02)), desk)

| words | gesture |
|---|---|
| ``touch 3`` (or ``grab 3``) … ``release 3`` | a finger on the cap, and off it |
| ``move 3 to 0.7 in 500ms`` (or ``slide``) | move a cap that is touched (or that nobody feels) |
| ``ride 3 to 0.7 in 500ms`` | touch, move, release |
| ``throw 3 to 0.7 in 60ms`` | a flick: the finger leaves at two thirds, the cap coasts on |
| ``drop 3 to 0.7 in 500ms after 200ms`` | a ride let go of in mid-flight |
| ``hold 3 for 2s`` | grab, keep still, release |
| ``bump 3 by -0.02`` | nudge a cap without being felt |
| ``tap play`` · ``press shift`` · ``release shift`` (or ``lift``) | buttons |
| ``turn 2 by -5`` · ``jog by 3`` | knobs and the wheel, a tick each 20 ms |
| ``wait 1s`` | nothing |

``and`` joins gestures that begin together; a comma, ``then`` or a new line waits for the end of
what came before. Places are 0…1, ``70%`` or ``-10dB`` as printed beside the track; ``main`` is the
main fader. ``to`` may be left out, and of a ``move`` or ``ride`` how long it takes.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from firmware_sim.device import Surface
from firmware_sim.player import Player, Step, Timed, play
from firmware_sim.x32_leaves import to_position

# Assumed: how long a finger lies on a cap before it moves and after; people are rarely quicker.
REST: Final = 0.05
_TAP: Final = 0.1
_TICK: Final = 0.02
_NUDGE: Final = 0.03
_UNHURRIED: Final = "300ms"
_FLICK: Final = 2 / 3
_MAIN: Final = 9

_AFTERWARDS: Final = re.compile(r"\s*(?:,|;|\n|\bthen\b)\s*")
_TOGETHER: Final = re.compile(r"\s+and\s+")
_FADER: Final = r"(?:fader\.)?(\d+|main)"
_PLACE: Final = r"(?:to )?(\d*\.?\d+%?|[-+]?\d*\.?\d+dB|-infdB|-inf)"
_TIME: Final = r"(\d*\.?\d+m?s)"


@dataclass(frozen=True, slots=True)
class Gesture:
    """Steps in time from 0, and how long they take altogether."""

    steps: tuple[Step, ...] = ()
    seconds: float = 0.0

    def at(self, start: float) -> list[Step]:
        """Return the steps for a ``Player``, beginning at ``start``."""
        return [(start + when, action) for when, action in self.steps]

    def then(self, other: "Gesture") -> "Gesture":
        """Return this gesture and, when it has ended, the other."""
        return Gesture((*self.steps, *other.at(self.seconds)), self.seconds + other.seconds)

    def along(self, other: "Gesture") -> "Gesture":
        """Return both gestures at once."""
        return Gesture((*self.steps, *other.steps), max(self.seconds, other.seconds))


class Hands:
    """Two hands at one surface; every method but ``perform`` only describes what they would do.

    ``through`` gives the surface its time where that comes another way: a link around it.
    """

    def __init__(self, surface: Surface, through: Timed | None = None) -> None:
        self.surface = surface
        self._through = through or surface

    def grab(self, n: int) -> Gesture:
        """Put a finger on a cap."""
        return Gesture(((0.0, lambda: self.surface.touch(n)),), REST)

    def release(self, n: int) -> Gesture:
        """Take the finger off."""
        return Gesture(((0.0, lambda: self.surface.release(n)),))

    def slide(self, n: int, to: float, seconds: float) -> Gesture:
        """Move a cap."""
        return Gesture(((0.0, lambda: self.surface.move(n, to, seconds)),), seconds)

    def wait(self, seconds: float) -> Gesture:
        """Do nothing for a while."""
        return Gesture((), seconds)

    def ride(self, n: int, to: float, seconds: float) -> Gesture:
        """Grab a cap, take it somewhere, let go of it there."""
        there = self.grab(n).then(self.slide(n, to, seconds))
        return there.then(self.wait(REST)).then(self.release(n))

    def hold(self, n: int, seconds: float) -> Gesture:
        """Keep a finger on a cap without moving it."""
        return Gesture(((0.0, lambda: self.surface.touch(n)),), seconds).then(self.release(n))

    def drop(self, n: int, to: float, seconds: float, after: float) -> Gesture:
        """Let go of a cap in the middle of a ride; it stays where it was let go."""
        flight = Gesture(((0.0, lambda: self.surface.move(n, to, seconds)),), after)
        return self.grab(n).then(flight).then(self.release(n))

    def throw(self, n: int, to: float, seconds: float) -> Gesture:
        """Flick a cap: it coasts the last third without a finger."""

        def push() -> None:
            here = self.surface.fader_position(n)
            self.surface.move(n, here + (to - here) * _FLICK, seconds * _FLICK)

        pushed = Gesture(((0.0, push),), seconds * _FLICK).then(self.release(n))
        coast = self.slide(n, to, seconds * (1 - _FLICK))
        return Gesture(((0.0, lambda: self.surface.touch(n)),)).then(pushed).then(coast)

    def bump(self, n: int, by: float) -> Gesture:
        """Nudge a cap with an elbow."""

        def nudge() -> None:
            self.surface.move(n, self.surface.fader_position(n) + by, _NUDGE)

        return Gesture(((0.0, nudge),), _NUDGE)

    def press(self, name: str) -> Gesture:
        """Press a button and keep it."""
        return Gesture(((0.0, lambda: self.surface.press(name)),))

    def lift(self, name: str) -> Gesture:
        """Let a button go."""
        return Gesture(((0.0, lambda: self.surface.release_button(name)),))

    def tap(self, name: str) -> Gesture:
        """Press a button for a tenth of a second."""
        return self.press(name).then(self.wait(_TAP)).then(self.lift(name))

    def turn(self, n: int, ticks: int) -> Gesture:
        """Turn a knob."""
        return _ticking(lambda step: self.surface.turn(n, step), ticks)

    def jog(self, ticks: int) -> Gesture:
        """Turn the wheel."""
        return _ticking(self.surface.jog, ticks)

    def read(self, words: str) -> Gesture:
        """Return the gesture that words describe; ValueError names the words nobody knows."""
        whole = Gesture()
        for phrase in filter(None, _AFTERWARDS.split(words.strip())):
            together = Gesture()
            for part in _TOGETHER.split(phrase):
                together = together.along(self._read_one(part.strip()))
            whole = whole.then(together)
        return whole

    def perform(self, what: str | Gesture, *living: Timed, after: float = 0.0) -> None:
        """Do it, while the surface and others live on, and let ``after`` more seconds pass."""
        gesture = self.read(what) if isinstance(what, str) else what
        player = Player(gesture.at(0.0))
        # The hand comes last in each step, so that a movement has ended when the next begins.
        player.advance(0.0)
        play(self._through, *living, player, seconds=gesture.seconds + after)
        # A gesture ends between two steps of time; what is left of it is done now.
        player.advance(1e-3)

    def _read_one(self, words: str) -> Gesture:
        for pattern, make in _PHRASES:
            found = pattern.fullmatch(words)
            if found is not None:
                return make(self, *found.groups())
        raise ValueError(f"hands do not know how to {words!r}")


def _ticking(turn: Callable[[int], None], ticks: int) -> Gesture:
    direction = 1 if ticks > 0 else -1
    steps = tuple((_TICK * i, lambda: turn(direction)) for i in range(abs(ticks)))
    return Gesture(steps, _TICK * abs(ticks))


def _fader(word: str) -> int:
    return _MAIN if word == "main" else int(word)


def _place(word: str) -> float:
    if word.startswith("-inf"):
        return 0.0
    if word.endswith("dB"):
        # Assumed: printed with unity at three quarters and +10 at the top, as the X-Touch's
        # scale is and an X32's.
        return to_position(float(word[:-2]))
    return float(word[:-1]) / 100 if word.endswith("%") else float(word)


def _time(word: str) -> float:
    return float(word[:-2]) / 1000 if word.endswith("ms") else float(word[:-1])


def _phrase(
    pattern: str, make: Callable[..., Gesture]
) -> tuple[re.Pattern[str], Callable[..., Gesture]]:
    return re.compile(pattern.replace(" ", r"\s+")), make


_PHRASES: Final = (
    _phrase(f"(?:touch|grab) {_FADER}", lambda h, n: h.grab(_fader(n))),
    _phrase(f"release {_FADER}", lambda h, n: h.release(_fader(n))),
    _phrase(
        f"(?:move|slide) {_FADER} {_PLACE}(?: in {_TIME})?",
        lambda h, n, p, t: h.slide(_fader(n), _place(p), _time(t or _UNHURRIED)),
    ),
    _phrase(
        f"ride {_FADER} {_PLACE}(?: in {_TIME})?",
        lambda h, n, p, t: h.ride(_fader(n), _place(p), _time(t or _UNHURRIED)),
    ),
    _phrase(
        f"throw {_FADER} {_PLACE} in {_TIME}",
        lambda h, n, p, t: h.throw(_fader(n), _place(p), _time(t)),
    ),
    _phrase(
        f"drop {_FADER} {_PLACE} in {_TIME} after {_TIME}",
        lambda h, n, p, t, a: h.drop(_fader(n), _place(p), _time(t), _time(a)),
    ),
    _phrase(f"hold {_FADER} for {_TIME}", lambda h, n, t: h.hold(_fader(n), _time(t))),
    _phrase(rf"bump {_FADER} by ([-+]?\d*\.?\d+)", lambda h, n, d: h.bump(_fader(n), float(d))),
    _phrase(r"tap ([\w.]+)", lambda h, name: h.tap(name)),
    _phrase(r"press ([\w.]+)", lambda h, name: h.press(name)),
    _phrase(r"(?:release|lift) ([\w.]+)", lambda h, name: h.lift(name)),
    _phrase(r"turn (\d+) by ([-+]?\d+)", lambda h, n, k: h.turn(int(n), int(k))),
    _phrase(r"jog by ([-+]?\d+)", lambda h, k: h.jog(int(k))),
    _phrase(f"wait {_TIME}", lambda h, t: h.wait(_time(t))),
)
