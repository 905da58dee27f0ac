"""Steps of a story on a virtual rig: what happened, and whether it was as expected.

Owns: doing the steps, and when to look.  Does not own: the grammar (``story``)
or comparing (``expectations``).

Rule: an expectation looks at what happened since the hand or the target last
did something, and waits for the rest of its time.  What must not happen is
waited for just as long.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from surfacebridge.mapping.document import Story
from surfacebridge.mapping.source import Span
from surfacebridge.model.controls import (
    ControlId,
    LetGo,
    Moved,
    Pressed,
    Released,
    Touched,
    Turned,
)
from surfacebridge.model.parameters import ParameterId, Report
from surfacebridge.rehearsal.expectations import Evidence, expected, got, is_met
from surfacebridge.rehearsal.rig import Cast, Rig
from surfacebridge.rehearsal.story import (
    Expect,
    Lose,
    Move,
    OnWire,
    ParameterSaid,
    Plug,
    Press,
    Receive,
    Release,
    Restart,
    Said,
    Send,
    Sent,
    Step,
    Tap,
    Touch,
    Turn,
    Unplug,
    Wait,
)
from surfacebridge.routing.plan import Plan
from surfacebridge.routing.verbs import constant_value

WITHIN: Final = 0.5
"""How long an expectation waits, in seconds, where it does not say.

Longer than the engine's patience for an echo (0.3 s), so that what it decides
then is still seen.
"""

# A hand in motion is heard a hundred times a second.
_MOTION: Final = 0.01

# A product that restarts is away for at least that long.
_RESTART: Final = 1.0


@dataclass(frozen=True, slots=True)
class Failure:
    """Where a story went wrong: the step, what it expected and what came instead."""

    span: Span
    step: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"{self.span}: expected {self.expected}. {self.got}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one test ended; ``seconds`` are virtual, ``reached`` orders of plan lines."""

    name: str
    span: Span
    failure: Failure | None
    seconds: float = 0.0
    reached: frozenset[int] = frozenset()

    @property
    def passed(self) -> bool:
        """Whether all was as expected."""
        return self.failure is None


class _Stopped(Exception):
    """The step that cannot go on, and why; never leaves this module."""

    def __init__(self, expected: str, got: str) -> None:
        super().__init__(got)
        self.expected = expected
        self.got = got


def run_story(story: Story, steps: Sequence[Step], plan: Plan, cast: Cast) -> Verdict:
    """Run ``steps`` on a fresh rig; the first step that fails ends the story."""
    rig = Rig(plan, cast)
    rig.start()
    telling = _Telling(rig)
    start = rig.now
    failure = None
    for step in steps:
        try:
            telling.do(step)
        except _Stopped as stopped:
            failure = Failure(step.span, step.text, stopped.expected, stopped.got)
            break
    return Verdict(story.name, story.span, failure, rig.now - start, frozenset(rig.reached))


def missed(steps: Sequence[Step], plan: Plan, cast: Cast) -> list[Step]:
    """Run all ``steps`` on a fresh rig; return those that were not so or could not be done."""
    rig = Rig(plan, cast)
    rig.start()
    telling = _Telling(rig)
    found = []
    for step in steps:
        try:
            telling.do(step)
        except _Stopped:
            found.append(step)
    return found


