"""HUI's keep-alive, both roles.

Owns: when a host pings, when either side takes the other for lost.
Does not own: what is done about it.

Source: "theageman"'s protocol text (a ping a second; a surface goes offline
after about two without one), REAPER and MIDIKit.
"""

from typing import Final

from surfacebridge.protocols.hui.messages import FromSurface, Ping, PingAnswered, SurfaceReset

PERIOD: Final = 1.0

# Three pings unanswered: one lost byte on a busy cable is no lost surface.
LOST_AFTER: Final = 3.0

# A surface gives up sooner, and its faders go dead.
OFFLINE_AFTER: Final = 2.0


class HostPing:
    """The host's side: ping, and know whether the surface answers.

    ``alive`` is true while it does; ``arrivals`` counts how often it began to,
    and when it grows the surface is blank and wants repainting.
    """

    def __init__(self) -> None:
        self.alive = False
        self.arrivals = 0
        self._next_ping: float | None = None
        self._answered = 0.0

    def open(self, now: float) -> list[Ping]:
        """Return the first ping."""
        self._next_ping = now + PERIOD
        return [Ping()]

    def receive(self, message: FromSurface, now: float) -> None:
        """Note an answer, or that the surface was switched on or off."""
        match message:
            case PingAnswered():
                self._answered = now
                if not self.alive:
                    self.alive = True
                    self.arrivals += 1
            case SurfaceReset():
                self.alive = False
            case _:
                pass

    def wake(self, now: float) -> list[Ping]:
        """Return a ping if one is due, and note answers that stay away."""
        if self._next_ping is None or now < self._next_ping:
            return []
        # A wake-up after a long sleep brings one ping, not all the missed ones.
        self._next_ping = max(self._next_ping + PERIOD, now + PERIOD / 2)
        if now - self._answered >= LOST_AFTER:
            self.alive = False
        return [Ping()]

    def next_wakeup(self) -> float | None:
        """Return when ``wake`` is next due."""
        return self._next_ping


class SurfacePing:
    """The surface's side: answer, and know whether the host is there."""

    def __init__(self) -> None:
        self.online = False
        self._deadline: float | None = None

    def receive(self, now: float) -> list[PingAnswered]:
        """Return the answer to a ping."""
        self.online = True
        self._deadline = now + OFFLINE_AFTER
        return [PingAnswered()]

    def wake(self, now: float) -> None:
        """Note a host that has stopped pinging."""
        if self._deadline is not None and now >= self._deadline:
            self.online = False
            self._deadline = None

    def next_wakeup(self) -> float | None:
        """Return when ``wake`` is next due."""
        return self._deadline
