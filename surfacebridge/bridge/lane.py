"""The short way of one plain fader: its bytes in, its parameter's bytes out.

Owns: joining what three parts offer for plain moves: the surface's profile
reads a place (``TellsPlaces``), the engine's ride decides (``routing.riding``),
and the target's profile packs the value (``PacksValues``).  Does not own: any
other case.  Whoever is not sure refuses, and the chunk goes the full way; so
does everything while somebody watches or asks why.
"""

from collections import Counter
from collections.abc import Callable
from typing import Final, Protocol

from surfacebridge.model.controls import ControlId
from surfacebridge.model.feedback import ShowMotor
from surfacebridge.model.parameters import Write
from surfacebridge.profiles.base import Pack, ReadPlace
from surfacebridge.routing.riding import HELD_ALREADY, REFUSED, Ride

_NO_WAY: Final[Pack] = (b"", lambda _: None)
"""For ends that have to be told of each value."""


class LaneEnd(Protocol):
    """What a lane needs of the session at either end."""

    name: str
    packed: list[bytes]

    def leave(self, now: float) -> None:
        """Send what is in ``packed``."""
        ...

    def pack_now(self, item: Write | ShowMotor, now: float) -> None:
        """Add to ``packed`` what ``item`` leads to."""
        ...

    def packer(self, name: str) -> Pack | None:
        """Return the profile's own way to pack values of ``name``, if it has one."""
        ...


class Lane:
    """One fader of one surface session.  It is good for one epoch of the engine, then renewed."""

    __slots__ = (
        "_before",
        "_control",
        "_epoch",
        "_motor",
        "_pack",
        "_parameter",
        "_read",
        "_ride",
        "_said",
        "_serves",
        "_surface",
        "place",
        "target",
    )

    def __init__(
        self, control: ControlId, read: ReadPlace, surface: LaneEnd, said: Counter[str]
    ) -> None:
        """Begin without a way; ``said`` counts effects by endpoint."""
        self._control: Final = control
        self._read: Final = read
        self._surface: Final = surface
        self._said: Final = said
        self._epoch = -1
        self.place: float | None = None
        """Where a motor that serves has to be told it is; ``None`` where nobody waits for that."""
        self.target: LaneEnd | None = None
        """Where its values go; ``None`` where its moves go the full way."""

    def renew(
        self,
        epoch: int,
        ride: Callable[[ControlId], Ride | None],
        end: Callable[[str], LaneEnd | None],
    ) -> None:
        """Work the way out anew for ``epoch``, unless that was done."""
        if epoch == self._epoch:
            return
        self._epoch = epoch
        found = ride(self._control)
        self.target = None if found is None else end(found.target)
        if found is not None and self.target is not None:
            self._ride = found
            self._parameter = found.parameter
            self._serves = found.serves
            self._before, self._pack = self.target.packer(found.parameter) or _NO_WAY
            self._motor = self._surface.packer(self._control) or _NO_WAY

    def follow(self, data: bytes, now: float) -> bool:
        """Take a plain move; what it writes waits in ``packed`` of the target.

        Where ``place`` is set then, ``serve`` is due once that has left.  False,
        and nothing was changed, where it has to go the full way.
        """
        target = self.target
        position = None if target is None else self._read(data, now)
        if target is None or position is None:
            return False
        value = self._ride.move(position, now)
        if value is REFUSED:
            return False
        if value is not HELD_ALREADY:
            packed = self._pack(value)
            if packed is None:
                target.pack_now(Write(target.name, self._parameter, value), now)
            else:
                target.packed.append(self._before + packed)
            self._said[target.name] += 1
        self.place = position if self._serves else None
        return True

    def serve(self, now: float) -> None:
        """Tell a motor that serves its orders to be where the hand holds it, at ``place``."""
        position, self.place = self.place, None
        if position is None:
            return
        surface = self._surface
        before, pack = self._motor
        packed = pack(position)
        if packed is None:
            surface.pack_now(ShowMotor(surface.name, self._control, position), now)
        else:
            surface.packed.append(before + packed)
        self._said[surface.name] += 1
