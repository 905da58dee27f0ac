"""Whose a parameter of a shared desk is at this moment.

Owns: who holds what, and who was refused because of it.
Does not own: who is there (``parties``), telling anybody (``shared``).

Whoever holds a parameter owns it, first come first served.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Final

from surfacebridge.bridge.studio.parties import Guests, Party, signature

# A touch may be known a little later than the first move of its hand.  What is
# not touched at all, a key or an encoder, may be used again after this.
UNTOUCHED: Final = 0.2


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a parameter, and with which surface."""

    party: Party
    surface: str

    @property
    def text(self) -> str:
        """What others are told."""
        return signature(self.party, self.surface)


@dataclass(slots=True)
class _Bar:
    """Somebody was refused because ``holder`` held it; a touch that is known ends with itself."""

    holder: str
    until: float


class Owners:
    """Who owns what, of the hands at this bridge (``us``) and its guests'.

    ``may_hold`` says of a party and a name whether a touch is worth something.
    """

    def __init__(self, us: Party, guests: Guests, may_hold: Callable[[Party, str], bool]) -> None:
        self.local: Mapping[str, str] = {}
        """What hands at this bridge hold: names, and the surface."""
        self._us = us
        self._guests = guests
        self._may_hold = may_hold
        self._owners: Mapping[str, Owner] = {}
        self._barred: dict[tuple[Party, str], _Bar] = {}

    @property
    def texts(self) -> dict[str, str]:
        """Who holds what, as others are told."""
        return {name: owner.text for name, owner in self._owners.items()}

    def is_elsewhere(self, name: str) -> bool:
        """Return whether somebody from afar owns ``name``."""
        owner = self._owners.get(name)
        return owner is not None and owner.party != self._us

    def afar(self, subject: str) -> Owner | None:
        """Return who from afar owns something of ``subject``, such as ``ch.1``."""
        for name, owner in self._owners.items():
            if name.rpartition(".")[0] == subject and owner.party != self._us:
                return owner
        return None

    def touched(self, party: Party) -> Mapping[str, str]:
        """Return what ``party`` holds: names, and the surface."""
        return self.local if party == self._us else self._guests.touched(party)

    def holder_beside(self, party: Party, name: str, now: float) -> str:
        """Return who but ``party`` holds a parameter; empty if nobody does.

        A hand that was refused stays so until it lets go: or the fader would
        jump to it at the moment in which the owner's hand lets go.
        """
        owner = self._owners.get(name)
        if owner is not None and owner.party != party:
            until = inf if name in self.touched(party) else now + UNTOUCHED
            self._barred[party, name] = _Bar(owner.text, until)
            return owner.text
        bar = self._barred.get((party, name))
        return bar.holder if bar is not None and now < bar.until else ""

    def settle(self, now: float) -> Iterable[str]:
        """Let who holds a parameter already keep it, and give what nobody owns to who holds it now.

        Returns the names that were or are owned, if anything changed.
        """
        for (party, name), bar in list(self._barred.items()):
            if now < bar.until and name in self.touched(party):
                bar.until = inf
            elif bar.until == inf or bar.until <= now:
                del self._barred[party, name]
        wishes: dict[str, list[Owner]] = {}
        for party in (self._us, *self._guests):
            for name, surface in self.touched(party).items():
                if (party, name) not in self._barred and self._may_hold(party, name):
                    wishes.setdefault(name, []).append(Owner(party, surface))
        before = self._owners
        self._owners = {
            name: before[name] if before.get(name) in wanting else wanting[0]
            for name, wanting in wishes.items()
        }
        return () if self._owners == before else {*before, *self._owners}
