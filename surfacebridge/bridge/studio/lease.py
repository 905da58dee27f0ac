"""Which of several bridges with the same rig holds a desk.

Owns: claiming, keeping, losing and handing over.  Does not own: what the holder
does (``shared``), or messages (``house``).

The lease is one retained message that names holder, session and term.  It is
good while the holder's presence says that he is online *in that session*; his
last will takes that back when he dies.  Who finds it void claims the next term.
Of two claims of one term the first counts, and a broker says all that is said
on one topic to everybody in one order: so everybody agrees which was first.  A
bridge leads once its own claim has come back to it.

While the broker cannot be reached nobody can be asked: whoever led goes on.
"""

from typing import Final

from surfacebridge.protocols.studio.payloads import Desk

# What a broker kept comes within milliseconds of asking.
LOOK_FIRST: Final = 0.4
# A claim that did not come back in this time was lost.
CLAIM_AGAIN: Final = 1.0
# Bridges that find a lease void together do not all claim at once.
STAGGER: Final = 0.1


class Lease:
    """One desk's lease, seen from the bridge ``me``, a ``USER/BRIDGE``."""

    def __init__(self, me: str) -> None:
        self.me: Final = me
        self.is_leading = True
        """Whether this bridge holds the desk; so until a broker says otherwise."""
        self.desk: Desk | None = None
        """The newest lease the broker spoke of."""
        self._session = ""
        self._is_connected = False
        self._look_until = 0.0
        self._claim_at: float | None = None
        self._claimed_term = 0
        self._is_asked = False
        self._online: dict[str, str] = {}

    @property
    def may_write(self) -> bool:
        """Whether this bridge's own hands write to the desk at once.

        A follower's do while no broker is there to hand on what they do: each
        hand is on one surface, so nothing is written twice.
        """
        return self.is_leading or not self._is_connected

    @property
    def is_mine(self) -> bool:
        """Whether the broker says that this bridge holds the desk, in this session."""
        return self.desk is not None and self._key(self.desk) == (self.me, self._session)

    def connected(self, session: str, now: float) -> None:
        """Begin with a broker that answers: look first at what it kept."""
        self._session = session
        self._is_connected = True
        self._online = {self.me: session}
        self._claimed_term = 0
        self._look_until = self._claim_at = now + LOOK_FIRST

    def disconnected(self) -> None:
        """Go on as before: nobody can be asked."""
        self._is_connected = False
        self._claim_at = None

    def hear_bridge(self, bridge: str, session: str, *, online: bool, now: float) -> None:
        """Note that a bridge is there, or not any more; ``session`` says of which connection."""
        if bridge == self.me:
            return
        if online:
            self._online[bridge] = session
        elif self._online.get(bridge) == session:
            del self._online[bridge]
        self._consider(now)

    def hear_desk(self, desk: Desk, now: float) -> bool:
        """Note a lease the broker speaks of; return whether ours is to be said again over it."""
        known = self.desk
        if known is not None and desk.term < known.term:
            return False
        if known is not None and desk.term == known.term and self._key(desk) != self._key(known):
            # The first claim of a term counts; this is a later one.
            return self.is_mine
        self.desk = desk
        if self.is_mine:
            self.is_leading = True
            self._claim_at = None
            return False
        self._claimed_term = 0
        if self._is_good(desk):
            self.is_leading = False
        self._consider(now)
        return False

    def ask(self, to: str, now: float) -> None:
        """Hear that the bridge called ``to`` shall hold the desk: if that is us, claim it."""
        if to == self.me.partition("/")[2] and self._is_connected and not self.is_mine:
            self._is_asked = True
            self._claim_at = now

    def next_wakeup(self) -> float | None:
        """Return when ``wake`` is due next."""
        return self._claim_at

    def wake(self, now: float) -> int | None:
        """Return the term to claim now, if it is time to."""
        if self._claim_at is None or now < self._claim_at:
            return None
        self._claim_at = None
        if self.desk is not None and self._is_good(self.desk) and not self._is_asked:
            self.is_leading = self.is_mine
            return None
        # Said again until it comes back.
        self._claim_at = now + CLAIM_AGAIN
        self._is_asked = False
        newest = 0 if self.desk is None else self.desk.term
        self._claimed_term = max(newest + 1, self._claimed_term)
        return self._claimed_term

    def _consider(self, now: float) -> None:
        if not self._is_connected or (self.desk is not None and self._is_good(self.desk)):
            return
        if self._claim_at is None:
            place = sorted(self._online).index(self.me)
            self._claim_at = max(self._look_until, now + STAGGER * place)

    def _is_good(self, desk: Desk) -> bool:
        return self._online.get(desk.holder) == desk.session

    @staticmethod
    def _key(desk: Desk) -> tuple[str, str]:
        return desk.holder, desk.session
