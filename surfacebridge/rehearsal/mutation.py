"""Break a mapping in one place at a time, as people do.

Owns: the ways a person gets a mapping wrong.  Does not own: who notices
(``survey``).

Rule: a change that no story notices is a gap in the stories, so a change is
only made where somebody at the desk could notice it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, product
from typing import Final

from surfacebridge.mapping.document import Document
from surfacebridge.mapping.lines import And, Condition, Field, Not, Stage, StageArg
from surfacebridge.mapping.source import Span
from surfacebridge.model.controls import ControlId, strip_control
from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.sheets import ParameterSpec
from surfacebridge.routing.bindings import ring_of, surface_law
from surfacebridge.routing.conditions import terms_of, weight_of
from surfacebridge.routing.engine import Engine
from surfacebridge.routing.plan import (
    KeyAction,
    Plan,
    PlanLine,
    ToParameter,
    ToPattern,
    ToText,
    ToVerb,
)
from surfacebridge.routing.stages import Decibels, Relative, Transform, read_stage
from surfacebridge.routing.state import Control, Parameter


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change: what it is in words, the line it is made in, and the plan it makes."""

    what: str
    span: Span
    line: str
    plan: Plan

    def __str__(self) -> str:
        return f"{self.span}: {self.what}: {self.line}"


Change = Callable[[PlanLine], PlanLine | None]
"""The same line, changed; ``None`` for a line that is gone."""

# What limits a value never changes where it ends, and a turn needs its steps.
_KEPT: Final = frozenset({"rel", "ticks", "deadband", "smooth", "slew", "rate", "delay"})
_WHOLE: Final = re.compile(r"\d+(?!.*\d)")
_ECHOES: Final = {"servo": "none", "settle": "servo", "none": "servo"}
# More switches than that are not tried in every combination.
_MOST_SWITCHES: Final = 6


def mutations_of(document: Document, plan: Plan) -> list[Mutation]:
    """Return every change to make in ``plan``, in file order; the same ones each time."""
    found: list[Mutation] = []
    for span, group in groupby(sorted(plan.lines, key=_place), key=lambda line: line.span):
        lines = list(group)
        for what, change in _changes(lines, plan):
            made = _with(plan, lines, change)
            if made is not None:
                found.append(Mutation(what, span, lines[0].text, made))
    return [*found, *_around_lines(document, plan)]


def _place(line: PlanLine) -> tuple[Span, int]:
    return line.span, line.order


def _with(plan: Plan, lines: Sequence[PlanLine], change: Change) -> Plan | None:
    """Return ``plan`` with ``change`` made in each of ``lines``, ``None`` if nothing changes."""
    changed = {line.order: change(line) for line in lines}
    made = tuple(
        one
        for line in plan.lines
        if (one := changed.get(line.order) if line.order in changed else line) is not None
    )
    return None if made == plan.lines else replace(plan, lines=made)


def _changes(lines: Sequence[PlanLine], plan: Plan) -> Iterator[tuple[str, Change]]:
    line = lines[0]
    yield "the line is gone", lambda _: None
    if line.arrow == "<>":
        if _shows_something(lines, plan):
            yield "the target is not heard", _one_way(">")
        yield "the surface is not heard", _one_way("<")
    yield from _stage_changes(line, plan)
    yield from _target_changes(line, plan)
    for what, change in _condition_changes(line):
        if not _is_same_choice(line, change, plan):
            yield what, change
    if line.options.echo is not None:
        echo = _ECHOES[line.options.echo]
        yield f"the echo is {echo}", lambda one: _with_options(one, echo=echo)


def _one_way(arrow: str) -> Change:
    return lambda line: replace(line, arrow=arrow) if line.arrow == "<>" else line  # type: ignore[arg-type]


def _shows_something(lines: Sequence[PlanLine], plan: Plan) -> bool:
    """Return whether the control of a two-way line can show what its target says."""
    found = _first_binding(lines[0], plan)
    if found is None:
        return False
    spec = found[0].spec
    match spec.kind:
        case "vpot":
            # Its ring is a control of its own; a line of its own drives it, or one was added.
            return any(line.implied for line in lines)
        case "key":
            # A raw line without feedback passes press and release instead of toggling.
            return spec.lamp or isinstance(lines[0].target, ToPattern)
        case _:
            return spec.motor or spec.kind == "lamp"


def _with_options(line: PlanLine, **options: str) -> PlanLine:
    return replace(line, options=replace(line.options, **options))  # type: ignore[arg-type]


# Stages