class _Telling:
    """One story on one rig."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._mark = len(rig.log)

    def do(self, step: Step) -> None:
        action = step.action
        if not isinstance(action, Wait | Lose | Expect):
            self._mark = len(self._rig.log)
        _ACTIONS[type(action)](self, action)

    # Hands

    def _hand_on(self, control: str) -> ControlId:
        surface = control.partition(".")[0]
        if not self._rig.is_plugged(surface):
            raise _Stopped(f"a hand on {control}", f"{surface} is unplugged at this step.")
        return ControlId(control)

    def touch(self, action: Touch) -> None:
        control = self._hand_on(action.control)
        self._rig.held.add(control)
        self._rig.gesture(Touched(control))

    def release(self, action: Release) -> None:
        control = self._hand_on(action.control)
        if self._spec_kind(control) != "fader":
            self._rig.gesture(Released(control))
            return
        self._rig.held.discard(control)
        self._rig.gesture(LetGo(control))

    def _spec_kind(self, control: ControlId) -> str:
        return self._rig.engine.wiring.controls[control].spec.kind

    def move(self, action: Move) -> None:
        control = self._hand_on(action.control)
        spec = self._rig.engine.wiring.controls[control].spec
        grabs = spec.touch and control not in self._rig.held
        if grabs:
            self._rig.gesture(Touched(control))
        self._travel(control, action.to, action.over)
        if grabs:
            self._rig.gesture(LetGo(control))

    def _travel(self, control: ControlId, end: float, over: float) -> None:
        rig = self._rig
        steps = max(rig.engine.wiring.controls[control].spec.steps - 1, 1)
        shown = rig.engine.wiring.controls[control].shown
        start = shown if isinstance(shown, float) else 0.0
        began, count = rig.now, max(round(over / _MOTION), 1)
        for place in range(1, count + 1):
            rig.advance(began + over * place / count)
            position = start + (end - start) * place / count
            rig.gesture(Moved(control, round(position * steps) / steps))

    def press(self, action: Press) -> None:
        self._rig.gesture(Pressed(self._hand_on(action.control)))

    def tap(self, action: Tap) -> None:
        control = self._hand_on(action.control)
        self._rig.gesture(Pressed(control))
        self._rig.advance(self._rig.now + action.held)
        self._rig.gesture(Released(control))

    def turn(self, action: Turn) -> None:
        self._rig.gesture(Turned(self._hand_on(action.control), action.ticks))

    # Cables and peers

    def receive(self, action: Receive) -> None:
        self._speak(action.endpoint, action.said)

    def send(self, action: Send) -> None:
        self._speak(action.endpoint, action.said)

    def _speak(self, endpoint: str, said: Said) -> None:
        rig = self._rig
        if not rig.is_plugged(endpoint):
            raise _Stopped(f"{endpoint} to say something", "It is unplugged at this step.")
        match said:
            case ParameterSaid(name, constant):
                spec = rig.plan.spec(endpoint, name.partition(".")[2])
                if spec is not None:
                    value = constant_value(constant.number, constant.unit, constant.word, spec)
                    rig.report(Report(ParameterId(name), value))
            case _:
                self._need_bytes(endpoint)
                rig.hear(endpoint, rig.peer(endpoint).say(said))

    def _need_bytes(self, endpoint: str) -> None:
        rig = self._rig
        if not rig.speaks_bytes(endpoint) and rig.is_plugged(endpoint):
            sheet = rig.plan.surfaces.get(endpoint) or rig.plan.targets[endpoint]
            raise _Stopped(
                f"bytes to and from {endpoint}",
                f"The dialect '{sheet.dialect}' has no profile yet, so it is rehearsed without "
                "bytes; name controls and parameters instead.",
            )

    def wait(self, action: Wait) -> None:
        self._rig.advance(self._rig.now + action.seconds)

    def unplug(self, action: Unplug) -> None:
        self._rig.unplug(action.endpoint)

    def plug(self, action: Plug) -> None:
        self._rig.plug(action.endpoint)

    def restart(self, action: Restart) -> None:
        self._rig.unplug(action.endpoint)
        self._rig.advance(self._rig.now + _RESTART)
        self._rig.plug(action.endpoint)

    def lose(self, action: Lose) -> None:
        self._rig.lose(action.endpoint, action.share)

    # Expectations

    def expect(self, action: Expect) -> None:
        rig, what, never = self._rig, action.what, action.never
        if isinstance(what, Sent) and isinstance(what.said, OnWire):
            self._need_bytes(what.endpoint)
        evidence = Evidence(rig, self._mark)
        within = WITHIN if action.within is None else action.within
        happened = rig.run_until(lambda: is_met(what, evidence, never=never), rig.now + within)
        if happened == never:
            raise _Stopped(
                expected(what, never=never, within=within),
                got(what, evidence, never=never) + self._absent(what),
            )

    def _absent(self, what: object) -> str:
        if isinstance(what, Sent) and not self._rig.is_present(what.endpoint):
            return f" {what.endpoint} has not answered the bridge, so nothing is written to it."
        return ""


_ACTIONS: Final[dict[type, Callable[..., None]]] = {
    Touch: _Telling.touch,
    Release: _Telling.release,
    Move: _Telling.move,
    Press: _Telling.press,
    Tap: _Telling.tap,
    Turn: _Telling.turn,
    Receive: _Telling.receive,
    Send: _Telling.send,
    Wait: _Telling.wait,
    Unplug: _Telling.unplug,
    Plug: _Telling.plug,
    Lose: _Telling.lose,
    Restart: _Telling.restart,
    Expect: _Telling.expect,
}
