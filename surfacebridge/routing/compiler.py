"""A document and the sheets of its products → a plan, or everything that is wrong.

Owns: banks, keys of the bridge itself, variables, and the order of it all.
Does not own: syntax (``mapping``), names (``names``), lines (``line_compiler``),
or what is live at run time (``wiring``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from surfacebridge.mapping.document import BankDecl, Document, ScenesDecl, VarDecl
from surfacebridge.mapping.lines import ControlRef, RawOsc
from surfacebridge.mapping.problems import Problem, did_you_mean
from surfacebridge.model.controls import ControlId
from surfacebridge.routing.clipping import check_clipping
from surfacebridge.routing.line_compiler import LineCompiler
from surfacebridge.routing.names import Names, Products
from surfacebridge.routing.plan import (
    Bank,
    KeyAction,
    Plan,
    PlanPattern,
    ScenePlan,
    Subject,
    Variable,
)
from surfacebridge.routing.scenes import chosen
from surfacebridge.routing.shadowing import check_shadowing

__all__ = ["Products", "compile_mapping"]


def compile_mapping(document: Document, products: Products) -> tuple[Plan | None, list[Problem]]:
    """Return the plan of ``document`` and all that is wrong; no plan if anything is an error."""
    names = Names(document, products)
    plan = _Compiler(names, LineCompiler(names)).compile()
    names.problems += check_clipping(plan)
    problems = sorted(names.problems, key=lambda problem: problem.span)
    if any(problem.severity == "error" for problem in problems):
        return None, problems
    return plan, problems


@dataclass(slots=True)
class _Compiler:
    names: Names
    line_compiler: LineCompiler
    keys: dict[ControlId, list[KeyAction]] = field(default_factory=dict)

    def compile(self) -> Plan:
        names, document = self.names, self.names.document
        names.load()
        for bank in document.banks.values():
            self._bank(bank)
        self._key_actions()
        variables = {one.name: self._variable(one) for one in document.variables.values()}
        scenes = None if document.scenes is None else self._scenes(document.scenes)
        lines = self.line_compiler.lines()
        layers = tuple(document.layers)
        default = next((name for name, one in document.layers.items() if one.default), "")
        names.problems += check_shadowing(lines, layers, [bank.name for bank in names.banks])
        return Plan(
            path=document.path,
            name=document.name,
            surfaces=names.surfaces,
            targets=names.targets,
            strips=tuple(names.strips),
            banks=tuple(names.banks),
            lines=tuple(lines),
            edge=self._edge(),
            layers=layers,
            default_layer=default or (layers[0] if layers else ""),
            keys={control: tuple(actions) for control, actions in self.keys.items()},
            variables=variables,
            scenes=scenes,
        )

    def _bank(self, decl: BankDecl) -> None:
        subjects: list[Subject] = []
        for item in decl.items:
            text = item.text.replace("{strips}", str(len(self.names.strips)))
            low, dots, high = text.partition("..")
            if text.isdigit():
                subjects.append(Subject("", int(text)))
            elif dots and low.isdigit() and high.isdigit():
                subjects += [Subject("", n) for n in range(int(low), int(high) + 1)]
            else:
                self.names.check_subject(text, item.span)
                subjects.append(Subject(text, len(subjects) + 1))
        delegate = None
        if decl.delegate is not None:
            back = self._message(decl.delegate.back)
            forward = self._message(decl.delegate.forward)
            delegate = (back, forward)
        self.names.banks.append(Bank(decl.name, tuple(subjects), delegate))
        if decl.button is not None:
            self._key(decl.button, KeyAction("bank", decl.name))

    def _message(self, raw: RawOsc) -> PlanPattern:
        self.line_compiler.can_take(raw, "plain_osc")
        words = [raw.address, *(arg.written for arg in raw.args)]
        return PlanPattern(raw.target, " ".join(words))

    def _key_actions(self) -> None:
        document = self.names.document
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
        spec = self.names.control(ref.text, ref.span, in_strip=False)
        if spec is None:
            return
        if spec.kind != "key":
            self.names.refuse(ref.span, f"'{ref.text}' is a {spec.kind}, not a key", "not-a-key")
            return
        self.keys.setdefault(ControlId(ref.text), []).append(action)

    def _scenes(self, decl: ScenesDecl) -> ScenePlan:
        for number, ref in enumerate(decl.slots, 1):
            self._key(ref, KeyAction("scene", str(number)))
        for what in (decl.tap, decl.hold):
            if what not in {"store", "recall"}:
                hint = did_you_mean(what, ("store", "recall"))
                self.names.refuse(decl.span, f"a scene key cannot '{what}'{hint}", "scene")
        known = [
            f"{target}.{name}"
            for target, sheet in self.names.targets.items()
            for name, spec in sheet.parameters.items()
            if spec.writable and spec.kind not in {"trigger", "meter", "colour"}
        ]
        for pattern in (*decl.include, *decl.safe):
            if not self.names.unsure and not any(chosen(known, (pattern.text,), ())):
                hint = did_you_mean(pattern.text, known)
                message = f"no parameter is called '{pattern.text}'{hint}"
                self.names.refuse(pattern.span, message, "unknown-parameter")
        held = chosen(known, [n.text for n in decl.include], [n.text for n in decl.safe])
        return ScenePlan(tuple(held), decl.fade, decl.per_scene, decl.tap, decl.hold)

    def _edge(self) -> Literal["clamp", "wrap", "blank"]:
        match self.names.document.paging.edge:
            case "wrap" | "blank" as edge:
                return edge
            case _:
                return "clamp"

    def _variable(self, decl: VarDecl) -> Variable:
        values = decl.values or tuple(str(n) for n in range(decl.low, decl.high + 1))
        default = decl.default or (values[0] if values else "")
        show = None
        if decl.show is not None and self.names.control(
            decl.show.text, decl.show.span, in_strip=False
        ):
            show = ControlId(decl.show.text)
        send = None
        if decl.send is not None and self.line_compiler.can_take(decl.send, "plain_osc"):
            send = self.line_compiler.pattern(decl.send)
        return Variable(decl.name, values, default, show, send, self._followed(decl, values))

    def _followed(self, decl: VarDecl, values: Sequence[str]) -> dict[str, str]:
        """Return the switches that choose each of ``values``, all of which must be there."""
        names, follow = self.names, decl.follow
        if follow is None:
            return {}
        if f"{{{decl.name}}}" not in follow.text:
            message = f"'follow' names the switch of each value: write '{{{decl.name}}}' in it"
            names.refuse(follow.span, message, "variable")
            return {}
        found = {}
        for value in values:
            name = follow.text.replace(f"{{{decl.name}}}", value)
            if not names.parameter(name, of_subject=False, span=follow.span):
                return {}
            target, _, rest = name.partition(".")
            kind = names.targets[target].parameters[rest].kind
            if kind != "switch":
                message = f"'{name}' is a {kind}; only a switch can be followed"
                names.refuse(follow.span, message, "variable")
                return {}
            found[name] = value
        return found