def _stage_changes(line: PlanLine, plan: Plan) -> Iterator[tuple[str, Change]]:
    for at, stage in enumerate(line.stages):
        if stage.name not in _KEPT and not _is_default(stage, line, plan):
            yield f"without '{stage.name}'", _restaged(at, None)
        other = _other_numbers(stage)
        if other is not None:
            yield f"'{_written(other)}' for '{_written(stage)}'", _restaged(at, other)


def _is_default(stage: Stage, line: PlanLine, plan: Plan) -> bool:
    """Return whether ``stage`` only says what would be so without it."""
    found = _first_binding(line, plan)
    if found is None:
        return False
    control, parameter = found
    match stage.name:
        case "db":
            return parameter.spec.law == surface_law(control.spec)
        case "ring":
            modes = [
                ring_of(transforms, control.spec, parameter.spec)[1]
                for transforms in (line.transforms, ())
            ]
            return modes[0] == modes[1]
        case _:
            return False


def _first_binding(line: PlanLine, plan: Plan) -> tuple[Control, Parameter] | None:
    """Return the first control that ``line`` is on, with the parameter behind it."""
    wiring = Engine(replace(plan, lines=(replace(line, condition=None),))).wiring
    for control in wiring.mapped:
        for binding in (*control.ins, *control.outs):
            for parameter in binding.parameters:
                return control, parameter
    return None


def _restaged(at: int, stage: Stage | None) -> Change:
    def change(line: PlanLine) -> PlanLine:
        new = () if stage is None else (stage,)
        stages = (*line.stages[:at], *new, *line.stages[at + 1 :])
        return replace(line, stages=stages, transforms=tuple(_transforms(line, stages)))

    return change


def _transforms(line: PlanLine, stages: Iterable[Stage]) -> Iterator[Transform]:
    """Read the stages again; leave out what the compiler left out of this line."""
    for stage in stages:
        transform, _ = read_stage(stage)
        left_out = (line.implied and isinstance(transform, Relative)) or (
            line.options.match == "position" and isinstance(transform, Decibels)
        )
        if transform is not None and not left_out:
            yield transform


def _other_numbers(stage: Stage) -> Stage | None:
    """Return ``stage`` with the last number of its first number argument changed."""
    if stage.name in {"deadband", "smooth", "slew", "rate", "delay", "meter", "py"}:
        return None
    for at, arg in enumerate(stage.args):
        text = _WHOLE.sub(_other_number, arg.text)
        if text != arg.text:
            return replace(
                stage, args=(*stage.args[:at], replace(arg, text=text), *stage.args[at + 1 :])
            )
    return None


def _other_number(found: re.Match[str]) -> str:
    number = int(found[0])
    # Half as far, one cell narrower: always something a stage still accepts.
    return str(number * 2 if number >= 16 else max(number - 1, 0) or 2)


def _written(stage: Stage) -> str:
    args = ", ".join(_arg_written(arg) for arg in stage.args)
    return f"{stage.name}({args})" if args else stage.name


def _arg_written(arg: StageArg) -> str:
    return f"{arg.key}{arg.separator}{arg.text}"


# Targets


def _target_changes(line: PlanLine, plan: Plan) -> Iterator[tuple[str, Change]]:
    match line.target:
        case ToParameter(name=name, constant=constant) as target:
            other = _other_parameter(name, of_subject=target.of_subject, plan=plan)
            if other is not None:
                yield f"'{other}' for '{name}'", _retargeted(replace(target, name=other))
            if constant is not None and constant.number is not None:
                number = 0.25 if constant.number != 0.25 else 0.75
                wrong = replace(constant, number=number, text=f"{number:g}", unit="")
                yield (
                    f"'{number:g}' for '{constant.text}'",
                    _retargeted(replace(target, constant=wrong)),
                )
        case ToPattern(head=head) as pattern:
            if not pattern.midi:
                yield f"'{head}x' for '{head}'", _readdressed
            yield from _argument_changes(pattern)
        case ToText(parts=parts) as text:
            yield from _field_changes(parts, text)
        case ToVerb(name=name, args=args):
            yield from _verb_changes(name, args, plan)


def _retargeted(target: ToParameter | ToText | ToVerb) -> Change:
    return lambda line: replace(line, target=target)


def _readdressed(line: PlanLine) -> PlanLine:
    if not isinstance(line.target, ToPattern):
        return line
    return replace(line, target=replace(line.target, head=f"{line.target.head}x"))


