"""One line of a mapping, checked and made ready for any strip and subject.

Owns: stages, options, conditions and targets of lines.  Does not own: looking
names up (``names``), or which line wins (``shadowing``, ``wiring``).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain
from typing import Final

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.mapping.lines import (
    Condition,
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
from surfacebridge.mapping.midi_words import read_midi
from surfacebridge.mapping.problems import did_you_mean
from surfacebridge.mapping.source import Span
from surfacebridge.mapping.topic_words import read_topic
from surfacebridge.model.sheets import ControlSpec
from surfacebridge.routing.conditions import terms_of, weight_of
from surfacebridge.routing.names import Names
from surfacebridge.routing.plan import PlanLine, PlanTarget, ToParameter, ToPattern, ToText, ToVerb
from surfacebridge.routing.stages import (
    STAGE_NAMES,
    Code,
    Decibels,
    KeyStyle,
    Limit,
    Mapped,
    Relative,
    Transform,
    Way,
    guarded,
    lacks_a_way,
    read_stage,
)
from surfacebridge.routing.takeover import TAKEOVERS
from surfacebridge.routing.verbs import VERBS
from surfacebridge.value import as_value

_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "echo": ("servo", "settle", "none"),
    "touch": ("required", "made", "ignore"),
    "takeover": TAKEOVERS,
    "match": ("dB", "position"),
}

# ``rate`` is not among them: it is the pace of a parameter, whatever moves it.
_SLOWING: Final = frozenset(("deadband", "smooth", "slew", "delay"))


@as_value
class LineCompiler:
    """Make plan lines, noting every problem in ``names``."""

    names: Names

    def lines(self) -> list[PlanLine]:
        """Return every line of the document that is sound, rings added, in file order."""
        made: list[PlanLine] = []
        for line in chain(self.names.document.strip, self.names.document.map):
            one = self._line(line, len(made) * 2)
            if one is not None:
                made.append(one)
                ring = self._ring_of(one)
                if ring is not None:
                    made.append(ring)
        return made

    def _line(self, line: Line, order: int) -> PlanLine | None:
        before = len(self.names.problems)
        spec = self.names.control(line.control.text, line.control.span, in_strip=line.in_strip)
        transforms = self._transforms(line)
        self._condition(line.condition, line)
        self._options(line)
        target = self._line_target(line, transforms)
        if spec is not None:
            self._check_kind(line, spec)
            self._check_stages(line, spec)
        if target is None or spec is None or len(self.names.problems) > before:
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
        written = chain(self.names.document.strip, self.names.document.map)
        if any(other.control.text == ring for other in written):
            return None
        if self.names.find(ring, in_strip=line.in_strip) is None:
            return None
        kept = tuple(t for t in line.transforms if not isinstance(t, Relative))
        return replace(
            line, order=line.order + 1, control=ring, arrow="<", transforms=kept, implied=True
        )

    def _transforms(self, line: Line) -> tuple[Transform, ...]:
        made: list[Transform] = []
        for stage in line.stages:
            transform, problems = read_stage(stage, self.names.products.table)
            self.names.problems += problems
            if isinstance(transform, Code):
                transform = self._code(transform, stage)
            if transform is None:
                continue
            made.append(transform)
            if line.arrow == "<>" and (way := lacks_a_way(transform)) is not None:
                self._refuse_one_way(stage, way)
        return tuple(made)

    def _code(self, code: Code, stage: Stage) -> Transform | None:
        """Return the named functions as a stage, or say why they cannot be had."""
        ways: list[Way | None] = []
        for name in (code.function, code.inverse):
            found = None if name is None else self.names.products.code(name)
            if isinstance(found, str):
                self.names.refuse(stage.span, found, "code")
                return None
            ways.append(None if found is None else guarded(found))
        return Mapped("py", ways[0], ways[1], code.only)

    def _refuse_one_way(self, stage: Stage, missing: str) -> None:
        use = "<" if missing == ">" else ">"
        self.names.refuse(
            stage.span,
            f"'<>' needs transforms that run both ways; '{stage.name}' has no inverse, use '{use}'",
            "one-way",
        )

    def _check_kind(self, line: Line, spec: ControlSpec) -> None:
        shows_only = spec.kind in {"text", "ring", "meter", "colour", "lamp"}
        if shows_only and line.arrow != "<":
            self.names.refuse(
                line.span, f"'{line.control.text}' only shows something; use '<'", "arrow-kind"
            )
        if spec.kind == "jog" and line.arrow != ">":
            self.names.refuse(
                line.span, f"'{line.control.text}' cannot show anything; use '>'", "arrow-kind"
            )
        if isinstance(line.target, Template) and spec.kind != "text":
            self.names.refuse(line.span, f"'{line.control.text}' cannot show text", "arrow-kind")
        if line.options.touch == "required" and not spec.touch:
            span = dict(line.options.spans).get("touch", line.span)
            self.names.refuse(
                span,
                f"'{line.control.text}' senses no touch; 'made' makes it from motion",
                "option",
            )
        if spec.kind in {"fader", "knob"} and isinstance(line.target, ParameterTarget):
            self._check_no_value(line.target, spec)
        self._check_turning(line, spec)

    def _check_no_value(self, target: ParameterTarget, spec: ControlSpec) -> None:
        value = target.value
        if value is not None:
            message = f"a {spec.kind} sends where it stands; leave '{value.text}' out, or use a key"
            self.names.refuse(value.span, message, "value")

    def _check_turning(self, line: Line, spec: ControlSpec) -> None:
        absolute = line.arrow != "<" and not isinstance(line.target, Verb)
        turns = spec.kind in {"vpot", "jog"}
        constant = isinstance(line.target, ParameterTarget) and line.target.value is not None
        if absolute and turns and not constant and not _is_relative(line):
            self.names.refuse(
                line.span,
                f"'{line.control.text}' turns without end; add '| rel(1/64)', or '| ticks'",
                "needs-rel",
            )

    def _check_stages(self, line: Line, spec: ControlSpec) -> None:
        for stage in line.stages:
            if stage.name in _SLOWING and spec.kind not in {"fader", "knob"}:
                self.names.refuse(
                    stage.span, f"'{stage.name}' slows faders and knobs only", "limit-kind"
                )

    def _options(self, line: Line) -> None:
        places = dict(line.options.spans)
        for name, known in _CHOICES.items():
            value = getattr(line.options, name)
            if value is not None and value not in known:
                span = places.get(name, line.span)
                hint = did_you_mean(value, known) or f"; it is one of {', '.join(known)}"
                self.names.refuse(span, f"'{value}' is no way of '{name}'{hint}", "option")

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
                self.names.refuse(span, f"'{text}' is no rate; write for example 50/s", "option")
        return min(rates, default=0.0)

    def _condition(self, condition: Condition | None, line: Line) -> None:
        for term in terms_of(condition):
            self._term(term, line)

    def _term(self, term: Term, line: Line) -> None:
        document = self.names.document
        tables: Mapping[str, Iterable[str]] = {
            "modifier": document.modifiers,
            "layer": document.layers,
            "bank": document.banks,
        }
        if term.kind in tables:
            known = list(tables[term.kind])
            if term.name not in known:
                hint = did_you_mean(term.name, known)
                self.names.refuse(
                    term.span, f"no {term.kind} '{term.name}'{hint}", "unknown-condition"
                )
        elif term.kind == "compare":
            in_strip = line.in_strip and term.name.startswith(".")
            self.names.parameter(term.name, in_strip, term.span)
        else:
            named = term.name.partition(".")[0] in document.surfaces
            self.names.control(term.name, term.span, in_strip=line.in_strip and not named)

    def _line_target(self, line: Line, transforms: tuple[Transform, ...]) -> PlanTarget | None:
        match line.target:
            case ParameterTarget(text=text, of_subject=of_subject, value=value, span=span):
                if not self.names.parameter(text, of_subject, span, line):
                    return None
                return ToParameter(text, of_subject, value)
            case RawOsc() as raw:
                takes = self.can_take(raw, "plain_osc")
                return self.pattern(raw, line.word, transforms) if takes else None
            case RawMidi() as raw:
                return self._midi(raw, line, transforms)
            case RawTopic() as raw:
                return self._topic(raw, line)
            case Template(parts=parts):
                for part in parts:
                    self._field(part, line)
                return ToText(parts)
            case Verb() as verb:
                return self._verb(verb, line)

    def pattern(
        self, raw: RawOsc, word: str = "", transforms: tuple[Transform, ...] = ()
    ) -> ToPattern:
        """Return a raw pattern; ``word`` is what its line took from its own list."""
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

    def _midi(
        self, raw: RawMidi, line: Line, transforms: tuple[Transform, ...]
    ) -> ToPattern | None:
        """Return the pattern of a raw MIDI message that is sound for every strip and subject."""
        if not self.can_take(raw, "plain_midi"):
            return None
        written = " ".join((raw.kind, *(arg.text for arg in raw.args)))
        send_only = False
        for text in self._concrete(written, line):
            try:
                words = read_midi(text)
            except ProtocolMisuse as misuse:
                self.names.refuse(raw.span, f"'{text}': {misuse}", "midi")
                return None
            send_only = not words.has_value
            if words.heard_only and line.arrow != "<":
                message = f"'{words.kind}' is only heard, so its line is written with '<'"
                self.names.refuse(raw.span, message, "midi")
                return None
        if any(isinstance(t, Decibels) and t.target is None for t in transforms):
            self.names.refuse(
                raw.span,
                f"'{raw.target}' has no fader law; name one, as in db(mcu, x32), or leave 'db' "
                "out: then the whole travel is the whole range",
                "no-law",
            )
            return None
        return ToPattern(raw.target, raw.kind, raw.args, send_only, midi=True)

    def _topic(self, raw: RawTopic, line: Line) -> ToPattern | None:
        """Return the pattern of a topic that is sound for every strip and subject."""
        if not self.can_take(raw, "plain_mqtt"):
            return None
        written = " ".join((raw.topic, *(arg.written for arg in raw.args)))
        send_only = False
        for text in self._concrete(written, line):
            try:
                send_only = not read_topic(text).has_value
            except ProtocolMisuse as misuse:
                self.names.refuse(raw.span, f"{misuse}", "mqtt")
                return None
        return ToPattern(raw.target, raw.topic, raw.args, send_only, mqtt=True)

    def _concrete(self, text: str, line: Line) -> Iterable[str]:
        """Yield what ``text`` is for every subject and strip that it asks for."""
        texts = {self.names.with_defaults(text)}
        if "{s" in text:
            strips = range(1, len(self.names.strips) + 1) if line.in_strip else (0,)
            texts = {_with_number(one, "s", strip) for one in texts for strip in strips}
        if "{n" in text:
            numbers = {subject.n for bank in self.names.banks for subject in bank.subjects}
            texts = {_with_number(one, "n", n) for one in texts for n in numbers or {1}}
        return sorted(texts)

    def can_take(self, raw: RawOsc | RawMidi | RawTopic, dialect: str) -> bool:
        """Return whether the target of ``raw`` speaks ``dialect``, and refuse it otherwise."""
        if not self.names.has_target(raw.target, raw.span):
            return False
        sheet = self.names.targets.get(raw.target)
        if sheet is None or sheet.dialect == dialect:
            return sheet is not None
        self._refuse_raw(raw)
        return False

    def _refuse_raw(self, raw: RawOsc | RawMidi | RawTopic) -> None:
        """Say what the target of a raw message takes instead."""
        sheet = self.names.targets.get(raw.target)
        takes = {
            "plain_osc": f"an OSC address such as {raw.target}:/strip/fader {{v:f}}",
            "plain_midi": f"a MIDI message such as {raw.target}:cc 1 74",
            "plain_mqtt": f"a topic such as {raw.target}:desk/solo {{v:json}}",
        }
        instead = takes.get(
            sheet.dialect if sheet else "", f"a parameter such as {raw.target}.name"
        )
        message = f"'{raw.target}' cannot take this message; write {instead}"
        self.names.refuse(raw.span, message, "target-kind")

    def _field(self, part: str | Field, line: Line) -> None:
        if isinstance(part, Field):
            for source in part.sources:
                self._source(source, line, part.span)

    def _source(self, name: str, line: Line, span: Span) -> None:
        if name == "clock" or name in self.names.document.variables:
            return
        if not name.startswith(".") and "." not in name:
            known = ["clock", *self.names.document.variables]
            self.names.refuse(
                span, f"no variable '{name}'{did_you_mean(name, known)}", "unknown-variable"
            )
            return
        self.names.parameter(name, name.startswith("."), span, line)

    def _verb(self, verb: Verb, line: Line) -> ToVerb | None:
        known = VERBS.get(verb.name)
        if known is None:
            self.names.refuse(
                verb.span,
                f"no action '{verb.name}'{did_you_mean(verb.name, VERBS)}",
                "unknown-verb",
            )
            return None
        fewest, most, written = known
        if not fewest <= len(verb.args) <= most:
            self.names.refuse(verb.span, f"this action is written '{written}'", "verb")
            return None
        self._verb_args(verb, line)
        return ToVerb(verb.name, verb.args)

    def _verb_args(self, verb: Verb, line: Line) -> None:
        document, first = self.names.document, verb.args[0] if verb.args else ""
        tables: Mapping[str, tuple[str, Iterable[str]]] = {
            "bank": ("bank", document.banks),
            "layer": ("layer", document.layers),
            "cycle": ("variable", document.variables),
            "resync": ("target", document.targets),
        }
        if verb.name in tables and first:
            what, known = tables[verb.name]
            # `mode.{n}` is one variable for each subject.
            start, placeholder, _ = first.partition("{")
            found = any(one.startswith(start) for one in known) if placeholder else first in known
            if not found:
                hint = did_you_mean(first, known)
                self.names.refuse(verb.span, f"no {what} '{first}'{hint}", "verb")
        elif verb.name == "page" and not _is_whole(first):
            self.names.refuse(verb.span, f"'{first}' is no number of pages; write +1 or -1", "verb")
        elif verb.name == "reset":
            self.names.parameter(first, first.startswith("."), verb.span, line)

    def _variables_in(self, line: Line) -> tuple[str, ...]:
        return tuple(
            name
            for name in self.names.document.variables
            if f"{{{name}}}" in line.text or f"{{{name}:" in line.text
        )


def _with_number(text: str, name: str, number: int) -> str:
    """Return ``text`` with ``{n}`` or ``{n:02}`` filled in."""
    return re.sub(
        rf"\{{{name}(?::(\d{{1,2}}))?\}}", lambda found: f"{number:{found[1] or ''}}", text
    )


def _is_relative(line: Line) -> bool:
    # A stage that does not exist may have been meant for one of these: one slip, one problem.
    turning = {"rel", "ticks"}
    return any(stage.name in turning or stage.name not in STAGE_NAMES for stage in line.stages)


def _is_whole(text: str) -> bool:
    digits = text.removeprefix("+").removeprefix("-")
    return digits.isascii() and digits.isdigit()
