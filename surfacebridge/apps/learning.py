"""Watching a rig while somebody shows what they mean.

Owns: the conversation.  Does not own: who won (``bridge.learning``).
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from surfacebridge.apps.mapping_files import LoadedRig
from surfacebridge.bridge.assembly import places_of
from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.learning import Wiggle
from surfacebridge.bridge.supervisor import Supervisor
from surfacebridge.errors import MappingRefused
from surfacebridge.mapping.problems import did_you_mean

# Links that are there have opened and a desk has been read by then.
READY_LIMIT: Final = 5.0
_LOOK_EVERY: Final = 0.05

Say = Callable[[str], None]


async def learn_line(
    loaded: LoadedRig,
    parameter: str | None,
    say: Say,
    *,
    at: Mapping[str, str],
    seconds: float,
) -> str | None:
    """Return the line somebody showed, ``None`` after saying why there is none.

    While it learns nothing is written to any target, so nothing on the desk
    moves.  Raises ``MappingRefused`` and ``AddressError``.
    """
    plan, document = loaded.plan, loaded.document
    if plan is None or document is None:
        raise MappingRefused(loaded.problems)
    first = Wiggle(plan)
    if parameter is not None and first.parameter(parameter) is None:
        target = parameter.partition(".")[0]
        sheet = plan.targets.get(target)
        known = [f"{target}.{name}" for name in sheet.parameters] if sheet else list(plan.targets)
        say(f"There is no parameter '{parameter}'{did_you_mean(parameter, known)}.")
        return None
    stop = asyncio.Event()
    hub = Hub(plan, writes=False)
    supervisor = Supervisor(hub, places_of(document, plan, at))
    async with asyncio.TaskGroup() as group:
        group.create_task(supervisor.run(stop))
        try:
            return await _converse(hub, supervisor, first, parameter, say, seconds)
        finally:
            stop.set()


async def _converse(
    hub: Hub,
    supervisor: Supervisor,
    wiggle: Wiggle,
    parameter: str | None,
    say: Say,
    seconds: float,
) -> str | None:
    await _ready(supervisor)
    hub.observers.append(lambda _, event: wiggle.hear(event))
    say(f"Move the control you mean, well away and back ({seconds:g} s).")
    await asyncio.sleep(seconds)
    control = wiggle.control()
    if control is None:
        say("No control moved clearly more than the others; try again and move only one.")
        return None
    say(f"That was {control}.")
    if parameter is None:
        say(f"Now move what it should drive, on the desk or in the DAW ({seconds:g} s).")
        await asyncio.sleep(seconds)
        parameter = wiggle.target()
        if parameter is None:
            say("Nothing moved clearly more than the rest; name it with --to.")
            return None
        say(f"That was {parameter}.")
    return wiggle.line(control, parameter)


async def _ready(supervisor: Supervisor) -> None:
    for _ in range(round(READY_LIMIT / _LOOK_EVERY)):
        if not any(one.state in {"opening", "syncing"} for one in supervisor.health.values()):
            return
        await asyncio.sleep(_LOOK_EVERY)