def _argument_changes(pattern: ToPattern) -> Iterator[tuple[str, Change]]:
    for at, arg in enumerate(pattern.args):
        if arg.name == "" and not arg.quoted and arg.text.lstrip("-").isdigit():
            # In MIDI a channel or a number may be the last there is.
            down = pattern.midi and int(arg.text) > 1
            number = str(int(arg.text) + (-1 if down else 1)).zfill(len(arg.text))

            def change(line: PlanLine, at: int = at, number: str = number) -> PlanLine:
                if not isinstance(line.target, ToPattern):
                    return line
                args = list(line.target.args)
                args[at] = replace(args[at], text=number)
                return replace(line, target=replace(line.target, args=tuple(args)))

            yield f"'{number}' for '{arg.text}'", change


def _other_parameter(name: str, *, of_subject: bool, plan: Plan) -> str | None:
    """Return another parameter of the same kind, for people mix up what is alike."""
    if "{" in name:
        return None
    if of_subject:
        for bank in plan.banks:
            for subject in bank.subjects:
                other = _sibling(f"{subject.prefix}{name}", plan)
                if other is not None and other.startswith(f"{subject.prefix}."):
                    return other.removeprefix(subject.prefix)
        return None
    return _sibling(name, plan)


def _sibling(identity: str, plan: Plan) -> str | None:
    target, _, name = identity.partition(".")
    sheet = plan.targets.get(target)
    spec = sheet.parameters.get(ParameterId(name)) if sheet is not None else None
    if sheet is None or spec is None:
        return None
    stem = name.rpartition(".")[0]
    for beginning in (f"{stem}.", ""):
        for key, other in sheet.parameters.items():
            if key != name and key.startswith(beginning) and _is_alike(spec, other):
                return f"{target}.{key}"
    return None


def _is_alike(spec: ParameterSpec, other: ParameterSpec) -> bool:
    # A trigger can be taken for a switch; anything else only for its own kind.
    pair = {spec.kind, other.kind}
    return len(pair) == 1 or pair == {"switch", "trigger"}


def _field_changes(parts: tuple[str | Field, ...], text: ToText) -> Iterator[tuple[str, Change]]:
    for at, part in enumerate(parts):
        if isinstance(part, str):
            continue
        others = _other_fields(part)
        for what, other in others:
            changed = (*parts[:at], other, *parts[at + 1 :])
            yield what, _retargeted(replace(text, parts=changed))


def _other_fields(part: Field) -> Iterator[tuple[str, Field]]:
    for at, source in enumerate(part.sources):
        if len(part.sources) > 1:
            rest = (*part.sources[:at], *part.sources[at + 1 :])
            yield f"without '{source}'", replace(part, sources=rest)
    if part.form.isdigit():
        narrower = str(max(int(part.form) - 1, 1))
        yield f"'{narrower}' for '{part.form}' letters", replace(part, form=narrower)
    elif part.form and "clock" not in part.sources:
        yield f"two letters for '{part.form}'", replace(part, form="2")


def _verb_changes(name: str, args: tuple[str, ...], plan: Plan) -> Iterator[tuple[str, Change]]:
    names: Mapping[str, Sequence[str]] = {
        "bank": [bank.name for bank in plan.banks],
        "layer": plan.layers,
    }
    for other in names.get(name, ()):
        if other != args[0]:
            yield f"'{other}' for '{args[0]}'", _retargeted(ToVerb(name, (other,)))
            break
    if name == "reset":
        yield f"'-20dB' for '{args[1]}'", _retargeted(ToVerb(name, (args[0], "-20dB")))


# Conditions


def _condition_changes(line: PlanLine) -> Iterator[tuple[str, Change]]:
    match line.condition:
        case None:
            return
        case And(conditions=several):
            for at in range(len(several)):
                rest = (*several[:at], *several[at + 1 :])
                left = rest[0] if len(rest) == 1 else And(rest)
                yield f"without term {at + 1} of its condition", _conditioned(left)
        case Not(condition=inner):
            yield "without 'not' in its condition", _conditioned(inner)
        case _:
            yield "without its condition", _conditioned(None)


