"""A document and the sheets of its products → a plan, or everything that is wrong.

Owns: looking every name up, with near misses, and refusing what cannot work.
Does not own: syntax (``mapping``), or what is live at run time (``wiring``).
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final, Literal

from surfacebridge.errors import UnknownProduct
from surfacebridge.mapping.document import BankDecl, Document, SurfaceDecl, TargetDecl, VarDecl
from surfacebridge.mapping.lines import (
    Condition,
    ControlRef,
    Field,
    Line,
    ParameterTarget,
    PatternArg,
    RawMidi,
    RawOsc,
    RawTopic,
    Stage,
    Template,
    Term,
    Verb,
)
from surfacebridge.mapping.problems import Problem, did_you_mean
from surfacebridge.mapping.source import Span
from surfacebridge.model.controls import ControlId
from surfacebridge.model.sheets import ControlSpec, DeviceSheet, TargetSheet, emulated
from surfacebridge.routing.conditions import terms_of, weight_of
from surfacebridge.routing.plan import (
    Bank,
    KeyAction,
    Plan,
    PlanLine,
    PlanPattern,
    PlanTarget,
    Strip,
    Subject,
    ToParameter,
    ToPattern,
    ToText,
    ToVerb,
    Variable,
)
from surfacebridge.routing.shadowing import check_shadowing
from surfacebridge.routing.stages import (
    Decibels,
    KeyStyle,
    Limit,
    Relative,
    Transform,
    lacks_a_way,
    read_stage,
)
from surfacebridge.routing.takeover import TAKEOVERS
from surfacebridge.routing.verbs import VERBS

DeviceLookup = Callable[[str], DeviceSheet]
TargetLookup = Callable[[str], TargetSheet]
InlineReader = Callable[[SurfaceDecl], tuple[DeviceSheet | None, list[Problem]]]

_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "echo": ("servo", "settle", "none"),
    "touch": ("required", "made", "ignore"),
    "takeover": TAKEOVERS,
    "match": ("dB", "position"),
}


@dataclass(frozen=True, slots=True)
class Products:
    """Where sheets come from: by name, or from the body of an inline device."""

    device: DeviceLookup
    target: TargetLookup
    inline: InlineReader


def compile_mapping(document: Document, products: Products) -> tuple[Plan | None, list[Problem]]:
    """Return the plan of ``document`` and all that is wrong; no plan if anything is an error."""
    compiler = _Compiler(document, products)
    plan = compiler.compile()
    problems = sorted(compiler.problems, key=lambda problem: problem.span)
    if any(problem.severity == "error" for problem in problems):
        return None, problems
    return plan, problems


@dataclass(slots=True)
class _Compiler:
    document: Document
    products: Products
    problems: list[Problem] = dataclasses.field(default_factory=list)
    surfaces: dict[str, DeviceSheet] = dataclasses.field(default_factory=dict)
    targets: dict[str, TargetSheet] = dataclasses.field(default_factory=dict)
    strips: list[Strip] = dataclasses.field(default_factory=list)
    banks: list[Bank] = dataclasses.field(default_factory=list)
    keys: dict[ControlId, list[KeyAction]] = dataclasses.field(default_factory=dict)
    subjects: dict[str, set[str]] = dataclasses.field(default_factory=dict)
    unsure: set[str] = dataclasses.field(default_factory=set)
    """Surfaces and targets whose sheet is missing: their names cannot be checked."""

    def compile(self) -> Plan:
        document = self.document
        for surface in document.surfaces.values():
            self._surface(surface)
        for target in document.targets.values():
            self._target(target)
        self._rig()
        for bank in document.banks.values():
            self._bank(bank)
        self._key_actions()
        variables = {one.name: self._variable(one) for one in document.variables.values()}
        lines: list[PlanLine] = []
        for line in chain(document.strip, document.map):
            made = self._line(line, len(lines) * 2)
            if made is not None:
                lines.append(made)
                ring = self._ring_of(made)
                if ring is not None:
                    lines.append(ring)
        layers = tuple(document.layers)
        default = next((name for name, one in document.layers.items() if one.default), "")
        self.problems += check_shadowing(lines, layers, [bank.name for bank in self.banks])
        return Plan(
            path=document.path,
            name=document.name,
            surfaces=self.surfaces,
            targets=self.targets,
            strips=tuple(self.strips),
            banks=tuple(self.banks),
            lines=tuple(lines),
            edge=self._edge(),
            layers=layers,
            default_layer=default or (layers[0] if layers else ""),
            keys={control: tuple(actions) for control, actions in self.keys.items()},
            variables=variables,
        )

    def refuse(self, span: Span, message: str, code: str) -> None:
        self.problems.append(Problem(span, message, code))

    # Products

    def _surface(self, decl: SurfaceDecl) -> None:
        if decl.device is None:
            sheet, problems = self.products.inline(decl)
            self.problems += problems
            if sheet is None:
                self.unsure.add(decl.name)
            else:
                self.surfaces[decl.name] = sheet
            return
        try:
            self.surfaces[decl.name] = self.products.device(decl.device.text)
        except UnknownProduct as unknown:
            self._no_product("device", decl.device.text, decl.device.span, unknown)
            self.unsure.add(decl.name)

    def _target(self, decl: TargetDecl) -> None:
        try:
            if decl.profile is not None:
                self.targets[decl.name] = self.products.target(decl.profile.text)
            elif decl.emulate is not None:
                self.targets[decl.name] = emulated(self.products.device(decl.emulate.text))
            else:
                self.targets[decl.name] = TargetSheet(
                    "osc", "plain_osc", "OSC", {}, echo="all", facts=decl.facts
                )
        except UnknownProduct as unknown:
            name = decl.profile or decl.emulate
            if name is not None:
                kind = "target profile" if decl.profile is not None else "device"
                self._no_product(kind, name.text, name.span, unknown)
            self.unsure.add(decl.name)

    def _no_product(self, kind: str, name: str, span: Span, unknown: UnknownProduct) -> None:
        near = " or ".join(repr(word) for word in unknown.near)
        hint = f"; did you mean {near}?" if near else "; 'surfacebridge devices' lists them all."
        self.refuse(span, f"no {kind} '{name}'{hint}", "unknown-product")

    def _rig(self) -> None:
        order = self.document.rig
        for name in order:
            if name.text not in self.document.surfaces:
                hint = did_you_mean(name.text, self.document.surfaces)
                self.refuse(name.span, f"no surface '{name.text}'{hint}", "unknown-surface")
        names = [name.text for name in order] or list(self.document.surfaces)
        for surface in names:
            sheet = self.surfaces.get(surface)
            if sheet is not None:
                self.strips += [Strip(surface, number + 1) for number in range(sheet.strips)]

    # Banks

    def _bank(self, decl: BankDecl) -> None:
        subjects: list[Subject] = []
        for item in decl.items:
            text = item.text.replace("{strips}", str(len(self.strips)))
            low, dots, high = text.partition("..")
            if text.isdigit():
                subjects.append(Subject("", int(text)))
            elif dots and low.isdigit() and high.isdigit():
                subjects += [Subject("", n) for n in range(int(low), int(high) + 1)]
            else:
                self._check_subject(text, item.span)
                subjects.append(Subject(text, len(subjects) + 1))
        delegate = None
        if decl.delegate is not None:
            back = self._message(decl.delegate.back)
            forward = self._message(decl.delegate.forward)
            delegate = (back, forward)
        self.banks.append(Bank(decl.name, tuple(subjects), delegate))
        if decl.button is not None:
            self._key(decl.button, KeyAction("bank", decl.name))

    def _message(self, raw: RawOsc) -> PlanPattern:
        self._check_target_name(raw.target, raw.span)
        words = [raw.address, *(_written(arg) for arg in raw.args)]
        return PlanPattern(raw.target, " ".join(words))

    def _check_subject(self, text: str, span: Span) -> None:
        target, _, prefix = text.partition(".")
        if not self._check_target_name(target, span) or target in self.unsure:
            return
        if target not in self.subjects:
            self.subjects[target] = _subjects(self.targets[target])
        known = self.subjects[target]
        if prefix not in known:
            hint = did_you_mean(prefix, known)
            self.refuse(span, f"{target} has no '{prefix}'{hint}", "unknown-subject")

    def _check_target_name(self, name: str, span: Span) -> bool:
        if name in self.document.targets:
            return True
        hint = did_you_mean(name, self.document.targets)
        self.refuse(span, f"no target '{name}'{hint}", "unknown-target")
        return False

    # Keys of the bridge itself

    def _key_actions(self) -> None:
        document = self.document
        for kind, pair in (("page", document.paging.page), ("nudge", document.paging.nudge)):
            for ref, step in zip(pair or (), (-1, 1), strict=False):
                self._key(ref, KeyAction(kind, "", step))  # type: ignore[arg-type]
        for modifier in document.modifiers.values():
            action = KeyAction("latch" if modifier.latch else "modifier", modifier.name)
            self._key(modifier.control, action)
        for layer in document.layers.values():
            if layer.button is not None:
                self._key(layer.button, KeyAction("layer", layer.name))
        for variable in document.variables.values():
            for key, step in ((variable.dec, -1), (variable.inc, 1)):
                if key is not None:
                    self._key(key, KeyAction("variable", variable.name, step))

    def _key(self, ref: ControlRef, action: KeyAction) -> None:
        spec = self._control(ref.text, ref.span, in_strip=False)
        if spec is None:
            return
        if spec.kind != "key":
            self.refuse(ref.span, f"'{ref.text}' is a {spec.kind}, not a key", "not-a-key")
            return
        self.keys.setdefault(ControlId(ref.text), []).append(action)

    def _edge(self) -> Literal["clamp", "wrap", "blank"]:
        match self.document.paging.edge:
            case "wrap" | "blank" as edge:
                return edge
            case _:
                return "clamp"

    def _variable(self, decl: VarDecl) -> Variable:
        values = decl.values or tuple(str(n) for n in range(decl.low, decl.high + 1))
        default = decl.default or (values[0] if values else "")
        if default not in values:
            hint = did_you_mean(default, values)
            self.refuse(decl.span, f"'{default}' is not a value of '{decl.name}'{hint}", "variable")
        show = None
        if decl.show is not None and self._control(decl.show.text, decl.show.span, in_strip=False):
            show = ControlId(decl.show.text)
        send = None if decl.send is None else self._pattern(decl.send)
        return Variable(decl.name, values, default, show, send)

    # Lines

    def _line(self, line: Line, order: int) -> PlanLine | None:
        before = len(self.problems)
        spec = self._control(line.control.text, line.control.span, in_strip=line.in_strip)
        transforms = self._transforms(line)
        self._condition(line.condition, line)
        self._options(line)
        target = self._line_target(line, transforms)
        if spec is not None:
            self._check_kind(line, spec)
        if target is None or spec is None or len(self.problems) > before:
            return None
        if line.options.match == "position":
            transforms = tuple(t for t in transforms if not isinstance(t, Decibels))
        return PlanLine(
            order=order,
            control=line.control.text,
            in_strip=line.in_strip,
            arrow=line.arrow,
            target=target,
            transforms=transforms,
            stages=line.stages,
            condition=line.condition,
            weight=(line.options.priority or 0, *weight_of(line.condition)),
            rate=self._rate(line, transforms),
            options=line.options,
            variables=self._variables_in(line),
            text=line.text,
            span=line.span,
            word=line.word,
        )

    def _ring_of(self, line: PlanLine) -> PlanLine | None:
        """Return the line that makes an encoder's ring follow, unless the file has one."""
        if line.arrow != "<>" or not line.control.endswith("vpot"):
            first, _, number = line.control.rpartition("vpot.")
            if line.arrow != "<>" or not number.isdigit():
                return None
            ring = f"{first}ring.{number}"
        else:
            ring = f"{line.control.removesuffix('vpot')}ring"
        written = chain(self.document.strip, self.document.map)
        if any(other.control.text == ring for other in written):
            return None
        if self._find(ring, in_strip=line.in_strip) is None:
            return None
        kept = tuple(t for t in line.transforms if not isinstance(t, Relative))
        return replace(
            line, order=line.order + 1, control=ring, arrow="<", transforms=kept, implied=True
        )

    def _find(self, name: str, *, in_strip: bool) -> ControlSpec | None:
        """Return the spec of a control as lines name it, ``None`` if there is none."""
        if in_strip:
            for strip in self.strips:
                spec = _spec_of(self.surfaces[strip.surface], name, per_strip=True)
                if spec is not None:
                    return spec
            return None
        surface, _, rest = name.partition(".")
        sheet = self.surfaces.get(surface)
        return None if sheet is None else _numbered(sheet, rest)

    def _control(self, name: str, span: Span, *, in_strip: bool) -> ControlSpec | None:
        spec = self._find(name, in_strip=in_strip)
        if spec is not None:
            return spec
        if in_strip:
            if not self.unsure & set(self.document.surfaces):
                known = _strip_names(self.surfaces[one.surface] for one in self.strips)
                hint = did_you_mean(name, known)
                self.refuse(span, f"no control '{name}'{hint}", "unknown-control")
            return None
        surface, _, rest = name.partition(".")
        if surface in self.unsure:
            return None
        if surface not in self.surfaces:
            hint = did_you_mean(surface, self.surfaces)
            self.refuse(
                span, f"'{name}' names no surface; '{surface}' is none{hint}", "unknown-surface"
            )
            return None
        known = [*self.surfaces[surface].controls, *_numbered_names(self.surfaces[surface])]
        self.refuse(
            span, f"{surface} has no control '{rest}'{did_you_mean(rest, known)}", "unknown-control"
        )
        return None

    def _transforms(self, line: Line) -> tuple[Transform, ...]:
        made: list[Transform] = []
        for stage in line.stages:
            transform, problems = read_stage(stage)
            self.problems += problems
            if transform is None:
                continue
            made.append(transform)
            if line.arrow == "<>" and (way := lacks_a_way(transform)) is not None:
                self._refuse_one_way(stage, way)
        return tuple(made)

    def _refuse_one_way(self, stage: Stage, missing: str) -> None:
        use = "<" if missing == ">" else ">"
        self.refuse(
            stage.span,
            f"'<>' needs transforms that run both ways; '{stage.name}' has no inverse, use '{use}'",
            "one-way",
        )

    def _check_kind(self, line: Line, spec: ControlSpec) -> None:
        shows_only = spec.kind in {"text", "ring", "meter", "colour", "lamp"}
        if shows_only and line.arrow != "<":
            self.refuse(
                line.span, f"'{line.control.text}' only shows something; use '<'", "arrow-kind"
            )
        if spec.kind == "jog" and line.arrow != ">":
            self.refuse(
                line.span, f"'{line.control.text}' cannot show anything; use '>'", "arrow-kind"
            )
        absolute = line.arrow != "<" and not isinstance(line.target, Verb)
        turns = spec.kind in {"vpot", "jog"}
        constant = isinstance(line.target, ParameterTarget) and line.target.value is not None
        if absolute and turns and not constant and not _is_relative(line):
            self.refuse(
                line.span,
                f"'{line.control.text}' turns without end; add '| rel(1/64)', or '| ticks'",
                "needs-rel",
            )

    def _options(self, line: Line) -> None:
        places = dict(line.options.spans)
        for name, known in _CHOICES.items():
            value = getattr(line.options, name)
            if value is not None and value not in known:
                span = places.get(name, line.span)
                hint = did_you_mean(value, known) or f"; it is one of {', '.join(known)}"
                self.refuse(span, f"'{value}' is no way of '{name}'{hint}", "option")

    def _rate(self, line: Line, transforms: tuple[Transform, ...]) -> float:
        """Return the writes a second that a line allows itself, 0 for as many as come."""
        rates = [t.amount for t in transforms if isinstance(t, Limit) and t.kind == "rate"]
        text = line.options.rate
        if text is not None:
            amount = text.removesuffix("/s").strip()
            if text.endswith("/s") and amount.replace(".", "", 1).isdigit() and float(amount) > 0:
                rates.append(float(amount))
            else:
                span = dict(line.options.spans).get("rate", line.span)
                self.refuse(span, f"'{text}' is no rate; write for example 50/s", "option")
        return min(rates, default=0.0)

    def _condition(self, condition: Condition | None, line: Line) -> None:
        for term in terms_of(condition):
            self._term(term, line)

    def _term(self, term: Term, line: Line) -> None:
        document = self.document
        tables: Mapping[str, Iterable[str]] = {
            "modifier": document.modifiers,
            "layer": document.layers,
            "bank": document.banks,
        }
        if term.kind in tables:
            known = list(tables[term.kind])
            if term.name not in known:
                hint = did_you_mean(term.name, known)
                self.refuse(term.span, f"no {term.kind} '{term.name}'{hint}", "unknown-condition")
        elif term.kind == "compare":
            in_strip = line.in_strip and term.name.startswith(".")
            self._parameter(term.name, in_strip, term.span)
        else:
            named = term.name.partition(".")[0] in document.surfaces
            self._control(term.name, term.span, in_strip=line.in_strip and not named)

    # Targets of lines

    def _line_target(self, line: Line, transforms: tuple[Transform, ...]) -> PlanTarget | None:
        match line.target:
            case ParameterTarget(text=text, of_subject=of_subject, value=value, span=span):
                if not self._parameter(text, of_subject, span, line):
                    return None
                return ToParameter(text, of_subject, value)
            case RawOsc() as raw:
                if not self._check_target_name(raw.target, raw.span):
                    return None
                return self._pattern(raw, line.word, transforms)
            case RawMidi() | RawTopic() as raw:
                self._cannot_take(raw)
                return None
            case Template(parts=parts):
                for part in parts:
                    self._field(part, line)
                return ToText(parts)
            case Verb() as verb:
                return self._verb(verb, line)

    def _pattern(
        self, raw: RawOsc, word: str = "", transforms: tuple[Transform, ...] = ()
    ) -> ToPattern:
        choices = next(
            (dict(t.choices) for t in transforms if isinstance(t, KeyStyle) and t.choices), {}
        )
        args = raw.args
        if choices and not any(arg.name == "v" for arg in args):
            # `… {value} | radio(read=1)`: the line's own word stands where the value goes.
            tag = "i" if all(value.isdigit() for value in choices.values()) else "s"
            args = tuple(
                PatternArg(f"{{v:{tag}}}", "v", tag, arg.span) if arg.text == word else arg
                for arg in args
            )
        send_only = not any(arg.name == "v" for arg in args)
        return ToPattern(raw.target, raw.address, args, send_only)

    def _cannot_take(self, raw: RawMidi | RawTopic) -> None:
        if self._check_target_name(raw.target, raw.span):
            self.refuse(
                raw.span,
                f"'{raw.target}' cannot take this message; write an OSC address "
                "such as daw:/strip/fader {v:f}, or name a parameter",
                "target-kind",
            )

    def _field(self, part: str | Field, line: Line) -> None:
        if isinstance(part, Field):
            for source in part.sources:
                self._source(source, line, part.span)

    def _source(self, name: str, line: Line, span: Span) -> None:
        if name == "clock" or name in self.document.variables:
            return
        if not name.startswith(".") and "." not in name:
            known = ["clock", *self.document.variables]
            self.refuse(
                span, f"no variable '{name}'{did_you_mean(name, known)}", "unknown-variable"
            )
            return
        self._parameter(name, name.startswith("."), span, line)

    def _verb(self, verb: Verb, line: Line) -> ToVerb | None:
        known = VERBS.get(verb.name)
        if known is None:
            self.refuse(
                verb.span,
                f"no action '{verb.name}'{did_you_mean(verb.name, VERBS)}",
                "unknown-verb",
            )
            return None
        fewest, most, written = known
        if not fewest <= len(verb.args) <= most:
            self.refuse(verb.span, f"this action is written '{written}'", "verb")
            return None
        names = {"bank": self.document.banks, "layer": self.document.layers}
        if verb.name in names and verb.args[0] not in names[verb.name]:
            hint = did_you_mean(verb.args[0], names[verb.name])
            self.refuse(verb.span, f"no {verb.name} '{verb.args[0]}'{hint}", "verb")
        if verb.name == "reset":
            self._parameter(verb.args[0], verb.args[0].startswith("."), verb.span, line)
        return ToVerb(verb.name, verb.args)

    def _parameter(self, text: str, of_subject: bool, span: Span, line: Line | None = None) -> bool:
        """Check that ``text`` names a parameter; a subject's must exist for some subject."""
        filled = self._with_defaults(text)
        if of_subject:
            return self._subject_parameter(text, filled, span, line)
        target, _, name = filled.partition(".")
        if target in self.unsure:
            return False
        if not self._check_target_name(target, span):
            return False
        sheet = self.targets[target]
        if "{n}" in filled or "{s}" in filled:
            return any(
                name.replace("{n}", str(n)).replace("{s}", str(n)) in sheet.parameters
                for n in range(1, 129)
            ) or self._no_parameter(target, name, sheet.parameters, span)
        if name in sheet.parameters:
            return True
        return self._no_parameter(target, name, sheet.parameters, span)

    def _no_parameter(self, target: str, name: str, known: Iterable[str], span: Span) -> bool:
        near = did_you_mean(name, known)
        self.refuse(span, f"{target} has no parameter '{name}'{near}", "unknown-parameter")
        return False

    def _subject_parameter(self, text: str, filled: str, span: Span, line: Line | None) -> bool:
        if line is not None and not line.in_strip:
            self.refuse(
                span,
                f"'{text}' belongs to a strip's subject; here a full name such as desk.ch.1{text} "
                "is needed",
                "subject",
            )
            return False
        offered: set[str] = set()
        for bank in self.banks:
            for subject in bank.subjects:
                target, _, prefix = subject.prefix.partition(".")
                if target in self.unsure or target not in self.targets:
                    continue
                if f"{prefix}{filled}" in self.targets[target].parameters:
                    return True
                offered |= _offered(self.targets[target], prefix)
        if not offered and (self.unsure or not any(bank.subjects for bank in self.banks)):
            if not self.banks:
                self.refuse(span, "this needs a bank that says what the strips are", "no-bank")
            return False
        hint = did_you_mean(filled[1:], offered)
        self.refuse(span, f"subject has no '{text[1:]}'{hint}", "unknown-parameter")
        return False

    def _with_defaults(self, text: str) -> str:
        for variable in self.document.variables.values():
            default = variable.default or next(iter(variable.values), str(variable.low))
            text = text.replace(f"{{{variable.name}}}", default)
        return text

    def _variables_in(self, line: Line) -> tuple[str, ...]:
        return tuple(
            name
            for name in self.document.variables
            if f"{{{name}}}" in line.text or f"{{{name}:" in line.text
        )


