"""Lines meet strips and subjects: which binding of which control is live now.

Owns: the controls and parameters in play, and the choice among lines.  Does
not own: values in motion (``engine``).

The one rule for who wins: lines under the same condition add up; between
different conditions the one with more terms wins, then the more passing kind,
then the later line.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from surfacebridge.mapping.lines import Condition, Field, PatternArg, Term
from surfacebridge.model.controls import ControlId, plain_control, strip_control
from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.sheets import ControlSpec, ParameterSpec
from surfacebridge.model.values import Value
from surfacebridge.routing.banks import Banks
from surfacebridge.routing.bindings import (
    FaderIn,
    KeyIn,
    Out,
    TurnIn,
    VerbIn,
    back_of,
    forward_of,
    lamp_of,
    meter_level,
    own_value,
    ring_of,
    text_of,
)
from surfacebridge.routing.conditions import Situation, compares, same
from surfacebridge.routing.plan import (
    Plan,
    PlanLine,
    Subject,
    ToParameter,
    ToPattern,
    ToText,
    ToVerb,
    Variable,
)
from surfacebridge.routing.stages import KeyStyle, Relative, Style
from surfacebridge.routing.state import Binding, Control, Parameter
from surfacebridge.routing.text import fit, format_value
from surfacebridge.routing.verbs import constant_value

_PLACEHOLDER: Final = re.compile(r"\{([A-Za-z_][\w.]*)(?::(\w+))?\}")


@dataclass(slots=True)
class _Group:
    """Lines of one control and one direction that share a condition."""

    condition: Condition | None
    order: tuple[int, int, int]
    lines: list[PlanLine] = field(default_factory=list)


@dataclass(slots=True)
class _Slot:
    """Every line that may ever be live on one control, the strongest group first."""

    control: Control
    ins: list[_Group] = field(default_factory=list)
    outs: list[_Group] = field(default_factory=list)

    @property
    def conditional(self) -> bool:
        return any(group.condition is not None for group in (*self.ins, *self.outs))


class Wiring:
    """All controls and parameters of a plan, and the live bindings between them."""

    def __init__(self, plan: Plan, banks: Banks, situation: Situation) -> None:
        self.plan = plan
        self.banks = banks
        self.situation = situation
        self.controls: dict[ControlId, Control] = {}
        self.parameters: dict[ParameterId, Parameter] = {}
        self.variables = {name: one.default for name, one in plan.variables.items()}
        self.clock = (0, 0, 0)
        self._strip_of: dict[tuple[str, int], int] = {
            (strip.surface, strip.number): place for place, strip in enumerate(plan.strips, 1)
        }
        self._slots: dict[ControlId, _Slot] = {}
        self._made: dict[object, tuple[Binding | None, Binding | None]] = {}
        self._make_controls()
        for line in plan.lines:
            for control in self._controls_of(line):
                self._add_line(control, line)

    def mapped(self) -> Iterable[Control]:
        """Return every control that any line may speak about."""
        return [slot.control for slot in self._slots.values()]

    def strip_controls(self) -> Iterable[Control]:
        """Return every mapped control that belongs to a strip."""
        return [slot.control for slot in self._slots.values() if slot.control.strip]

    def conditional(self) -> Iterable[Control]:
        """Return every control with a line under a condition."""
        return [slot.control for slot in self._slots.values() if slot.conditional]

    def parameter(self, identity: str, spec: ParameterSpec | None = None) -> Parameter | None:
        """Return the parameter called ``identity``, or ``None`` if no target has it."""
        known = self.parameters.get(ParameterId(identity))
        if known is not None:
            return known
        target = _target_of(identity)
        sheet = self.plan.targets.get(target)
        if sheet is None:
            return None
        if spec is None:
            spec = sheet.parameters.get(identity[len(target) + 1 :])
        if spec is None:
            return None
        made = Parameter(ParameterId(identity), target, spec, sheet.echo, sheet.rate)
        self.parameters[made.id] = made
        return made

    def choose(self, control: Control) -> tuple[Sequence[Binding], Sequence[Binding]]:
        """Return the bindings that are live on ``control`` now: those in, and those out."""
        slot = self._slots.get(control.id)
        if slot is None:
            return (), ()
        ins = [pair[0] for pair in self._live(control, slot.ins) if pair[0] is not None]
        outs = [pair[1] for pair in self._live(control, slot.outs) if pair[1] is not None]
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
                return self.variables[variable.name]
        return ""

    def variable_pattern(self, variable: Variable) -> Parameter | None:
        """Return what ``variable`` sends when it changes, with its present value."""
        if variable.send is None:
            return None
        value = self.variables[variable.name]
        number = variable.name.rpartition(".")[2]
        subject = Subject("", int(number)) if number.isdigit() else None
        send = replace(variable.send, head=variable.send.head.replace("{value}", value))
        return self.pattern(send, 0, subject)

    def inherit(self, old: "Wiring") -> None:
        """Keep what ``old`` knew of the controls and parameters both have."""
        for name, value in old.variables.items():
            variable = self.plan.variables.get(name)
            if variable is not None and value in variable.values:
                self.variables[name] = value
        self.clock = old.clock
        for identity, parameter in old.parameters.items():
            if parameter.spec.kind == "plain":
                self.parameter(identity, parameter.spec)
            mine = self.parameter(identity)
            if mine is not None:
                mine.take_over(parameter)
        for control in old.controls.values():
            own = self.controls.get(control.id)
            if own is not None and own.spec.kind == control.spec.kind:
                own.take_over(control)

    def reach(self) -> Iterator[Parameter]:
        """Yield every parameter that any strip may show in any bank, the nearest first.

        With the variables as they stand; a parameter may come more than once.
        """
        for control in self.mapped():
            for binding in (*control.outs, *control.ins):
                yield from binding.parameters
        banks = list(self.plan.banks)
        banks.sort(key=lambda bank: bank.name != self.banks.active)
        for bank in banks:
            for subject in bank.subjects:
                for slot in self._slots.values():
                    if slot.control.strip == 1:
                        yield from self._reached(slot, subject)

    def _reached(self, slot: _Slot, subject: Subject) -> Iterator[Parameter]:
        seen: set[int] = set()
        for group in (*slot.outs, *slot.ins):
            for line in group.lines:
                if line.in_strip and line.order not in seen:
                    seen.add(line.order)
                    for binding in self._bind(line, slot.control, subject):
                        if binding is not None:
                            yield from binding.parameters

    def _winning(self, control: Control, groups: list[_Group]) -> list[PlanLine]:
        for group in groups:
            if self.situation.holds(
                group.condition,
                lambda name: self._named(control, name),
                lambda term: self._compares(control, term),
            ):
                return group.lines
        return []

    def _live(
        self, control: Control, groups: list[_Group]
    ) -> list[tuple[Binding | None, Binding | None]]:
        return [self._bound(line, control) for line in self._winning(control, groups)]

    def _named(self, control: Control, name: str) -> str:
        if "." in name and name.partition(".")[0] in self.plan.surfaces:
            return name
        return _strip_name(control, name)

    def _compares(self, control: Control, term: Term) -> bool:
        subject = self.banks.subject(control.strip) if control.strip else None
        name = self._fill(term.name, control.strip, subject)
        identity = f"{subject.prefix}{name}" if name.startswith(".") and subject else name
        parameter = self.parameter(identity)
        if parameter is None:
            return False
        parameter.watchers.add(control.id)
        if not term.operator:
            return compares(parameter.value, "!=", 0.0) and parameter.value != ""
        other: Value = 0.0
        if term.value is not None:
            other = term.value.word if term.value.number is None else term.value.number
        return compares(parameter.value, term.operator, other)

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
            self.controls[identity] = Control(identity, surface, strip, spec)

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
        order = (*line.weight, line.order)
        for wanted, groups in ((line.takes_in, slot.ins), (line.gives_out, slot.outs)):
            if not wanted:
                continue
            for group in groups:
                if same(group.condition, line.condition):
                    group.lines.append(line)
                    group.order = max(group.order, order)
                    break
            else:
                groups.append(_Group(line.condition, order, [line]))
            groups.sort(key=lambda group: group.order, reverse=True)
        if line.options.echo in {"servo", "settle", "none"}:
            control.echo = line.options.echo  # type: ignore[assignment]
        if line.options.touch is not None:
            control.touch = line.options.touch

    def _bound(self, line: PlanLine, control: Control) -> tuple[Binding | None, Binding | None]:
        subject = self.banks.subject(control.strip) if line.in_strip else None
        values = tuple(self.variables.get(name, "") for name in line.variables)
        key = (line.order, control.id, subject, values)
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._bind(line, control, subject)
        return made

    def _bind(
        self, line: PlanLine, control: Control, subject: Subject | None
    ) -> tuple[Binding | None, Binding | None]:
        match line.target:
            case ToText(parts=parts):
                return None, self._bind_text(line, control, subject, parts)
            case ToVerb(name=name, args=args):
                if line.in_strip and subject is None:
                    return None, None
                filled = tuple(self._fill(arg, control.strip, subject) for arg in args)
                named = next((arg for arg in filled if arg.startswith(".")), None)
                parameter = None
                if named is not None and subject is not None:
                    parameter = self.parameter(subject.prefix + named)
                return VerbIn(line, ToVerb(name, filled), parameter), None
            case ToParameter() | ToPattern() as target:
                parameter = self._resolve(target, control, subject, line.in_strip)
                if parameter is None:
                    return None, None
                gesture = self._bind_in(line, control, parameter) if line.takes_in else None
                shown = self._bind_out(line, control, parameter) if line.gives_out else None
                return gesture, shown

    def _resolve(
        self,
        target: ToParameter | ToPattern,
        control: Control,
        subject: Subject | None,
        in_strip: bool,
    ) -> Parameter | None:
        if in_strip and subject is None:
            return None
        match target:
            case ToParameter(of_subject=True, name=name):
                if subject is None or not subject.prefix:
                    return None
                return self.parameter(subject.prefix + self._fill(name, control.strip, subject))
            case ToParameter(name=name):
                return self.parameter(self._fill(name, control.strip, subject))
            case ToPattern():
                return self.pattern(target, control.strip, subject)

    def pattern(self, target: ToPattern, strip: int, subject: Subject | None) -> Parameter | None:
        """Return the parameter that a raw pattern is for ``strip`` and ``subject``."""
        words = [self._fill(target.head, strip, subject)]
        words += [self._fill_arg(arg, strip, subject) for arg in target.args]
        identity = f"{target.target}:{' '.join(words)}"
        key = "trigger" if target.send_only else "toggle"
        spec = ParameterSpec(ParameterId(identity), "plain", key=key)  # type: ignore[arg-type]
        return self.parameter(identity, spec)

    def _fill_arg(self, arg: PatternArg, strip: int, subject: Subject | None) -> str:
        if arg.name in {"", "v"}:
            return self._fill(arg.text, strip, subject)
        text = self._fill(f"{{{arg.name}}}", strip, subject)
        return repr(float(text)) if arg.tag in {"f", "d"} and text.lstrip("-").isdigit() else text

    def _fill(self, text: str, strip: int, subject: Subject | None) -> str:
        if "{" not in text:
            return text

        def word(match: re.Match[str]) -> str:
            name, form = match[1], match[2] or ""
            match name:
                case "n" if subject is not None:
                    return f"{subject.n:{form}}" if form.isdigit() else str(subject.n)
                case "s":
                    return f"{strip:{form}}" if form.isdigit() else str(strip)
                case "strips":
                    return str(len(self.plan.strips))
                case _:
                    return self.variables.get(name, match[0])

        return _PLACEHOLDER.sub(word, text)

    def _bind_in(self, line: PlanLine, control: Control, parameter: Parameter) -> Binding | None:
        spec, transforms = control.spec, line.transforms
        match spec.kind:
            case "fader" | "knob":
                forward = forward_of(transforms, spec, parameter.spec, "position")
                return FaderIn(line, parameter, forward, back_of(transforms, spec, parameter.spec))
            case "vpot" | "jog":
                constant = _constant_of(line, parameter.spec)
                if constant is not None:
                    return KeyIn(line, parameter, "trigger", _same, _unknown, constant)
                relative = next((t for t in transforms if isinstance(t, Relative)), None)
                forward = forward_of(transforms, spec, parameter.spec, "position")
                back = back_of(transforms, spec, parameter.spec)
                return TurnIn(line, parameter, relative, forward, back)
            case "key":
                return self._bind_key(line, control, parameter)
            case _:
                return None

    def _bind_key(self, line: PlanLine, control: Control, parameter: Parameter) -> Binding:
        style, constant = _key_style(line, parameter.spec), _constant_of(line, parameter.spec)
        word = line_word(line)
        if constant is None and style == "radio":
            choices = next(
                dict(t.choices)
                for t in line.transforms
                if isinstance(t, KeyStyle) and t.style == "radio"
            )
            constant = own_value(choices.get(word, word), parameter.spec)
        state = lamp_of(line.transforms, parameter, word)

        def is_lit() -> bool | None:
            if parameter.value is None:
                # A plain address may never say where it stands; a console will.
                return False if parameter.spec.kind == "plain" else None
            return state(parameter.value) != "dark"

        forward = forward_of(line.transforms, control.spec, parameter.spec, "position")
        return KeyIn(line, parameter, style, forward, is_lit, constant)

    def _bind_out(self, line: PlanLine, control: Control, parameter: Parameter) -> Binding | None:
        render = self._render_of(line, control, parameter)
        return None if render is None else Out(line, (parameter,), render)

    def _render_of(
        self, line: PlanLine, control: Control, parameter: Parameter
    ) -> Callable[[], object] | None:
        spec, transforms = control.spec, line.transforms
        convert: Callable[[Value], object]
        match spec.kind:
            case "fader" if spec.motor:
                back, snap = back_of(transforms, spec, parameter.spec), parameter.spec.snap
                convert = lambda value: back(snap(value))  # noqa: E731 - one of seven alike
            case "key" | "lamp":
                convert = lamp_of(transforms, parameter, line_word(line))
            case "text":
                convert = text_of(transforms, spec, parameter.spec)
            case "ring":
                place, mode = ring_of(transforms, spec, parameter.spec)
                convert = lambda value: (place(value), mode)  # noqa: E731
            case "meter":
                convert = lambda value: meter_level(value, parameter.spec)  # noqa: E731
            case "colour":
                convert = _same
            case _:
                return None
        return lambda: None if parameter.value is None else convert(parameter.value)

    def _bind_text(
        self,
        line: PlanLine,
        control: Control,
        subject: Subject | None,
        parts: tuple[str | Field, ...],
    ) -> Binding | None:
        if line.in_strip and subject is None:
            return None
        pieces: list[Callable[[], str | None]] = []
        watched: list[Parameter] = []
        for part in parts:
            if isinstance(part, str):
                pieces.append(lambda text=part: text)  # type: ignore[misc]
                continue
            sources = [self._source(name, control, subject, part.form) for name in part.sources]
            watched += [source for source in sources if isinstance(source, Parameter)]
            pieces.append(_piece(sources, "" if "clock" in part.sources else part.form))
        width = control.spec.cells

        def render() -> str | None:
            words = [piece() for piece in pieces]
            if all(word is None for word in words):
                return None
            text = "".join(word or "" for word in words)
            return text[:width].rstrip() if width else text

        return Out(line, tuple(watched), render)

    def _source(
        self, name: str, control: Control, subject: Subject | None, form: str
    ) -> Parameter | Callable[[], str] | None:
        filled = self._fill(name, control.strip, subject)
        if filled == "clock":
            return lambda: _clock_text(self.clock, form)
        if filled in self.variables:
            return lambda: self.variables[filled]
        if filled.startswith("."):
            return self.parameter(subject.prefix + filled) if subject else None
        return self.parameter(filled)


def line_word(line: PlanLine) -> str:
    """Return the word a line took from its own list, or the last word of its control."""
    return line.word or line.control.rpartition(".")[2]


def _key_style(line: PlanLine, spec: ParameterSpec) -> Style:
    for transform in line.transforms:
        if isinstance(transform, KeyStyle):
            return transform.style
    if isinstance(line.target, ToPattern) and line.arrow == ">":
        return "trigger" if line.target.send_only else "momentary"
    return "trigger" if spec.kind == "trigger" else spec.key


def _constant_of(line: PlanLine, spec: ParameterSpec) -> Value | None:
    constant = line.target.constant if isinstance(line.target, ToParameter) else None
    if constant is None:
        return None
    return constant_value(constant.number, constant.unit, constant.word, spec)


def _piece(
    sources: Iterable[Parameter | Callable[[], str] | None], form: str
) -> Callable[[], str | None]:
    def text() -> str | None:
        known = False
        for source in sources:
            if source is None:
                continue
            if isinstance(source, Parameter):
                if source.value is None:
                    continue
                known = True
                word = format_value(source.value, source.spec, "" if form.isdigit() else form)
            else:
                known, word = True, source()
            if word:
                return fit(word, int(form)) if form.isdigit() else word
        return "" if known else None

    return text


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


def _target_of(identity: str) -> str:
    for at, letter in enumerate(identity):
        if letter in ".:":
            return identity[:at]
    return identity


def _clock_text(clock: tuple[int, int, int], form: str) -> str:
    text = form or "HH:MM:SS"
    for word, number in zip(("HH", "MM", "SS"), clock, strict=True):
        text = text.replace(word, f"{number:02}")
    return text


def _same(value: Value) -> Value:
    return value


def _unknown() -> None:
    return None