def _is_same_choice(line: PlanLine, change: Change, plan: Plan) -> bool:
    """Return whether the same lines win in every situation, as between two layers that are all."""
    changed = _with(plan, [line], change)
    if changed is None:
        return True
    before, after = Engine(plan), Engine(changed)
    one = next((c for c in before.wiring.mapped if line in before.wiring.lines_of(c)), None)
    if one is None:
        return True
    other = after.wiring.controls[one.id]
    terms = {t for each in before.wiring.lines_of(one) for t in terms_of(each.condition)}
    if any(term.kind in {"compare", "bank"} for term in terms):
        return False
    switches = sorted({(term.kind, term.name) for term in terms if term.kind != "layer"})
    if len(switches) > _MOST_SWITCHES:
        return False
    for layer in plan.layers or ("",):
        for picked in product((False, True), repeat=len(switches)):
            for engine in (before, after):
                engine.situation.choose("layer", layer)
                for (kind, name), active in zip(switches, picked, strict=True):
                    engine.situation.set(kind, _concrete(kind, name, one), active)
            if _orders(before.wiring.winners(one)) != _orders(after.wiring.winners(other)):
                return False
    return True


def _concrete(kind: str, name: str, control: Control) -> str:
    """Return ``x.fader.1`` of ``touched fader``, as the strip of ``control`` means it."""
    if kind == "modifier" or name.startswith(f"{control.surface}."):
        return name
    number = next((int(part) for part in control.id.split(".") if part.isdigit()), 0)
    return strip_control(control.surface, name, number) if number else name


def _orders(winners: tuple[list[PlanLine], list[PlanLine]]) -> list[list[int]]:
    return [[line.order for line in lines] for lines in winners]


def _conditioned(condition: Condition | None) -> Change:
    def change(line: PlanLine) -> PlanLine:
        weight = (line.options.priority or 0, *weight_of(condition))
        return replace(line, condition=condition, weight=weight)

    return change


# What is not a line


def _around_lines(document: Document, plan: Plan) -> Iterator[Mutation]:
    surfaces = list(dict.fromkeys(strip.surface for strip in plan.strips))
    if len(surfaces) > 1:
        order = surfaces[::-1]
        strips = sorted(plan.strips, key=lambda strip: (order.index(strip.surface), strip.number))
        span = document.rig[0].span if document.rig else Span(plan.path, 1, 1)
        yield Mutation(
            "the surfaces stand in another order", span, "rig", replace(plan, strips=tuple(strips))
        )
    yield from _delegates(document, plan)
    for pair, kind in ((document.paging.page, "page"), (document.paging.nudge, "nudge")):
        if pair is not None:
            made = _rekeyed(plan, _backwards(kind))
            yield Mutation("its two keys are swapped", pair[0].span, kind, made)
    for modifier in document.modifiers.values():
        held = "held" if modifier.latch else "latched"
        made = _rekeyed(plan, _relatched(modifier.name))
        yield Mutation(f"it is {held}", modifier.span, f"modifier {modifier.name}", made)
    for variable in document.variables.values():
        if variable.dec is not None and variable.inc is not None:
            made = _rekeyed(plan, _backwards("variable", variable.name))
            yield Mutation(
                "its two keys are swapped", variable.span, f"variable {variable.name}", made
            )
    for kind, spans in (
        ("layer", {one.name: one.span for one in document.layers.values()}),
        ("bank", {one.name: one.span for one in document.banks.values()}),
    ):
        for name, span in spans.items():
            keys = {
                control: tuple(a for a in actions if (a.kind, a.name) != (kind, name))
                for control, actions in plan.keys.items()
            }
            if keys != dict(plan.keys):
                made = replace(plan, keys=keys)
                yield Mutation("its key does nothing", span, f"{kind} {name}", made)


def _delegates(document: Document, plan: Plan) -> Iterator[Mutation]:
    for place, bank in enumerate(plan.banks):
        if bank.delegate is not None:
            swapped = replace(bank, delegate=bank.delegate[::-1])
            banks = (*plan.banks[:place], swapped, *plan.banks[place + 1 :])
            span = document.banks[bank.name].span
            made = replace(plan, banks=banks)
            yield Mutation("it pages the wrong way", span, f"bank {bank.name}", made)


def _rekeyed(plan: Plan, change: Callable[[KeyAction], KeyAction]) -> Plan:
    keys: dict[ControlId, tuple[KeyAction, ...]] = {
        control: tuple(map(change, actions)) for control, actions in plan.keys.items()
    }
    return replace(plan, keys=keys)


def _backwards(kind: str, name: str = "") -> Callable[[KeyAction], KeyAction]:
    return lambda action: (
        replace(action, step=-action.step) if (action.kind, action.name) == (kind, name) else action
    )


def _relatched(name: str) -> Callable[[KeyAction], KeyAction]:
    def change(action: KeyAction) -> KeyAction:
        if action.name != name or action.kind not in {"latch", "modifier"}:
            return action
        return replace(action, kind="modifier" if action.kind == "latch" else "latch")

    return change
