"""Every decision the bridge makes: one event and a time in, effects out.

Owns: whose a fader is, what goes to the target, what a surface shows, and
when.  Does not own: which line is live (``wiring``), bytes (``profiles``).

Rules: a motor never moves under a hand.  Nothing is written that the target
holds already.  The last value always goes out.  An unknown value is neither
shown nor built upon.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Final

from surfacebridge.model.controls import (
    ControlId,
    Gesture,
    LetGo,
    Moved,
    Pressed,
    Released,
    Touched,
    Turned,
)
from surfacebridge.model.feedback import (
    Show,
    ShowColour,
    ShowLamp,
    ShowMeter,
    ShowMotor,
    ShowRing,
    ShowText,
)
from surfacebridge.model.lifecycle import Arrived, ClockTicked, Gone
from surfacebridge.model.parameters import Follow, Report, Write
from surfacebridge.model.values import EIGHT_COLOURS, OFF, Value
from surfacebridge.routing.banks import Banks
from surfacebridge.routing.bindings import FaderIn, KeyIn, Out, TurnIn, VerbIn
from surfacebridge.routing.conditions import Situation
from surfacebridge.routing.plan import KeyAction, Plan, ToPattern, ToText
from surfacebridge.routing.setpoints import Schedule
from surfacebridge.routing.state import NEVER, Binding, Control, Parameter
from surfacebridge.routing.takeover import TAKEOVERS, Takeover
from surfacebridge.routing.verbs import constant_of_text
from surfacebridge.routing.wiring import Wiring

Event = Gesture | Report | Arrived | Gone | ClockTicked
Effect = Write | Show | Follow

# A fader that senses no touch counts as held this long after it last moved
# (asked for in demand.md, row 1; REAPER's own stand-in of 3 s feels stuck).
HOLD_AFTER_MOVE: Final = 0.25

# How long a released fader waits for the echo of its last move before it
# settles on what is known; a slow DAW answers within 0.1 s, Live within 0.2 s.
ECHO_PATIENCE: Final = 0.3

# A cap that runs by motor may overshoot by this much of its travel.
OVERSHOOT: Final = 0.04

# Reports of a motor's own travel may trail the motion by this many seconds.
TRAVEL_TAIL: Final = 0.1

# Two presses nearer than this are a double press.
DOUBLE_PRESS: Final = 0.4


class Engine:
    """The bridge's mind, for one plan at a time.

    ``counts`` says what was dropped and why: ``untouched`` moves without a
    finger, ``late`` moves of a fader whose meaning changed under the hand,
    ``unknown`` gestures on a value nobody knows yet, ``absent`` writes to a
    target that is not there, ``unmapped`` events that no line speaks about.
    """

    def __init__(self, plan: Plan) -> None:
        self.counts: Counter[str] = Counter()
        self.plan = plan
        self._present: set[str] = set()
        self._out: list[Effect] = []
        self._schedule = Schedule()
        self._presses: dict[ControlId, float] = {}
        self.situation = Situation()
        self._wire(plan, None)
        self._handlers: Final[dict[type, Callable[..., None]]] = {
            Moved: self._moved,
            Turned: self._turned,
            Pressed: self._pressed,
            Released: self._released,
            Touched: self._touched,
            LetGo: self._let_go,
            Report: self._reported,
            Arrived: self._arrived,
            Gone: self._gone,
            ClockTicked: self._clock_ticked,
        }

    @property
    def wiring(self) -> Wiring:
        """The live bindings, for explaining and for people to look at."""
        return self._wiring

    def handle(self, event: Event, now: float) -> list[Effect]:
        """Take one event; return what to send, in order."""
        self._out = []
        self._handlers[type(event)](event, now)
        return self._out

    def wake(self, now: float) -> list[Effect]:
        """Do what is due; return what to send."""
        self._out = []
        while (entry := self._schedule.take(now)) is not None:
            match entry:
                case "write", Parameter() as parameter:
                    self._write_queued(parameter, now)
                case "show", Control() as control:
                    control.queued = False
                    if not self._is_held_back(control):
                        self._show(control, now)
                case "rest", Control() as control:
                    self._rest(control, now)
                case "echo", Control() as control:
                    if control.awaits_echo_until <= now and not control.held:
                        self._settle(control, now, patient=False)
                case _:
                    pass
        return self._out

    def next_wakeup(self) -> float | None:
        """Return when ``wake`` is due next."""
        return self._schedule.next_due()

    def adopt(self, plan: Plan, now: float) -> list[Effect]:
        """Run ``plan`` from now on: same state, and only the differences are sent."""
        self._out = []
        old, self.plan = self._wiring, plan
        self._schedule = Schedule()
        self._wire(plan, old)
        for control in self._controls.values():
            if control.held and control.held_until != NEVER:
                self._schedule.add(control.held_until, "rest", control)
            if control.surface in self._present:
                self._refresh(control, now)
        for parameter in self._parameters.values():
            if parameter.setpoint is not None:
                parameter.queued = True
                self._schedule.add(now, "write", parameter)
        for target in plan.targets:
            if target in self._present:
                self._follow(target)
        return self._out

    # Gestures

    def _moved(self, event: Moved, now: float) -> None:
        control = self._controls.get(event.control)
        if control is None:
            self.counts["unmapped"] += 1
            return
        position = event.position
        if not self._is_hand(control, position, now):
            return
        control.shown = position
        control.moved = True
        if control.held and control.grabbed is not control.ins:
            # Its bank or layer changed under the hand: this finger meant the old one.
            self.counts["late"] += 1
            return
        for binding in control.ins:
            if isinstance(binding, FaderIn):
                self._move_into(control, binding, position, now)
        if control.echo == "servo" and control.spec.motor:
            self._out.append(ShowMotor(control.surface, control.id, position))

    def _move_into(self, control: Control, binding: FaderIn, position: float, now: float) -> None:
        takeover = control.takeover
        if takeover is not None:
            parameter = binding.parameter
            value = parameter.value if parameter.setpoint is None else parameter.setpoint
            there = None if value is None else binding.back(value)
            taken = takeover.moved(position, there if isinstance(there, float) else None)
            if taken is None:
                self.counts["not caught"] += 1
                return
            position = taken
        self._write(binding.parameter, binding.forward(position), control, now)

    def _is_hand(self, control: Control, position: float, now: float) -> bool:
        """Return whether a move is a hand's, and note a touch that only motion shows."""
        match control.touch:
            case "required":
                if not control.held:
                    self.counts["untouched"] += 1
                return control.held
            case "ignore":
                return not self._is_own_travel(control, position, now)
            case _:
                if not control.held:
                    if self._is_own_travel(control, position, now):
                        return False
                    self._take(control, now)
                    self._schedule.add(now + HOLD_AFTER_MOVE, "rest", control)
                control.held_until = now + HOLD_AFTER_MOVE
                return True

    def _is_own_travel(self, control: Control, position: float, now: float) -> bool:
        if now > control.motor_until or not isinstance(control.shown, float):
            return False
        low, high = sorted((control.motor_from, control.shown))
        return low - OVERSHOOT <= position <= high + OVERSHOOT

    def _touched(self, event: Touched, now: float) -> None:
        control = self._controls.get(event.control)
        if control is None:
            self.counts["unmapped"] += 1
        elif not control.held:
            self._take(control, now)
            control.held_until = NEVER

    def _take(self, control: Control, now: float) -> None:
        control.held = True
        control.moved = False
        control.awaits_echo_until = NEVER
        self._set_situation("touched", control.id, True, now)
        control.grabbed = control.ins
        self._press_lines(self._controls.get(ControlId(f"{control.id}.touch")), now)

    def _let_go(self, event: LetGo, now: float) -> None:
        control = self._controls.get(event.control)
        if control is None:
            self.counts["unmapped"] += 1
        elif control.held:
            self._leave(control, now)

    def _leave(self, control: Control, now: float) -> None:
        for binding in control.grabbed:
            if isinstance(binding, FaderIn) and binding.parameter.setpoint is not None:
                self._write_queued(binding.parameter, now)
        control.held = False
        control.held_until = NEVER
        control.grabbed = ()
        self._release_lines(self._controls.get(ControlId(f"{control.id}.touch")), now)
        self._set_situation("touched", control.id, False, now)
        self._settle(control, now, patient=True)

    def _rest(self, control: Control, now: float) -> None:
        if not control.held or control.held_until == NEVER:
            return
        if control.held_until > now:
            self._schedule.add(control.held_until, "rest", control)
        else:
            self._leave(control, now)

    def _settle(self, control: Control, now: float, *, patient: bool) -> None:
        """Show a fader that was let go what its target holds, once."""
        if not control.spec.motor or control.surface not in self._present:
            return
        waits = any(p.awaited for binding in control.outs for p in binding.parameters)
        if waits and patient and not control.moved:
            waits = False
        if waits and patient:
            control.awaits_echo_until = now + ECHO_PATIENCE
            self._schedule.add(control.awaits_echo_until, "echo", control)
            return
        control.awaits_echo_until = NEVER
        wanted = self._wanted(control)
        if wanted is None:
            return
        control.wanted = wanted
        if control.moved and control.echo == "settle":
            # A motor that serves its last order would run back to it: confirm where it is.
            control.shown = None
        control.moved = False
        self._show(control, now)

    def _turned(self, event: Turned, now: float) -> None:
        control = self._controls.get(event.control)
        if control is None:
            self.counts["unmapped"] += 1
            return
        for binding in control.ins:
            match binding:
                case TurnIn(relative=None):
                    self._emit(binding.parameter, binding.forward(float(event.ticks)))
                case TurnIn():
                    value = binding.turned(event.ticks)
                    if value is None:
                        self.counts["unknown"] += 1
                    else:
                        self._write(binding.parameter, value, control, now)
                case _:
                    pass

    def _pressed(self, event: Pressed, now: float) -> None:
        control = self._controls.get(event.control)
        if control is None:
            self.counts["unmapped"] += 1
            return
        last = self._presses.get(control.id, NEVER)
        self._presses[control.id] = now
        self._set_situation("hold", control.id, True, now, but=control)
        if now - last < DOUBLE_PRESS:
            self._set_situation("double", control.id, True, now)
        for action in self.plan.keys.get(control.id, ()):
            self._act(action, True, now)
        self._press_lines(control, now)

    def _press_lines(self, control: Control | None, now: float) -> None:
        if control is None:
            return
        control.down = True
        control.pressed_with = control.ins
        for binding in control.ins:
            match binding:
                case KeyIn():
                    self._press_key(binding, control, now)
                case VerbIn():
                    self._do(binding, now)
                case _:
                    pass

    def _press_key(self, binding: KeyIn, control: Control, now: float) -> None:
        parameter = binding.parameter
        if binding.constant is not None:
            self._write(parameter, binding.constant, control, now, always=True)
            return
        match binding.style:
            case "toggle" | "radio":
                lit = binding.is_lit()
                if lit is None:
                    self.counts["unknown"] += 1
                else:
                    self._write(parameter, binding.forward(not lit), control, now, always=True)
            case "trigger" | "momentary":
                self._emit(parameter, binding.forward(True))

    def _released(self, event: Released, now: float) -> None:
        control = self._controls.get(event.control)
        if control is not None:
            self._key_up(control, now)

    def _key_up(self, control: Control, now: float) -> None:
        self._release_lines(control, now)
        for action in self.plan.keys.get(control.id, ()):
            self._act(action, False, now)
        self._set_situation("hold", control.id, False, now)
        self._set_situation("double", control.id, False, now)

    def _release_lines(self, control: Control | None, now: float) -> None:
        if control is None or not control.down:
            return
        control.down = False
        for binding in control.pressed_with:
            if isinstance(binding, KeyIn) and binding.style == "momentary":
                self._emit(binding.parameter, binding.forward(False))
        control.pressed_with = ()
        if control.surface in self._present and isinstance(control.shown, str):
            # Devices that light their own lamp while pressed need the truth again.
            control.shown = None
            self._refresh(control, now)

    # The bridge's own actions

    def _act(self, action: KeyAction, down: bool, now: float) -> None:
        match action:
            case KeyAction(kind="modifier", name=name):
                self._set_situation("modifier", name, down, now)
            case KeyAction(kind="latch", name=name) if down:
                latched = self.situation.has("modifier", name)
                self._set_situation("modifier", name, not latched, now)
            case KeyAction(kind="layer", name=name) if down:
                self.choose_layer(name, now)
            case KeyAction(kind="bank", name=name) if down:
                self._select_bank(name, now)
            case KeyAction(kind="page", step=step) if down:
                self._page(step * max(len(self.plan.strips), 1), step, now)
            case KeyAction(kind="nudge", step=step) if down:
                self._page(step, step, now)
            case KeyAction(kind="variable", name=name, step=step) if down:
                self._step_variable(name, step, now, wrap=False)
            case _:
                pass

    def _do(self, binding: VerbIn, now: float) -> None:
        verb, parameter = binding.verb, binding.parameter
        match verb.name, verb.args:
            case "bank", (name, *_):
                self._select_bank(name, now)
            case "layer", (name, *_):
                self.choose_layer(name, now)
            case "page", (step, *_):
                self._page(int(step) * max(len(self.plan.strips), 1), int(step), now)
            case "cycle", (name, *_):
                self._step_variable(name, 1, now, wrap=True)
            case "reset", (_, text, *_) if parameter is not None:
                self._write(parameter, constant_of_text(text, parameter.spec), None, now)
            case _:
                self.counts["undone"] += 1

    def choose_layer(self, name: str, now: float) -> None:
        """Make ``name`` the one active layer."""
        if not self.situation.has("layer", name):
            self.situation.choose("layer", name)
            self._rewire(self._wiring.mapped(), now)
            self._refresh_keys(now)

    def _select_bank(self, name: str, now: float) -> None:
        if self.banks.select(name):
            self._window_moved(now)

    def _page(self, subjects: int, step: int, now: float) -> None:
        bank = self.banks.bank
        if bank is not None and bank.delegate is not None:
            pattern = bank.delegate[0 if step < 0 else 1]
            parameter = self._wiring.pattern(
                ToPattern(pattern.target, pattern.text, (), send_only=True), 0, None
            )
            if parameter is not None:
                self._emit(parameter, True)
        elif self.banks.move(subjects):
            self._window_moved(now)

    def _window_moved(self, now: float) -> None:
        self.situation.choose("bank", self.banks.active)
        self._rewire(self._wiring.mapped(), now)
        self._refresh_keys(now)

    def _step_variable(self, name: str, step: int, now: float, *, wrap: bool) -> None:
        variable = self.plan.variables.get(name)
        if variable is None:
            self.counts["undone"] += 1
            return
        values, here = variable.values, self._wiring.variables[name]
        place = (values.index(here) if here in values else 0) + step
        place = place % len(values) if wrap else min(max(place, 0), len(values) - 1)
        if values[place] == here:
            return
        self._wiring.variables[name] = values[place]
        if variable.send is not None:
            parameter = self._wiring.variable_pattern(variable)
            if parameter is not None:
                self._emit(parameter, True)
        self._rewire(self._wiring.mapped(), now)
        for control in self._controls.values():
            if control.outs and control.spec.kind == "text":
                self._refresh(control, now)
        for target in self.plan.targets:
            self._follow(target)

    def _set_situation(
        self, kind: str, name: str, active: bool, now: float, but: Control | None = None
    ) -> None:
        if self.situation.set(kind, name, active):
            self._rewire((c for c in self._conditional if c is not but), now)
            if kind == "modifier":
                self._refresh_keys(now)

    # Towards the target

    def _write(
        self,
        parameter: Parameter,
        value: Value,
        origin: Control | None,
        now: float,
        *,
        always: bool = False,
    ) -> None:
        """Make the target hold ``value``; newest wins, the last one always goes out."""
        if parameter.target not in self._present:
            self.counts["absent"] += 1
            return
        if (
            not always
            and parameter.setpoint is None
            and (parameter.index is not None and parameter.spec.index(value) == parameter.index)
        ):
            return
        parameter.setpoint = value
        due = parameter.sent_at + parameter.interval
        if due <= now:
            self._write_queued(parameter, now, origin)
        elif not parameter.queued:
            parameter.queued = True
            self._schedule.add(due, "write", parameter)

    def _write_queued(
        self, parameter: Parameter, now: float, origin: Control | None = None
    ) -> None:
        parameter.queued = False
        value = parameter.setpoint
        if value is None:
            return
        parameter.setpoint = None
        parameter.believe(value)
        parameter.sent_at = now
        if parameter.echo == "all" and parameter.index is not None:
            parameter.awaited.append((parameter.index, now))
        self._out.append(Write(parameter.target, parameter.id, value))
        self._value_changed(parameter, origin, now)

    def _emit(self, parameter: Parameter, value: Value) -> None:
        """Say ``value`` to the target and believe nothing: it will tell what came of it."""
        if parameter.target in self._present:
            self._out.append(Write(parameter.target, parameter.id, value))
        else:
            self.counts["absent"] += 1

    def _follow(self, target: str) -> None:
        if target not in self._present:
            return
        names = dict.fromkeys(p.id for p in self._wiring.reach() if p.target == target)
        self._out.append(Follow(target, tuple(names)))

    # From the target

    def _reported(self, event: Report, now: float) -> None:
        parameter = self._parameters.get(event.parameter)
        if parameter is None:
            self.counts["unmapped"] += 1
            return
        value = event.value
        parameter.reported = value
        index = parameter.spec.index(value)
        if parameter.awaited and parameter.is_own_echo(index, now):
            if parameter.awaited:
                return
            self._echo_came(parameter, now)
        if index == parameter.index:
            return
        parameter.believe(value)
        self._value_changed(parameter, None, now)

    def _echo_came(self, parameter: Parameter, now: float) -> None:
        for control in parameter.views:
            if control.awaits_echo_until != NEVER and not control.held:
                self._schedule.add(now, "echo", control)
                control.awaits_echo_until = now

    def _value_changed(self, parameter: Parameter, origin: Control | None, now: float) -> None:
        for control in parameter.views:
            if control is not origin or control.spec.kind != "fader":
                self._refresh(control, now)
        if parameter.watchers:
            watching = [self._controls[ControlId(name)] for name in parameter.watchers]
            self._rewire(watching, now)

    # Towards the surface

    def _wanted(self, control: Control) -> object:
        """Return what ``control`` should show, ``None`` while that is unknown."""
        for binding in control.outs:
            if isinstance(binding, Out) and (wanted := binding.render()) is not None:
                return wanted
        if control.outs:
            return None
        return self._blank(control)

    def _blank(self, control: Control) -> object:
        """Return what a control shows that stands for nothing."""
        match control.spec.kind:
            case "key" | "lamp" if control.spec.lamp:
                return "lit" if self._is_active_key(control) else "dark"
            case "text":
                return self._wiring.shown_variable(control.id) or ""
            case "ring":
                return (None, "dot")
            case "meter":
                return OFF
            case "colour":
                return EIGHT_COLOURS[7]
            case "fader" if control.spec.motor and self._wiring.gives_out(control):
                return 0.0
            case _:
                return None

    def _is_active_key(self, control: Control) -> bool:
        for action in self.plan.keys.get(control.id, ()):
            match action.kind:
                case "layer" | "bank" as kind:
                    if self.situation.has(kind, action.name):
                        return True
                case "modifier" | "latch":
                    if self.situation.has("modifier", action.name):
                        return True
                case _:
                    pass
        return False

    def _refresh_keys(self, now: float) -> None:
        for identity in self.plan.keys:
            control = self._controls.get(identity)
            if control is not None:
                self._refresh(control, now)

    def _refresh(self, control: Control, now: float) -> None:
        wanted = self._wanted(control)
        if wanted is None:
            if control.shown is not None or control.spec.kind == "fader":
                return
            wanted = _DARK.get(control.spec.kind)
            if wanted is None or (control.spec.kind == "key" and not control.spec.lamp):
                return
        control.wanted = wanted
        if not self._is_held_back(control):
            self._show(control, now)

    def _is_held_back(self, control: Control) -> bool:
        return control.spec.kind == "fader" and (control.held or control.awaits_echo_until != NEVER)

    def _show(self, control: Control, now: float) -> None:
        """Send what is wanted unless it is shown already; at the control's own pace."""
        if control.surface not in self._present or self._is_shown(control):
            return
        due = control.sent_at + control.interval
        if due > now:
            if not control.queued:
                control.queued = True
                self._schedule.add(due, "show", control)
            return
        wanted, shown = control.wanted, control.shown
        control.shown = wanted
        control.sent_at = now
        if control.spec.kind == "fader":
            control.motor_from = shown if isinstance(shown, float) else control.motor_from
            control.motor_until = now + control.spec.travel + TRAVEL_TAIL
        self._out.append(_show_of(control, wanted))

    def _is_shown(self, control: Control) -> bool:
        wanted, shown = control.wanted, control.shown
        if isinstance(wanted, float) and isinstance(shown, float) and control.spec.kind == "fader":
            return control.index(wanted) == control.index(shown)
        return wanted == shown

    # Coming and going

    def _arrived(self, event: Arrived, now: float) -> None:
        name = event.endpoint
        self._present.add(name)
        if name in self.plan.surfaces:
            for control in self._controls.values():
                if control.surface == name:
                    self._forget_surface_control(control, now)
                    self._refresh(control, now)
        if name in self.plan.targets:
            self._forget_target(name, now)
            self._follow(name)

    def _forget_surface_control(self, control: Control, now: float) -> None:
        self._let_go_of(control, now)
        control.forget_shown()

    def _let_go_of(self, control: Control, now: float) -> None:
        if control.held:
            self._leave(control, now)
        if control.down:
            self._key_up(control, now)

    def _gone(self, event: Gone, now: float) -> None:
        name = event.endpoint
        self._present.discard(name)
        if name in self.plan.surfaces:
            for control in self._controls.values():
                if control.surface == name:
                    self._forget_surface_control(control, now)
        if name in self.plan.targets:
            self._forget_target(name, now)

    def _forget_target(self, name: str, now: float) -> None:
        watching: set[str] = set()
        for parameter in self._parameters.values():
            if parameter.target == name:
                if parameter.setpoint is not None:
                    self.counts["absent"] += 1
                parameter.forget()
                watching |= parameter.watchers
                for control in parameter.views:
                    control.wanted = None
        self._rewire((self._controls[ControlId(one)] for one in watching), now)

    def _clock_ticked(self, event: ClockTicked, now: float) -> None:
        self._wiring.clock = (event.hours, event.minutes, event.seconds)
        for control in self._clocks:
            self._refresh(control, now)

    # Wiring

    def _wire(self, plan: Plan, old: Wiring | None) -> None:
        self.banks = Banks(plan.banks, len(plan.strips), plan.edge)
        if old is not None:
            self.banks.adopt(old.banks)
        if not any(self.situation.has("layer", name) for name in plan.layers):
            self.situation.choose("layer", plan.default_layer)
        self.situation.choose("bank", self.banks.active)
        self._wiring = Wiring(plan, self.banks, self.situation)
        if old is not None:
            self._wiring.inherit(old)
        self._controls = self._wiring.controls
        self._parameters = self._wiring.parameters
        self._conditional = list(self._wiring.conditional())
        for control in self._wiring.mapped():
            control.ins, control.outs = self._wiring.choose(control)
            control.takeover = _takeover_of(control)
            if control.held:
                control.grabbed = control.ins
        for control in self._wiring.mapped():
            _watch(control)
        self._clocks = [c for c in self._wiring.mapped() if any(map(_tells_time, c.outs))]

    def _rewire(self, controls: Iterable[Control], now: float) -> None:
        """Choose again among lines; show only what became different."""
        for control in controls:
            ins, outs = self._wiring.choose(control)
            if list(ins) != list(control.ins):
                control.ins = ins
                if control.takeover is not None:
                    control.takeover.reset()
            if list(outs) != list(control.outs):
                _unwatch(control)
                control.outs = outs
                _watch(control)
                control.wanted = None
                self._refresh(control, now)


