"""A rig at work until it is told to stop.

Owns: the loop's signals, the clock for displays, and the watch on the file.
Does not own: what happens between the links (``bridge``).
"""

import asyncio
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from surfacebridge import __version__
from surfacebridge.apps.collecting import LOOK_EVERY, QuietCollector, held_back
from surfacebridge.apps.front_desk import FrontDesk, Show
from surfacebridge.apps.logs import EXPLAINING
from surfacebridge.apps.mapping_files import LoadedRig, load_rig
from surfacebridge.apps.scene_folder import SceneFolder
from surfacebridge.bridge.assembly import places_of
from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.reload import FileWatch
from surfacebridge.bridge.status import Identity
from surfacebridge.bridge.supervisor import Place, Supervisor
from surfacebridge.bridge.why import refuse_unknown
from surfacebridge.errors import MappingRefused
from surfacebridge.mapping.document import Document
from surfacebridge.mapping.render import as_text
from surfacebridge.routing.engine import Engine
from surfacebridge.routing.plan import Plan
from surfacebridge.routing.wiring import Wiring

if TYPE_CHECKING:
    from surfacebridge.apps.recording import Recorder, Recording
    from surfacebridge.bridge.studio.house import House

log = logging.getLogger(__name__)

# While a file is read, a fader that moves waits this many seconds for its turn.
_AN_INSTANT: Final = 0.0005


async def run_rig(
    loaded: LoadedRig,
    *,
    at: Mapping[str, str],
    reload: bool,
    rehearse: bool = False,
    why: Collection[str] | None = None,
    recording: "Recording | None" = None,
    metrics: str | None = None,
    show: Show | None = None,
) -> None:
    """Run ``loaded`` until SIGINT or SIGTERM; ``at`` replaces addresses of the rig.

    With ``rehearse`` targets are read and never written to.  ``why`` names controls
    and parameters whose every event is explained in the log.  With ``recording``
    all that goes over the links is written to a capture.  ``metrics`` is where
    figures are served over HTTP, ``HOST:PORT``.  ``show`` is told how things stand,
    some times a second.

    Raises ``MappingRefused`` for a rig with errors, ``AddressError`` for an
    address that cannot be read, ``UnknownName`` for a name in ``why`` that is none
    and ``RecordingRefused`` for a capture that cannot be written.
    """
    if loaded.plan is None or loaded.document is None:
        raise MappingRefused(loaded.problems)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    _stop_on_signals(loop, stop)
    hub = Hub(loaded.plan, writes=not rehearse)
    if why is not None:
        refuse_unknown(hub.engine, why)
        hub.explain(why, logging.getLogger(EXPLAINING).info)
    folder = SceneFolder(Path(loaded.source.path))
    scenes = hub.engine.wiring.scenes
    if scenes is not None:
        for number, values in folder.load():
            scenes.load(number, values)
    places = places_of(loaded.document, loaded.plan, at)
    house = _house(loaded.document, loaded.plan, hub, writes=not rehearse)
    supervisor = _supervisor(hub, places, house)
    recorder = None
    if recording is not None:
        from surfacebridge.apps.recording import Recorder

        recorder = Recorder(recording, loaded, loop.time())
        recorder.begin(places, writes=not rehearse)
        hub.taps.append(recorder.tap)
        supervisor.taps.append(recorder.tap)
    name = loaded.document.name or Path(loaded.source.path).stem
    who = Identity(name, loaded.source.path, os.getpid(), __version__, loop.time(), rehearse)
    desk = FrontDesk(who, hub, supervisor, show)
    desk.open(metrics)
    log.info("%s runs.  Ctrl-C stops it.", name)
    if rehearse:
        log.info("This is a rehearsal: nothing is written to any target.")
    with held_back():
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(_tell_time(hub, folder)),
                group.create_task(_collect(QuietCollector(lambda: hub.latency.count))),
                group.create_task(_take_part(house)),
                *desk.serve(group),
            ]
            if reload:
                tasks.append(group.create_task(_follow_file(hub, loaded, recorder)))
            await supervisor.run(stop)
            for task in tasks:
                task.cancel()
    if recorder is not None:
        recorder.end("It was stopped.")
    desk.close()
    _keep_scenes(hub, folder)
    _say_summary(hub, supervisor)


def _house(document: Document, plan: Plan, hub: Hub, *, writes: bool) -> "House | None":
    if document.studio is None:
        return None
    from surfacebridge.bridge.studio.house import House

    return House(document.studio, document, plan, hub, writes=writes)


def _supervisor(hub: Hub, places: Sequence[Place], house: "House | None") -> Supervisor:
    if house is None:
        return Supervisor(hub, places)
    supervisor = Supervisor(hub, house.places(places))
    house.join(supervisor)
    return supervisor


