"""Small rigs for tests: literal sheets, plans from a few lines of YAML, an engine on a bench.

``rig`` writes a mapping around some lines, ``plan_of`` compiles it against the
sheets below, and ``Bench`` runs an engine on it with a clock of its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from textwrap import dedent, indent

from surfacebridge.errors import UnknownProduct
from surfacebridge.mapping.document import SurfaceDecl
from surfacebridge.mapping.parser import read_mapping
from surfacebridge.mapping.problems import Problem
from surfacebridge.mapping.source import Source, Span
from surfacebridge.model.controls import ControlId
from surfacebridge.model.laws import LAWS
from surfacebridge.model.lifecycle import Arrived
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.sheets import (
    ControlSpec,
    DeviceSheet,
    EchoClass,
    EchoPolicy,
    ParameterSpec,
    TargetSheet,
)
from surfacebridge.model.values import Value
from surfacebridge.routing.compiler import Products, compile_mapping
from surfacebridge.routing.engine import Effect, Engine, Event
from surfacebridge.routing.plan import Plan

_KEYS = ("left", "right", "up", "down", "shift", "flip", "pan", "sends", "ins", "dcas", "go")


def surface_sheet(
    name: str = "bench/eight",
    strips: int = 8,
    *,
    touch: bool = True,
    motor: bool = True,
    echo: EchoPolicy = "settle",
    steps: int = 1024,
) -> DeviceSheet:
    """Return a surface with the usual controls; keys are left, right, up … and f1 to f4."""

    def fader(named: str, per_strip: bool) -> ControlSpec:
        return ControlSpec(
            named, "fader", per_strip, law=LAWS["x32"], steps=steps, touch=touch, motor=motor,
            echo=echo,
        )  # fmt: skip

    specs = [
        fader("fader", True),
        *(ControlSpec(key, "key", True, lamp=True) for key in ("mute", "solo", "select")),
        ControlSpec("vpot", "vpot", True),
        ControlSpec("vpot.push", "key", True),
        ControlSpec("ring", "ring", True),
        ControlSpec("lcd.top", "text", True, cells=7),
        ControlSpec("lcd.bottom", "text", True, cells=7),
        ControlSpec("lcd.color", "colour", True),
        ControlSpec("meter", "meter", True),
        fader("main.fader", False),
        ControlSpec("knob", "knob", False, steps=128),
        ControlSpec("jog", "jog", False),
        ControlSpec("rude", "lamp", False, lamp=True),
        ControlSpec("display", "text", False, cells=2),
        ControlSpec("timecode", "text", False, cells=10),
        *(ControlSpec(key, "key", False, lamp=True) for key in _KEYS),
        *(ControlSpec(f"f{n}", "key", False, lamp=True) for n in range(1, 5)),
    ]
    return DeviceSheet(name, "bench", name, strips, {spec.name: spec for spec in specs})


def target_sheet(
    name: str = "bench/desk",
    channels: int = 16,
    *,
    echo: EchoClass = "others",
    rate: float = 0.0,
    steps: int = 1024,
) -> TargetSheet:
    """Return a console: ``ch.N`` with the usual parameters, four ``dca.N``, ``main``."""
    specs: list[ParameterSpec] = []

    def add(identity: str, **facts: object) -> None:
        specs.append(ParameterSpec(ParameterId(identity), **facts))  # type: ignore[arg-type]

    def level(identity: str, steps: int) -> None:
        add(identity, kind="level", law=LAWS["x32"], steps=steps)

    for n in range(1, channels + 1):
        level(f"ch.{n}.fader", steps)
        add(f"ch.{n}.on", kind="switch")
        add(f"ch.{n}.solo", kind="switch")
        add(f"ch.{n}.pan", kind="pan", steps=101)
        add(f"ch.{n}.name", kind="text", length=12)
        add(f"ch.{n}.id", kind="text", length=12)
        add(f"ch.{n}.color", kind="colour")
        add(f"ch.{n}.meter", kind="meter", writable=False)
        add(f"ch.{n}.trim", kind="number", low=-18.0, high=18.0, steps=145)
        add(f"ch.{n}.mode", kind="choice", choices=("pre", "post", "sub"))
        for send in (1, 2, 3):
            level(f"ch.{n}.send.{send}.level", 161)
    for n in range(1, 5):
        level(f"dca.{n}.fader", steps)
        add(f"dca.{n}.on", kind="switch")
        add(f"dca.{n}.name", kind="text", length=12)
    level("main.fader", steps)
    add("main.on", kind="switch")
    add("clearsolo", kind="trigger")
    add("talk", kind="switch", key="momentary")
    add("playing", kind="switch")
    return TargetSheet(name, "bench", name, {spec.id: spec for spec in specs}, echo, rate)


DEVICES: Mapping[str, DeviceSheet] = {
    sheet.name: sheet
    for sheet in (
        surface_sheet(),
        surface_sheet("bench/two", 2),
        surface_sheet("bench/servo", echo="servo"),
        surface_sheet("bench/still", echo="none"),
        surface_sheet("bench/blind", touch=False),
        surface_sheet("bench/motorless", touch=False, motor=False),
    )
}

TARGETS: Mapping[str, TargetSheet] = {
    sheet.name: sheet
    for sheet in (
        target_sheet(),
        target_sheet("bench/chatty", echo="all"),
        target_sheet("bench/slow", rate=10.0),
        target_sheet("bench/coarse", steps=161),
    )
}


def _device(name: str) -> DeviceSheet:
    if name not in DEVICES:
        raise UnknownProduct(name, [one for one in DEVICES if one[:8] == name[:8]])
    return DEVICES[name]


def _target(name: str) -> TargetSheet:
    if name not in TARGETS:
        raise UnknownProduct(name, [])
    return TARGETS[name]


def _inline(decl: SurfaceDecl) -> tuple[DeviceSheet | None, list[Problem]]:
    problem = Problem(decl.span, "no inline devices on the bench", "inline")
    return None, [problem]


PRODUCTS = Products(_device, _target, _inline)


def rig(
    strip: str = "",
    lines: str = "",
    more: str = "",
    *,
    device: str = "bench/eight",
    target: str = "profile: bench/desk, host: 127.0.0.1",
    banks: str = "{inputs: {items: 'desk.ch.{1..16}'}}",
) -> str:
    """Return a mapping of surface ``x`` and target ``desk`` around some lines.

    ``strip`` and ``lines`` are YAML lists, ``more`` is further sections; each
    may be indented as the test likes.
    """
    text = f"surfacebridge: 1\nname: bench\nsurfaces: {{x: {{device: {device}, port: x}}}}\n"
    text += f"targets: {{desk: {{{target}}}}}\n"
    if banks:
        text += f"banks: {banks}\n"
    text += dedent(more)
    if strip:
        text += "\nstrip:\n  map:\n" + indent(dedent(strip).strip("\n"), "    ")
    if lines:
        text += "\nmap:\n" + indent(dedent(lines).strip("\n"), "  ")
    return text + "\n"


def compiled(text: str) -> tuple[Plan | None, list[Problem]]:
    """Return the plan of ``text`` and every problem of reading and compiling it."""

    def include(name: str, span: Span) -> Problem:
        return Problem(span, f"no file {name} on the bench", "include")

    document, problems = read_mapping(Source("bench.yaml", text), include, {})
    if document is None:
        return None, problems
    plan, more = compile_mapping(document, PRODUCTS)
    return plan, [*problems, *more]


def problems_of(text: str) -> list[str]:
    """Return what is wrong with ``text``, as people read it, without the file's name."""
    return [str(problem).partition(":")[2] for problem in compiled(text)[1]]


