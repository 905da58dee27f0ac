"""The profile of a shared desk's link, with the studio listening at both sides.

Owns: what the engine hears of the desk, and what is read of it for others.
Does not own: what others may do (``shared``).
"""

from collections.abc import Sequence
from typing import Final

from surfacebridge.bridge.studio.shared import Heard, SharedDesk
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.sheets import OWNER
from surfacebridge.profiles.base import Health, TargetEndpoint
from surfacebridge.profiles.studio_desk import relative


class SharedEndpoint:
    """The profile of one link to a shared desk, with the studio listening at both sides."""

    def __init__(self, inner: TargetEndpoint, desk: SharedDesk) -> None:
        self.inner: Final = inner
        self.health: Health = inner.health
        self._desk = desk
        self._told: list[Heard] = []
        self._watched: dict[ParameterId, None] = {}
        self._now = 0.0

    def open(self, now: float) -> None:
        """Queue the greeting."""
        self._now = now
        self._desk.plugged(self)
        self.inner.open(now)

    def tell(self, report: Report) -> None:
        """Let the engine know, as soon as this is woken."""
        self._told.append(report)

    def receive(self, data: bytes, now: float) -> Sequence[Heard]:
        """Return what ``data`` means."""
        self._now = now
        return self._noted(self.inner.receive(data, now), now)

    def send(self, item: Write, now: float) -> None:
        """Write, if this bridge may; else whoever holds the desk is asked to."""
        self._now = now
        if self._desk.wrote(item, now):
            self.inner.send(item, now)

    def watch(self, parameters: Sequence[ParameterId], now: float) -> None:
        """Follow what the engine needs first, then what others see."""
        self._watched = dict.fromkeys(parameters)
        for parameter in parameters:
            subject, _, last = relative(parameter, self._desk.name).rpartition(".")
            if last == OWNER:
                self._told.append(Report(parameter, self._desk.owner_of(subject)))
        self.watch_again(now)

    def watch_again(self, now: float) -> None:
        """Follow what others see anew."""
        self._now = now
        wanted = dict.fromkeys((*self._watched, *self._desk.followed()))
        self.inner.watch([one for one in wanted if not one.endswith(f".{OWNER}")], now)

    def wake(self, now: float) -> Sequence[Heard]:
        """Do what is due."""
        self._now = now
        heard = self._noted(self.inner.wake(now), now)
        told, self._told = self._told, []
        return [*heard, *told]

    def next_wakeup(self) -> float | None:
        """Return when ``wake`` is due next."""
        return self._now if self._told else self.inner.next_wakeup()

    def data_to_send(self) -> list[bytes]:
        """Return and forget what is queued."""
        return self.inner.data_to_send()

    def close(self, now: float) -> None:
        """Queue the goodbye."""
        self.inner.close(now)

    def shows(self, parameter: ParameterId) -> bool:
        """Return whether the engine follows ``parameter``, rather than only others do."""
        return parameter in self._watched

    def _noted(self, events: Sequence[Heard], now: float) -> Sequence[Heard]:
        if not events:
            return events
        self._desk.heard(events, now)
        return [one for one in events if not isinstance(one, Report) or self.shows(one.parameter)]
