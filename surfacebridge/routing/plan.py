"""A compiled mapping: everything the engine needs, looked up and checked.

Owns: the shapes.  A plan is immutable; adopting another one is how a mapping
changes while it runs.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from surfacebridge.mapping.lines import (
    Arrow,
    Condition,
    Constant,
    Field,
    Options,
    PatternArg,
    Stage,
)
from surfacebridge.mapping.source import Span
from surfacebridge.model.controls import ControlId
from surfacebridge.model.sheets import DeviceSheet, ParameterSpec, TargetSheet
from surfacebridge.routing.stages import Transform
from surfacebridge.value import as_value


@as_value
class Strip:
    """One column: ``surface``'s own strip ``number`` (from 1)."""

    surface: str
    number: int


@as_value
class Subject:
    """What a strip stands for: ``prefix`` (``desk.ch.5``) or nothing, and its number ``n``."""

    prefix: str
    n: int


@as_value
class ToParameter:
    """A parameter by name; ``name`` may hold placeholders, ``.x`` means the subject's."""

    name: str
    of_subject: bool
    constant: Constant | None


@as_value
class ToPattern:
    """A raw pattern on ``target``; ``head`` is what stands before the arguments.

    ``midi`` marks the words of a MIDI message and ``mqtt`` a topic; others are OSC.
    """

    target: str
    head: str
    args: tuple[PatternArg, ...]
    send_only: bool
    midi: bool = False
    mqtt: bool = False


@as_value
class ToText:
    """A text template."""

    parts: tuple[str | Field, ...]


@as_value
class ToVerb:
    """One of the bridge's own actions."""

    name: str
    args: tuple[str, ...]


PlanTarget = ToParameter | ToPattern | ToText | ToVerb


Weight = tuple[int, int, int]
"""What orders the lines of one control: priority, terms, rank of the most passing kind."""


@as_value
class PlanLine:
    """One line of the mapping, checked, before it meets a strip and a subject.

    ``rate`` bounds writes a second, 0 where the line asks for no bound.
    ``implied`` marks a line that the tool added (the ring that follows an encoder).
    """

    order: int
    control: str
    in_strip: bool
    arrow: Arrow
    target: PlanTarget
    transforms: tuple[Transform, ...]
    stages: tuple[Stage, ...]
    condition: Condition | None
    weight: Weight
    options: Options
    variables: tuple[str, ...]
    text: str
    span: Span
    implied: bool = False
    word: str = ""
    rate: float = 0.0

    @property
    def takes_in(self) -> bool:
        """Whether gestures pass from the surface to the target."""
        return self.arrow != "<"

    @property
    def gives_out(self) -> bool:
        """Whether values pass from the target to the surface."""
        return self.arrow != ">"


@as_value
class PlanPattern:
    """A raw message the bridge sends by itself, already concrete: target and text."""

    target: str
    text: str


@as_value
class Bank:
    """An ordered list of subjects."""

    name: str
    subjects: tuple[Subject, ...]
    delegate: tuple[PlanPattern, PlanPattern] | None = None


@as_value
class KeyAction:
    """What a key does to the bridge itself, beside any line it is on."""

    kind: Literal["page", "nudge", "bank", "layer", "modifier", "latch", "variable", "scene"]
    name: str
    step: int = 0


@as_value
class Variable:
    """Named state: its values in order, where it starts, and where it is shown."""

    name: str
    values: tuple[str, ...]
    default: str
    show: ControlId | None = None
    send: ToPattern | None = None
    follow: Mapping[str, str] = field(default_factory=dict)
    """The value that each of some switches stands for when it goes on."""


@as_value
class ScenePlan:
    """Which parameters a scene holds, which are safe, and how long a recall fades."""

    parameters: tuple[str, ...]
    fade: float
    per_scene: Mapping[int, float]
    tap: str
    hold: str


@as_value
class Plan:
    """A whole mapping, ready to run."""

    path: str
    name: str
    surfaces: Mapping[str, DeviceSheet]
    targets: Mapping[str, TargetSheet]
    strips: tuple[Strip, ...]
    banks: tuple[Bank, ...]
    lines: tuple[PlanLine, ...]
    edge: Literal["clamp", "wrap", "blank"] = "clamp"
    layers: tuple[str, ...] = ()
    default_layer: str = ""
    keys: Mapping[ControlId, tuple[KeyAction, ...]] = field(default_factory=dict)
    variables: Mapping[str, Variable] = field(default_factory=dict)
    scenes: ScenePlan | None = None

    def spec(self, target: str, name: str) -> ParameterSpec | None:
        """Return the spec of ``name`` (without the target) on ``target``, if it has one."""
        sheet = self.targets.get(target)
        return None if sheet is None else sheet.parameters.get(name)