async def _take_part(house: "House | None") -> None:
    """Take part in the studio, if the rig names one."""
    if house is not None:
        with suppress(asyncio.CancelledError):
            await house.run()


def _stop_on_signals(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        if sys.platform == "win32":
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
        else:
            loop.add_signal_handler(number, stop.set)


def _keep_scenes(hub: Hub, folder: SceneFolder) -> None:
    scenes = hub.engine.wiring.scenes
    if scenes is not None:
        for number, values in scenes.take_fresh().items():
            folder.save(number, values)


async def _collect(collector: QuietCollector) -> None:
    with suppress(asyncio.CancelledError):
        while True:
            await asyncio.sleep(LOOK_EVERY)
            collector.look()


async def _tell_time(hub: Hub, scenes: SceneFolder) -> None:
    """At the turn of each second let displays follow the time, and keep what was stored."""
    with suppress(asyncio.CancelledError):
        while True:
            now = time.time()
            clock = time.localtime(now)
            hub.tick_clock(clock.tm_hour, clock.tm_min, clock.tm_sec)
            _keep_scenes(hub, scenes)
            await asyncio.sleep(1.0 - now % 1.0)


async def _follow_file(hub: Hub, loaded: LoadedRig, recorder: "Recorder | None") -> None:
    """Take over a changed file; refuse one with errors and keep the old plan."""
    watch = FileWatch([Path(source.path) for source in loaded.sources])
    loop = asyncio.get_running_loop()
    with suppress(asyncio.CancelledError):
        while True:
            await watch.changed()
            fresh, wiring = await read_beside(hub.engine, loaded)
            watch.follow([Path(source.path) for source in fresh.sources])
            if wiring is None:
                log.warning(
                    "%s has errors and is not taken over; what ran goes on.\n%s",
                    loaded.source.path,
                    as_text(fresh.problems, fresh.sources).rstrip(),
                )
                continue
            if _moved_house(loaded, fresh):
                log.warning(
                    "%s names other surfaces or targets now; stop and start to use them. "
                    "What ran goes on.",
                    loaded.source.path,
                )
                continue
            now = loop.time()
            if recorder is not None:
                recorder.reload(fresh, now)
            hub.adopt(wiring, now)
            log.info("%s was changed and taken over.", loaded.source.path)


async def read_beside(engine: Engine, loaded: LoadedRig) -> tuple[LoadedRig, Wiring | None]:
    """Read the file of ``loaded`` anew; return it and, if it is right, what ``engine`` adopts.

    It takes hundreds of milliseconds: in a thread that the faders' loop need
    not wait for longer than an instant, and without the collector, which would
    stop everything to look at what was read.
    """
    interval = sys.getswitchinterval()

    def read() -> tuple[LoadedRig, Wiring | None]:
        fresh = load_rig(loaded.source.path, loaded.overrides, loaded.allow_code)
        return fresh, None if fresh.plan is None else engine.prepare(fresh.plan)

    was_enabled = gc.isenabled()
    sys.setswitchinterval(_AN_INSTANT)
    gc.disable()
    try:
        return await asyncio.to_thread(read)
    finally:
        if was_enabled:
            gc.enable()
        gc.freeze()
        sys.setswitchinterval(interval)


def _moved_house(old: LoadedRig, new: LoadedRig) -> bool:
    """Return whether endpoints came, went or moved: a link cannot be swapped under a hand."""
    if old.document is None or new.document is None:
        return True

    def homes(loaded: LoadedRig) -> dict[str, object]:
        document = loaded.document
        if document is None:
            return {}
        surfaces = {
            s.name: (s.device and s.device.text, s.address) for s in document.surfaces.values()
        }
        targets = {
            t.name: (t.profile and t.profile.text, t.address, t.host, t.port, t.listen, t.studio)
            for t in document.targets.values()
        }
        studio = document.studio and (document.studio.broker, document.studio.bridge)
        return {**surfaces, **targets, "the studio": studio}

    return homes(old) != homes(new)


def _say_summary(hub: Hub, supervisor: Supervisor) -> None:
    counts = supervisor.counts
    for name in sorted(supervisor.health):
        log.info(
            "%s: %d chunks in, %d out, %d dropped.",
            name,
            counts[f"{name} received"],
            counts[f"{name} sent"],
            counts[f"{name} dropped"],
        )
        if counts[f"{name} malformed"]:
            log.warning(
                "%s: %d messages could not be understood; 'surfacebridge monitor' shows them.",
                name,
                counts[f"{name} malformed"],
            )
    if hub.latency.count:
        p50, p99 = (1e6 * value for value in hub.latency.percentiles(50, 99))
        log.info("Bytes in to bytes out: p50 %.0f µs, p99 %.0f µs.", p50, p99)
    for what, count in sorted(hub.engine.counts.items()):
        log.info("%s: %d (see docs/running.md).", what, count)