@lru_cache(maxsize=128)
def plan_of(text: str) -> Plan:
    """Return the plan of ``text``; fails the test if anything in it is an error."""
    plan, problems = compiled(text)
    assert not [str(one) for one in problems if one.severity == "error"]
    assert plan is not None
    return plan


class Bench:
    """An engine, a clock, and what everybody was told so far.

    ``told`` holds every effect since the last ``forget``.  Surfaces and targets
    are all there from the start unless ``absent`` is set.
    """

    def __init__(self, plan: Plan | str, *, absent: bool = False) -> None:
        self.plan = plan_of(plan) if isinstance(plan, str) else plan
        self.engine = Engine(self.plan)
        self.now = 100.0
        self.told: list[Effect] = []
        if not absent:
            for name in (*self.plan.targets, *self.plan.surfaces):
                self.do(Arrived(name))
            self.wait(1.0)
            self.forget()

    def do(self, *events: Event) -> list[Effect]:
        """Hand over ``events`` now; return what they caused at once."""
        made: list[Effect] = []
        for event in events:
            made += self.engine.handle(event, self.now)
        self.told += made
        return made

    def know(self, **values: Value) -> list[Effect]:
        """Let ``desk`` report values: ``ch_1_fader=-10.0``; then rest and forget all that."""
        for name, value in values.items():
            self.do(Report(ParameterId(f"desk.{name.replace('_', '.')}"), value))
        made = self.wait(1.0)
        self.forget()
        return made

    def wait(self, seconds: float) -> list[Effect]:
        """Let time pass, waking the engine whenever it asked for it."""
        made: list[Effect] = []
        end = self.now + seconds
        for _ in range(10_000):
            due = self.engine.next_wakeup()
            if due is None or due > end:
                break
            self.now = max(self.now, due)
            made += self.engine.wake(self.now)
        else:
            raise AssertionError("the engine wants to be woken for ever")
        self.now = end
        self.told += made
        return made

    def forget(self) -> None:
        """Look only at what comes from now on."""
        self.told = []

    def adopt(self, plan: Plan | str) -> list[Effect]:
        """Hand the engine another plan."""
        self.plan = plan_of(plan) if isinstance(plan, str) else plan
        made = self.engine.adopt(self.engine.prepare(self.plan), self.now)
        self.told += made
        return made

    def written(self, name: str = "") -> list[Value]:
        """Return the values written to parameter ``name`` (``desk.ch.1.fader``), in order."""
        return [one.value for one in self.writes() if not name or one.parameter == name]

    def writes(self) -> list[Write]:
        """Return every write, in order."""
        return [one for one in self.told if isinstance(one, Write)]

    def shown(self, control: str) -> list[object]:
        """Return what ``control`` was told to show, in order."""
        return [shown_value(one) for one in self.told if getattr(one, "control", None) == control]


def shown_value(effect: Effect) -> object:
    """Return the position, state, text, level or colour that ``effect`` shows."""
    for name in ("state", "text", "level", "colour", "position"):
        if hasattr(effect, name):
            return getattr(effect, name)
    return None


def control(name: str) -> ControlId:
    """Return ``name`` as a control's id."""
    return ControlId(name)


def report(name: str, value: Value) -> Report:
    """Return the report that ``name`` (``desk.ch.1.fader``) is ``value``."""
    return Report(ParameterId(name), value)


def with_strips(sheet: DeviceSheet, strips: int) -> DeviceSheet:
    """Return ``sheet`` with another number of strips."""
    return replace(sheet, strips=strips)


def kinds(effects: Iterable[Effect]) -> list[str]:
    """Return the names of the effects' classes, in order."""
    return [type(one).__name__ for one in effects]
