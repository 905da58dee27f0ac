"""The tempo of a MIDI clock.

Owns: beats a minute out of the times of clocks.  Does not own: when clocks are
due; nothing here sends any.

Source: MIDI 1.0: 24 clocks are a quarter note.  A clock jitters by a
millisecond, so a tempo is told once a quarter note, over the whole of it.
"""

from typing import Final

PER_QUARTER: Final = 24
# Longer than any quarter note that is played: the clock has stood still.
_STILL: Final = 6.0


class Tempo:
    """The tempo of one sender."""

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Begin to count anew."""
        self._count = 0
        self._began = 0.0
        self._last = 0.0

    def tick(self, now: float) -> float | None:
        """Return the tempo in beats a minute, to a tenth, with each 24th clock."""
        if self._count and now - self._last > _STILL / PER_QUARTER:
            self.restart()
        if not self._count:
            self._began = now
        self._last = now
        self._count += 1
        if self._count <= PER_QUARTER:
            return None
        took = now - self._began
        self._count, self._began = 1, now
        return round(60.0 / took, 1) if took > 0.0 else None
