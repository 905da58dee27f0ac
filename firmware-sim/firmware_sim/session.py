"""The session a pretend DAW has open: tracks, a transport, and automation that plays back.

Owns: what the tracks are set to and how that changes with time.
Does not own: who is told of it; ``daw_host``, ``hui_host``, ``reaper`` and ``ardour_osc`` are.

A position is 0…1 of the DAW's own fader; what it means in dB is each DAW's affair.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

NAMES: Final = (
    *("Kick", "Snare", "HiHat", "Bass", "GtrL", "GtrR", "Keys", "Lead Vocal"),
    *("Choir 1", "Choir 2", "Strings L", "Strings R", "Brass", "Loop", "Verb", "Delay"),
)

Curve = list[tuple[float, float]]


@dataclass(slots=True)
class Track:
    """One track; ``touched`` is what a surface says of its fader."""

    name: str
    position: float = 0.75
    pan: float = 0.5
    mute: bool = False
    solo: bool = False
    rec: bool = False
    select: bool = False
    touched: bool = False
    mode: str = "off"
    curve: Curve = field(default_factory=list)


class Session:
    """Tracks from 0, a master, and a transport."""

    def __init__(self, names: Iterable[str] = NAMES) -> None:
        self.tracks = [Track(name) for name in names]
        self.master = Track("Master")
        self.playing = False
        self.recording = False
        self.seconds = 0.0

    def automate(self, track: int, curve: Iterable[tuple[float, float]]) -> None:
        """Give a fader a curve of (seconds, position); it moves along while playing."""
        self.tracks[track].curve = sorted(curve)
        self.tracks[track].mode = "read"

    def advance(self, seconds: float) -> list[int]:
        """Let time pass; return the tracks whose faders moved by themselves."""
        if not self.playing:
            return []
        self.seconds += seconds
        moved = []
        for number, track in enumerate(self.tracks):
            if track.curve and track.mode == "read":
                before, track.position = track.position, self._played(track.curve)
                if track.position != before:
                    moved.append(number)
        return moved

    def level(self, track: int) -> float:
        """Return a made-up level 0…1 behind a fader; silence unless playing."""
        strip = self.tracks[track]
        if not self.playing or strip.mute:
            return 0.0
        source = 0.4 + 0.6 * abs(math.sin(math.tau * (0.5 + 0.07 * track) * self.seconds + track))
        return source * strip.position

    def _played(self, curve: Curve) -> float:
        after = bisect_right(curve, (self.seconds, math.inf))
        if after == 0:
            return curve[0][1]
        if after == len(curve):
            return curve[-1][1]
        (start, low), (end, high) = curve[after - 1], curve[after]
        return low + (high - low) * (self.seconds - start) / (end - start)


def shortened(name: str, length: int) -> str:
    """Return a name in so many characters: vowels go first, from the right, then the end."""
    letters = list(name)
    for drop in ("aeiou", " "):
        for at in range(len(letters) - 1, 0, -1):
            if len(letters) <= length:
                break
            if letters[at] in drop:
                del letters[at]
    return "".join(letters)[:length].ljust(length)
