"""Lines made into bindings: for one control, one subject and the variables as they stand.

Owns: the parameters in play, filling placeholders in, and composing what a
line does to a gesture or a value.  Does not own: which line is live
(``wiring``), or the ways through stages and laws (``bindings``).
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from surfacebridge.mapping.lines import Field, PatternArg
from surfacebridge.mapping.midi_words import read_midi
from surfacebridge.mapping.topic_words import read_topic
from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.sheets import ControlSpec, ParameterSpec
from surfacebridge.model.values import Value
from surfacebridge.routing.bindings import (
    FaderIn,
    Fitted,
    KeyIn,
    Out,
    TurnIn,
    VerbIn,
    back_of,
    colour_of,
    forward_of,
    lamp_of,
    meter_level,
    on_travel,
    own_value,
    ring_of,
    text_of,
)
from surfacebridge.routing.limits import Falling, Limits
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
from surfacebridge.routing.stages import KeyStyle, Limit, Relative, Shape, Style
from surfacebridge.routing.state import Binding, Control, Parameter
from surfacebridge.routing.text import fit, format_value
from surfacebridge.routing.verbs import constant_value

Pair = tuple[Binding | None, Binding | None]
"""What a line does with gestures, and what it shows."""

_PLACEHOLDER: Final = re.compile(r"\{([A-Za-z_][\w.]*)(?::(\w+))?\}")

_NEITHER: Final[Pair] = (None, None)


class Binder:
    """Make bindings of one plan, each once."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.parameters: dict[ParameterId, Parameter] = {}
        self.variables = {name: one.default for name, one in plan.variables.items()}
        self.clock = (0, 0, 0)
        self._made: dict[object, Pair] = {}

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
        tells = sheet.dialect != "plain_midi"
        echo = spec.echo or sheet.echo
        made = Parameter(ParameterId(identity), target, spec, echo, sheet.rate, tells=tells)
        self.parameters[made.id] = made
        return made

    def bound(self, line: PlanLine, control: Control, subject: Subject | None) -> Pair:
        """Return the bindings of ``line`` on ``control``, whose strip stands for ``subject``."""
        # A bank change asks this for each control: texts and numbers, whose hash is known.
        prefix, n = ("", -1) if subject is None else (subject.prefix, subject.n)
        variables = line.variables and tuple(self.variables.get(one, "") for one in line.variables)
        key = (line.order, control.id, prefix, n, variables)
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._bind(line, control, subject)
        return made

    def dissolve(self) -> None:
        """Let go of every binding made."""
        self._made.clear()

    def pattern(self, target: ToPattern, strip: int, subject: Subject | None) -> Parameter | None:
        """Return the parameter that a raw pattern is for ``strip`` and ``subject``."""
        words = [self.fill(target.head, strip, subject)]
        words += [self._filled_arg(arg, strip, subject) for arg in target.args]
        if target.midi:
            return self._midi(target.target, " ".join(words))
        if target.mqtt:
            # The same topic is the same parameter, however its value is written out.
            words = [read_topic(" ".join(words)).text]
        identity = f"{target.target}:{' '.join(words)}"
        key = "trigger" if target.send_only else "toggle"
        spec = ParameterSpec(ParameterId(identity), "plain", key=key)  # type: ignore[arg-type]
        return self.parameter(identity, spec)

    def _midi(self, target: str, text: str) -> Parameter | None:
        words = read_midi(text)
        identity = f"{target}:{words.text}"
        if words.is_text:
            spec = ParameterSpec(ParameterId(identity), "text", writable=False)
        elif words.has_value:
            steps = words.high - words.low + 1
            spec = ParameterSpec(
                ParameterId(identity), "number", steps=steps, low=words.low, high=words.high,
                writable=not words.heard_only,
            )  # fmt: skip
        else:
            spec = ParameterSpec(ParameterId(identity), "plain", key="trigger")
        return self.parameter(identity, spec)

    def variable_pattern(self, variable: Variable) -> Parameter | None:
        """Return what ``variable`` sends when it changes, with its present value."""
        if variable.send is None:
            return None
        value = self.variables[variable.name]
        number = variable.name.rpartition(".")[2]
        subject = Subject("", int(number)) if number.isdigit() else None
        send = replace(variable.send, head=variable.send.head.replace("{value}", value))
        return self.pattern(send, 0, subject)

    def named(self, name: str, strip: int, subject: Subject | None) -> Parameter | None:
        """Return the parameter that a line calls ``name``; ``.fader`` is the subject's."""
        filled = self.fill(name, strip, subject)
        if not filled.startswith("."):
            return self.parameter(filled)
        if subject is None or not subject.prefix:
            return None
        return self.parameter(subject.prefix + filled)

    def _bind(self, line: PlanLine, control: Control, subject: Subject | None) -> Pair:
        if line.in_strip and subject is None:
            return _NEITHER
        match line.target:
            case ToText(parts=parts):
                return None, self._bind_text(line, control, subject, parts)
            case ToVerb(name=name, args=args):
                filled = tuple(self.fill(arg, control.strip, subject) for arg in args)
                parameter = self.named(args[0], control.strip, subject) if args else None
                return VerbIn(line, ToVerb(name, filled), parameter), None
            case ToParameter() | ToPattern() as target:
                parameter = self._resolve(target, control, subject)
                if parameter is None:
                    return _NEITHER
                if line.rate:
                    parameter.interval = max(parameter.interval, 1.0 / line.rate)
                gesture = self._bind_in(line, control, parameter) if line.takes_in else None
                shown = self._bind_out(line, control, parameter) if line.gives_out else None
                return gesture, shown

    def _resolve(
        self, target: ToParameter | ToPattern, control: Control, subject: Subject | None
    ) -> Parameter | None:
        match target:
            case ToParameter(name=name):
                return self.named(name, control.strip, subject)
            case ToPattern():
                return self.pattern(target, control.strip, subject)

    def _filled_arg(self, arg: PatternArg, strip: int, subject: Subject | None) -> str:
        if arg.name in {"", "v"}:
            filled = self.fill(arg.text, strip, subject)
            return f'"{filled}"' if arg.quoted else filled
        text = self.fill(f"{{{arg.name}}}", strip, subject)
        return repr(float(text)) if arg.tag in {"f", "d"} and text.lstrip("-").isdigit() else text

    def fill(self, text: str, strip: int, subject: Subject | None) -> str:
        """Return ``text`` with its placeholders filled in, as far as they can be."""
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
                forward = forward_of(transforms, spec, parameter.spec)
                back = back_of(transforms, spec, parameter.spec)
                limits = _limits_of(line, spec, towards_surface=False)
                return FaderIn(line, parameter, forward, back, control, limits)
            case "vpot" | "jog":
                constant = _constant_of(line, parameter.spec)
                if constant is not None:
                    return KeyIn(line, parameter, "trigger", _same, _unknown, constant)
                relative = next((t for t in transforms if isinstance(t, Relative)), None)
                forward = forward_of(transforms, spec, parameter.spec)
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
            value = parameter.newest
            if value is None:
                # A plain address may never say where it stands; a console will.
                return False if parameter.spec.kind == "plain" else None
            return state(value) != "dark"

        forward = forward_of(line.transforms, control.spec, parameter.spec)
        return KeyIn(line, parameter, style, forward, is_lit, constant)

    def _bind_out(self, line: PlanLine, control: Control, parameter: Parameter) -> Binding | None:
        render = self._render_of(line, control, parameter)
        if render is None:
            return None
        if control.spec.kind == "meter":
            return Out(line, (parameter,), render, falling=_falling_of(line))
        if control.spec.kind != "text":
            limits = _limits_of(line, control.spec, towards_surface=True)
            return Out(line, (parameter,), render, limits=limits)
        shapes = (t for t in line.transforms if isinstance(t, Shape) and t.kind == "text")
        width = next((shape.width for shape in shapes), control.spec.cells)
        return Out(line, (parameter,), render, Fitted(_piece([parameter], ""), width))

    def _render_of(
        self, line: PlanLine, control: Control, parameter: Parameter
    ) -> Callable[[], object] | None:
        spec, transforms = control.spec, line.transforms
        convert: Callable[[Value], object]
        match spec.kind:
            case "fader" if spec.motor:
                back, snap = back_of(transforms, spec, parameter.spec), parameter.spec.snap
                convert = lambda value: on_travel(back(snap(value)))  # noqa: E731 - one of several
            case "key" | "lamp" if spec.lights:
                convert = lamp_of(transforms, parameter, line_word(line))
            case "text":
                convert = text_of(transforms, spec, parameter.spec)
            case "ring":
                place, mode = ring_of(transforms, spec, parameter.spec)
                convert = lambda value: (on_travel(place(value)), mode)  # noqa: E731
            case "meter":
                convert = lambda value: meter_level(value, parameter.spec)  # noqa: E731
            case "colour":
                convert = colour_of
            case _:
                return None
        return lambda: None if parameter.value is None else convert(parameter.value)

    def _bind_text(
        self,
        line: PlanLine,
        control: Control,
        subject: Subject | None,
        parts: tuple[str | Field, ...],
    ) -> Binding:
        pieces: list[str | Callable[[], str | None]] = []
        watched: list[Parameter] = []
        fitted = None
        for part in parts:
            if isinstance(part, str):
                pieces.append(part)
                continue
            sources = [self._source(name, control, subject, part.form) for name in part.sources]
            watched += [source for source in sources if isinstance(source, Parameter)]
            pieces.append(_piece(sources, "" if "clock" in part.sources else part.form))
            if len(parts) == 1 and part.form.isdigit():
                fitted = Fitted(_piece(sources, ""), int(part.form))
        return Out(line, tuple(watched), _joined(pieces, control.spec.cells), fitted)

    def _source(
        self, name: str, control: Control, subject: Subject | None, form: str
    ) -> Parameter | Callable[[], str] | None:
        if name == "clock":
            return lambda: _clock_text(self.clock, form)
        filled = self.fill(name, control.strip, subject)
        if filled in self.variables:
            return lambda: self.variables[filled]
        return self.named(filled, control.strip, subject)


