"""Values that a target will clip, told before a hand finds out.

Owns: comparing what a line can say with what its parameter can hold.
Does not own: composing the way of a value, or keeping it in range
(``bindings``).
"""

from collections.abc import Iterator
from typing import Final

from surfacebridge.mapping.problems import Problem
from surfacebridge.model.sheets import ControlSpec, ParameterSpec
from surfacebridge.model.values import OFF
from surfacebridge.routing.bindings import ends_of, forward_of, surface_law
from surfacebridge.routing.plan import Plan, PlanLine, ToParameter
from surfacebridge.routing.stages import Decibels, Mapped
from surfacebridge.routing.verbs import constant_value, refuse_constant

# dB: nobody hears less, and printed scales are no more exact.
_SLACK: Final = 0.1
_ROUNDED: Final = 1e-6


def check_clipping(plan: Plan) -> Iterator[Problem]:
    """Yield a warning for each fader that reaches past its parameter's ends.

    A constant outside them is an error: the whole line would mean something else.
    """
    for line in plan.lines:
        spec = _parameter_of(plan, line)
        if spec is None or not line.takes_in:
            continue
        message = _outside(line, spec)
        if message:
            yield Problem(line.span, message, "clips")
        control = _control_of(plan, line)
        message = "" if control is None else _clipped(line, control, spec)
        if message:
            yield Problem(line.span, message, "clips", "warning")


def _outside(line: PlanLine, spec: ParameterSpec) -> str:
    """Return what is wrong with the constant of ``line``, if it has one and that is too far."""
    constant = line.target.constant if isinstance(line.target, ToParameter) else None
    if constant is None:
        return ""
    if constant.number is None:
        return refuse_constant(constant, spec)
    value = constant_value(constant.number, constant.unit, constant.word, spec)
    low, high = ends_of(spec)
    if not isinstance(value, float | int) or low <= value <= high:
        return ""
    unit = "dB" if spec.kind == "level" else ""
    return (
        f"{constant.text} is too far: what it moves holds {_said(low)}{unit} to {_said(high)}{unit}"
    )


def _control_of(plan: Plan, line: PlanLine) -> ControlSpec | None:
    """Return the fader or knob of ``line``, ``None`` for any other control."""
    surface, _, name = line.control.partition(".")
    sheets = plan.surfaces.values() if line.in_strip else (plan.surfaces[surface],)
    plain = ".".join(word for word in name.split(".") if not word.isdigit())
    for sheet in sheets:
        for one in (line.control,) if line.in_strip else (name, plain):
            spec = sheet.controls.get(one)
            if spec is not None and spec.kind in {"fader", "knob"}:
                return spec
    return None


def _parameter_of(plan: Plan, line: PlanLine) -> ParameterSpec | None:
    """Return what ``line`` moves, for the first subject that has it."""
    if not isinstance(line.target, ToParameter):
        return None
    names = [line.target.name]
    if line.target.of_subject:
        subjects = (subject for bank in plan.banks for subject in bank.subjects)
        names = [f"{subject.prefix}{line.target.name}" for subject in subjects]
    for full in names:
        target, _, name = full.partition(".")
        spec = plan.spec(target, name)
        if spec is not None:
            return spec
    return None


def _clipped(line: PlanLine, control: ControlSpec, spec: ParameterSpec) -> str:
    scaled = any(isinstance(one, Mapped) and one.own_unit for one in line.transforms)
    in_decibels = (one for one in line.transforms if isinstance(one, Decibels) and one.only != "<")
    decibels = next(in_decibels, None)
    if spec.kind == "level" and spec.law is not None and decibels is not None and not scaled:
        reach, top = (decibels.surface or surface_law(control)).top, spec.law.top
        if reach > top + _SLACK:
            return (
                f"'{line.control}' goes up to {reach:+.3g} dB and what it moves to {top:+.3g} dB "
                "only: the way above does nothing"
            )
    if spec.kind in {"number", "pan"} and scaled:
        forward = forward_of(line.transforms, control, spec, bounded=False)
        values = (forward(end) for end in (0.0, 1.0))
        said = sorted(float(value) for value in values if isinstance(value, float | int))
        low, high = ends_of(spec)
        if said and (said[0] < low - _ROUNDED or said[-1] > high + _ROUNDED):
            return (
                f"this says {said[0]:g} to {said[-1]:g}, and what it moves holds "
                f"{low:g} to {high:g}: what is outside does nothing"
            )
    return ""


def _said(end: float) -> str:
    return "-oo" if end == OFF else f"{end:g}"
