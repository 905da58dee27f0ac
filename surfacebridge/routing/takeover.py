"""How a fader without a motor takes a value that stands elsewhere.

Owns: the five ways.  Each is asked for every move and answers with the
position to send, or ``None`` while the fader has not caught its value yet.
"""

from typing import Final, Literal

TakeoverName = Literal["motor", "jump", "pickup", "pickup(tolerant)", "scale", "parallel"]

TAKEOVERS: Final[tuple[TakeoverName, ...]] = (
    "motor",
    "jump",
    "pickup",
    "pickup(tolerant)",
    "scale",
    "parallel",
)

# One step of a seven-bit fader: nearer than that the two cannot be told apart.
NEAR: Final = 1 / 127

# Wide enough to catch a value by hand without looking, narrow enough that the
# jump (at most 2 dB around unity) does not startle.
TOLERANT: Final = 0.05


class Takeover:
    """Follow one fader until its value changes without it."""

    def __init__(self, way: TakeoverName) -> None:
        self._way = way
        self._last: float | None = None
        self._sent: float | None = None
        self._caught = False

    def reset(self, way: TakeoverName | None = None) -> None:
        """Start over: the fader stands for something else now, and may take it another way."""
        self._way = way or self._way
        self._caught = False
        self._sent = None

    def moved(self, position: float, value: float | None) -> float | None:
        """Return what to send for the cap at ``position`` while the value is at ``value``.

        Both are 0…1 of the travel; ``value`` is ``None`` while unknown, and an
        unknown value is never overwritten except by ``jump``.
        """
        last, self._last = self._last, position
        if self._way in {"jump", "motor"}:
            return position
        if value is None:
            return None
        if self._sent is not None and abs(value - self._sent) > NEAR:
            self._caught = False
        self._sent = self._answer(position, last, value)
        return self._sent

    def wrote(self, value: float | None) -> None:
        """Note where the value came to stand, on its own grid and after all stages.

        Without this a switch made of a fader would seem to have been moved by others.
        """
        if value is not None:
            self._sent = value

    def _answer(self, position: float, last: float | None, value: float) -> float | None:
        if self._caught:
            return position
        match self._way:
            case "scale":
                return self._scaled(position, last, value)
            case "parallel":
                return None if last is None else min(max(value + position - last, 0.0), 1.0)
            case _:
                return self._picked_up(position, last, value)

    def _picked_up(self, position: float, last: float | None, value: float) -> float | None:
        near = TOLERANT if self._way == "pickup(tolerant)" else NEAR
        # Crossing counts as much as nearness: a fast throw has no sample near the value.
        crossed = last is not None and (last - value) * (position - value) <= 0.0
        self._caught = crossed or abs(position - value) <= near
        return position if self._caught else None

    def _scaled(self, position: float, last: float | None, value: float) -> float | None:
        if last is None:
            return None
        if abs(position - value) <= NEAR / 2:
            self._caught = True
            return position
        if position > last:
            left, room = 1.0 - last, 1.0 - value
        else:
            left, room = last, value
        if left <= 0.0:
            return value
        return min(max(value + (position - last) * room / left, 0.0), 1.0)