def line_word(line: PlanLine) -> str:
    """Return the word a line took from its own list, or the last word of its control."""
    return line.word or line.control.rpartition(".")[2]


def _limits_of(line: PlanLine, spec: ControlSpec, *, towards_surface: bool) -> Limits | None:
    """Return what slows a line down that way; ``<>`` without a mark is the way to the target."""
    unmarked = "<" if line.arrow == "<" else ">"
    limits = [
        transform
        for transform in line.transforms
        if isinstance(transform, Limit)
        and transform.kind != "rate"
        and ((transform.only or unmarked) == "<") == towards_surface
    ]
    return Limits(limits, spec.steps) if limits else None


def _falling_of(line: PlanLine) -> Falling | None:
    shapes = (one for one in line.transforms if isinstance(one, Shape) and one.kind == "meter")
    shape = next(shapes, None)
    return None if shape is None else Falling(shape.fall)


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


def _joined(pieces: list[str | Callable[[], str | None]], cells: int) -> Callable[[], str | None]:
    """Return what a template says, ``None`` while it has fields and none of them is known."""

    def render() -> str | None:
        words = [piece if isinstance(piece, str) else piece() for piece in pieces]
        fields = [word for word, piece in zip(words, pieces, strict=True) if piece is not word]
        if fields and all(word is None for word in fields):
            return None
        text = "".join(word or "" for word in words)
        return text[:cells].rstrip() if cells else text

    return render


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
