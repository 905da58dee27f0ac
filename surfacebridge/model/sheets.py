"""What a product offers: device sheets and target sheets, as values.

Owns: the facts a sheet can state, and the arithmetic of one parameter or one
control (position, grid).  Does not own: reading YAML (``mapping.sheets``) or
behaviour (``profiles``).
"""

from collections.abc import Mapping
from dataclasses import field, replace
from math import isnan, log
from types import MappingProxyType
from typing import Final, Literal

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.model.laws import Law
from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.values import OFF, Value
from surfacebridge.value import as_value

ControlKind = Literal[
    "fader", "key", "vpot", "jog", "knob", "ring", "text", "meter", "colour", "lamp"
]
EchoPolicy = Literal["servo", "settle", "none"]
ParameterKind = Literal[
    "level", "switch", "pan", "number", "choice", "text", "colour", "meter", "trigger", "plain"
]
KeyBehaviour = Literal["toggle", "trigger", "momentary"]
EchoClass = Literal["others", "all", "none"]
Confidence = Literal["measured", "documented", "assumed"]

_NOTHING: Mapping[str, object] = MappingProxyType({})
_DISPLAYS: Final = frozenset(("ring", "text", "meter", "colour"))


@as_value
class ControlSpec:
    """One control of a device, or one of every strip.

    ``steps`` is how many positions the device can tell apart (1024 for ten
    bits); ``cells`` how many characters a display shows, 0 where its profile cuts;
    ``colours`` how many a scribble strip knows.  ``touch`` means a finger is sensed,
    ``motor`` that the cap is driven.  ``stays`` leaves it as it is while nobody says
    what it should show, as the fader of a console, which people hear.  ``wire`` holds
    what only the profile understands.
    """

    name: str
    kind: ControlKind
    per_strip: bool
    lamp: bool = False
    law: Law | None = None
    steps: int = 1024
    touch: bool = False
    motor: bool = False
    cells: int = 0
    echo: EchoPolicy = "settle"
    travel: float = 0.2
    stays: bool = False
    wire: Mapping[str, object] = field(default_factory=lambda: _NOTHING)

    @property
    def lights(self) -> bool:
        """Whether there is a lamp to light."""
        return self.lamp or self.kind == "lamp"

    @property
    def can_show(self) -> bool:
        """Whether it has a lamp, a motor or a display, and so can be told to show anything."""
        return self.lights or self.motor or self.kind in _DISPLAYS


@as_value
class DeviceSheet:
    """A surface product: its dialect, strips, controls and figures.

    ``facts`` holds figures for the profile (``top``, ``device id`` …);
    ``confidence`` says for each named figure how it is known, ``sources`` from where.
    ``match`` says how to find one that is plugged in: a ``port`` by name, the
    ``usb`` numbers, the answer to the universal ``inquiry``; or, where it cannot
    be found, an example of its ``address``.
    """

    name: str
    dialect: str
    title: str
    strips: int
    controls: Mapping[str, ControlSpec]
    facts: Mapping[str, object] = field(default_factory=lambda: _NOTHING)
    match: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    confidence: Mapping[str, Confidence] = field(default_factory=lambda: MappingProxyType({}))
    sources: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@as_value
