"""What everything means now: the wiring of one plan, and what changes it.

Owns: banks, layers, modifiers and variables while they change, and showing
the difference.  Does not own: gestures (``engine``) or the choice itself
(``wiring``).

Rule: a change of meaning is whole before anything of it is shown, and only
what became different is shown.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from surfacebridge.model.controls import ControlId
from surfacebridge.routing.banks import Banks
from surfacebridge.routing.conditions import Situation
from surfacebridge.routing.painting import Painting
from surfacebridge.routing.plan import Plan, ToPattern, Variable
from surfacebridge.routing.running import Running
from surfacebridge.routing.state import Control, Parameter
from surfacebridge.routing.takeover import TAKEOVERS, Takeover, TakeoverName
from surfacebridge.routing.wiring import Wiring
from surfacebridge.routing.writing import Writing

SETTLE_AFTER: Final = 0.02
"""Seconds after another plan was adopted until targets are asked for what it shows."""


class Live:
    """The wiring in force, and the surfaces and targets kept true to it."""

    def __init__(self, running: Running, plan: Plan) -> None:
        self._running: Final = running
        self.situation: Final = Situation()
        self.writing: Final = Writing(running, self.changed)
        self._old: Wiring | None = None
        self._wire(plan, None)

    # Another plan

    def adopt(self, wiring: Wiring, now: float) -> None:
        """Run the plan of ``wiring`` from now on: same state, only the differences are sent."""
        old = self.wiring
        self._wire(wiring.plan, old, wiring)
        for control in self.controls.values():
            if control.surface in self._running.present:
                self.painting.refresh(control, now)
        self.writing.resume(list(self.wiring.parameters.values()), now)
        # What need not be at once is done in a moment of its own: faders move meanwhile.
        self._running.schedule.add(now + SETTLE_AFTER, "adopted")
        self._old = old

    def settle(self) -> None:
        """Follow what an adopted plan brought into view, and let go of the plan before."""
        self.writing.follow_no_others(self.wiring.parameters)
        self._follow(self.wiring.first_reach)
        if self._old is not None:
            self._old.dissolve()
            self._old = None

    def _wire(self, plan: Plan, old: Wiring | None, fresh: Wiring | None = None) -> None:
        self._running.epoch += 1
        self.plan = plan
        self.banks = Banks(plan.banks, len(plan.strips), plan.edge)
        if old is not None:
            self.banks.adopt(old.banks)
        if not any(self.situation.has("layer", name) for name in plan.layers):
            self.situation.choose("layer", plan.default_layer)
        self.situation.choose("bank", self.banks.active)
        self.wiring = fresh or Wiring(plan, self.banks, self.situation)
        if old is not None:
            self.wiring.inherit(old)
        self.wiring.put_in_force(self.banks, self.situation)
        self.painting = Painting(self._running, self.wiring)
        self.controls = self.wiring.controls
        self._mapped = self.wiring.mapped
        self._clocks = self.wiring.clocks
        for control in self._mapped:
            ready = self.wiring.ready.get(control.id)
            control.ins, control.outs = ready or self.wiring.choose(control)
            before = None if old is None else old.controls.get(control.id)
            control.takeover = _takeover_of(control, before)
            _watch(control)
            if control.held and before is not None:
                same = _means_the_same(before.grabbed, control)
                control.grabbed = control.ins if same else ()

    def follow(self) -> None:
        """Ask every target for what may come into view and is not followed yet."""
        self._follow(list(self.wiring.reach()))

    def _follow(self, reach: Sequence[Parameter]) -> None:
        for target in self.plan.targets:
            self.writing.follow(target, reach)

    def resync(self, target: str) -> None:
        """Read everything of ``target`` again: what it said before counts no more."""
        self.writing.follow_anew(target, list(self.wiring.reach()))

    def repaint(self, surface: str, now: float) -> None:
        """Show everything of ``surface`` again; a fader that is held waits for its release."""
        for control in self.controls.values():
            if control.surface == surface:
                if not control.held:
                    control.shown = None
                self.painting.refresh(control, now)

    # What changed

    def changed(self, parameter: Parameter, origin: Control | None, now: float) -> None:
        """Show another value of ``parameter`` everywhere but on the fader that made it."""
        for control in parameter.views:
            if control is origin and control.spec.kind == "fader":
                continue
            self.painting.refresh(control, now)
            if control.spec.kind == "text":
                self.painting.refresh_row(control, now)
        if parameter.watchers:
            self._rewire([self.controls[name] for name in parameter.watchers], now)
        if parameter.chooses and parameter.value:
            for name, value in parameter.chooses:
                self._set_variable(self.plan.variables[name], value, now)

    def forget(self, target: str, now: float) -> None:
        """Know nothing of ``target``; surfaces keep what they show until something is known.

        Only meters do not: they go dark.
        """
        watching: dict[ControlId, Control] = {}
        self.writing.forget(target)
        for parameter in self.wiring.parameters.values():
            if parameter.target == target:
                if parameter.setpoint is not None:
                    self._running.counts["absent"] += 1
                parameter.forget()
                watching |= {name: self.controls[name] for name in parameter.watchers}
                for control in parameter.views:
                    control.wanted = None
                    if control.spec.kind == "meter":
                        self.painting.refresh(control, now)
        self._rewire(watching.values(), now)

    def set(
        self, kind: str, name: str, active: bool, now: float, but: Control | None = None
    ) -> None:
        """Note what is the case now; ``but`` keeps the meaning it has."""
        if self.situation.set(kind, name, active):
            spoken_to = self.wiring.conditional_on(kind, name)
            self._rewire((one for one in spoken_to if one is not but), now)
            if kind == "modifier":
                self.refresh_keys(now)

    def tell_time(self, clock: tuple[int, int, int], now: float) -> None:
        """Show the time of day where it is to be seen."""
        self.wiring.binder.clock = clock
        for control in self._clocks:
            self.painting.refresh(control, now)

    # Banks, layers, variables

    def choose_layer(self, name: str, now: float) -> None:
        """Make ``name`` the one active layer."""
        if not self.situation.has("layer", name):
            self.situation.choose("layer", name)
            self._rewire(self._mapped, now)
            self.refresh_keys(now)

    def select_bank(self, name: str, now: float) -> None:
        """Turn bank ``name`` on."""
        if self.banks.select(name):
            self._window_moved(now)

    def page(self, step: int, now: float) -> None:
        """Move the window by ``step`` times its width, or let the target do it."""
        self._move(step * max(len(self.plan.strips), 1), now)

    def nudge(self, step: int, now: float) -> None:
        """Move the window by ``step`` subjects, or let the target do it."""
        self._move(step, now)

    def _move(self, subjects: int, now: float) -> None:
        bank = self.banks.bank
        if bank is not None and bank.delegate is not None:
            message = bank.delegate[0 if subjects < 0 else 1]
            self._say(ToPattern(message.target, message.text, (), send_only=True))
        elif self.banks.move(subjects):
            self._window_moved(now)

    def _window_moved(self, now: float) -> None:
        self.situation.choose("bank", self.banks.active)
        self._rewire(self._mapped, now)
        self.refresh_keys(now)

    def step_variable(self, name: str, step: int, now: float, *, wrap: bool) -> None:
        """Give variable ``name`` its next value, and everything the meaning it has then."""
        variable = self.plan.variables.get(name)
        if variable is None:
            self._running.counts["undone"] += 1
            return
        binder = self.wiring.binder
        values, here = variable.values, binder.variables[name]
        place = (values.index(here) if here in values else 0) + step
        place = place % len(values) if wrap else min(max(place, 0), len(values) - 1)
        self._set_variable(variable, values[place], now)

    def _set_variable(self, variable: Variable, value: str, now: float) -> None:
        binder = self.wiring.binder
        if binder.variables[variable.name] == value:
            return
        binder.variables[variable.name] = value
        message = binder.variable_pattern(variable)
        if message is not None:
            self.writing.emit(message, True)
        self._rewire(self._mapped, now)
        for control in self._mapped:
            if control.spec.kind == "text":
                self.painting.refresh(control, now)
        if variable.show is not None:
            self.painting.refresh(self.controls[variable.show], now)
        self.follow()

    def _say(self, pattern: ToPattern) -> None:
        message = self.wiring.binder.pattern(pattern, 0, None)
        if message is not None:
            self.writing.emit(message, True)

    # Choosing again

    def _rewire(self, controls: Iterable[Control], now: float) -> None:
        """Choose again among lines, then show what became different."""
        different: list[Control] = []
        for control in controls:
            ins, outs = self.wiring.choose(control)
            if ins != control.ins:
                self._running.epoch += 1
                control.ins = ins
                _take_over(control)
            if outs != control.outs:
                self._running.epoch += 1
                _unwatch(control)
                control.outs = outs
                _watch(control)
                different.append(control)
        for control in different:
            self.painting.refresh(control, now, anew=True)
            if control.spec.kind == "text":
                self.painting.refresh_row(control, now)

    def refresh_keys(self, now: float) -> None:
        """Show what the bridge's own keys stand for now."""
        for identity in self.plan.keys:
            self.painting.refresh(self.controls[identity], now)


