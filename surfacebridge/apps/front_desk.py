"""Where a running bridge answers: its control socket, its figures, the service manager.

Owns: opening and closing these for one run.  Does not own: what they say
(``bridge.status``, ``metrics``, ``service``).

Rule: none of it is needed to mix.  What cannot be opened is said in a sentence,
and the bridge runs without it; only a wrong ``--metrics`` is refused.
"""

import asyncio
import json
import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import Final

from surfacebridge.apps.control_socket import (
    LONGEST_QUESTION,
    Control,
    NoControl,
    folders,
    listen,
)
from surfacebridge.apps.metrics import (
    END_OF_REQUEST,
    LONGEST_REQUEST,
    as_prometheus,
    http_answer,
    listen_http,
)
from surfacebridge.apps.service import Service
from surfacebridge.apps.small_server import Answer, SmallServer
from surfacebridge.apps.status_words import one_line
from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.status import BridgeStatus, Identity, status_of
from surfacebridge.bridge.supervisor import Supervisor

log = logging.getLogger(__name__)

# How often the service manager hears from us at least.
BEAT: Final = 1.0
# A snapshot looks at every parameter; many who ask at once are told the same.
FRESH: Final = 0.1


# What is shown may take no more of the time than this: a snapshot that takes long comes seldom.
SHARE: Final = 0.005
SHOW_EVERY: Final = 0.5

Show = Callable[[BridgeStatus], None]


class FrontDesk:
    """Answers for one bridge.  ``open`` once, then ``serve`` in a task group, then ``close``."""

    def __init__(
        self, who: Identity, hub: Hub, supervisor: Supervisor, show: Show | None = None
    ) -> None:
        """``show`` is told how things stand, again and again."""
        self._show = show
        self._who = who
        self._hub = hub
        self._supervisor = supervisor
        self._service = Service()
        self._socket: Path | None = None
        self._servers: list[SmallServer] = []
        self._last: BridgeStatus | None = None
        self._looked = 0.0

    def open(self, metrics: str | None) -> None:
        """Open what can be opened.  Raises ``AddressError`` for a ``metrics`` that cannot be."""
        if metrics is not None:
            self._add(
                listen_http(metrics), http_answer(self._metrics), END_OF_REQUEST, LONGEST_REQUEST
            )
            log.info("Figures for Prometheus are at http://%s/metrics.", metrics)
        try:
            listening, self._socket = listen(self._who.rig, folders()[0])
        except NoControl as refused:
            log.warning("%s", refused)
            return
        control = Control(self._status, self._metrics, self._resync)
        self._add(listening, control.answer, b"\n", LONGEST_QUESTION)

    def serve(self, group: asyncio.TaskGroup) -> list[asyncio.Task[None]]:
        """Begin to answer; return the tasks to cancel."""
        self._service.ready()
        tasks = [group.create_task(_quietly(server)) for server in self._servers]
        if self._show is not None:
            tasks.append(group.create_task(self._keep_showing(self._show)))
        return [*tasks, group.create_task(self._beat())]

    def close(self) -> None:
        """Leave no socket behind."""
        if self._socket is not None:
            with suppress(OSError):
                self._socket.unlink()

    def _add(self, listening: socket.socket, answer: Answer, end: bytes, longest: int) -> None:
        self._servers.append(SmallServer(listening, answer, end=end, longest=longest))

    async def _beat(self) -> None:
        """Tell the service manager that the loop turns, often enough for its watchdog."""
        every = min(BEAT, (self._service.watchdog or 2 * BEAT) / 3)
        try:
            while True:
                states = {name: one.state for name, one in self._supervisor.health.items()}
                self._service.well(one_line(states))
                await asyncio.sleep(every)
        except asyncio.CancelledError:
            self._service.stopping()

    async def _keep_showing(self, show: Show) -> None:
        with suppress(asyncio.CancelledError):
            while True:
                began = perf_counter()
                show(self._snapshot())
                await asyncio.sleep(max(SHOW_EVERY, (perf_counter() - began) / SHARE))

    def _snapshot(self) -> BridgeStatus:
        now = asyncio.get_running_loop().time()
        if self._last is None or now - self._looked > FRESH:
            self._last = status_of(self._who, self._hub, self._supervisor, now)
            self._looked = now
        return self._last

    def _status(self) -> str:
        return json.dumps(asdict(self._snapshot()), ensure_ascii=False)

    def _metrics(self) -> str:
        return as_prometheus(self._snapshot())

    def _resync(self, name: str) -> str:
        names = [name] if name else list(self._hub.engine.plan.targets)
        if name and name not in self._supervisor.health:
            known = ", ".join(self._supervisor.health)
            return f"error: There is no link '{name}' in {self._who.rig}; there are: {known}."
        self._last = None
        done = {one: self._hub.resync(one) for one in names}
        log.info("Asked to resync: %s.", ", ".join(names))
        return "\n".join(self._done(one, there=there) for one, there in done.items())

    def _done(self, name: str, *, there: bool) -> str:
        is_target = name in self._hub.engine.plan.targets
        verb = "read" if is_target else "painted"
        session = self._supervisor.sessions.get(name)
        if there and is_target and session is not None and not session.can_begin_again:
            return f"{name} cannot be asked what it holds; what it said last stands."
        if there:
            return f"{name} is {verb} again."
        return f"{name} is not there now; it will be {verb} when it is."


async def _quietly(server: SmallServer) -> None:
    with suppress(asyncio.CancelledError):
        await server.run()
