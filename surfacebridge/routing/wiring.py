"""Which of a control's lines is live: lines meet strips, banks and conditions.

Owns: the controls in play, and the choice among lines.  Does not own: what a
line does (``binder``), or values in motion (``engine``).

The one rule for who wins: lines under the same condition add up; between
different conditions the one with the higher priority wins, then the one with
more terms, then the more passing kind, then the later line.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from surfacebridge.mapping.lines import Condition, Term
from surfacebridge.model.controls import ControlId, plain_control, strip_control
from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.sheets import ControlSpec
from surfacebridge.model.values import Value
from surfacebridge.routing.banks import Banks
from surfacebridge.routing.binder import Binder, Pair
from surfacebridge.routing.bindings import is_on
from surfacebridge.routing.conditions import (
    OF_A_CONTROL,
    Situation,
    compares,
    is_alike_everywhere,
    same,
    terms_of,
)
from surfacebridge.routing.plan import Plan, PlanLine, Subject, ToText, Weight
from surfacebridge.routing.scenes import Scenes
from surfacebridge.routing.state import Binding, Control, Parameter
from surfacebridge.routing.verbs import constant_value


@dataclass(slots=True)
class _Group:
    """Lines of one control and one direction that share a condition."""

    condition: Condition | None
    order: tuple[Weight, int]
    lines: list[PlanLine] = field(default_factory=list)
    alike: bool = False
    """Whether it holds on all controls or on none."""


@dataclass(slots=True)
class _Slot:
    """Every line that may ever be live on one control, the strongest group first."""

    control: Control
    ins: list[_Group] = field(default_factory=list)
    outs: list[_Group] = field(default_factory=list)

    @property
    def lines(self) -> Iterator[PlanLine]:
        return (line for group in (*self.outs, *self.ins) for line in group.lines)


@dataclass(slots=True)
class Row:
    """The displays of one name, on all strips, left to right.

    ``shortened`` are those whose text was cut, so that another may look the same.
    """

    controls: list[Control] = field(default_factory=list)
    shortened: dict[ControlId, Control] = field(default_factory=dict)


class Wiring:
    """All controls of a plan, and the live bindings between them and its targets."""

    def __init__(self, plan: Plan, banks: Banks, situation: Situation) -> None:
        self.plan = plan
        self.banks = banks
        self.situation = situation
        self.binder = Binder(plan)
        self.controls: dict[ControlId, Control] = {}
        self.scenes = None if plan.scenes is None else Scenes(plan.scenes)
        self._strip_of: dict[tuple[str, int], int] = {
            (strip.surface, strip.number): place for place, strip in enumerate(plan.strips, 1)
        }
        self._slots: dict[ControlId, _Slot] = {}
        self._verdicts: dict[int, bool] = {}
        """Whether conditions hold that speak of no control; the plan keeps them, and their ids."""
        self._judged: tuple[Situation | None, int] = None, 0
        self._choosers = list(self._bind_choosers())
        self._rows: dict[str, Row] = {}
        self.ready: dict[ControlId, tuple[Sequence[Binding], Sequence[Binding]]] = {}
        """What is live on controls without conditions, where it was found out beforehand."""
        self._ready_for: tuple[object, ...] = ()
        self.first_reach: tuple[Parameter, ...] = ()
        """What ``reach`` yields, where it was found out beforehand."""
        self._make_controls()
        for line in plan.lines:
            for control in self._controls_of(line):
                self._add_line(control, line)
        self._spoken_of = self._conditional_by_term()

    @property
    def parameters(self) -> dict[ParameterId, Parameter]:
        """Every parameter met so far."""
        return self.binder.parameters

    @cached_property
    def mapped(self) -> list[Control]:
        """Every control that any line may speak about."""
        return [slot.control for slot in self._slots.values()]

    @cached_property
    def conditional(self) -> list[Control]:
        """Every control with a line under a condition."""
        return [
            slot.control
            for slot in self._slots.values()
            if any(line.condition is not None for line in slot.lines)
        ]

    def conditional_on(self, kind: str, name: str) -> Collection[Control]:
        """Return every control with a line under a condition that speaks of ``name``."""
        return self._spoken_of.get((kind, name), {}).values()

    def _conditional_by_term(self) -> dict[tuple[str, str], dict[ControlId, Control]]:
        found: dict[tuple[str, str], dict[ControlId, Control]] = {}
        for slot in self._slots.values():
            control = slot.control
            for term in {term for line in slot.lines for term in terms_of(line.condition)}:
                name = self._named(control, term.name) if term.kind in OF_A_CONTROL else term.name
                found.setdefault((term.kind, name), {})[control.id] = control
        return found

    @cached_property
    def clocks(self) -> list[Control]:
        """Every control that may ever tell the time of day."""
        return [slot.control for slot in self._slots.values() if any(map(_tells_time, slot.lines))]

    def row(self, control: Control) -> Row | None:
        """Return the displays of the same name on all strips, if ``control`` is one of them."""
        return self._rows.get(control.spec.name) if control.strip else None

    def choose(self, control: Control) -> tuple[Sequence[Binding], Sequence[Binding]]:
        """Return the bindings that are live on ``control`` now: those in, and those out."""
        slot = self._slots.get(control.id)
        if slot is None:
            return (), ()
        subject = self.banks.subject(control.strip) if control.strip else None
        ins = [pair[0] for pair in self._live(control, subject, slot.ins) if pair[0] is not None]
        outs = [pair[1] for pair in self._live(control, subject, slot.outs) if pair[1] is not None]
        return ins, outs

    def winners(self, control: Control) -> tuple[list[PlanLine], list[PlanLine]]:
        """Return the lines that won on ``control``, in and out, bound or not."""
        slot = self._slots.get(control.id)
        if slot is None:
            return [], []
        return self._winning(control, slot.ins), self._winning(control, slot.outs)

    def lines_of(self, control: Control) -> list[PlanLine]:
        """Return every line that may ever be live on ``control``, strongest first."""
        slot = self._slots.get(control.id)
        if slot is None:
            return []
        lines = {line.order: line for group in (*slot.ins, *slot.outs) for line in group.lines}
        return list(lines.values())

    def gives_out(self, control: Control) -> bool:
        """Return whether any line may ever drive ``control``."""
        slot = self._slots.get(control.id)
        return slot is not None and bool(slot.outs)

    def shown_variable(self, control: ControlId) -> str:
        """Return the value of the variable that ``control`` shows by itself, if any."""
        for variable in self.plan.variables.values():
            if variable.show == control:
                return self.binder.variables[variable.name]
        return ""

    def make_ready(self, old: "Wiring") -> None:
        """Do beforehand what putting this wiring in force in the place of ``old`` needs."""
        self._inherit_variables(old)
        conditional = {control.id for control in self.conditional}
        self.ready = {
            control.id: self.choose(control)
            for control in self.mapped
            if control.id not in conditional
        }
        self._ready_for = self._window()
        self.first_reach = tuple(self.reach())
        _ = self.clocks

    def _window(self) -> tuple[object, ...]:
        return self.banks.active, self.banks.offset, *self.binder.variables.values()

    def put_in_force(self, banks: Banks, situation: Situation) -> None:
        """Choose by ``banks`` and ``situation`` from now on."""
        self.banks = banks
        self.situation = situation
        if self._ready_for != self._window():
            self.ready.clear()

    def _inherit_variables(self, old: "Wiring") -> None:
        for name, value in list(old.binder.variables.items()):
            variable = self.plan.variables.get(name)
            if variable is not None and value in variable.values:
                self.binder.variables[name] = value

    def inherit(self, old: "Wiring") -> None:
        """Keep what ``old`` knew of the controls and parameters both have."""
        binder, other = self.binder, old.binder
        self._inherit_variables(old)
        binder.clock = other.clock
        for identity, parameter in other.parameters.items():
            plain = parameter.spec.kind == "plain"
            mine = binder.parameter(identity, parameter.spec if plain else None)
            if mine is not None:
                mine.take_over(parameter)
        if self.scenes is not None and old.scenes is not None:
            self.scenes.inherit(old.scenes, binder.parameters)
        for control in old.controls.values():
            own = self.controls.get(control.id)
            if own is not None and own.spec.kind == control.spec.kind:
                own.take_over(control)

    def _bind_choosers(self) -> Iterator[Parameter]:
        for variable in self.plan.variables.values():
            for name, value in variable.follow.items():
                switch = self.binder.parameter(name)
                if switch is not None:
                    switch.chooses = (*switch.chooses, (variable.name, value))
                    yield switch

    def dissolve(self) -> None:
        """Let go of everything, so that no collector has to find out that nobody needs it."""
        for parameter in self.binder.parameters.values():
            parameter.views.clear()
            parameter.origin = None
        for control in self.controls.values():
            control.ins = control.outs = control.grabbed = control.pressed_with = ()
        self._slots.clear()
        self.binder.dissolve()

    def reach(self) -> Iterator[Parameter]:
        """Yield every parameter that any strip may show in any bank, the nearest first.

        With the variables as they stand; a parameter may come more than once.
        """
        slots = list(self._slots.values())
        for slot in slots:
            for binding in (*slot.control.outs, *slot.control.ins):
                yield from binding.parameters
        for slot in slots:
            yield from self._reached(slot, None)
        firsts = [slot for slot in slots if slot.control.strip == 1]
        for bank in sorted(self.plan.banks, key=lambda bank: bank.name != self.banks.active):
            for subject in bank.subjects:
                for slot in firsts:
                    yield from self._reached(slot, subject)
        yield from self._choosers
        if self.scenes is not None:
            for name in self.scenes.plan.parameters:
                held = self.binder.parameter(name)
                if held is not None:
                    yield held

    def _reached(self, slot: _Slot, subject: Subject | None) -> Iterator[Parameter]:
        control = slot.control
        # A line that goes both ways stands among the gestures and the shows.
        lines = {line.order: line for line in slot.lines if line.in_strip == (subject is not None)}
        for line in lines.values():
            for binding in self.binder.bound(line, control, subject):
                if binding is not None:
                    yield from binding.parameters
            for term in terms_of(line.condition):
                if term.kind == "compare":
                    compared = self.binder.named(term.name, control.strip, subject)
                    if compared is not None:
                        yield compared

    def holds(self, line: PlanLine, control: Control) -> bool:
        """Return whether the condition of ``line`` holds on ``control`` now."""
        return self._holds(line.condition, control)

    def _holds(self, condition: Condition | None, control: Control) -> bool:
        return self.situation.holds(
            condition,
            lambda name: self._named(control, name),
            lambda term: self._compares(control, term),
        )

    def _winning(self, control: Control, groups: list[_Group]) -> list[PlanLine]:
        for group in groups:
            condition = group.condition
            if condition is None:
                return group.lines
            alike = group.alike
            if self._holds_everywhere(condition) if alike else self._holds(condition, control):
                return group.lines
        return []

    def _holds_everywhere(self, condition: Condition) -> bool:
        """Return whether a condition that speaks of no control holds: asked once for all strips."""
        situation, changes = self._judged
        if situation is not self.situation or changes != self.situation.changes:
            self._judged = self.situation, self.situation.changes
            self._verdicts.clear()
        verdict = self._verdicts.get(id(condition))
        if verdict is None:
            verdict = self.situation.holds(condition, str, lambda term: False)
            self._verdicts[id(condition)] = verdict
        return verdict

    def _live(self, control: Control, subject: Subject | None, groups: list[_Group]) -> list[Pair]:
        return [
            self.binder.bound(line, control, subject if line.in_strip else None)
            for line in self._winning(control, groups)
        ]

    def _named(self, control: Control, name: str) -> str:
        if "." in name and name.partition(".")[0] in self.plan.surfaces:
            return name
        return _strip_name(control, name)

    def _compares(self, control: Control, term: Term) -> bool:
        subject = self.banks.subject(control.strip) if control.strip else None
        parameter = self.binder.named(term.name, control.strip, subject)
        if parameter is None:
            return False
        parameter.watchers[control.id] = None
        value, constant = parameter.value, term.value
        if constant is None or not term.operator:
            return value is not None and is_on(value, parameter.spec)
        other: Value = constant_value(constant.number, constant.unit, constant.word, parameter.spec)
        return compares(value, term.operator, other)

    def _make_controls(self) -> None:
        for surface, sheet in self.plan.surfaces.items():
            for spec in sheet.controls.values():
                for one in _with_touch(spec):
                    self._make_control(surface, one, sheet.strips)

    def _make_control(self, surface: str, spec: ControlSpec, strips: int) -> None:
        if not spec.per_strip:
            identity = plain_control(surface, spec.name)
            self.controls[identity] = Control(identity, surface, 0, spec)
            return
        for number in range(1, strips + 1):
            identity = strip_control(surface, spec.name, number)
            strip = self._strip_of.get((surface, number), 0)
            control = self.controls[identity] = Control(identity, surface, strip, spec)
            if strip and spec.kind == "text":
                self._rows.setdefault(spec.name, Row()).controls.append(control)

    def _controls_of(self, line: PlanLine) -> list[Control]:
        if not line.in_strip:
            control = self.controls.get(ControlId(line.control))
            return [] if control is None else [control]
        found = (
            self.controls.get(strip_control(strip.surface, line.control, strip.number))
            for strip in self.plan.strips
        )
        return [control for control in found if control is not None]

    def _add_line(self, control: Control, line: PlanLine) -> None:
        slot = self._slots.setdefault(control.id, _Slot(control))
        order = (line.weight, line.order)
        for wanted, groups in ((line.takes_in, slot.ins), (line.gives_out, slot.outs)):
            if not wanted:
                continue
            for group in groups:
                if same(group.condition, line.condition):
                    group.lines.append(line)
                    group.order = max(group.order, order)
                    break
            else:
                alike = is_alike_everywhere(line.condition)
                groups.append(_Group(line.condition, order, [line], alike))
            groups.sort(key=lambda group: group.order, reverse=True)
        if line.options.echo in {"servo", "settle", "none"}:
            control.answer(line.options.echo)  # type: ignore[arg-type]
        if line.options.touch is not None:
            control.touch = line.options.touch


def prepared(plan: Plan, old: Wiring) -> Wiring:
    """Return the wiring of ``plan`` with every binding made, to be put in force later.

    This takes a while and touches nothing that runs, so that another thread may
    do it: ``old`` is only asked for its banks and variables.
    """
    banks = Banks(plan.banks, len(plan.strips), plan.edge)
    banks.adopt(old.banks)
    wiring = Wiring(plan, banks, Situation())
    wiring.make_ready(old)
    return wiring


def _with_touch(spec: ControlSpec) -> Iterable[ControlSpec]:
    yield spec
    if spec.kind == "fader":
        # Also where no touch is sensed: it is made from motion then.
        yield replace(
            spec, name=f"{spec.name}.touch", kind="key", lamp=False, touch=False, motor=False
        )


def _strip_name(control: Control, name: str) -> str:
    number = next((part for part in control.id.split(".") if part.isdigit()), "")
    return strip_control(control.surface, name, int(number)) if number else name


def _tells_time(line: PlanLine) -> bool:
    return isinstance(line.target, ToText) and any(
        not isinstance(part, str) and "clock" in part.sources for part in line.target.parts
    )