def _written(arg: PatternArg) -> str:
    return f'"{arg.text}"' if arg.quoted else arg.text


def _is_relative(line: Line) -> bool:
    return any(stage.name in {"rel", "ticks"} for stage in line.stages)


def _spec_of(sheet: DeviceSheet, name: str, *, per_strip: bool) -> ControlSpec | None:
    spec = sheet.controls.get(name)
    if spec is not None:
        return spec if spec.per_strip == per_strip else None
    base = name.removesuffix(".touch")
    fader = sheet.controls.get(base) if base != name else None
    if fader is None or fader.kind != "fader" or fader.per_strip != per_strip:
        return None
    return replace(fader, name=name, kind="key", lamp=False)


def _numbered(sheet: DeviceSheet, name: str) -> ControlSpec | None:
    """Return the spec of ``fader.3`` or ``lcd.3.bottom``, or of a control without a strip."""
    plain = _spec_of(sheet, name, per_strip=False)
    if plain is not None:
        return plain
    first, _, rest = name.partition(".")
    number, _, tail = rest.partition(".")
    if not number.isdigit() or not 1 <= int(number) <= sheet.strips:
        return None
    return _spec_of(sheet, f"{first}.{tail}" if tail else first, per_strip=True)


def _numbered_names(sheet: DeviceSheet) -> Iterable[str]:
    for spec in sheet.controls.values():
        if spec.per_strip:
            first, dot, rest = spec.name.partition(".")
            for number in range(1, sheet.strips + 1):
                yield f"{first}.{number}{dot}{rest}"


def _strip_names(sheets: Iterable[DeviceSheet]) -> list[str]:
    names: dict[str, None] = {}
    for sheet in sheets:
        for spec in sheet.controls.values():
            if spec.per_strip:
                names[spec.name] = None
                if spec.kind == "fader":
                    names[f"{spec.name}.touch"] = None
    return list(names)


def _subjects(sheet: TargetSheet) -> set[str]:
    """Return every beginning of a parameter's name that could be a subject."""
    found: set[str] = set()
    for name in sheet.parameters:
        head, dot, _ = name.rpartition(".")
        while dot:
            found.add(head)
            head, dot, _ = head.rpartition(".")
    return found


def _offered(sheet: TargetSheet, prefix: str) -> set[str]:
    start = f"{prefix}."
    return {name[len(start) :] for name in sheet.parameters if name.startswith(start)}
