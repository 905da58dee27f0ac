"""Why did this happen: each event in a sentence, with its line and its outcome.

Owns: wording.  Does not own: deciding; it watches the engine decide, and costs
nothing while nobody asks.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Final

from surfacebridge.errors import UnknownName
from surfacebridge.mapping.problems import did_you_mean
from surfacebridge.model.controls import (
    ControlId,
    LetGo,
    Moved,
    Pressed,
    Released,
    Touched,
    Turned,
)
from surfacebridge.model.feedback import ShowLamp, ShowMotor, ShowText
from surfacebridge.model.lifecycle import ClockTicked
from surfacebridge.model.parameters import Follow, ParameterId, Report, Write
from surfacebridge.model.values import Value
from surfacebridge.routing.engine import Engine
from surfacebridge.routing.running import Effect, Event
from surfacebridge.routing.state import Control, Parameter
from surfacebridge.routing.text import format_value

Say = Callable[[str], None]

_ENDS_A_WORD: Final = ("", ".", ":", "/", " ")

# What the engine's counters mean for one event.
_DROPPED: Final = {
    "untouched": "ignored, because no finger is on it",
    "late": "ignored, because its bank or layer changed under the finger",
    "owned": "ignored, because another hand has the value",
    "not caught": "not taken over yet, because it has not reached the value",
    "unknown": "ignored, because nobody knows the present value yet",
    "absent": "dropped, because the target is not there",
    "unmapped": "ignored, because no line speaks about it",
    "undone": "an action that cannot be done",
    "odd": "ignored, because it is no number",
}


def begins(identity: str, name: str) -> bool:
    """Return whether ``identity`` is ``name`` or begins with it, in whole words."""
    return identity.startswith(name) and identity[len(name) : len(name) + 1] in _ENDS_A_WORD


def refuse_unknown(engine: Engine, names: Collection[str]) -> None:
    """Raise UnknownName for the first of ``names`` that nothing in ``engine``'s rig begins with."""
    plan = engine.plan
    known = [
        *engine.wiring.controls,
        *(f"{target}.{one}" for target, sheet in plan.targets.items() for one in sheet.parameters),
    ]
    for name in names:
        # What a raw address may be is the peer's to know.
        endpoint = name.partition(":")[0] if ":" in name else name
        if endpoint not in plan.targets and not any(begins(one, name) for one in known):
            hint = did_you_mean(name, known) or "; 'surfacebridge expand RIG' lists what is."
            raise UnknownName(f"Nothing in this rig is called '{name}'{hint}")


class Why:
    """Lets ``engine`` decide and says what it did; ``names`` narrows it, empty means all.

    A name is a control, a parameter, or the first words of either: ``x.fader``,
    ``desk.ch.1`` (which is not ``desk.ch.10``).  A report that only says again what
    the last one said, and that nothing follows, is passed over.
    """

    def __init__(self, engine: Engine, names: Collection[str], say: Say) -> None:
        self._engine = engine
        self._names = tuple(names)
        self._say = say
        self._reported: dict[ParameterId, Value] = {}
        """The last report of each mapped parameter: a desk that is polled says it for ever."""

    def handle(self, event: Event, now: float) -> list[Effect]:
        """Decide on ``event`` as the engine does, and say why if it is asked about."""
        before = Counter(self._engine.counts)
        held = self._held(event)
        effects = self._engine.handle(event, now)
        about = "" if self._is_old(event, effects) else _about(event)
        if about and (not self._names or any(begins(about, name) for name in self._names)):
            dropped = [_DROPPED[what] for what in self._engine.counts - before if what in _DROPPED]
            self._say(
                f"{self._what(event)}: {'; '.join(self._outcome(event, effects, dropped, held))}"
            )
        return effects

    def _is_old(self, event: Event, effects: Sequence[Effect]) -> bool:
        """Return whether ``event`` only says again what the last report said."""
        if not isinstance(event, Report) or self._parameter(event.parameter) is None:
            return False
        last = self._reported.get(event.parameter)
        self._reported[event.parameter] = event.value
        return not effects and last == event.value

    def _what(self, event: Event) -> str:
        match event:
            case Moved(control=control, position=position):
                return f"{control} moved to {position:.1%}{self._lines(control)}"
            case Turned(control=control, ticks=ticks):
                return f"{control} turned by {ticks:+d}{self._lines(control)}"
            case Pressed(control=control) | Touched(control=control):
                verb = "was pressed" if isinstance(event, Pressed) else "was touched"
                return f"{control} {verb}{self._lines(control)}"
            case Released(control=control) | LetGo(control=control):
                verb = "came up" if isinstance(event, Released) else "was let go"
                return f"{control} {verb}"
            case Report(parameter=parameter, value=value):
                return f"{parameter} is said to be {self._value(parameter, value)}"
            case _:
                return str(event)

    def _lines(self, identity: ControlId) -> str:
        control = self._engine.wiring.controls.get(identity)
        lines = [b.line for b in control.ins if b.line is not None] if control else []
        said = ", ".join(f"line {one.span.line} '{one.text}'" for one in lines)
        return f" by {said}" if said else ""

    def _outcome(
        self,
        event: Event,
        effects: Sequence[Effect],
        dropped: Sequence[str],
        held: Sequence[Control],
    ) -> list[str]:
        said = list(dropped)
        for effect in effects:
            words = self._effect(effect)
            if words:
                said.append(words)
        moved = {one.control for one in effects if isinstance(one, ShowMotor)}
        said += [
            f"{control.id} is held, so its motor waits"
            for control in held
            if control.id not in moved
        ]
        if not said:
            said.append(
                "it holds that already, or it is our own write coming home"
                if isinstance(event, Report)
                else "the target holds that already"
                if isinstance(event, Moved | Turned)
                else "nothing follows"
            )
        return said

    def _effect(self, effect: Effect) -> str:
        match effect:
            case Write(parameter=parameter, value=value):
                return f"{parameter} is written {self._value(parameter, value)}"
            case ShowMotor(control=control, position=position):
                return f"the motor of {control} goes to {position:.1%}"
            case ShowLamp(control=control, state=state):
                return f"the lamp of {control} is {state}"
            case ShowText(control=control, text=text):
                return f"{control} says {text!r}"
            case Follow(target=target):
                return f"{target} is read"
            case _:
                return ""

    def _held(self, event: Event) -> list[Control]:
        if not isinstance(event, Report):
            return []
        parameter = self._parameter(event.parameter)
        views = parameter.views if parameter is not None else []
        return [one for one in views if one.held and one.spec.kind == "fader"]

    def _value(self, identity: ParameterId, value: Value) -> str:
        parameter = self._parameter(identity)
        spec = parameter.spec if parameter is not None else None
        unit = " dB" if spec is not None and spec.kind == "level" else ""
        return format_value(value, spec, "") + unit

    def _parameter(self, identity: ParameterId) -> Parameter | None:
        return self._engine.wiring.parameters.get(identity)


def _about(event: Event) -> str:
    match event:
        case Report(parameter=parameter):
            return parameter
        case Moved() | Turned() | Pressed() | Released() | Touched() | LetGo():
            return event.control
        case ClockTicked():
            return ""
        case _:
            return event.endpoint
