"""Which line drives a control and why another does not; every binding there is.

Owns: answers for people, from the same wiring that runs.  Does not own: how
they are printed (``apps.cli``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf, isinf
from typing import Final

from surfacebridge.mapping.lines import And, Condition, Not, Or, Term
from surfacebridge.model.sheets import ControlSpec, ParameterSpec
from surfacebridge.model.values import Value, format_db
from surfacebridge.routing.bindings import FaderIn, KeyIn, Out, TurnIn, VerbIn, surface_law
from surfacebridge.routing.plan import Plan, PlanLine, Subject, ToText
from surfacebridge.routing.state import Binding, Control
from surfacebridge.routing.wiring import Wiring

_LEVELS: Final = (-inf, -20.0, 0.0)


@dataclass(frozen=True, slots=True)
class Sample:
    """What one place of a control becomes: ``0 dB`` is ``0.7498`` there."""

    here: str
    there: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How one line stands on one control now.

    ``why`` is a sentence; ``drives`` names the parameters behind it.
    """

    line: PlanLine
    is_live: bool
    why: str
    drives: tuple[str, ...]
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Concrete:
    """One binding: a control, the way values go, what is behind it, and its bank's page."""

    control: str
    arrow: str
    drives: str
    bank: str
    page: int
    line: PlanLine


def explain(wiring: Wiring, control: Control) -> list[Standing]:
    """Return every line that may ever speak about ``control``, the live ones first."""
    ins, outs = wiring.winners(control)
    winners = {line.order for line in (*ins, *outs)}
    subject = wiring.banks.subject(control.strip) if control.strip else None
    found = []
    for line in wiring.lines_of(control):
        bound = wiring.binder.bound(line, control, subject if line.in_strip else None)
        bindings = [one for one in bound if one is not None]
        wins = line.order in winners
        why = _why(wiring, control, line, wins=wins, ins=ins, outs=outs)
        if not bindings:
            why = _why_unbound(line, subject)
        drives = dict.fromkeys(p.id for one in bindings for p in one.parameters)
        samples = tuple(_samples(control.spec, bindings))
        found.append(Standing(line, wins and bool(bindings), why, tuple(drives), samples))
    return sorted(found, key=lambda one: (not one.is_live, one.line.order))


def _why(
    wiring: Wiring,
    control: Control,
    line: PlanLine,
    *,
    wins: bool,
    ins: Sequence[PlanLine],
    outs: Sequence[PlanLine],
) -> str:
    condition = condition_text(line.condition)
    if wins:
        return f"live, because {condition}" if condition else "live, it has no condition"
    if not wiring.holds(line, control):
        return f"waits for {condition}"
    stronger = (ins if line.takes_in else outs) or outs or ins
    other = stronger[0]
    beats = condition_text(other.condition)
    reason = f"its condition '{beats}' is stronger" if beats else "it stands later"
    return f"shadowed by line {other.span.line}: {reason}"


def _why_unbound(line: PlanLine, subject: Subject | None) -> str:
    if line.in_strip and subject is None:
        return "does nothing: its strip stands for nothing, past the end of the bank"
    name = subject.prefix or str(subject.n) if subject is not None else "the target"
    return f"does nothing: {name} has no such parameter"


def condition_text(condition: Condition | None) -> str:
    """Return a condition as a mapping would write it, empty for none."""
    match condition:
        case None:
            return ""
        case Not(condition=inner):
            return f"not {_bracketed(inner)}"
        case And(conditions=several):
            return " and ".join(map(_bracketed, several))
        case Or(conditions=several):
            return " or ".join(map(_bracketed, several))
        case Term(kind="compare", name=name, operator=operator, value=value):
            return f"{name} {operator} {value.text}" if value is not None else name
        case Term(kind="modifier", name=name):
            return name
        case Term(kind=kind, name=name):
            return f"{kind} {name}"


def _bracketed(condition: Condition) -> str:
    text = condition_text(condition)
    return f"({text})" if isinstance(condition, And | Or) else text


# What the stages do