class ParameterSpec:
    """One parameter of a target, with its own unit and grid.

    ``steps`` is how many values the target can tell apart; 0 where it is not
    known.  ``low`` and ``high`` bound a number; ``key`` is what a key does to
    it unless its line says otherwise; ``echo`` says who hears of a change where
    that differs from the target's other parameters; ``wire`` holds what only
    the profile understands (the OSC address and tag, for example).
    """

    id: ParameterId
    kind: ParameterKind
    law: Law | None = None
    steps: int = 0
    low: float = 0.0
    high: float = 1.0
    logarithmic: bool = False
    choices: tuple[str, ...] = ()
    length: int = 0
    writable: bool = True
    key: KeyBehaviour = "toggle"
    wire: Mapping[str, object] = field(default_factory=lambda: _NOTHING)
    echo: EchoClass | None = None

    def to_position(self, value: Value) -> float:
        """Return ``value`` as 0…1 of the parameter's own range."""
        if isinstance(value, bool):
            return 1.0 if value else 0.0
        if not isinstance(value, float | int) or isnan(value):
            return 0.0
        match self.kind:
            case "level":
                return self._law().from_db(value)
            case "pan":
                return min(max((value + 1.0) / 2.0, 0.0), 1.0)
            case _:
                return self._number_position(value)

    def from_position(self, position: float) -> float:
        """Return the value at ``position`` (clamped to 0…1), in the parameter's unit."""
        position = min(max(position, 0.0), 1.0)
        match self.kind:
            case "level":
                return self._law().to_db(position)
            case "pan":
                return position * 2.0 - 1.0
            case _:
                if self.logarithmic:
                    return float(self.low * (self.high / self.low) ** position)
                return self.low + position * (self.high - self.low)

    def index(self, value: Value) -> Value:
        """Return the place of ``value`` on the target's grid; equal places are equal values.

        A level that is off has a place of its own, so that the lowest step and
        off are never taken for each other.
        """
        if self.steps < 2 or isinstance(value, bool | str) or not isinstance(value, float | int):
            return value
        if self.kind == "level" and value == OFF:
            return -1
        return round(self.to_position(value) * (self.steps - 1))

    def snap(self, value: Value) -> Value:
        """Return ``value`` as the target will hold it: on its own grid."""
        index = self.index(value)
        if self.steps < 2 or isinstance(index, bool) or not isinstance(index, int):
            return value
        return OFF if index < 0 else self.from_position(index / (self.steps - 1))

    def _law(self) -> Law:
        if self.law is None:
            raise ProtocolMisuse(f"the level {self.id} has no law in its sheet")
        return self.law

    def _number_position(self, value: float) -> float:
        if self.high == self.low:
            return 0.0
        if self.logarithmic:
            if value <= 0.0:
                return 0.0
            position = log(value / self.low) / log(self.high / self.low)
        else:
            position = (value - self.low) / (self.high - self.low)
        return min(max(position, 0.0), 1.0)


@as_value
class TargetSheet:
    """A console or DAW: its dialect, parameters and manners.

    ``parameters`` is keyed by the name without the target (``ch.1.fader``).
    ``echo`` says who hears a change: ``others`` (not the one who made it),
    ``all``, or ``none``.  ``facts`` holds figures for the profile.
    """

    name: str
    dialect: str
    title: str
    parameters: Mapping[str, ParameterSpec]
    echo: EchoClass = "others"
    rate: float = 0.0
    facts: Mapping[str, object] = field(default_factory=lambda: _NOTHING)
    confidence: Mapping[str, Confidence] = field(default_factory=lambda: MappingProxyType({}))


OWNER: Final = "owner"
"""The last word of the parameters that say who holds their subject, in a studio."""


def is_owner(spec: ParameterSpec) -> bool:
    """Return whether a parameter says who holds its subject, and not what the desk holds."""
    return spec.wire.get("studio") == OWNER


def with_owners(sheet: TargetSheet) -> TargetSheet:
    """Return ``sheet`` with a text ``ch.1.owner`` beside each ``ch.1.fader``; empty is nobody."""
    levels = (name for name, spec in sheet.parameters.items() if spec.kind == "level")
    subjects = dict.fromkeys(name.rpartition(".")[0] for name in levels if "." in name)
    wire = MappingProxyType({"studio": OWNER})
    parameters = dict(sheet.parameters)
    for subject in subjects:
        name = ParameterId(f"{subject}.{OWNER}")
        parameters[name] = ParameterSpec(name, "text", length=64, writable=False, wire=wire)
    return replace(sheet, parameters=parameters)


