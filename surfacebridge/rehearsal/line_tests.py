"""Tests that stand on a line: ``0dB -> 0.75``, ``-30dB <- 0.25``, ``press -> 0``.

Owns: running one line by itself, on the first strip and subject that has it.
Does not own: which line wins among several; stories are for that.
"""

from collections.abc import Iterator
from dataclasses import replace
from math import isinf

from surfacebridge.mapping.lines import Constant, LineTest
from surfacebridge.mapping.problems import Problem
from surfacebridge.model.controls import Gesture, LetGo, Moved, Pressed, Released, Touched
from surfacebridge.model.feedback import Show
from surfacebridge.model.lifecycle import Arrived
from surfacebridge.model.parameters import Follow, Report, Write
from surfacebridge.model.values import Value
from surfacebridge.rehearsal.expectations import same_value, value_text
from surfacebridge.rehearsal.peers import default_of
from surfacebridge.rehearsal.runner import Failure, Verdict
from surfacebridge.rehearsal.showing import fader_position, refuse_shown, show_text, shows
from surfacebridge.routing.bindings import FaderIn
from surfacebridge.routing.engine import Engine
from surfacebridge.routing.plan import Bank, Plan, PlanLine
from surfacebridge.routing.running import Effect
from surfacebridge.routing.state import Binding, Control, Parameter
from surfacebridge.routing.verbs import constant_value, refuse_constant

# The coarsest place of a ten-bit fader, and what a test may round away.
_ROUNDED = 0.0015


def run_line_tests(plan: Plan) -> list[Verdict]:
    """Return a verdict for every test that stands on a line, in file order."""
    return [
        _run(plan, line, test)
        for line in plan.lines
        if not line.implied
        for test in line.options.tests
    ]


def refuse_line_tests(plan: Plan) -> Iterator[Problem]:
    """Yield a problem for each test on a line that says what nothing there ever is."""
    for line in plan.lines:
        bench = _Bench.of(plan, line) if line.options.tests and not line.implied else None
        found = (bench.refuse(test) for test in line.options.tests) if bench else ()
        yield from (problem for problem in found if problem is not None)


def _run(plan: Plan, line: PlanLine, test: LineTest) -> Verdict:
    said = f"{test.surface.text} {test.arrow} {test.target.text}"
    bench = _Bench.of(plan, line)
    failure: tuple[str, str] | None
    if bench is None:
        failure = ("a strip and subject that have this line", "No strip and no subject has it.")
    elif test.arrow == "->":
        failure = bench.check_in(test.surface, test.target)
    else:
        failure = bench.check_out(test.surface, test.target)
    found = None if failure is None else Failure(test.span, said, *failure)
    reached = frozenset({line.order})
    return Verdict(f"{line.text}: {said}", test.span, found, reached=reached)


