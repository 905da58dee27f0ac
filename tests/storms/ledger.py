"""What hands and the desk did in a storm, and what therefore must be true when it is over.

Owns: the last value of each parameter that somebody set without anybody in his way, and which
channels a hand could have meant.
Does not own: doing it (``weather``) or comparing it (``verdict``).

Rule: where two acted at once, or a fault may have taken what a hand did, nothing is claimed.
Where dust falsified the last place that the surface said under a finger, that place is claimed:
no bridge can know another.
"""

from dataclasses import dataclass, field
from typing import Final

from tests.storms.stage import Stage
from tests.storms.window import FADERS, STRIPS

# Bytes may be under way that long: a stalled cable, and a late datagram on top.
UNDER_WAY: Final = 0.7

_A_FEW_STEPS: Final = 4 / 1023

_STRIP_LEAVES: Final = ("mix/fader", "mix/01/level", "mix/on", "mix/pan")


@dataclass(slots=True)
class Claim:
    """Somebody left ``value`` at ``at``; ``None`` where somebody else was in the way.

    ``other_at`` is when somebody else last was.
    """

    value: float | None
    at: float
    who: str
    other_at: float = -9.0


@dataclass(slots=True)
class Ride:
    """A finger on a fader: what it means, and whether that is beyond doubt.

    ``may_mean`` is everything that the bridge may take it for.
    """

    address: str
    may_mean: set[str]
    since: float
    sure: bool
    start: float
    moved_to: float | None = None


@dataclass(slots=True)
class Ledger:
    """Claims by address, rides by fader, and every address a hand was near to.

    ``left`` has what is claimed of each fader that a hand left and none came back to.
    """

    stage: Stage
    carries_all: bool
    """Whether the surface's cable takes nothing of what a hand says."""
    claims: dict[str, Claim] = field(default_factory=dict)
    rides: dict[int, Ride] = field(default_factory=dict)
    left: dict[int, Claim] = field(default_factory=dict)
    allowed: set[str] = field(default_factory=set)
    meaning_changed: float = -9.0
    meant: set[tuple[int, bool]] = field(default_factory=set)
    surface_lost: float = -9.0

    def desk_set(self, address: str, value: float) -> None:
        """Note that somebody at the desk set ``address``."""
        ridden = any(address in ride.may_mean for ride in self.rides.values())
        self._claim(address, None if ridden else value, "the desk")

    def recalled(self) -> None:
        """Note that every fader is where a scene has it."""
        for ride in self.rides.values():
            ride.sure = False
        self.claims.clear()
        self._contest_all()

    def turns(self, strip: int) -> None:
        """Note that a knob of ``strip`` was turned: its pan depends on what it was."""
        self.near(strip)
        for offset, _ in self._meanings():
            address = f"/ch/{offset + strip:02}/mix/pan"
            self.claims[address] = Claim(None, self.stage.now, "a hand")

    def meaning_changes(self) -> None:
        """Note that faders will mean something else, sooner or later."""
        self.meant = {*self._meanings(), (self.stage.offset, self.stage.flipped)}
        self.meaning_changed = self.stage.now
        for fader, ride in self.rides.items():
            ride.sure = False
            ride.may_mean |= self._addresses(fader)

    def surface_loses(self) -> None:
        """Note that what hands do may not arrive."""
        self.surface_lost = self.stage.now
        self._doubt(self.stage.now - UNDER_WAY)
        for ride in self.rides.values():
            ride.sure = False

    def near(self, strip: int) -> None:
        """Note that a hand is at ``strip``: what the bridge writes for it is in order."""
        for offset, _ in self._meanings():
            if strip <= STRIPS:
                self.allowed |= {f"/ch/{offset + strip:02}/{leaf}" for leaf in _STRIP_LEAVES}
                self.allowed.add(f"/-stat/solosw/{offset + strip:02}")
                self.allowed.add("/-stat/selidx")
        if strip == FADERS:
            self.allowed.add("/main/st/mix/fader")

    def grabs(self, fader: int) -> None:
        """Note a finger on ``fader``."""
        self.near(fader)
        self._heed_dust(fader)
        stage = self.stage
        sure = (
            self.carries_all
            and len(self._meanings()) == 1
            and stage.now - self.surface_lost > UNDER_WAY
            and "x" in stage.sessions
            and stage.hub.is_present("desk")
        )
        place = stage.device.fader_position(fader)
        may_mean = self._addresses(fader)
        self.rides[fader] = Ride(stage.fader_address(fader), may_mean, stage.now, sure, place)

    def moves(self, fader: int, to: float) -> None:
        """Note that the finger takes ``fader`` somewhere."""
        self.near(fader)
        if fader in self.rides:
            self.rides[fader].moved_to = to

    def releases(self, fader: int) -> None:
        """Note that the finger left ``fader``; its cap is where it shall be."""
        self.near(fader)
        ride = self.rides.pop(fader, None)
        if ride is None:
            return
        if ride.moved_to is None:
            # The flicker of a worn converter under a finger is a move like any other.
            self._contest(ride.may_mean)
            return
        place = self.stage.device.fader_position(fader)
        # A cap that is where it was says nothing.
        ride.sure &= abs(place - ride.start) > _A_FEW_STEPS
        intact = "x" in self.stage.sessions and self.stage.hub.is_present("desk")
        before = self.claims.get(ride.address)
        alone = before is None or before.at < ride.since - UNDER_WAY
        self._contest(ride.may_mean)
        if ride.sure and intact and alone:
            self._claim(ride.address, place, "a hand")
            self.left[fader] = self.claims[ride.address]

    def close(self) -> None:
        """Note that no more will be done."""
        for fader in list(self.left):
            self._heed_dust(fader)

    def _heed_dust(self, fader: int) -> None:
        """Claim of a fader that was left what the surface said, where its dust said the last word.

        A finger may be felt after it has gone: it is too early to ask when it goes.
        """
        claim = self.left.pop(fader, None)
        said = self.stage.device.misread(fader)
        if claim is not None and claim.value is not None and said is not None:
            claim.value = said

    def _doubt(self, since: float) -> None:
        """Claim nothing that a hand did after ``since``: it may be lost."""
        for claim in self.claims.values():
            if claim.who == "a hand" and claim.at >= since:
                claim.value = None

    def _claim(self, address: str, value: float | None, who: str) -> None:
        now = self.stage.now
        before = self.claims.get(address)
        other_at = -9.0
        if before is not None:
            other_at = before.other_at if before.who == who else before.at
        # Not only his last word counts: what the other did may still be under way.
        if now - other_at < UNDER_WAY:
            value = None
        self.claims[address] = Claim(value, now, who, other_at)

    def _contest(self, addresses: set[str]) -> None:
        for address in addresses:
            self._claim(address, None, "a hand")

    def _contest_all(self) -> None:
        now = self.stage.now
        for channel in range(1, 17):
            self.claims[f"/ch/{channel:02}/mix/fader"] = Claim(None, now, "a scene")
        self.claims["/main/st/mix/fader"] = Claim(None, now, "a scene")

    def _addresses(self, fader: int) -> set[str]:
        """Return all that ``fader`` may be taken for now."""
        if fader == FADERS:
            return {"/main/st/mix/fader"}
        return {
            f"/ch/{offset + fader:02}/mix/{'01/level' if flipped else 'fader'}"
            for offset, flipped in self._meanings()
        }

    def _meanings(self) -> set[tuple[int, bool]]:
        current = (self.stage.offset, self.stage.flipped)
        if self.stage.now - self.meaning_changed > UNDER_WAY:
            return {current}
        return {*self.meant, current, (0, False), (8, False), (0, True), (8, True)}
