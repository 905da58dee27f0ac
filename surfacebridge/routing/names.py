"""What a mapping may name, looked up with near misses.

Owns: surfaces, targets, strips, controls, subjects and parameters, and what
is wrong with a name.  Does not own: what a line does (``line_compiler``).

Rule: names of a product that is missing are not blamed; the product is.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from surfacebridge.errors import UnknownProduct
from surfacebridge.mapping.document import Document, Name, SurfaceDecl, TargetDecl
from surfacebridge.mapping.lines import Line
from surfacebridge.mapping.problems import Problem, did_you_mean
from surfacebridge.mapping.source import Span
from surfacebridge.model.sheets import (
    ControlSpec,
    DeviceSheet,
    TargetSheet,
    emulated,
    surfaced,
    with_owners,
)
from surfacebridge.model.values import Value
from surfacebridge.routing.plan import Bank, Strip
from surfacebridge.routing.stages import TableLookup, refuse_tables
from surfacebridge.value import as_value

DeviceLookup = Callable[[str], DeviceSheet]
TargetLookup = Callable[[str], TargetSheet]
InlineReader = Callable[[SurfaceDecl], tuple[DeviceSheet | None, list[Problem]]]
CodeLookup = Callable[[str], Callable[[Any], Value] | str]

# What a mapping may say of the host of an emulated surface: ten bits at least, fourteen at most.
_HOST_TOP: Final = "host top"
_HOST_TOPS: Final = range(1024, 0x4000)


def refuse_code(name: str) -> str:
    """Refuse to run code: a mapping may come from anywhere."""
    module = name.partition(":")[0]
    return f"'{name}' is code; if you trust it, start with --allow-code {module}"


@as_value
class Products:
    """Where sheets come from: by name, or from the body of an inline device.

    ``code`` gives the function that ``py(module:function)`` names, or says in a
    sentence why it is not to be had; ``table`` does the same for files of numbers.
    """

    device: DeviceLookup
    target: TargetLookup
    inline: InlineReader
    code: CodeLookup = refuse_code
    table: TableLookup = refuse_tables


@dataclass(slots=True)
class Names:
    """The names of one mapping.  ``unsure`` are surfaces and targets whose sheet is missing."""

    document: Document
    products: Products
    problems: list[Problem] = field(default_factory=list)
    surfaces: dict[str, DeviceSheet] = field(default_factory=dict)
    targets: dict[str, TargetSheet] = field(default_factory=dict)
    strips: list[Strip] = field(default_factory=list)
    banks: list[Bank] = field(default_factory=list)
    unsure: set[str] = field(default_factory=set)
    _subjects: dict[str, set[str]] = field(default_factory=dict)
    _refused: set[Span] = field(default_factory=set)

    def load(self) -> None:
        """Look up every product, and put the strips of the rig in order."""
        for surface in self.document.surfaces.values():
            self._surface(surface)
        for target in self.document.targets.values():
            self._target(target)
        self._studio()
        self._rig()

    def refuse(self, span: Span, message: str, code: str) -> None:
        """Note that what stands at ``span`` is wrong."""
        self.problems.append(Problem(span, message, code))

    def _surface(self, decl: SurfaceDecl) -> None:
        if decl.console is not None:
            self._console(decl.name, decl.console)
            return
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

    def _console(self, surface: str, name: Name) -> None:
        try:
            self.surfaces[surface] = surfaced(self.products.target(name.text))
        except UnknownProduct as unknown:
            self._no_product("target profile", name.text, name.span, unknown)
            self.unsure.add(surface)

    def _target(self, decl: TargetDecl) -> None:
        try:
            if decl.profile is not None:
                self.targets[decl.name] = self.products.target(decl.profile.text)
            elif decl.emulate is not None:
                self.targets[decl.name] = self._emulated(decl, decl.emulate.text)
            elif not (decl.midi or decl.mqtt or decl.address):
                self.unsure.add(decl.name)
            else:
                kind, title = _plain_kind(decl)
                self.targets[decl.name] = TargetSheet(
                    kind, f"plain_{kind}", title, {}, echo="all", facts=decl.facts
                )
        except UnknownProduct as unknown:
            name = decl.profile or decl.emulate
            if name is not None:
                kind = "target profile" if decl.profile is not None else "device"
                self._no_product(kind, name.text, name.span, unknown)
            self.unsure.add(decl.name)

    def _emulated(self, decl: TargetDecl, device: str) -> TargetSheet:
        """Return the surface we are for a host, with what the mapping says of that host."""
        sheet = emulated(self.products.device(device))
        if not decl.facts:
            return sheet
        top = str(decl.facts.get(_HOST_TOP, ""))
        if decl.facts.keys() != {_HOST_TOP} or not top.isdecimal() or int(top) not in _HOST_TOPS:
            message = "of its host a surface can know one fact: 'host top', 1024 to 16383"
            self.refuse(decl.span, f"{message}, what a fader at its top is sent as", "value")
            return sheet
        return replace(sheet, facts={**sheet.facts, _HOST_TOP: int(top)})

    def _studio(self) -> None:
        """Let shared desks, and those of others, say who holds what."""
        studio = self.document.studio
        if studio is None:
            return
        for shared in studio.share:
            if shared.text not in self.document.targets:
                hint = did_you_mean(shared.text, self.document.targets)
                self.refuse(shared.span, f"no target '{shared.text}'{hint}", "unknown-target")
        for name, sheet in self.targets.items():
            self.targets[name] = with_owners(sheet)

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

    def check_subject(self, text: str, span: Span) -> None:
        """Refuse ``text`` unless something on its target begins with it."""
        target, _, prefix = text.partition(".")
        if not self.has_target(target, span) or target in self.unsure:
            return
        if target not in self._subjects:
            self._subjects[target] = _subjects(self.targets[target])
        known = self._subjects[target]
        if prefix not in known and span not in self._refused:
            # Of a list that is wrong in one letter the first word is enough.
            self._refused.add(span)
            hint = did_you_mean(prefix, sorted(known))
            self.refuse(span, f"{target} has no '{prefix}'{hint}", "unknown-subject")

    def has_target(self, name: str, span: Span) -> bool:
        """Return whether there is a target ``name``, and refuse it otherwise."""
        if name in self.document.targets:
            return True
        if span not in self._refused:
            self._refused.add(span)
            hint = did_you_mean(name, self.document.targets)
            self.refuse(span, f"no target '{name}'{hint}", "unknown-target")
        return False

    def find(self, name: str, *, in_strip: bool) -> ControlSpec | None:
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

    def control(self, name: str, span: Span, *, in_strip: bool) -> ControlSpec | None:
        """Return the spec of a control, or refuse its name."""
        spec = self.find(name, in_strip=in_strip)
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
        sheet = self.surfaces[surface]
        if _spec_of(sheet, rest, per_strip=True) is not None:
            first, dot, tail = rest.partition(".")
            wanted = f"'{rest}' is on every strip; write '{surface}.{first}.1{dot}{tail}'"
            self.refuse(span, f"{wanted}, or put the line under 'strip:'", "unknown-control")
            return None
        known = [*sheet.controls, *_numbered_names(sheet)]
        hint = did_you_mean(rest, known)
        self.refuse(span, f"{surface} has no control '{rest}'{hint}", "unknown-control")
        return None

    def parameter(self, text: str, of_subject: bool, span: Span, line: Line | None = None) -> bool:
        """Check that ``text`` names a parameter; a subject's must exist for some subject."""
        filled = self.with_defaults(text)
        if of_subject:
            return self._subject_parameter(text, filled, span, line)
        target, _, name = filled.partition(".")
        if target in self.unsure:
            return False
        if not self.has_target(target, span):
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
        # What a wrong subject would have is not known, and no second mistake.
        no_subject = self._refused or not any(bank.subjects for bank in self.banks)
        if not offered and (self.unsure or no_subject):
            if not self.banks:
                self.refuse(span, "this needs a bank that says what the strips are", "no-bank")
            return False
        hint = did_you_mean(filled[1:], sorted(offered))
        self.refuse(span, f"subject has no '{text[1:]}'{hint}", "unknown-parameter")
        return False

    def with_defaults(self, text: str) -> str:
        """Return ``text`` with every variable at its default."""
        for variable in self.document.variables.values():
            default = variable.default or next(iter(variable.values), str(variable.low))
            text = text.replace(f"{{{variable.name}}}", default)
        return text


def _plain_kind(decl: TargetDecl) -> tuple[str, str]:
    if decl.midi:
        return "midi", "MIDI"
    return ("mqtt", "MQTT") if decl.mqtt else ("osc", "OSC")


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
        # Whoever added this beginning has added all that it begins with.
        while dot and head not in found:
            found.add(head)
            head, dot, _ = head.rpartition(".")
    return found


def _offered(sheet: TargetSheet, prefix: str) -> set[str]:
    start = f"{prefix}."
    return {name[len(start) :] for name in sheet.parameters if name.startswith(start)}