class _Bench:
    """One line on one control, alone with an engine."""

    def __init__(self, engine: Engine, control: Control, binding: Binding) -> None:
        self._engine = engine
        self._control = control
        self._parameter: Parameter = binding.parameters[0]
        self._binding = binding
        self._now = 100.0
        value = default_of(self._parameter.id, self._parameter.spec)
        self._engine.handle(Report(self._parameter.id, value), self._now)

    @classmethod
    def of(cls, plan: Plan, line: PlanLine) -> "_Bench | None":
        """Return the first strip and subject that ``line`` means something for."""
        alone = replace(line, condition=None)
        for bank in _banks(plan, line):
            only = replace(plan, lines=(alone,), banks=bank, keys={})
            engine = Engine(only)
            for name in (*plan.targets, *plan.surfaces):
                engine.handle(Arrived(name), 0.0)
            for control in engine.wiring.mapped:
                for binding in (*control.ins, *control.outs):
                    if binding.parameters:
                        return cls(engine, control, binding)
        return None

    def check_in(self, gesture: Constant, wanted: Constant) -> tuple[str, str] | None:
        """Make the gesture; return what was expected and what came instead, if it is not so."""
        gestures = self._gestures(gesture)
        if not gestures:
            kind = self._control.spec.kind
            return f"a gesture on a {kind}", f"{self._no_gesture(gesture)}."
        effects: list[Effect] = []
        for one in gestures:
            effects += self._engine.handle(one, self._now)
        sent = [
            one.value
            for one in effects
            if isinstance(one, Write) and one.parameter == self._parameter.id
        ]
        expected = self._own(wanted)
        around = self._tolerance(gestures)
        if sent and same_value(sent[-1], expected, self._parameter.spec, around):
            return None
        came = value_text(sent[-1], self._parameter.spec) if sent else "nothing"
        return f"{gesture.text} to send {wanted.text}", f"It sent {came}."

    def _no_gesture(self, gesture: Constant) -> str:
        """Return what to write where ``gesture`` is none on this control."""
        hint = {
            "fader": "it moves to 0dB, 75% or 0.5",
            "knob": "it moves to 0%, 75% or 0.5",
            "key": "write press or release",
            "vpot": "write press or release",
        }.get(self._control.spec.kind, "it only shows something, as in '0dB <- 0.75'")
        return f"'{gesture.text}' is no gesture here; {hint}"

    def refuse(self, test: LineTest) -> Problem | None:
        """Return what no run of ``test`` could ever make true, at its place."""
        spec, control = self._parameter.spec, self._control.spec
        told = refuse_constant(test.target, spec)
        if test.arrow == "<-":
            made = refuse_shown(test.surface, control)
        else:
            made = "" if self._gestures(test.surface) else self._no_gesture(test.surface)
        if made:
            return Problem(test.surface.span, made, "line-test")
        return Problem(test.target.span, told, "line-test") if told else None

    def check_out(self, wanted: Constant, said: Constant) -> tuple[str, str] | None:
        """Let the target speak; return what was expected and what came instead, if any."""
        self._engine.handle(Report(self._parameter.id, self._own(said)), self._now)
        # Whatever it showed before, a surface that starts anew is shown all there is.
        shown: Show | None = None
        for effect in self._engine.handle(Arrived(self._control.surface), self._now):
            if not isinstance(effect, Write | Follow) and effect.control == self._control.id:
                shown = effect
        if shown is not None and shows(shown, wanted, _ROUNDED, self._control.spec):
            return None
        came = f"It shows {show_text(shown)}." if shown else "It shows nothing."
        return f"{said.text} to be shown as {wanted.text}", came

    def _own(self, constant: Constant) -> Value:
        spec = self._parameter.spec
        return constant_value(constant.number, constant.unit, constant.word, spec)

    def _gestures(self, constant: Constant) -> list[Gesture]:
        control = self._control.id
        match self._control.spec.kind:
            case "fader" | "knob":
                place = fader_position(constant, self._control.spec)
                if place is None:
                    return []
                # All the way down and up first: a fader without a motor has to catch its value.
                travel = (Moved(control, one) for one in (0.0, 1.0, place))
                return [Touched(control), *travel, LetGo(control)]
            case "key" | "vpot" if constant.word in {"press", "release"}:
                pressed: list[Gesture] = [Pressed(control)]
                return pressed if constant.word == "press" else [*pressed, Released(control)]
            case _:
                return []

    def _tolerance(self, gestures: list[Gesture]) -> float | None:
        """Return how far a value moves between two neighbouring places of the fader."""
        binding = self._binding
        places = [one.position for one in gestures if isinstance(one, Moved)]
        if not places or not isinstance(binding, FaderIn):
            return None
        place = places[-1]
        step = 1.0 / max(self._control.spec.steps - 1, 1)
        near = [binding.forward(min(max(place + way, 0.0), 1.0)) for way in (-step, 0.0, step)]
        numbers = [float(one) for one in near if isinstance(one, float | int)]
        widest = max(numbers, default=0.0) - min(numbers, default=0.0)
        return None if isinf(widest) or not numbers else widest


def _banks(plan: Plan, line: PlanLine) -> Iterator[tuple[Bank, ...]]:
    if not line.in_strip:
        yield plan.banks
        return
    for bank in plan.banks:
        for subject in bank.subjects:
            yield (Bank(bank.name, (subject,)),)