def _samples(control: ControlSpec, bindings: Sequence[Binding]) -> Iterator[Sample]:
    for binding in bindings:
        match binding:
            case FaderIn():
                yield from _fader_samples(control, binding)
            case KeyIn():
                yield Sample("press", _key_text(binding))
            case TurnIn(relative=relative) if relative is not None:
                unit = " dB" if relative.decibels else " of its range"
                yield Sample("one tick", f"{relative.step:+.4g}{unit}")
            case VerbIn(verb=verb):
                yield Sample("press", " ".join(("do", verb.name, *verb.args)))
            case Out(line=PlanLine(arrow="<")) if control.kind == "fader":
                yield from _motor_samples(binding)
            case _:
                pass


def _fader_samples(control: ControlSpec, binding: FaderIn) -> Iterator[Sample]:
    law = surface_law(control)
    for level in (*_LEVELS, law.top):
        position = law.from_db(level)
        here = f"{format_db(level)} dB ({position:.4f} of the travel)"
        yield Sample(here, text_of(binding.forward(position), binding.parameter.spec))


def _motor_samples(binding: Out) -> Iterator[Sample]:
    """Ask the way back at the ends and the middle of the target's range."""
    for parameter in binding.parameters[:1]:
        before = parameter.value
        for place in (0.0, 0.5, 1.0):
            value = parameter.spec.from_position(place)
            parameter.believe(value)
            shown = binding.render()
            here = f"{shown:.4f} of the travel" if isinstance(shown, float) else str(shown)
            yield Sample(here, text_of(value, parameter.spec))
        parameter.forget()
        if before is not None:
            parameter.believe(before)


def _key_text(binding: KeyIn) -> str:
    if binding.constant is not None:
        return text_of(binding.constant, binding.parameter.spec)
    on = text_of(binding.forward(True), binding.parameter.spec)
    off = text_of(binding.forward(False), binding.parameter.spec)
    match binding.style:
        case "toggle":
            return f"{on} while dark, {off} while lit"
        case "momentary":
            return f"{on}, and {off} on release"
        case _:
            return on


def text_of(value: Value, spec: ParameterSpec) -> str:
    """Return a value as people read it, with its place on the target where that says more."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, str):
        return f'"{value}"'
    if not isinstance(value, float | int):
        return str(value)
    if spec.kind == "level":
        place = spec.to_position(spec.snap(value))
        return f"{format_db(value)} dB ({place:.4f} there)"
    return "-oo" if isinf(value) else f"{value:.4g}"


# Every binding


def expand(plan: Plan, wiring: Wiring) -> Iterator[Concrete]:
    """Yield every binding of every bank's every page, in the order of the file."""
    for line in plan.lines:
        for control in wiring.mapped:
            if line.order not in {one.order for one in wiring.lines_of(control)}:
                continue
            if not line.in_strip:
                yield from _concrete(wiring, line, control, None, "", 0)
                continue
            for bank in plan.banks:
                strips = max(len(plan.strips), 1)
                places = range(control.strip - 1, len(bank.subjects), strips)
                for page, place in enumerate(places, start=1):
                    subject = bank.subjects[place]
                    yield from _concrete(wiring, line, control, subject, bank.name, page)


def _concrete(
    wiring: Wiring,
    line: PlanLine,
    control: Control,
    subject: Subject | None,
    bank: str,
    page: int,
) -> Iterator[Concrete]:
    bound = [one for one in wiring.binder.bound(line, control, subject) if one is not None]
    if not bound:
        return
    names = list(dict.fromkeys(p.id for one in bound for p in one.parameters))
    drives = ", ".join(names) or _unnamed(line, bound)
    yield Concrete(control.id, line.arrow, drives, bank, page, line)


def _unnamed(line: PlanLine, bound: Sequence[Binding]) -> str:
    for binding in bound:
        if isinstance(binding, VerbIn):
            return " ".join(("do", binding.verb.name, *binding.verb.args))
    return "text" if isinstance(line.target, ToText) else line.text