def without_owners(sheet: TargetSheet) -> TargetSheet:
    """Return ``sheet`` as the desk itself knows it."""
    kept = {name: spec for name, spec in sheet.parameters.items() if not is_owner(spec)}
    return sheet if len(kept) == len(sheet.parameters) else replace(sheet, parameters=kept)


def emulated(device: DeviceSheet) -> TargetSheet:
    """Return ``device`` seen from its host's side: what we are when we pretend to be it.

    Its controls become parameters by the same names (``fader.1``, ``mute.3``,
    ``fader.1.touch``, ``bank.right``).  Keys pass press and release, because the
    host owns the state behind them; faders and encoders are positions.  A fader is
    told apart in as many steps as the wire has (the fact ``wire steps``), where those
    are more than the product's own converter has.
    """
    parameters: dict[str, ParameterSpec] = {}
    wire_steps = device.facts.get("wire steps")
    for spec in device.controls.values():
        numbers = range(1, device.strips + 1) if spec.per_strip else (0,)
        for number in numbers:
            first, dot, rest = spec.name.partition(".")
            name = f"{first}.{number}{dot}{rest}" if number else spec.name
            parameters[name] = _emulated_parameter(name, spec)
            if spec.kind == "fader":
                if isinstance(wire_steps, int):
                    parameters[name] = replace(parameters[name], steps=wire_steps)
                touch = ParameterId(f"{name}.touch")
                parameters[touch] = ParameterSpec(touch, "switch", key="momentary")
    return TargetSheet(
        device.name, f"{device.dialect}_device", device.title, parameters, "all", facts=device.facts
    )


_FACES: Mapping[str, tuple[str, ControlKind]] = MappingProxyType(
    {
        "fader": ("fader", "fader"),
        "pan": ("pan", "fader"),
        "on": ("mute", "key"),
        "solo": ("solo", "key"),
        "selected": ("select", "key"),
        "name": ("lcd.top", "text"),
        "color": ("lcd.color", "colour"),
    }
)
"""What a console's parameters are to a hand, by the last word of their names."""


def surfaced(console: TargetSheet) -> DeviceSheet:
    """Return ``console`` seen as a surface: its channels are strips, the rest plain controls.

    ``ch.3.fader`` becomes strip control ``fader`` of strip 3, ``bus.1.on`` the
    key ``bus.1.mute``.  A pan is a fader with another law.  What has no fader is
    not a strip of the console.
    """
    strips = 0
    while f"ch.{strips + 1}.fader" in console.parameters:
        strips += 1
    controls: dict[str, ControlSpec] = {}
    for name, spec in console.parameters.items():
        head, _, leaf = name.rpartition(".")
        if leaf not in _FACES or f"{head}.fader" not in console.parameters:
            continue
        face, kind = _FACES[leaf]
        per_strip = head.startswith("ch.")
        control = face if per_strip else f"{head}.{face}"
        controls[control] = ControlSpec(
            control,
            kind,
            per_strip,
            lamp=kind == "key",
            law=spec.law,
            steps=spec.steps or 1024,
            motor=kind == "fader",
            cells=spec.length,
            travel=0.0,
            stays=True,
            wire=MappingProxyType({"parameter": f"ch.{{s}}.{leaf}" if per_strip else name}),
        )
    facts = {**console.facts, "console": console}
    return DeviceSheet(
        console.name, "console", console.title, strips, controls, facts=MappingProxyType(facts)
    )


def _emulated_parameter(name: str, spec: ControlSpec) -> ParameterSpec:
    identity = ParameterId(name)
    match spec.kind:
        case "fader" | "knob":
            return ParameterSpec(identity, "number", spec.law, spec.steps)
        case "key" | "lamp":
            return ParameterSpec(identity, "switch", key="momentary")
        case "text":
            return ParameterSpec(identity, "text", length=spec.cells)
        case "meter":
            return ParameterSpec(identity, "meter")
        case "colour":
            return ParameterSpec(identity, "colour")
        case "vpot" | "jog" | "ring":
            return ParameterSpec(identity, "plain")
