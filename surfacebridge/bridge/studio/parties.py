"""Who this bridge is to a studio, and which other bridges are its guests.

Owns: guests' sessions, what they touch, and which of their orders come in time.
Does not own: what they may do (``rights``), whose a parameter is (``owners``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from surfacebridge.protocols.studio.payloads import Guest, Order

# Enough for a control room's worth of surfaces; a broker's users can come no faster than this.
MOST_GUESTS: Final = 256
# Sessions of one guest that are remembered as over.
MOST_OLD_SESSIONS: Final = 16

Party = tuple[str, str]
"""A user and his bridge."""


def signature(party: Party, surface: str) -> str:
    """Return who did something, as others are told; ``surface`` may be empty."""
    return "/".join((*party, surface)) if surface else "/".join(party)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this bridge is to a studio: its site, its name, and the broker's user."""

    site: str
    bridge: str
    user: str

    @property
    def party(self) -> Party:
        """The user and the bridge."""
        return self.user, self.bridge

    @property
    def who(self) -> str:
        """The user and the bridge, in one text."""
        return f"{self.user}/{self.bridge}"


@dataclass(slots=True)
class _Guest:
    session: str
    touched: Mapping[str, str] = field(default_factory=dict)
    seqs: dict[str, int] = field(default_factory=dict)
    over: dict[str, None] = field(default_factory=dict)


class Guests:
    """The bridges that control a desk from afar, each in its present session."""

    def __init__(self) -> None:
        self._guests: dict[Party, _Guest] = {}

    def __contains__(self, party: Party) -> bool:
        return party in self._guests

    def __iter__(self) -> Iterator[Party]:
        return iter(self._guests)

    def clear(self) -> None:
        """Know nobody."""
        self._guests.clear()

    def touched(self, party: Party) -> Mapping[str, str]:
        """Return what ``party`` holds: names, and the surface."""
        guest = self._guests.get(party)
        return {} if guest is None else guest.touched

    def note(self, party: Party, said: Guest | None) -> str:
        """Take what a guest says of itself, ``None`` for a word taken back.

        Returns why it counts for nothing, or an empty text.
        """
        guest = self._guests.get(party)
        if said is None or not said.online:
            if guest is not None and (said is None or said.session in {guest.session, ""}):
                del self._guests[party]
        elif guest is not None and said.session == guest.session:
            guest.touched = said.touched
        elif guest is not None and said.session in guest.over:
            return "old session"
        elif guest is not None:
            over = [*guest.over, guest.session][-MOST_OLD_SESSIONS:]
            self._guests[party] = _Guest(said.session, said.touched, over=dict.fromkeys(over))
        elif len(self._guests) < MOST_GUESTS:
            self._guests[party] = _Guest(said.session, said.touched)
        return ""

    def leave(self, party: Party, session: str) -> bool:
        """Forget ``party``, whose ``session`` ended; return whether it was here in that one."""
        guest = self._guests.get(party)
        if guest is None or guest.session != session:
            return False
        del self._guests[party]
        return True

    def why_late(self, party: Party, name: str, order: Order, epoch: str) -> str:
        """Return why ``order`` for ``name`` is out of its time; empty, and noted, if it is not.

        ``epoch`` is the desk's present one.
        """
        guest = self._guests.get(party)
        if guest is None:
            return "stranger"
        if order.session != guest.session:
            return "old session"
        if order.epoch != epoch:
            return "old epoch"
        if order.seq <= guest.seqs.get(name, 0):
            return "late"
        guest.seqs[name] = order.seq
        return ""
