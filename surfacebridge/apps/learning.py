"""Watching a rig while somebody shows what they mean.

Owns: the conversation.  Does not own: who won (``bridge.learning``).
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from surfacebridge.apps.mapping_files import LoadedRig
from surfacebridge.bridge.assembly import places_of
from surfacebridge.bridge.guessing import Guess, MidiGuess
from surfacebridge.bridge.hub import Hub
from surfacebridge.bridge.learning import Wiggle
from surfacebridge.bridge.supervisor import Supervisor
from surfacebridge.errors import MappingRefused
from surfacebridge.mapping.problems import did_you_mean

# Links that are there have opened and a desk has been read by then.
READY_LIMIT: Final = 5.0
_LOOK_EVERY: Final = 0.05
# What is silent may be so because nobody has moved anything yet.
_HEARD: Final = frozenset(("opening", "syncing", "connected", "silent"))

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Learned:
    """The line somebody showed, and the control it needs where its box has none such yet.

    ``section`` is where the control is described, ``surfaces.box.controls``,
    ``name`` and ``body`` how; all three are empty for a control the sheet knows.
    """

    line: str
    section: str = ""
    name: str = ""
    body: str = ""


class _Ears:
    """What boxes said that are described in the mapping itself, for all they do not describe."""

    def __init__(self, boxes: Iterable[str]) -> None:
        self._guesses = {name: MidiGuess() for name in boxes}
        self.is_open = False

    def tap(self, name: str, way: str, data: bytes, now: float) -> None:
        """Hear what a link moved."""
        if self.is_open and way == "in" and name in self._guesses:
            self._guesses[name].receive(data)

    def guesses(self) -> Iterator[tuple[str, str, Guess]]:
        """Yield the box, the name of the control on it, and what it is."""
        for box, heard in self._guesses.items():
            for guess in heard.guesses():
                yield box, f"{box}.{guess.name}", guess


async def learn_line(
    loaded: LoadedRig,
    parameter: str | None,
    say: Say,
    *,
    at: Mapping[str, str],
    seconds: float,
) -> Learned | None:
    """Return what somebody showed, ``None`` after saying why there is nothing.

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
        hint = did_you_mean(parameter, known) or "; 'surfacebridge devices' lists them."
        say(f"There is no parameter '{parameter}'{hint}")
        return None
    stop = asyncio.Event()
    hub = Hub(plan, writes=False)
    supervisor = Supervisor(hub, places_of(document, plan, at))
    ears = _Ears(
        name
        for name, sheet in plan.surfaces.items()
        if sheet.dialect == "plain_midi" and document.surfaces[name].body is not None
    )
    supervisor.taps.append(ears.tap)
    async with asyncio.TaskGroup() as group:
        group.create_task(supervisor.run(stop))
        try:
            await _ready(supervisor)
            away = [one for one in plan.surfaces if supervisor.health[one].state not in _HEARD]
            for name in away:
                say(f"{name} is {supervisor.health[name].state}. {supervisor.health[name].reason}")
            if len(away) == len(plan.surfaces):
                return None
            ears.is_open = True
            hub.observers.append(lambda _, event: first.hear(event))
            return await _converse(first, ears, parameter, say, seconds)
        finally:
            stop.set()


async def _converse(
    wiggle: Wiggle, ears: _Ears, parameter: str | None, say: Say, seconds: float
) -> Learned | None:
    say(
        f"Move the control you mean, well away and back ({seconds:g} s); "
        "an endless one first to the right."
    )
    await asyncio.sleep(seconds)
    supposed = {name: (box, guess) for box, name, guess in ears.guesses()}
    for name, (_, guess) in supposed.items():
        wiggle.suppose(name, guess.kind, guess.amount)
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
    line = wiggle.line(control, parameter)
    if control not in supposed:
        return Learned(line)
    box, guess = supposed[control]
    return Learned(line, f"surfaces.{box}.controls", guess.name, guess.body)


async def _ready(supervisor: Supervisor) -> None:
    for _ in range(round(READY_LIMIT / _LOOK_EVERY)):
        if not any(one.state in {"opening", "syncing"} for one in supervisor.health.values()):
            return
        await asyncio.sleep(_LOOK_EVERY)