def _way_of(control: Control) -> TakeoverName | None:
    """Return how a fader catches its value; a motor needs no catching."""
    if control.spec.kind not in {"fader", "knob"}:
        return None
    named = next((b.line.options.takeover for b in control.ins if b.line is not None), None)
    for way in TAKEOVERS:
        if way == named:
            return None if way == "motor" else way
    return None if control.spec.motor else "pickup"


def _takeover_of(control: Control, before: Control | None) -> Takeover | None:
    """Return how ``control`` catches its value; what it had caught ``before``, it has still."""
    way = _way_of(control)
    if way is None:
        return None
    kept = None if before is None else before.takeover
    if before is not None and kept is not None and kept.way == way:
        return kept if _means_the_same(before.ins, control) else Takeover(way)
    return Takeover(way)


def _take_over(control: Control) -> None:
    """Let a fader catch anew what it stands for now."""
    way = _way_of(control)
    if way is None or control.takeover is None:
        control.takeover = None if way is None else Takeover(way)
    else:
        control.takeover.reset(way)


def _means_the_same(before: Iterable[object], control: Control) -> bool:
    """Return whether a hand that took hold before a reload still writes the same."""

    def ids(bindings: Iterable[object]) -> list[object]:
        return [[one.id for one in getattr(binding, "parameters", ())] for binding in bindings]

    return ids(before) == ids(control.ins)


def _watch(control: Control) -> None:
    for binding in control.outs:
        for parameter in binding.parameters:
            if control not in parameter.views:
                parameter.views.append(control)


def _unwatch(control: Control) -> None:
    for binding in control.outs:
        for parameter in binding.parameters:
            if control in parameter.views:
                parameter.views.remove(control)