# What a control shows whose value is unknown: nothing that could be taken for one.
_DARK: Final[dict[str, object]] = {
    "key": "dark",
    "lamp": "dark",
    "text": "",
    "ring": (None, "dot"),
    "meter": OFF,
}


def _show_of(control: Control, wanted: Any) -> Show:
    """Return the order that makes ``control`` show ``wanted``; the kinds agree by construction."""
    surface, identity = control.surface, control.id
    match control.spec.kind:
        case "fader":
            return ShowMotor(surface, identity, wanted)
        case "text":
            return ShowText(surface, identity, wanted)
        case "ring":
            return ShowRing(surface, identity, *wanted)
        case "meter":
            return ShowMeter(surface, identity, wanted)
        case "colour":
            return ShowColour(surface, identity, wanted)
        case _:
            return ShowLamp(surface, identity, wanted)


def _takeover_of(control: Control) -> Takeover | None:
    """Return how a fader catches its value; a motor needs no catching."""
    named = next((b.line.options.takeover for b in control.ins if b.line is not None), None)
    if control.spec.kind not in {"fader", "knob"}:
        return None
    for way in TAKEOVERS:
        if way == named and way != "motor":
            return Takeover(way)
    return None if control.spec.motor or named == "motor" else Takeover("pickup")


def _tells_time(binding: Binding) -> bool:
    line = binding.line
    return (
        line is not None
        and isinstance(line.target, ToText)
        and any(not isinstance(part, str) and "clock" in part.sources for part in line.target.parts)
    )


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
