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


class _Catch:
    """How one fader stands to one of the values it drives."""

    __slots__ = ("caught", "last", "sent")

    def __init__(self, last: float | None) -> None:
        self.last = last
        self.sent: float | None = None
        self.caught = False


class Takeover:
    """Follow one fader until a value of its changes without it.

    A fader may drive several values, and catches each by itself; ``of`` names one.
    """

    def __init__(self, way: TakeoverName) -> None:
        self._way = way
        self._cap: float | None = None
        self._catches: dict[str, _Catch] = {}

    @property
    def way(self) -> TakeoverName:
        """How it catches a value."""
        return self._way

    def reset(self, way: TakeoverName | None = None) -> None:
        """Start over: the fader stands for something else now, and may take it another way."""
        self._way = way or self._way
        self._cap = next((catch.last for catch in self._catches.values()), self._cap)
        self._catches.clear()

    def lose(self) -> None:
        """Start over, and forget where the cap was: it may be moved while nobody hears it."""
        self._cap = None
        self._catches.clear()

    def passed(self, position: float, of: str = "") -> None:
        """Note a move that reached no value: the cap is elsewhere now, and catches it anew."""
        self._catches[of] = _Catch(position)

    def moved(self, position: float, value: float | None, of: str = "") -> float | None:
        """Return what to send for the cap at ``position`` while the value is at ``value``.

        Both are 0…1 of the travel; ``value`` is ``None`` while unknown, and an
        unknown value is never overwritten except by ``jump``.
        """
        if self._way in {"jump", "motor"}:
            return position
        if value is None:
            self.passed(position, of)
            return None
        catch = self._catches.get(of)
        if catch is None:
            catch = self._catches[of] = _Catch(self._cap)
        if catch.sent is not None and abs(value - catch.sent) > NEAR:
            catch.caught = False
        catch.sent = self._answer(catch, position, value)
        catch.last = position
        return catch.sent

    def wrote(self, value: float | None, of: str = "") -> None:
        """Note where the value came to stand, on its own grid and after all stages.

        Without this a switch made of a fader would seem to have been moved by others.
        """
        if value is not None and of in self._catches:
            self._catches[of].sent = value

    def _answer(self, catch: _Catch, position: float, value: float) -> float | None:
        if catch.caught:
            return position
        last = catch.last
        match self._way:
            case "scale":
                return _scaled(catch, position, value)
            case "parallel":
                return None if last is None else min(max(value + position - last, 0.0), 1.0)
            case _:
                near = TOLERANT if self._way == "pickup(tolerant)" else NEAR
                return _picked_up(catch, position, value, near)


def _picked_up(catch: _Catch, position: float, value: float, near: float) -> float | None:
    # Crossing counts as much as nearness: a fast throw has no sample near the value.
    crossed = catch.last is not None and (catch.last - value) * (position - value) <= 0.0
    catch.caught = crossed or abs(position - value) <= near
    return position if catch.caught else None


def _scaled(catch: _Catch, position: float, value: float) -> float | None:
    last = catch.last
    if last is None:
        return None
    if abs(position - value) <= NEAR / 2:
        catch.caught = True
        return position
    if position > last:
        left, room = 1.0 - last, 1.0 - value
    else:
        left, room = last, value
    if left <= 0.0:
        return value
    return min(max(value + (position - last) * room / left, 0.0), 1.0)
